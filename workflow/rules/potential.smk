rule potential_source:
    """Decorate and relax structure types for the systems of a source of kind potential, going on from what is stored."""
    input:
        settings=DATA / "phases/reference.yaml",
        known=DATA / "compounds/known_compounds.csv",
        without_compounds=DATA / "compounds/without_compounds.csv",
        types=DATA / "prototypes/structure_types.yaml",
        sizes=DATA / "prototypes/element_sizes.csv",
        # A potential of the user's own; without it the script says what is wrong.
        module=lambda wildcards: own_module(
            SETTINGS.phases.to_fetch("potential", wildcards.name).potential
        ),
    output:
        table=FETCHED / "potential/{name}.parquet",
        about=FETCHED / "potential/{name}.json",
    log:
        RESULTS / "logs/potential_{name}.log",
    benchmark:
        RESULTS / "benchmarks/potential_{name}.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        source=lambda wildcards: SETTINGS.phases.to_fetch(
            "potential", wildcards.name
        ).model_dump(mode="json"),
        code=code_hash(apart=True),
    script:
        "../../scripts/computed_source.py"
