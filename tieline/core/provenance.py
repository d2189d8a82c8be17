"""Where results came from: versions, sources, settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tieline.core.freshness import package_key

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
    "tieline",
)
"""Packages whose versions can change a result."""


def package_versions() -> dict[str, str]:
    """Return the installed versions of the packages that can change a result."""
    return {package: version(package) for package in PACKAGES}


def describe_run(
    *,
    settings: Mapping[str, Any],
    sources: Sequence[Mapping[str, Any]],
    n_phases: int,
    n_excluded: int,
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
    n_phases, n_excluded
        Phases of the run, and phases that were left out.
    systems, candidates
        Results to count.
    """
    text = json.dumps(settings, sort_keys=True)
    composites = candidates[["system", "phase_a_id", "phase_b_id"]].drop_duplicates()
    return {
        "settings": settings,
        "settings_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "sources": sources,
        "versions": package_versions(),
        "code": package_key(),
        "counts": {
            "phases": n_phases,
            "phases_excluded": n_excluded,
            "systems": len(systems),
            "systems_by_status": systems["status"]
            .str.replace(r"(no data for element).*", r"\1", regex=True)
            .value_counts()
            .sort_index()
            .to_dict(),
            "composites": len(composites),
            "candidates": len(candidates),
        },
    }
