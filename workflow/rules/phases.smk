rule materials_project:
    """Fetch phases from the Materials Project, as far as the cache lacks them."""
    output:
        table=FETCHED / "materials_project/{name}.parquet",
        about=FETCHED / "materials_project/{name}.json",
    log:
        RESULTS / "logs/materials_project_{name}.log",
    # Where the network is.
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **source_stage("phases.materials_project", "materials_project"),
    script:
        RUN_STAGES


rule optimade:
    """Fetch phases from an OPTIMADE database, as far as the cache lacks them."""
    input:
        providers=DATA / "optimade_providers.csv",
    output:
        table=FETCHED / "optimade/{name}.parquet",
        about=FETCHED / "optimade/{name}.json",
    log:
        RESULTS / "logs/optimade_{name}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **source_stage("phases.optimade", "optimade"),
    script:
        RUN_STAGES


rule potential:
    """Decorate and relax structure types, going on from what is stored."""
    input:
        reference=DATA / "phases/reference.yaml",
        compounds=DATA / "compounds/known_compounds.csv",
        without_compounds=DATA / "compounds/without_compounds.csv",
        types=DATA / "prototypes/structure_types.yaml",
        sizes=DATA / "prototypes/element_sizes.csv",
        # A potential of the user's own; without it the stage says what is wrong.
        module=lambda wildcards: own_module(
            SETTINGS.phases.to_fetch("potential", wildcards.name).potential
        ),
    output:
        table=FETCHED / "potential/{name}.parquet",
        about=FETCHED / "potential/{name}.json",
    log:
        RESULTS / "logs/potential_{name}.log",
    conda:
        ENVIRONMENT
    threads: 8
    resources:
        mem_mb=12_000,
        runtime="1d",
    params:
        **source_stage("relaxation", "potential"),
    script:
        RUN_STAGES


rule phases:
    """Read all sources into one phase table with one reference state per element."""
    input:
        files=PHASE_FILES,
    output:
        phases=RESULTS / "phases.parquet",
        excluded=RESULTS / "excluded.csv",
        rejected=RESULTS / "rejected.csv",
        sources=RESULTS / "work/sources.json",
    log:
        RESULTS / "logs/phases.log",
    group:
        "hulls"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2_000,
        runtime="30m",
    params:
        **stages("phases"),
    script:
        RUN_STAGES


rule export:
    """Write the phases as an ASE database and as pymatgen entries; asked for by name only."""
    input:
        phases=rules.phases.output.phases,
    output:
        database=RESULTS / "export/phases.db",
        entries=RESULTS / "export/entries.json.gz",
    log:
        RESULTS / "logs/export.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2_000,
        runtime="30m",
    params:
        **stages("phases.export"),
    script:
        RUN_STAGES
