"""Where results came from."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

import pandas as pd

import tieline
from tieline.core.freshness import package_key
from tieline.core.provenance import describe_run, package_versions


def described(**settings):
    return describe_run(
        settings=settings,
        sources=[{"kind": "file", "names": ["mine"]}],
        n_phases=3,
        n_excluded=1,
        systems=pd.DataFrame({"status": ["screened", "no data for element Cu", "screened"]}),
        candidates=pd.DataFrame(
            {"system": ["Si-Ti"] * 3, "phase_a_id": ["a"] * 3, "phase_b_id": ["b", "b", "c"], "other": 1}
        ),
    )


def test_counts():
    assert described()["counts"] == {
        "phases": 3,
        "phases_excluded": 1,
        "systems": 3,
        "systems_by_status": {"no data for element": 1, "screened": 2},
        "composites": 2,
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


def test_code_is_that_of_the_whole_package():
    assert described()["code"] == package_key()
