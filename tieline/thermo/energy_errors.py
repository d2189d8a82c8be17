"""How wrong energies may be: random draws that depend on the composition and the seed alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.phase_arrays import System


@dataclass(frozen=True)
class EnergyErrors:
    """How wrong energies may be."""

    sigma_ev_per_atom: float
    """Standard deviation of a compound's formation energy."""

    shared_within_system: float
    """Share of the variance that all compounds of exactly the same elements have in common."""

    draws: int
    """How many sets of errors."""

    seed: int
    """Where the random numbers start."""

    def of_compositions(self, elements: System, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the errors of the energies of some compositions.

        Parameters
        ----------
        elements
            Symbols, sorted.
        fractions : ndarray, shape (n_compositions, n_elements)
            Atomic fractions; rows sum to one.

        Returns
        -------
        ndarray, shape (n_compositions, draws)
            In eV/atom; zero for the elements, which formation energies refer to.

        Notes
        -----
        The numbers depend on the seed and the composition and on nothing else, so that every system and every worker
        sees the same errors.
        """
        errors = np.zeros((len(fractions), self.draws))
        shared = self.shared_within_system
        common: dict[System, NDArray[np.float64]] = {}
        for row, shares in enumerate(fractions):
            present = tuple(symbol for symbol, share in zip(elements, shares, strict=True) if share > 0.0)
            if len(present) == 1:
                continue
            if present not in common:
                common[present] = self._normal("-".join(present))
            own = self._normal(" ".join(f"{s} {x:.9f}" for s, x in zip(present, shares[shares > 0.0], strict=True)))
            errors[row] = np.sqrt(shared) * common[present] + np.sqrt(1.0 - shared) * own
        return errors * self.sigma_ev_per_atom

    def _normal(self, name: str) -> NDArray[np.float64]:
        return _normal_numbers(self.seed, name, self.draws)


@lru_cache(maxsize=512)
def _normal_numbers(seed: int, name: str, draws: int) -> NDArray[np.float64]:
    """Return normal numbers that belong to a name; kept for a while, for neighbouring systems share compounds."""
    key = int.from_bytes(blake2b(f"{seed} {name}".encode(), digest_size=16).digest(), "big")
    return np.random.Generator(np.random.Philox(key=key)).standard_normal(draws)
