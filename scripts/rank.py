"""Rank the candidates and write the CSVs; name the best ten."""

from pathlib import Path

import pandas as pd

from tieline.claims.properties import join_properties
from tieline.core.columns import as_text
from tieline.core.files import write_csv, write_text
from tieline.core.logs import stage
from tieline.ranking.columns import LISTED_COLUMNS, RANKED_COLUMNS
from tieline.ranking.dictionary import column_dictionary
from tieline.ranking.rank import rank_candidates
from tieline.ranking.settings import Ranking
from tieline.ranking.summary import summarise


def main() -> None:
    params, output = snakemake.params, snakemake.output
    with stage(snakemake.log[0]):
        counts = pd.read_parquet(snakemake.input.counts)
        candidates = join_properties(pd.read_parquet(snakemake.input.properties), [counts])
        candidates = candidates[[column.name for column in LISTED_COLUMNS]]
        ranking = Ranking(**params.ranking)
        for host, path in zip(params.hosts, output.by_host, strict=True):
            own = rank_candidates(candidates[candidates["host"] == host], ranking, LISTED_COLUMNS)
            write_csv(as_text(own, RANKED_COLUMNS), Path(path))
        text = as_text(rank_candidates(candidates, ranking, LISTED_COLUMNS), RANKED_COLUMNS)
        write_csv(text[text["pareto_rank"] == 1], Path(output.pareto))
        write_csv(column_dictionary(), Path(output.columns))
        write_csv(text, Path(output.ranked))
        systems = pd.read_csv(snakemake.input.systems)
        write_text(summarise(text, systems, Path(output.ranked).parent), Path(output.summary))


if __name__ == "__main__":
    main()
