"""Physical constants and units, from CODATA by way of SciPy."""

from __future__ import annotations

from scipy.constants import Avogadro, Boltzmann, R, atm, bar, elementary_charge, physical_constants

KJ_PER_MOL_PER_EV = Avogadro * elementary_charge / 1000.0
"""kJ/mol in one eV per particle."""

BOLTZMANN_EV_PER_K = Boltzmann / elementary_charge
"""Boltzmann constant in eV/K."""

GAS_CONSTANT_KJ_PER_MOL_K = R / 1000.0
"""Gas constant in kJ/(mol K)."""

ATMOSPHERE_BAR = atm / bar
"""Standard atmosphere, at which boiling points are given, in bar."""

FARADAY_MAH_PER_MOL = physical_constants["Faraday constant"][0] / 3.6
"""Charge of one mole of elementary charges, in mAh."""

CM3_PER_MOL_PER_A3 = Avogadro * 1e-24
"""Molar volume in cm3/mol of one cubic angstrom per atom."""
