"""Equilibrium voltage paths: host + n ion, as the upper envelope of the hull's facets.

Along c + n e_ion the free energy is phi(n) = max_f (mu_f . c + n mu_f,ion), so each step of the voltage curve is
one facet, with the voltage V = (mu_ion(metal) - mu_f,ion) / z (Aydinol et al., Phys. Rev. B 56, 1354 (1997)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.constants import physical_constants

from tieline.thermo.envelope import upper_envelope
from tieline.thermo.hull import Hull

FARADAY_MAH_PER_MOL = physical_constants["Faraday constant"][0] / 3.6
"""Charge of one mole of elementary charges, in mAh."""

VOLTAGE_TIE_V = 1e-9
"""Voltages closer than this are one plateau; at the cut-off itself nothing is taken up."""

RELATIVE_STEP = 1e-9
"""Steps that take up fewer ions per host atom than this are rounding."""


@dataclass(frozen=True)
class VoltagePaths:
    """Voltage steps of several hosts, in order of falling voltage, down to a cut-off."""

    voltages_v: NDArray[np.float64]
    """Shape (n_hosts, n_steps): voltage of each step against the ion's metal; NaN after the last step."""

    uptakes: NDArray[np.float64]
    """Shape (n_hosts, n_steps): ions taken up in each step, in the unit of the host amounts; 0 after the last."""

    def __getitem__(self, hosts: slice) -> VoltagePaths:
        """Return the paths of some of the hosts."""
        return VoltagePaths(self.voltages_v[hosts], self.uptakes[hosts])

    @property
    def total_uptake(self) -> NDArray[np.float64]:
        """Ions taken up above the cut-off, shape (n_hosts,)."""
        total: NDArray[np.float64] = self.uptakes.sum(axis=1)
        return total

    @property
    def average_voltage_v(self) -> NDArray[np.float64]:
        """Charge-weighted mean voltage, shape (n_hosts,); NaN for a host that takes up nothing."""
        work = np.where(self.uptakes > 0.0, self.voltages_v * self.uptakes, 0.0).sum(axis=1)
        total = self.total_uptake
        mean: NDArray[np.float64] = np.divide(work, total, out=np.full(len(work), np.nan), where=total > 0.0)
        return mean

    @property
    def first_voltage_v(self) -> NDArray[np.float64]:
        """Voltage at which the host first takes up ions, shape (n_hosts,); NaN if never above the cut-off."""
        first: NDArray[np.float64] = self.voltages_v[:, 0]
        return first

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
    # Per unit of each host, so that the envelope's tolerances do not depend on the unit.
    size = hosts.sum(axis=1, keepdims=True)
    envelope = upper_envelope((hosts / size) @ hull.chemical_potentials_ev.T, per_ion, 0.0)
    voltages = np.where(envelope.lines >= 0, -per_ion[envelope.lines] / charge, -np.inf)
    above = voltages > cutoff_v + VOLTAGE_TIE_V
    ends = np.column_stack([envelope.starts[:, 1:], np.full(len(hosts), np.inf)])
    with np.errstate(invalid="ignore"):
        lengths = np.where(above, ends - envelope.starts, 0.0)
    taken = above & (lengths > RELATIVE_STEP)
    order = np.argsort(~taken, axis=1, kind="stable")
    keep = max(int(taken.sum(axis=1).max(initial=0)), 1)
    sorted_taken = np.take_along_axis(taken, order, axis=1)[:, :keep]
    return VoltagePaths(
        voltages_v=np.where(sorted_taken, np.take_along_axis(voltages, order, axis=1)[:, :keep], np.nan),
        uptakes=np.where(sorted_taken, np.take_along_axis(lengths, order, axis=1)[:, :keep], 0.0) * size,
    )
