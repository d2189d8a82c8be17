"""Powder lines of many phases: a plain pymatgen loop against tieline, same phases, same numbers.

    python benchmarks/diffraction.py --phases results/phases.parquet --count 500 --seed 1

Both sides start from the rows of a phase table and end with angles and intensities of all lines between 10 and 80
degrees 2-theta, Cu K-alpha, in one process. The pymatgen side makes a `Structure` of each row and asks one
`XRDCalculator` for its unscaled pattern; tieline's side is what the workflow runs, the whole line table with its
cache: once with an empty cache, once with a full one.

Times are CPU seconds. The program fails if a line stands elsewhere or is of another intensity by more than rounding:
compared are the intensities between gaps wider than 0.003 degrees, to 1e-4 of the strongest.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Structure

from tieline.core.parallel import Parallel, Resources
from tieline.crystal.structures import unit_cell_of
from tieline.data import DATA
from tieline.microstructure.diffraction import Lines
from tieline.microstructure.line_table import line_table, lines_by_id
from tieline.microstructure.settings import Diffraction

EMBEDDED = DATA / "phases/embedded.parquet"
COLUMNS = ["phase_id", "formula", "numbers", "cell_a", "scaled_positions"]

GAP_DEG = 3e-3
INTENSITY_TOLERANCE = 1e-4

Result = TypeVar("Result")


def timed(function: Callable[[], Result]) -> tuple[Result, float]:
    """Return what `function` returns and the CPU seconds it took."""
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


def with_pymatgen(phases: pd.DataFrame, settings: Diffraction) -> dict[str, Lines]:
    """Return the lines of `phases`, intensities per volume of the phase as tieline's are."""
    calculator = XRDCalculator("CuKa")
    window = (settings.two_theta_min_deg, settings.two_theta_max_deg)
    found = {}
    for _, row in phases.iterrows():
        structure = Structure(
            np.reshape(row["cell_a"], (3, 3)), row["numbers"], np.reshape(row["scaled_positions"], (-1, 3))
        )
        pattern = calculator.get_pattern(structure, scaled=False, two_theta_range=window)
        found[row["phase_id"]] = Lines(np.asarray(pattern.x), np.asarray(pattern.y) / structure.volume**2)
    return found


def with_tieline(phases: pd.DataFrame, settings: Diffraction, cache: Path) -> dict[str, Lines]:
    """Return the same by the function that the workflow calls."""
    table = line_table(
        phases,
        set(phases["phase_id"]),
        settings,
        cache=cache,
        resources=Resources(cores=1, parallel=Parallel(workers=1)),
    )
    return lines_by_id(table)


def largest_difference(one: Lines, other: Lines) -> float:
    """Return the largest difference of intensity between gaps, over the strongest line."""
    angles = np.sort(np.concatenate((one.two_theta_deg, other.two_theta_deg)))
    edges = ((angles[1:] + angles[:-1]) / 2)[np.diff(angles) > GAP_DEG]
    first, second = (
        np.bincount(np.searchsorted(edges, lines.two_theta_deg), lines.intensity, len(edges) + 1)
        for lines in (one, other)
    )
    return float(np.abs(first - second).max() / one.intensity.max())


def main() -> None:
    """Time both sides, compare their numbers, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phases", type=Path, default=EMBEDDED, help="phase table (default: the embedded set)")
    parser.add_argument("--count", type=int, default=500, help="phases in the sample (default: 500)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: 1)")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", module="pymatgen")
    settings = Diffraction()
    phases = pd.read_parquet(arguments.phases, columns=COLUMNS).dropna(subset="numbers")
    phases = phases.sample(min(arguments.count, len(phases)), random_state=arguments.seed)
    atoms = [len(unit_cell_of(row)[2]) for _, row in phases.iterrows()]

    theirs, slow_s = timed(lambda: with_pymatgen(phases, settings))
    empty_s, full_s = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(3):
            cache = Path(folder) / f"{number}.parquet"
            ours, seconds = timed(lambda cache=cache: with_tieline(phases, settings, cache))
            empty_s.append(seconds)
            _, seconds = timed(lambda cache=cache: with_tieline(phases, settings, cache))
            full_s.append(seconds)

    print(f"{len(phases)} phases of {min(atoms)} to {max(atoms)} atoms, {statistics.median(atoms):g} in the median")
    print(f"{'':22}{'CPU s':>10}{'phases/s':>12}{'ratio':>8}")
    rows = {"pymatgen": slow_s, "tieline": statistics.median(empty_s), "tieline, all cached": statistics.median(full_s)}
    for name, seconds in rows.items():
        print(f"{name:22}{seconds:>10.3f}{len(phases) / seconds:>12.0f}{slow_s / seconds:>8.1f}")
    if set(ours) != set(theirs):
        raise SystemExit(f"one side has no lines of {sorted(set(ours) ^ set(theirs))}")
    difference = max(largest_difference(ours[name], theirs[name]) for name in ours)
    print(f"largest difference of intensity: {difference:.1e} of the strongest line")
    if difference > INTENSITY_TOLERANCE:
        raise SystemExit(f"allowed is {INTENSITY_TOLERANCE:.0e}")


if __name__ == "__main__":
    main()
