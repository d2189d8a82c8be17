"""From the phase table to what coexists: pairs and mixtures are counted, and the best mixtures kept."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tieline.config import load_config, stage_settings
from tieline.core.parallel import Resources
from tieline.crystal.symmetry import SPACE_GROUPS
from tieline.data import DATA
from tieline.phases.table import PHASES, write_phases
from tieline.thermo.columns import COEXISTENCE, PAIR_COUNTS
from tieline.thermo.stage import Settings, run

ROWS = pd.DataFrame(
    [
        ("si", "Si", "Si", 0.0, 227),
        ("ti", "Ti", "Ti", 0.0, 194),
        ("ni", "Ni", "Ni", 0.0, 225),
        ("li", "Li", "Li", 0.0, 229),
        ("tisi2", "TiSi2", "Si-Ti", -0.6, 70),
        ("nisi2", "NiSi2", "Ni-Si", -0.6, 225),
        ("nisi2-b", "NiSi2", "Ni-Si", -0.59, 141),
        ("nitisi", "NiTiSi", "Ni-Si-Ti", -0.9, 62),
    ],
    columns=["phase_id", "formula", "elements", "formation_energy_ev_per_atom", "spacegroup_number_source"],
)
"""TiSi2 + NiSi2 -> NiTiSi + 3 Si costs 0.9 eV of six atoms, as in test_mixture_search."""


@pytest.fixture
def coexisting(tmp_path: Path):
    """Return a function that runs the stage with some changed sections and gives back its three tables."""
    names = {"coexistence": "coexistence", "counts": "pair_counts", "space_groups": "space_groups"}
    outputs = {name: tmp_path / f"{file}.parquet" for name, file in names.items()}

    def of(rows: pd.DataFrame = ROWS, searched: list[str] | None = None, **sections: object) -> list[pd.DataFrame]:
        filled = rows.assign(
            n_elements=rows["elements"].str.count("-") + 1,
            energy_level="PBE",
            volume_a3_per_atom=15.0,
            source="by hand",
            source_version="",
            retrieved_at="",
        )
        empty = {column.name: None for column in PHASES.columns if column.name not in filled}
        write_phases(filled.assign(**empty), tmp_path / "phases.parquet")
        (tmp_path / "sources.json").write_text(json.dumps({"searched": searched}), "utf-8")
        space = {"hosts": ["Si"], "partner_groups": ["transition"], "max_partners": 2}
        settings = Settings(**stage_settings(load_config({"space": space, **sections}), "thermo"))
        inputs = {
            "phases": tmp_path / "phases.parquet",
            "sources": tmp_path / "sources.json",
            "transitions": DATA / "elements/transitions.csv",
        }
        run(inputs, outputs, settings, Resources())
        tables = {"coexistence": COEXISTENCE, "counts": PAIR_COUNTS, "space_groups": SPACE_GROUPS}
        return [table.read(outputs[name]) for name, table in tables.items()]

    return of


ALL_WITHIN = {"coexistence": {"tolerance_ev_per_atom": 0.5, "minimum_probability": 0.0}}


@pytest.mark.parametrize("keep", [0, 1, 2, 5])
def test_mixtures_are_counted_whether_kept_or_not(coexisting, keep: int) -> None:
    """NiSi2 + TiSi2, and NiTiSi with either of them; of NiSi2 one form."""
    found, counts, space_groups = coexisting(**ALL_WITHIN, mixtures={"max_per_system": keep})
    counts = counts.set_index("system")
    names = ["n_tested", "n_coexisting", "n_mixtures"]
    # Silicon with a compound of all elements of the system each.
    assert counts.loc["Si-Ni", names].tolist() == [2, 2, 0]
    assert counts.loc["Si-Ti", names].tolist() == [1, 1, 0]
    assert counts.loc["Si-Ni-Ti", names].tolist() == [1, 1, 3]
    assert set(counts.index) == {"Si-Ni", "Si-Ti", "Si-Ni-Ti"}
    mixed = found["phase_b2_id"].notna()
    assert found[~mixed]["phase_b_id"].tolist() == ["nisi2", "nisi2-b", "tisi2", "nitisi"]
    assert mixed.sum() == min(keep, 3)
    # The disilicides are the most probable, their mixture being on the hull.
    assert "nisi2 + tisi2" in found.loc[mixed, "phase_b_id"].tolist() or keep == 0
    # Space groups of what is part of a composite, and of nothing else.
    assert set(space_groups["phase_id"]) == {"si", "tisi2", "nisi2", "nisi2-b", "nitisi"}
    assert space_groups.set_index("phase_id").loc["tisi2", "spacegroup_number"] == 70


def test_improbable_composites_are_neither_counted_nor_kept(coexisting) -> None:
    everything, _, _ = coexisting(**ALL_WITHIN, mixtures={"max_per_system": 9})
    limit = {"tolerance_ev_per_atom": 0.5, "minimum_probability": 0.4}
    found, counts, _ = coexisting(coexistence=limit, mixtures={"max_per_system": 9})
    assert (found["coexistence_probability"] >= 0.4).all()
    single = everything[everything["phase_b2_id"].isna()]
    likely = single[single["coexistence_probability"] >= 0.4]
    assert 0 < len(likely) < len(single)
    pairs = found[found["phase_b2_id"].isna()]
    assert pairs["phase_b_id"].tolist() == likely["phase_b_id"].tolist()
    assert counts["n_coexisting"].sum() == len(pairs)
    assert counts["n_mixtures"].sum() == found["phase_b2_id"].notna().sum()


def test_systems_that_nobody_searched_have_no_mixtures(coexisting) -> None:
    known = ["Ni", "Si", "Ti", "Ni-Si", "Si-Ti", "Ni-Si-Ti"]
    found, counts, _ = coexisting(**ALL_WITHIN, searched=known)
    assert found["phase_b2_id"].isna().all()
    assert counts["n_mixtures"].sum() == 0
    found, _, _ = coexisting(**ALL_WITHIN, searched=[*known, "Ni-Ti"])
    assert found["phase_b2_id"].notna().any()


def test_compounds_of_assessed_diagrams_that_the_data_lack_are_named(coexisting) -> None:
    """The silicides of titanium but TiSi2, of which TiSi and Ti5Si3 stand in every diagram of the system."""
    _, counts, _ = coexisting(**ALL_WITHIN)
    lacking = counts.set_index("system")["reported_missing"].str.split(" ")
    assert {"TiSi", "Ti5Si3"} <= set(lacking["Si-Ti"])
    assert "TiSi2" not in lacking["Si-Ti"]
    assert {"NiSi", *lacking["Si-Ti"]} <= set(lacking["Si-Ni-Ti"])


@pytest.mark.parametrize("rows", [ROWS.iloc[:4], ROWS.iloc[[0, 3]]], ids=["no compounds", "no partners"])
def test_nothing_coexists(coexisting, rows: pd.DataFrame) -> None:
    found, counts, space_groups = coexisting(rows)
    assert found.empty
    assert space_groups.empty
    assert counts[["n_tested", "n_coexisting", "n_mixtures"]].to_numpy().sum() == 0
