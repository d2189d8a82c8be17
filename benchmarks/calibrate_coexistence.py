"""Fit the probabilities of existence to the assessed binaries: a folder for the results, then NAME=PHASE_TABLE.

    python benchmarks/calibrate_coexistence.py results/calibration embedded=results/phases.parquet ...

writes the model (compare tieline/data/compounds/existence_model.yaml), its scores and its reliability diagram
(docs/reliability.svg).
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from tieline.data import DATA
from tieline.evaluation.coexistence.assessment import assess
from tieline.report.reliability import draw_reliability


def main() -> None:
    """Read the command line, fit, write."""
    logging.basicConfig(format="%(message)s")
    parser = argparse.ArgumentParser(description="Fit the probabilities of existence to the assessed binaries.")
    parser.add_argument("results", type=Path)
    parser.add_argument("tables", nargs="+", metavar="NAME=PHASE_TABLE")
    given = parser.parse_args()
    tables = {name: Path(path) for name, path in (table.split("=", 1) for table in given.tables)}
    diagrams = assess(tables, DATA / "validation/binary_neighbours.csv", given.results)
    draw_reliability(diagrams, given.results / "reliability.svg")


if __name__ == "__main__":
    main()
