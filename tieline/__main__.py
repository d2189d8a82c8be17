"""The command `tieline`: screen in any folder, write a configuration to start from, export composites."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tieline import __version__
from tieline.core.errors import TielineError

CONFIG_FILE = Path("config/config.yaml")
"""Where the workflow looks for its configuration."""

EXPORTED = 10
"""How many composites are exported where none is named."""


def workflow_folder() -> Path:
    """Return the folder of the workflow: within the installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    installed = package / "_workflow"
    return installed if installed.is_dir() else package.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        What follows the name of the command; those of this process if None.

    Returns
    -------
    int
        Exit status.
    """
    parser = argparse.ArgumentParser(prog="tieline", description=__doc__)
    parser.add_argument("--version", action="version", version=f"tieline {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command", dest="command")
    screen = commands.add_parser(
        "screen",
        help="run the workflow in this folder",
        description="Run the workflow in this folder. All options are Snakemake's: --cores 4 --configfile my.yaml, a "
        "rule's name such as validation, --dry-run, ...",
        add_help=False,
    )
    screen.set_defaults(run=lambda options: _screen(options.snakemake))
    init = commands.add_parser(
        "init",
        help="write a configuration to start from",
        description=f"Write {CONFIG_FILE}, from where the workflow reads it, with all keys and their defaults.",
    )
    init.add_argument("folder", nargs="?", type=Path, default=Path(), help="where to write; this folder by default")
    init.set_defaults(run=lambda options: _init(options.folder))
    chosen = "a rank; A + B, or A + B1 + B2, by formulas or identifiers; or B alone"
    curve = commands.add_parser(
        "curve",
        help="write the voltage curve of a composite as CSV",
        description="Write the voltage plateaus of a composite at its design point, and of its A and B alone, as CSV.",
    )
    curve.add_argument("candidate", help=f"{chosen}: 1, 'Si + TiSi2', TiSi2")
    curve.add_argument("--output", type=Path, help="the CSV file; by default it is printed")
    curve.set_defaults(run=lambda options: _curve(options.results, options.candidate, options.output))
    export = commands.add_parser(
        "export",
        help="write composites as a workbook, CIF files and pymatgen entries",
        description="Write composites of a finished run as an Excel workbook, their phases as CIF, and these and what "
        "they turn into as pymatgen entries.",
    )
    export.add_argument("candidates", nargs="*", metavar="candidate", help=f"{chosen}; by default the first ten ranked")
    export.add_argument("--first", type=_count, help="how many of the ranked composites to export besides")
    export.add_argument("--folder", type=Path, default=Path("export"), help="where to write; must not exist")
    export.set_defaults(run=_export)
    for command in (curve, export):
        command.add_argument("--results", type=Path, default=Path("results"), help="the results of the run")
    options, others = parser.parse_known_args(arguments)
    options.snakemake = others
    if others and options.command != "screen":
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    try:
        status: int = options.run(options)
    except TielineError as error:
        sys.stderr.write(f"tieline: {error}\n")
        return 1
    return status


def _screen(arguments: Sequence[str]) -> int:
    # Snakemake takes a third of a second to import.
    from snakemake.cli import main as snakemake  # noqa: PLC0415

    folder = workflow_folder()
    own = ["--snakefile", str(folder / "workflow/Snakefile")]
    if not any(argument.startswith("--workflow-profile") for argument in arguments):
        own += ["--workflow-profile", str(folder / "profiles/default")]
    # Snakemake ends the process with its own status.
    snakemake([*own, *arguments])
    return 0


def _init(folder: Path) -> int:
    from tieline.config import commented_yaml  # noqa: PLC0415
    from tieline.core.files import write_text  # noqa: PLC0415

    path = folder / CONFIG_FILE
    if path.exists():
        sys.stderr.write(f"tieline: {path} exists already\n")
        return 1
    write_text(commented_yaml(), path)
    sys.stdout.write(f"{path} written; now: tieline screen --cores 2\n")
    return 0


def _curve(results: Path, candidate: str, output: Path | None) -> int:
    from tieline.core.files import write_text  # noqa: PLC0415
    from tieline.report.export.write import curve_csv  # noqa: PLC0415

    text = curve_csv(results, candidate)
    if output is None:
        sys.stdout.write(text)
    else:
        write_text(text, output)
    return 0


def _export(options: argparse.Namespace) -> int:
    from tieline.report.export.write import WRITTEN, export  # noqa: PLC0415

    first = (0 if options.candidates else EXPORTED) if options.first is None else options.first
    export(options.results, options.candidates, first, options.folder)
    written = ", ".join(str(options.folder / name) for name in WRITTEN.values())
    sys.stdout.write(f"written: {written}\n")
    return 0


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
