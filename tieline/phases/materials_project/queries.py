"""What the server is asked: as few series of chemical systems as hold every phase the hulls need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ANY = "*"
"""Stands for one element in a chemical system."""


@dataclass(frozen=True)
class Query:
    """One series: everything a route has of one pattern of chemical systems."""

    route: Literal["thermo", "experimental"]
    """``thermo`` for energies and structures, ``experimental`` for the ids of the phases known from experiment."""

    chemsys: str
    """Elements and asterisks joined by ``-``, such as ``Si-*-*``."""

    @property
    def stem(self) -> str:
        """A name for files."""
        return f"{self.route}_{self.chemsys.replace(ANY, 'any')}"

    @property
    def name(self) -> str:
        """What it is called in messages and in provenance.json."""
        return self.chemsys if self.route == "thermo" else f"{self.chemsys} (known from experiment)"


def chemical_systems(
    hosts: Sequence[str], working_ion: str, max_partners: int, *, partner_systems: bool
) -> tuple[str, ...]:
    """Return the patterns of chemical systems that hold every phase of the hulls.

    The elements of a hull are one host, up to `max_partners` partners and the working ion. Up to `max_partners`
    elements any of them may be a partner, so the pattern of asterisks alone is one series instead of one for each
    partner; of more elements one must be a host or the working ion, of yet one more both.

    Parameters
    ----------
    hosts
        Active elements.
    working_ion
        The ion's element.
    max_partners
        Largest number of partners in one system.
    partner_systems
        Whether phases of partners alone are wanted. Elements are, in any case.

    Returns
    -------
    tuple of str
        Patterns, by number of elements. A phase may fit several.
    """
    n_free = max_partners if partner_systems else 1
    free = [_pattern((), n) for n in range(1, n_free + 1)]
    anchored = [_pattern((anchor,), n) for n in range(n_free + 1, max_partners + 2) for anchor in (*hosts, working_ion)]
    both = [_pattern(tuple(sorted((host, working_ion))), max_partners + 2) for host in hosts]
    return (*free, *anchored, *both)


def queries(
    hosts: Sequence[str],
    working_ion: str,
    max_partners: int,
    *,
    partner_systems: bool,
    experimental_flags: bool,
) -> tuple[Query, ...]:
    """Return every series to ask for; those for the experimental flag come last."""
    systems = chemical_systems(hosts, working_ion, max_partners, partner_systems=partner_systems)
    thermo = [Query("thermo", chemsys) for chemsys in systems]
    return (*thermo, *(Query("experimental", chemsys) for chemsys in systems if experimental_flags))


def _pattern(anchors: tuple[str, ...], n_elements: int) -> str:
    return "-".join((*anchors, *[ANY] * (n_elements - len(anchors))))
