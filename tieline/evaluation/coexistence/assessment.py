"""Fit the probabilities of existence anew, and say how well they do in-sample, left out, and with facts deleted."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.files import write_csv, write_text
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
from tieline.phases.table import PHASES
from tieline.thermo.existence import ExistenceModel
from tieline.thermo.reported import Evidence, ReportedList, reported_list

log = logging.getLogger(__name__)

FOLDS: tuple[str, ...] = ("partner", "data_set", "host")
"""What is left out together: all binaries of one partner element, of one data set, of one host."""

DELETED: tuple[float, ...] = (0.05, 0.1, 0.2)
"""Shares of the assessed compounds that are taken out of the list, to see what gaps in it do."""

SEEDS = range(4)
"""Each share is taken out at random as many times as there are seeds, and the scores are averaged."""

DIGITS = 4
"""Decimals of the parameters in the file."""

ALL = "all"
"""The rows of `scores.csv` over all hosts."""

NOTHING = "nothing"
"""The rows of `scores.csv` that are in-sample."""


def assess(
    tables: Mapping[str, Path], neighbours: Path, results: Path, *, minimum: float = 0.5
) -> Mapping[str, pd.DataFrame]:
    """Fit the model and write what it is and how good it is.

    Parameters
    ----------
    tables
        Phase tables by name (``phases.parquet`` of a run), formation energies against the reference states.
    neighbours
        CSV of which phase coexists with Si, Sn or Zn in assessed binary diagrams.
    results
        Folder for ``existence_model.yaml``, ``scores.csv`` and ``reliability.csv``.
    minimum
        Pairs of at least this probability are selected, in the scores.

    Returns
    -------
    mapping of str to DataFrame
        The reliability diagram at each level of knowledge, by the model as written, with `DIGITS` decimals.
    """
    phases = {name: PHASES.read(path) for name, path in tables.items()}
    expected = pd.read_csv(neighbours, comment="#")
    levels = {level: labelled_binaries(phases, expected, known_at(level)) for level in LEVELS}
    model = ExistenceModel(**{name: round(value, DIGITS) for name, value in asdict(fit(levels)).items()})
    write_text("".join(f"{name}: {value}\n" for name, value in asdict(model).items()), results / "existence_model.yaml")
    rows: list[dict[str, object]] = [
        {"level": level, "left_out": left_out, **row}
        for level, left_out, labelled, probability in _predictions(levels, model)
        for row in _scores_of(labelled, probability, minimum)
    ]
    rows += [row for share in DELETED for row in _with_deleted(share, phases, expected, model, minimum)]
    table = pd.DataFrame(rows)
    write_csv(table, results / "scores.csv")
    diagrams = {level: reliability(each.pairs(neighbour_probability(model, each))) for level, each in levels.items()}
    write_csv(pd.concat(diagrams, names=["level"]).reset_index("level"), results / "reliability.csv")
    whole = table[(table["host"] == ALL) & (table["left_out"] == NOTHING)]
    for row in whole.to_dict("records"):
        log.warning(
            "%s, %s: %d of %d selected pairs are right, %d of %d binaries found, Brier score %.3f",
            *(row[name] for name in ("level", "data_set", "right", "selected", "found", "binaries", "brier")),
        )
    return diagrams


def _predictions(
    levels: Mapping[str, Labelled], model: ExistenceModel
) -> Iterator[tuple[str, str, Labelled, NDArray[np.float64]]]:
    for level, labelled in levels.items():
        yield level, NOTHING, labelled, neighbour_probability(model, labelled)
        for name in FOLDS:
            folds = getattr(labelled, name)
            if len(np.unique(folds)) > 1:
                yield level, name, labelled, left_out_probability(levels, folds, level)


def _scores_of(labelled: Labelled, probability: NDArray[np.float64], minimum: float) -> Iterator[dict[str, object]]:
    pairs = labelled.pairs(probability)
    for data_set, own in pairs.groupby("data_set", sort=False):
        for host, some in [*own.groupby("host", sort=False), (ALL, own)]:
            yield {"data_set": data_set, "host": host, **scores(some, some["probability"] >= minimum)}


def _with_deleted(
    share: float, phases: Mapping[str, pd.DataFrame], expected: pd.DataFrame, model: ExistenceModel, minimum: float
) -> list[dict[str, object]]:
    """Return the scores with a share of the assessed compounds deleted, averaged over the seeds."""
    drawn = []
    for seed in SEEDS:
        labelled = labelled_binaries(phases, expected, without_some(reported_list(), share, seed))
        drawn += list(_scores_of(labelled, neighbour_probability(model, labelled), minimum))
    mean = pd.DataFrame(drawn).groupby(["data_set", "host"], sort=False).mean().reset_index()
    mean.insert(0, "left_out", f"{share:g} of the assessed compounds")
    mean.insert(0, "level", LEVELS[-1])
    return [{str(name): value for name, value in row.items()} for row in mean.to_dict("records")]


def without_some(reported: ReportedList, share: float, seed: int) -> ReportedList:
    """Return the list without a share of its assessed compounds, chosen at random; their diagrams stay assessed."""
    compounds = [compound for own in reported.assessed.values() for compound in own]
    chosen = np.random.default_rng(seed).random(len(compounds)) < share
    deleted = {compound.formula for compound, gone in zip(compounds, chosen, strict=True) if gone}
    return replace(
        reported,
        by_composition={
            key: compound
            for key, compound in reported.by_composition.items()
            if compound.evidence is not Evidence.ASSESSED or compound.formula not in deleted
        },
        assessed={
            system: tuple(compound for compound in own if compound.formula not in deleted)
            for system, own in reported.assessed.items()
        },
    )
