"""The queries of a search space: every phase that a hull needs, once."""

from __future__ import annotations

from itertools import combinations

import pytest
from optimade.filterparser import LarkParser

from tieline.core.elements import SYMBOLS
from tieline.phases.optimade.queries import queries
from tieline.phases.settings import Space
from tieline.phases.space import host_systems


def answers(elements, asked):
    """The queries that a phase of these elements answers, by the meaning of the filter."""
    return [
        query
        for query in asked
        if {*query.having} <= elements and elements.isdisjoint(query.without) and len(elements) <= query.max_elements
    ]


@pytest.mark.parametrize("max_partners", [1, 2, 3])
@pytest.mark.parametrize("ion", ["Li", "Mg"])
def test_every_phase_of_every_hull_comes_once(max_partners, ion):
    """All subsystems of host, partners and working ion, enumerated, for a space in which hosts are partners too."""
    space = Space(hosts=["Si", "Sn"], partner_groups=["IIA", "IVB"], max_partners=max_partners, exclude=["Be", "Pb"])
    needed = set()
    for system in host_systems(space):
        for n in range(1, len(system.elements) + 2):
            needed |= {frozenset(subset) for subset in combinations({*system.elements, ion}, n)}
    asked = queries(space, ion)
    assert all(len(answers(elements, asked)) == 1 for elements in needed)


def test_what_no_hull_needs_is_not_asked_for():
    asked = queries(Space(hosts=["Si"], partner_groups=["transition"]), "Li")
    assert len(answers({"Ti", "Ni"}, asked)) == 1
    assert not answers({"Ti", "Ni", "Zr"}, asked)
    assert not answers({"Ti", "O"}, asked)
    assert not answers({"Si", "Ti", "Ni", "Zr"}, asked)
    assert len(answers({"Si", "Ti", "Ni", "Li"}, asked)) == 1
    assert len(answers({"Ti", "Ni", "Li"}, asked)) == 1


def test_names_are_unique():
    names = [query.name for query in queries(Space(), "Li")]
    assert len(set(names)) == len(names)
    assert names[:7] == ["Si-Li", "Sn-Li", "Zn-Li", "Si", "Sn", "Zn", "Li"]


def test_filters_are_optimade():
    """The consortium's own parser reads them, and they name no element twice."""
    parser = LarkParser()
    asked = queries(Space(), "Li")
    for query in (asked[0], asked[-1]):
        parser.parse(query.filter("_exmpl_hull_distance", 0.1))
    for query in asked:
        assert not {*query.having} & {*query.without}
        assert {*query.without} <= {*SYMBOLS}


def test_filter():
    (first, *_) = queries(Space(hosts=["Sn"], partner_groups=["IIB"], max_partners=1), "Li")
    start, _, rest = first.filter("_x", 0.05).partition(" AND NOT ")
    assert start == 'elements HAS ALL "Sn","Li" AND nelements<=3'
    assert rest.startswith('(elements HAS ANY "H","He","Be",')
    assert rest.endswith('"Og") AND _x<=0.05')
    assert first.filter("_x", None) == first.filter("", 0.05) == first.filter()
