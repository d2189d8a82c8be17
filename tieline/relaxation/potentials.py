"""SevenNet potentials as ASE calculators; torch is imported only here, and only when one is asked for."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tieline.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from ase.calculators.calculator import Calculator

WEIGHTS: dict[str, str] = {
    "7net-0": "pretrained_potentials/SevenNet_0__11Jul2024/checkpoint_sevennet_0.pth",
    "7net-l3i5": "pretrained_potentials/SevenNet_l3i5/checkpoint_l3i5.pth",
}
"""The checkpoints that the sevenn wheel carries; names outside this list would be downloaded."""


def weights_file(name: str) -> Path:
    """Return the checkpoint of the potential `name` inside the installed sevenn package.

    Raises
    ------
    ConfigError
        If the name is not one whose weights are installed with sevenn, or sevenn is not installed.
    """
    if name not in WEIGHTS:
        raise ConfigError(f"potential {name!r} is not installed with sevenn{did_you_mean(name, WEIGHTS)}")
    spec = find_spec("sevenn")
    if spec is None or spec.origin is None:
        raise ConfigError("sevenn is not installed: the reference workflow runs in its own environment, make reference")
    return Path(spec.origin).parent / WEIGHTS[name]


@cache
def weights_sha256(name: str) -> str:
    """Return the SHA-256 of the checkpoint of the potential `name`."""
    return hashlib.sha256(weights_file(name).read_bytes()).hexdigest()


def potential_version() -> str:
    """Return the version of the installed sevenn package."""
    return version("sevenn")


@cache
def calculator(name: str) -> Calculator:
    """Return the potential `name` on one CPU thread; one instance per process.

    Raises
    ------
    ConfigError
        If the potential's weights are not installed.
    """
    checkpoint = weights_file(name)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import_module("torch").set_num_threads(1)
    made: Calculator = import_module("sevenn.calculator").SevenNetCalculator(model=str(checkpoint), device="cpu")
    return made
