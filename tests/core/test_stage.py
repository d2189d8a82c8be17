"""Stages as a rule runs them: in one process, in order, with errors that name them."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from tieline.core.columns import Column
from tieline.core.errors import PhaseDataError, TableError
from tieline.core.parallel import Parallel, Resources
from tieline.core.settings import StageSettings
from tieline.core.stage import run_stages
from tieline.core.tables import Table

NUMBERS = Table((Column("x", "", kind="integer", required=True),))
RESOURCES = Resources(3, Parallel(workers=2))


class Settings(StageSettings):
    """What both stages need."""

    factor: int


@pytest.fixture
def stage(monkeypatch):
    """Return a function that puts a stage into the package."""

    def make(name, run, **names):
        module = ModuleType(f"tieline.{name}.stage")
        for attribute, value in {"run": run, "Settings": Settings, **names}.items():
            setattr(module, attribute, value)
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return make


def run(folder: Path, stages, inputs=(), outputs=("one", "other")):
    run_stages(
        stages,
        inputs=inputs,
        outputs=[(name, f"{folder}/{name}.parquet") if isinstance(name, str) else name for name in outputs],
        resources=RESOURCES,
        log_file=folder / "rule.log",
    )


def writes_one(inputs, outputs, settings, resources):
    assert resources is RESOURCES
    NUMBERS.write(NUMBERS.read(inputs["start"]) * settings.factor, outputs["one"])


def adds_to_it(inputs, outputs, settings, resources):  # noqa: ARG001
    NUMBERS.write(NUMBERS.read(inputs["one"]) + settings.factor, outputs["other"])


def test_the_second_reads_what_the_first_wrote(tmp_path, stage):
    """5 times 7, plus 2."""
    stage("first", writes_one)
    stage("second.part", adds_to_it)
    NUMBERS.write(pd.DataFrame({"x": [5]}), tmp_path / "start.parquet")
    run(
        tmp_path,
        {"first": {"factor": 7, "more": "than it needs"}, "second.part": {"factor": 2}},
        inputs=[("start", str(tmp_path / "start.parquet"))],
    )
    assert NUMBERS.read(tmp_path / "other.parquet")["x"].tolist() == [37]


def test_lists_are_no_files_of_a_stage(tmp_path, stage):
    """They only say when the rule runs."""
    seen = {}
    stage("first", lambda inputs, outputs, *_: seen.update(inputs=dict(inputs), outputs=dict(outputs)))
    run(
        tmp_path,
        {"first": {"factor": 1}},
        inputs=[("phases", "phases.parquet"), ("files", ["a.csv", "b.csv"]), ("none", [])],
        outputs=["one", ("by_host", ["Si.csv", "Sn.csv"])],
    )
    one = tmp_path / "one.parquet"
    assert seen == {"inputs": {"one": one, "phases": Path("phases.parquet")}, "outputs": {"one": one}}


def test_an_error_of_a_table_names_the_stage(tmp_path, stage, capsys):
    ran = []
    stage("first", lambda *_: ran.append("first"))
    stage("second.part", adds_to_it)
    stage("third", lambda *_: ran.append("third"))
    pd.DataFrame({"y": [1]}).to_parquet(tmp_path / "one.parquet")
    with pytest.raises(SystemExit) as caught:
        run(tmp_path, {name: {"factor": 1} for name in ("first", "second.part", "third")})
    message = f"second.part: {tmp_path}/one.parquet: no column 'x'"
    assert caught.value.code == 1
    assert capsys.readouterr().err == f"tieline: {message}\n"
    assert (tmp_path / "rule.log").read_text("utf-8").endswith(f"ERROR {message}\n")
    assert ran == ["first"]
    assert issubclass(TableError, PhaseDataError)


def test_other_mistakes_speak_for_themselves(tmp_path, stage, capsys):
    def complains(*_):
        raise PhaseDataError("no elemental phase of Cu")

    stage("first", complains)
    with pytest.raises(SystemExit):
        run(tmp_path, {"first": {"factor": 1}})
    assert capsys.readouterr().err == "tieline: no elemental phase of Cu\n"


def test_each_stage_says_how_much_the_terminal_shows(tmp_path, stage, capsys):
    """Warnings, where it does not; the log has everything."""
    log = logging.getLogger("tieline.somewhere")

    def says(text):
        def of_stage(*_):
            log.info("%s quietly", text)
            log.warning("%s loudly", text)

        return of_stage

    stage("first", says("first"))
    stage("long", says("long"), TERMINAL_LEVEL=logging.INFO)
    stage("last", says("last"))
    run(tmp_path, {name: {"factor": 1} for name in ("first", "long", "last")})
    assert capsys.readouterr().err.splitlines() == [
        "tieline: first loudly",
        "tieline: long quietly",
        "tieline: long loudly",
        "tieline: last loudly",
    ]
    text = (tmp_path / "rule.log").read_text("utf-8")
    assert text.count("INFO") == text.count("WARNING") == 3


def test_the_stages_that_wait_for_a_network_or_a_potential_show_how_far_they_are():
    from tieline.phases.materials_project import stage as materials_project
    from tieline.phases.optimade import stage as optimade
    from tieline.relaxation import stage as relaxation

    assert {module.TERMINAL_LEVEL for module in (materials_project, optimade, relaxation)} == {logging.INFO}
