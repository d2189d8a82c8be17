"""As few series as hold every phase the hulls need."""

from __future__ import annotations

import itertools

import pytest

from tieline.phases.materials_project.queries import Query, chemical_systems, queries


def fits(elements: set[str], pattern: str) -> bool:
    """Whether a chemical system fits a pattern, as the server reads it."""
    parts = pattern.split("-")
    return len(parts) == len(elements) and {part for part in parts if part != "*"} <= elements


def test_default_series():
    assert chemical_systems(("Si", "Sn", "Zn"), "Li", 2, partner_systems=True) == (
        *("*", "*-*"),
        *("Si-*-*", "Sn-*-*", "Zn-*-*", "Li-*-*"),
        *("Li-Si-*-*", "Li-Sn-*-*", "Li-Zn-*-*"),
    )


def test_without_partner_systems_every_series_but_the_elements_has_an_anchor():
    assert chemical_systems(("Si",), "Na", 2, partner_systems=False) == (
        *("*", "Si-*", "Na-*", "Si-*-*", "Na-*-*"),
        "Na-Si-*-*",
    )


@pytest.mark.parametrize("max_partners", [1, 2, 3])
@pytest.mark.parametrize("partner_systems", [True, False])
def test_every_phase_of_every_hull_is_in_a_series(max_partners, partner_systems):
    hosts, ion, partners = ("Si", "Sn"), "Li", ("Mg", "Ti", "Cu", "Al")
    patterns = chemical_systems(hosts, ion, max_partners, partner_systems=partner_systems)
    for host, chosen in itertools.product(hosts, itertools.combinations(partners, max_partners)):
        elements = (host, *chosen, ion)
        for size in range(1, len(elements) + 1):
            for some in itertools.combinations(elements, size):
                of_partners_alone = size > 1 and not {host, ion} & set(some)
                if partner_systems or not of_partners_alone:
                    assert any(fits(set(some), pattern) for pattern in patterns), some


@pytest.mark.parametrize("max_partners", [1, 2, 3])
def test_no_series_is_part_of_another(max_partners):
    patterns = chemical_systems(("Si", "Sn", "Zn"), "Li", max_partners, partner_systems=True)
    assert len(set(patterns)) == len(patterns)
    for one, other in itertools.permutations(patterns, 2):
        example = {f"X{i}" if part == "*" else part for i, part in enumerate(one.split("-"))}
        assert not fits(example, other)


def test_experimental_flags_are_series_of_their_own():
    asked = queries(("Si",), "Li", 1, partner_systems=True, experimental_flags=True)
    assert [q.route for q in asked] == ["thermo"] * 4 + ["experimental"] * 4
    assert {q.route for q in queries(("Si",), "Li", 1, partner_systems=True, experimental_flags=False)} == {"thermo"}
    assert Query("experimental", "Si-*").name == "Si-* (known from experiment)"


def test_names_of_folders():
    assert Query("thermo", "Li-Si-*-*").stem == "thermo_Li-Si-any-any"
