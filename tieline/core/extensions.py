"""A user's own code, named in the configuration by its import path."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator

from tieline.core.columns import Column
from tieline.core.errors import ConfigError, TableError

if TYPE_CHECKING:
    import pandas as pd

IMPORT_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
"""``package.module:name``."""


def import_path(path: str) -> str:
    """Return `path` if it is an import path, else raise ValueError."""
    if not IMPORT_PATH.fullmatch(path):
        raise ValueError(f"{path!r} is no import path such as my_module:my_function")
    return path


ImportPath = Annotated[str, AfterValidator(import_path)]
"""An import path in the configuration."""


@dataclass(frozen=True)
class Descriptor:
    """Columns of a user's own for every candidate; ranked.csv shows them, and candidates can be ranked by them."""

    columns: tuple[Column, ...]
    """The columns."""

    compute: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
    """From the candidates (the columns of candidates.parquet) and the phases (phases.parquet) to the columns, a row for
    each candidate in their order."""

    def table(self, candidates: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
        """Return the columns for all candidates.

        Raises
        ------
        TableError
            If `compute` returns other rows or lacks a column.
        """
        names = [column.name for column in self.columns]
        found = self.compute(candidates, phases)
        if len(found) != len(candidates) or (missing := [name for name in names if name not in found]):
            lacks = f"no column {missing[0]!r}" if len(found) == len(candidates) else f"{len(found)} rows"
            raise TableError(f"descriptor {names[0]!r}: {lacks} for {len(candidates)} candidates")
        return found[names].reset_index(drop=True)


def load(path: str, key: str) -> Any:
    """Return what an import path leads to; modules in the working directory are found too.

    Parameters
    ----------
    path
        ``package.module:name``.
    key
        Where the configuration names it, for the message.

    Raises
    ------
    ConfigError
        If there is no such module or name, or the module cannot be imported.
    """
    module, _, names = path.partition(":")
    try:
        with _working_directory():
            found: Any = import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
    except (ImportError, AttributeError, SyntaxError) as error:
        raise ConfigError(f"config: {key} = {path!r}: {str(error).splitlines()[0]}") from error
    return found


def load_descriptors(paths: Iterable[str]) -> tuple[Descriptor, ...]:
    """Return the descriptors of the configuration.

    Raises
    ------
    ConfigError
        If one cannot be imported or is no `Descriptor`.
    """
    found = []
    for path in paths:
        descriptor = load(path, "descriptors")
        if not isinstance(descriptor, Descriptor):
            raise ConfigError(f"config: descriptors = {path!r}: is no tieline.Descriptor")
        found.append(descriptor)
    return tuple(found)


def module_files(paths: Sequence[str]) -> list[Path]:
    """Return the files of the modules that import paths name, those that can be found."""
    files = []
    for path in paths:
        try:
            with _working_directory():
                spec = find_spec(path.partition(":")[0])
        except ModuleNotFoundError:
            continue
        if spec is not None and spec.origin is not None:
            files.append(Path(spec.origin))
    return files


@contextmanager
def _working_directory() -> Iterator[None]:
    """Let modules be found in the working directory, after all others."""
    here = str(Path.cwd())
    sys.path.append(here)
    try:
        yield
    finally:
        sys.path.remove(here)
