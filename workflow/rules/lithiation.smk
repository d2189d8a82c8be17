rule candidates:
    """Compute capacity, voltage and swelling of every composite at every weight fraction."""
    input:
        phases=rules.phases.output.phases,
        sources=rules.phases.output.sources,
        coexistence=rules.coexistence.output.coexistence,
        counts=rules.coexistence.output.counts,
        space_groups=rules.coexistence.output.space_groups,
    output:
        candidates=RESULTS / "candidates.parquet",
        voltage_curves=RESULTS / "voltage_curves.parquet",
        systems=RESULTS / "systems.csv",
    log:
        RESULTS / "logs/candidates.log",
    group:
        "screen"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=3_000,
        runtime="30m",
    params:
        **stages("lithiation"),
    script:
        RUN_STAGES
