rule properties:
    """Join everything known of each candidate into one table."""
    input:
        candidates=rules.candidates.output.candidates,
        tables=[
            rules.stability.output,
            rules.crystallites.output,
            rules.process.output,
            rules.cells.output,
        ],
    output:
        RESULTS / "properties.parquet",
    log:
        RESULTS / "logs/properties.log",
    benchmark:
        RESULTS / "benchmarks/properties.tsv"
    conda:
        "../../environment.yml"
    params:
        code=CODE,
    script:
        "../../scripts/properties.py"


rule claims:
    """Judge every candidate against every claim."""
    input:
        properties=rules.properties.output,
        phases=rules.phases.output,
    output:
        chart=RESULTS / "claims.parquet",
        counts=RESULTS / "work/claims_met.parquet",
    log:
        RESULTS / "logs/claims.log",
    benchmark:
        RESULTS / "benchmarks/claims.tsv"
    conda:
        "../../environment.yml"
    params:
        coexistence=SECTIONS["coexistence"],
        microstructure=SECTIONS["microstructure"],
        lithiation=SECTIONS["lithiation"],
        code=CODE,
    script:
        "../../scripts/claims.py"
