"""The reactions by which phases in contact give way to other phases, from the balance of the elements alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

ZERO = 1e-9
"""Coefficients of a reaction below this are zero."""


@dataclass(frozen=True)
class Reactions:
    """Reactions of some phases, the reactants, to some of a pool of others, per atom."""

    reactants: NDArray[np.float64]
    """Shape (n_reactions, n_reactants): atoms of each reactant; rows sum to one."""

    products: NDArray[np.float64]
    """Shape (n_reactions, n_pool): atoms of each product; rows sum to one."""

    def chosen(self, rows: NDArray[np.bool_]) -> Reactions:
        """Return some of them."""
        return Reactions(self.reactants[rows], self.products[rows])


def reactions_of(ends: NDArray[np.float64], others: NDArray[np.float64]) -> Reactions:
    """Return the reactions by which phases in contact may give way to others, two of them or more taking part.

    Parameters
    ----------
    ends : ndarray, shape (n_ends, n_elements)
        Atomic fractions of the phases in contact, not all on one line.
    others : ndarray, shape (n_others, n_elements)
        Atomic fractions of the compounds they may react to.

    Returns
    -------
    Reactions
        `ends` are the reactants; the pool of products is `others`, then `ends`, for two phases may react to a third
        that is in contact with them.
    """
    n_ends, n_others = len(ends), len(others)
    pool = np.concatenate([others, ends])
    reactants, products = [np.zeros((0, n_ends))], [np.zeros((0, len(pool)))]
    for size in range(2, n_ends + 1):
        for chosen in combinations(range(n_ends), size):
            rest = [n_others + end for end in range(n_ends) if end not in chosen]
            columns = np.array([*range(n_others), *rest], dtype=np.int64)
            found = reactions_between(ends[list(chosen)], pool[columns])
            reactants.append(np.zeros((len(found.reactants), n_ends)))
            reactants[-1][:, chosen] = found.reactants
            products.append(np.zeros((len(found.products), len(pool))))
            products[-1][:, columns] = found.products
    return Reactions(np.concatenate(reactants), np.concatenate(products))


def reactions_between(ends: NDArray[np.float64], others: NDArray[np.float64]) -> Reactions:
    """Return the reactions that use up all of some phases and whose products the balance of the elements fixes.

    Parameters
    ----------
    ends : ndarray, shape (n_ends, n_elements)
        Atomic fractions of the phases, linearly independent.
    others : ndarray, shape (n_others, n_elements)
        Atomic fractions of the compounds they may react to.

    Notes
    -----
    Any mixture below that of the ends is one of such reactions; each has at most n_elements + 1 - n_ends products, the
    corners of a simplex that the simplex of the ends pierces (Caratheodory's theorem).
    """
    n_ends, n_elements = ends.shape
    n_products = n_elements + 1 - n_ends
    through = np.linalg.pinv(ends)
    free = np.linalg.svd(ends, full_matrices=True).Vh[n_ends:].T
    off_simplex = others @ free
    off_simplex[np.abs(off_simplex) < ZERO] = 0.0
    corners = np.array(list(combinations(range(len(others)), n_products)), dtype=np.int64).reshape(-1, n_products)
    if n_products > 1:
        first = off_simplex[corners, 0]
        corners = corners[(first.min(axis=1) <= 0.0) & (first.max(axis=1) >= 0.0)]
    balance = np.concatenate([off_simplex[corners], np.ones((*corners.shape, 1))], axis=2).swapaxes(1, 2)
    solvable = np.abs(np.linalg.det(balance)) > ZERO
    corners, balance = corners[solvable], balance[solvable]
    one = np.zeros((len(corners), n_products, 1))
    one[:, -1] = 1.0
    shares = np.linalg.solve(balance, one)[:, :, 0]
    reactants = np.einsum("rk,rke->re", shares, others[corners]) @ through
    real = (shares >= -ZERO).all(axis=1) & (reactants > ZERO).all(axis=1)
    products = np.zeros((int(real.sum()), len(others)))
    np.put_along_axis(products, corners[real], shares[real].clip(min=0.0), axis=1)
    # A product with a share of zero may be anything: such reactions are found several times.
    _, unique = np.unique(np.round(products / ZERO), axis=0, return_index=True)
    return Reactions(reactants[real][np.sort(unique)], products[np.sort(unique)])
