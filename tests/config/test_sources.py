"""What a source of computed phases may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tieline.config.sources import PotentialSource


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"systems": []}, "at least 1 item"),
        ({"systems": ["Si-Xx"]}, "'Xx' is no chemical symbol"),
        ({"systems": ["Si-Ti-Si"]}, "names an element twice"),
        ({"systems": ["Si-Ti", "Si-Ti"]}, "stands twice"),
        ({"systems": ["Li-Si-Ti-Ni"]}, "has 4 elements; structure types have at most 3"),
        ({"systems": ["Si"], "potential": "7net-o"}, "did you mean '7net-0'"),
        ({"systems": ["Si"], "name": "a/b"}, "pattern"),
        ({"systems": ["Si"], "folder": "a{b}"}, "braces are not allowed"),
    ],
)
def test_mistakes(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PotentialSource.model_validate({"kind": "potential"} | given)
