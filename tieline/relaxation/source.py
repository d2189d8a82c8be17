"""Phases that no database holds: prototypes decorated, relaxed and added for the systems a user asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from distributed import Client

from tieline.config.potential import PotentialSource
from tieline.errors import ConfigError
from tieline.relaxation.embedded import Labels, phase_set, relaxations_table
from tieline.relaxation.potentials import BUNDLED, potential_version
from tieline.relaxation.records import RecordFile
from tieline.relaxation.run import execute
from tieline.relaxation.settings import ReferenceSettings, read_settings

REFERENCE_SETTINGS = Path(__file__).parents[2] / "config" / "reference.yaml"
"""How the set that ships was computed; a source goes by the same stages and windows."""

SHIPPED_RELAXATIONS = Path(__file__).parents[2] / "resources" / "phases" / "relaxations.jsonl.xz"
"""What was computed for that set; a source in the same potential starts from it."""

SHIPPED_POTENTIALS = ("7net-0", "7net-l3i5")
"""The potentials of those."""

QUICK: dict[str, str] = {"7net-l3i5": "7net-0"}
"""The potential of the first stages, where it is not the source's own."""


@dataclass(frozen=True)
class Predicted:
    """What a potential has to say of some chemical systems."""

    phases: pd.DataFrame
    """Phase table of the elements and of the compounds on or near the hull."""

    searched: frozenset[str]
    """Chemical systems that were searched, sorted symbols joined by ``-``."""


def energy_level(source: PotentialSource) -> str:
    """Return what the energies of `source` are.

    Raises
    ------
    ConfigError
        If the potential is an import path and the config does not say.
    """
    if source.energy_level is not None:
        return source.energy_level
    if source.potential in BUNDLED:
        return BUNDLED[source.potential].energy_level
    raise ConfigError(f"phases.sources: energy_level is needed for potential {source.potential!r}")


def source_settings(source: PotentialSource) -> ReferenceSettings:
    """Return the settings of the reference workflow for the systems and the potential of `source`."""
    base = read_settings(REFERENCE_SETTINGS)
    quick = QUICK.get(source.potential, source.potential)
    return base.model_copy(
        update={
            "systems": [[[symbol] for symbol in system.split("-")] for system in source.systems],
            "prescreen": base.prescreen.model_copy(update={"potential": quick}),
            "relax": base.relax.model_copy(update={"potential": quick}),
            "refine": base.refine.model_copy(update={"potential": source.potential}),
            "keep_ev_per_atom": source.keep_ev_per_atom,
            "limits": base.limits.model_copy(update={"max_atoms": source.max_atoms}),
        }
    )


def predict_phases(source: PotentialSource, client: Client) -> Predicted:
    """Decorate and relax every prototype for the systems of `source`, going on from what is stored.

    Parameters
    ----------
    source
        Systems, potential and where finished relaxations are kept.
    client
        Dask client whose workers can import the potential.

    Raises
    ------
    ConfigError
        If the potential cannot be used.
    PhaseDataError
        If an element has no relaxed structure that is reported for it.
    ParallelError
        If a system could not be brought to its end.
    """
    settings = source_settings(source)
    labels = Labels(
        source=source.label,
        version=potential_version(source.potential),
        id_prefix=source.label,
        energy_level=energy_level(source),
        unreported=False,
    )
    store = RecordFile(source.folder / f"{source.label}.jsonl")
    if source.potential in SHIPPED_POTENTIALS:
        store.start_from(SHIPPED_RELAXATIONS)
    outcomes = execute(settings, store, client)
    phases = phase_set(relaxations_table(outcomes).to_pandas(), labels, {}, settings.keep_ev_per_atom)
    return Predicted(phases, frozenset("-".join(system) for system in outcomes))
