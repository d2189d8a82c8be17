"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from tieline.core.table_cells import shown


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` and rename it to `path` if the block succeeds.

    Parameters
    ----------
    path
        The file to write; its folder is made if need be.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The same name every time: what a killed run leaves behind, the next one replaces.
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write `text` to `path` as UTF-8, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(text, "utf-8")


def write_json(content: Any, path: Path) -> None:
    """Write `content` to `path` as indented JSON with sorted keys, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` to `path` as UTF-8 CSV with Unix line ends and no index, atomically.

    A text that a spreadsheet would compute has an apostrophe in front (`tieline.core.table_cells`).
    """
    with atomic_write(path) as temporary:
        shown(frame).to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")
