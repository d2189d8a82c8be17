"""Rank the candidates and write the CSVs; show the best ten."""

from pathlib import Path

import pandas as pd

from tieline.columns import CANDIDATE_COLUMNS, RANKING_COLUMNS, as_text, column_dictionary
from tieline.config import Ranking
from tieline.outputs import write_csv
from tieline.ranking import rank_candidates
from tieline.stage import stage
from tieline.summary import log_summary


def main() -> None:
    params, output = snakemake.params, snakemake.output
    with stage(snakemake.log[0]):
        ranked = rank_candidates(pd.read_parquet(snakemake.input.candidates), Ranking(**params.ranking))
        text = as_text(ranked, (*RANKING_COLUMNS, *CANDIDATE_COLUMNS))
        for host, path in zip(params.hosts, output.by_host, strict=True):
            write_csv(text[ranked["host"] == host], Path(path))
        write_csv(text[ranked["pareto_rank"] == 1], Path(output.pareto))
        write_csv(column_dictionary(), Path(output.columns))
        write_csv(text, Path(output.ranked))
        log_summary(text, Path(output.ranked).parent)


if __name__ == "__main__":
    main()
