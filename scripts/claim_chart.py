"""Write the claim chart of the best candidates as text, and how each claim fares."""

from pathlib import Path

import pandas as pd

from tieline.claims.columns import CHART_COLUMNS, CLAIM_SUMMARY_COLUMNS
from tieline.claims.settings import ClaimChart
from tieline.claims.summary import chart_of_the_best, ranks_of, read_verdicts, summarise_claims
from tieline.core.columns import CANDIDATE_KEYS, PAIR_KEYS, as_text
from tieline.core.files import write_csv
from tieline.core.logs import stage


def main() -> None:
    inputs, output = snakemake.input, snakemake.output
    settings = ClaimChart(**snakemake.params.claims)
    with stage(snakemake.log[0]):
        # Names as they stand: an id may look like a number, or like nothing.
        ranked = pd.read_csv(
            inputs.ranked,
            usecols=["rank", *CANDIDATE_KEYS],
            dtype=dict.fromkeys(PAIR_KEYS, "str"),
            keep_default_na=False,
        )
        candidates = pd.read_parquet(inputs.candidates, columns=[*CANDIDATE_KEYS, "phase_a", "phase_b"])
        ranks = ranks_of(candidates, ranked)
        summary = summarise_claims(read_verdicts(Path(inputs.chart)), candidates, ranks)
        write_csv(as_text(summary, CLAIM_SUMMARY_COLUMNS), Path(output.summary))
        chart = chart_of_the_best(Path(inputs.chart), ranks, settings.csv_candidates)
        write_csv(as_text(chart, CHART_COLUMNS), Path(output.text))


if __name__ == "__main__":
    main()
