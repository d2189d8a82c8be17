rule validation:
    """Compare the phase data and what follows from them with experiment; asked for by name only."""
    input:
        phases=rules.phases.output.phases,
        neighbours=DATA / "validation/binary_neighbours.csv",
        ternaries=DATA / "validation/ternary_facts.csv",
        lattices=DATA / "validation/element_lattices.csv",
        volumes=DATA / "validation/compound_volumes.csv",
        enthalpies=DATA / "compounds/enthalpies.csv",
        plateaus=DATA / "validation/plateaus.csv",
        knowledge=rules.coexistence.input.knowledge,
        activity=DATA / "validation/compound_activity.csv",
        capacities=DATA / "validation/measured_capacities.csv",
    output:
        validation=RESULTS / "validation.csv",
        scores=RESULTS / "validation_scores.csv",
        ternary_validation=RESULTS / "validation_ternaries.csv",
        polymorph_validation=RESULTS / "validation_polymorphs.csv",
        lattice_validation=RESULTS / "validation_lattices.csv",
        volume_validation=RESULTS / "validation_volumes.csv",
        enthalpy_validation=RESULTS / "validation_enthalpies.csv",
        voltage_validation=RESULTS / "validation_voltages.csv",
        measured_activity=RESULTS / "validation_activity.csv",
        measured_capacities=RESULTS / "validation_capacities.csv",
    log:
        RESULTS / "logs/validation.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2_000,
        runtime="30m",
    params:
        **stages("evaluation.experiment", "evaluation.measured"),
    script:
        RUN_STAGES


rule comparison:
    """Compare the phase data with comparison.source; asked for by name only."""
    input:
        files=OTHER_FILES,
        phases=rules.phases.output.phases,
        measured=DATA / "validation/plateaus.csv",
    output:
        compounds=RESULTS / "comparison/compounds.csv",
        neighbours=RESULTS / "comparison/neighbours.csv",
        plateaus=RESULTS / "comparison/plateaus.csv",
    log:
        RESULTS / "logs/comparison.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2_000,
        runtime="30m",
    params:
        **stages("evaluation.comparison"),
    script:
        RUN_STAGES
