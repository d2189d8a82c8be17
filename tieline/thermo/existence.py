"""Is a compound really there at 298 K? A probability from its energy and from what is reported.

The log-odds of a compound are those of its kind (`tieline.thermo.reported.Evidence`) less its height in units of a
scale,

    log(p / (1 - p)) = log_odds[kind] - h / s,      s = s_0 + s_1 |E|,

with E the formation energy and h the energy above the hull of the other compounds of the same elements that are at
least as well known: an unreported structure does not speak against a reported compound. For a stable compound h is
negative, the distance by which it would have to rise. A height above the hull does not speak against a compound that an
assessed diagram calls stable, so there only negative h count. Errors of the energies grow with the energies, whence
s_1: those of the zinc compounds are small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.special import expit

from tieline.data import DATA
from tieline.thermo.hull import TIE_EV_PER_ATOM, lower_hull
from tieline.thermo.phase_arrays import SAME_COMPOSITION, PhaseArrays, System
from tieline.thermo.reported import Evidence, Reports


@dataclass(frozen=True)
class ExistenceModel:
    """How probable it is that a compound is there at 298 K."""

    log_odds_assessed: float
    """Of a compound that is stable in an assessed diagram, at height zero or above."""

    log_odds_reported: float
    """Of a reported compound at height zero."""

    log_odds_unknown: float
    """Of a compound where nothing is said of any, at height zero."""

    log_odds_unlisted: float
    """Of a compound that the source of the data and the lists pass over, at height zero."""

    log_odds_unreported: float
    """Of an unreported compound at height zero."""

    scale_ev_per_atom: float
    """s_0 of the scale of heights."""

    scale_per_formation_energy: float
    """s_1 of the scale of heights."""

    @classmethod
    def from_file(cls, path: Path) -> ExistenceModel:
        """Read the parameters from a YAML file."""
        return cls(**{name: float(value) for name, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()})

    def probability(
        self,
        evidence: NDArray[np.int8],
        height_ev_per_atom: NDArray[np.float64],
        formation_energy_ev_per_atom: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return how probable each compound is.

        Parameters
        ----------
        evidence : ndarray, shape (n_compounds,)
            What is known of each, as `Evidence`.
        height_ev_per_atom : ndarray, shape (n_compounds,)
            Height above the hull of the others that are at least as well known; negative if below.
        formation_energy_ev_per_atom : ndarray, shape (n_compounds,)
            Zero where the data hold none.

        Returns
        -------
        ndarray, shape (n_compounds,)
        """
        odds = np.array([getattr(self, f"log_odds_{kind.name.lower()}") for kind in Evidence])[evidence]
        assessed = evidence == Evidence.ASSESSED
        counting = np.where(assessed, np.minimum(height_ev_per_atom, 0.0), height_ev_per_atom)
        probability: NDArray[np.float64] = expit(odds - counting / self._scale(formation_energy_ev_per_atom))
        return probability

    def of_polymorph(
        self, excess_ev_per_atom: float, formation_energy_ev_per_atom: float, *, other_polymorph: bool
    ) -> float:
        """Return how probable it is that a compound, being there, has one certain structure.

        Parameters
        ----------
        excess_ev_per_atom
            Energy above the lowest structure of the compound that may be the reported one.
        formation_energy_ev_per_atom
            Formation energy of this structure.
        other_polymorph
            Whether another structure is the reported one; then this one is held against it as unreported.
        """
        height = excess_ev_per_atom / float(self._scale(np.float64(formation_energy_ev_per_atom)))
        return float(expit(self.log_odds_unreported - height) if other_polymorph else np.exp(-max(height, 0.0)))

    def _scale(self, formation_energy_ev_per_atom: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
        return np.asarray(
            self.scale_ev_per_atom + self.scale_per_formation_energy * np.abs(formation_energy_ev_per_atom)
        )


@cache
def shipped_model() -> ExistenceModel:
    """Return the model as fitted by `tieline.evaluation.coexistence.calibration`."""
    return ExistenceModel.from_file(DATA / "compounds/existence_model.yaml")


@dataclass(frozen=True)
class Compounds:
    """Compositions of one chemical system."""

    fractions: NDArray[np.float64]
    """Shape (n_compounds, n_elements)."""

    energies_ev_per_atom: NDArray[np.float64]
    """Shape (n_compounds,): formation energy of the lowest phase; NaN if the data hold none."""

    evidence: NDArray[np.int8]
    """Shape (n_compounds,): what is known of each."""

    heights_ev_per_atom: NDArray[np.float64]
    """Shape (n_compounds,): above the hull of the others that are at least as well known; zero without an energy."""


class CompoundTable:
    """The compounds of a phase table, with their heights; those of each chemical system are found once.

    Parameters
    ----------
    phases
        All phases of the run.
    reports
        What is known of them.
    """

    def __init__(self, phases: PhaseArrays, reports: Reports) -> None:
        self._phases, self.reports = phases, reports
        self._missing: dict[System, list[NDArray[np.float64]]] = {}
        for shares in reports.missing_fractions:
            system = tuple(s for s, share in zip(phases.symbols, shares, strict=True) if share > 0.0)
            self._missing.setdefault(system, []).append(shares)
        self._own: dict[System, Compounds] = {}

    def of_exactly(self, system: System) -> Compounds:
        """Return the compounds of exactly the elements of `system`, fractions in all columns of the phases."""
        if system not in self._own:
            self._own[system] = self._with_heights(system, self._listed(system))
        return self._own[system]

    def within(self, system: System) -> Compounds:
        """Return the compounds of elements of `system`, the elements among them; fractions in the system's columns."""
        sizes = range(1, len(system) + 1)
        return self._joined(system, [self.of_exactly(part) for n in sizes for part in combinations(system, n)])

    def _listed(self, system: System) -> Compounds:
        rows = self._phases.rows_of_system.get(system, np.zeros(0, dtype=np.int64))
        energies = self._phases.formation_energy_ev_per_atom
        rows = rows[np.argsort(energies[rows], kind="stable")]
        fractions = self._phases.fractions[rows]
        # Rows rise in energy, so the first of each composition is its lowest phase.
        first = np.sort(np.unique(np.round(fractions / SAME_COMPOSITION), axis=0, return_index=True)[1])
        missing = np.array(self._missing.get(system, [])).reshape(-1, len(self._phases.symbols))
        return Compounds(
            fractions=np.concatenate([fractions[first], missing]),
            energies_ev_per_atom=np.concatenate([energies[rows[first]], np.full(len(missing), np.nan)]),
            evidence=np.concatenate(
                [self.reports.evidence[rows[first]], np.full(len(missing), Evidence.ASSESSED, dtype=np.int8)]
            ),
            heights_ev_per_atom=np.zeros(len(first) + len(missing)),
        )

    def _with_heights(self, system: System, own: Compounds) -> Compounds:
        heights = own.heights_ev_per_atom.copy()
        if len(system) == 1:
            return own
        columns = self._phases.columns(system)
        smaller = [self.of_exactly(part) for n in range(1, len(system)) for part in combinations(system, n)]
        others = self._joined(system, smaller)
        fractions = np.concatenate([own.fractions[:, columns], others.fractions])
        energies = np.concatenate([own.energies_ev_per_atom, others.energies_ev_per_atom])
        evidence = np.concatenate([own.evidence, others.evidence])
        held = ~np.isnan(own.energies_ev_per_atom)
        for kind in set(own.evidence[held].tolist()):
            members = (evidence >= kind) & ~np.isnan(energies)
            hull = lower_hull(fractions[members], energies[members])
            for row in np.flatnonzero(held & (own.evidence == kind)).tolist():
                above = energies[row] - hull.energies_ev(fractions[row])
                if above <= TIE_EV_PER_ATOM:
                    rest = members.copy()
                    rest[row] = False
                    above = energies[row] - lower_hull(fractions[rest], energies[rest]).energies_ev(fractions[row])
                heights[row] = above
        return Compounds(own.fractions, own.energies_ev_per_atom, own.evidence, heights)

    def _joined(self, system: System, parts: Sequence[Compounds]) -> Compounds:
        columns = self._phases.columns(system)
        return Compounds(
            fractions=np.concatenate([part.fractions[:, columns] for part in parts]),
            energies_ev_per_atom=np.concatenate([part.energies_ev_per_atom for part in parts]),
            evidence=np.concatenate([part.evidence for part in parts]),
            heights_ev_per_atom=np.concatenate([part.heights_ev_per_atom for part in parts]),
        )
