"""Writing files so that a reader never sees half of one, whoever else writes them and whenever the run is killed."""

from __future__ import annotations

import errno
import fcntl
import glob
import hashlib
import json
import logging
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tieline.core.errors import TableError, storage_error
from tieline.core.table_cells import shown

if TYPE_CHECKING:
    # The Snakefile imports this too, and pandas takes a third of a second.
    import pandas as pd

log = logging.getLogger(__name__)

LONGEST_NAME = 40
"""Characters of a file's name that its temporary file carries, so that the latter's does not become too long."""

NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)
"""What a file system says that has no locks."""


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` and rename it to `path` if the block succeeds.

    The content is on the disk before it has its name, so that not even a power failure leaves half of it. No two
    writers share a temporary file; what killed ones of this machine left of the same file is removed.

    Parameters
    ----------
    path
        The file to write; its folder is made if need be.

    Raises
    ------
    StorageError
        If the operating system refuses; the old file is left as it was.
    """
    temporary = path.with_name(f"{_prefix(path)}{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path)
        yield temporary
        _flush(temporary)
        temporary.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        # Named by themselves: a file where the folder should be, and others that the block reads.
        own = error.errno != errno.EEXIST and error.filename in (None, *map(str, (temporary, path, path.parent)))
        raise storage_error(error, path if own else None) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _prefix(path: Path) -> str:
    """Return how the names of the temporary files begin that processes beside this one write for `path`."""
    with suppress(OSError):
        # Processes of another container are numbered from 1 as well.
        return f".{path.name[:LONGEST_NAME]}.{_digest(str(Path('/proc/self/ns/pid').readlink()))}-"
    return f".{path.name[:LONGEST_NAME]}.{_digest('')}-"


def _digest(of_processes: str) -> str:
    return hashlib.sha256(f"{socket.gethostname()} {of_processes}".encode()).hexdigest()[:8]


def _remove_abandoned(path: Path) -> None:
    prefix = _prefix(path)
    for left in path.parent.glob(f"{glob.escape(prefix)}*.tmp*"):
        process = left.name.removeprefix(prefix).partition("-")[0]
        if process.isdigit() and not _is_running(int(process)):
            left.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems have nothing to flush for a folder.
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, one process at a time; the operating system lets go of it when the process dies.

    Parameters
    ----------
    path
        An empty file that stays; its folder is made if need be. On a file system without locks nobody waits.
    """
    with take_lock(path):
        yield


def take_lock(path: Path) -> IO[str]:
    """Wait for the lock file `path` and return it open; closing it lets go. See `locked`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.warning("%s: held by another run; waiting for it", path)
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            file.close()
            raise storage_error(error, path) from error
        log.warning("%s: no locks on this file system; let no two runs refresh one cache there", path)
    return file


def require_writable(path: Path) -> None:
    """Raise unless files can be made in the folder `path`, which is made if need be.

    Raises
    ------
    StorageError
        If the operating system refuses.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        attempt = path / f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
        attempt.touch()
        attempt.unlink()
    except OSError as error:
        raise storage_error(error, path) from error


def write_text(text: str, path: Path) -> None:
    """Write `text` to `path` as UTF-8, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(text, "utf-8")


def write_json(content: Any, path: Path) -> None:
    """Write `content` to `path` as indented JSON with sorted keys, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def read_json(path: Path, *keys: str) -> dict[str, Any]:
    """Return the object in a JSON file that an earlier stage has written.

    Parameters
    ----------
    path
        The file.
    keys
        What it must have.

    Raises
    ------
    TableError
        If the file cannot be read or a key is missing.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise TableError(f"{path}: cannot be read ({error}); {MADE_ANEW}") from error
    except OSError as error:
        raise storage_error(error, path) from error
    if missing := [key for key in keys if not isinstance(content, dict) or key not in content]:
        raise TableError(f"{path}: no {missing[0]!r}; {MADE_ANEW}")
    return content


MADE_ANEW = "delete it and run again, and it is made anew"
"""What to do about a damaged file that a rule makes."""


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` to `path` as UTF-8 CSV with Unix line ends and no index, atomically.

    A text that a spreadsheet would compute has an apostrophe in front (`tieline.core.table_cells`).
    """
    with atomic_write(path) as temporary:
        shown(frame).to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")
