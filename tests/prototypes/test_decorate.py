"""Elements on slots: counts worked by hand, starting volumes, and what is refused."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from ase.neighborlist import neighbor_list

from tieline.core.errors import StructureError
from tieline.prototypes.decorate import CLOSEST, decorate, decorations, element_sizes
from tieline.prototypes.library import library
from tieline.prototypes.prototype import Prototype

TYPES = {prototype.label: prototype for prototype in library()}


def volume_per_atom(label, *symbols):
    atoms = decorate(TYPES[label], symbols)
    return atoms.get_volume() / len(atoms)


@pytest.mark.parametrize(
    ("label", "count"),
    [
        ("A1", 1),
        # One sublattice is the other, shifted or inverted.
        ("B1", 1),
        ("B2", 1),
        ("B3", 1),
        ("B32", 1),
        ("L1_0", 1),
        ("L1_1", 1),
        ("B19", 1),
        # AB is not BA.
        ("B8_1", 2),
        ("B27", 2),
        ("B35", 2),
        ("L1_2", 2),
        ("C1", 2),
        ("D8_8", 2),
        # Three rock-salt partners for the atom in the middle; two equal sites and one different; all six.
        ("C1_b", 3),
        ("L2_1", 3),
        ("TiNiSi", 6),
        ("ThCr2Si2", 6),
        ("E2_1", 6),
    ],
)
def test_distinct_decorations(label, count):
    symbols = ("Ti", "Si", "Ni")[: len(TYPES[label].elements)]
    found = [order for prototype, order in decorations(symbols) if prototype.label == label]
    assert len(found) == len(set(found)) == count


def test_heusler_decorations_differ_by_the_doubled_element():
    doubled = {order[1] for prototype, order in decorations(("Ti", "Ni", "Sn")) if prototype.label == "L2_1"}
    assert TYPES["L2_1"].counts == (1, 2, 1)
    assert doubled == {"Ti", "Ni", "Sn"}


def test_decorations_take_types_of_that_many_elements_in_library_order():
    for symbols in (("Sn",), ("Li", "Sn"), ("Li", "Mg", "Si")):
        labels = list(dict.fromkeys(prototype.label for prototype, _ in decorations(symbols)))
        assert labels == [p.label for p in library() if len(p.elements) == len(symbols)]


def test_counts_do_not_depend_on_the_elements():
    count = Counter(prototype.label for prototype, _ in decorations(("Li", "Sn")))
    assert count == Counter(prototype.label for prototype, _ in decorations(("Zr", "Zn")))


def test_symbols_go_to_their_slots():
    atoms = decorate(TYPES["L1_2"], ("Sn", "Ca"))
    assert TYPES["L1_2"].elements == ("Au", "Cu")
    assert TYPES["L1_2"].counts == (1, 3)
    assert atoms.get_chemical_formula() == "Ca3Sn"
    assert atoms.pbc.all()


def test_the_shape_of_the_cell_stays():
    prototype = TYPES["C49"]
    scale = decorate(prototype, ("Ti", "Si")).cell.array @ np.linalg.inv(prototype.cell_a)
    assert scale == pytest.approx(scale[0, 0] * np.eye(3), abs=1e-9)
    assert decorate(prototype, ("Ti", "Si")).get_scaled_positions() == pytest.approx(prototype.scaled_positions)


def test_volume_is_the_sum_of_increments_where_atoms_have_room():
    # Ti 17.6 + 2 Si 13.0 = 43.6 A^3 a formula; TiSi2 has 14.2 an atom (Jeitschko 1977).
    assert volume_per_atom("C54", "Ti", "Si") == pytest.approx(43.6 / 3)
    # 15 Li 14.8 + 4 Si 13.0 = 274 A^3: 14.4 an atom; Li15Si4 has 15.5.
    assert volume_per_atom("D8_6", "Li", "Si") == pytest.approx(274 / 19)


def test_open_structures_are_widened():
    # Diamond: Si-Si at 0.95 x 2.32 = 2.204 A, so a = 5.090 A and 16.5 A^3 an atom (13.0 is the increment).
    edge = 0.95 * 2.32 * 4 / np.sqrt(3)
    assert volume_per_atom("A4", "Si") == pytest.approx(edge**3 / 8)


@pytest.mark.parametrize("symbols", [("Sn",), ("Li", "Si"), ("Ti", "Ni", "Sn")], ids="-".join)
def test_no_atoms_overlap_and_nearly_everything_fits(symbols):
    misfits = 0
    for prototype, order in list(decorations(symbols))[::7]:
        try:
            atoms = decorate(prototype, order)
        except StructureError:
            misfits += 1
            continue
        radii = np.array([element_sizes()[symbol][0] for symbol in atoms.get_chemical_symbols()])
        i, j, d = neighbor_list("ijd", atoms, 2 * radii.max())
        assert not (d < CLOSEST * (radii[i] + radii[j]) - 1e-9).any()
    assert misfits <= 1


@pytest.mark.parametrize(
    ("label", "symbols", "message"),
    [
        ("C49", ("Ti", "Sii"), "C49 with Ti, Sii: no element 'Sii' here (did you mean 'Si'?)"),
        ("C49", ("Ti",), "C49 with Ti: 2 symbols needed, one per slot, not 1"),
        ("C49", ("Ti", "Ti"), "C49 with Ti, Ti: an element on two slots"),
        ("A9", ("Li",), "A9 with Li: the elements do not fit, 3.3 times their volume needed"),
    ],
)
def test_refused_decorations(label, symbols, message):
    with pytest.raises(StructureError) as caught:
        decorate(TYPES[label], symbols)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        ((), "decorations of nothing: one to three elements, not 0"),
        (("Li", "Si", "Sn", "Zn"), "decorations of Li, Si, Sn, Zn: one to three elements, not 4"),
        (("Li", "Znn"), "no element 'Znn' here (did you mean 'Zn'?)"),
        (("Li", "Li"), "an element on two slots"),
    ],
)
def test_refused_systems(symbols, message):
    with pytest.raises(StructureError) as caught:
        list(decorations(symbols))
    assert message in str(caught.value)


def test_coinciding_atoms_are_refused():
    data = vars(TYPES["B2"]) | {"label": "broken", "scaled_positions": np.array([[0.0, 0, 0], [0.001, 0, 0]])}
    with pytest.raises(StructureError, match="broken with Li, Ag: the elements do not fit"):
        decorate(Prototype(**data), ("Li", "Ag"))


def test_sizes_cover_the_search_space():
    sizes = element_sizes()
    assert {"Li", "Si", "Sn", "Zn", "Ti", "La", "Lu", "U", "B", "C", "Bi"} <= set(sizes)
    assert all(0.7 < radius < 2.4 and 5 < volume < 120 for radius, volume in sizes.values())
    # 8.9 mL/mol of Li in alloys (Obrovac et al. 2007); close-packed Si of metallic radius 1.32 A.
    assert sizes["Li"][1] == pytest.approx(8.9e24 / 6.022e23, abs=0.05)
    assert sizes["Si"][1] == pytest.approx(4 * np.sqrt(2) * 1.32**3, abs=0.05)
