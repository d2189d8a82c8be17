rule claims:
    """Put together all that is known of every candidate, and judge it against every claim."""
    input:
        candidates=rules.candidates.output.candidates,
        microstructure=rules.microstructure.output.microstructure,
        process=rules.process.output.process,
        cells=rules.full_cell.output.cells,
        phases=rules.phases.output.phases,
        space_groups=rules.coexistence.output.space_groups,
        extensions=EXTENSIONS,
    output:
        claims=RESULTS / "claims.parquet",
        properties=RESULTS / "properties.parquet",
    log:
        RESULTS / "logs/claims.log",
    group:
        "screen"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=4_000,
        runtime="30m",
    params:
        **stages("claims"),
    script:
        RUN_STAGES
