"""What the user sees at the end."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tieline.ranking.summary import SHOWN, summarise

SYSTEMS = pd.DataFrame(
    {
        "host": ["Si", "Si", "Sn"],
        "partners": ["Ti", "Mg", "Ti"],
        "status": ["screened", "no data for element Mg", "screened"],
        "not_searched": ["", "", "Li-Ti"],
    }
)


def ranked(n_pairs, **columns):
    rows = [
        {name: f"{name}-{number}" for name in SHOWN} | {"phase_a_id": "a", "phase_b_id": f"b{number}"}
        for number in range(n_pairs)
        for _ in range(2)
    ]
    return pd.DataFrame(rows).assign(**columns)


def test_nothing_found_points_to_the_systems():
    assert "no composite is ranked; out/systems.csv" in summarise(pd.DataFrame(), SYSTEMS, {}, Path("out"))


def test_each_pair_once_and_ten_at_most():
    text = summarise(ranked(12), SYSTEMS, {}, Path("out"))
    assert "24 composites in out/ranked.csv, each at its design point; the best 10:" in text
    assert text.count("phase_b-9") == 1
    assert "phase_b-10" not in text


def test_polytypes_of_a_compound_share_a_line():
    text = summarise(ranked(3, phase_a="Si", phase_b=["SiC"] * 4 + ["TiSi2"] * 2), SYSTEMS, {}, Path("out"))
    assert (text.count("SiC"), text.count("TiSi2")) == (1, 1)


@pytest.mark.parametrize("dtype", ["Int64", "float64", "object", "str"])
def test_missing_values_are_dashes(dtype):
    assert " - " in summarise(ranked(2, phase_b_role=pd.Series([None] * 4, dtype=dtype)), SYSTEMS, {}, Path("out"))


def test_coverage_is_stated():
    assert "cover with the working ion: Si 1 of 2, Sn 0 of 1 (out/systems.csv)" in summarise(
        ranked(1), SYSTEMS, {}, Path("out")
    )


def test_mixtures_stand_beside_their_phases():
    """Each mixture once, at the share where it ranks highest; its compounds alone in lines of their own."""
    names = ["TiSi2 + NiSi2", "TiSi2", "TiSi2 + NiSi2", "NiSi2"]
    weights = ["0.60", "0.65", "0.70", "0.75"]
    frame = ranked(4, phase_a="Si").iloc[::2].assign(phase_b=names, phase_b_weight_fraction=weights)
    text = summarise(frame, SYSTEMS, {}, Path("out"))
    assert "4 composites in out/ranked.csv, each at its design point; the best 3:" in text
    lines = [line for line in text.splitlines() if "Si2" in line]
    shown = [next(name for name in names if f" {name} " in line) for line in lines]
    assert shown == ["TiSi2 + NiSi2", "TiSi2", "NiSi2"]
    assert ["0.60" in lines[0], "0.65" in lines[1], "0.75" in lines[2], "0.70" in text] == [True, True, True, False]


def test_systems_of_two_partners_are_not_partners():
    """Silicon has two partners here, whatever systems they make together."""
    both = pd.DataFrame({"host": ["Si"], "partners": ["Mg Ti"], "status": ["screened"], "not_searched": [""]})
    text = summarise(ranked(1), pd.concat([SYSTEMS, both], ignore_index=True), {}, Path("out"))
    assert "Si 1 of 2, Sn 0 of 1" in text


def test_what_is_left_out_is_said_even_if_nothing_is_left():
    left_out = {"hazardous": 3, "not reported": 2}
    for frame in (ranked(1), ranked(1).iloc[:0]):
        text = summarise(frame, SYSTEMS, left_out, Path("out"))
        assert "not ranked, hazardous: 3 composites\nnot ranked, not reported: 2 composites\n" in text


def test_hosts_that_the_claims_do_not_name():
    systems = SYSTEMS.assign(host=["Si", "Si", "Ge"])
    assert "the claims name Si, Sn, Zn: none is met with Ge\n" in summarise(ranked(1), systems, {}, Path("out"))
    assert "the claims name" not in summarise(ranked(1), SYSTEMS, {}, Path("out"))
