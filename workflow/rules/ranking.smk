rule ranking:
    """Sort the candidates by Pareto rank and score; write the lists, the chart of the best, what changed, figures."""
    input:
        properties=rules.claims.output.properties,
        claims=rules.claims.output.claims,
        systems=rules.candidates.output.systems,
        phases=rules.phases.output.phases,
        excluded=rules.phases.output.excluded,
        sources=rules.phases.output.sources,
        baseline=[BASELINE] if BASELINE else [],
        extensions=EXTENSIONS,
    output:
        ranked=report(
            RESULTS / "ranked.csv",
            caption="../report/ranked.rst",
            category="Candidates",
        ),
        ranked_table=RESULTS / "ranked.parquet",
        by_host=expand(RESULTS / "ranked_{host}.csv", host=HOSTS),
        pareto=report(
            RESULTS / "pareto.csv",
            caption="../report/pareto.rst",
            category="Candidates",
        ),
        alternatives=RESULTS / "alternatives.csv",
        claims=RESULTS / "claims.csv",
        claims_summary=report(
            RESULTS / "claims_summary.csv",
            caption="../report/claims.rst",
            category="Claims",
        ),
        changes=RESULTS / "changes.csv",
        columns=RESULTS / "columns.csv",
        trade_off=report(
            RESULTS / "figures/trade_off.svg",
            caption="../report/trade_off.rst",
            category="Figures",
        ),
        summary=RESULTS / "summary.txt",
        provenance=RESULTS / "provenance.json",
    log:
        RESULTS / "logs/ranking.log",
    group:
        "screen"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=4_000,
        runtime="30m",
    params:
        **stages("ranking", "report", baseline=BASELINE),
    script:
        RUN_STAGES
