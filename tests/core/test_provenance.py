"""Where results came from."""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path

import pandas as pd

import tieline
from tieline.core import provenance
from tieline.core.provenance import code_hash, describe_run, package_versions


def described(**settings):
    return describe_run(
        settings=settings,
        sources=[{"kind": "file", "names": ["mine"]}],
        phases=pd.DataFrame({"phase_id": ["a", "b", "c"]}),
        set_aside=pd.DataFrame({"phase_id": ["d"]}),
        systems=pd.DataFrame({"status": ["screened", "no data for element Cu", "screened"]}),
        candidates=pd.DataFrame(
            {"system": ["Si-Ti"] * 3, "phase_a_id": ["a"] * 3, "phase_b_id": ["b", "b", "c"], "other": 1}
        ),
    )


def test_counts():
    assert described()["counts"] == {
        "phases_in_play": 3,
        "phases_set_aside": 1,
        "systems": 3,
        "systems_by_status": {"no data for element": 1, "screened": 2},
        "pairs": 2,
        "candidates": 3,
    }


def test_is_json_and_repeats_itself():
    assert json.dumps(described(a=1), sort_keys=True) == json.dumps(described(a=1), sort_keys=True)


def test_checksum_of_settings_ignores_their_order():
    one, other = described(a=1, b=[2]), described(b=[2], a=1)
    assert one["settings_sha256"] == other["settings_sha256"]
    assert one["settings_sha256"] == hashlib.sha256(b'{"a": 1, "b": [2]}').hexdigest()
    assert one["settings_sha256"] != described(a=2, b=[2])["settings_sha256"]


def test_versions():
    versions = package_versions()
    assert versions["numpy"] == version("numpy")
    assert versions["tieline"] == tieline.__version__


def test_code_hash_changes_with_any_module(tmp_path, monkeypatch):
    package = tmp_path / "tieline"
    shutil.copytree(Path(tieline.__file__).parent, package)
    monkeypatch.setattr(provenance, "__file__", str(package / "core/provenance.py"))
    before = code_hash()
    assert before == code_hash()
    deep = package / "thermo/hull.py"
    deep.write_text(deep.read_text("utf-8") + "\n", "utf-8")
    assert code_hash() != before


def test_code_hash_of_what_stands_apart(tmp_path, monkeypatch):
    """A change there concerns the rule of computed phases alone."""
    package = tmp_path / "tieline"
    shutil.copytree(Path(tieline.__file__).parent, package)
    monkeypatch.setattr(provenance, "__file__", str(package / "core/provenance.py"))
    before, before_apart = code_hash(), code_hash(apart=True)
    deep = package / "relaxation/funnel.py"
    deep.write_text(deep.read_text("utf-8") + "\n", "utf-8")
    assert code_hash() == before
    assert code_hash(apart=True) != before_apart
