"""Models as commented YAML and as Markdown tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from tieline.core.settings_text import commented_yaml, key_table, with_key_tables


class Oil(BaseModel):
    """Oil of a given grade."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"grade": 5, "fluid": "oil"}]})

    fluid: Literal["oil"]
    grade: int = Field(description="Viscosity grade.")


class Water(BaseModel):
    """Plain water."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fluid": "water"}]})

    fluid: Literal["water"]


class Pump(BaseModel):
    """The circulation pump.

    What follows the first paragraph is for programmers.
    """

    flow_l_per_min: float = Field(2.5, gt=0.0, description="Flow.", json_schema_extra={"unit": "L/min"})
    running: bool = Field(True, description="Whether the pump runs")


class BaseBath(BaseModel):
    """What baths have in common."""

    owner: str | None = Field(None, description="Owner; null: nobody.")


class Bath(BaseBath):
    """A thermostat bath."""

    fluids: list[Annotated[Oil | Water, Field(discriminator="fluid")]] = Field(
        [Water(fluid="water")], min_length=1, description="Fluids, a | b."
    )
    on_alarm: Literal["stop", "warn"] = Field(
        "stop",
        description="Reaction to an alarm.",
        json_schema_extra={"enumDescriptions": ["switch off", "write a line"]},
    )
    pump: Pump = Pump()
    steps_k: list[Annotated[float, Field(ge=250.0, lt=400.0)]] = Field(
        [300.0, 350.5], max_length=3, description="Temperatures.", json_schema_extra={"unit": "K"}
    )
    limits: dict[str, Annotated[int, Field(ge=1)]] = Field({"high": 3, "low": 1}, description="Limits by name.")
    log: Path = Field(Path("bath.log"), description="Log file.")


EXPECTED = """\
# Owner; null: nobody. [text, or null]
owner: null

# Fluids, a | b. [list (at least 1): one of these kinds]
#   {fluid: oil, grade: 5}: Oil of a given grade.
#   {fluid: water}: Plain water.
fluids:
- {fluid: water}

# Reaction to an alarm. [one of stop, warn]
#   stop: Switch off.
#   warn: Write a line.
on_alarm: stop

# The circulation pump.
pump:
  # Flow. [number, above 0, in L/min]
  flow_l_per_min: 2.5
  # Whether the pump runs. [true or false]
  running: true

# Temperatures. [list (at most 3): number, at least 250 and below 400, in K]
steps_k: [300.0, 350.5]

# Limits by name. [mapping to integer, at least 1]
limits:
  high: 3
  low: 1

# Log file. [path]
log: bath.log
"""


def test_commented_yaml():
    assert commented_yaml(Bath) == EXPECTED


def test_yaml_gives_the_defaults():
    assert Bath.model_validate(yaml.safe_load(commented_yaml(Bath))) == Bath()


def test_long_comments_are_wrapped_at_118_characters_and_values_are_not():
    class Wordy(BaseModel):
        words: list[str] = Field(["word"] * 60, description="word " * 60)

    *comment, value = commented_yaml(Wordy).splitlines()
    assert len(comment) == 3
    assert all(line.startswith("# ") and len(line) <= 118 for line in comment)
    assert value == f"words: [{', '.join(['word'] * 60)}]"


def test_table_puts_own_keys_before_inherited_ones_and_leaves_out_the_kind():
    names = [line.split("`")[1] for line in key_table(Bath).splitlines()[2:]]
    assert names == ["fluids", "on_alarm", "pump", "steps_k", "limits", "log", "owner"]
    assert key_table(Oil).splitlines()[2:] == ["| `grade` | Viscosity grade. | integer | required |"]


@pytest.mark.parametrize(
    "row",
    [
        "| `owner` | Owner; null: nobody. | text, or null | `null` |",
        "| `on_alarm` | Reaction to an alarm. `stop`: Switch off. `warn`: Write a line. | one of stop, warn | `stop` |",
        "| `pump` | The circulation pump. | section |  |",
        "| `log` | Log file. | path | `bath.log` |",
    ],
)
def test_table_rows(row):
    assert row in key_table(Bath).splitlines()


def test_a_bar_in_a_meaning_does_not_end_the_cell():
    (line,) = (line for line in key_table(Bath).splitlines() if "Fluids" in line)
    assert r"Fluids, a \| b." in line


def test_page_keeps_its_text_and_gets_its_tables():
    page = (
        "before\n<!-- keys: oil -->\nold\n<!-- end of keys -->\nbetween\n<!-- keys: water -->\n<!-- end of keys -->\n"
    )
    new = with_key_tables(page, {"oil": Oil, "water": Water})
    assert new.replace(key_table(Oil), "").replace(key_table(Water), "") == page.replace("old\n", "")
    assert with_key_tables(new, {"oil": Oil, "water": Water}) == new
    with pytest.raises(KeyError, match="water"):
        with_key_tables(page, {"oil": Oil})
