rule process:
    """Say how every candidate can be made, what is hazardous in it and what its elements cost."""
    input:
        candidates=rules.candidates.output.candidates,
        phases=rules.phases.output.phases,
        transitions=DATA / "elements/transitions.csv",
        prices=DATA / "process/element_prices.csv",
    output:
        process=RESULTS / "work/process.parquet",
    log:
        RESULTS / "logs/process.log",
    group:
        "screen"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1_000,
        runtime="30m",
    params:
        **stages("process"),
    script:
        RUN_STAGES
