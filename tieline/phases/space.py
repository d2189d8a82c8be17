"""The search space: which chemical systems, made of a host and its partners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from tieline.core.elements import GROUP_OF, PARTNER_GROUPS, RADIOACTIVE
from tieline.phases.settings import Space


@dataclass(frozen=True)
class HostSystem:
    """A host and the partners it may be alloyed with in phase B."""

    host: str
    """The active element."""

    partners: tuple[str, ...]
    """Partner elements, sorted."""

    @property
    def name(self) -> str:
        """Host first, then the partners: ``Si-Ni-Ti``."""
        return "-".join((self.host, *self.partners))

    @property
    def elements(self) -> tuple[str, ...]:
        """Host and partners, sorted."""
        return tuple(sorted((self.host, *self.partners)))

    @property
    def partner_groups(self) -> tuple[str, ...]:
        """Old CAS group of each partner."""
        return tuple(GROUP_OF[partner] for partner in self.partners)


def partners_of(host: str, space: Space) -> tuple[str, ...]:
    """Return the partner elements of `host` in `space`, sorted; a host is never its own partner."""
    allowed = {element for group in space.partner_groups for element in PARTNER_GROUPS[group]}
    if not space.include_radioactive:
        allowed -= RADIOACTIVE
    if space.partners is not None:
        allowed &= set(space.partners)
    return tuple(sorted(allowed - {host} - set(space.exclude)))


def elements_of(space: Space, working_ion: str) -> frozenset[str]:
    """Return every element a phase of the run may hold: hosts, their partners and the working ion."""
    partners = {partner for host in space.screened_hosts for partner in partners_of(host, space)}
    return frozenset({*partners, *space.screened_hosts, working_ion})


def host_systems(space: Space) -> list[HostSystem]:
    """Return every chemical system of `space`: by host as configured, then by number of partners, then by name."""
    return [
        HostSystem(host, partners)
        for host in space.screened_hosts
        for n_partners in range(1, space.max_partners + 1)
        for partners in combinations(partners_of(host, space), n_partners)
    ]


def uncovered(elements: Iterable[str], covered: frozenset[str]) -> list[str]:
    """Return the systems of two and three elements within `elements` that are not `covered`, each sorted."""
    ordered = sorted(elements)
    within = ("-".join(part) for size in (2, 3) for part in combinations(ordered, size))
    return [name for name in within if name not in covered]
