rule microstructure:
    """Compute crystallites, shell and heat treatment of every candidate."""
    input:
        candidates=rules.candidates.output.candidates,
        phases=rules.phases.output.phases,
        space_groups=rules.coexistence.output.space_groups,
        miedema=DATA / "elements/miedema.csv",
        transitions=DATA / "elements/transitions.csv",
    output:
        lines=RESULTS / "work/lines.parquet",
        microstructure=RESULTS / "work/microstructure.parquet",
    log:
        RESULTS / "logs/microstructure.log",
    group:
        "screen"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=3_000,
        runtime="30m",
    params:
        **stages("microstructure"),
    script:
        RUN_STAGES
