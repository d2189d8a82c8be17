"""Which systems are screened; numbers counted by hand from the periodic table."""

from __future__ import annotations

from math import comb

import pytest

from tieline.phases.settings import Space
from tieline.phases.space import HostSystem, elements_of, host_systems, partners_of

# Without radioactive elements: Be-Ba; 9 + 8 + 9 of groups 3-11 and 13 lanthanides; Zn Cd Hg; B-Tl; C-Pb.
GROUP_SIZES = {"IIA": 5, "transition": 9 + 8 + 9 + 13, "IIB": 3, "IIIB": 5, "IVB": 5}


@pytest.mark.parametrize(("group", "size"), GROUP_SIZES.items())
def test_partners_by_group(group, size):
    for host, own_group in (("Si", "IVB"), ("Sn", "IVB"), ("Zn", "IIB")):
        partners = partners_of(host, Space(partner_groups=[group]))
        assert len(partners) == size - (group == own_group)
        assert host not in partners
        assert list(partners) == sorted(partners)


def test_radioactive_elements_on_demand():
    """Ra, Tc, Pm and the 15 actinides."""
    assert len(partners_of("Si", Space(include_radioactive=True))) == 56 + 18


def test_a_host_can_be_partner_to_another():
    assert "Sn" in partners_of("Zn", Space())
    assert "Zn" in partners_of("Sn", Space(hosts=["Sn"]))


def test_excluded_elements():
    space = Space(exclude=["Cd", "Hg", "Zn"])
    assert partners_of("Si", space) == tuple(e for e in partners_of("Si", Space()) if e not in ("Cd", "Hg", "Zn"))
    assert {system.host for system in host_systems(space)} == {"Si", "Sn"}


@pytest.mark.parametrize("most", [1, 2, 3])
def test_number_of_systems(most):
    systems = host_systems(Space(max_partners=most))
    assert len(systems) == 3 * sum(comb(56, n) for n in range(1, most + 1))
    assert len({system.name for system in systems}) == len(systems)


def test_order_is_by_host_then_size_then_name():
    systems = host_systems(Space(hosts=["Zn", "Si"], partner_groups=["IIA"], exclude=["Sr", "Ba"]))
    half = ["Be", "Ca", "Mg", "Be-Ca", "Be-Mg", "Ca-Mg"]
    assert [system.name for system in systems] == [f"{host}-{partners}" for host in ("Zn", "Si") for partners in half]


def test_no_partner_means_no_system():
    assert host_systems(Space(hosts=["Si"], partner_groups=["IVB"], exclude=["C", "Ge", "Sn", "Pb"])) == []


def test_names_and_groups():
    system = HostSystem("Zn", ("Al", "Ti"))
    assert system.name == "Zn-Al-Ti"
    assert system.elements == ("Al", "Ti", "Zn")
    assert system.partner_groups == ("IIIB", "transition")


def test_elements_are_hosts_partners_and_the_ion():
    space = Space(hosts=["Si", "Sn"], partner_groups=["IIA"], exclude=["Be", "Sn"])
    assert elements_of(space, "Na") == {"Si", "Na", "Mg", "Ca", "Sr", "Ba"}
