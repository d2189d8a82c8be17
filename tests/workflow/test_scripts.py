"""Scripts that rules name are there, and what they import is."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = [
    (snakefile.parent / script).resolve()
    for snakefile in (ROOT / "workflow").rglob("Snakefile")
    for script in re.findall(r'"([./]+/scripts/\w+\.py)"', snakefile.read_text("utf-8"))
]


def test_rules_of_the_embedded_set_name_scripts():
    assert len(NAMED) >= 3


@pytest.mark.parametrize("script", NAMED, ids=lambda path: path.name)
def test_script_can_be_run(script):
    assert callable(runpy.run_path(str(script))["main"])
