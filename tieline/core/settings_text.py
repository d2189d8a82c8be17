"""Settings described in text: pydantic models as commented YAML and as Markdown tables.

All of it comes from the JSON schema of the model: the meaning of a key from its description, the allowed values from
its constraints. Two more keywords are read where a field gives them in `json_schema_extra`: ``unit``, and
``enumDescriptions``, which says what each value of an enumeration means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from textwrap import indent, wrap
from typing import Any

import yaml
from pydantic import BaseModel

Schema = dict[str, Any]
"""A JSON schema or a part of one, its references replaced by what they refer to."""

WIDTH = 118
"""Longest line of a comment, in characters."""

UNWRAPPED = 1_000_000
"""Line width for values, which stay on one line."""

WORDS = {"boolean": "true or false", "string": "text"}
"""Types of JSON whose names are not plain English."""

BOUNDS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
"""Keywords of JSON schema that bound a number."""

KEY_TABLE = re.compile(r"(<!-- keys: (\w+) -->\n).*?(<!-- end of keys -->)", re.DOTALL)
"""A table of keys in a Markdown page; the comment before it names the model."""

TABLE_HEAD = "| key | meaning | values | default |\n|---|---|---|---|\n"


def commented_yaml(model: type[BaseModel]) -> str:
    """Return the defaults of a model as YAML; the comment above each key states meaning, allowed values and unit.

    Parameters
    ----------
    model
        A model with a default for every field. Nested models become sections.

    Examples
    --------
    >>> from pydantic import BaseModel, Field
    >>> class Bath(BaseModel):
    ...     highest_k: float = Field(350.0, gt=0.0, description="Temperature limit.", json_schema_extra={"unit": "K"})
    >>> print(commented_yaml(Bath), end="")
    # Temperature limit. [number, above 0, in K]
    highest_k: 350.0
    """
    blocks = _yaml_blocks(_schema(model), model().model_dump(mode="json"), WIDTH)
    return "\n".join(blocks)


def key_table(model: type[BaseModel]) -> str:
    """Return a Markdown table of the keys of a model: meaning, allowed values with their unit, default.

    Parameters
    ----------
    model
        Any model. Its own keys come before inherited ones; a key that has one allowed value only, such as the kind of
        a source, is left out.
    """
    schema = _schema(model)
    rows = TABLE_HEAD
    for name in sorted(schema["properties"], key=lambda name: name not in model.__annotations__):
        key = schema["properties"][name]
        if "const" not in key:
            meaning = " ".join([_meaning(key), *(f"`{value}`: {text}" for value, text in _explained(key))])
            default = "required" if name in schema.get("required", ()) else _default(key)
            cells = [cell.replace("|", "\\|") for cell in (f"`{name}`", meaning, _values(key), default)]
            rows += f"| {' | '.join(cells)} |\n"
    return rows


def with_key_tables(page: str, models: Mapping[str, type[BaseModel]]) -> str:
    """Return a Markdown page with its tables of keys written anew.

    Parameters
    ----------
    page
        The page; its tables stand between the lines ``<!-- keys: NAME -->`` and ``<!-- end of keys -->``.
    models
        The model that each name stands for.

    Raises
    ------
    KeyError
        If the page names another model.
    """
    return KEY_TABLE.sub(lambda found: found[1] + key_table(models[found[2]]) + found[3], page)


def _schema(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(item) for item in part]
        if not isinstance(part, dict):
            return part
        target = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else {}
        return {name: resolved(value) for name, value in (target | part).items() if name != "$ref"}

    return {name: resolved(value) for name, value in schema.items()}


def _yaml_blocks(section: Schema, defaults: Mapping[str, Any], width: int) -> Iterator[str]:
    """Yield each key of a section with its comment; at the top, blocks are a line apart."""
    for name, key in section["properties"].items():
        if "properties" in key:
            keys = "".join(_yaml_blocks(key, defaults[name], width - 2))
            yield _comment(_meaning(key), width) + f"{name}:\n" + indent(keys, "  ")
        else:
            explained = [_comment(f"{value}: {text}", width, margin="  ") for value, text in _explained(key)]
            comment = _comment(f"{_meaning(key)} [{_values(key)}]", width)
            yield "".join([comment, *explained, _yaml_value(name, defaults[name])])


def _comment(text: str, width: int, margin: str = "") -> str:
    lines = wrap(
        text,
        width,
        initial_indent=f"# {margin}",
        subsequent_indent=f"# {margin * 2}",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "".join(f"{line}\n" for line in lines)


def _yaml_value(name: str, value: Any) -> str:
    # Lists of plain values stand in one line.
    flow = None if isinstance(value, list) else False
    return yaml.safe_dump({name: value}, default_flow_style=flow, sort_keys=False, width=UNWRAPPED)


def _meaning(key: Schema) -> str:
    return _sentence(" ".join(key.get("description", "").partition("\n\n")[0].split()))


def _sentence(text: str) -> str:
    return text and text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _explained(key: Schema) -> list[tuple[str, str]]:
    """Return the values that are explained one by one, with their meanings: of an enumeration, or kinds of mappings."""
    if "enumDescriptions" in key:
        return list(zip(map(str, key["enum"]), map(_sentence, key["enumDescriptions"]), strict=True))
    return [(_example(kind), _meaning(kind)) for kind in key.get("items", {}).get("oneOf", [])]


def _example(kind: Schema) -> str:
    """Return an example of a mapping, the keys with one allowed value first: they tell its kind."""
    example = sorted(kind["examples"][0].items(), key=lambda item: "const" not in kind["properties"][item[0]])
    return yaml.safe_dump(dict(example), default_flow_style=True, sort_keys=False, width=UNWRAPPED).strip()


def _default(key: Schema) -> str:
    if "default" not in key or "properties" in key:
        return ""
    value = key["default"]
    return f"`{value if value and isinstance(value, str) else json.dumps(value)}`"


def _values(key: Schema) -> str:
    """Return the allowed values in words, with their unit."""
    unit = f", in {key['unit']}" if "unit" in key else ""
    *others, last = [_plain_values(option) for option in key.get("anyOf", [key])]
    return f"{others[0]}{unit}, or {last}" if others else f"{last}{unit}"


def _plain_values(key: Schema) -> str:
    if "properties" in key:
        return "section"
    if "enum" in key:
        return f"one of {', '.join(map(str, key['enum']))}"
    kind = str(key.get("type", "one of these kinds"))
    if kind == "array":
        count = {"minimum": key.get("minItems"), "maximum": key.get("maxItems")}
        length = _bounds({name: n for name, n in count.items() if n is not None})
        return f"list{f' ({length})' if length else ''}: {_plain_values(key['items'])}"
    if kind == "object":
        return f"mapping to {_plain_values(key['additionalProperties'])}"
    if key.get("format") == "path":
        return "path"
    return ", ".join(filter(None, [WORDS.get(kind, kind), _bounds(key)]))


def _bounds(key: Mapping[str, Any]) -> str:
    if "minimum" in key and "maximum" in key:
        return f"{_number(key['minimum'])} to {_number(key['maximum'])}"
    return " and ".join(f"{words} {_number(key[bound])}" for bound, words in BOUNDS.items() if bound in key)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"
