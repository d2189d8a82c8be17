"""The numbers that the claims name, and those that the configuration adds."""

from __future__ import annotations

from dataclasses import dataclass

from tieline.lithiation.settings import Lithiation
from tieline.microstructure.settings import Microstructure
from tieline.thermo.settings import Coexistence

B_WEIGHT_FRACTIONS = (0.60, 0.95)
"""Weight fractions of B in the material, and of its crystals in B, that the claims name."""

FRACTION_DECIMALS = 4
"""Digits to which weight fractions are compared, as they are printed."""


@dataclass(frozen=True)
class Limits:
    """What the configuration of a run decides about the claims."""

    tolerance_ev_per_atom: float
    """Largest tie-line excess of phases that count as coexisting."""

    minimum_probability: float
    """Least probability of coexistence of phases that count as coexisting."""

    design_size_nm: float
    """Crystallite size of A that the material is designed for."""

    size_window_nm: tuple[float, float]
    """Smallest and largest crystallite size of A that claim 3 asks for, 5 and 100 as printed; claims 5 and 6 take the
    smallest, their largest is 100."""

    low_crystalline_below_nm: float
    """Largest crystallite size that counts as low crystalline."""

    min_shell_unit_cells: float
    """Unit cells of B that the shell around A must be thick at least."""

    anneal_temperatures_k: tuple[float, ...]
    """Temperatures of the configured heat treatments, rising."""

    working_ion: str
    """The ion that the electrode takes up."""

    @classmethod
    def of(cls, coexistence: Coexistence, microstructure: Microstructure, lithiation: Lithiation) -> Limits:
        """Return the limits that sections of the configuration set."""
        return cls(
            tolerance_ev_per_atom=coexistence.tolerance_ev_per_atom,
            minimum_probability=coexistence.minimum_probability,
            design_size_nm=microstructure.design_size_nm,
            size_window_nm=(microstructure.size_window_nm.min, microstructure.size_window_nm.max),
            low_crystalline_below_nm=microstructure.low_crystalline_below_nm,
            min_shell_unit_cells=microstructure.min_shell_unit_cells,
            anneal_temperatures_k=tuple(sorted(microstructure.heat_treatment.temperatures_k)),
            working_ion=lithiation.working_ion,
        )
