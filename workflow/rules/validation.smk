rule validation:
    """Hold the phase data against assessed experimental phase diagrams; asked for by name only."""
    input:
        table=rules.phase_table.output.table,
        neighbours=ROOT / "resources/validation/experimental_neighbours.csv",
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
