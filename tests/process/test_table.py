"""Cost and liquidus by hand, and the estimate against assessed melting points."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.core.formulas import element_counts
from tieline.process.columns import PROCESS_COLUMNS
from tieline.process.settings import Process
from tieline.process.table import make_process


def candidates(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """Return candidates from system, A, B, weight fraction of B and capacity."""
    columns = ["system", "phase_a", "phase_b", "phase_b_weight_fraction", "capacity_inert_b_mah_per_g"]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.assign(phase_a_id=frame["phase_a"], phase_b_id=frame["phase_b"])


def test_si_and_tisi2_by_hand() -> None:
    """60 wt% TiSi2 of 47.867 + 2 x 28.085 = 104.037 g/mol: Ti 0.6 x 47.867 / 104.037 = 0.27606, Si 0.72394 by weight.

    At 11.4 and 1.7 USD/kg: 3.1471 + 1.2307 = 4.3778 USD/kg; over 1431.4 Ah/kg: 0.0030584 USD/Ah.
    By atoms Ti 0.27606 / 47.867 = 0.0057672, Si 0.72394 / 28.085 = 0.0257768: 18.284 % and 81.716 %;
    0.18284 x 1941 + 0.81716 x 1687 = 1733.4 K.
    """
    (row,) = make_process(
        candidates(("Si-Ti", "Si", "TiSi2", 0.6, 1431.4)), {"Si": 1.7, "Ti": 11.4}, Process()
    ).to_dict("records")
    assert row["cost_usd_per_kg"] == pytest.approx(4.3778, abs=1e-4)
    assert row["cost_usd_per_ah"] == pytest.approx(0.0030584, abs=1e-7)
    assert row["liquidus_estimate_k"] == pytest.approx(1733.4, abs=0.1)
    assert row["melting_route"] == "melt"
    assert row["hazards"] == ""


def test_a_missing_price_leaves_the_cost_empty() -> None:
    found = make_process(
        candidates(("Si-Ba", "Si", "BaSi2", 0.6, 1400.0), ("Si-Ti", "Si", "TiSi2", 0.6, 1400.0)),
        {"Si": 1.7, "Ti": 11.4},
        Process(),
    )
    assert found["cost_usd_per_kg"].isna().tolist() == [True, False]
    assert found["cost_usd_per_ah"].isna().tolist() == [True, False]
    assert found["liquidus_estimate_k"].notna().all()


def test_rows_come_as_they_went() -> None:
    table = candidates(
        ("Sn-Pb", "Sn", "SnPb", 0.9, 500.0), ("Si-Ti", "Si", "TiSi2", 0.8, 700.0), ("Sn-Pb", "Sn", "SnPb", 0.6, 800.0)
    )
    found = make_process(table, {}, Process())
    assert list(found) == [column.name for column in PROCESS_COLUMNS]
    assert found["phase_b_weight_fraction"].tolist() == [0.9, 0.8, 0.6]
    assert [text[:2] for text in found["hazards"]] == ["Pb", "", "Pb"]


def test_no_candidates_make_an_empty_table() -> None:
    found = make_process(candidates(), {}, Process())
    assert list(found) == [column.name for column in PROCESS_COLUMNS]
    assert found.empty


# Melting points or, where a compound decomposes, the liquidus at its composition or the peritectic temperature, in K:
# Massalski (ed.), Binary Alloy Phase Diagrams, 2nd ed. (1990).
MELTING_K = {
    "TiSi2": 1773, "Mg2Si": 1358, "FeSi2": 1493, "NiSi2": 1266, "CoSi2": 1599, "MoSi2": 2293, "WSi2": 2437,
    "CrSi2": 1763, "ZrSi2": 1893, "VSi2": 1950, "NbSi2": 2213, "TaSi2": 2313, "FeSn2": 786, "CoSn2": 798,
    "Ni3Sn4": 1067, "Mg2Sn": 1051, "Ti5Si3": 2403, "MnSi": 1549, "CoSi": 1733,
}  # fmt: skip


def test_estimate_against_assessed_melting_points() -> None:
    """It is as rough as the column dictionary says: some 160 K on average, 560 K at worst."""
    rows = []
    for formula in MELTING_K:
        (partner,) = set(element_counts(formula)) - {"Si", "Sn"}
        host = "Sn" if "Sn" in formula else "Si"
        # A negligible share of A.
        rows.append((f"{host}-{partner}", host, formula, 1.0 - 1e-9, 1.0))
    found = make_process(candidates(*rows), {}, Process())["liquidus_estimate_k"].to_numpy()
    error = np.abs(found - np.array(list(MELTING_K.values())))
    assert error.mean() == pytest.approx(160.0, abs=10.0)
    assert error.max() == pytest.approx(560.0, abs=10.0)
