"""The library of structure prototypes: chosen AFLOW entries and the types written down in `structure_types.yaml`."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from tieline.core.errors import StructureError
from tieline.data import DATA
from tieline.prototypes.aflow import aflow_prototypes
from tieline.prototypes.prototype import Prototype
from tieline.prototypes.wyckoff import written_prototypes

__all__ = ["AFLOW_MAX_ATOMS", "Prototype", "library"]

AFLOW_MAX_ATOMS = 30
"""Default size limit of AFLOW entries, atoms per primitive cell: gamma brass has 26, alpha-Mn 29, beta-U 30."""


def library(max_aflow_atoms: int = AFLOW_MAX_ATOMS) -> tuple[Prototype, ...]:
    """Return every prototype, sorted by number of elements, then atoms in the primitive cell, then label.

    Parameters
    ----------
    max_aflow_atoms
        Largest AFLOW entry, in atoms per primitive cell; types of `structure_types.yaml` are never cut.

    Raises
    ------
    StructureError
        If the data file and pymatgen's disagree, or a label occurs twice.
    """
    return tuple(p for p in _everything() if p.origin != "aflow" or p.n_atoms <= max_aflow_atoms)


@cache
def _everything() -> tuple[Prototype, ...]:
    """Return the whole library; reading and symmetrising it takes a second or two."""
    data: dict[str, Any] = yaml.safe_load((DATA / "prototypes/structure_types.yaml").read_text(encoding="utf-8"))
    found = [*aflow_prototypes(data["aflow_labels"]), *written_prototypes(data["structure_types"])]
    labels = [prototype.label for prototype in found]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise StructureError(f"structure_types.yaml: label {twice[0]!r} occurs twice")
    return tuple(sorted(found, key=lambda prototype: (len(prototype.elements), prototype.n_atoms, prototype.label)))
