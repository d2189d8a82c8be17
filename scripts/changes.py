"""Hold the ranking against an earlier one."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_csv, write_text
from tieline.core.logs import stage
from tieline.ranking.changes import compare, describe_changes, earlier_ranking, ranked_pairs, remember


def main() -> None:
    inputs, output = snakemake.input, snakemake.output
    with stage(snakemake.log[0]):
        history = Path(snakemake.params.history)
        pairs = ranked_pairs(inputs.ranked)
        if inputs.baseline:
            earlier, against = ranked_pairs(inputs.baseline[0]), str(inputs.baseline[0])
        else:
            earlier, against = earlier_ranking(history, pairs), "the ranking before"
        changes = compare(pairs, pd.DataFrame(columns=list(pairs)) if earlier is None else earlier)
        if earlier is None:
            changes, against = changes.iloc[:0], None
        write_csv(changes, Path(output.changes))
        write_text(describe_changes(changes, against), Path(output.said))
        remember(history, pairs)


if __name__ == "__main__":
    main()
