"""Which files a run depends on, found out without heavy imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tieline.phases.inputs import EMBEDDED_SET, SEARCHED_SYSTEMS, input_files
from tieline.phases.source_settings import EmbeddedSource, FetchedSource, FileSource

ROOT = Path(__file__).parents[2]

HEAVY = {"ase.io", "dask", "distributed", "pandas", "pyarrow", "pymatgen", "scipy", "spglib", "torch"}


def test_input_files(tmp_path):
    table = tmp_path / "one.csv"
    table.touch()
    sources = [
        EmbeddedSource(kind="embedded"),
        FileSource(kind="file", path=table),
        FetchedSource(kind="some_database", name="mine"),
    ]
    assert input_files(sources, tmp_path / "fetched") == [
        EMBEDDED_SET,
        SEARCHED_SYSTEMS,
        table,
        tmp_path / "fetched/some_database/mine.parquet",
        tmp_path / "fetched/some_database/mine.json",
    ]


def test_snakefile_imports_nothing_heavy():
    """Snakemake reads it at every start, on a cluster once for every job."""
    lines = (ROOT / "workflow/Snakefile").read_text("utf-8").splitlines()
    imports = [line for line in lines if line.startswith("from tieline")]
    assert imports
    program = "\n".join([*imports, "import sys", "print(*sys.modules)"])
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())
