"""Files of the configuration, looked at more strictly than YAML's reader does: a mistake is one line, nothing is lost.

A key that stands twice, a tag, and an anchor within itself are mistakes here; to a reader of YAML the last key wins, a
tag makes an object, and an anchor within itself a mapping without an end.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import yaml

from tieline.core.errors import ConfigError, did_you_mean

LONGEST_NUMBER = 300
"""Digits; no number of a configuration has as many, and Python reads no more than 4,300."""


def config_files_on(command_line: Sequence[str]) -> list[Path]:
    """Return the files that Snakemake's option ``--configfile`` names.

    Parameters
    ----------
    command_line
        What follows the name of the command.

    Examples
    --------
    >>> [path.name for path in config_files_on(["--cores", "2", "--configfile", "a.yaml", "b.yaml", "--", "phases"])]
    ['a.yaml', 'b.yaml']
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="*", action="extend", default=[], type=Path)
    return list(parser.parse_known_args(list(command_line))[0].configfile)


def check_config_file(path: Path) -> None:
    """Raise unless the file at `path` can be read as a configuration, and says nothing twice.

    Parameters
    ----------
    path
        YAML or JSON.

    Raises
    ------
    ConfigError
        One line naming the file, the line in it, and what is wrong there.
    """
    name = os.path.relpath(path)
    text = _text(path, name)
    try:
        _check_events(text, name)
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = "" if mark is None else f", line {mark.line + 1}"
        said = " ".join(filter(None, (error.context, error.problem)))
        raise ConfigError(f"{name}{place}: this is not YAML: {said}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: this is not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise ConfigError(f"{name}: nested too deeply") from error
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{name}: there are no keys at the top, such as space: or phases:")
    _check_node(root, name, ())


def _text(path: Path, name: str) -> str:
    try:
        content = path.read_bytes()
    except IsADirectoryError as error:
        raise ConfigError(f"{name}: this is a folder, not a configuration file") from error
    except (OSError, ValueError) as error:
        nearby = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        reason = "no such file" if isinstance(error, FileNotFoundError) else getattr(error, "strerror", None) or error
        raise ConfigError(f"{name}: {reason}{did_you_mean(path.name, nearby)}") from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        kind = " (it looks like UTF-16)" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        raise ConfigError(f"{name}, line {line}: the text is not in UTF-8{kind}; save it as UTF-8") from error


def _check_events(text: str, name: str) -> None:
    """Raise at a tag, or at an alias of what it stands in."""
    within: list[str | None] = []
    for event in yaml.parse(text, yaml.SafeLoader):
        place = f"{name}, line {event.start_mark.line + 1 if event.start_mark else '?'}"
        if tag := getattr(event, "tag", None):
            short = tag.replace("tag:yaml.org,2002:", "!!")
            raise ConfigError(f"{place}: tags such as {short} are not allowed; write plain values")
        if isinstance(event, yaml.CollectionStartEvent):
            within.append(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            within.pop()
        elif isinstance(event, yaml.AliasEvent) and event.anchor in within:
            raise ConfigError(f"{place}: *{event.anchor} stands within what it refers to")


def _check_node(node: yaml.Node, name: str, keys: tuple[str, ...]) -> None:
    place = f"{name}, line {node.start_mark.line + 1}"
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            own = (*keys, str(key.value) if isinstance(key, yaml.ScalarNode) else "?")
            line = key.start_mark.line + 1
            if own[-1] in seen and own[-1] != "<<":
                path = ".".join(own)
                raise ConfigError(f"{name}, line {line}: key {path!r} stands twice, first in line {seen[own[-1]]}")
            seen[own[-1]] = line
            _check_node(value, name, own)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _check_node(value, name, (*keys, str(number)))
    elif node.tag.endswith((":int", ":float")) and len(node.value) > LONGEST_NUMBER:
        raise ConfigError(f"{place}: {'.'.join(keys)} is a number of {len(node.value)} digits")
