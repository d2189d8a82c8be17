"""Phases that no database holds: prototypes decorated, relaxed and added for the systems a user asks for."""

from __future__ import annotations

import pyarrow as pa
from distributed import Client

from tieline.core.errors import ConfigError
from tieline.data import DATA
from tieline.data.potentials import BUNDLED, potential_version, weights_sha256
from tieline.phases.fetched import RAW_SCHEMA, Fetched
from tieline.phases.source_settings import PotentialSource
from tieline.phases.table import PHASES
from tieline.relaxation.embedded import (
    ENERGY_LEVEL,
    Labels,
    pbe_element_energies,
    phase_set,
    relaxations_table,
)
from tieline.relaxation.records import RecordFile
from tieline.relaxation.run import execute
from tieline.relaxation.settings import ReferenceSettings, read_settings

REFERENCE_SETTINGS = DATA / "phases/reference.yaml"
"""How the set that ships was computed; a source goes by the same stages and windows."""

SHIPPED_RELAXATIONS = DATA / "phases/relaxations.jsonl.xz"
"""What was computed for that set; a source in the same potential starts from it."""

SHIPPED_POTENTIALS = ("7net-0", "7net-l3i5")
"""The potentials of those."""

QUICK: dict[str, str] = {"7net-l3i5": "7net-0"}
"""The potential of the first stages, where it is not the source's own."""


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
            "reported": [],
            "prescreen": base.prescreen.model_copy(update={"potential": quick}),
            "relax": base.relax.model_copy(update={"potential": quick}),
            "refine": base.refine.model_copy(update={"potential": source.potential}),
            "refine_elements": base.refine_elements.model_copy(update={"potential": source.potential}),
            # Whoever asks for predictions gets them; how probable they are is judged with what is reported.
            "unreported_penalty_ev_per_atom": 0.0,
            "keep_ev_per_atom": source.keep_ev_per_atom,
            "limits": base.limits.model_copy(update={"max_atoms": source.max_atoms}),
        }
    )


def predict_phases(source: PotentialSource, client: Client) -> Fetched:
    """Decorate and relax every prototype for the systems of `source`, going on from what is stored.

    Parameters
    ----------
    source
        Systems, potential and where finished relaxations are kept.
    client
        Dask client whose workers can import the potential.

    Returns
    -------
    Fetched
        The elements and the compounds on or near the hull, those not reported as not experimental, and which
        systems were searched.

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
        source=source.name,
        version=potential_version(source.potential),
        id_prefix=source.name,
        energy_level=energy_level(source),
        unreported=False,
    )
    store = RecordFile(source.folder / f"{source.name}.jsonl")
    if source.potential in SHIPPED_POTENTIALS:
        store.start_from(SHIPPED_RELAXATIONS)
    outcomes = execute(settings, store, client)
    phases = phase_set(
        relaxations_table(outcomes).to_pandas(),
        labels,
        # Phases of one energy level have one zero, wherever they come from.
        pbe_element_energies() if labels.energy_level == ENERGY_LEVEL else {},
        penalty_ev_per_atom=settings.unreported_penalty_ev_per_atom,
        keep_ev_per_atom=settings.keep_ev_per_atom,
    )
    columns = pa.schema([field for field in RAW_SCHEMA if field.name in PHASES.names])
    return Fetched(
        rows=pa.Table.from_pandas(phases[columns.names], schema=columns).to_pylist(),
        source_version=labels.version,
        retrieved_at=max(phases["retrieved_at"]),
        searched=sorted("-".join(system) for system in outcomes),
        described={
            "potential": source.potential,
            "weights_sha256": weights_sha256(source.potential),
            "n_decorations": sum(map(len, outcomes.values())),
        },
    )
