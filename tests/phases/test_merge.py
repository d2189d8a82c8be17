"""One table from several sources; numbers made up so that they can be checked in the head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.crystal.settings import Crystal
from tieline.phases.merge import EXCLUDED_NAMES, merge_phases, reference_phase_ids
from tieline.phases.rows import RowReader

POLYMORPHS = {"Si": 227, "Sn": 141, "Zn": 194}

TIN = [
    ("alpha", "Sn", 0.0, 227),
    ("beta", "Sn", 0.04, 141),
    ("beta-again", "Sn", 0.05, 141),
    ("gamma", "Sn", 0.06, 191),
    ("li", "Li", 0.0, 229),
    ("mg", "Mg", 0.0, 194),
    ("mg-fcc", "Mg", 0.02, 225),
    ("mg2sn", "Mg2Sn", -0.2, 225),
    ("lisn", "LiSn", -0.3, 10),
]


def source(rows, name="mine", level="x"):
    reader = RowReader(name, energy_level=level)
    for number, (phase_id, formula, energy, spacegroup) in enumerate(rows):
        row = {"phase_id": phase_id, "formula": formula, "formation_energy_ev_per_atom": energy}
        reader.add(str(number), row | {"spacegroup_number_source": spacegroup})
    return reader.result().phases


def merge(*sources, elements=("Li", "Mg", "Sn"), required=("Sn", "Li"), suppressed=(), polymorphs=POLYMORPHS):
    return merge_phases(
        sources,
        elements=frozenset(elements),
        required=required,
        suppressed=suppressed,
        polymorphs=polymorphs,
        crystal=Crystal(),
    )


def reasons(merged):
    assert list(merged.excluded) == EXCLUDED_NAMES
    return dict(zip(merged.excluded["phase_id"], merged.excluded["reason"], strict=True))


def test_energies_are_against_beta_tin():
    merged = merge(source(TIN))
    energies = merged.included.set_index("phase_id")["formation_energy_ev_per_atom"].to_dict()
    assert energies == pytest.approx(
        {
            "beta": 0.0,
            "beta-again": 0.01,
            "gamma": 0.02,
            "li": 0.0,
            "mg": 0.0,
            "mg-fcc": 0.02,
            "mg2sn": -0.2 - 0.04 / 3,
            "lisn": -0.3 - 0.02,
        }
    )
    assert reasons(merged) == {"alpha": "polymorph of Sn below its reference state, space group 141"}


def test_reference_states():
    merged = merge(source([*TIN, ("a-beta", "Sn", 0.04, 141)]))
    assert reference_phase_ids(merged.included) == {"Sn": "a-beta", "Li": "li", "Mg": "mg"}


def test_another_reference_by_config():
    merged = merge(source(TIN), polymorphs=POLYMORPHS | {"Sn": 227})
    assert merged.excluded.empty
    assert merged.included.set_index("phase_id").loc["mg2sn", "formation_energy_ev_per_atom"] == -0.2


def test_host_as_a_mere_partner_keeps_its_reference():
    """With hosts: [Zn], tin is a partner; without beta-tin in the data its lowest form will do."""
    zinc = [("zn", "Zn", 0.0, 194)]
    merged = merge(source([*TIN, *zinc]), elements=("Zn", "Sn", "Li", "Mg"), required=("Zn", "Li"))
    assert "alpha" in reasons(merged)
    without_beta = [row for row in TIN if not row[0].startswith("beta")]
    merged = merge(source([*without_beta, *zinc]), elements=("Zn", "Sn", "Li", "Mg"), required=("Zn", "Li"))
    assert merged.excluded.empty


def test_polymorph_that_the_data_lack():
    rows = [row for row in TIN if not row[0].startswith("beta")]
    with pytest.raises(PhaseDataError, match=r"^phase_a\.polymorphs\.Sn = 141: .* they hold 191, 227$"):
        merge(source(rows))


def test_polymorph_of_unknown_space_groups():
    rows = [(*row[:3], None) for row in TIN]
    with pytest.raises(PhaseDataError, match="they hold none with a known one"):
        merge(source(rows))


@pytest.mark.parametrize("required", [("Si", "Li"), ("Sn", "Na")])
def test_missing_required_element_is_named(required):
    missing = next(symbol for symbol in required if symbol in ("Si", "Na"))
    with pytest.raises(PhaseDataError, match=f"no elemental phase of {missing}"):
        merge(source(TIN), required=required)


def test_missing_partner_element_sets_its_phases_aside():
    merged = merge(source([*TIN, ("cu3sn", "Cu3Sn", -0.1, 59)]), elements=("Li", "Mg", "Sn", "Cu"))
    assert reasons(merged)["cu3sn"] == "no elemental phase among the phase data: Cu"


def test_foreign_elements_are_set_aside():
    merged = merge(source([*TIN, ("sno2", "SnO2", -2.0, 136)]))
    assert reasons(merged)["sno2"] == "outside the search space: O"


@pytest.mark.parametrize("formula", ["Li17Si4", "Li34Si8", "Si4Li17"])
def test_suppressed_by_composition(formula):
    rows = [("si", "Si", 0.0, 227), ("li", "Li", 0.0, 229), ("x", formula, -0.2, 216), ("y", "Li15Si4", -0.2, 220)]
    merged = merge(source(rows), elements=("Li", "Si"), required=("Si", "Li"), suppressed=["Li17Si4", "Li21Si5"])
    assert merged.included["phase_id"].tolist() == ["li", "si", "y"]
    assert reasons(merged) == {"x": "suppressed by phases.suppressed"}


def test_two_levels_are_refused_with_their_counts():
    with pytest.raises(PhaseDataError, match=r"'r2SCAN' \(1 phases\), 'x' \(9 phases\)"):
        merge(source(TIN), source([("other", "MgSn", -0.1, 1)], "theirs", "r2SCAN"))


def test_the_same_phase_twice_counts_once():
    merged = merge(source(TIN), source(TIN[-2:], "theirs"))
    assert merged.included["phase_id"].is_unique
    aside = merged.excluded.set_index("phase_id")
    assert aside.loc["lisn", "reason"] == "the same phase as in another source"
    assert aside.loc["lisn", "source"] == "theirs"


def test_one_id_for_two_phases_is_refused():
    with pytest.raises(PhaseDataError, match=r"phase_id 'lisn' means different phases in mine and theirs"):
        merge(source(TIN), source([("lisn", "LiSn", -0.31, 10)], "theirs"))


def test_order_of_sources_does_not_matter():
    more = source([("zz", "MgSn", -0.1, 1)], "theirs")
    one, other = merge(source(TIN), more), merge(more, source(TIN))
    pd.testing.assert_frame_equal(one.included, other.included)
    pd.testing.assert_frame_equal(one.excluded, other.excluded)


def test_structure_outweighs_the_stated_space_group():
    """Diamond tin, said to be 141."""
    reader = RowReader("mine", energy_level="x")
    cell = {"numbers": [50, 50], "cell_a": [0, 3.3, 3.3, 3.3, 0, 3.3, 3.3, 3.3, 0]}
    positions = [0, 0, 0, 0.25, 0.25, 0.25]
    row = {"phase_id": "a", "formation_energy_ev_per_atom": 0.0, "spacegroup_number_source": 141}
    reader.add("1", row | cell | {"scaled_positions": positions})
    rest = source([row for row in TIN if row[0] in ("li", "beta")], "rest")
    merged = merge(reader.result().phases, rest, elements=("Li", "Sn"))
    assert set(reasons(merged)) == {"a"}


def test_sources_with_different_zeros_of_tin_are_brought_to_one():
    """One source refers to alpha-tin, the other to beta-tin, 0.04 eV/atom above it.

    CoSn at -0.10 against alpha is -0.10 - 0.04 / 2 = -0.12 against beta; the other source's -0.11 stays.
    """
    against_alpha = source([*TIN, ("co", "Co", 0.0, 194), ("cosn", "CoSn", -0.10, 191)])
    against_beta = source([("my-beta", "Sn", 0.0, 141), ("my-cosn", "CoSn", -0.11, 191)], "theirs")
    merged = merge(against_alpha, against_beta, elements=("Li", "Mg", "Sn", "Co"))
    energies = merged.included.set_index("phase_id")["formation_energy_ev_per_atom"]
    assert energies["cosn"] == pytest.approx(-0.12)
    assert energies["my-cosn"] == pytest.approx(-0.11)
    assert energies["beta"] == pytest.approx(0.0)
    assert "alpha" not in energies
    assert reference_phase_ids(merged.included)["Sn"] in {"beta", "my-beta"}


def test_source_without_tin_shares_the_zero_of_the_first_that_has_it():
    merged = merge(source(TIN), source([("my-mgsn", "MgSn", -0.2, 225)], "theirs"))
    energies = merged.included.set_index("phase_id")["formation_energy_ev_per_atom"]
    assert energies["my-mgsn"] == pytest.approx(-0.2 - 0.04 / 2)


TWO_ELEMENTS = [("li", "Li", 0.0, 229), ("sn", "Sn", 0.0, 141), ("lisn", "LiSn", -0.3, 10)]


def with_volumes(frame, volume):
    return frame.assign(volume_a3_per_atom=volume)


def test_a_phase_of_two_sources_under_two_ids_counts_once():
    """The later source gives way; what differs in energy or space group stays, and so do doubles of one source."""
    rows = [("b", "SnLi", -0.3004, 10), ("c", "LiSn", -0.29, 10), ("d", "LiSn", -0.2896, 10), ("e", "LiSn", -0.3, 63)]
    merged = merge(with_volumes(source(TWO_ELEMENTS, "one"), 20.0), with_volumes(source(rows, "two"), 20.05))
    assert set(merged.included["phase_id"]) == {"li", "sn", "lisn", "c", "d", "e"}
    assert reasons(merged) == {"b": "the same as lisn of one"}


@pytest.mark.parametrize("volume", [21.0, float("nan")])
def test_phases_of_another_volume_or_none_are_no_twins(volume):
    other = with_volumes(source([("b", "LiSn", -0.3, 10)], "two"), volume)
    merged = merge(with_volumes(source(TWO_ELEMENTS, "one"), 20.0), other)
    assert {"lisn", "b"} <= set(merged.included["phase_id"])


def test_a_metastable_form_is_not_the_zero_of_its_source():
    """Bcc titanium at +0.11 eV/atom beside hcp titanium in the first source: the energies of the second stay."""
    one = source([("li", "Li", 0.0, 229), ("si", "Si", 0.0, 227), ("ti", "Ti", 0.0, 194)], "one")
    for number in (229, None):
        rows = [("my-ti", "Ti", 0.11, number), ("my-tisi2", "TiSi2", -0.52, 70)]
        for sources in ([one, source(rows)], [source(rows), one]):
            merged = merge(*sources, elements=("Li", "Si", "Ti"), required=("Si", "Li"))
            energies = merged.included.set_index("phase_id")["formation_energy_ev_per_atom"]
            assert energies["my-tisi2"] == pytest.approx(-0.52)
            assert energies["my-ti"] == pytest.approx(0.11)
            assert energies["ti"] == 0.0


def test_the_same_form_at_another_energy_shows_another_zero(caplog):
    """Hcp titanium at +0.06 eV/atom in the second source: 0.02 come off the TiSi2 beside it, as 0.06 off titanium."""
    one = source([("li", "Li", 0.0, 229), ("si", "Si", 0.0, 227), ("ti", "Ti", 0.0, 194)], "one")
    other = source([("my-ti", "Ti", 0.06, 194), ("my-tisi2", "TiSi2", -0.52, 70)])
    merged = merge(one, other, elements=("Li", "Si", "Ti"), required=("Si", "Li"))
    energies = merged.included.set_index("phase_id")["formation_energy_ev_per_atom"]
    assert energies["my-tisi2"] == pytest.approx(-0.54)
    assert energies["my-ti"] == pytest.approx(0.0)
    assert "Ti in mine lies +0.060 eV/atom from the same form in one" in caplog.text


def test_the_form_that_two_sources_share_gives_the_zero():
    """The second source has omega titanium lowest, at +0.05, and hcp at +0.06: 0.02 come off its TiSi2 for hcp."""
    one = source([("li", "Li", 0.0, 229), ("si", "Si", 0.0, 227), ("ti", "Ti", 0.0, 194)], "one")
    other = source([("om", "Ti", 0.05, 191), ("my-ti", "Ti", 0.06, 194), ("my-tisi2", "TiSi2", -0.52, 70)])
    energies = (
        merge(one, other, elements=("Li", "Si", "Ti"), required=("Si", "Li"))
        .included.set_index("phase_id")["formation_energy_ev_per_atom"]
        .to_dict()
    )
    # Omega comes to lie 0.01 eV/atom below hcp, which is the reference then; a third of that goes onto TiSi2.
    assert energies["om"] == pytest.approx(0.0)
    assert energies["ti"] == energies["my-ti"] == pytest.approx(0.01)
    assert energies["my-tisi2"] == pytest.approx(-0.52 - 0.06 / 3 + 0.01 / 3)


def test_the_only_form_of_a_host_may_be_of_unknown_space_group(caplog):
    rows = [("sn", "Sn", 0.0, None), ("li", "Li", 0.0, None), ("lisn", "LiSn", -0.3, None)]
    merged = merge(source(rows))
    assert set(merged.included["phase_id"]) == {"sn", "li", "lisn"}
    assert "sn, the only phase of Sn, has no known space group; it is taken to be of space group 141" in caplog.text


def test_other_form_of_an_element_at_the_same_energy_is_noted(caplog):
    """The first source has hcp magnesium, the second only fcc, both at zero; of lithium no one knows."""
    one = source([("li", "Li", 0.0, 229), ("sn", "Sn", 0.0, 141), ("mg", "Mg", 0.0, 194)])
    other = source([("my-mg", "Mg", 0.0, 225), ("my-sn", "Sn", 0.0, 141), ("my-li", "Li", 0.0, None)], "theirs")
    merge(one, other)
    (record,) = caplog.records
    assert record.getMessage() == (
        "the lowest phase of Mg in theirs is of space group 225, in mine of 194, both at 0.000 eV/atom: "
        "is it the same reference state?"
    )


def test_of_reference_states_that_tie_one_with_a_volume_is_taken():
    """Whatever the identifiers: without a volume neither swelling nor a structure is known."""
    elemental = pd.DataFrame(
        {
            "phase_id": ["a-si", "tl-si", "z-si"],
            "elements": "Si",
            "n_elements": 1,
            "formation_energy_ev_per_atom": 0.0,
            "volume_a3_per_atom": [np.nan, 20.0, 20.0],
        }
    )
    assert reference_phase_ids(elemental) == {"Si": "tl-si"}
