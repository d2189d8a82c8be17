"""What is known of compounds, on small tables; and the lists of facts against each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.core.formulas import composition_key, element_counts
from tieline.data import DATA
from tieline.phases.settings import Space
from tieline.phases.space import partners_of
from tieline.thermo.reported import Evidence, reported_list, reports_of

NEIGHBOURS = DATA / "validation/binary_neighbours.csv"


def table(*rows: tuple[str, int, bool | None]) -> pd.DataFrame:
    """Return phases by formula, space group and the source's flag."""
    frame = pd.DataFrame(rows, columns=["formula", "spacegroup_number_source", "experimental"])
    return frame.assign(
        source="one",
        spacegroup_number_source=frame["spacegroup_number_source"].astype("Int64"),
        experimental=frame["experimental"].astype("boolean"),
    )


def evidence(*rows: tuple[str, int, bool | None], assessed: bool = True) -> list[Evidence]:
    return [Evidence(e) for e in reports_of(table(*rows), reported_list(assessed=assessed)).evidence]


def test_an_assessed_diagram_decides() -> None:
    """TiSi2 stands in it; TiSi3 does not; PdSi, though experimental, decomposes on cooling; elements are there."""
    found = evidence(("Si", 227, None), ("TiSi2", 70, None), ("TiSi3", 1, True), ("PdSi", 62, True))
    assert found == [Evidence.ASSESSED, Evidence.ASSESSED, Evidence.REPORTED, Evidence.UNREPORTED]
    assert evidence(("TiSi3", 1, None)) == [Evidence.UNREPORTED]
    assert evidence(("Be2Si", 225, None)) == [Evidence.UNREPORTED]


def test_a_compound_is_known_under_every_composition_it_is_written_with() -> None:
    assert evidence(("Mn4Si7", 116, None), ("Mn11Si19", 118, None)) == [Evidence.ASSESSED] * 2


def test_a_source_that_flags_compounds_passes_over_the_others() -> None:
    found = evidence(("TiNiSi3", 1, True), ("ZrNiSi3", 1, False), ("HfNiSi3", 1, None))
    assert found == [Evidence.REPORTED, Evidence.UNLISTED, Evidence.UNLISTED]


def test_a_source_that_flags_compounds_says_nothing_of_those_of_another() -> None:
    """Of ScNiSi3 the first source holds a structure too, but the second may know better."""
    phases = table(("TiNiSi3", 1, True), ("ScNiSi3", 1, None), ("ZrNiSi3", 1, None), ("ScNiSi3", 2, None))
    phases["source"] = ["one", "one", "two", "two"]
    found = [Evidence(kind) for kind in reports_of(phases, reported_list()).evidence]
    assert found == [Evidence.REPORTED, Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN]


def test_nothing_is_known_where_the_source_says_nothing() -> None:
    """TiNiSi is in the list by structure type, so it is reported all the same; a flag on an element says nothing."""
    found = evidence(("TiNiSi3", 1, None), ("TiNiSi", 62, None), ("Ti", 194, True))
    assert found == [Evidence.UNKNOWN, Evidence.REPORTED, Evidence.ASSESSED]


def test_without_assessed_diagrams_the_lists_remain() -> None:
    assert evidence(("Be2Si", 225, None), ("MoSi2", 139, None), assessed=False) == [
        Evidence.UNKNOWN,
        Evidence.REPORTED,
    ]


def test_a_neighbour_that_the_data_lack_is_missing() -> None:
    """Of Sc-Si's three compounds two are here: Sc3Si5 is missing, three atoms of Sc in eight."""
    reports = reports_of(
        table(("Sc", 194, None), ("Si", 227, None), ("ScSi", 63, None), ("Sc5Si3", 193, None)), reported_list()
    )
    assert reports.missing_fractions == pytest.approx(np.array([[3 / 8, 5 / 8]]))
    assert reports.missing_within(["Sc", "Si", "Ti"]) == ["Sc3Si5"]
    assert reports.missing_within(["Si", "Ti"]) == []


def test_the_reported_structure_takes_precedence() -> None:
    """TiSi2 is of space group 70: the phase of 63 is another polymorph, if that of 70 is here."""
    both = reports_of(table(("TiSi2", 63, None), ("TiSi2", 70, None)), reported_list())
    assert both.other_polymorph.tolist() == [True, False]
    alone = reports_of(table(("TiSi2", 63, None), ("TiSi", 62, None)), reported_list())
    assert alone.other_polymorph.tolist() == [False, False]


def test_mirror_images_are_one_structure() -> None:
    reports = reports_of(table(("VSi2", 180, None), ("VSi2", 181, None), ("VSi2", 139, None)), reported_list())
    assert reports.other_polymorph.tolist() == [False, False, True]


def test_almost_every_binary_of_the_search_space_is_assessed() -> None:
    """Of those that are not, no diagram is at hand."""
    systems = {tuple(sorted((host, partner))) for host in ("Si", "Sn", "Zn") for partner in partners_of(host, Space())}
    without = {"-".join(system) for system in systems - set(reported_list().assessed)}
    assert without == {"Os-Sn", "Re-Sn", "Hf-Zn", "Os-Zn", "Re-Zn", "Ru-Zn", "Ta-Zn"}


def test_assessed_compounds_begin_with_the_neighbour() -> None:
    """Two tables of facts, made apart: the host-richest compound is an accepted neighbour, or there is none."""
    wrong = []
    for row in pd.read_csv(NEIGHBOURS, comment="#").itertuples():
        compounds = reported_list().assessed[tuple(sorted((row.anchor, row.metal)))]
        counts = [element_counts(compound.formula) for compound in compounds]
        shares = [count[row.anchor] / sum(count.values()) for count in counts]
        richest = compounds[int(np.argmax(shares))].compositions if shares else {()}
        accepted = {() if name == "none" else composition_key(name) for name in row.neighbour.split("|")}
        if accepted.isdisjoint(richest):
            wrong.append((row.anchor, row.metal, row.neighbour))
    assert wrong == []
