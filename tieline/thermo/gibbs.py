"""Gibbs energies of formation of solids at temperature, by the descriptor of Bartel et al.

The Gibbs energy of a compound is its formation enthalpy at 0 K plus a descriptor of its volume V (A^3/atom), its
reduced mass m (g/mol) and the temperature T (K), less the Gibbs energies of its elements:

    G(T) = H + G_delta(V, m, T) - sum over elements of x_i G_i(T)
    G_delta = (-2.48e-4 ln V - 8.94e-5 m / V) T + 0.181 ln T - 0.882          in eV/atom

C. J. Bartel et al., Nat. Commun. 9, 4168 (2018), eq. 4 and 6: fitted to the Gibbs energies of solids from 300 to 1800 K
(pymatgen goes to 2000 K), with a resolution of about 50 meV/atom. pymatgen's `GibbsComputedStructureEntry` is the same
model, an object for each phase and temperature; here it stands as arrays, because a run asks for 100,000 values.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.phase_arrays import PhaseArrays

ELEMENTAL = 1.0 - 1e-12
"""A phase with more than this of one element is elemental."""


@dataclass(frozen=True)
class ElementData:
    """What the model needs to know of the elements; the elements are in the order asked for."""

    temperatures_k: NDArray[np.float64]
    """Shape (n_temperatures,): rising."""

    gibbs_ev_per_atom: NDArray[np.float64]
    """Shape (n_temperatures, n_elements): experimental Gibbs energy of the state that is stable at each temperature and
    1 bar, molten or gaseous where that is so; NaN for elements without data."""

    masses_g_per_mol: NDArray[np.float64]
    """Shape (n_elements,)."""


def element_data(symbols: tuple[str, ...]) -> ElementData:
    """Return Gibbs energies and masses of the elements, as pymatgen has them.

    Notes
    -----
    Imports pymatgen, so not for workers. The masses are pymatgen's too, so that its numbers come out.
    """
    from pymatgen.core.entries import G_ELEMS  # noqa: PLC0415
    from pymatgen.core.periodic_table import Element  # noqa: PLC0415

    temperatures = sorted(G_ELEMS, key=float)
    gibbs = [[G_ELEMS[temperature].get(symbol, np.nan) for symbol in symbols] for temperature in temperatures]
    return ElementData(
        temperatures_k=np.array(temperatures, dtype=np.float64),
        gibbs_ev_per_atom=np.array(gibbs, dtype=np.float64),
        masses_g_per_mol=np.array([float(Element(symbol).atomic_mass) for symbol in symbols]),
    )


def reduced_masses_g_per_mol(
    fractions: NDArray[np.float64], masses_g_per_mol: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the reduced mass of each composition: Bartel et al., eq. 6.

    Parameters
    ----------
    fractions : ndarray, shape (n_phases, n_elements)
        Atomic fractions; rows sum to one.
    masses_g_per_mol : ndarray, shape (n_elements,)
        Atomic masses.

    Returns
    -------
    ndarray, shape (n_phases,)
        Mean over the pairs of elements of (x_i + x_j) m_i m_j / (m_i + m_j); zero for an elemental phase.
    """
    reduced = np.zeros(len(fractions))
    present = fractions > 0.0
    n_elements = present.sum(axis=1)
    for row in np.flatnonzero(n_elements > 1):
        x, m = fractions[row, present[row]], masses_g_per_mol[present[row]]
        i, j = np.array(list(combinations(range(len(x)), 2))).T
        reduced[row] = ((x[i] + x[j]) * m[i] * m[j] / (m[i] + m[j])).sum() / (len(x) - 1)
    return reduced


def descriptor_ev_per_atom(
    volume_a3_per_atom: NDArray[np.float64], reduced_mass_g_per_mol: NDArray[np.float64], temperature_k: float
) -> NDArray[np.float64]:
    """Return G_delta of the compounds: Bartel et al., eq. 4, in eV/atom."""
    per_kelvin = -2.48e-4 * np.log(volume_a3_per_atom) - 8.94e-5 * reduced_mass_g_per_mol / volume_a3_per_atom
    values: NDArray[np.float64] = per_kelvin * temperature_k + 0.181 * np.log(temperature_k) - 0.882
    return values


@dataclass(frozen=True)
class GibbsModel:
    """Gibbs energies of the phases of a run at any temperature of the model."""

    fractions: NDArray[np.float64]
    """Shape (n_phases, n_elements): atomic fractions."""

    enthalpy_ev_per_atom: NDArray[np.float64]
    """Shape (n_phases,): formation energy at 0 K."""

    volume_a3_per_atom: NDArray[np.float64]
    """Shape (n_phases,): NaN where neither the phase nor its elements have one."""

    reduced_mass_g_per_mol: NDArray[np.float64]
    """Shape (n_phases,): zero for elemental phases."""

    elements: ElementData
    """Of the columns of `fractions`."""

    @classmethod
    def of(cls, phases: PhaseArrays, elements: ElementData) -> GibbsModel:
        """Return the model of all phases.

        Notes
        -----
        A compound without a volume gets the sum of its elements' volumes. That is good enough for a competitor: the
        descriptor is flat in the volume near its maximum at V = 0.36 m, and 10 % of volume change it by about
        10 meV/atom at 1000 K.
        """
        elemental = (phases.fractions > ELEMENTAL).any(axis=1)
        volumes = phases.volume_a3_per_atom.copy()
        of_element = np.full(len(phases.symbols), np.nan)
        # The highest polymorph first, so that the lowest stays.
        falling = np.argsort(-phases.formation_energy_ev_per_atom[elemental], kind="stable")
        for row in np.flatnonzero(elemental)[falling]:
            of_element[phases.fractions[row].argmax()] = volumes[row]
        unknown = np.isnan(volumes) & ~elemental
        for row in np.flatnonzero(unknown):
            present = phases.fractions[row] > 0.0
            volumes[row] = phases.fractions[row, present] @ of_element[present]
        return cls(
            fractions=phases.fractions,
            enthalpy_ev_per_atom=phases.formation_energy_ev_per_atom,
            volume_a3_per_atom=np.where(elemental, 1.0, volumes),
            reduced_mass_g_per_mol=reduced_masses_g_per_mol(phases.fractions, elements.masses_g_per_mol),
            elements=elements,
        )

    def energies_ev_per_atom(self, rows: NDArray[np.int64], temperature_k: float) -> NDArray[np.float64]:
        """Return the Gibbs energies of formation of some phases, shape (len(rows),), in eV/atom.

        Parameters
        ----------
        rows
            Which phases.
        temperature_k
            From 300 to 2000 K. Elements' data stand every 100 K; in between they are interpolated linearly.

        Returns
        -------
        ndarray
            NaN for a compound that lacks a volume or of an element without data. An elemental phase keeps its height
            above the element's reference state: zero for the reference state itself.
        """
        # Elements of other systems cost time and may lack data.
        present = np.flatnonzero(self.fractions[rows].any(axis=0))
        fractions, data = self.fractions[np.ix_(rows, present)], self.elements
        of_elements = np.array(
            [np.interp(temperature_k, data.temperatures_k, data.gibbs_ev_per_atom[:, element]) for element in present]
        )
        # So may elements that only some of the phases hold.
        sums = np.where(fractions > 0.0, fractions * of_elements, 0.0).sum(axis=1)
        enthalpy = self.enthalpy_ev_per_atom[rows]
        descriptor = descriptor_ev_per_atom(
            self.volume_a3_per_atom[rows], self.reduced_mass_g_per_mol[rows], temperature_k
        )
        elemental = (fractions > ELEMENTAL).any(axis=1)
        return np.where(elemental, enthalpy, enthalpy + descriptor - sums)
