"""Every stage on ten hand-made phases, in this process: silicon with titanium, magnesium and both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import ase.build
import ase.spacegroup
import pandas as pd
from ase import Atoms

from tieline.api.screening import RANKING_FILES
from tieline.config import load_config, stage_settings
from tieline.core.parallel import Resources
from tieline.core.stage import run_stages
from tieline.data import DATA

EV_PER_KJ_PER_MOL = 1.0 / 96.48533

# id, formula, space group, volume in A3/atom, formation enthalpy in kJ per mol of atoms: silicides from Kubaschewski,
# Alcock and Spencer, Materials Thermochemistry (1993), C49 put 1 kJ/mol above C54; Li15Si4 at a mean of 0.3 V.
PHASES = [
    ("si", "Si", 227, 20.0, 0.0),
    ("li", "Li", 229, 21.6, 0.0),
    ("ti", "Ti", 194, 17.7, 0.0),
    ("mg", "Mg", 194, 23.2, 0.0),
    ("c54", "TiSi2", 70, 14.1, -134.3 / 3),
    ("c49", "TiSi2", 63, 15.0, -134.3 / 3 + 1.0),
    ("tisi", "TiSi", 62, 14.9, -129.7 / 2),
    ("mg2si", "Mg2Si", 225, 21.6, -77.8 / 3),
    ("li15si4", "Li15Si4", 220, 16.1, -0.3 * 96.48533 * 15 / 19),
    ("li22si5", "Li22Si5", 216, 15.0, -20.0),
]

INPUTS: Mapping[str, Mapping[str, str | Path]] = {
    "phases": {},
    "phases.export": {"phases": "phases.parquet"},
    "thermo": {
        "phases": "phases.parquet",
        "sources": "work/sources.json",
        "transitions": DATA / "elements/transitions.csv",
    },
    "lithiation": {
        "phases": "phases.parquet",
        "sources": "work/sources.json",
        "coexistence": "work/coexistence.parquet",
        "counts": "work/pair_counts.parquet",
        "space_groups": "work/space_groups.parquet",
    },
    "microstructure": {
        "candidates": "candidates.parquet",
        "phases": "phases.parquet",
        "space_groups": "work/space_groups.parquet",
        "miedema": DATA / "elements/miedema.csv",
        "transitions": DATA / "elements/transitions.csv",
    },
    "full_cell": {"candidates": "candidates.parquet", "phases": "phases.parquet"},
    "process": {
        "candidates": "candidates.parquet",
        "phases": "phases.parquet",
        "transitions": DATA / "elements/transitions.csv",
        "prices": DATA / "process/element_prices.csv",
    },
    "claims": {
        "candidates": "candidates.parquet",
        "microstructure": "work/microstructure.parquet",
        "process": "work/process.parquet",
        "cells": "work/cells.parquet",
        "phases": "phases.parquet",
        "space_groups": "work/space_groups.parquet",
    },
    "ranking": {
        "properties": "properties.parquet",
        "claims": "claims.parquet",
        "systems": "systems.csv",
        "phases": "phases.parquet",
        "excluded": "excluded.csv",
        "sources": "work/sources.json",
    },
    "report": {"properties": "properties.parquet", "ranked_table": "ranked.parquet"},
    "report.export": {
        "properties": "properties.parquet",
        "ranked_table": "ranked.parquet",
        "voltage_curves": "voltage_curves.parquet",
        "phases": "phases.parquet",
        "claims": "claims.parquet",
        "claims_summary": "claims_summary.csv",
    },
    "report.paper": {
        "ranked_table": "ranked.parquet",
        "properties": "properties.parquet",
        "voltage_curves": "voltage_curves.parquet",
        "systems": "systems.csv",
        "phases": "phases.parquet",
    },
    "evaluation.experiment": {
        "phases": "phases.parquet",
        "neighbours": DATA / "validation/binary_neighbours.csv",
        "ternaries": DATA / "validation/ternary_facts.csv",
        "lattices": DATA / "validation/element_lattices.csv",
        "volumes": DATA / "validation/compound_volumes.csv",
        "enthalpies": DATA / "compounds/enthalpies.csv",
        "plateaus": DATA / "validation/plateaus.csv",
    },
    "evaluation.measured": {
        "phases": "phases.parquet",
        "activity": DATA / "validation/compound_activity.csv",
        "capacities": DATA / "validation/measured_capacities.csv",
    },
    "evaluation.comparison": {"phases": "phases.parquet", "measured": DATA / "validation/plateaus.csv"},
    "report.page": {
        "ranked_table": "ranked.parquet",
        "alternatives": "alternatives.csv",
        "claims_summary": "claims_summary.csv",
        "provenance": "provenance.json",
        "properties": "properties.parquet",
        "claims": "claims.parquet",
        "voltage_curves": "voltage_curves.parquet",
        "lines": "work/lines.parquet",
        "counts": "work/pair_counts.parquet",
        "systems": "systems.csv",
        "phases": "phases.parquet",
        "scores": "validation_scores.csv",
        "activity": "validation_activity.csv",
        "capacities": "validation_capacities.csv",
    },
}
"""What each stage reads, below the results unless it ships with tieline; each after those it depends on."""

OUTPUTS: Mapping[str, Mapping[str, str]] = {
    "phases": {
        "phases": "phases.parquet",
        "excluded": "excluded.csv",
        "rejected": "rejected.csv",
        "sources": "work/sources.json",
    },
    "phases.export": {"database": "export/phases.db", "entries": "export/entries.json.gz"},
    "thermo": {
        "coexistence": "work/coexistence.parquet",
        "counts": "work/pair_counts.parquet",
        "space_groups": "work/space_groups.parquet",
    },
    "lithiation": {
        "candidates": "candidates.parquet",
        "voltage_curves": "voltage_curves.parquet",
        "systems": "systems.csv",
    },
    "microstructure": {"microstructure": "work/microstructure.parquet", "lines": "work/lines.parquet"},
    "full_cell": {"cells": "work/cells.parquet"},
    "process": {"process": "work/process.parquet"},
    "claims": {"claims": "claims.parquet", "properties": "properties.parquet"},
    "ranking": RANKING_FILES,
    "report.page": {"page": "report.html"},
    "report": {"trade_off": "figures/trade_off.svg"},
    "report.export": {
        "workbook": "export/candidates.xlsx",
        "entries": "export/candidates.json",
        "structures": "export/structures",
    },
    "report.paper": {"trade_off": "figures/trade_off.png", "voltage_curves": "figures/voltage_curves.svg"},
    "evaluation.experiment": {
        "validation": "validation.csv",
        "scores": "validation_scores.csv",
        "ternary_validation": "validation_ternaries.csv",
        "polymorph_validation": "validation_polymorphs.csv",
        "lattice_validation": "validation_lattices.csv",
        "volume_validation": "validation_volumes.csv",
        "enthalpy_validation": "validation_enthalpies.csv",
        "voltage_validation": "validation_voltages.csv",
    },
    "evaluation.measured": {
        "measured_activity": "validation_activity.csv",
        "measured_capacities": "validation_capacities.csv",
    },
    "evaluation.comparison": {
        "compounds": "comparison/compounds.csv",
        "neighbours": "comparison/neighbours.csv",
        "plateaus": "comparison/plateaus.csv",
    },
}
"""What each stage writes."""


OBJECTIVES = ["capacity_inert_b_mah_per_g", "phase_b_weight_fraction"]

WEIGHTS = {
    "capacity_inert_b_mah_per_g": 1.0,
    "capacity_stable_b_mah_per_g": 1.0,
    "phase_b_volume_fraction": 2.0,
    "volume_change_inert_b_fraction": 3.0,
    "tie_line_excess_ev_per_atom": 1.0,
}


def write_phases(path: Path) -> None:
    """Write the hand-made phases, silicon and both forms of TiSi2 with structures (Pearson's Handbook), to `path`."""
    structures: dict[str, Atoms] = {
        "si": ase.build.bulk("Si", a=5.431),
        "c49": ase.spacegroup.crystal(
            ("Ti", "Si", "Si"),
            [(0, 0.1022, 0.25), (0, 0.7523, 0.25), (0, 0.4461, 0.25)],
            spacegroup=63,
            cellpar=[3.62, 13.76, 3.605, 90, 90, 90],
        ),
        "c54": ase.spacegroup.crystal(
            ("Ti", "Si"),
            [(0.125, 0.125, 0.125), (0.4615, 0.125, 0.125)],
            spacegroup=70,
            setting=2,
            cellpar=[8.267, 4.800, 8.551, 90, 90, 90],
        ),
    }
    names = ["phase_id", "formula", "spacegroup_number_source", "volume_a3_per_atom", "formation_energy_ev_per_atom"]
    frame = pd.DataFrame(PHASES, columns=names)
    frame["formation_energy_ev_per_atom"] *= EV_PER_KJ_PER_MOL
    for name, of_atoms in {
        "numbers": lambda atoms: atoms.numbers,
        "cell_a": lambda atoms: atoms.cell[:],
        "scaled_positions": lambda atoms: atoms.get_scaled_positions(),
    }.items():
        lists = {phase_id: json.dumps(of_atoms(atoms).tolist()) for phase_id, atoms in structures.items()}
        frame[name] = frame["phase_id"].map(lists)
    frame.to_csv(path, index=False)


def configuration(folder: Path) -> dict[str, object]:
    """Return a configuration of few numbers, whose phases are in `folder`."""
    source = {"kind": "file", "path": str(folder / "mine.csv"), "energy_level": "experiment"}
    return {
        "phases": {"sources": [source]},
        "comparison": {"source": source},
        "space": {"hosts": ["Si"], "partners": ["Mg", "Ti"]},
        "uncertainty": {"draws": 100},
        "composition": {"phase_b_weight_fraction": {"min": 0.6, "max": 0.9, "step": 0.3}},
        "coexistence": {"minimum_probability": 0.0, "tolerance_ev_per_atom": 0.025},
        "ranking": {"objectives": OBJECTIVES, "weights": WEIGHTS, "polymorphs_within_ev_per_atom": 0.02},
    }


def run_stage(
    name: str,
    folder: Path,
    *,
    results: Path | None = None,
    inputs: Mapping[str, Path] | None = None,
    **sections: object,
) -> None:
    """Run one stage.

    Parameters
    ----------
    name
        The stage.
    folder
        Where `write_phases` has written ``mine.csv`` and the results of earlier stages are.
    results
        Where its results go; default: to those of the earlier stages.
    inputs
        Files that it reads in place of its own.
    sections
        Sections of the configuration in place of those of `configuration`.
    """
    results = folder if results is None else results
    own = {key: path if isinstance(path, Path) else folder / path for key, path in INPUTS[name].items()}
    outputs = {key: results / path for key, path in OUTPUTS[name].items()}
    for path in [results / "logs/x", *outputs.values()]:
        path.parent.mkdir(parents=True, exist_ok=True)
    run_stages(
        {name: stage_settings(load_config(configuration(folder) | sections), name)},
        inputs=[(key, str(path)) for key, path in (own | dict(inputs or {})).items()],
        outputs=[(key, str(path)) for key, path in outputs.items()],
        resources=Resources(),
        log_file=results / f"logs/{name}.log",
    )
