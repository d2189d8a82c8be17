"""From candidates to their crystallites: rows, reasons, and that each column comes from its own model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_structures import STANDARDS, TEXTBOOK, cell

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.parallel import Parallel, Resources
from tieline.data import DATA
from tieline.microstructure.columns import CRYSTALLITE_COLUMNS
from tieline.microstructure.crystallites import ElementData, make_crystallites
from tieline.microstructure.diffraction import Radiation, powder_lines
from tieline.microstructure.miedema import read_parameters
from tieline.microstructure.scattering import scattering_coefficients
from tieline.microstructure.settings import Diffraction, Microstructure

RADIATION = Radiation(1.54184, 10.0, 80.0, scattering_coefficients())
LINES = {
    name: powder_lines(RADIATION, cell(atoms))
    for name, atoms in {
        "si": STANDARDS["Si"],
        "sn": TEXTBOOK["beta-Sn"][0],
        "tisi2": TEXTBOOK["C54 TiSi2"][0],
        "mg2si": TEXTBOOK["C1 Mg2Si"][0],
    }.items()
}
MELTING_K = {"Si": 1687.0, "Sn": 505.08, "Zn": 692.68, "Ti": 1941.0, "Mg": 923.0, "Ra": 973.0}
MIEDEMA = read_parameters(DATA / "elements/miedema.csv")

PHASES = pd.DataFrame(
    [
        ("si", 0.0, 160.2),
        ("sn", 0.0, 108.2),
        ("tisi2", -0.55, 339.3),
        ("mg2si", -0.20, 256.0),
        ("rasi", -0.1, np.nan),
    ],
    columns=["phase_id", "formation_energy_ev_per_atom", "unit_cell_a3"],
)


def candidates(*rows):
    columns = ["phase_a_id", "phase_b_id", "phase_a", "phase_b", "phase_b_weight_fraction", "phase_b_volume_fraction"]
    return pd.DataFrame(list(rows), columns=columns).assign(system="test")


TISI2 = [("si", "tisi2", "Si", "TiSi2", w, v) for w, v in ((0.6, 0.46), (0.8, 0.69), (0.95, 7 / 8))]
MG2SI = [("si", "mg2si", "Si", "Mg2Si", 0.9, 0.92)]


def crystallites(*rows, workers=1, problems=None, **settings):
    return make_crystallites(
        candidates(*rows),
        PHASES,
        LINES,
        problems or {},
        ElementData(MELTING_K, MIEDEMA),
        diffraction=Diffraction(),
        microstructure=Microstructure(**settings),
        resources=Resources(cores=1, parallel=Parallel(workers=workers)),
    )


def test_columns_and_order():
    found = crystallites(*MG2SI, *TISI2[::-1])
    assert list(found) == [*CANDIDATE_KEYS, *(column.name for column in CRYSTALLITE_COLUMNS)]
    assert found["phase_b_id"].tolist() == ["mg2si", "tisi2", "tisi2", "tisi2"]
    assert found["phase_b_weight_fraction"].tolist() == [0.9, 0.95, 0.8, 0.6]
    assert (found["crystallites_undecided"] == "").all()
    assert found.notna().all(axis=None)


def test_one_candidate_by_hand():
    """Seven volumes of B on cores of 20 nm: 10 nm, in cells of 33.93^(1/3) A = 0.69752 nm."""
    found = crystallites(TISI2[2], min_shell_unit_cells=3.0).iloc[0]
    assert found["shell_thickness_nm"] == pytest.approx(10.0)
    assert found["shell_unit_cells"] == pytest.approx(10.0 / 0.69752, rel=1e-4)
    assert found["a_covered_above_nm"] == pytest.approx(2 * 3 * 0.69752, rel=1e-4)
    assert found["zener_limit_nm"] == pytest.approx(3.6 * 20.0 * (8 / 7) ** (1 / 3))
    assert found["a_size_after_lowest_anneal_nm"] == pytest.approx(20.0, abs=1e-6)
    difference = found["b_amorphous_above_crystal_kj_per_mol"] - found["b_amorphisation_enthalpy_kj_per_mol"]
    assert difference == pytest.approx(0.55 * 96.48533)


def test_rows_do_not_depend_on_their_neighbours_or_on_workers():
    rows = [*TISI2, *MG2SI, ("sn", "tisi2", "Sn", "TiSi2", 0.9, 0.93)]
    together = crystallites(*rows)
    for number, row in enumerate(rows):
        alone = crystallites(row)
        pd.testing.assert_frame_equal(alone, together.iloc[[number]].reset_index(drop=True), check_exact=True)
    pd.testing.assert_frame_equal(crystallites(*rows, workers=2), together, check_exact=True)


@pytest.mark.parametrize(
    ("row", "reason", "empty"),
    [
        (
            ("sn", "tisi2", "Sn", "TiSi2", 0.8, 0.7),
            "Sn melts at 505.08 K, below 773 K",
            {"a_size_after_highest_anneal_nm"},
        ),
        (
            ("si", "tisi2", "SiB3", "TiSi2", 0.8, 0.7),
            "no growth data of SiB3",
            {c.name for c in CRYSTALLITE_COLUMNS if c.name.startswith("a_") and c.unit == "K"}
            | {"a_size_after_lowest_anneal_nm", "a_size_after_highest_anneal_nm"},
        ),
        (
            ("si", "tisi2", "Si", "TiSi2", 0.8, np.nan),
            "no volume of Si or TiSi2",
            {
                "a_invisible_below_nm",
                "a_first_seen_two_theta_deg",
                "shell_thickness_nm",
                "shell_unit_cells",
                "a_covered_above_nm",
                "zener_limit_nm",
                "a_size_after_lowest_anneal_nm",
                "a_size_after_highest_anneal_nm",
                "a_stays_low_crystalline_to_k",
                "a_stays_below_100_nm_to_k",
            },
        ),
        (
            ("si", "rasi", "Si", "RaSi", 0.8, 0.7),
            "RaSi has no structure; no Miedema parameters of Ra",
            {
                "a_invisible_below_nm",
                "a_first_seen_two_theta_deg",
                "shell_unit_cells",
                "a_covered_above_nm",
                "b_amorphisation_enthalpy_kj_per_mol",
                "b_amorphous_above_crystal_kj_per_mol",
            },
        ),
    ],
    ids=["molten", "compound", "no volume", "no structure"],
)
def test_what_is_empty_says_why(row, reason, empty):
    found = crystallites(row, problems={"rasi": "RaSi has no structure", "si": ""}).iloc[0]
    assert found["crystallites_undecided"] == reason
    assert {name for name, value in found.items() if pd.isna(value)} == empty


def test_design_size_above_low_crystalline():
    found = crystallites(TISI2[0], design_size_nm=60.0).iloc[0]
    assert found["crystallites_undecided"] == "the design size is above 50 nm"
    assert np.isnan(found["a_stays_low_crystalline_to_k"])
    assert found["a_stays_below_100_nm_to_k"] > 900.0


def test_no_candidates():
    found = crystallites()
    assert found.empty
    assert list(found) == [*CANDIDATE_KEYS, *(column.name for column in CRYSTALLITE_COLUMNS)]
