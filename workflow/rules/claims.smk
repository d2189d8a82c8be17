rule properties:
    """Join everything known of each candidate into one table."""
    input:
        candidates=rules.candidates.output.candidates,
        tables=[
            rules.stability.output[0],
            rules.crystallites.output[0],
            rules.process.output[0],
            rules.cells.output[0],
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
        properties=rules.properties.output[0],
        phases=rules.phases.output[0],
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
