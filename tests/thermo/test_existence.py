"""Heights and probabilities of existence by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tieline.thermo.existence import CompoundTable, ExistenceModel
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.reported import Evidence, Reports

MODEL = ExistenceModel(
    log_odds_assessed=3.0,
    log_odds_reported=1.5,
    log_odds_unknown=0.5,
    log_odds_unlisted=-1.0,
    log_odds_unreported=-4.0,
    scale_ev_per_atom=0.01,
    scale_per_formation_energy=0.1,
)

TABLE = pd.DataFrame(
    [("Si", 0.0), ("Ti", 0.0), ("TiSi2", -0.5), ("TiSi2", -0.49), ("TiSi", -0.7), ("Ti5Si3", -0.6)],
    columns=["formula", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=15.0)
PHASES = PhaseArrays.from_table(TABLE)


def reports(*kinds: Evidence, missing: list[list[float]] | None = None) -> Reports:
    return Reports(
        evidence=np.array(kinds, dtype=np.int8),
        other_polymorph=np.zeros(len(kinds), dtype=bool),
        missing_fractions=np.array(missing or []).reshape(-1, 2),
        missing_formulas=(),
    )


def heights(known: Reports) -> dict[float, float]:
    """Return the height of each compound by its share of silicon."""
    own = CompoundTable(PHASES, known).of_exactly(("Si", "Ti"))
    return dict(zip(own.fractions[:, 0].round(4).tolist(), own.heights_ev_per_atom.tolist(), strict=True))


def test_heights_of_titanium_silicides() -> None:
    """TiSi2 lies 0.5 - 2/3 x 0.7 below the line from Si to TiSi.

    TiSi lies 0.7 below, and the line from TiSi2 to Ti5Si3 at its composition, x(Si) from 2/3 to 3/8 by way of 1/2, is
    0.5 + 4/7 x 0.1 below zero. Ti5Si3 is 0.6 below, the line from TiSi to Ti 0.7 x 3/4.
    """
    found = heights(Reports.nothing(PHASES))
    assert found == pytest.approx({0.6667: -0.5 + 1.4 / 3, 0.5: -0.7 + 0.5 + 0.4 / 7, 0.375: -0.6 + 0.525})


def test_the_unreported_does_not_speak_against_the_reported() -> None:
    """Without TiSi, TiSi2 lies below the line from Si to Ti5Si3: 0.6 x (1/3) / (5/8) = 0.32."""
    a, r, u = Evidence.ASSESSED, Evidence.REPORTED, Evidence.UNREPORTED
    found = heights(reports(a, a, r, r, u, r))
    assert found[0.6667] == pytest.approx(-0.5 + 0.32)
    # TiSi itself is held against all of them.
    assert found[0.5] == pytest.approx(-0.7 + 0.5 + 0.4 / 7)


def test_missing_compounds_are_listed_without_energy() -> None:
    known = replace(Reports.nothing(PHASES), missing_fractions=np.array([[0.8, 0.2]]), missing_formulas=("Si4Ti",))
    own = CompoundTable(PHASES, known).of_exactly(("Si", "Ti"))
    assert np.isnan(own.energies_ev_per_atom).tolist() == [False, False, False, True]
    assert own.evidence[-1] == Evidence.ASSESSED


def test_log_odds_fall_by_one_per_scale() -> None:
    """At -0.4 eV/atom the scale is 0.01 + 0.04 eV/atom."""
    kinds = np.array([Evidence.REPORTED, Evidence.UNKNOWN, Evidence.UNLISTED, Evidence.UNREPORTED], dtype=np.int8)
    p = MODEL.probability(kinds, np.full(4, 0.1), np.full(4, -0.4))
    assert np.log(p / (1 - p)) == pytest.approx(np.array([1.5, 0.5, -1.0, -4.0]) - 2.0)


def test_a_height_does_not_speak_against_an_assessed_compound() -> None:
    """But depth below the hull speaks for it: 0.1 eV/atom at -0.4 eV/atom are two scales."""
    kinds = np.full(3, Evidence.ASSESSED, dtype=np.int8)
    p = MODEL.probability(kinds, np.array([-0.1, 0.3, 0.0]), np.array([-0.4, -0.4, 0.0]))
    assert np.log(p / (1 - p)) == pytest.approx([5.0, 3.0, 3.0])


def test_higher_polymorphs_are_less_probable() -> None:
    """One scale above the lowest structure: 1/e; another than the reported one: as an unreported compound."""
    assert MODEL.of_polymorph(0.05, -0.4, other_polymorph=False) == pytest.approx(np.exp(-1.0))
    assert MODEL.of_polymorph(-0.02, -0.4, other_polymorph=False) == 1.0
    assert MODEL.of_polymorph(0.05, -0.4, other_polymorph=True) == pytest.approx(1 / (1 + np.exp(5.0)))
