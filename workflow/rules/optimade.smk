rule optimade:
    """Fetch phases from an OPTIMADE database, as far as the cache lacks them."""
    input:
        providers=DATA / "optimade_providers.csv",
    output:
        table=FETCHED / "optimade/{name}.parquet",
        about=FETCHED / "optimade/{name}.json",
    log:
        RESULTS / "logs/optimade_{name}.log",
    benchmark:
        RESULTS / "benchmarks/optimade_{name}.tsv"
    # Where the network is.
    localrule: True
    conda:
        "../../environment.yml"
    params:
        source=lambda wildcards: SETTINGS.phases.to_fetch(
            "optimade", wildcards.name
        ).model_dump(mode="json"),
        space=SECTIONS["space"],
        working_ion=SETTINGS.lithiation.working_ion,
        refresh=REFRESH,
        code=CODE,
    script:
        "../../scripts/optimade.py"
