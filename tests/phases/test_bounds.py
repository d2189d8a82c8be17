"""Small files that would demand much of the machine are rejected in seconds and little memory."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import subprocess
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieline.core.errors import PhaseDataError
from tieline.phases.bounds import require_within
from tieline.phases.files import read_file_source
from tieline.phases.limits import Limits
from tieline.phases.source_settings import FileSource
from tieline.phases.unusable import UnusableFileError

READ = """
import json, pathlib, resource, sys, time
from tieline.core.errors import PhaseDataError
from tieline.phases import structures, tables, vasp
from tieline.phases.files import read_file_source
from tieline.phases.source_settings import FileSource
pages = int(pathlib.Path("/proc/self/statm").read_text().split()[0])
most = pages * resource.getpagesize() + 700_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
found = {}
for name in sys.argv[1:]:
    started = time.process_time()
    try:
        read_file_source(FileSource(kind="file", path=name, energy_level="x"))
    except PhaseDataError as error:
        found[pathlib.Path(name).name] = (str(error), time.process_time() - started)
print(json.dumps(found))
"""

GZIPPED = gzip.compress(bytes(20_000_000))
SITE = "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nSi1 0 0 0\n"
CELL = (
    "\n".join(f"_cell_length_{x} 5" for x in "abc")
    + "\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n"
)
LATTICE = 'Lattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3'

DEMANDING = {
    "columns.extxyz": (f"1\n{LATTICE}:x:R:1000000000\nSi 0 0 0 1\n", "1000000004 columns of the atoms exceed"),
    "atoms.xyz": (
        "15000\n" + LATTICE + "\n" + "Si 0 0 0\n" * 15_000,
        "15000 atoms exceed the limit most_atoms (10000)",
    ),
    "frames.xyz": ("1\n\nSi 0 0 0\n" * 200_001, "200001 structures exceed the limit most_structures (200000)"),
    "operators.cif": (
        f"data_x\n{CELL}loop_\n_space_group_symop_operation_xyz\n" + "x,y,z\n" * 100_000 + SITE,
        "100000 symmetry operators exceed the limit most_symmetry_operators (1000)",
    ),
    "sites.cif": (
        f"data_x\n{CELL}_space_group_name_H-M_alt 'P m -3 m'\n{SITE}" + "Si1 .1 .2 .3\n" * 9_000,
        "the cell holds more atoms than the limit most_atoms (10000)",
    ),
    "nested.json": ("[" * 100_000, "100000 levels of nesting exceed the limit deepest_nesting (100)"),
    "nested_values.json": ('{"a":' * 101 + "1" + "}" * 101, "101 levels of nesting exceed"),
    "line.csv": ("phase_id,formula\n" + "x" * 20_000_000, "a line exceeds the limit longest_line_mb (10)"),
    "columns.csv": ("a," * 20_000, "columns exceed the limit most_columns (10000)"),
    "rows.csv": ("a\n" * 5_000_002, "rows exceed the limit most_rows (5000000)"),
    "counts.vasp": (
        "Si\n1\n5 0 0\n0 5 0\n0 0 5\nSi\n2000000000\nDirect\n0 0 0\n",
        "2000000000 atoms, but the file has",
    ),
    "huge.poscar": ("Si\n1\n5 0 0\n0 5 0\n0 0 5\n" + "9" * 12_000_000, "a line exceeds the limit longest_line_mb"),
    "bomb_vasprun.xml.gz": (GZIPPED * 51, "unpacks to more than 300 times its size"),
    "rows.parquet": (None, "6000000 rows exceed the limit most_rows (5000000)"),
    "texts.parquet": (None, "MB of text exceed the limit largest_file_mb (1000)"),
    "values.parquet": (None, "MB in memory exceed the limit largest_file_mb (1000)"),
}


@pytest.fixture(scope="module")
def reasons(tmp_path_factory):
    """Why each file is rejected and how much time of the processor that took, in a process with 700 MB to spend."""
    folder = tmp_path_factory.mktemp("demanding")
    for name, (content, _) in DEMANDING.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    pq.write_table(pa.table({"phase_id": pa.nulls(6_000_000)}), folder / "rows.parquet")
    nothing = pa.nulls(4_000_000)
    pq.write_table(pa.table({str(n): nothing for n in range(40)}), folder / "values.parquet")
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), ["x" * 10_000])
    pq.write_table(pa.table({"formula": text}), folder / "texts.parquet", store_schema=False)
    command = [sys.executable, "-c", READ, *(str(folder / name) for name in DEMANDING)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", DEMANDING)
def test_demanding_files(reasons, name):
    reason, seconds = reasons[name]
    assert DEMANDING[name][1] in reason
    assert "\n" not in reason
    assert seconds < 10.0


def test_limits_are_settings(tmp_path):
    (tmp_path / "x.csv").write_text("phase_id,formula,formation_energy_ev_per_atom\na,Si,0\nb,Ti,0\n", "utf-8")
    source = FileSource(kind="file", path=tmp_path / "x.csv", energy_level="x")
    assert len(read_file_source(source, Limits(most_rows=2)).phases) == 2
    with pytest.raises(PhaseDataError, match=r"x\.csv: 2 rows exceed the limit most_rows \(1\)$"):
        read_file_source(source, Limits(most_rows=1))


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_packed_files(tmp_path, suffix):
    pack = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[suffix]
    path = tmp_path / f"vasprun.xml{suffix}"
    path.write_bytes(pack(bytes(3_000_000)))
    require_within(path, Limits(largest_file_mb=3))
    with pytest.raises(UnusableFileError, match=r"unpacked it exceeds the limit largest_file_mb \(2\)"):
        require_within(path, Limits(largest_file_mb=2))


def test_workbooks(tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr("xl/worksheets/sheet1.xml", bytes(3_000_000))
    assert path.stat().st_size < 10_000
    require_within(path, Limits(largest_workbook_mb=3))
    with pytest.raises(UnusableFileError, match=r"3 MB unpacked exceed the limit largest_workbook_mb \(2\)"):
        require_within(path, Limits(largest_workbook_mb=2))


def test_a_parquet_file_whose_names_are_no_text(tmp_path):
    """One byte of its footer is damaged."""
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"phase_id": ["a"], "formula": ["Si"], "ABCDEF": [0.0]}), path)
    content = path.read_bytes()
    assert content.count(b"ABCDEF") > 1
    path.write_bytes(content.replace(b"ABCDEF", b"ABC\xcdEF"))
    with pytest.raises(PhaseDataError, match=r"x\.parquet: cannot be read"):
        read_file_source(FileSource(kind="file", path=path, energy_level="x"))
