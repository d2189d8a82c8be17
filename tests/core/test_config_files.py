"""Files of the configuration that cannot be read, or not as they were meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.core.config_files import check_config_file, config_files_on
from tieline.core.errors import ConfigError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """Return a function that writes a file and returns the line it is refused with."""
    monkeypatch.chdir(tmp_path)

    def write(content):
        Path("my.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(ConfigError) as caught:
            check_config_file(tmp_path / "my.yaml")
        line = str(caught.value)
        assert "\n" not in line
        assert line.startswith("my.yaml")
        return line.removeprefix("my.yaml")

    return write


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("space: {hosts: [Si], hosts: [Sn]}", ", line 1: key 'space.hosts' stands twice, first in line 1"),
        ("space:\n  hosts: [Si]\nphases: {}\nspace: {}", ", line 4: key 'space' stands twice, first in line 1"),
        (
            "phases:\n  sources:\n  - kind: file\n    path: a\n    path: b",
            ", line 5: key 'phases.sources.0.path' stands twice, first in line 4",
        ),
        ('{"space": {}, "space": {}}', ", line 1: key 'space' stands twice, first in line 1"),
        ("a:\n- !!python/tuple [Si]", ", line 2: tags such as !!python/tuple are not allowed; write plain values"),
        ("a: !!str Si", ", line 1: tags such as !!str are not allowed; write plain values"),
        ("a: !mine {b: 1}", ", line 1: tags such as !mine are not allowed; write plain values"),
        ("a: &x {b: *x}", ", line 1: *x stands within what it refers to"),
        ("&x\na:\n- b: *x", ", line 3: *x stands within what it refers to"),
        ("a: 1\nb: *x", ", line 2: this is not YAML: found undefined alias 'x'"),
        ("a:\n\tb: 1", ", line 2: this is not YAML: while scanning for the next token found character '\\t' that"),
        ("a: [1", ", line 1: this is not YAML: while parsing a flow sequence"),
        ("a: 1\n---\nb: 2", ", line 2: this is not YAML: expected a single document in the stream"),
        ("a: " + "[" * 3000 + "]" * 3000, ": nested too deeply"),
        ("a: {b: " + "9" * 5001 + "}", ", line 1: a.b is a number of 5001 digits"),
        ("", ": there are no keys at the top, such as space: or phases:"),
        ("- a", ": there are no keys at the top, such as space: or phases:"),
        ("results: r".encode("utf-16"), ", line 1: the text is not in UTF-8 (it looks like UTF-16); save it as UTF-8"),
        ("a: 1\n# \u00e9".encode("latin-1"), ", line 2: the text is not in UTF-8; save it as UTF-8"),
        (b"a: \x00", ": this is not YAML: unacceptable character #x0000"),
    ],
)
def test_one_line_says_what_is_wrong_and_where(refused, content, line):
    assert refused(content).startswith(line)


def test_files_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("a: 1", "utf-8")
    Path("folder.yaml").mkdir()
    for name, line in {
        "mien.yaml": "mien.yaml: no such file (did you mean 'mine.yaml'?)",
        "folder.yaml": "folder.yaml: this is a folder, not a configuration file",
        "a" * 300: "a" * 300 + ": File name too long",
        "a\0": "a\0: embedded null byte",
    }.items():
        with pytest.raises(ConfigError) as caught:
            check_config_file(Path(name))
        assert str(caught.value) == line


@pytest.mark.parametrize(
    "content",
    [
        "space: {hosts: [Si]}\n",
        "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
        "a: [{b: 1}, {b: 1}]\n",
        '{"a": {"b": [1, 2]}}',
        "\ufeffa: 1\n",
        "a: " + "9" * 300,
    ],
)
def test_what_is_right_passes(tmp_path, content):
    (tmp_path / "my.yaml").write_text(content, "utf-8")
    check_config_file(tmp_path / "my.yaml")


def test_the_default_configuration_passes():
    check_config_file(ROOT / "config/config.yaml")


def test_files_on_the_command_line():
    line = ["screen", "--configfile", "a.yaml", "b.yaml", "--cores", "2", "--configfiles", "c.yaml", "--", "d.yaml"]
    assert [str(path) for path in config_files_on(line)] == ["a.yaml", "b.yaml", "c.yaml"]
    assert config_files_on(["--cores", "2"]) == []
