"""Screening of two-phase negative electrodes for Li-ion cells.

Phases from the embedded set, a file, a DataFrame or pymatgen entries; hulls; composites of an active phase A and a
buffering phase B; and the workflow's ranking:

    >>> import tieline
    >>> phases = tieline.load_phases()
    >>> len(phases) > 900
    True

Names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tieline.api.composite import Composite as Composite
    from tieline.api.figures import plot_trade_off as plot_trade_off
    from tieline.api.hull import SystemHull as SystemHull
    from tieline.api.phases import PhaseSet as PhaseSet
    from tieline.api.phases import load_phases as load_phases
    from tieline.api.screening import screen as screen
    from tieline.claims.finding import Finding as Finding
    from tieline.core.columns import Column as Column
    from tieline.core.errors import ConfigError as ConfigError
    from tieline.core.errors import PhaseDataError as PhaseDataError
    from tieline.core.errors import TielineError as TielineError
    from tieline.core.extensions import Descriptor as Descriptor

__version__ = "0.1.0"

_PUBLIC = {
    "Column": "tieline.core.columns",
    "Composite": "tieline.api.composite",
    "ConfigError": "tieline.core.errors",
    "Descriptor": "tieline.core.extensions",
    "Finding": "tieline.claims.finding",
    "PhaseDataError": "tieline.core.errors",
    "PhaseSet": "tieline.api.phases",
    "SystemHull": "tieline.api.hull",
    "TielineError": "tieline.core.errors",
    "load_phases": "tieline.api.phases",
    "plot_trade_off": "tieline.api.figures",
    "screen": "tieline.api.screening",
}
"""Where each public name comes from."""

__all__ = [*_PUBLIC, "__version__"]  # noqa: PLE0604  (their names)


def __getattr__(name: str) -> Any:
    """Import a public name."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'tieline' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
