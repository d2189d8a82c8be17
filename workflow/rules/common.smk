# What the rules have in common: their parameters.

from tieline.config import changed_settings, stage_settings
from tieline.core.freshness import code_key


def stages(*names, **more):
    """Return the parameters of a rule: its stages, the settings that concern each, and a checksum of their code."""
    return {
        "stages": {name: stage_settings(SETTINGS, name, **more) for name in names},
        "code": code_key(*(f"tieline.{name}.stage" for name in names)),
    }


def source_stage(name, kind):
    """Return the parameters of a rule that fetches a source, its name being the wildcard."""
    # Never the same twice, so that whoever asks for fresh data gets them.
    refresh = STARTED if SETTINGS.phases.refresh else None

    def of_source(wildcards):
        source = SETTINGS.phases.to_fetch(kind, wildcards.name).model_dump(mode="json")
        return {name: stage_settings(SETTINGS, name, source=source, refresh=refresh)}

    return {"stages": of_source, "code": code_key(f"tieline.{name}.stage")}
