"""CIF files are read as the International Tables and the CIF dictionary have it, or rejected with the reason.

Numbers of atoms are multiplicities of Wyckoff positions in volume A of the International Tables.
"""

from __future__ import annotations

import ase.io
import numpy as np
import pytest
from ase.neighborlist import neighbor_list
from ase.spacegroup import crystal
from pymatgen.core import Lattice, Structure
from pymatgen.io.cif import CifWriter

from tieline.phases.cif import read_cif
from tieline.phases.files import read_file_source
from tieline.phases.limits import Limits
from tieline.phases.source_settings import FileSource
from tieline.phases.unusable import UnusableFileError

CUBIC = {"_cell_angle_alpha": 90, "_cell_angle_beta": 90, "_cell_angle_gamma": 90}
SITE_TAGS = "label type_symbol fract_x fract_y fract_z"


def cell(a, b=None, c=None, *, alpha=90, beta=90, gamma=90):
    lengths = (a, b or a, c or a)
    return {f"_cell_length_{x}": n for x, n in zip("abc", lengths, strict=True)} | {
        f"_cell_angle_{x}": n for x, n in zip(("alpha", "beta", "gamma"), (alpha, beta, gamma), strict=True)
    }


def block(pairs, sites, tags=SITE_TAGS, operators=(), name="x"):
    lines = [f"data_{name}", *(f"{tag} {value}" for tag, value in pairs.items())]
    if operators:
        lines += ["loop_", "_space_group_symop_operation_xyz", *(f"'{text}'" for text in operators)]
    return "\n".join([*lines, "loop_", *(f"_atom_site_{tag}" for tag in tags.split()), *sites, ""])


def symbol(text):
    return {"_symmetry_space_group_name_H-M": f"'{text}'"}


def number(value):
    return {"_symmetry_Int_Tables_number": value}


def formula(text, units=None):
    return {"_chemical_formula_sum": f"'{text}'"} | ({} if units is None else {"_cell_formula_units_Z": units})


def read(folder, content, limits=None):
    """Return the only structure of a CIF file, or why it is rejected."""
    path = folder / "x.cif"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (found,) = read_cif(path, limits or Limits())
    return found


def content_of(atoms):
    assert not isinstance(atoms, str), atoms
    return atoms.symbols.formula.count()


SILICON = cell(5.43)
LAVES = cell(7.39)
CHOICE_1, CHOICE_2 = ["Si1 Si 0 0 0"], ["Si1 Si 0.125 0.125 0.125"]
BOND = 5.43 * np.sqrt(3) / 4
"""Of diamond: a quarter of the body diagonal."""


@pytest.mark.parametrize(
    ("stated", "sites"),
    [
        *((symbol(text), CHOICE_1) for text in ("F d -3 m :1", "Fd-3m:1", "F d -3 m S", "FD-3MS")),
        *((symbol(text), CHOICE_1) for text in ("F d -3 m (origin choice 1)", "F d -3 m, origin at 1", "F d -3 m (1)")),
        *((symbol(text), CHOICE_2) for text in ("F d -3 m :2", "F d -3 m:2", "Fd-3m:2", "F d -3 m Z", "F D -3 M Z")),
        *(
            (symbol(text), CHOICE_2)
            for text in ("F d -3 m (origin choice 2)", "F d -3 m origin choice 2", "F_d_-3_m:2")
        ),
        (symbol("F d -3 m") | {"_space_group_IT_coordinate_system_code": 2}, CHOICE_2),
        (number(227) | {"_space_group_IT_coordinate_system_code": 1}, CHOICE_1),
        ({"_space_group_name_Hall": "'F 4d 2 3 -1d'"}, CHOICE_1),
        ({"_symmetry_space_group_name_Hall": "'-F 4vw 2vw 3'"} | symbol("F d -3 m") | number(227), CHOICE_2),
        # The origin follows from the number of formula units or the multiplicity: of 0, 0, 0 it is 8 or 16.
        (symbol("F d -3 m") | formula("Si", 8), CHOICE_1),
        (symbol("F d -3 m") | formula("Si", 8), CHOICE_2),
        (number(227) | {"_exptl_crystal_density_diffrn": 2.33}, CHOICE_2),
    ],
)
def test_origin_choices_of_diamond(tmp_path, stated, sites):
    atoms = read(tmp_path, block(SILICON | stated, sites))
    assert content_of(atoms) == {"Si": 8}
    assert (np.bincount(neighbor_list("i", atoms, BOND + 0.01)) == 4).all()
    assert neighbor_list("d", atoms, BOND + 0.01) == pytest.approx(np.full(32, BOND))


@pytest.mark.parametrize(
    ("stated", "sites", "expected"),
    [
        # Laves phase C15: 8a and 16d.
        (LAVES | symbol("F d -3 m :2"), ["Zr1 Zr 0.125 0.125 0.125", "Zn1 Zn 0.5 0.5 0.5"], {"Zr": 8, "Zn": 16}),
        (LAVES | symbol("F d -3 m S"), ["Zr1 Zr 0 0 0", "Zn1 Zn 0.625 0.625 0.625"], {"Zr": 8, "Zn": 16}),
        # 129, origin choice 2: 2c is 1/4, 1/4, z and 2a is 3/4, 1/4, 0.
        (cell(3.6, c=5) | symbol("P 4/n m m :2"), ["Ti1 Ti 0.25 0.25 0.3", "Si1 Si 0.75 0.25 0"], {"Ti": 2, "Si": 2}),
        # 129, origin choice 1: 2c is 0, 1/2, z and 2a is 0, 0, 0.
        (cell(3.6, c=5) | symbol("P 4/n m m :1"), ["Ti1 Ti 0 0.5 0.3", "Si1 Si 0 0 0"], {"Ti": 2, "Si": 2}),
        # R -3 m: 3a and 6c in hexagonal axes, 1a and 2c in rhombohedral ones; the cell tells which.
        (cell(3, c=10, gamma=120) | symbol("R -3 m"), ["Sn1 Sn 0 0 0", "Si1 Si 0 0 0.3"], {"Sn": 3, "Si": 6}),
        (cell(3, c=10, gamma=120) | symbol("R -3 m H"), ["Sn1 Sn 0 0 0", "Si1 Si 0 0 0.3"], {"Sn": 3, "Si": 6}),
        (cell(3, c=10, gamma=120) | number(166), ["Sn1 Sn 0 0 0", "Si1 Si 0 0 0.3"], {"Sn": 3, "Si": 6}),
        (
            cell(4, alpha=50, beta=50, gamma=50) | symbol("R -3 m"),
            ["Sn1 Sn 0 0 0", "Si1 Si .3 .3 .3"],
            {"Sn": 1, "Si": 2},
        ),
        (
            cell(4, alpha=50, beta=50, gamma=50) | symbol("R-3m:R"),
            ["Sn1 Sn 0 0 0", "Si1 Si .3 .3 .3"],
            {"Sn": 1, "Si": 2},
        ),
        # 194: 2a, 6h and 4f of C14, with 1/3 and 2/3 cut to four digits.
        (
            cell(5.2, c=8.5, gamma=120) | symbol("P 63/m m c") | formula("Zr Zn2", 4),
            ["Zn1 Zn 0 0 0", "Zn2 Zn 0.8300 0.6600 0.25", "Zr1 Zr 0.3333 0.6667 0.062"],
            {"Zr": 4, "Zn": 8},
        ),
        # Axes of Pnma as P b n m: 4c is x, y, 1/4.
        (cell(5, 6, 7) | symbol("P b n m"), ["Si1 Si 0.1 0.2 0.25"], {"Si": 4}),
        (cell(5, 6, 7, beta=100) | symbol("P 21/c") | number(14), ["Si1 Si 0.1 0.2 0.3"], {"Si": 4}),
        (cell(5, 6, 7, beta=100) | symbol("P2(1)/c") | number(14), ["Si1 Si 0.1 0.2 0.3"], {"Si": 4}),
        (cell(5, 6, 7, gamma=100) | symbol("P 1 1 21/b") | number(14), ["Si1 Si 0.1 0.2 0.3"], {"Si": 4}),
    ],
)
def test_positions_of_the_international_tables(tmp_path, stated, sites, expected):
    assert content_of(read(tmp_path, block(stated, sites))) == expected


class TestOperators:
    OPERATORS = ("x, y, z", "-x, -y, -z")

    @pytest.mark.parametrize("stated", [{}, symbol("P -1"), number(2), symbol("?") | number(2)])
    def test_are_enough(self, tmp_path, stated):
        text = block(
            cell(4, 5, 6, alpha=80, beta=85, gamma=95) | stated, ["Si1 Si 0.1 0.2 0.3"], operators=self.OPERATORS
        )
        assert content_of(read(tmp_path, text)) == {"Si": 2}

    def test_of_other_axes_than_those_of_the_symbol(self, tmp_path):
        """As pymatgen writes them without refinement: P b n m, with its mirror at z = 1/4, beside Pnma."""
        listed = ["x,y,z", "-x,-y,z+1/2", "x+1/2,-y+1/2,-z", "-x+1/2,y+1/2,-z+1/2"]
        listed += ["-x,-y,-z", "x,y,-z+1/2", "-x+1/2,y+1/2,z", "x+1/2,-y+1/2,z+1/2"]
        text = block(cell(5, 6, 7) | symbol("Pnma") | number(62), ["Si1 Si .1 .2 .25"], operators=listed)
        assert content_of(read(tmp_path, text)) == {"Si": 4}

    def test_of_another_origin(self, tmp_path):
        """Inversion at 1/8, 0, 0 is still P -1: 0.225 - x."""
        text = block(
            cell(4, 5, 6) | symbol("P -1") | number(2), ["Si1 Si .1 .2 .3"], operators=["x,y,z", "-x+1/4,-y,-z"]
        )
        atoms = read(tmp_path, text)
        assert sorted(atoms.get_scaled_positions()[:, 0]) == pytest.approx([0.1, 0.15])

    @pytest.mark.parametrize(
        ("stated", "operators", "reason"),
        [
            (
                symbol("F m -3 m"),
                ["x,y,z"],
                "the symmetry operators are those of P 1 (1), but the space group 'F m -3 m'",
            ),
            (
                number(225),
                ["x,y,z"],
                "the symmetry operators are those of P 1 (1), but space group number 225 is stated",
            ),
            ({"_space_group_name_Hall": "'P 1'"}, OPERATORS, "but the Hall symbol 'P 1' is stated"),
            ({}, ["x,y,z", "y,z,x"], "the 2 symmetry operators are not a group: they generate 3"),
            ({}, ["x,y,z", "x+q,y,z"], "the symmetry operator 'x+q,y,z' cannot be read"),
            (symbol("P n m a") | number(221), [], "the symbol 'P n m a' is number 62, but number 221 is stated"),
            (symbol("Q 4"), [], "the space group symbol 'Q 4' is not known"),
            (number(231), [], "the space group number 231 is outside 1-230"),
            ({"_space_group_name_Hall": "'Q 4'"}, [], "the Hall symbol 'Q 4' cannot be read"),
            ({}, [], "no symmetry operators and no space group are stated"),
            (symbol("P 63/m m c"), [], "the cell does not have the symmetry P 63/m m c: 5, 5, 5 A; 90, 90, 90 degrees"),
            (
                symbol("P m -3 m") | {"_space_group_name_H-M_alt": "'F m -3 m'"},
                [],
                "the space group symbols contradict each other: 'F m -3 m', 'P m -3 m'",
            ),
            (number(221) | {"_space_group_IT_number": 225}, [], "two space group numbers are stated: 221, 225"),
        ],
    )
    def test_contradictions(self, tmp_path, stated, operators, reason):
        assert reason in read(tmp_path, block(cell(5) | stated, ["Si1 Si 0.1 0.2 0.3"], operators=operators))

    def test_of_another_setting_than_the_symbol(self, tmp_path):
        """The operators of origin choice 1 beside a symbol of choice 2."""
        listed = [str(text) for text in ("x,y,z", "-x,-y,z", "1/2-y,1/2+x,z", "1/2+y,1/2-x,z")]
        text = block(cell(3.6, c=5) | symbol("P 4/n :2"), ["Si1 Si 0.1 0.2 0.3"], operators=listed)
        assert "but the space group 'P 4/n :2' is stated" in read(tmp_path, text)

    def test_origin_that_nothing_tells(self, tmp_path):
        reason = read(tmp_path, block(SILICON | symbol("F d -3 m"), CHOICE_1))
        assert reason.startswith("the origin is not stated and nothing else tells which of F d -3 m:1, F d -3 m:2")


MIXED = "shared by several elements"
PARTLY = "an ordered model is needed"


@pytest.mark.parametrize(
    ("tags", "sites", "reason"),
    [
        (SITE_TAGS, ["M '0.6(1)Co + 0.4(1)Fe' 0 0 0"], MIXED),
        (SITE_TAGS, ["M 'Co,Fe' 0 0 0"], MIXED),
        (SITE_TAGS, ["M Co/Fe 0 0 0"], MIXED),
        (SITE_TAGS, ["M 'Co3+, Fe3+' 0 0 0"], MIXED),
        (SITE_TAGS, ["M (Co0.6Fe0.4) 0 0 0"], MIXED),
        (SITE_TAGS, ["M 0.5Co 0 0 0"], "no known element"),
        (SITE_TAGS, ["M 'Co Fe' 0 0 0"], "no known element"),
        (SITE_TAGS, ["(Co,Fe)1 Co 0 0 0"], MIXED),
        (SITE_TAGS, ["Co/Fe Co 0 0 0"], MIXED),
        (SITE_TAGS, ["Co0.6 Co 0 0 0"], MIXED),
        (SITE_TAGS, ["Co,Va Co 0 0 0"], MIXED),
        (SITE_TAGS, ["CoFe1 Co 0 0 0"], "another by its label"),
        (SITE_TAGS, ["Fe1 Co 0 0 0"], "another by its label"),
        (SITE_TAGS, ["Co-Fe1 Co 0 0 0"], "another by its label"),
        (SITE_TAGS, ["Co+Fe Co 0 0 0"], MIXED),
        ("label fract_x fract_y fract_z", ["(Co,Fe)1 0 0 0"], MIXED),
        *(
            (SITE_TAGS, [f"M1 {vacancy} 0 0 0"], "no known element")
            for vacancy in ("M", "X", "Va", "Vac", "?0", "\N{WHITE SQUARE}")
        ),
        *(
            ("label fract_x fract_y fract_z", [f"{label} 0 0 0"], "no known element")
            for label in ("M1", "X", "Vac1", "Ow1")
        ),
        *((SITE_TAGS, [f"H1 {isotope} 0 0 0"], "of an isotope") for isotope in ("D", "T", "D1+")),
        (SITE_TAGS, ["O1 OH 0 0 0"], "no known element"),
        (SITE_TAGS, ["C1 CO3 0 0 0"], "no known element"),
        (SITE_TAGS, ["C1 CO 0 0 0"], "can be Co or the group CO"),
        (SITE_TAGS + " occupancy", ["Co1 Co 0 0 0 0.6", "Fe1 Fe 0 0 0 0.4"], "(occupancy 0.6)"),
        (SITE_TAGS + " occupancy", ["Co1 Co 0 0 0 0.95(2)"], PARTLY),
        (SITE_TAGS + " occupancy", ["Co1 Co 0 0 0 1.5"], PARTLY),
        (SITE_TAGS + " occupancy", ["Co1 Co 0 0 0 ?"], "unknown occupancy ('?')"),
        (SITE_TAGS + " occupancy", ["Co1 Co 0 0 0 full"], "the occupancy 'full', which is no number"),
        (SITE_TAGS + " disorder_group", ["Co1 Co 0 0 0 1"], "belongs to disorder group 1"),
        (SITE_TAGS + " disorder_assembly", ["Co1 Co 0 0 0 A"], "belongs to disorder assembly A"),
        (SITE_TAGS + " attached_hydrogens", ["O1 O 0 0 0 2"], "has hydrogen atoms attached"),
        (SITE_TAGS + " calc_flag", ["Co1 Co 0 0 0 dum"], "dummy site"),
        (SITE_TAGS, ["Co1 Co 0 0 ?"], "site Co1 has no position: its coordinates are 0, 0, ?"),
        (SITE_TAGS, ["Co1 Co 1/3 0 0"], "its coordinates are 1/3, 0, 0"),
        ("label type_symbol Cartn_x Cartn_y Cartn_z", ["Co1 Co 0 0 0"], "only Cartesian ones"),
    ],
)
def test_sites_that_are_not_ordered(tmp_path, tags, sites, reason):
    assert reason in read(tmp_path, block(cell(4) | symbol("P m -3 m"), [*sites], tags))


@pytest.mark.parametrize(
    ("tags", "sites", "expected"),
    [
        (SITE_TAGS, ["Si1 Si4+ 0 0 0", "O1 O2- .5 0 0"], {"Si": 1, "O": 3}),
        (SITE_TAGS, ["SI1 SI 0 0 0", "TI1 TI4+ .5 .5 .5"], {"Si": 1, "Ti": 1}),
        (SITE_TAGS, ["M1 Si 0 0 0", "X Ti .5 .5 .5"], {"Si": 1, "Ti": 1}),
        (SITE_TAGS + " occupancy attached_hydrogens", ["F1 F1- .5 . . 1. 0", "K1 K1+ .5 .5 .5 . ."], {"F": 3, "K": 1}),
        ("label fract_x fract_y fract_z", ["SI1 0.0(1) 0 0", "Ti2a 0.5000(3) .5 5E-1"], {"Si": 1, "Ti": 1}),
        (SITE_TAGS, ["Si1\n;\nSi\n;\n0 0 0", "Ti1 'Ti' .5 .5 .5"], {"Si": 1, "Ti": 1}),
        (SITE_TAGS + " disorder_group", ["Si1 Si 0 0 0 .", "Ti1 Ti .5 .5 .5 ?"], {"Si": 1, "Ti": 1}),
        (SITE_TAGS, ["Si1 Si 0 0 0", "? ? ? ? ?"], {"Si": 1}),
    ],
)
def test_spellings_of_ordered_sites(tmp_path, tags, sites, expected):
    assert content_of(read(tmp_path, block(cell(4) | symbol("P m -3 m"), sites, tags))) == expected


def test_unknown_occupancy_that_the_formula_confirms(tmp_path):
    stated = cell(3.1) | symbol("P m -3 m") | formula("Li Si", 1)
    assert content_of(read(tmp_path, block(stated, ["Li1 Li 0 0 0 ?", "Si1 Si .5 .5 .5 ?"], SITE_TAGS + " occupancy")))


B2 = cell(3.1) | symbol("P m -3 m")
B2_SITES = ["Li1 Li 0 0 0", "Si1 Si .5 .5 .5"]
B2_DENSITY = (6.94 + 28.085) / 6.02214076e23 / (3.1e-8) ** 3
"""In g/cm3: 1.952."""


@pytest.mark.parametrize(
    "stated",
    [
        formula("Li Si", 1),
        formula("SI1 LI1", 1),
        formula("LiSi"),
        formula("Li0.5 Si0.5", 2),
        formula("Li2 Si2", 0.5),
        formula("(Li2 (Si0.5)4)0.5", 1),
        {"_chemical_formula_moiety": "'Li 1+, Si -'"},
        {"_chemical_formula_weight": 35.03, "_cell_formula_units_Z": 1},
        {"_cell_volume": "29.79(2)"},
        {"_exptl_crystal_density_diffrn": f"{B2_DENSITY:.2f}"},
        {"_exptl_crystal_density_diffrn": f"{B2_DENSITY * 1000:.0f}"},
        formula("?") | {"_cell_volume": "."},
    ],
)
def test_statements_that_hold(tmp_path, stated):
    assert content_of(read(tmp_path, block(B2 | stated, B2_SITES))) == {"Li": 1, "Si": 1}


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (formula("Li2 Si"), "the sites give Li1 Si1, but _chemical_formula_sum is 'Li2 Si'"),
        (formula("Li Si0.98"), "the sites give Li1 Si1, but _chemical_formula_sum is 'Li Si0.98'"),
        (formula("Li Si Al0.1"), "the sites give Li1 Si1, but _chemical_formula_sum is 'Li Si Al0.1'"),
        (formula("Li1-x Si"), "_chemical_formula_sum 'Li1-x Si' cannot be read"),
        (formula("Li Si", 2), "the cell holds Li1 Si1 (2 atoms), but _chemical_formula_sum 'Li Si' and"),
        ({"_chemical_formula_structural": "'Li Si2'"}, "but _chemical_formula_structural is 'Li Si2'"),
        (
            {"_chemical_formula_structural": "'(Li0.9 Mg0.1) Si'"},
            "but _chemical_formula_structural is '(Li0.9 Mg0.1) Si'",
        ),
        ({"_chemical_formula_moiety": "Li0.9Mg0.1Si"}, "but _chemical_formula_moiety is 'Li0.9Mg0.1Si'"),
        ({"_cell_volume": 31}, "the cell has a volume of 29.791 A3, but _cell_volume is 31"),
        ({"_exptl_crystal_density_diffrn": 3.9}, "a density of 1.952 g/cm3, but _exptl_crystal_density_diffrn is 3.9"),
        (
            {"_chemical_formula_weight": 40.0, "_cell_formula_units_Z": 1},
            "a mass of 35.025 g/mol, but _chemical_formula_weight 40 and _cell_formula_units_Z 1 make 40",
        ),
    ],
)
def test_statements_that_do_not_hold(tmp_path, stated, reason):
    assert reason in read(tmp_path, block(B2 | stated, B2_SITES))


@pytest.mark.parametrize(
    ("stated", "reason"),
    [("1 1", ""), ("48 48", ""), ("1 2", "site Si1 has the multiplicity 1 by the symmetry operators, but 2 is stated")],
)
def test_multiplicities(tmp_path, stated, reason):
    """1a and 1b of P m -3 m, or by some programs the order of the site symmetry, 48."""
    sites = [f"{site} {n}" for site, n in zip(B2_SITES, stated.split(), strict=True)]
    found = read(tmp_path, block(B2, sites, SITE_TAGS + " symmetry_multiplicity"))
    assert (found if isinstance(found, str) else "") == reason


def test_wrong_origin_that_the_multiplicity_tells(tmp_path):
    """1/8, 1/8, 1/8 is 8a of choice 2 and 16c of choice 1."""
    text = block(SILICON | symbol("F d -3 m:1"), ["Si1 Si .125 .125 .125 8"], SITE_TAGS + " symmetry_multiplicity")
    assert read(tmp_path, text) == "site Si1 has the multiplicity 16 by the symmetry operators, but 8 is stated"


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("_space_group_symop_magn_operation.xyz 'x,y,z,+1'", "a magnetic structure"),
        ('_space_group_magn.name_BNS "P1"', "a magnetic structure"),
        ("_cell_modulation_dimension 1", "a modulated structure"),
    ],
)
def test_what_three_dimensions_do_not_hold(tmp_path, tag, reason):
    assert read(tmp_path, block(B2, B2_SITES).replace("\n", f"\n{tag}\n", 1)).startswith(reason)


PLAIN = block(B2 | {"_publ_author": "'J. M'"}, B2_SITES)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(" ", "\t"),
        "\ufeff" + PLAIN,
        PLAIN.replace("J. M", "J. Müller").encode("latin-1"),
        PLAIN.replace("J. M", "y" * 10_000),
        PLAIN.replace("_cell", "_CELL").replace("loop_", "LOOP_").replace("data_", "DATA_"),
        PLAIN.replace("_cell_", "_cell.").replace("_atom_site_", "_atom_site."),
        "#\\#CIF_2.0\n" + PLAIN,
        "data_global\n_publ_author ?\n" + PLAIN,
        PLAIN + "data_empty\n_cell_length_a 3\nloop_\n_atom_site_label\n_atom_site_fract_x\n? ?\n",
    ],
)
def test_ways_to_write_a_file(tmp_path, content):
    assert content_of(read(tmp_path, content)) == {"Li": 1, "Si": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PLAIN + "_cell_length_a 4\n", "duplicate tag _cell_length_a"),
        (PLAIN + PLAIN, "duplicate block name"),
        (PLAIN + "Ti1 Ti\n", "Wrong number of values in loop"),
        ("#\\#CIF_2.0\n" + PLAIN + "_x [1 2]\n", "lists and tables of CIF 2.0 are not read"),
        (PLAIN.replace("data_x", ""), "expected block header"),
        ("data_x\n_cell_length_a 3\n", "no data block has atom sites"),
    ],
)
def test_files_that_are_no_cif(tmp_path, content, reason):
    with pytest.raises(UnusableFileError, match=reason.replace("(", "\\(")):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (cell(0), "_cell_length_a is '0'"),
        (cell(-3), "_cell_length_a is '-3'"),
        (cell("?"), "_cell_length_a is missing"),
        (cell(3, gamma=180), "_cell_angle_gamma is '180'"),
        (cell(3, alpha=20, beta=20, gamma=90), "no cell has the angles 20, 20, 90 degrees"),
    ],
)
def test_cells_that_do_not_exist(tmp_path, stated, reason):
    assert read(tmp_path, block(stated | symbol("P 1"), B2_SITES)) == reason


C54 = crystal(["Ti", "Si"], [(0, 0, 0), (0.336, 0, 0)], spacegroup=70, cellpar=[8.25, 4.78, 8.54, 90, 90, 90])
C11B = Structure.from_spacegroup("I4/mmm", Lattice.tetragonal(3.2, 7.8), ["Mo", "Si"], [[0, 0, 0], [0, 0, 0.335]])


def test_as_ase_writes_them(tmp_path):
    ase.io.write(tmp_path / "x.cif", C54)
    assert content_of(read(tmp_path, (tmp_path / "x.cif").read_bytes())) == {"Ti": 8, "Si": 16}


@pytest.mark.parametrize("symprec", [None, 0.01])
@pytest.mark.parametrize("structure", [C11B, C11B.get_primitive_structure()])
def test_as_pymatgen_writes_them(tmp_path, symprec, structure):
    """Its _chemical_formula_sum is the content of the cell, beside a _cell_formula_units_Z of 2 or 1."""
    found = read(tmp_path, str(CifWriter(structure, symprec=symprec)))
    expected = C11B if symprec else structure
    assert content_of(found) == expected.composition.get_el_amt_dict()
    assert found.get_volume() == pytest.approx(expected.volume, rel=1e-4)


class TestSeveralBlocks:
    TEXT = block(B2, B2_SITES, name="one") + block(cell(3.2) | symbol("P m -3 m"), B2_SITES, name="two")

    def reading(self, tmp_path, *ids):
        (tmp_path / "cifs").mkdir()
        (tmp_path / "cifs/two.cif").write_text(self.TEXT, "utf-8")
        (tmp_path / "cifs/good.cif").write_text(PLAIN, "utf-8")
        rows = [f"{phase_id},-0.2" for phase_id in ("good", *ids)]
        (tmp_path / "e.csv").write_text("\n".join(["phase_id,formation_energy_ev_per_atom", *rows]), "utf-8")
        source = FileSource(kind="file", path=tmp_path / "cifs", energies=tmp_path / "e.csv", energy_level="x")
        return read_file_source(source)

    def test_by_their_numbers(self, tmp_path):
        reading = self.reading(tmp_path, "two#0", "two#1")
        assert reading.phases["phase_id"].tolist() == ["good", "two#0", "two#1"]
        assert reading.phases["volume_a3_per_atom"].tolist() == pytest.approx([3.1**3 / 2, 3.1**3 / 2, 3.2**3 / 2])
        assert reading.rejected.empty

    def test_by_the_name_of_the_file(self, tmp_path):
        reading = self.reading(tmp_path, "two")
        assert reading.phases["phase_id"].tolist() == ["good"]
        reason = "the file of two holds 2 structures, named two#0 and two#1; an energy of each is needed"
        assert reading.rejected["phase_id"].tolist() == ["two#0", "two#1", "two"]
        assert set(reading.rejected["reason"]) == {reason}

    def test_counted_from_one(self, tmp_path):
        reading = self.reading(tmp_path, "two#1", "two#2")
        assert reading.phases["phase_id"].tolist() == ["good", "two#1"]
        reasons = dict(zip(reading.rejected["phase_id"], reading.rejected["reason"], strict=True))
        assert reasons["two#2"].startswith("the file of two holds 2 structures, named two#0 and two#1")

    def test_one_of_them_disordered(self, tmp_path):
        path = tmp_path / "x.cif"
        path.write_text(self.TEXT.replace("Si1 Si", "Si1 Si,Ge", 1), "utf-8")
        first, second = read_cif(path, Limits())
        assert MIXED in first
        assert content_of(second) == {"Li": 1, "Si": 1}
