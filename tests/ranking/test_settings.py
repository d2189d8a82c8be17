"""The ranking that a run is held against."""

from __future__ import annotations

import pytest

from tieline.core.errors import ConfigError
from tieline.ranking.settings import baseline_file


def test_baseline(tmp_path):
    (tmp_path / "other").mkdir()
    ranked = tmp_path / "other/ranked.csv"
    ranked.touch()
    assert baseline_file(None, tmp_path) is None
    assert baseline_file(tmp_path / "other", tmp_path) == ranked
    assert baseline_file(ranked, tmp_path) == ranked
    with pytest.raises(ConfigError, match=r"changes\.baseline: .* is this run's own ranking"):
        baseline_file(tmp_path / "other", tmp_path / "other")
    with pytest.raises(ConfigError, match=r"no ranking .*othr \(did you mean 'other'\?\)"):
        baseline_file(tmp_path / "othr", tmp_path)
    with pytest.raises(ConfigError, match=r"changes\.baseline: no ranking .*ranked\.csv"):
        baseline_file(tmp_path, tmp_path / "x")
