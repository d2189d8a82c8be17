rule stability:
    """Say how firmly every pair's tie-line holds, against errors in the energies and against heat."""
    input:
        table=rules.phase_table.output.table,
        pairs=rules.coexistence.output.pairs,
    output:
        RESULTS / "work/stability.parquet",
    log:
        RESULTS / "logs/stability.log",
    benchmark:
        RESULTS / "benchmarks/stability.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        coexistence=SECTIONS["coexistence"],
        certainty=SECTIONS["certainty"],
        temperature=SECTIONS["temperature"],
        composition=SECTIONS["composition"],
        code=CODE,
    script:
        "../../scripts/stability.py"
