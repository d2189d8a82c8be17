rule candidates:
    """Compute capacity, voltage and swelling of every pair at every weight fraction."""
    input:
        phases=rules.phases.output,
        pairs=rules.coexistence.output.pairs,
        counts=rules.coexistence.output.counts,
        searched=rules.phase_table.output.searched,
    output:
        candidates=RESULTS / "candidates.parquet",
        systems=RESULTS / "systems.csv",
        left_out=RESULTS / "pairs_of_one_space_group.csv",
    log:
        RESULTS / "logs/candidates.log",
    benchmark:
        RESULTS / "benchmarks/candidates.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        space=SECTIONS["space"],
        composition=SECTIONS["composition"],
        lithiation=SECTIONS["lithiation"],
        code=CODE,
    script:
        "../../scripts/candidates.py"
