"""Rank the candidates and write the CSVs; name the best ten."""

from pathlib import Path

import pandas as pd

from tieline.columns.candidates import CANDIDATE_COLUMNS
from tieline.columns.column import as_text
from tieline.columns.dictionary import column_dictionary
from tieline.columns.ranking import RANKING_COLUMNS
from tieline.config.ranking import Ranking
from tieline.outputs import write_csv, write_text
from tieline.ranking import rank_candidates
from tieline.stage import stage
from tieline.summary import summarise

COLUMNS = (*RANKING_COLUMNS, *CANDIDATE_COLUMNS)


def main() -> None:
    params, output = snakemake.params, snakemake.output
    with stage(snakemake.log[0]):
        candidates = pd.read_parquet(snakemake.input.candidates)
        ranking = Ranking(**params.ranking)
        for host, path in zip(params.hosts, output.by_host, strict=True):
            own = rank_candidates(candidates[candidates["host"] == host], ranking)
            write_csv(as_text(own, COLUMNS), Path(path))
        text = as_text(rank_candidates(candidates, ranking), COLUMNS)
        write_csv(text[text["pareto_rank"] == 1], Path(output.pareto))
        write_csv(column_dictionary(), Path(output.columns))
        write_csv(text, Path(output.ranked))
        systems = pd.read_csv(snakemake.input.systems)
        write_text(summarise(text, systems, Path(output.ranked).parent), Path(output.summary))


if __name__ == "__main__":
    main()
