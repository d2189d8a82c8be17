"""EMT stands in for the potentials: a real calculator, known to the digit, for Al, Ni, Cu and Ag."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tieline.relaxation.records import Record
from tieline.relaxation.settings import Limits, PrescreenSettings, ReferenceSettings, RelaxSettings, Selection

EMT = "ase.calculators.emt:EMT"


@pytest.fixture(scope="session")
def limits() -> Limits:
    return Limits(
        max_atoms=2,
        max_atoms_known=2,
        volume_ratio=(0.5, 1.6),
        shortest_distance=0.6,
        formation_energy_ev_per_atom=(-1.5, 1.0),
    )


@pytest.fixture(scope="session")
def prescreen() -> PrescreenSettings:
    return PrescreenSettings(potential=EMT, evaluations=6, settled_ev_per_atom=1e-4, hopeless_ev_per_atom=0.5)


@pytest.fixture(scope="session")
def refine() -> RelaxSettings:
    return RelaxSettings(potential=EMT, fmax_ev_per_a=0.01, max_steps=60, must_converge=True)


@pytest.fixture(scope="session")
def settings(limits: Limits, prescreen: PrescreenSettings, refine: RelaxSettings) -> ReferenceSettings:
    return ReferenceSettings(
        version="test",
        systems=[[["Cu"], ["Al"]]],
        prescreen=prescreen,
        screen=Selection(window_ev_per_atom=0.2, most=3),
        relax=RelaxSettings(potential=EMT, fmax_ev_per_a=0.1, max_steps=10, must_converge=False),
        shortlist=Selection(window_ev_per_atom=0.1, most=2),
        refine=refine,
        refine_elements=refine,
        unreported_penalty_ev_per_atom=0.0,
        keep_ev_per_atom=0.1,
        limits=limits,
    )


@pytest.fixture(scope="session")
def record() -> Record:
    return Record(
        key="refine|A1|Cu|0|0",
        stage="refine",
        prototype="A1",
        symbols=("Cu",),
        potential="7net-l3i5",
        potential_version="0.13.0",
        weights_sha256="0" * 64,
        reason="",
        energy_ev_per_atom=-3.5,
        fmax_ev_per_a=0.01,
        steps=4,
        optimiser="LBFGS",
        numbers=(29,),
        cell_a=(0.0, 1.8, 1.8, 1.8, 0.0, 1.8, 1.8, 1.8, 0.0),
        scaled_positions=(0.0, 0.0, 0.0),
        spacegroups=(225, 225),
        cpu_seconds=1.0,
        finished_on="2026-11-23",
    )


@pytest.fixture(scope="session")
def failed(record: Record) -> Record:
    return replace(
        record, key="b", reason="exploded", energy_ev_per_atom=None, cell_a=(), scaled_positions=(), spacegroups=None
    )
