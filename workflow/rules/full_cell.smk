rule full_cell:
    """Put every candidate into a full cell: voltage, energy and thickness of the electrode stack."""
    input:
        candidates=rules.candidates.output.candidates,
        phases=rules.phases.output.phases,
        chemistries=chemistry_files(),
    output:
        cells=RESULTS / "work/cells.parquet",
    log:
        RESULTS / "logs/full_cell.log",
    group:
        "screen"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2_000,
        runtime="30m",
    params:
        **stages("full_cell"),
    script:
        RUN_STAGES
