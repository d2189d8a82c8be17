"""The command `tieline`: screen in any folder, or write a configuration to start from."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tieline import __version__
from tieline.core.errors import TielineError

CONFIG_FILE = Path("config/config.yaml")
"""Where the workflow looks for its configuration."""


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
    commands = parser.add_subparsers(required=True, metavar="command")
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
    options, others = parser.parse_known_args(arguments)
    options.snakemake = others
    if others and "folder" in options:
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


if __name__ == "__main__":
    sys.exit(main())
