"""Where phase data come from: citations, licences, and the databases' own pages of phases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Citation(NamedTuple):
    """How to cite a source of phase data."""

    title: str
    """Its name."""

    reference: str
    """The publication."""

    doi: str
    """Its digital object identifier."""

    licence: str
    """Licence of the data."""


CITATIONS: Mapping[str, Citation] = MappingProxyType(
    {
        "embedded": Citation(
            "Embedded phase set of tieline, computed with SevenNet 7net-l3i5",
            "Y. Park et al., J. Chem. Theory Comput. 20, 4857 (2024), for the potential",
            "10.1021/acs.jctc.4c00190",
            "BSD 3-clause",
        ),
        "materials_project": Citation(
            "Materials Project", "A. Jain et al., APL Materials 1, 011002 (2013)", "10.1063/1.4812323", "CC BY 4.0"
        ),
        "alexandria": Citation(
            "Alexandria",
            "J. Schmidt et al., Mater. Today Phys. 48, 101560 (2024)",
            "10.1016/j.mtphys.2024.101560",
            "CC BY 4.0",
        ),
        "oqmd": Citation(
            "Open Quantum Materials Database",
            "J. E. Saal et al., JOM 65, 1501 (2013)",
            "10.1007/s11837-013-0755-4",
            "CC BY 4.0",
        ),
    }
)
"""By kind of the source, or by provider of OPTIMADE data."""

PAGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"mp-(?:\d+|[a-z]+)"), "https://next-gen.materialsproject.org/materials/{0}"),
    (re.compile(r"oqmd-(\d+)"), "https://oqmd.org/materials/entry/{1}"),
    (re.compile(r"agm\d+"), "https://alexandria.icams.rub.de/pbe/v1/structures/{0}"),
)
"""Identifiers of databases, and where those have a page of the phase."""


def database_page(phase_id: str) -> str | None:
    """Return the address of a phase's page in its database, None for a phase that has none.

    Examples
    --------
    >>> database_page("mp-149")
    'https://next-gen.materialsproject.org/materials/mp-149'
    >>> database_page("tl-Si-A4")
    """
    for pattern, address in PAGES:
        if found := pattern.fullmatch(phase_id):
            return address.format(found[0], *found.groups())
    return None


def citation_of(source: Mapping[str, object]) -> Citation | None:
    """Return how to cite a source as provenance.json describes it; None for data of the user's own.

    Examples
    --------
    >>> citation_of({"kind": "optimade", "provider": "oqmd"}).doi
    '10.1007/s11837-013-0755-4'
    """
    names = (source.get("provider"), source.get("kind"))
    return next((CITATIONS[str(name)] for name in names if name in CITATIONS), None)
