"""Fit the model of reactivity and draw expected against measured capacities.

    .venv/bin/python benchmarks/calibrate_reactivity.py results/phases.parquet

prints the agreement with each compound left out in turn, and writes the parameters that ship with tieline
(tieline/data/lithiation/reactivity.yaml) and docs/measured_capacity.svg.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import yaml

from tieline.config import Config
from tieline.core.files import write_text
from tieline.data import DATA
from tieline.evaluation.measured.activity_fit import fit_parameters
from tieline.evaluation.measured.agreement import evaluate_activity, evaluate_capacities
from tieline.phases.table import PHASES
from tieline.report.measured_capacity import draw_measured_capacities

DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phases", type=Path, help="phases.parquet of a run")
    phases = PHASES.read(parser.parse_args().phases)
    lithiation = Config().lithiation
    rule, cutoff_v = lithiation.reactivity, lithiation.cutoff_v
    table = evaluate_activity(phases, DATA / "validation/compound_activity.csv", rule, cutoff_v=cutoff_v)
    active = (table["measured_class"] == "active").to_numpy()
    parameters = fit_parameters(table["skeleton_load_per_ev"].to_numpy(), active)
    print(f"{len(table)} compounds, right left out: {table['agrees_leave_one_out'].sum()}; {parameters}")
    fitted = {name: round(value, 3) for name, value in parameters}
    write_text(yaml.safe_dump(fitted), DATA / "lithiation/reactivity.yaml")
    capacities = evaluate_capacities(phases, DATA / "validation/measured_capacities.csv", rule, cutoff_v=cutoff_v)
    print(capacities[["name", "measured_mah_per_g", "capacity_expected_mah_per_g", "agrees"]].round(0).to_string())
    draw_measured_capacities(capacities, DOCS / "measured_capacity.svg")


if __name__ == "__main__":
    main()
