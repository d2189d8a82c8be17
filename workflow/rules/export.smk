rule export:
    """Write the phase table as an ASE database and as pymatgen entries; asked for by name only."""
    input:
        table=rules.phase_table.output.table,
    output:
        database=RESULTS / "export/phases.db",
        entries=RESULTS / "export/entries.json.gz",
    log:
        RESULTS / "logs/export.log",
    benchmark:
        RESULTS / "benchmarks/export.tsv"
    conda:
        "../../environment.yml"
    params:
        code=CODE,
    script:
        "../../scripts/export.py"
