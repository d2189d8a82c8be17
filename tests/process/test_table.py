"""Cost and liquidus by hand, routes of alloys that have been made, and the estimate against assessed melting points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from reference_melting import CONGRUENT_MELTING_C, TRANSITIONS

from tieline.core.formulas import composition_key, element_counts
from tieline.data import DATA
from tieline.process.columns import PROCESS_COLUMNS
from tieline.process.melting import LIQUIDUS_ERROR_FRACTION
from tieline.process.settings import Process
from tieline.process.table import make_process

PHASES = {
    "Si": 0.0,
    "Sn": 0.0,
    "Zn": 0.0,
    "TiSi2": -0.57,
    "NiSi2": -0.35,
    "BaSi2": -0.36,
    "SnPb": 0.0,
    "Mg2Si": -0.16,
    "MoSn2": 0.0,
    "Mg2Sn": -0.20,
    "CoSi2": -0.49,
    "Mg2Zn11": -0.06,
    "ZrZn2": -0.29,
    "Pm2Si": -0.5,
}
"""Formation energies as of the Materials Project or nearly so, in eV/atom; a phase's formula is its id."""


def candidates(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """Return candidates from system, A, B (of two phases the second three quarters), weight fraction of B, capacity."""
    columns = ["system", "phase_a", "phase_b", "phase_b_weight_fraction", "capacity_inert_b_mah_per_g"]
    frame = pd.DataFrame(list(rows), columns=columns)
    parts = frame["phase_b"].str.split(" + ", regex=False)
    shares = frame["phase_b"].str.contains(" + ", regex=False).map({True: 0.75, False: np.nan})
    return frame.assign(
        phase_a_id=frame["phase_a"],
        phase_b_id=frame["phase_b"],
        phase_b1_id=parts.str[0],
        phase_b2_id=parts.str.get(1),
        phase_b2_weight_share=shares,
    )


def process_of(
    *rows: tuple[str, str, str, float, float], prices: Mapping[str, float] | None = None, energies: Mapping = PHASES
) -> pd.DataFrame:
    phases = pd.DataFrame(
        {
            "phase_id": list(energies),
            "formula": list(energies),
            "formation_energy_ev_per_atom": list(energies.values()),
            "volume_a3_per_atom": np.nan,
        }
    )
    return make_process(candidates(*rows), phases, TRANSITIONS, prices or {}, Process())


def test_si_and_tisi2_by_hand() -> None:
    """60 wt% TiSi2 of 47.867 + 2 x 28.085 = 104.037 g/mol: Ti 0.6 x 47.867 / 104.037 = 0.27606, Si 0.72394 by weight.

    At 11.4 and 1.7 USD/kg: 3.1471 + 1.2307 = 4.3778 USD/kg; over 1431.4 Ah/kg: 0.0030584 USD/Ah.
    By atoms Ti 0.27606 / 47.867 = 0.0057672, Si 0.72394 / 28.085 = 0.0257768: x = 0.18284 and 0.81716.
    W = 0.74 x -0.57 x 96.485 / (2/9) = -183.14 kJ/mol. Of TiSi2's liquidus the enthalpy is a third of Ti's
    14.15 + W x 0.81716^2 = -108.14 and two thirds of Si's 50.21 + W x 0.18284^2 = 44.087, plus 54.997: 48.34 kJ/mol;
    the entropy a third of 14.15/1941.15 + R 1.69914 = 0.021417 and two thirds of 50.21/1687.15 + R 0.20192 = 0.031439,
    0.028098 kJ/(mol K): 1720 K.
    """
    (row,) = process_of(("Si-Ti", "Si", "TiSi2", 0.6, 1431.4), prices={"Si": 1.7, "Ti": 11.4}).to_dict("records")
    assert row["cost_usd_per_kg"] == pytest.approx(4.3778, abs=1e-4)
    assert row["cost_usd_per_ah"] == pytest.approx(0.0030584, abs=1e-7)
    assert row["liquidus_estimate_k"] == pytest.approx(1720.0, abs=2.0)
    assert (row["liquidus_low_k"], row["liquidus_high_k"]) == pytest.approx(
        (0.8 * row["liquidus_estimate_k"], 1.2 * row["liquidus_estimate_k"])
    )
    assert (row["melting_route_low"], row["melting_route"], row["melting_route_high"]) == ("melt", "melt", "arc melt")
    assert (row["highest_melting_element"], row["lowest_boiling_element"]) == ("Ti", "Si")
    assert row["hazards"] == ""


def test_a_matrix_of_two_phases_by_hand() -> None:
    """60 wt% B, a quarter of it TiSi2 and three quarters NiSi2 of 114.863 g/mol.

    Ti 0.15 x 47.867 / 104.037 = 0.069014, Ni 0.45 x 58.693 / 114.863 = 0.229942, Si 0.701044 by weight; at 11.4, 13.9
    and 1.7 USD/kg 0.786760 + 3.196194 + 1.191775 = 5.17473 USD/kg.
    By atoms, in mol per gram: TiSi2 3 x 0.15 / 104.037 = 0.0043254, NiSi2 3 x 0.45 / 114.863 = 0.0117531, Ti 0.0014418,
    Ni 0.0039177, Si 0.0249615 of 0.0303210 together: x = 0.047552, 0.129207 and 0.823241.
    W = 0.74 x 4.5 x 96.485 E: Ti-Si -183.14 and Ni-Si -112.45 kJ/mol; Ti-Ni by their phases' atoms -131.47.
    Sums of W x over each element's neighbours: Ti -167.76, Ni -98.83, Si -23.24; half their mean over x, -19.94, taken
    off: -147.82, -78.89, -3.30 kJ/mol.
    TiSi2's liquidus: (14.15 - 147.82) / 3 + 2 (50.21 - 3.30) / 3 + 54.997 = 41.714 kJ/mol over
    (0.0072895 + R 3.04593) / 3 + 2 (0.0297603 + R 0.194506) / 3 = 0.031790 kJ/(mol K), 1312 K.
    NiSi2's: (17.48 - 78.89) / 3 + 31.273 + 33.770 = 44.574 over (0.0101148 + R 2.04634) / 3 + 0.020918 = 0.029961,
    1488 K. Si's: 46.91 / 0.031378 = 1495 K.
    """
    (row,) = process_of(
        ("Si-Ni-Ti", "Si", "TiSi2 + NiSi2", 0.6, 1431.4), prices={"Si": 1.7, "Ti": 11.4, "Ni": 13.9}
    ).to_dict("records")
    assert row["cost_usd_per_kg"] == pytest.approx(5.17473, abs=2e-5)
    assert row["liquidus_estimate_k"] == pytest.approx(1495.0, abs=2.0)
    assert row["lowest_boiling_element"] == "Ni"


@pytest.mark.parametrize(
    ("system", "a", "b", "b_weight_fraction"),
    [
        ("Si-Mg", "Si", "Mg2Si", 0.60),
        ("Si-Mg", "Si", "Mg2Si", 0.95),
        ("Sn-Mo", "Sn", "MoSn2", 0.60),
        ("Sn-Mg", "Sn", "Mg2Sn", 0.80),
        ("Si-Co", "Si", "CoSi2", 0.80),
        ("Si-Ti", "Si", "TiSi2", 0.80),
        ("Zn-Mg", "Zn", "Mg2Zn11", 0.80),
    ],
)
def test_alloys_that_have_been_melted_can_be(system: str, a: str, b: str, b_weight_fraction: float) -> None:
    """Examples of the patent family (US 6090505, table 1, and Si + Mg2Si), though molybdenum melts above tin's boiling
    point and silicon above magnesium's."""
    found = process_of((system, a, b, b_weight_fraction, 1000.0))
    assert found["melting_route"].item() in {"melt", "arc melt", "closed vessel"}
    assert found["melting_route_high"].item() in {"melt", "arc melt", "closed vessel"}


def test_zinc_boils_out_of_a_refractory_alloy() -> None:
    """ZrZn2 melts at 1180 C (Massalski), zinc boils at 907 C."""
    found = process_of(("Zn-Zr", "Zn", "ZrZn2", 0.95, 1000.0))
    assert found["melting_route"].item() == "closed vessel"
    assert found["liquidus_estimate_k"].item() == pytest.approx(1453.0, rel=0.2)


def test_a_system_without_data_is_left_open() -> None:
    found = process_of(("Si-Pm", "Si", "Pm2Si", 0.8, 1000.0), ("Si-Ti", "Si", "TiSi2", 0.8, 1000.0))
    assert found["melting_route"].isna().tolist() == [True, False]
    assert found["liquidus_estimate_k"].isna().tolist() == [True, False]


def test_a_missing_price_leaves_the_cost_empty() -> None:
    found = process_of(
        ("Si-Ba", "Si", "BaSi2", 0.6, 1400.0), ("Si-Ti", "Si", "TiSi2", 0.6, 1400.0), prices={"Si": 1.7, "Ti": 11.4}
    )
    assert found["cost_usd_per_kg"].isna().tolist() == [True, False]
    assert found["cost_usd_per_ah"].isna().tolist() == [True, False]
    assert found["liquidus_estimate_k"].notna().all()


def test_rows_come_as_they_went() -> None:
    found = process_of(
        ("Sn-Pb", "Sn", "SnPb", 0.9, 500.0), ("Si-Ti", "Si", "TiSi2", 0.8, 700.0), ("Sn-Pb", "Sn", "SnPb", 0.6, 800.0)
    )
    assert list(found) == [column.name for column in PROCESS_COLUMNS]
    assert found["phase_b_weight_fraction"].tolist() == [0.9, 0.8, 0.6]
    assert [text[:2] for text in found["hazards"]] == ["Pb", "", "Pb"]


def test_no_candidates_make_an_empty_table() -> None:
    found = process_of()
    assert list(found) == [column.name for column in PROCESS_COLUMNS]
    assert found.empty


def test_liquidus_against_assessed_melting_points() -> None:
    """As far off as the columns say, 20 % root mean square; four of five compounds lie within the range."""
    phases = pd.read_parquet(DATA / "phases/embedded.parquet", columns=["formula", "formation_energy_ev_per_atom"])
    lowest = phases.groupby(phases["formula"].map(composition_key))["formation_energy_ev_per_atom"].min()
    rows, energies = [], dict(PHASES)
    for formula in CONGRUENT_MELTING_C:
        host = next(symbol for symbol in ("Si", "Sn", "Zn") if symbol in element_counts(formula))
        (partner,) = set(element_counts(formula)) - {host}
        energies[formula] = lowest[composition_key(formula)]
        # A negligible share of A.
        rows.append((f"{host}-{partner}", host, formula, 1.0 - 1e-9, 1.0))
    found = process_of(*rows, energies=energies)
    melting_k = np.array(list(CONGRUENT_MELTING_C.values())) + 273.15
    relative = found["liquidus_estimate_k"].to_numpy() / melting_k - 1.0
    assert np.sqrt((relative**2).mean()) == pytest.approx(LIQUIDUS_ERROR_FRACTION, abs=0.02)
    within = (found["liquidus_low_k"] <= melting_k) & (melting_k <= found["liquidus_high_k"])
    assert within.mean() == pytest.approx(0.8, abs=0.05)
