"""Lines of many phases, and what is kept of them."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ase.build import bulk
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
    found = lines_by_id(table(phases(**ATOMS), tmp_path / "cache"))
    radiation = Radiation(1.54184, 10.0, 80.0, scattering_coefficients())
    assert list(found) == ["si", "sn", "c54"]
    for name, atoms in ATOMS.items():
        expected = powder_lines(radiation, cell(atoms))
        assert found[name].two_theta_deg == pytest.approx(expected.two_theta_deg, abs=1e-6)
        assert found[name].intensity == pytest.approx(expected.intensity, rel=1e-6)


def test_only_new_structures_are_computed(tmp_path, computed):
    cache = tmp_path / "cache"
    first = table(phases(si=ATOMS["si"], sn=ATOMS["sn"]), cache)
    assert computed == [2, 4]
    table(phases(renamed=ATOMS["si"], c54=ATOMS["c54"], sn=ATOMS["sn"]), cache)
    assert computed == [2, 4, 24]
    again = table(phases(si=ATOMS["si"], sn=ATOMS["sn"]), cache)
    assert computed == [2, 4, 24]
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("changed", [{"two_theta_max_deg": 90.0}, {"wavelength_angstrom": 0.7107}])
def test_other_radiation_is_computed_anew(tmp_path, computed, changed):
    cache = tmp_path / "cache"
    table(phases(si=ATOMS["si"]), cache)
    table(phases(si=ATOMS["si"]), cache, **changed)
    table(phases(si=ATOMS["si"]), cache, detection_limit=0.2)
    assert computed == [2, 2]


def test_moved_atom_is_another_structure(tmp_path, computed):
    moved = ATOMS["si"].copy()
    moved.positions[0] += 0.001
    table(phases(si=ATOMS["si"]), tmp_path / "cache")
    table(phases(si=moved), tmp_path / "cache")
    assert computed == [2, 2]


def test_no_flipped_bit_gives_other_lines(tmp_path, caplog):
    """Every hundredth bit of the cache: the same lines, known or computed anew, and damage is named."""
    cache = tmp_path / "cache"
    expected = table(phases(**ATOMS), cache)
    (entry,) = cache.iterdir()
    good = entry.read_bytes()
    for bit in range(0, 8 * len(good), 101):
        damaged = bytearray(good)
        damaged[bit // 8] ^= 1 << bit % 8
        entry.write_bytes(damaged)
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="tieline"):
            found = table(phases(**ATOMS), cache)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
        assert entry.read_bytes() in (good, damaged)
        assert (entry.read_bytes() == good) == (f"{entry} is damaged and was dropped" in caplog.text)


@pytest.mark.parametrize("damage", [lambda good: good[:100], lambda _: b"", lambda _: b"PAR1 garbage"])
def test_broken_cache_is_said_and_replaced(tmp_path, caplog, damage):
    expected = table(phases(si=ATOMS["si"]), tmp_path / "cache")
    (entry,) = (tmp_path / "cache").iterdir()
    good = entry.read_bytes()
    entry.write_bytes(damage(good))
    with caplog.at_level(logging.WARNING, logger="tieline"):
        found = table(phases(si=ATOMS["si"]), tmp_path / "cache")
    assert f"{entry} is damaged and was dropped" in caplog.text
    pd.testing.assert_frame_equal(found, expected)
    assert entry.read_bytes() == good


def test_a_cache_that_cannot_be_used_is_done_without(tmp_path, caplog):
    (tmp_path / "cache").write_text("a file", "utf-8")
    expected = table(phases(si=ATOMS["si"]), tmp_path / "other")
    with caplog.at_level(logging.WARNING, logger="tieline"):
        found = table(phases(si=ATOMS["si"]), tmp_path / "cache")
    assert "diffraction.cache: " in caplog.text
    assert "a file is where a folder is needed" in caplog.text
    pd.testing.assert_frame_equal(found, expected)
    assert (tmp_path / "cache").read_text("utf-8") == "a file"


def test_many_entries_become_one(tmp_path, computed, monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRIES", 2)
    cache = tmp_path / "cache"
    for name, atoms in ATOMS.items():
        table(phases(**{name: atoms}), cache)
    assert computed == [2, 4, 24]
    assert len(list(cache.iterdir())) == 1
    table(phases(**ATOMS), cache)
    assert computed == [2, 4, 24]


def test_the_cache_is_bounded(tmp_path, computed, monkeypatch):
    """Two structures: of three known ones only that of the last run stays."""
    monkeypatch.setattr(module, "MAX_ENTRIES", 2)
    monkeypatch.setattr(module, "MAX_STRUCTURES", 2)
    for name in ("si", "sn", "c54", "c54", "si"):
        table(phases(**{name: ATOMS[name]}), tmp_path / "cache")
    assert computed == [2, 4, 24, 2]


RUN = """
import sys
from pathlib import Path
import ase.build
import numpy as np
import pandas as pd
from tieline.core.parallel import Resources
from tieline.microstructure import line_table as module
from tieline.microstructure.settings import Diffraction

module.MAX_ENTRIES = 3
cache, begin = Path(sys.argv[1]), int(sys.argv[2])
for i in range(begin, begin + 12):
    atoms = ase.build.bulk("Si", a=5.4 + 0.01 * i)
    frame = pd.DataFrame(
        [{"phase_id": "x", "formula": "Si", "numbers": atoms.numbers, "cell_a": np.asarray(atoms.cell).ravel(),
          "scaled_positions": atoms.get_scaled_positions().ravel()}]
    )
    module.line_table(frame, Diffraction(), cache=cache, resources=Resources())
"""


def test_runs_share_a_cache_and_lose_nothing(tmp_path, computed):
    """Two processes with twelve structures each, six of them in both, while entries are put together."""
    command = [sys.executable, "-c", RUN, str(tmp_path / "cache")]
    running = [subprocess.Popen([*command, begin], stderr=subprocess.PIPE, text=True) for begin in ("0", "6")]
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert said == ["", ""]
    known = phases(**{str(i): bulk("Si", a=5.4 + 0.01 * i) for i in range(18)})
    found = table(known, tmp_path / "cache")
    assert computed == []
    pd.testing.assert_frame_equal(found, table(known, tmp_path / "fresh"), check_exact=True)


def test_phases_without_lines_say_why(tmp_path):
    einsteinium = STANDARDS["Cu"].copy()
    einsteinium.symbols[:] = "Es"
    frame = phases(none=None, es=einsteinium, si=ATOMS["si"])
    found = table(frame, tmp_path / "cache", two_theta_max_deg=20.0).set_index("phase_id")
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
    made = table(frame, tmp_path / "cache")
    assert made["phase_id"].tolist() == list(some)
    LINES.write(made, tmp_path / "lines.parquet")
    read = LINES.read(tmp_path / "lines.parquet")
    pd.testing.assert_frame_equal(read, made, check_dtype=False)
    assert list(lines_by_id(read)) == list(some)


def test_workers_find_the_same_bytes(tmp_path):
    alone = table(phases(**ATOMS), tmp_path / "a")
    shared = table(phases(**ATOMS), tmp_path / "b", workers=2)
    pd.testing.assert_frame_equal(alone, shared, check_exact=True)
    (one,), (other,) = ([*(tmp_path / name).iterdir()] for name in "ab")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()
