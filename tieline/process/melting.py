"""Whether the elements of a composite can be melted together, and roughly when they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from tieline.data.transitions import Transitions
from tieline.process.settings import Process

MeltingRoute = Literal["melt", "arc melt", "mechanical alloying only"]


class Melting(NamedTuple):
    """How a set of elements can be melted."""

    route: MeltingRoute | None
    """None where a transition temperature is unknown."""

    highest_melting_element: str | None
    highest_melting_point_k: float
    lowest_boiling_element: str | None
    lowest_boiling_point_k: float


def melting(elements: Iterable[str], transitions: Mapping[str, Transitions], process: Process) -> Melting:
    """Return the route by which `elements` can be melted together at atmospheric pressure.

    Parameters
    ----------
    elements
        Their symbols.
    transitions
        Transition temperatures of at least these.
    process
        Limits of crucible and arc furnace.

    Returns
    -------
    Melting
        ``melt`` if every element melts below the lowest boiling point among them and within the crucible's limit,
        ``arc melt`` if it takes the arc furnace, and ``mechanical alloying only`` if one boils before the last one
        melts, or that one melts beyond the furnace.

    Notes
    -----
    Elements also dissolve in a melt below their own melting point, and a sealed vessel holds the vapour, so this
    is on the safe side; `liquidus_k` says how far.
    """
    known = {symbol: transitions[symbol] for symbol in elements}
    if any(math.isnan(value) for pair in known.values() for value in pair):
        return Melting(None, None, math.nan, None, math.nan)
    last = max(sorted(known), key=lambda symbol: known[symbol].melting_point_k)
    first = min(sorted(known), key=lambda symbol: known[symbol].boiling_point_k)
    melts_k, boils_k = known[last].melting_point_k, known[first].boiling_point_k
    route: MeltingRoute
    if melts_k >= boils_k or melts_k > process.arc_furnace_limit_k:
        route = "mechanical alloying only"
    else:
        route = "melt" if melts_k <= process.crucible_limit_k else "arc melt"
    return Melting(route, last, melts_k, first, boils_k)
