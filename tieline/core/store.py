"""What every cache is kept in: entries that come back as they were, or not at all."""

from __future__ import annotations

import gzip
import hashlib
import logging
import zlib
from pathlib import Path

from tieline.core.errors import storage_error
from tieline.core.files import atomic_write

log = logging.getLogger(__name__)


class Store:
    """A folder of entries, a file to each, with a checksum that is verified whenever one is read.

    An entry is written whole or not at all and never changed in place, so any number of runs can use one folder at
    once without a lock, on network file systems as well: the last of two that write one key wins.

    Attributes
    ----------
    folder
        Where the entries are; made when the first is written.
    ending
        Ending of their files.
    """

    def __init__(self, folder: Path, ending: str) -> None:
        self.folder = folder
        self.ending = ending

    def path(self, key: str) -> Path:
        """Return where the entry called `key` is kept; a key may name folders, as in ``Si-Li/0003``."""
        return self.folder / f"{key}{self.ending}"

    def entries(self) -> list[str]:
        """Return the keys of all entries that are not in folders of their own, sorted."""
        found = self.folder.glob(f"*{self.ending}") if self.folder.is_dir() else ()
        return sorted(path.name.removesuffix(self.ending) for path in found if not path.name.startswith("."))

    def read(self, key: str) -> bytes | None:
        """Return the entry called `key`, or None if there is none; a damaged one is named in the log and dropped.

        Raises
        ------
        StorageError
            If the operating system does not let it be read.
        """
        path = self.path(key)
        try:
            digest, _, content = gzip.decompress(path.read_bytes()).partition(b"\n")
            if hashlib.sha256(content).hexdigest().encode() == digest:
                return content
        except FileNotFoundError:
            return None
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            log.debug("%s: %s", path, error)
        except OSError as error:
            raise storage_error(error, path) from error
        log.warning("%s is damaged and was dropped", path)
        self.drop(key)
        return None

    def write(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`.

        Raises
        ------
        StorageError
            If the operating system refuses.
        """
        checked = hashlib.sha256(content).hexdigest().encode() + b"\n" + content
        with atomic_write(self.path(key)) as temporary:
            # The same content is the same bytes, whenever it is written.
            temporary.write_bytes(gzip.compress(checked, compresslevel=6, mtime=0))

    def drop(self, key: str) -> None:
        """Forget one entry, if it is there.

        Raises
        ------
        StorageError
            If the operating system refuses.
        """
        try:
            self.path(key).unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, self.path(key)) from error
