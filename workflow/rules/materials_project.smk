rule materials_project:
    """Fetch phases from the Materials Project, as far as the cache lacks them."""
    output:
        table=FETCHED / "materials_project/{name}.parquet",
        about=FETCHED / "materials_project/{name}.json",
    log:
        RESULTS / "logs/materials_project_{name}.log",
    benchmark:
        RESULTS / "benchmarks/materials_project_{name}.tsv"
    # Where the network is.
    localrule: True
    conda:
        "../../environment.yml"
    params:
        source=lambda wildcards: SETTINGS.phases.to_fetch(
            "materials_project", wildcards.name
        ).model_dump(mode="json"),
        space=SECTIONS["space"],
        working_ion=SETTINGS.lithiation.working_ion,
        refresh=REFRESH,
        code=CODE,
    script:
        "../../scripts/materials_project.py"
