"""Where results came from: versions, sources, settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieline import __version__

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = (
    "ase",
    "dask",
    "moocore",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "pymatgen",
    "scipy",
    "snakemake",
    "spglib",
)
"""Packages whose versions can change a result."""

APART = ("prototypes", "relaxation")
"""Subpackages that only a source of kind potential uses, whose rule reruns when they change."""


def package_versions() -> dict[str, str]:
    """Return the installed versions of the packages that can change a result."""
    return {package: version(package) for package in PACKAGES} | {"tieline": __version__}


def describe_run(
    *,
    settings: Mapping[str, Any],
    sources: Sequence[Mapping[str, Any]],
    phases: pd.DataFrame,
    set_aside: pd.DataFrame,
    systems: pd.DataFrame,
    candidates: pd.DataFrame,
) -> dict[str, Any]:
    """Return provenance.json: settings with their checksum, sources, versions and counts.

    Parameters
    ----------
    settings
        Everything in the config that can change a result.
    sources
        Description of each phase source.
    phases, set_aside, systems, candidates
        Results to count.
    """
    text = json.dumps(settings, sort_keys=True)
    pairs = candidates[["system", "phase_a_id", "phase_b_id"]].drop_duplicates()
    return {
        "settings": settings,
        "settings_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "sources": sources,
        "versions": package_versions(),
        "code": code_hash(),
        "counts": {
            "phases_in_play": len(phases),
            "phases_set_aside": len(set_aside),
            "systems": len(systems),
            "systems_by_status": systems["status"]
            .str.replace(r"(no data for element).*", r"\1", regex=True)
            .value_counts()
            .sort_index()
            .to_dict(),
            "pairs": len(pairs),
            "candidates": len(candidates),
        },
    }


def code_hash(*, apart: bool = False) -> str:
    """Return a checksum of the package's modules; a rule that gets it as a parameter reruns when they change.

    Parameters
    ----------
    apart
        Whether to take the modules of `APART` instead of all others.
    """
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    modules = (path for path in root.rglob("*.py") if (path.relative_to(root).parts[0] in APART) is apart)
    for path in sorted(modules):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
