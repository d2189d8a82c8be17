"""Potentials as ASE calculators: those whose weights come with their package, and any other by its import path.

torch is imported only here, and only when a potential that needs it is asked for.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from tieline.core.errors import ConfigError, did_you_mean
from tieline.core.extensions import IMPORT_PATH

if TYPE_CHECKING:
    from ase.calculators.calculator import Calculator


@dataclass(frozen=True)
class Bundled:
    """A potential whose weights travel inside its package's wheel, so that nothing is downloaded."""

    package: str
    """Distribution and module that hold it."""

    weights: str
    """Checkpoint, below the package's folder."""

    energy_level: str
    """What its energies are."""

    make: Callable[[Path], Calculator]
    """From the checkpoint to the calculator, on a GPU if there is one."""


def _sevennet(checkpoint: Path) -> Calculator:
    made: Calculator = import_module("sevenn.calculator").SevenNetCalculator(model=str(checkpoint), device="auto")
    return made


def _chgnet(checkpoint: Path) -> Calculator:
    model = import_module("chgnet.model").CHGNet.from_file(str(checkpoint))
    made: Calculator = import_module("chgnet.model.dynamics").CHGNetCalculator(model=model)
    return made


BUNDLED: Mapping[str, Bundled] = MappingProxyType(
    {
        "7net-0": Bundled(
            "sevenn",
            "pretrained_potentials/SevenNet_0__11Jul2024/checkpoint_sevennet_0.pth",
            "PBE (7net-0)",
            _sevennet,
        ),
        "7net-l3i5": Bundled(
            "sevenn", "pretrained_potentials/SevenNet_l3i5/checkpoint_l3i5.pth", "PBE (7net-l3i5)", _sevennet
        ),
        "chgnet": Bundled(
            "chgnet",
            "pretrained/0.3.0/chgnet_0.3.0_e29f68s314m37.pth.tar",
            "PBE with MP2020 corrections (chgnet)",
            _chgnet,
        ),
    }
)
"""SevenNet's other names, and CHGNet's other versions, would be downloaded."""


def known_potential(name: str) -> str:
    """Return `name` if it is one of `BUNDLED` or an import path, else raise ValueError."""
    if name in BUNDLED or IMPORT_PATH.fullmatch(name):
        return name
    raise ValueError(
        f"{name!r} is none of {', '.join(BUNDLED)} and no import path such as my_module:make_calculator"
        f"{did_you_mean(name, BUNDLED)}"
    )


def weights_file(name: str) -> Path:
    """Return the file that decides what the potential `name` computes: a checkpoint, or the module's own file.

    Raises
    ------
    ConfigError
        If the package is not installed, or the module cannot be found.
    """
    bundled = BUNDLED.get(name)
    module = name.partition(":")[0] if bundled is None else bundled.package
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        hint = "is it on PYTHONPATH?" if bundled is None else "config/README.md says how to install it"
        raise ConfigError(f"potential {name!r}: module {module} is not installed; {hint}")
    return Path(spec.origin) if bundled is None else Path(spec.origin).parent / bundled.weights


def own_module(name: str) -> list[Path]:
    """Return the file of a potential given by its import path, as a list of one; of none where it cannot be found."""
    if name in BUNDLED:
        return []
    try:
        return [weights_file(name)]
    except ConfigError:
        return []


@cache
def weights_sha256(name: str) -> str:
    """Return the SHA-256 of the potential's `weights_file`."""
    return hashlib.sha256(weights_file(name).read_bytes()).hexdigest()


@cache
def potential_version(name: str) -> str:
    """Return the version of the distribution that holds the potential `name`; empty for a module that is in none."""
    if name in BUNDLED:
        return version(BUNDLED[name].package)
    top = name.partition(":")[0].partition(".")[0]
    distributions = packages_distributions().get(top, [])
    try:
        return version(distributions[0]) if distributions else ""
    except PackageNotFoundError:
        return ""


@cache
def calculator(name: str) -> Calculator:
    """Return the potential `name`; one instance per process.

    Raises
    ------
    ConfigError
        If its package is not installed, or an import path does not lead to a function that returns a calculator.
    """
    checkpoint = weights_file(name)
    if name in BUNDLED:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        import_module("torch").set_num_threads(1)
        return BUNDLED[name].make(checkpoint)
    module, _, attributes = name.partition(":")
    try:
        found = import_module(module)
        for attribute in attributes.split("."):
            found = getattr(found, attribute)
        made: Calculator = found()  # type: ignore[operator]
    except (ImportError, AttributeError, TypeError) as error:
        raise ConfigError(f"potential {name!r}: {str(error).splitlines()[0]}") from error
    if not hasattr(made, "get_potential_energy"):
        raise ConfigError(f"potential {name!r} returns {type(made).__name__}, which is no ASE calculator")
    return made
