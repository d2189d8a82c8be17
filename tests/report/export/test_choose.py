"""Which composite is meant."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.columns import CANDIDATE_KEYS
from tieline.report.export.choose import NAMING, UnknownCandidateError, choose, with_ranks

CANDIDATES = pd.DataFrame(
    [
        ("Si-Ti", "si", "c49", 0.75, "Si", "TiSi2", "c49", None, True),
        ("Si-Ti", "si", "c54", 0.60, "Si", "TiSi2", "c54", None, False),
        ("Si-Ti", "si", "c54", 0.76, "Si", "TiSi2", "c54", None, True),
        ("Si-Fe-Ti", "si", "0.5 fesi2 + 0.5 c54", 0.8, "Si", "FeSi2 + TiSi2", "fesi2", "c54", True),
        ("Sn-Ti", "sn", "ti6sn5", 0.9, "Sn", "Ti6Sn5", "ti6sn5", None, True),
        ("Si-Fe", "si", "fesi2", 0.7, "Si", "FeSi2", "fesi2", None, True),
    ],
    columns=list(NAMING),
)
RANKED = CANDIDATES.iloc[[2, 0, 3, 5]].assign(rank=[1, 2, 3, 4])[[*CANDIDATE_KEYS, "rank"]]
COMPOSITES = with_ranks(CANDIDATES, RANKED)


def test_ranked_ones_come_first_then_the_others() -> None:
    assert COMPOSITES.index.tolist() == [2, 0, 3, 5, 4]
    assert COMPOSITES["rank"].tolist()[:4] == [1, 2, 3, 4]
    assert pd.isna(COMPOSITES["rank"].iloc[4])


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("2", 0),
        ("Si + TiSi2", 2),
        ("Si+Si2Ti", 2),
        ("TiSi2", 2),
        ("c49", 0),
        ("si + c49", 0),
        ("Si + FeSi2 + TiSi2", 3),
        ("si  +  c54 + fesi2", 3),
        ("0.5 fesi2 + 0.5 c54", 3),
        ("FeSi2", 5),
        ("Sn + Ti6Sn5", 4),
    ],
)
def test_found_by_any_of_its_names(name: str, row: int) -> None:
    assert choose(COMPOSITES, [name]).index.tolist() == [row]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("5", "no composite of rank 5: ranks go from 1 to 4"),
        ("0", "ranks go from 1 to 4"),
        ("-1", "ranks go from 1 to 4"),
        ("Si + TiSi3", "no composite 'Si + TiSi3' among the candidates (did you mean 'Si + TiSi2'?)"),
        ("Sn + TiSi2", "no composite 'Sn + TiSi2'"),
        ("Si + TiSi2 + FeSi2 + NiSi2", "no composite"),
        ("Si", "no composite 'Si'"),
        ("", "no composite ''"),
    ],
)
def test_unknown_names(name: str, told: str) -> None:
    with pytest.raises(UnknownCandidateError) as error:
        choose(COMPOSITES, [name])
    assert told in str(error.value)


def test_the_first_and_those_named_once_each() -> None:
    assert choose(COMPOSITES, ["Sn + Ti6Sn5", "1", "TiSi2"], first=2).index.tolist() == [2, 0, 4]
    assert choose(COMPOSITES, first=99).index.tolist() == [2, 0, 3, 5]
    assert choose(COMPOSITES).empty
