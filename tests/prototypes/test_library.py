"""Every prototype is the structure it says it is, and a dozen have the bonds their papers report."""

from __future__ import annotations

import re

import numpy as np
import pytest
import spglib
from ase.formula import Formula
from ase.neighborlist import neighbor_list

from tieline.core.errors import StructureError
from tieline.crystal.symmetry import bravais_lattice
from tieline.prototypes import library as module
from tieline.prototypes.decorate import element_sizes
from tieline.prototypes.library import library

LIBRARY = library()
TYPES = {prototype.label: prototype for prototype in LIBRARY}
WRITTEN = [prototype for prototype in LIBRARY if prototype.origin == "tieline"]


def label(prototype):
    return prototype.label


def bonds(name, centre, neighbour, longest):
    """Sorted distances from each `centre` atom of type `name` to `neighbour` atoms, one list per atom."""
    atoms = TYPES[name].atoms()
    i, j, d = neighbor_list("ijd", atoms, longest)
    symbols = np.array(atoms.get_chemical_symbols())
    return [sorted(d[(i == k) & (symbols[j] == neighbour)]) for k in np.flatnonzero(symbols == centre)]


@pytest.mark.parametrize("prototype", LIBRARY, ids=label)
def test_symmetry_is_as_named(prototype):
    dataset = spglib.get_symmetry_dataset((prototype.cell_a, prototype.scaled_positions, prototype.slots), symprec=1e-3)
    bravais, _ = bravais_lattice(dataset.number)
    conventional = len(dataset.std_types) // (3 if bravais == "hR" else 1)
    assert (dataset.number, f"{bravais}{conventional}") == (prototype.spacegroup_number, prototype.pearson)
    assert len(set(dataset.mapping_to_primitive)) == prototype.n_atoms


@pytest.mark.parametrize("prototype", LIBRARY, ids=label)
def test_cell_holds_the_formula(prototype):
    held = dict(zip(prototype.elements, prototype.counts, strict=True))
    assert Formula.from_dict(held).reduce()[0].count() == Formula(prototype.formula).reduce()[0].count()
    assert tuple(Formula(prototype.formula).count()) == prototype.elements
    assert prototype.atoms().get_chemical_formula() == Formula.from_dict(held).format("hill")


@pytest.mark.parametrize("prototype", WRITTEN, ids=label)
def test_written_types_have_bonds_and_volumes_of_alloys(prototype):
    """Shortest contacts lie near the sum of single-bond radii, volumes near the sum of the increments."""
    atoms = prototype.atoms()
    sizes = element_sizes()
    radii = np.array([sizes[symbol][0] for symbol in atoms.get_chemical_symbols()])
    i, j, d = neighbor_list("ijd", atoms, 4.5)
    assert 0.85 < (d / (radii[i] + radii[j])).min() < 1.2
    increments = sum(sizes[symbol][1] for symbol in atoms.get_chemical_symbols())
    assert 0.75 < atoms.get_volume() / increments < 1.35


@pytest.mark.parametrize("prototype", LIBRARY, ids=label)
def test_fields(prototype):
    assert re.search(r"\(1[89]\d\d\)|\(20\d\d\)", prototype.source), prototype.source
    assert prototype.known_for
    assert prototype.known_for.isprintable()
    assert ((prototype.scaled_positions >= 0) & (prototype.scaled_positions < 1)).all()
    for array in (prototype.cell_a, prototype.scaled_positions, prototype.slots):
        assert not array.flags.writeable


def test_labels_are_unique_and_the_order_is_fixed():
    assert len(TYPES) == len(LIBRARY)
    assert library() == LIBRARY
    keys = [(len(p.elements), p.n_atoms, p.label) for p in LIBRARY]
    assert keys == sorted(keys)
    assert {p.origin for p in LIBRARY} == {"aflow", "tieline"}


def test_a_label_given_twice_is_refused(monkeypatch):
    monkeypatch.setattr(module, "aflow_prototypes", lambda _: [TYPES["B2"]])
    monkeypatch.setattr(module, "written_prototypes", lambda _: [TYPES["B2"]])
    with pytest.raises(StructureError, match=r"structure_types.yaml: label 'B2' occurs twice"):
        module._everything.__wrapped__()


def test_size_limit_holds_for_aflow_entries_only():
    small = library(10)
    assert max(p.n_atoms for p in small if p.origin == "aflow") == 10
    assert [p for p in small if p.origin == "tieline"] == WRITTEN


def test_every_polymorph_of_the_hosts_and_common_partners_is_there():
    """Si A4, Sn A5 and A4, Zn A3, Li A2 and 9R, Mn A12, Ga A11, La dhcp, B alpha, Hg A10, In A6."""
    elements = {p.label for p in LIBRARY if len(p.elements) == 1}
    assert elements >= {"A1", "A2", "A3", "A3'", "A4", "A5", "A6", "A10", "A11", "A12", "alpha-B", "alpha-Sm"}


class TestBonds:
    """Numbers worked by hand from lattice parameters, or as the papers print them."""

    def test_mn5si3_has_chains_along_c(self):
        # Mn on 4d at (1/3, 2/3, 0) and (1/3, 2/3, 1/2): two neighbours at c/2 = 2.407.
        assert [row[:2] for row in bonds("D8_8", "Mn", "Mn", 2.5) if row] == [pytest.approx([2.407] * 2)] * 4

    def test_nazn13_has_an_icosahedron(self):
        # Zn at the origin has 12 Zn at a sqrt(0.1806^2 + 0.1192^2) = 12.2836 * 0.21639 = 2.658.
        assert pytest.approx([2.658] * 12, abs=1e-3) in bonds("D2_3", "Zn", "Zn", 2.67)

    def test_thcr2si2_layers(self):
        # Cr: four Cr at a / sqrt(2) = 2.859, four Si at sqrt((a/2)^2 + (0.124 c)^2) = 2.417.
        assert bonds("ThCr2Si2", "Cr", "Cr", 3.0) == [pytest.approx([2.859] * 4, abs=1e-3)] * 2
        assert bonds("ThCr2Si2", "Cr", "Si", 3.0) == [pytest.approx([2.417] * 4, abs=1e-3)] * 2

    def test_iron_disilicide_has_eight_silicon_neighbours(self):
        # Dusausoy et al.: Fe-Si 2.33 to 2.44.
        for row in bonds("beta-FeSi2", "Fe", "Si", 2.6):
            assert len(row) == 8
            assert 2.32 < row[0] <= row[-1] < 2.45

    def test_zintl_nets_bind_three_ways(self):
        for name, anion in (("CaSi2-tr6", "Si"), ("CaSi2-tr3", "Si"), ("SrSi2", "Si"), ("LiSi", "Si"), ("C_c", "Si")):
            for row in bonds(name, anion, anion, 2.75):
                assert len(row) == 3, name
                assert row[0] > 2.25, name

    def test_lithium_phases_have_the_reported_anions(self):
        # Si2 and lone Si in Li13Si4, Sn2 in Li5Sn2 and LiSn (3.00), lone Si in Cu15Si4, the type of Li15Si4.
        assert [len(row) for row in bonds("Li5Sn2", "Sn", "Sn", 3.2)] == [1, 1]
        assert sorted(len(row) for row in bonds("Li13Si4", "Si", "Si", 3.0)) == [0, 0, 0, 0, 1, 1, 1, 1]
        assert bonds("D8_6", "Si", "Si", 3.5) == [[]] * 8
        assert sorted(bonds("LiSn", "Sn", "Sn", 3.1)) == [[], *[pytest.approx([2.998], abs=1e-3)] * 2]

    def test_max_phase_octahedra(self):
        # C in an octahedron of Ti, 2.1 to 2.2 (Jeitschko and Nowotny).
        for row in bonds("Ti3SiC2", "C", "Ti", 2.3):
            assert len(row) == 6
            assert 2.08 < row[0] <= row[-1] < 2.2

    def test_nickel_in_nickel_titanium_has_twelve_neighbours(self):
        # Ni3Ti is a close packing with a/2 = 2.548 between neighbours in a layer.
        for centre in ("Ni", "Ti"):
            rows = zip(bonds("D0_24", centre, "Ni", 2.7), bonds("D0_24", centre, "Ti", 2.7), strict=True)
            assert all(len(nickel) + len(titanium) == 12 for nickel, titanium in rows)

    def test_iron_in_fezn13_has_twelve_zinc(self):
        assert [len(row) for row in bonds("FeZn13", "Fe", "Zn", 3.0)] == [12]

    def test_boron_chains_in_feb(self):
        # B-B 1.77 along zigzag chains (Bjurstroem).
        assert all(row == pytest.approx([1.77, 1.77], abs=0.05) for row in bonds("B27", "B", "B", 2.2))

    def test_laves_phase_icosahedra(self):
        for row_zn, row_mg in zip(bonds("C36", "Ni", "Ni", 2.6), bonds("C36", "Ni", "Mg", 3.0), strict=True):
            assert (len(row_zn), len(row_mg)) == (6, 6)

    def test_li17sn4_is_a_defective_bcc_superlattice(self):
        # a = 6 a(bcc): nearest neighbours a sqrt(3) / 12 = 2.842; 105 of 108 sites filled.
        prototype = TYPES["Li17Sn4"]
        assert prototype.counts == (85, 20)
        atoms = prototype.atoms()
        assert neighbor_list("d", atoms, 3.0) == pytest.approx(19.691 * np.sqrt(3) / 12, abs=1e-4)

    @pytest.mark.parametrize(
        ("name", "centre", "neighbour", "longest", "count"),
        [
            # Square antiprisms of Sn, as the papers on RhSn4, CoSn3 and PdSn2 describe them.
            ("RhSn4", "Rh", "Sn", 3.2, 8),
            ("beta-CoSn3", "Co", "Sn", 3.0, 8),
            ("PdSn2", "Pd", "Sn", 3.1, 8),
            # Cubes of Si in the layers of FeSi2, tetrahedra in those of ZrCuSi2, square pyramids in BaNiSn3.
            ("alpha-FeSi2", "Fe", "Si", 2.6, 8),
            ("ZrCuSi2", "Cu", "Si", 2.8, 4),
            ("BaNiSn3", "Ni", "Sn", 3.0, 5),
            # Nets that bind three ways: ordered ThSi2, ordered SrSi2, puckered layers, graphite.
            ("LaPtSi", "Pt", "Si", 2.7, 3),
            ("LaIrSi", "Ir", "Si", 2.7, 3),
            ("EuGe2", "Ge", "Ge", 2.7, 3),
            ("LiC6", "C", "C", 1.6, 3),
            # Trigonal prisms of Sn, octahedra of Hf, square nets of Fe, the acetylide's dumbbell.
            ("Yb3Rh4Sn13", "Rh", "Sn", 3.1, 6),
            ("Hf5CuSn3", "Ga", "Hf", 3.1, 6),
            ("CeFeSi", "Fe", "Fe", 3.0, 4),
            ("Li2C2", "C", "C", 1.6, 1),
            # gamma brass: the outer tetrahedron's atom has an icosahedron.
            ("Ni2Zn11", "Ni", "Zn", 2.9, 12),
        ],
    )
    def test_coordination(self, name, centre, neighbour, longest, count):
        assert {len(row) for row in bonds(name, centre, neighbour, longest)} == {count}

    def test_silicon_pairs_and_lone_silicon_in_ba5si3(self):
        assert sorted(len(row) for row in bonds("Ba5Si3", "Si", "Si", 2.7)) == [0] * 4 + [1] * 8

    def test_graphite_layers_of_lic6(self):
        # Hexagons of edge a / 3 = 1.435.
        assert all(row == pytest.approx([1.435] * 3, abs=0.02) for row in bonds("LiC6", "C", "C", 1.6))

    def test_lithium_plumbides_are_body_centred(self):
        # Eight neighbours at a sqrt(3) / 2 of the small cube, a = 4.757 / sqrt(2): 2.913.
        atoms = TYPES["Li8Pb3"].atoms()
        first, distances = neighbor_list("id", atoms, 3.1)
        assert np.bincount(first).tolist() == [8] * 11
        assert distances == pytest.approx(2.913, abs=0.01)

    def test_one_of_six_silicon_atoms_is_missing_in_yb3si5(self):
        # A vacancy opens the ring of three Si that have two neighbours, a / 3 = 2.17 apart; two keep three.
        assert sorted(len(row) for row in bonds("Yb3Si5", "Si", "Si", 2.3)) == [2, 2, 2, 3, 3]
