"""From candidates to their crystallites: rows, reasons, and that each column comes from its own model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_structures import STANDARDS, TEXTBOOK, cell

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.parallel import Parallel, Resources
from tieline.data import DATA
from tieline.microstructure.columns import CRYSTALLITE_COLUMNS, MICROSTRUCTURE
from tieline.microstructure.crystallites import CrystalData, ElementData, make_crystallites
from tieline.microstructure.diffraction import Lines, Radiation, powder_lines
from tieline.microstructure.miedema import amorphous_enthalpy_kj_per_mol, read_parameters
from tieline.microstructure.profile import Profile
from tieline.microstructure.scattering import scattering_coefficients
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.microstructure.visibility import Detection, LinePair, visibility
from tieline.thermo.phase_arrays import PhaseArrays

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
        ("si", "Si", 0.0, 20.0, 160.2),
        ("sn", "Sn", 0.0, 27.0, 108.2),
        ("tisi2", "TiSi2", -0.55, 14.0, 339.3),
        ("mg2si", "Mg2Si", -0.20, 21.0, 256.0),
        ("rasi", "RaSi", -0.1, 25.0, np.nan),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom", "unit_cell_a3"],
)


def candidates(*rows):
    """Return candidates of pairs; of mixtures where B is a tuple of two phases and the weight share of the second."""
    columns = ["phase_a_id", "phase_b_id", "phase_a", "phase_b", "phase_b_weight_fraction", "phase_b_volume_fraction"]
    frame = pd.DataFrame(list(rows), columns=columns)
    parts = [b if isinstance(b, tuple) else (b, None, np.nan) for b in frame["phase_b_id"]]
    frame["phase_b_id"] = [
        f"{1 - share} {first} + {share} {second}" if second else first for first, second, share in parts
    ]
    frame["phase_b1_id"] = [first for first, _, _ in parts]
    frame["phase_b2_id"] = [second for _, second, _ in parts]
    frame["phase_b2_weight_share"] = [share for _, _, share in parts]
    numbers = ["phase_b_weight_fraction", "phase_b_volume_fraction", "phase_b2_weight_share"]
    return frame.astype(dict.fromkeys(numbers, "float64")).assign(system="test")


TISI2 = [("si", "tisi2", "Si", "TiSi2", w, v) for w, v in ((0.6, 0.46), (0.8, 0.69), (0.95, 7 / 8))]
MG2SI = [("si", "mg2si", "Si", "Mg2Si", 0.9, 0.92)]


def mixture(share_mg2si, volume_fraction=7 / 8, first="tisi2", second="mg2si"):
    return ("si", (first, second, share_mg2si), "Si", "TiSi2 + Mg2Si", 0.95, volume_fraction)


def crystallites(*rows, workers=1, problems=None, phases=PHASES, lines=LINES, **settings):
    return make_crystallites(
        candidates(*rows),
        CrystalData(
            ids=phases["phase_id"],
            arrays=PhaseArrays.from_table(phases),
            unit_cell_a3=phases["unit_cell_a3"].to_numpy(),
            lines=lines,
            problems=problems or {},
        ),
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
    assert (found["microstructure_missing_reason"] == "").all()
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
    rows = [*TISI2, mixture(0.3), *MG2SI, mixture(0.6), ("sn", "tisi2", "Sn", "TiSi2", 0.9, 0.93)]
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
                "a_xrd_detection_size_nm",
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
                "a_xrd_detection_size_nm",
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
    assert found["microstructure_missing_reason"] == reason
    assert {name for name, value in found.items() if pd.isna(value)} == empty


def test_design_size_above_low_crystalline():
    found = crystallites(TISI2[0], design_size_nm=60.0).iloc[0]
    assert found["microstructure_missing_reason"] == "the design size is above 50 nm"
    assert np.isnan(found["a_stays_low_crystalline_to_k"])
    assert found["a_stays_below_100_nm_to_k"] > 900.0


TI_SI2_G, MG2_SI_G = 47.867 + 2 * 28.085, 2 * 24.305 + 28.085
"""Per mol of formulas, of three atoms each."""


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
def test_amorphous_mixture_by_hand(share):
    """The mean of its phases, each amorphous by itself, over the atoms: both have three in a formula."""
    found = crystallites(mixture(share)).iloc[0]
    mg2si = share / MG2_SI_G / (share / MG2_SI_G + (1 - share) / TI_SI2_G)
    amorphous = (1 - mg2si) * amorphous_enthalpy_kj_per_mol({"Si": 2 / 3, "Ti": 1 / 3}, MIEDEMA, MELTING_K)
    amorphous += mg2si * amorphous_enthalpy_kj_per_mol({"Mg": 2 / 3, "Si": 1 / 3}, MIEDEMA, MELTING_K)
    crystalline = ((1 - mg2si) * -0.55 + mg2si * -0.20) * 96.48533
    assert found["b_amorphisation_enthalpy_kj_per_mol"] == pytest.approx(amorphous)
    assert found["b_amorphous_above_crystal_kj_per_mol"] == pytest.approx(amorphous - crystalline)


@pytest.mark.parametrize(("share", "unit_cell_a3"), [(0.25, 339.3), (0.5, 339.3), (0.75, 256.0)])
def test_shell_of_a_mixture_is_counted_in_cells_of_its_larger_part(share, unit_cell_a3):
    """10 nm as in the case of one phase; of equal parts the first."""
    found = crystallites(mixture(share), min_shell_unit_cells=3.0).iloc[0]
    cell_nm = np.cbrt(unit_cell_a3) / 10
    assert found["shell_thickness_nm"] == pytest.approx(10.0)
    assert found["shell_unit_cells"] == pytest.approx(10.0 / cell_nm)
    assert found["a_covered_above_nm"] == pytest.approx(2 * 3 * cell_nm)
    assert found["zener_limit_nm"] == pytest.approx(3.6 * 20.0 * (8 / 7) ** (1 / 3))


def test_silicon_is_looked_for_in_the_pattern_of_both_phases():
    """30 wt% of B is Mg2Si: of 76.695 g and 63 A^3 a formula, TiSi2 of 104.037 g and 42 A^3."""
    found = crystallites(mixture(0.3, volume_fraction=0.9)).iloc[0]
    mg2si, tisi2 = 0.3 * 63 / MG2_SI_G, 0.7 * 42 / TI_SI2_G
    shares = {"mg2si": mg2si / (mg2si + tisi2), "tisi2": tisi2 / (mg2si + tisi2)}
    of_b = Lines(
        np.concatenate([LINES[name].two_theta_deg for name in shares]),
        np.concatenate([LINES[name].intensity * share for name, share in shares.items()]),
    )
    detection = Detection(Profile(1.54184, 0.1, 0.9, 0.5), 20.0, 0.05, 0.5)
    expected = visibility(detection, [LinePair(LINES["si"], of_b, np.array([9.0]))])
    assert found["a_xrd_detection_size_nm"] == pytest.approx(expected.detection_size_nm[0], rel=1e-6)
    assert found["a_first_seen_two_theta_deg"] == pytest.approx(expected.first_seen_two_theta_deg[0])
    assert 1.0 < found["a_xrd_detection_size_nm"] < 1000.0
    alone = crystallites(("si", "tisi2", "Si", "TiSi2", 0.95, 0.9), ("si", "mg2si", "Si", "Mg2Si", 0.95, 0.9))
    assert found["a_xrd_detection_size_nm"] not in alone["a_xrd_detection_size_nm"].tolist()


def test_mixture_of_two_names_of_one_phase_is_that_phase():
    phases = pd.concat([PHASES, PHASES[PHASES["phase_id"] == "tisi2"].assign(phase_id="again")], ignore_index=True)
    lines = LINES | {"again": LINES["tisi2"]}
    row = ("si", ("tisi2", "again", 0.35), "Si", "TiSi2 + TiSi2", 0.95, 7 / 8)
    found = crystallites(row, phases=phases, lines=lines)
    numbers = [column.name for column in CRYSTALLITE_COLUMNS if column.kind == "number"]
    pd.testing.assert_frame_equal(found[numbers], crystallites(TISI2[2])[numbers], rtol=1e-6)


@pytest.mark.parametrize(("first", "second"), [("tisi2", "rasi"), ("rasi", "tisi2")])
def test_either_part_leaves_cells_empty_and_says_why(first, second):
    """Without a structure there is no pattern; the larger part alone gives the unit cell."""
    row = mixture(0.3, first=first, second=second)
    found = crystallites(row, problems={"rasi": "RaSi has no structure"}).iloc[0]
    assert found["microstructure_missing_reason"] == "RaSi has no structure; no Miedema parameters of Ra"
    empty = {name for name, value in found.items() if pd.isna(value)}
    always = {
        "a_xrd_detection_size_nm",
        "a_first_seen_two_theta_deg",
        "b_amorphisation_enthalpy_kj_per_mol",
        "b_amorphous_above_crystal_kj_per_mol",
    }
    assert empty == always | ({"shell_unit_cells", "a_covered_above_nm"} if first == "rasi" else set())


def test_larger_part_without_a_unit_cell_says_so():
    phases = PHASES.assign(unit_cell_a3=PHASES["unit_cell_a3"].mask(PHASES["phase_id"] == "tisi2"))
    (reason,) = crystallites(mixture(0.3), phases=phases)["microstructure_missing_reason"]
    assert reason == "no unit cell of TiSi2 + Mg2Si"
    (reason,) = crystallites(mixture(0.7), phases=phases)["microstructure_missing_reason"]
    assert reason == ""


def test_table_survives_the_file(tmp_path):
    made = crystallites(*TISI2, mixture(0.3), ("si", "tisi2", "Si", "TiSi2", 0.8, np.nan))
    MICROSTRUCTURE.write(made, tmp_path / "microstructure.parquet")
    pd.testing.assert_frame_equal(MICROSTRUCTURE.read(tmp_path / "microstructure.parquet"), made, check_dtype=False)


def test_no_candidates():
    found = crystallites()
    assert found.empty
    assert list(found) == [*CANDIDATE_KEYS, *(column.name for column in CRYSTALLITE_COLUMNS)]
