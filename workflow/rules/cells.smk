rule cells:
    """Put every candidate into a full cell: voltage, energy and thickness of the electrode stack."""
    input:
        candidates=rules.candidates.output.candidates,
        phases=rules.phases.output,
        chemistries=chemistry_files(),
    output:
        RESULTS / "work/cells.parquet",
    log:
        RESULTS / "logs/cells.log",
    benchmark:
        RESULTS / "benchmarks/cells.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        cell=SECTIONS["cell"],
        lithiation=SECTIONS["lithiation"],
        code=CODE,
    script:
        "../../scripts/cells.py"
