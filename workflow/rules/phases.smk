rule phase_table:
    """Read all phase sources into one table with one reference state per element."""
    input:
        PHASE_FILES,
    output:
        table=RESULTS / "work/phase_table.parquet",
        set_aside=RESULTS / "set_aside.csv",
        rejected=RESULTS / "rejected.csv",
        sources=RESULTS / "work/sources.json",
        searched=RESULTS / "work/searched.json",
    log:
        RESULTS / "logs/phase_table.log",
    benchmark:
        RESULTS / "benchmarks/phase_table.tsv"
    conda:
        "../../environment.yml"
    params:
        phases=SECTIONS["phases"],
        fetched=str(FETCHED),
        space=SECTIONS["space"],
        phase_a=SECTIONS["phase_a"],
        lithiation=SECTIONS["lithiation"],
        crystal=SECTIONS["crystal"],
        code=CODE,
    script:
        "../../scripts/phase_table.py"


rule coexistence:
    """Find every A+B pair that a tie-line joins, or nearly so."""
    input:
        table=rules.phase_table.output.table,
    output:
        pairs=RESULTS / "work/pairs.parquet",
        counts=RESULTS / "work/pair_counts.parquet",
    log:
        RESULTS / "logs/coexistence.log",
    benchmark:
        RESULTS / "benchmarks/coexistence.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        space=SECTIONS["space"],
        phase_a=SECTIONS["phase_a"],
        coexistence=SECTIONS["coexistence"],
        composition=SECTIONS["composition"],
        lithiation=SECTIONS["lithiation"],
        code=CODE,
    script:
        "../../scripts/coexistence.py"


rule phases:
    """Recompute the space groups of every phase that is part of a pair."""
    input:
        table=rules.phase_table.output.table,
        pairs=rules.coexistence.output.pairs,
    output:
        RESULTS / "phases.parquet",
    log:
        RESULTS / "logs/phases.log",
    benchmark:
        RESULTS / "benchmarks/phases.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        crystal=SECTIONS["crystal"],
        code=CODE,
    script:
        "../../scripts/phases.py"
