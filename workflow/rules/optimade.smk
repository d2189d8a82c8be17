rule optimade:
    """Fetch the phases of the search space from an OPTIMADE database."""
    input:
        providers=ROOT / "tieline/config/optimade_providers.csv",
    output:
        table=FETCHED / "optimade/{name}.parquet",
        about=FETCHED / "optimade/{name}.json",
    log:
        RESULTS / "logs/optimade_{name}.log",
    benchmark:
        RESULTS / "benchmarks/optimade_{name}.tsv"
    conda:
        "../../environment.yml"
    params:
        source=lambda wildcards: SETTINGS.phases.to_fetch(
            "optimade", wildcards.name
        ).model_dump(mode="json"),
        space=SECTIONS["space"],
        working_ion=SETTINGS.lithiation.working_ion,
        refresh=SETTINGS.phases.refresh,
        code=CODE,
    script:
        "../../scripts/optimade.py"
