# Found by `snakemake` at the top of a checkout; the workflow itself is in workflow/.
include: "workflow/Snakefile"


# An included file does not set the target.
rule screen:
    input:
        rules.all.input,
