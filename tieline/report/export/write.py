"""The export of chosen composites, by the workflow or by command."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tieline.core.errors import TielineError
from tieline.core.extensions import load_descriptors
from tieline.core.stage import Files
from tieline.core.table_files import as_text
from tieline.crystal.settings import Crystal
from tieline.lithiation.columns import VOLTAGE_CURVE_COLUMNS, VOLTAGE_CURVES
from tieline.phases.export.formats import write_entries
from tieline.report.export.choose import choose, read_composites
from tieline.report.export.collect import READ, Chosen, collect
from tieline.report.export.structures import write_cifs
from tieline.report.export.workbook import write_workbook

log = logging.getLogger(__name__)

WRITTEN: Mapping[str, str] = {"workbook": "candidates.xlsx", "entries": "candidates.json", "structures": "structures"}
"""What an export is made of, below its folder."""


CURVE_READ: Mapping[str, str] = {
    "candidates": "candidates.parquet",
    "ranked_table": "ranked.parquet",
    "voltage_curves": "voltage_curves.parquet",
}
"""What the curve of a composite is read from."""


class ExportError(TielineError):
    """There is nothing to export, or nowhere to export to."""


def write_chosen(chosen: Chosen, outputs: Files, symmetry_tolerance_a: float) -> None:
    """Write chosen composites as `WRITTEN`.

    Parameters
    ----------
    chosen
        What `collect` returns.
    outputs
        Paths of `WRITTEN`.
    symmetry_tolerance_a
        Distance within which atoms count as equivalent in the structures.
    """
    parts = chosen.structures[chosen.structures["phase_id"].isin(chosen.in_composites)]
    missing = write_cifs(parts, outputs["structures"], symmetry_tolerance_a)
    if missing:
        log.warning("no structure is known of %s", ", ".join(missing))
    write_entries(chosen.structures, outputs["entries"])
    write_workbook(chosen, outputs["workbook"])


def export(results: Path, names: Sequence[str], first: int, folder: Path) -> None:
    """Write composites of a run to a new folder, as `WRITTEN`.

    Parameters
    ----------
    results
        The results of a run.
    names, first
        See `tieline.report.export.choose.choose`.
    folder
        Where to write; must not exist.

    Raises
    ------
    TielineError
        If there is no run in `results`, a name is none of its composites, or `folder` exists.
    """
    if folder.exists():
        raise ExportError(f"{folder} exists already; give another --folder")
    inputs = files_of(results, READ)
    settings = _settings(results)
    own = [column for descriptor in load_descriptors(settings.get("descriptors", [])) for column in descriptor.columns]
    chosen = collect(inputs, names, first, own)
    if chosen.candidates.frame.empty:
        raise ExportError(f"{results}: no composite is ranked, and none is named")
    tolerance = Crystal.model_validate(settings.get("crystal", {})).symmetry_tolerance_angstrom
    # All of it, or nothing.
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as made:
        whole = Path(made) / "export"
        write_chosen(chosen, {name: whole / path for name, path in WRITTEN.items()}, tolerance)
        whole.rename(folder)


def curve_csv(results: Path, name: str) -> str:
    """Return the voltage curves of one composite of a run, and of its A and B, as CSV.

    Raises
    ------
    TielineError
        If there is no run in `results`, or `name` is none of its composites.
    """
    inputs = files_of(results, CURVE_READ)
    row = choose(read_composites(inputs["candidates"], inputs["ranked_table"]), [name]).iloc[0]
    curves = VOLTAGE_CURVES.read(inputs["voltage_curves"])
    own = curves["phase_a_id"].eq(row["phase_a_id"]) & curves["phase_b_id"].eq(row["phase_b_id"])
    text = as_text(curves[own & curves["system"].eq(row["system"])], VOLTAGE_CURVE_COLUMNS)
    return text.to_csv(index=False, lineterminator="\n")


def files_of(results: Path, names: Mapping[str, str]) -> dict[str, Path]:
    """Return the paths of files of a run.

    Raises
    ------
    ExportError
        If one is missing.
    """
    paths = {name: results / path for name, path in names.items()}
    for path in paths.values():
        if not path.is_file():
            raise ExportError(f"{path} does not exist: run tieline screen first, or name its results with --results")
    return paths


def _settings(results: Path) -> dict[str, Any]:
    (path,) = files_of(results, {"provenance": "provenance.json"}).values()
    try:
        settings: dict[str, Any] = json.loads(path.read_text("utf-8"))["settings"]
    except (ValueError, KeyError) as error:
        raise ExportError(f"{path}: cannot be read ({error})") from error
    return settings
