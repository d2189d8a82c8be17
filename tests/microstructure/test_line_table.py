"""Lines of many phases, and what is kept of them."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reference_structures import STANDARDS, TEXTBOOK, cell

from tieline.core.parallel import Parallel, Resources
from tieline.microstructure import line_table as module
from tieline.microstructure.diffraction import Radiation, powder_lines
from tieline.microstructure.line_table import LINES, line_table, lines_by_id
from tieline.microstructure.scattering import scattering_coefficients
from tieline.microstructure.settings import Diffraction

ATOMS = {"si": STANDARDS["Si"], "sn": TEXTBOOK["beta-Sn"][0], "c54": TEXTBOOK["C54 TiSi2"][0]}


def phases(**atoms):
    rows = [
        {
            "phase_id": name,
            "formula": structure.get_chemical_formula() if structure is not None else "X",
            "numbers": structure.numbers if structure is not None else None,
            "cell_a": np.asarray(structure.cell).ravel() if structure is not None else None,
            "scaled_positions": structure.get_scaled_positions().ravel() if structure is not None else None,
        }
        for name, structure in atoms.items()
    ]
    return pd.DataFrame(rows)


def table(frame, cache: Path, *, workers=1, **settings):
    return line_table(
        frame,
        Diffraction(**settings),
        cache=cache,
        resources=Resources(cores=1, parallel=Parallel(workers=workers)),
    )


@pytest.fixture
def computed(monkeypatch):
    """The structures whose lines are computed, by number of atoms."""
    seen = []

    def counting(radiation, structure):
        seen.append(len(structure[2]))
        return powder_lines(radiation, structure)

    monkeypatch.setattr(module, "powder_lines", counting)
    return seen


def test_lines_are_those_of_the_structure(tmp_path):
    found = lines_by_id(table(phases(**ATOMS), tmp_path / "cache.parquet"))
    radiation = Radiation(1.54184, 10.0, 80.0, scattering_coefficients())
    assert list(found) == ["si", "sn", "c54"]
    for name, atoms in ATOMS.items():
        expected = powder_lines(radiation, cell(atoms))
        assert found[name].two_theta_deg == pytest.approx(expected.two_theta_deg, abs=1e-6)
        assert found[name].intensity == pytest.approx(expected.intensity, rel=1e-6)


def test_only_new_structures_are_computed(tmp_path, computed):
    cache = tmp_path / "cache.parquet"
    first = table(phases(si=ATOMS["si"], sn=ATOMS["sn"]), cache)
    assert computed == [2, 4]
    table(phases(renamed=ATOMS["si"], c54=ATOMS["c54"], sn=ATOMS["sn"]), cache)
    assert computed == [2, 4, 24]
    again = table(phases(si=ATOMS["si"], sn=ATOMS["sn"]), cache)
    assert computed == [2, 4, 24]
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("changed", [{"two_theta_max_deg": 90.0}, {"wavelength_angstrom": 0.7107}])
def test_other_radiation_is_computed_anew(tmp_path, computed, changed):
    cache = tmp_path / "cache.parquet"
    table(phases(si=ATOMS["si"]), cache)
    table(phases(si=ATOMS["si"]), cache, **changed)
    table(phases(si=ATOMS["si"]), cache, detection_limit=0.2)
    assert computed == [2, 2]


def test_moved_atom_is_another_structure(tmp_path, computed):
    moved = ATOMS["si"].copy()
    moved.positions[0] += 0.001
    table(phases(si=ATOMS["si"]), tmp_path / "cache.parquet")
    table(phases(si=moved), tmp_path / "cache.parquet")
    assert computed == [2, 2]


def test_broken_cache_is_said_and_replaced(tmp_path, caplog):
    cache = tmp_path / "cache.parquet"
    expected = table(phases(si=ATOMS["si"]), cache)
    good = cache.read_bytes()
    cache.write_bytes(good[:100])
    with caplog.at_level(logging.WARNING):
        found = table(phases(si=ATOMS["si"]), cache)
    assert "cache.parquet: not readable" in caplog.text
    pd.testing.assert_frame_equal(found, expected)
    assert cache.read_bytes() == good


def test_phases_without_lines_say_why(tmp_path):
    einsteinium = STANDARDS["Cu"].copy()
    einsteinium.symbols[:] = "Es"
    frame = phases(none=None, es=einsteinium, si=ATOMS["si"])
    found = table(frame, tmp_path / "cache.parquet", two_theta_max_deg=20.0).set_index("phase_id")
    assert found["problem"].to_dict() == {
        "none": "X has no structure",
        "es": "no scattering factor of Es",
        "si": "no line between 10 and 20 deg",
    }
    assert lines_by_id(found.reset_index()) == {}


@pytest.mark.parametrize("some", [("c54", "sn"), ()])
def test_table_survives_the_file(tmp_path, some):
    """Of some phases, and of none where there is no candidate."""
    frame = phases(**ATOMS).set_index("phase_id").loc[list(some)].reset_index()
    made = table(frame, tmp_path / "cache.parquet")
    assert made["phase_id"].tolist() == list(some)
    LINES.write(made, tmp_path / "lines.parquet")
    read = LINES.read(tmp_path / "lines.parquet")
    pd.testing.assert_frame_equal(read, made, check_dtype=False)
    assert list(lines_by_id(read)) == list(some)


def test_workers_find_the_same_bytes(tmp_path):
    alone = table(phases(**ATOMS), tmp_path / "a.parquet")
    shared = table(phases(**ATOMS), tmp_path / "b.parquet", workers=2)
    pd.testing.assert_frame_equal(alone, shared, check_exact=True)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
