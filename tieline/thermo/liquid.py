"""When alloys melt: a regular solution as the melt, and solids whose entropy is that of their elements.

With x the atomic fractions, H_i and T_i the enthalpies of fusion and the melting points of the elements, the Gibbs
energy of the melt against the solid elements is, per atom,

    G(x, T) = sum of x_i H_i (1 - T / T_i)  +  sum over pairs of W x_i x_j  +  k T sum of x_i ln x_i

(the regular solution of Hildebrand), and that of a solid compound its formation energy E at any temperature: by the
rule of Neumann and Kopp its heat capacity, and here its entropy too, is that of its elements. The interaction W follows
the formation energy of the compound y that the melt is to form, less what is lost with the order of the crystal:

    W = `MIXING_SHARE` E / (sum over pairs of y_i y_j)

Where the melt is to form several compounds, each pair of elements has a W of its own: see `pair_interactions`.

Both conditions of equilibrium are then linear in T, so that every temperature here is an enthalpy over an entropy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tieline.core.units import BOLTZMANN_EV_PER_K, KJ_PER_MOL_PER_EV
from tieline.data.transitions import UNKNOWN, Transitions

Array = NDArray[np.float64]

MIXING_SHARE = 0.74
"""Enthalpy of mixing of the melt over the formation energy of the compound of that composition: least squares over the
melting points of 53 compounds that melt congruently; docs/method.md says how well it does."""

MIXING_SHARE_ERROR = 0.2
"""Standard deviation of the share from one of those compounds to the next."""

SHARES_OF_B = np.concatenate([[0.0], np.geomspace(1e-5, 0.05, 80), np.linspace(0.05, 1.0, 200)[1:]])
"""Shares of the atoms that B has in the melts looked at; dense next to A, where eutectics of refractory B lie."""

SHARES_OF_B1 = np.linspace(0.0, 1.0, 21)
"""Shares of B's atoms that the first of its two phases has in these melts."""

MELTS: Mapping[int, Array] = MappingProxyType(
    {
        2: np.column_stack([1.0 - SHARES_OF_B, SHARES_OF_B]),
        3: np.array([(1.0 - b, b * b1, b * (1.0 - b1)) for b1 in SHARES_OF_B1 for b in SHARES_OF_B]),
    }
)
"""By the number of phases, A and one or two of B: their shares of the atoms, shape (n_melts, n_phases)."""


@dataclass(frozen=True)
class Fusion:
    """Melting of some elements, in the order of the columns of the atomic fractions it is used with."""

    melting_point_k: Array
    """Shape (n_elements,)."""

    enthalpy_ev_per_atom: Array
    """Shape (n_elements,): enthalpy of fusion at the melting point."""

    @classmethod
    def of(cls, symbols: tuple[str, ...], transitions: Transitions) -> Fusion:
        """Return the melting of `symbols`; NaN for elements without data."""
        known = [transitions.get(symbol, UNKNOWN) for symbol in symbols]
        enthalpy = np.array([element.fusion_enthalpy_kj_per_mol for element in known]) / KJ_PER_MOL_PER_EV
        return cls(np.array([element.melting_point_k for element in known]), enthalpy)

    @property
    def entropy_ev_per_k(self) -> Array:
        """Entropies of fusion, shape (n_elements,)."""
        return self.enthalpy_ev_per_atom / self.melting_point_k


def interaction_ev(fractions: Array, energy_ev_per_atom: Array, share: float = MIXING_SHARE) -> Array:
    """Return the interaction W of the melt that forms some compounds; zero for elements.

    Parameters
    ----------
    fractions : ndarray, shape (..., n_elements)
        Atomic fractions.
    energy_ev_per_atom : ndarray, shape (...)
        Formation energies.
    share
        Enthalpy of mixing over formation energy.

    Returns
    -------
    ndarray, shape (...)
        In eV/atom.
    """
    return _ratio(share * energy_ev_per_atom, _contacts(fractions))


def pair_interactions(fractions: Array, interactions: Array, atoms: Array) -> Array:
    """Return the interaction of each pair of elements in the melts of some phases.

    Two elements interact as in the phases that hold both, on average by these phases' shares of the atoms. Elements
    that no phase holds together interact as those in the compounds do on average.

    Parameters
    ----------
    fractions : ndarray, shape (n_composites, n_phases, n_elements)
        Atomic fractions of the phases.
    interactions : ndarray, shape (n_composites, n_phases)
        W of each phase, see `interaction_ev`.
    atoms : ndarray, shape (n_composites, n_melts, n_phases) or (n_melts, n_phases)
        Shares of the melts' atoms that are those of each phase, not necessarily adding up to one.

    Returns
    -------
    ndarray, shape (n_composites, n_melts, n_elements, n_elements)
        In eV/atom, symmetric, zero on the diagonal.
    """
    n_elements = fractions.shape[-1]
    present = fractions > 0.0
    both = present[..., :, None] & present[..., None, :] & ~np.eye(n_elements, dtype=bool)
    both = both.reshape(*present.shape[:-1], -1).astype(np.float64)
    compound = (_contacts(fractions) > 0.0).astype(np.float64)
    of_compounds = _ratio(atoms @ interactions[..., None], atoms @ compound[..., None])
    holding = atoms @ both
    pairs = np.where(holding > 0.0, _ratio(atoms @ (interactions[..., None] * both), holding), of_compounds)
    return pairs.reshape(*pairs.shape[:-1], n_elements, n_elements) * (1.0 - np.eye(n_elements))


def first_liquid_k(
    fusion: Fusion,
    fractions: Array,
    energies_ev_per_atom: Array,
    *,
    shares: Sequence[float] = (MIXING_SHARE,),
) -> Array:
    """Return the lowest temperature at which a melt of the phases of a composite is as stable as these.

    Parameters
    ----------
    fusion
        Of the columns of the fractions.
    fractions : ndarray, shape (n_composites, n_phases, n_elements)
        Compositions of A and the one or two phases of B.
    energies_ev_per_atom : ndarray, shape (n_composites, n_phases)
        Their formation energies.
    shares
        Enthalpies of mixing of the melt over the formation energy of a compound.

    Returns
    -------
    ndarray, shape (n_shares, n_composites)
        In K; NaN where an element of the composite has no data.

    Notes
    -----
    The melts looked at lie on the line from A to B, or for two phases in the triangle A-B1-B2, whose sides hold the
    melts of each two of the phases. Other melts and other solids are not looked at.
    """
    interactions = interaction_ev(fractions, energies_ev_per_atom, 1.0)
    atoms = MELTS[fractions.shape[1]]
    x = atoms @ fractions
    melting = _weighted(x, fusion.enthalpy_ev_per_atom) - energies_ev_per_atom @ atoms.T
    mixing = _mixing(x, pair_interactions(fractions, interactions, atoms))
    entropy = _weighted(x, fusion.entropy_ev_per_k) - BOLTZMANN_EV_PER_K * (x * _log(x)).sum(axis=-1)
    lowest = np.array([((melting + share * mixing) / entropy).min(axis=1) for share in shares])
    return lowest.clip(min=0.0)


def liquidus_k(
    fusion: Fusion, fractions: Array, interactions: Array, solids: Array, solid_energies_ev_per_atom: Array
) -> Array:
    """Return the temperature above which a melt is stable against some solids.

    In equilibrium with a solid y of formation energy E, sum of y_i mu_i(x, T) = E with the melt's chemical potentials

        mu_i = H_i (1 - T / T_i) + sum over j of W_ij x_j - sum over pairs of W_jk x_j x_k + k T ln x_i

    An element melts at its melting point at the latest.

    Parameters
    ----------
    fusion
        Of the columns of the fractions.
    fractions : ndarray, shape (n_melts, n_elements)
        Compositions of the melts; an element is zero only where no solid holds it.
    interactions : ndarray, shape (n_melts, n_elements, n_elements)
        W of each pair of elements, see `pair_interactions`.
    solids : ndarray, shape (n_melts, n_solids, n_elements)
        Compositions of the solids.
    solid_energies_ev_per_atom : ndarray, shape (n_melts, n_solids)
        Their formation energies.

    Returns
    -------
    ndarray, shape (n_melts,)
        In K; NaN where an element has no data.
    """
    partial = (interactions * fractions[:, None, :]).sum(axis=-1) - _mixing(fractions, interactions)[:, None]
    enthalpy = _weighted(solids, (fusion.enthalpy_ev_per_atom + partial)[:, None, :]) - solid_energies_ev_per_atom
    entropy = _weighted(solids, (fusion.entropy_ev_per_k - BOLTZMANN_EV_PER_K * _log(fractions))[:, None, :])
    elemental = solids.max(axis=-1) == 1.0
    melts = np.where(elemental, fusion.melting_point_k[solids.argmax(axis=-1)], np.inf)
    highest: Array = np.minimum(enthalpy / entropy, melts).max(axis=1)
    return highest.clip(min=0.0)


def _mixing(fractions: Array, interactions: Array) -> Array:
    """Return the sum over pairs of W_ij x_i x_j."""
    total: Array = ((interactions * fractions[..., None, :]).sum(axis=-1) * fractions).sum(axis=-1) / 2.0
    return total


def _ratio(values: Array, divisors: Array) -> Array:
    """Return the ratio, zero where the divisor is."""
    return np.divide(values, divisors, out=np.zeros_like(values), where=divisors > 0.0)


def _contacts(fractions: Array) -> Array:
    """Return the sum over pairs of x_i x_j; zero, not rounding, for elements."""
    values: Array = np.where(fractions.max(axis=-1) < 1.0, (1.0 - (fractions**2).sum(axis=-1)) / 2.0, 0.0)
    return values


def _weighted(fractions: Array, values: Array) -> Array:
    """Return the sum of x_i v_i; an element that is not there may lack its value."""
    total: Array = np.where(fractions > 0.0, fractions * values, 0.0).sum(axis=-1)
    return total


def _log(fractions: Array) -> Array:
    return np.log(fractions, out=np.zeros_like(fractions), where=fractions > 0.0)
