"""What each rule has written, by checksum, so that no later rule reads a file that was damaged since."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path

from tieline.core.errors import TableError, storage_error
from tieline.core.files import write_json

log = logging.getLogger(__name__)

FOLDER = "work/checksums"
"""Below the results."""

DAMAGED = ".damaged"
"""Added to the name of a file that is no longer what its rule wrote."""


def forget(log_file: Path) -> None:
    """Forget what the rule wrote before, for it is about to write anew.

    Parameters
    ----------
    log_file
        The rule's log, in a folder below the results.
    """
    path = _record(log_file)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error


def remember(log_file: Path, outputs: Iterable[Path]) -> None:
    """Write down the checksums of what the rule has written; see `forget`."""
    results = log_file.parents[1]
    found = {str(path.relative_to(results)): _sha256(path) for path in outputs if path.is_relative_to(results)}
    write_json(found, _record(log_file))


def require_sound(log_file: Path, inputs: Iterable[Path]) -> None:
    """Raise if one of the inputs of a rule is no longer what another rule wrote; the file is put aside.

    Files that no rule is known to have written are not looked at.

    Parameters
    ----------
    log_file
        Log of the rule that is about to read.
    inputs
        What it reads.

    Raises
    ------
    TableError
        Naming the file. As it has another name by then, the next run makes it anew.
    """
    results = log_file.parents[1]
    known: dict[str, tuple[str, str]] = {}
    # The latest that wrote a file knows it best, also where the rule of an older record is no more.
    records = _record(log_file).parent.glob("*.json")
    for record in sorted(records, key=lambda record: (record.stat().st_mtime, record.name)):
        try:
            known |= {name: (digest, record.stem) for name, digest in json.loads(record.read_text("utf-8")).items()}
        except (OSError, ValueError, AttributeError):
            log.warning("%s is damaged; what that rule wrote is not checked", record)
    for path in inputs:
        if not path.is_relative_to(results):
            continue
        # On a network file system this also brings what is known of the folder up to date.
        if path not in path.parent.iterdir():
            continue
        expected, rule = known.get(str(path.relative_to(results)), (None, ""))
        if expected is not None and _sha256(path) != expected:
            aside = path.with_name(path.name + DAMAGED)
            try:
                path.replace(aside)
            except OSError as error:
                raise storage_error(error, path) from error
            raise TableError(
                f"{path} is damaged: it is not what the rule {rule} wrote; moved to {aside.name}; "
                f"run again, and it is made anew"
            )


def _record(log_file: Path) -> Path:
    return log_file.parents[1] / FOLDER / f"{log_file.stem}.json"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise storage_error(error, path) from error
