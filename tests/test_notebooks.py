"""The notebooks of the documentation hold what their cells give."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "docs").glob("*.ipynb"))


def runner():
    spec = importlib.util.spec_from_file_location("write_notebook", ROOT / "scripts/write_notebook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(notebook):
    return [output.data["text/plain"] for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_holds_what_its_cells_give(path):
    """Where this fails on purpose: scripts/write_notebook.py writes it anew."""
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    assert texts(runner().run(stored)) == texts(stored)
    assert len(texts(stored)) >= 8
    assert path.stat().st_size < 200_000


def test_there_is_a_notebook():
    assert NOTEBOOKS
