rule coexistence:
    """Find every A and B that coexist, how probably and how firmly, and in which space groups."""
    input:
        phases=rules.phases.output.phases,
        sources=rules.phases.output.sources,
        transitions=DATA / "elements/transitions.csv",
        knowledge=[
            DATA / "compounds/known_compounds.csv",
            DATA / "compounds/reported_compounds.csv",
            DATA / "compounds/systems_without_compounds.csv",
            DATA / "compounds/existence_model.yaml",
        ],
    output:
        coexistence=RESULTS / "work/coexistence.parquet",
        counts=RESULTS / "work/pair_counts.parquet",
        space_groups=RESULTS / "work/space_groups.parquet",
    log:
        RESULTS / "logs/coexistence.log",
    group:
        "hulls"
    conda:
        ENVIRONMENT
    threads: 4
    resources:
        mem_mb=3_000,
        runtime="1h",
    params:
        **stages("thermo"),
    script:
        RUN_STAGES
