"""Fetch phases from the Materials Project."""

import logging
from pathlib import Path

from tieline.core.logs import stage
from tieline.phases.fetched import write_fetched
from tieline.phases.settings import Space
from tieline.phases.source_settings import MaterialsProjectSource


def main() -> None:
    params, output = snakemake.params, snakemake.output
    with stage(snakemake.log[0], shown=logging.INFO):
        # Seconds of imports, which no other rule needs.
        from tieline.phases.materials_project.fetch import fetch

        fetched = fetch(
            MaterialsProjectSource(**params.source),
            Space(**params.space),
            params.working_ion,
            refresh=bool(params.refresh),
        )
        write_fetched(fetched, Path(output.table), Path(output.about))


if __name__ == "__main__":
    main()
