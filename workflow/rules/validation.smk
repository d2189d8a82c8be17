rule validation:
    """Hold the phase data against assessed experimental phase diagrams; asked for by name only."""
    input:
        table=rules.phase_table.output.table,
        neighbours=DATA / "validation/experimental_neighbours.csv",
    output:
        RESULTS / "validation.csv",
    log:
        RESULTS / "logs/validation.log",
    benchmark:
        RESULTS / "benchmarks/validation.tsv"
    conda:
        "../../environment.yml"
    params:
        tolerances=sorted({0.0, SETTINGS.coexistence.tolerance_ev_per_atom}),
        phase_a=SECTIONS["phase_a"],
        composition=SECTIONS["composition"],
        lithiation=SECTIONS["lithiation"],
        code=CODE,
    script:
        "../../scripts/validation.py"


rule comparison:
    """Hold the phase data against comparison.source; asked for by name only."""
    input:
        OTHER_FILES,
        table=rules.phase_table.output.table,
        plateaus=DATA / "validation/plateaus.csv",
    output:
        compounds=RESULTS / "comparison/compounds.csv",
        neighbours=RESULTS / "comparison/neighbours.csv",
        plateaus=RESULTS / "comparison/plateaus.csv",
    log:
        RESULTS / "logs/comparison.log",
    benchmark:
        RESULTS / "benchmarks/comparison.tsv"
    conda:
        "../../environment.yml"
    params:
        comparison=SECTIONS["comparison"],
        phases=SECTIONS["phases"],
        space=SECTIONS["space"],
        phase_a=SECTIONS["phase_a"],
        composition=SECTIONS["composition"],
        lithiation=SECTIONS["lithiation"],
        crystal=SECTIONS["crystal"],
        code=CODE,
    script:
        "../../scripts/comparison.py"
