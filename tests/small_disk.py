"""Disks of a few kilobytes in memory, where this process may mount them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoMountsError(Exception):
    """Mounting is not permitted; the message is what the system says."""


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError as error:
        raise NoMountsError(str(error)) from error
    if done.returncode:
        raise NoMountsError(done.stderr.strip())


@contextmanager
def mounted(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount an empty disk of `kilobytes` at `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tieline-test", str(folder))
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


@contextmanager
def remounted(folder: Path, options: str) -> Iterator[None]:
    """Give a mounted disk other options, such as ``ro`` or ``size=100k``, and make it writable again afterwards."""
    _run("mount", "-o", f"remount,{options}", str(folder))
    try:
        yield
    finally:
        _run("mount", "-o", "remount,rw", str(folder))
