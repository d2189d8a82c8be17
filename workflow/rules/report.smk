rule page:
    """Put what a run has found into one HTML file, with a sheet for each of the best composites."""
    input:
        ranked_table=rules.ranking.output.ranked_table,
        alternatives=rules.ranking.output.alternatives,
        claims_summary=rules.ranking.output.claims_summary,
        provenance=rules.ranking.output.provenance,
        properties=rules.claims.output.properties,
        claims=rules.claims.output.claims,
        voltage_curves=rules.candidates.output.voltage_curves,
        lines=rules.microstructure.output.lines,
        counts=rules.coexistence.output.counts,
        systems=rules.candidates.output.systems,
        phases=rules.phases.output.phases,
        scores=rules.validation.output.scores if SETTINGS.report.agreement else [],
        activity=(
            rules.validation.output.measured_activity
            if SETTINGS.report.agreement
            else []
        ),
        capacities=(
            rules.validation.output.measured_capacities
            if SETTINGS.report.agreement
            else []
        ),
        extensions=EXTENSIONS,
    output:
        page=report(
            RESULTS / "report.html",
            caption="../report/page.rst",
            category="Report",
        ),
    log:
        RESULTS / "logs/page.log",
    group:
        "screen"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=4_000,
        runtime="30m",
    params:
        **stages("report.page", changed=changed_settings(SETTINGS)),
    script:
        RUN_STAGES
