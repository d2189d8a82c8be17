"""What sources that are fetched may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tieline.phases.source_settings import MaterialsProjectSource, Phases, PotentialSource


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"systems": []}, "at least 1 item"),
        ({"systems": ["Si-Xx"]}, "'Xx' is no chemical symbol"),
        ({"systems": ["Si-Ti-Si"]}, "names an element twice"),
        ({"systems": ["Si-Ti", "Si-Ti"]}, "is given twice"),
        ({"systems": ["Li-Si-Ti-Ni"]}, "has 4 elements; structure types have at most 3"),
        ({"systems": ["Si"], "potential": "7net-o"}, "did you mean '7net-0'"),
        ({"systems": ["Si"], "name": "a/b"}, "pattern"),
        ({"systems": ["Si"], "folder": "a{b}"}, "braces are not allowed"),
    ],
)
def test_mistakes(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PotentialSource.model_validate({"kind": "potential"} | given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"api_key": "x" * 32}, "Extra inputs are not permitted"),
        ({"thermo_type": "GGA_GGA+U_R2SCAN"}, "'GGA_GGA\\+U' or 'R2SCAN'"),
        ({"page_size": 1001}, "less than or equal to 1000"),
        ({"endpoint": "api.materialsproject.org"}, "pattern"),
        ({"endpoint": "https://me:secret@localhost"}, "must not contain a user name or password"),
        ({"cache": "a{b}"}, "braces are not allowed"),
    ],
)
def test_mistakes_with_the_materials_project(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        MaterialsProjectSource.model_validate({"kind": "materials_project"} | given)


def test_two_of_a_kind_need_two_names() -> None:
    source = {"kind": "materials_project"}
    with pytest.raises(ValidationError, match="two sources of kind materials_project are named 'materials_project'"):
        Phases.model_validate({"sources": [source, source]})
    phases = Phases.model_validate({"sources": [source, source | {"name": "r2scan", "thermo_type": "R2SCAN"}]})
    assert [source.name for source in phases.fetched] == ["materials_project", "r2scan"]
    assert phases.to_fetch("materials_project", "r2scan").model_dump()["thermo_type"] == "R2SCAN"
