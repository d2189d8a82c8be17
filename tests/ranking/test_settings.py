"""The ranking that a run is held against."""

from __future__ import annotations

import pytest

from tieline.core.errors import ConfigError
from tieline.ranking.settings import baseline_files


def test_baseline(tmp_path):
    (tmp_path / "other").mkdir()
    ranked = tmp_path / "other/ranked.csv"
    ranked.touch()
    assert baseline_files(None, tmp_path) == []
    assert baseline_files(tmp_path / "other", tmp_path) == [ranked]
    assert baseline_files(ranked, tmp_path) == [ranked]
    with pytest.raises(ConfigError, match=r"changes\.baseline: .* is this run's own ranking"):
        baseline_files(tmp_path / "other", tmp_path / "other")
    with pytest.raises(ConfigError, match=r"no ranking .*othr \(did you mean 'other'\?\)"):
        baseline_files(tmp_path / "othr", tmp_path)
    with pytest.raises(ConfigError, match=r"changes\.baseline: no ranking .*ranked\.csv"):
        baseline_files(tmp_path, tmp_path / "x")
