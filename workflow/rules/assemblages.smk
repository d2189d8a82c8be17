rule assemblages:
    """Compute the three-phase mixtures A + B1 + B2."""
    input:
        table=rules.phase_table.output.table,
        candidates=rules.candidates.output.candidates,
    output:
        RESULTS / "assemblages.parquet",
    log:
        RESULTS / "logs/assemblages.log",
    benchmark:
        RESULTS / "benchmarks/assemblages.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        space=SECTIONS["space"],
        coexistence=SECTIONS["coexistence"],
        assemblages=SECTIONS["assemblages"],
        composition=SECTIONS["composition"],
        lithiation=SECTIONS["lithiation"],
        code=CODE,
    script:
        "../../scripts/assemblages.py"


rule rank_assemblages:
    """Sort the three-phase mixtures by Pareto rank and score."""
    input:
        rules.assemblages.output,
    output:
        RESULTS / "assemblages.csv",
    log:
        RESULTS / "logs/rank_assemblages.log",
    benchmark:
        RESULTS / "benchmarks/rank_assemblages.tsv"
    conda:
        "../../environment.yml"
    params:
        ranking=SECTIONS["ranking"],
        code=CODE,
    script:
        "../../scripts/rank_assemblages.py"
