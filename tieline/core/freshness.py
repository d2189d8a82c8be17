"""When a stage must run again because its code changed: when a module that it imports did."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grimp

PACKAGE = "tieline"

ROOT = Path(__file__).parents[1]
"""The folder of the package."""


def imported_modules(module: str) -> frozenset[str]:
    """Return the modules of the package that importing `module` can load, itself and the packages around it included.

    Parameters
    ----------
    module
        Dotted name, such as ``tieline.thermo.stage``.

    Notes
    -----
    Imports within functions count, imports for type checkers alone do not.
    """
    found = {module, *_graph().find_upstream_modules(module)}
    packages = {name.rsplit(".", depth)[0] for name in found for depth in range(1, name.count(".") + 1)}
    return frozenset(found | packages)


def code_key(*modules: str) -> str:
    """Return a checksum of all that `modules` import from the package.

    A rule that has it as a parameter runs again when one of these modules changes.

    Parameters
    ----------
    modules
        Dotted names, such as ``tieline.thermo.stage``.
    """
    return _checksum(frozenset().union(*map(imported_modules, modules)))


def package_key() -> str:
    """Return a checksum of all modules of the package."""
    return _checksum(_graph().modules)


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)


def _checksum(modules: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(modules):
        digest.update(name.encode())
        digest.update(_file(name).read_bytes())
    return digest.hexdigest()[:16]


def _file(module: str) -> Path:
    path = ROOT.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
