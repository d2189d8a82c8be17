"""OPTIMADE databases that hold energies, and what they call them: a table with one row per database and energy."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tieline.core.errors import did_you_mean

PROVIDERS_FILE = Path(__file__).with_name("optimade_providers.csv")
"""The table; a new database is a new row."""


@dataclass(frozen=True)
class Provider:
    """One kind of energy that one database holds, and the names it goes by there."""

    provider: str
    """Name of the database in the configuration."""

    functional: str
    """Functional of the energies, as the database spells it."""

    energy: str
    """``formation``, in eV/atom, or ``total``, of the cell in eV."""

    energy_level: str
    """Level of theory that the phases get; different for everything that must not be mixed."""

    base_url: str
    """Address of the database, without the version."""

    energy_property: str
    """Property that holds the energy; parts of a nested property are separated by ``/``."""

    above_hull_property: str
    """Property that holds the energy above the database's own hull in eV/atom."""

    functional_property: str
    """Property that says the functional of each entry; empty if there is none."""

    experimental_property: str
    """Property that is set where an entry stems from experiment; empty if there is none."""

    id_prefix: str
    """What goes before the database's ids, where they are bare numbers."""

    licence: str
    """Licence of the data."""

    @property
    def properties(self) -> tuple[str, ...]:
        """The provider's properties that are asked for, without the parts below them."""
        paths = (self.energy_property, self.above_hull_property, self.functional_property, self.experimental_property)
        return tuple(dict.fromkeys(path.partition("/")[0] for path in paths if path))


@cache
def providers() -> tuple[Provider, ...]:
    """Return the rows of the table of providers, in its order."""
    with PROVIDERS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Provider(**row) for row in csv.DictReader(file))


def choose_provider(provider: str, functional: str | None, energy: str | None) -> Provider:
    """Return the row of the table that fits.

    Parameters
    ----------
    provider, functional, energy
        As in the table; None takes the first row of those that fit.

    Raises
    ------
    ValueError
        If there is none, with what there is.
    """
    rows = providers()
    names = tuple(dict.fromkeys(row.provider for row in rows))
    rows = tuple(row for row in rows if row.provider == provider)
    if not rows:
        hint = did_you_mean(provider, names)
        raise ValueError(f"provider {provider!r} is not known{hint}; known: {', '.join(names)}")
    if functional is not None:
        known = tuple(dict.fromkeys(row.functional for row in rows))
        rows = tuple(row for row in rows if row.functional == functional)
        if not rows:
            hint = did_you_mean(functional, known)
            raise ValueError(f"{provider} has no functional {functional!r}{hint}; it has {', '.join(known)}")
    fitting = [row for row in rows if energy in (None, row.energy)]
    if not fitting:
        known = tuple(dict.fromkeys(row.energy for row in rows))
        raise ValueError(f"{provider} has no {energy} energies; it has {' and '.join(known)} energies")
    return fitting[0]
