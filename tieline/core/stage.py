"""How the workflow runs a stage: one function, ``run(inputs, outputs, settings, resources)``, in each stage's room."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from tieline.core import checksums
from tieline.core.errors import TableError
from tieline.core.logs import logging_to
from tieline.core.parallel import Resources

Files = Mapping[str, Path]
"""Paths by the names that the rule gives them."""


def run_stages(
    stages: Mapping[str, Mapping[str, Any]],
    *,
    inputs: Iterable[tuple[str, Any]],
    outputs: Iterable[tuple[str, Any]],
    resources: Resources,
    log_file: Path,
) -> None:
    """Run the stages of a rule, logging to `log_file`; an error ends the process with one line.

    Parameters
    ----------
    stages
        Dotted name of each stage's package below ``tieline``, and what its ``Settings`` are made of. They run in this
        order, and later ones can read what earlier ones wrote.
    inputs, outputs
        Names and paths as the rule has them; those that are lists only say when the rule runs. An input that is no
        longer what another rule wrote ends the process, and the next run makes it anew.
    resources
        Cores and workers.
    log_file
        The rule's log.
    """
    read, written = dict(inputs), dict(outputs)
    writes = _files(written)
    reads = writes | _files(read)
    with logging_to(log_file) as terminal:
        checksums.forget(log_file)
        checksums.require_sound(log_file, _paths(read))
        for name, settings in stages.items():
            stage = import_module(f"tieline.{name}.stage")
            terminal.setLevel(getattr(stage, "TERMINAL_LEVEL", logging.WARNING))
            try:
                stage.run(reads, writes, stage.Settings(**settings), resources)
            except TableError as error:
                raise TableError(f"{name}: {error}") from error
        checksums.remember(log_file, (path for path in _paths(written) if path.is_file()))


def _files(named: Mapping[str, Any]) -> dict[str, Path]:
    return {name: Path(path) for name, path in named.items() if isinstance(path, str)}


def _paths(named: Mapping[str, Any]) -> list[Path]:
    listed = ([paths] if isinstance(paths, str) else paths for paths in named.values())
    return [Path(path) for paths in listed for path in paths]
