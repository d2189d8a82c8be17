"""Melting and boiling of the elements, against the handbook, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from reference_melting import TRANSITIONS

from tieline.core.elements import PARTNER_GROUPS, RADIOACTIVE
from tieline.core.errors import PhaseDataError
from tieline.data.transitions import read_transitions

# Melting and boiling points in degrees Celsius; handbooks differ by up to 8 K for titanium and tungsten.
POINTS_C = {
    "Si": (1414, 3265),
    "Sn": (231.93, 2602),
    "Zn": (419.53, 907),
    "Ti": (1668, 3287),
    "Ni": (1455, 2913),
    "Fe": (1538, 2861),
    "Cu": (1084.62, 2560),
    "Mg": (650, 1090),
    "Hg": (-38.829, 356.62),
    "Cd": (321.07, 767),
    "Mn": (1246, 2061),
    "W": (3422, 5555),
    "Al": (660.32, 2519),
    "Pr": (931, 3520),
}

# JANAF tables: enthalpy of fusion in kJ/mol.
JANAF_FUSION = {"Si": 50.21, "Zn": 7.32, "Mg": 8.48, "Al": 10.71, "Fe": 13.81, "Ti": 14.15, "Pb": 4.77}


@pytest.mark.parametrize("symbol", list(POINTS_C))
def test_points_are_those_of_handbooks(symbol: str) -> None:
    element = TRANSITIONS[symbol]
    assert (element.melting_point_k, element.boiling_point_k) == pytest.approx(
        [value + 273.15 for value in POINTS_C[symbol]], abs=8.0
    )


@pytest.mark.parametrize(("symbol", "enthalpy"), JANAF_FUSION.items())
def test_fusion_is_that_of_the_tables(symbol: str, enthalpy: float) -> None:
    assert TRANSITIONS[symbol].fusion_enthalpy_kj_per_mol == pytest.approx(enthalpy, rel=0.04)


def test_every_stable_element_of_the_search_space_is_complete() -> None:
    """Entropies of vaporisation lie between 65 and 150 J/(mol K), around Trouton's 88 for molecules."""
    partners = {symbol for group in PARTNER_GROUPS.values() for symbol in group} - RADIOACTIVE
    for symbol in partners | {"Si", "Sn", "Zn", "Li"}:
        element = TRANSITIONS[symbol]
        assert 0.001 < element.fusion_entropy_kj_per_mol_k < 0.035, symbol
        if symbol != "C":
            assert 0.065 < element.vaporisation_enthalpy_kj_per_mol / element.boiling_point_k < 0.150, symbol
            assert element.melting_point_k < element.boiling_point_k, symbol


@pytest.mark.parametrize(
    ("text", "part"), [(None, "No such file"), ("element,melting_point_k\nSi,1687\n", "boiling_point_k")]
)
def test_unreadable_files_are_one_line(tmp_path: Path, text: str | None, part: str) -> None:
    path = tmp_path / "transitions.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PhaseDataError, match=part) as caught:
        read_transitions(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
