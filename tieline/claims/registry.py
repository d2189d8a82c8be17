"""The 30 claims: what each says in our words, what it depends on and which criteria decide it.

A technical reading of a patent family, not legal advice. What the claims on a cell and on TiSi2 depend on follows the
order of the claims: 15 to 17 build on 14, and so on for the other two families.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tieline.claims.cell import full_cell
from tieline.claims.composition import silicon_and_titanium, titanium_disilicide, two_phases, weight_shares
from tieline.claims.finding import Criterion
from tieline.claims.microstructure import (
    amorphous_share_b,
    coexistence,
    coverage,
    covered_size,
    invisible,
    low_crystalline,
    partly_crystalline_b,
    stays_low_crystalline,
    stays_within_sizes,
)
from tieline.claims.process import heat_treatment, melted_together
from tieline.claims.structure import c49, centred_b, cmcm_b, space_groups_differ
from tieline.core.extensions import load

DISCLAIMER = "A technical reading of the claims, not legal advice."


class Basis(StrEnum):
    """What a claim's own criteria rest on."""

    COMPUTED = "computed"
    """Energies, structures and compositions of the phases."""

    MODELLED = "modelled"
    """A model with its own assumptions; see docs/method.md."""

    COMPUTED_AND_MODELLED = "computed + modelled"
    """Some criteria of the one kind, some of the other."""

    COMPUTED_AND_CHOSEN = "computed + chosen"
    """A number that follows from a choice in the configuration."""


@dataclass(frozen=True)
class Claim:
    """One claim as a test."""

    number: int
    """1 to 30; criteria of the user's own from 31."""

    parent: int | None
    """The claim it depends on, lower in number; None for an independent one."""

    says: str
    """What it asks for, in our words."""

    basis: Basis
    """What its own criteria rest on, its parent's left aside."""

    criteria: tuple[Criterion, ...]
    """What must hold, beside the parent."""


def _weights(number: int, parent: int) -> Claim:
    says = "A is 5-40 % and B 60-95 % of the weight"
    return Claim(number, parent, says, Basis.COMPUTED, (weight_shares,))


def _titanium(number: int, parent: int) -> tuple[Claim, ...]:
    """Return the four claims on titanium silicides; `number` is the first's."""
    return (
        Claim(number, parent, "A holds Si; B holds Ti and Si", Basis.COMPUTED, (silicon_and_titanium,)),
        Claim(number + 1, number, "B contains TiSi2", Basis.COMPUTED, (titanium_disilicide,)),
        Claim(number + 2, number + 1, "the TiSi2 is Cmcm (C49)", Basis.COMPUTED, (c49,)),
        Claim(number + 3, number + 1, "B also holds amorphous Ti, Si or both", Basis.MODELLED, (amorphous_share_b,)),
    )


def _cell(number: int, parent: int) -> Claim:
    says = "a lithium-ion cell with this negative electrode and a non-aqueous electrolyte"
    return Claim(number, parent, says, Basis.COMPUTED_AND_CHOSEN, (full_cell,))


CLAIMS: tuple[Claim, ...] = (
    Claim(
        1,
        None,
        "A holds Si, Sn or Zn; B the same element and a partner, and covers A; A is amorphous or low crystalline",
        Basis.COMPUTED_AND_MODELLED,
        (two_phases, coexistence, coverage, low_crystalline),
    ),
    Claim(2, 1, "X-ray diffraction shows no peak of A", Basis.COMPUTED, (invisible,)),
    Claim(
        3,
        None,
        "A and B as in claim 1, crystallites of A of 5-100 nm",
        Basis.COMPUTED_AND_MODELLED,
        (two_phases, coexistence, covered_size),
    ),
    Claim(4, 1, "A stays low crystalline when heated to 100 C", Basis.MODELLED, (stays_low_crystalline,)),
    Claim(5, 1, "A has crystallites of 5-100 nm after 100 C or more", Basis.MODELLED, (stays_within_sizes,)),
    Claim(6, 3, "A has crystallites of 5-100 nm after 100 C or more", Basis.MODELLED, (stays_within_sizes,)),
    Claim(
        7,
        None,
        "A and B as in claim 1, of different space groups",
        Basis.COMPUTED,
        (two_phases, space_groups_differ),
    ),
    Claim(8, 7, "crystals are 60-95 % of B's weight", Basis.MODELLED, (partly_crystalline_b,)),
    Claim(9, 7, "B is base-centred or face-centred", Basis.COMPUTED, (centred_b,)),
    Claim(10, 9, "B is Cmcm", Basis.COMPUTED, (cmcm_b,)),
    _weights(11, 1),
    _weights(12, 3),
    _weights(13, 7),
    *_titanium(14, 1),
    *_titanium(18, 3),
    *_titanium(22, 7),
    _cell(26, 1),
    _cell(27, 3),
    _cell(28, 7),
    Claim(
        29,
        None,
        "made by melting together, quenching and mechanical alloying, so that B covers A",
        Basis.MODELLED,
        (two_phases, coexistence, coverage, melted_together),
    ),
    Claim(30, 29, "the milled powder is heat-treated", Basis.MODELLED, (heat_treatment,)),
)
"""The claims in the order of their numbers."""


def with_own_criteria(paths: Sequence[str]) -> tuple[Claim, ...]:
    """Return the claims and, numbered from 31, criteria of the user's own.

    The first line of a criterion's docstring says what it asks for.

    Parameters
    ----------
    paths
        Import paths of functions of the type `tieline.claims.finding.Criterion`.

    Raises
    ------
    ConfigError
        If one cannot be imported.
    """
    criteria = [load(path, "claims.criteria") for path in paths]
    own = (
        Claim(len(CLAIMS) + number, None, _first_line(criterion), Basis.COMPUTED, (criterion,))
        for number, criterion in enumerate(criteria, start=1)
    )
    return (*CLAIMS, *own)


def _first_line(criterion: Criterion) -> str:
    return (criterion.__doc__ or criterion.__name__).strip().splitlines()[0]
