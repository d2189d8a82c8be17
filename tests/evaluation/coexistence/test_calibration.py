"""The fit finds what made the data; scores by hand; the shipped model on the embedded set."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from tieline.config import Config
from tieline.data import DATA
from tieline.evaluation.coexistence.assessment import assess, without_some
from tieline.evaluation.coexistence.calibration import (
    LEVELS,
    Labelled,
    fit,
    known_at,
    labelled_binaries,
    left_out_probability,
    neighbour_probability,
)
from tieline.evaluation.coexistence.scores import reliability, scores
from tieline.phases.embedded import read_embedded
from tieline.phases.merge import merge_phases
from tieline.phases.table import write_phases
from tieline.thermo.existence import ExistenceModel, shipped_model
from tieline.thermo.reported import Evidence, reported_list

NEIGHBOURS = DATA / "validation/binary_neighbours.csv"

TRUTH = ExistenceModel(
    log_odds_assessed=2.0,
    log_odds_reported=1.0,
    log_odds_unknown=0.5,
    log_odds_unlisted=-1.0,
    log_odds_unreported=-2.0,
    scale_ev_per_atom=0.02,
    scale_per_formation_energy=0.05,
)


def drawn(kinds: tuple[Evidence, ...], n_binaries: int, seed: int) -> Labelled:
    """Draw binaries of three compounds, each there with the probability of `TRUTH`."""
    random = np.random.default_rng(seed)
    shape = (n_binaries, 3)
    bare = Labelled(
        host=np.full(n_binaries, "Si"),
        partner=np.array([f"X{n % 7}" for n in range(n_binaries)]),
        data_set=np.full(n_binaries, "made"),
        evidence=random.choice(np.array(kinds, dtype=np.int8), shape),
        height_ev_per_atom=random.normal(0.0, 0.05, shape),
        formation_energy_ev_per_atom=-random.uniform(0.0, 1.0, shape),
        present=np.ones(shape, dtype=bool),
        held=np.ones(shape, dtype=bool),
        excess_ev_per_atom=np.zeros(shape),
        is_neighbour=np.zeros(shape, dtype=bool),
    )
    there = random.random(shape) < TRUTH.probability(
        bare.evidence, bare.height_ev_per_atom, bare.formation_energy_ev_per_atom
    )
    return replace(bare, is_neighbour=there & (np.cumsum(there, axis=1) == 1))


@pytest.fixture(scope="module")
def levels() -> dict[str, Labelled]:
    return {
        "energies": drawn((Evidence.UNKNOWN,), 4000, 1),
        "lists": drawn((Evidence.REPORTED, Evidence.UNLISTED), 4000, 2),
        "assessed": drawn((Evidence.ASSESSED, Evidence.UNREPORTED), 4000, 3),
    }


def test_fit_finds_the_model_that_made_the_data(levels: dict[str, Labelled]) -> None:
    """Four thousand binaries: log-odds to 0.15 and scales to 15 % are four standard errors or more."""
    found = asdict(fit(levels))
    for name, value in asdict(TRUTH).items():
        allowed = {"rel": 0.15} if name.startswith("scale") else {"abs": 0.15}
        assert found[name] == pytest.approx(value, **allowed), name


def test_what_is_left_out_does_not_teach(levels: dict[str, Labelled]) -> None:
    """The labels of a fold do not change what is said of it, but what is said of the others."""
    few = {name: each.chosen(np.arange(len(each.host)) < 70) for name, each in levels.items()}
    folds = few["assessed"].partner
    inside = folds == "X0"

    def turned(each: Labelled) -> Labelled:
        return replace(each, is_neighbour=np.where(inside[:, None], ~each.is_neighbour, each.is_neighbour))

    before = left_out_probability(few, folds)
    after = left_out_probability({name: turned(each) for name, each in few.items()}, folds)
    assert after[inside].tolist() == before[inside].tolist()
    assert np.abs(after[~inside] - before[~inside]).max() > 0.01


def test_neighbour_probability_by_hand(levels: dict[str, Labelled]) -> None:
    one = levels["assessed"].chosen(np.arange(4000) == 0)
    one = replace(
        one,
        evidence=np.array([[Evidence.ASSESSED] * 3]),
        height_ev_per_atom=np.zeros((1, 3)),
        present=np.array([[True, True, False]]),
    )
    p = expit(2.0)
    assert neighbour_probability(TRUTH, one) == pytest.approx(np.array([[p, p * (1 - p), 0.0]]))


SCORED = replace(
    drawn((Evidence.UNKNOWN,), 4, 0),
    held=np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]], dtype=bool),
    is_neighbour=np.array([[1, 0, 0], [0, 0, 0], [0, 1, 0], [1, 0, 0]], dtype=bool),
    excess_ev_per_atom=np.array([[0.0, 0.1, 9], [0.01, 9, 9], [0.02, 0.0, 0.03], [9, 9, 9]]),
)
PROBABILITY = np.array([[0.9, 0.6, 0.0], [0.3, 0.0, 0.0], [0.2, 0.4, 0.0], [0.9, 0.0, 0.0]])


def test_scores_by_hand() -> None:
    """Selected: 0.9 (right) and 0.6; the third binary's neighbour is missed, the data lack the fourth's.

    Offered within 25 meV: 0.9 right, 0.3 wrong, 0.2 wrong, 0.4 right.
    """
    binaries = replace(SCORED, partner=np.array(["B", "C", "Al", "Ge"]))
    pairs = binaries.pairs(PROBABILITY)
    found = scores(pairs, pairs["probability"] >= 0.5)
    assert found == pytest.approx(
        {
            "selected": 2,
            "right": 1,
            "precision": 0.5,
            "binaries": 2,
            "found": 1,
            "recall": 0.5,
            "brier": (0.01 + 0.09 + 0.04 + 0.36) / 4,
        }
    )


def test_reliability_by_hand() -> None:
    table = reliability(SCORED.pairs(PROBABILITY), edges=(0.0, 0.5, 1.0))
    assert table["n_pairs"].tolist() == [4, 2]
    assert table["mean_probability"].tolist() == pytest.approx([0.9 / 4, 0.75])
    assert table["observed_frequency"].tolist() == pytest.approx([0.25, 0.5])
    assert table[["lowest", "highest"]].to_numpy().tolist() == [[0.0, 0.5], [0.5, 1.0]]


@pytest.fixture(scope="module")
def embedded() -> pd.DataFrame:
    phases = read_embedded().phases
    settings = Config()
    return merge_phases(
        [phases],
        elements=frozenset(phases["elements"].str.split("-").explode()),
        required=("Si", "Sn", "Zn", "Li"),
        suppressed=settings.phases.suppressed,
        polymorphs=settings.phase_a.polymorphs,
        crystal=settings.crystal,
    ).included


@pytest.mark.parametrize(
    ("level", "precision", "recall", "brier"), [("lists", 0.88, 0.88, 0.125), ("assessed", 0.9, 0.9, 0.1)]
)
def test_shipped_model_tells_the_neighbours_in_the_embedded_set(
    embedded: pd.DataFrame, level: str, precision: float, recall: float, brier: float
) -> None:
    labelled = labelled_binaries({"embedded": embedded}, pd.read_csv(NEIGHBOURS, comment="#"), known_at(level))
    pairs = labelled.pairs(neighbour_probability(shipped_model(), labelled))
    found = scores(pairs, pairs["probability"] >= 0.5)
    assert found["precision"] >= precision
    assert found["recall"] >= recall
    assert found["brier"] <= brier


def test_assessment_writes_what_it_fitted(embedded: pd.DataFrame, tmp_path: Path) -> None:
    """Of each level the reliability diagram counts the same pairs: the compounds that the data hold."""
    table = tmp_path / "phases.parquet"
    write_phases(embedded, table)
    diagrams = assess({"embedded": table}, NEIGHBOURS, tmp_path / "out")
    assert list(diagrams) == list(LEVELS)
    assert len({diagram["n_pairs"].sum() for diagram in diagrams.values()}) == 1
    assert ExistenceModel.from_file(tmp_path / "out/existence_model.yaml").scale_ev_per_atom > 0.0
    found = pd.read_csv(tmp_path / "out/scores.csv")
    assert set(found["level"]) == set(LEVELS)
    assert set(found["left_out"]) == {
        *("nothing", "partner", "host"),
        *(f"{share} of the assessed compounds" for share in (0.05, 0.1, 0.2)),
    }


def test_deleted_compounds_become_unreported() -> None:
    """With all of them deleted the diagrams stay assessed: they say that nothing is stable."""
    bare = without_some(reported_list(), 1.0, 0)
    assert not any(bare.assessed.values())
    assert bare.assessed.keys() == reported_list().assessed.keys()
    assert Evidence.ASSESSED not in {compound.evidence for compound in bare.by_composition.values()}
    half = without_some(reported_list(), 0.5, 0)
    n_left, n_all = (sum(map(len, each.assessed.values())) for each in (half, reported_list()))
    assert n_left / n_all == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(n_all))
