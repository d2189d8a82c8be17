rule process:
    """Say how every candidate can be made, what is hazardous in it and what its elements cost."""
    input:
        candidates=rules.candidates.output.candidates,
        prices=DATA / "process/element_prices.csv",
    output:
        RESULTS / "work/process.parquet",
    log:
        RESULTS / "logs/process.log",
    benchmark:
        RESULTS / "benchmarks/process.tsv"
    conda:
        "../../environment.yml"
    params:
        process=SECTIONS["process"],
        code=CODE,
    script:
        "../../scripts/process.py"
