rule rank:
    """Sort the candidates by Pareto rank and score, and show the best."""
    input:
        properties=rules.properties.output[0],
        counts=rules.claims.output.counts,
        systems=rules.candidates.output.systems,
    output:
        ranked=report(
            RESULTS / "ranked.csv",
            caption="../report/ranked.rst",
            category="Candidates",
        ),
        by_host=expand(RESULTS / "ranked_{host}.csv", host=HOSTS),
        pareto=report(
            RESULTS / "pareto.csv",
            caption="../report/pareto.rst",
            category="Candidates",
        ),
        columns=RESULTS / "columns.csv",
        summary=RESULTS / "summary.txt",
    log:
        RESULTS / "logs/rank.log",
    benchmark:
        RESULTS / "benchmarks/rank.tsv"
    conda:
        "../../environment.yml"
    params:
        hosts=HOSTS,
        ranking=SECTIONS["ranking"],
        code=CODE,
    script:
        "../../scripts/rank.py"


rule claim_chart:
    """Write the claim chart of the best candidates as text, and how each claim fares."""
    input:
        chart=rules.claims.output.chart,
        candidates=rules.candidates.output.candidates,
        ranked=rules.rank.output.ranked,
    output:
        text=RESULTS / "claims.csv",
        summary=report(
            RESULTS / "claims_summary.csv",
            caption="../report/claims.rst",
            category="Claims",
        ),
    log:
        RESULTS / "logs/claim_chart.log",
    benchmark:
        RESULTS / "benchmarks/claim_chart.tsv"
    conda:
        "../../environment.yml"
    params:
        claims=SECTIONS["claims"],
        code=CODE,
    script:
        "../../scripts/claim_chart.py"


rule changes:
    """List the pairs that appeared, vanished or moved since an earlier ranking."""
    input:
        ranked=rules.rank.output.ranked,
        baseline=BASELINE,
    output:
        changes=RESULTS / "changes.csv",
        said=RESULTS / "work/changes.txt",
    log:
        RESULTS / "logs/changes.log",
    benchmark:
        RESULTS / "benchmarks/changes.tsv"
    conda:
        "../../environment.yml"
    params:
        # Outputs are taken away before a rule runs: what must outlive runs is none of them.
        history=str(RESULTS / "history"),
        code=CODE,
    script:
        "../../scripts/changes.py"


rule figures:
    """Draw capacity against the volume fraction of phase B."""
    input:
        by_host=rules.rank.output.by_host,
    output:
        report(
            RESULTS / "figures/trade_off.svg",
            caption="../report/trade_off.rst",
            category="Figures",
        ),
    log:
        RESULTS / "logs/figures.log",
    benchmark:
        RESULTS / "benchmarks/figures.tsv"
    conda:
        "../../environment.yml"
    params:
        hosts=HOSTS,
        code=CODE,
    script:
        "../../scripts/figures.py"


rule provenance:
    """Record sources, versions, settings and counts of the run."""
    input:
        sources=rules.phase_table.output.sources,
        phases=rules.phases.output,
        set_aside=rules.phase_table.output.set_aside,
        systems=rules.candidates.output.systems,
        candidates=rules.candidates.output.candidates,
        ranked=rules.rank.output.ranked,
    output:
        RESULTS / "provenance.json",
    log:
        RESULTS / "logs/provenance.log",
    benchmark:
        RESULTS / "benchmarks/provenance.tsv"
    conda:
        "../../environment.yml"
    params:
        settings={
            name: section
            for name, section in SECTIONS.items()
            if name not in ("results", "parallel", "changes", "comparison")
        },
        code=CODE,
    script:
        "../../scripts/provenance.py"
