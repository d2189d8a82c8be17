rule export_candidates:
    """Write composites as a workbook, their phases as CIF and pymatgen entries; asked for by name only."""
    input:
        properties=rules.claims.output.properties,
        ranked_table=rules.ranking.output.ranked_table,
        voltage_curves=rules.candidates.output.voltage_curves,
        phases=rules.phases.output.phases,
        claims=rules.claims.output.claims,
        claims_summary=rules.ranking.output.claims_summary,
        extensions=EXTENSIONS,
    output:
        workbook=RESULTS / "export/candidates.xlsx",
        entries=RESULTS / "export/candidates.json",
        structures=directory(RESULTS / "export/structures"),
    log:
        RESULTS / "logs/export_candidates.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=4_000,
        runtime="30m",
    params:
        **stages("report.export"),
    script:
        RUN_STAGES
