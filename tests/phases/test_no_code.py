"""Files of phases are data: what would run code when it is loaded is refused."""

from __future__ import annotations

import pickle

import pytest

from tieline.core.errors import PhaseDataError
from tieline.phases.files import read_file_source
from tieline.phases.folders import DATABASE_SUFFIXES, FORMATS
from tieline.phases.inputs import TABLE_SUFFIXES
from tieline.phases.source_settings import FileSource


class Runs:
    """Makes a file when it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (str(self.mark), "w")


@pytest.mark.parametrize("suffix", [*TABLE_SUFFIXES, *DATABASE_SUFFIXES, *FORMATS])
def test_pickles_are_not_loaded(tmp_path, suffix):
    mark = tmp_path / "mark"
    path = tmp_path / f"phases{suffix}"
    path.write_bytes(pickle.dumps(Runs(mark)))
    with pytest.raises(PhaseDataError):
        read_file_source(FileSource(kind="file", path=path, energy_level="PBE"))
    assert not mark.exists()
    pickle.loads(path.read_bytes()).close()  # noqa: S301  (ours)
    assert mark.exists()
