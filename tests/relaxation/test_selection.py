from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tieline.relaxation.records import Record
from tieline.relaxation.selection import Outcome, above_hull, judge, lowest
from tieline.relaxation.settings import Selection

CU, AL = 29, 13
Make = Callable[..., Record]

WIDE = Selection(window_ev_per_atom=0.1, most=10)


@pytest.fixture
def make(record: Record) -> Make:
    def made(numbers: tuple[int, ...], energy: float, volume: float = 12.0, spacegroup: int = 221) -> Record:
        edge = (volume * len(numbers)) ** (1 / 3)
        return replace(
            record,
            numbers=numbers,
            energy_ev_per_atom=energy,
            cell_a=tuple(np.diag([edge] * 3).ravel()),
            scaled_positions=(0.0,) * 3 * len(numbers),
            spacegroups=(spacegroup, spacegroup),
        )

    return made


def outcome(label: str, result: Record, *, known: bool = False) -> Outcome:
    return Outcome(("Al", "Cu"), label, ("Cu", "Al"), known, records=(result,))


REFERENCES = {"Al": 0.0, "Cu": 0.0}


def test_energies_above_the_hull_by_hand(make: Make) -> None:
    # AlCu at -0.2 on the hull; AlCu3 at -0.05 lies 0.05 above the line from AlCu (-0.2) to Cu (0).
    records = [make((AL, CU), -0.2), make((AL, CU, CU, CU), -0.05)]
    np.testing.assert_allclose(above_hull(("Al", "Cu"), records, [], REFERENCES), [0.0, 0.05], atol=1e-12)


def test_phases_of_subsystems_are_part_of_the_hull(make: Make) -> None:
    ternary = [make((AL, CU, 28), -0.1)]
    binary = [make((AL, 28), -0.3)]
    heights = above_hull(("Al", "Cu", "Ni"), ternary, binary, {"Al": 0.0, "Cu": 0.0, "Ni": 0.0})
    np.testing.assert_allclose(heights, [-0.1 + 0.2], atol=1e-12)


def test_window_number_and_known_compounds(make: Make) -> None:
    selection = Selection(window_ev_per_atom=0.1, most=2)
    outcomes = [
        outcome("a", make((AL, CU), -0.20)),
        outcome("b", make((AL, CU), -0.19)),
        outcome("c", make((AL, CU), -0.18)),
        outcome("d", make((AL, CU), -0.05)),
        outcome("e", make((AL, CU), 0.30), known=True),
    ]
    kept, dropped = judge(outcomes, [], REFERENCES, selection)
    assert [o.prototype for o in kept] == ["a", "b", "e"]
    assert {o.prototype: o.reason for o in dropped} == {
        "c": "2 structures lie nearer the hull",
        "d": "0.150 eV/atom above the hull, more than 0.1",
    }
    assert kept[2].above_hull_ev_per_atom == pytest.approx(0.5)


def test_failures_are_dropped_with_their_reason(failed: Record) -> None:
    kept, dropped = judge([outcome("a", failed)], [], REFERENCES, WIDE)
    assert kept == []
    assert [o.reason for o in dropped] == ["exploded"]


def test_doubles_are_dropped_unless_only_the_second_is_known(make: Make) -> None:
    first, second = make((AL, CU), -0.2000), make((AL, CU), -0.1995)
    kept, dropped = judge([outcome("a", first), outcome("b", second)], [], REFERENCES, WIDE)
    assert [o.prototype for o in kept] == ["a"]
    assert dropped[0].reason == "same as a Cu-Al"
    kept, _ = judge([outcome("a", first), outcome("b", second, known=True)], [], REFERENCES, WIDE)
    assert [o.prototype for o in kept] == ["a", "b"]
    other_group = make((AL, CU), -0.1995, spacegroup=12)
    kept, _ = judge([outcome("a", first), outcome("b", other_group)], [], REFERENCES, WIDE)
    assert [o.prototype for o in kept] == ["a", "b"]


def test_an_element_is_its_own_reference(make: Make) -> None:
    outcomes = [
        Outcome(("Cu",), label, ("Cu",), known=False, records=(make((CU,), energy),))
        for label, energy in (("A1", -3.5), ("A2", -3.46), ("A4", -2.0))
    ]
    kept, dropped = judge(outcomes, [], None, WIDE)
    assert [(o.prototype, o.above_hull_ev_per_atom) for o in kept] == [("A1", 0.0), ("A2", 0.04)]
    assert [o.prototype for o in dropped] == ["A4"]


def test_lowest_looks_at_one_stage_only(make: Make) -> None:
    early = replace(make((CU,), -9.0), stage="prescreen")
    both = Outcome(("Cu",), "A1", ("Cu",), known=True, records=(early, make((CU,), -3.5)))
    found = lowest([both], "refine")
    assert found is not None
    assert found.energy_ev_per_atom == -3.5
    assert lowest([], "refine") is None


def test_a_known_compound_goes_on_only_with_its_elements_where_they_lie_lowest(make: Make) -> None:
    # All three are AlCu in one type; the second has its elements on each other's sites, the third is another type.
    lowest_order = replace(outcome("B27", make((AL, CU), -0.50, spacegroup=62), known=True), symbols=("Al", "Cu"))
    other_order = replace(outcome("B27", make((AL, CU), -0.35, spacegroup=62), known=True), symbols=("Cu", "Al"))
    other_type = outcome("B2", make((AL, CU), -0.30), known=True)
    kept, dropped = judge([other_type, other_order, lowest_order], [], REFERENCES, WIDE)
    assert [o.prototype for o in kept] == ["B27", "B2"]
    assert [(o.symbols, o.reason[:19]) for o in dropped] == [(("Cu", "Al"), "0.150 eV/atom above")]
