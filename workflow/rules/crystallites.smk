rule lines:
    """Compute the powder diffraction lines of every phase that is part of a pair."""
    input:
        phases=rules.phases.output,
        pairs=rules.coexistence.output.pairs,
    output:
        RESULTS / "work/lines.parquet",
    log:
        RESULTS / "logs/lines.log",
    benchmark:
        RESULTS / "benchmarks/lines.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        # The rest of the section is about peaks, not lines.
        radiation={
            key: SECTIONS["diffraction"][key]
            for key in (
                "wavelength_angstrom",
                "two_theta_min_deg",
                "two_theta_max_deg",
            )
        },
        cache=str(SETTINGS.diffraction.cache or RESULTS / "work/line_cache.parquet"),
        code=CODE,
    script:
        "../../scripts/lines.py"


rule crystallites:
    """Compute crystallites, shell and heat treatment of every candidate."""
    input:
        candidates=rules.candidates.output.candidates,
        phases=rules.phases.output,
        lines=rules.lines.output,
        miedema=DATA / "elements/miedema.csv",
    output:
        RESULTS / "work/crystallites.parquet",
    log:
        RESULTS / "logs/crystallites.log",
    benchmark:
        RESULTS / "benchmarks/crystallites.tsv"
    conda:
        "../../environment.yml"
    threads: CORES
    params:
        diffraction=SECTIONS["diffraction"],
        microstructure=SECTIONS["microstructure"],
        code=CODE,
    script:
        "../../scripts/crystallites.py"
