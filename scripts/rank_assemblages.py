"""Rank the three-phase mixtures and write them as CSV."""

from pathlib import Path

import pandas as pd

from tieline.core.columns import as_text
from tieline.core.files import write_csv
from tieline.core.logs import stage
from tieline.lithiation.assemblage_columns import ASSEMBLAGE_COLUMNS
from tieline.lithiation.assemblages import TIE_BREAKERS
from tieline.ranking.columns import RANKING_COLUMNS
from tieline.ranking.rank import rank_candidates
from tieline.ranking.settings import Ranking


def main() -> None:
    with stage(snakemake.log[0]):
        found = pd.read_parquet(snakemake.input[0])
        ranking = Ranking(**snakemake.params.ranking).within(found.columns)
        ranked = rank_candidates(found, ranking, ASSEMBLAGE_COLUMNS, TIE_BREAKERS)
        write_csv(as_text(ranked, (*RANKING_COLUMNS, *ASSEMBLAGE_COLUMNS)), Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
