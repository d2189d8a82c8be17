"""Rank the three-phase mixtures and write them as CSV."""

from pathlib import Path

import pandas as pd

from tieline.assemblages import TIE_BREAKERS
from tieline.columns.assemblages import ASSEMBLAGE_COLUMNS
from tieline.columns.column import as_text
from tieline.columns.ranking import RANKING_COLUMNS
from tieline.config.ranking import Ranking
from tieline.outputs import write_csv
from tieline.ranking import rank_candidates
from tieline.stage import stage


def main() -> None:
    with stage(snakemake.log[0]):
        found = pd.read_parquet(snakemake.input[0])
        ranking = Ranking(**snakemake.params.ranking).within(found.columns)
        ranked = rank_candidates(found, ranking, ASSEMBLAGE_COLUMNS, TIE_BREAKERS)
        write_csv(as_text(ranked, (*RANKING_COLUMNS, *ASSEMBLAGE_COLUMNS)), Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
