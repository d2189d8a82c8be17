rule figures:
    """Draw the figures of a run for papers, as SVG and PNG; asked for by name only."""
    input:
        ranked_table=rules.ranking.output.ranked_table,
        properties=rules.claims.output.properties,
        voltage_curves=rules.candidates.output.voltage_curves,
        systems=rules.candidates.output.systems,
        phases=rules.phases.output.phases,
    output:
        trade_off=RESULTS / "figures/trade_off.png",
        voltage_curves=RESULTS / "figures/voltage_curves.svg",
        voltage_curves_png=RESULTS / "figures/voltage_curves.png",
        partner_maps=expand(
            RESULTS / "figures/partner_map_{host}.{format}",
            host=HOSTS,
            format=["svg", "png"],
        ),
    log:
        RESULTS / "logs/figures.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2_000,
        runtime="30m",
    params:
        **stages("report.paper"),
    script:
        RUN_STAGES
