"""Equilibrium voltage paths: host + n ion, as the upper envelope of the hull's facets.

Along c + n e_ion the free energy is phi(n) = max_f (mu_f . c + n mu_f,ion), so each step of the voltage curve is
one facet, with the voltage V = (mu_ion(metal) - mu_f,ion) / z (Aydinol et al., Phys. Rev. B 56, 1354 (1997)).
All hosts of a system share the slopes mu_f,ion, so their envelopes are found together, without following any: the
lines up to slope k give way to steeper ones at

    n_k = min over l > k of  max over j <= k of  (a_j - a_l) / (s_l - s_j),        a = mu . c,  s = mu_ion sorted,

for there the larger of two convex functions changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.hull import Hull

VOLTAGE_TIE_V = 1e-9
"""Voltages closer than this are one plateau; at the cut-off itself nothing is taken up."""

RELATIVE_STEP = 1e-9
"""Steps that take up fewer ions per host atom than this are rounding."""

EQUAL_SLOPES_EV = 1e-12
"""Chemical potentials of the ion closer than this are the same plateau."""

CROSSINGS_AT_ONCE = 2_000_000
"""Hosts are taken in portions of about this many crossings of lines, to bound the memory."""


@dataclass(frozen=True)
class VoltagePaths:
    """Voltage steps of several hosts of one system, down to a cut-off."""

    voltages_v: NDArray[np.float64]
    """Shape (n_steps,): voltages of the steps that any host takes against the ion's metal, falling."""

    uptakes: NDArray[np.float64]
    """Shape (n_hosts, n_steps): ions taken up in each step, in the unit of the host amounts; 0 for a step not taken."""

    def __getitem__(self, hosts: slice) -> VoltagePaths:
        """Return the paths of some of the hosts."""
        return VoltagePaths(self.voltages_v, self.uptakes[hosts])

    @property
    def total_uptake(self) -> NDArray[np.float64]:
        """Ions taken up above the cut-off, shape (n_hosts,)."""
        total: NDArray[np.float64] = self.uptakes.sum(axis=1)
        return total

    @property
    def average_voltage_v(self) -> NDArray[np.float64]:
        """Charge-weighted mean voltage, shape (n_hosts,); NaN for a host that takes up nothing."""
        total = self.total_uptake
        unknown = np.full(len(total), np.nan)
        mean: NDArray[np.float64] = np.divide(self.uptakes @ self.voltages_v, total, out=unknown, where=total > 0.0)
        return mean

    @property
    def first_voltage_v(self) -> NDArray[np.float64]:
        """Voltage at which the host first takes up ions, shape (n_hosts,); NaN if never above the cut-off."""
        taken = np.where(self.uptakes > 0.0, self.voltages_v, -np.inf).max(axis=1, initial=-np.inf)
        return np.where(np.isinf(taken), np.nan, taken)

    def mean_voltage_between_v(self, start: float, end: float) -> NDArray[np.float64]:
        """Return the charge-weighted mean voltage between two fractions of the total uptake.

        Parameters
        ----------
        start, end
            Fractions of the uptake down to the cut-off, 0 <= start < end <= 1.

        Returns
        -------
        ndarray, shape (n_hosts,)
            In V; NaN for a host that takes up nothing.
        """
        reached = self.uptakes.cumsum(axis=1)
        total = self.total_uptake[:, None]
        passed = np.minimum(reached, end * total) - np.maximum(reached - self.uptakes, start * total)
        passed = passed.clip(min=0.0)
        charge = passed.sum(axis=1)
        unknown = np.full(len(charge), np.nan)
        mean: NDArray[np.float64] = np.divide(passed @ self.voltages_v, charge, out=unknown, where=charge > 0.0)
        return mean

    def uptake_above(self, voltage_v: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the ions taken up in steps above `voltage_v`, shape (n_hosts,)."""
        above = self.voltages_v > voltage_v[:, None] + VOLTAGE_TIE_V
        total: NDArray[np.float64] = np.where(above, self.uptakes, 0.0).sum(axis=1)
        return total


def voltage_paths(
    hull: Hull, hosts: NDArray[np.float64], ion: int, *, charge: int = 1, cutoff_v: float = 0.0
) -> VoltagePaths:
    """Return the equilibrium voltage paths of `hosts` on `hull`.

    Parameters
    ----------
    hull : Hull
        Hull of the host elements and the ion; energies are formation energies, so that the ion's metal is at zero.
    hosts : ndarray, shape (n_hosts, n_elements)
        Amounts of the elements in each host, none of the ion; any common unit, such as mol per gram.
    ion : int
        Column of the ion.
    charge : int
        Its charge in elementary charges.
    cutoff_v : float
        Steps at or below this voltage are not taken.

    Returns
    -------
    VoltagePaths
        Steps of equal voltage are not merged and steps of no length are left out.

    Notes
    -----
    The path starts from the hull: a metastable host first relaxes without current.
    """
    per_ion = hull.chemical_potentials_ev[:, ion]
    order = np.argsort(per_ion, kind="stable")
    slopes = per_ion[order]
    # Per unit of each host, so that tolerances do not depend on the unit.
    size = hosts.sum(axis=1, keepdims=True)
    intercepts = (hosts / size) @ hull.chemical_potentials_ev[order].T
    portion = max(1, CROSSINGS_AT_ONCE // len(slopes) ** 2)
    ends = np.concatenate(
        [_ends(intercepts[start : start + portion], slopes) for start in range(0, len(hosts), portion)]
    )
    voltages = -slopes / charge
    above = voltages > cutoff_v + VOLTAGE_TIE_V
    lengths = np.diff(ends[:, above], axis=1, prepend=0.0)
    lengths[lengths < RELATIVE_STEP] = 0.0
    taken = lengths.any(axis=0)
    return VoltagePaths(voltages_v=voltages[above][taken], uptakes=lengths[:, taken] * size)


def _ends(intercepts: NDArray[np.float64], slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each set of lines follows slopes up to each one, shape (n_hosts, n_lines); see the module."""
    rises = slopes - slopes[:, None]
    falls = intercepts[:, :, None] - intercepts[:, None, :]
    # A line no steeper than another gives way to it nowhere, or everywhere if it lies below.
    crossings = np.where(falls < 0.0, -np.inf, np.inf)
    np.divide(falls, rises, out=crossings, where=rises > EQUAL_SLOPES_EV)
    np.maximum.accumulate(crossings, axis=1, out=crossings)
    crossings[:, np.tri(len(slopes), dtype=bool)] = np.inf
    ends: NDArray[np.float64] = crossings.min(axis=2)
    return np.maximum(ends, 0.0, out=ends)
