"""What to ask an OPTIMADE database for, so that every phase of the search space comes, once."""

from __future__ import annotations

from dataclasses import dataclass

from tieline.core.elements import SYMBOLS
from tieline.phases.settings import Space
from tieline.phases.space import partners_of


@dataclass(frozen=True)
class Query:
    """Entries that contain some elements and not others."""

    having: tuple[str, ...]
    """Elements that must be there."""

    without: tuple[str, ...]
    """Elements that must not be there, in the order of the periodic table."""

    max_elements: int
    """Largest number of elements."""

    @property
    def name(self) -> str:
        """What the query is called in messages."""
        return "-".join(self.having)

    def filter(self, above_hull_property: str = "", max_energy_above_hull_ev_per_atom: float | None = None) -> str:
        """Return the query in OPTIMADE's language, in the features that every server must support.

        Parameters
        ----------
        above_hull_property
            What the database calls the energy above its hull; empty if it cannot be filtered by it.
        max_energy_above_hull_ev_per_atom
            Its largest value; None asks for all entries.
        """
        parts = [
            f"elements HAS ALL {_listed(self.having)}" if len(self.having) > 1 else f'elements HAS "{self.having[0]}"',
            f"nelements<={self.max_elements}",
        ]
        if self.without:
            parts.append(f"NOT (elements HAS ANY {_listed(self.without)})")
        if above_hull_property and max_energy_above_hull_ev_per_atom is not None:
            parts.append(f"{above_hull_property}<={max_energy_above_hull_ev_per_atom!r}")
        return " AND ".join(parts)


def queries(space: Space, working_ion: str) -> list[Query]:
    """Return queries that are disjoint and together hold every phase that the hulls of a search need.

    A system is a host, up to `space.max_partners` partners and the working ion, and its hull needs the phases of all
    its subsystems. There is one series per host with the working ion, per host without it, for the working ion
    without a host, and per partner with neither; each leaves out the elements that earlier ones ask for. Every query
    names an element that must be there: servers find such entries by an index.

    Parameters
    ----------
    space
        The search space.
    working_ion
        Chemical symbol.
    """
    hosts = space.screened_hosts
    partners = {partner for host in hosts for partner in partners_of(host, space)}
    others = sorted(partners - {*hosts, working_ion})
    outside = set(SYMBOLS) - {*hosts, *others, working_ion}
    n_partners = space.max_partners
    found: list[Query] = []

    def ask(having: tuple[str, ...], max_elements: int, done: set[str]) -> None:
        found.append(Query(having, tuple(s for s in SYMBOLS if s in outside | done), max_elements))

    for number, host in enumerate(hosts):
        ask((host, working_ion), n_partners + 2, {*hosts[:number]})
    for number, host in enumerate(hosts):
        ask((host,), n_partners + 1, {*hosts[:number], working_ion})
    ask((working_ion,), n_partners + 1, {*hosts})
    for number, partner in enumerate(others):
        ask((partner,), n_partners, {*hosts, working_ion, *others[:number]})
    return found


def _listed(symbols: tuple[str, ...]) -> str:
    return ",".join(f'"{symbol}"' for symbol in symbols)
