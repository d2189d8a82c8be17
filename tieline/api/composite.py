"""One composite: an active phase A in a matrix B of one phase or two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.errors import ConfigError
from tieline.core.formulas import PLUS, subscripted
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.composite import (
    ABSENT,
    CompositeProperties,
    LithiationTask,
    composite_hosts,
    host_properties,
    hosts_of,
    mixture_volume_cm3,
)
from tieline.lithiation.path import voltage_paths
from tieline.lithiation.settings import Lithiation
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.mixtures import composite_excess_ev_per_atom
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from tieline.api.phases import PhaseSet


Reacting = Literal["both", "a"]
"""Which phases of a composite react with the ion."""


@dataclass(frozen=True)
class Composite:
    """An active phase A in a matrix B, and what it does in lithiation.

    Examples
    --------
    >>> import tieline
    >>> composite = tieline.Composite(tieline.load_phases(), "Si", "TiSi2", phase_b_weight_fraction=0.6)
    >>> round(composite.properties["capacity_inert_b_mah_per_g"])
    1431
    >>> composite.voltage_curve().columns.tolist()
    ['capacity_mah_per_g', 'voltage_v', 'volume_change_fraction', 'phases']
    """

    phases: PhaseSet
    """Where A, B and what they turn into come from."""

    phase_a: str
    """Identifier or formula of A."""

    phase_b: str | Mapping[str, float]
    """Identifier or formula of B; of a mixture, those of its two phases with their weight shares in B."""

    phase_b_weight_fraction: float = 0.8
    """Weight of B per weight of the composite."""

    working_ion: str = "Li"
    """The ion that is taken up."""

    ion_charge: int | None = None
    """Its charge; known for the usual ions."""

    cutoff_v: float = 0.0
    """Voltage at which uptake ends."""

    def __post_init__(self) -> None:
        """Check what was given.

        Raises
        ------
        ConfigError
            If a weight fraction or share is out of range, or there are more than two phases in B.
        PhaseDataError
            If a phase is not among the phase data.
        """
        weight = self.phase_b_weight_fraction
        if not isinstance(weight, Real) or not 0.0 <= weight <= 1.0:
            raise ConfigError(f"phase_b_weight_fraction = {self.phase_b_weight_fraction!r}: must be between 0 and 1")
        shares = list(self._shares.values())
        if not 1 <= len(shares) <= 2 or min(shares) <= 0.0 or abs(sum(shares) - 1.0) > ABSENT:
            raise ConfigError(f"phase_b = {self.phase_b!r}: needs one phase, or two whose weight shares sum to 1")
        _ = self._group

    @property
    def _shares(self) -> Mapping[str, float]:
        return {self.phase_b: 1.0} if isinstance(self.phase_b, str) else self.phase_b

    @cached_property
    def _arrays(self) -> PhaseArrays:
        return self.phases.arrays

    @cached_property
    def _formulas(self) -> NDArray[np.object_]:
        formulas: NDArray[np.object_] = self.phases.table["formula"].to_numpy(object)
        return formulas

    @cached_property
    def _group(self) -> CompositeGroup:
        row_of = {phase_id: row for row, phase_id in enumerate(self.phases.table["phase_id"])}
        row_a = row_of[self.phases.find(self.phase_a)]
        rows_b = [row_of[self.phases.find(name)] for name in self._shares]
        present = np.any(self._arrays.fractions[[row_a, *rows_b]] > 0.0, axis=0).tolist()
        return CompositeGroup(
            elements=tuple(symbol for symbol, there in zip(self._arrays.symbols, present, strict=True) if there),
            row_a=np.array([row_a]),
            rows_b=np.array([rows_b]),
            weight_shares_b=np.array([list(self._shares.values())]),
        )

    @cached_property
    def _task(self) -> LithiationTask:
        settings = Lithiation(working_ion=self.working_ion, ion_charge=self.ion_charge, cutoff_v=self.cutoff_v)
        weights = np.array([self.phase_b_weight_fraction])
        return LithiationTask(self._arrays, weights, settings.working_ion, settings.charge, settings.cutoff_v)

    @property
    def tie_line_excess_ev_per_atom(self) -> float:
        """Energy of the composite above the hull of its elements, in eV per atom; zero where A and B coexist.

        Examples
        --------
        >>> import tieline
        >>> tieline.Composite(tieline.load_phases(), "Si", "TiSi2").tie_line_excess_ev_per_atom
        0.0
        """
        _, hull = SystemHulls(self._arrays).hull(self._group.elements)
        window = (self.phase_b_weight_fraction,) * 2
        energies = self._arrays.formation_energy_ev_per_atom
        return float(
            composite_excess_ev_per_atom(self._arrays, self._group, hull, energies, weight_fraction_window=window)[0]
        )

    @cached_property
    def properties(self) -> pd.Series:
        """Capacities, voltages and swelling by the names that candidates.parquet has for them."""
        found = host_properties(self._task, hosts_of(self._task, [self._group]))
        return pd.Series({f.name: float(getattr(found, f.name)[0]) for f in fields(CompositeProperties)})

    def voltage_curve(self, reacting: Reacting = "both") -> pd.DataFrame:
        """Return the equilibrium voltage curve, plateau by plateau.

        Parameters
        ----------
        reacting
            ``both`` phases react as thermodynamics says, or ``a`` alone and B stays as it is.

        Returns
        -------
        DataFrame
            A row for the delithiated composite and one for the end of each plateau: ``capacity_mah_per_g`` taken up by
            then, ``voltage_v`` of the plateau, ``volume_change_fraction`` against the delithiated composite, and the
            ``phases`` that are present.

        Raises
        ------
        PhaseDataError
            If the ion has no elemental phase.
        ConfigError
            If `reacting` is anything else.
        """
        if reacting not in get_args(Reacting):
            allowed = " or ".join(map(repr, get_args(Reacting)))
            raise ConfigError(f"reacting = {reacting!r}: must be {allowed}")
        w = self.phase_b_weight_fraction
        (host,) = hosts_of(self._task, [self._group])
        hull, ion, amounts = composite_hosts(
            self._task, SystemHulls(self._arrays), host, np.array([[w if reacting == "both" else 0.0]])
        )
        scale, inert_cm3 = (1.0, 0.0) if reacting == "both" else (1.0 - w, float(host.cm3_per_g_b[0]) * w)
        path = voltage_paths(hull, amounts, ion, charge=self._task.charge, cutoff_v=self.cutoff_v)
        uptake = np.concatenate([[0.0], path.uptakes[0].cumsum()])
        steps = np.repeat(amounts, len(uptake), axis=0)
        volume = mixture_volume_cm3(self._arrays, hull, steps, ion, uptake) * scale + inert_cm3
        steps[:, ion] += uptake
        before = float(host.cm3_per_g_a[0]) * (1.0 - w) + float(host.cm3_per_g_b[0]) * w
        inert = [] if reacting == "both" else self._formulas[self._group.rows_b[0]].tolist()
        rows, corner_amounts = hull.corner_amounts(steps)
        there = corner_amounts > ABSENT * steps.sum(axis=1, keepdims=True)
        return pd.DataFrame(
            {
                "capacity_mah_per_g": uptake * scale * self._task.charge * FARADAY_MAH_PER_MOL,
                "voltage_v": np.concatenate([[np.nan], path.voltages_v]),
                "volume_change_fraction": volume / before - 1.0,
                "phases": [
                    " + ".join([*self._formulas[np.sort(own[present])], *inert])
                    for own, present in zip(rows, there, strict=True)
                ],
            }
        )

    def plot_voltage(self) -> Figure:
        """Return the voltage curve as a plotly figure: both phases reacting, and A alone.

        Examples
        --------
        >>> import tieline
        >>> figure = tieline.Composite(tieline.load_phases(), "Si", "TiSi2").plot_voltage()
        >>> [trace.name for trace in figure.data]
        ['A and B react', 'A reacts, B is inert']
        """
        from tieline.api.figures import plot_voltage  # noqa: PLC0415

        curves = {"A and B react": self.voltage_curve(), "A reacts, B is inert": self.voltage_curve("a")}
        names = PLUS.join(self._formulas[[*self._group.row_a, *self._group.rows_b[0]]])
        title = f"{subscripted(names)}, {self.phase_b_weight_fraction:g} B by weight"
        return plot_voltage(list(curves.items()), title, self.working_ion)
