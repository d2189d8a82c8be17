"""What a stage imports, and that its key changes with that and with nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tieline
from tieline.config import STAGES
from tieline.core import freshness
from tieline.core.freshness import code_key, imported_modules, package_key


@pytest.mark.parametrize(
    ("stage", "within", "outside"),
    [
        # thermo.stage -> mixture_search -> systems -> hull
        ("thermo", {"thermo.hull", "thermo.liquid", "phases.table", "core.errors"}, {"lithiation.path", "config"}),
        # lithiation.stage -> candidates -> composite -> hull; what a tie-line is worth it reads from a table.
        ("lithiation", {"thermo.hull", "lithiation.path"}, {"thermo.probability", "claims.verdicts", "config"}),
        # relaxation.stage -> source -> run -> funnel -> selection -> hull
        ("relaxation", {"thermo.hull", "prototypes.decorate"}, {"thermo.stage", "lithiation.path", "config"}),
        ("process", {"process.prices", "data.transitions", "thermo.liquid"}, {"thermo.hull", "thermo.probability"}),
    ],
)
def test_import_closure_by_hand(stage: str, within: set[str], outside: set[str]) -> None:
    found = imported_modules(f"tieline.{stage}.stage")
    assert {f"tieline.{name}" for name in within} <= found
    assert found.isdisjoint(f"tieline.{name}" for name in outside)


def test_packages_around_are_imported_too() -> None:
    found = imported_modules("tieline.evaluation.experiment.stage")
    assert {"tieline", "tieline.evaluation", "tieline.evaluation.experiment", "tieline.phases"} <= found


LOADED = """
import json, sys
from importlib import import_module
found = {}
for stage in json.loads(sys.argv[1]):
    for name in [name for name in sys.modules if name.partition(".")[0] == "tieline"]:
        del sys.modules[name]
    import_module(f"tieline.{stage}.stage")
    found[stage] = [name for name in sys.modules if name.partition(".")[0] == "tieline"]
print(json.dumps(found))
"""


def test_all_that_python_loads_is_in_the_closure() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(list(STAGES))], capture_output=True, text=True, check=True
    )
    loaded = json.loads(ran.stdout)
    assert set(loaded) == set(STAGES)
    for stage, names in loaded.items():
        assert f"tieline.{stage}.stage" in names
        assert set(names) <= imported_modules(f"tieline.{stage}.stage"), stage


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    """A copy of the package, whose files the keys are made of."""
    shutil.copytree(Path(tieline.__file__).parent, tmp_path / "tieline", ignore=shutil.ignore_patterns("data"))
    shutil.copytree(
        Path(tieline.__file__).parent / "data",
        tmp_path / "tieline/data",
        ignore=lambda _, names: [name for name in names if not name.endswith(".py")],
    )
    monkeypatch.setattr(freshness, "ROOT", tmp_path / "tieline")
    return tmp_path / "tieline"


def keys() -> dict[str, str]:
    return {stage: code_key(f"tieline.{stage}.stage") for stage in STAGES}


@pytest.mark.parametrize(
    ("file", "concerned"),
    [
        (
            "thermo/hull.py",
            {
                "thermo",
                "lithiation",
                "full_cell",
                "relaxation",
                "evaluation.experiment",
                "evaluation.comparison",
                "evaluation.measured",
                "report.page",
                "report.paper",
            },
        ),
        ("relaxation/funnel.py", {"relaxation"}),
        ("process/prices.py", {"process"}),
        ("microstructure/crystallites.py", {"microstructure"}),
        ("phases/materials_project/cache.py", {"phases.materials_project"}),
        ("claims/verdicts.py", {"claims", "ranking", "report.page", "report.export"}),
        ("config.py", set()),
        ("__init__.py", set(STAGES)),
        ("core/errors.py", set(STAGES)),
    ],
)
def test_a_docstring_concerns_exactly_the_stages_that_import_it(package: Path, file: str, concerned: set[str]) -> None:
    before, whole = keys(), package_key()
    assert before == keys()
    text = (package / file).read_text("utf-8")
    assert text.startswith('"""')
    (package / file).write_text(text.replace('"""', '"""In other words: ', 1), "utf-8")
    after = keys()
    assert {stage for stage in STAGES if after[stage] != before[stage]} == concerned
    assert package_key() != whole
    (package / file).write_text(text, "utf-8")
    assert keys() == before
    assert package_key() == whole


def test_key_of_a_rule_of_several_stages(package: Path) -> None:
    both = code_key("tieline.process.stage", "tieline.full_cell.stage")
    assert both == code_key("tieline.full_cell.stage", "tieline.process.stage")
    assert both not in {code_key("tieline.process.stage"), code_key("tieline.full_cell.stage")}
    for file in ("process/prices.py", "full_cell/stack.py"):
        (package / file).write_text((package / file).read_text("utf-8") + "\n", "utf-8")
        assert both != (both := code_key("tieline.process.stage", "tieline.full_cell.stage"))


PRINT_KEYS = """
import json, sys
from tieline.core.freshness import ROOT, code_key
print(json.dumps([str(ROOT), *(code_key(f"tieline.{stage}.stage") for stage in json.loads(sys.argv[1]))]))
"""


def test_a_new_import_becomes_part_of_the_key(package: Path) -> None:
    """In a package that is imported from elsewhere: what process then imports, it runs again for."""
    stages = ["process", "full_cell"]

    def read() -> list[str]:
        ran = subprocess.run(
            [sys.executable, "-c", PRINT_KEYS, json.dumps(stages)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(package.parent)},
            cwd=package.parent,
        )
        root, *found = json.loads(ran.stdout)
        assert root == str(package)
        return found

    def change(file: str, more: str) -> None:
        (package / file).write_text((package / file).read_text("utf-8") + more, "utf-8")

    first = read()
    change(
        "process/prices.py", "\n\ndef _later():\n    from tieline.microstructure import shell  # within a function\n"
    )
    second = read()
    assert [one != other for one, other in zip(first, second, strict=True)] == [True, False]
    change("microstructure/shell.py", "\n")
    third = read()
    assert [one != other for one, other in zip(second, third, strict=True)] == [True, False]
    change("process/hazards.py", "\nif TYPE_CHECKING:\n    from tieline.thermo import hull\n")
    fourth = read()
    change("thermo/hull.py", "\n")
    fifth = read()
    assert [one != other for one, other in zip(fourth, fifth, strict=True)] == [False, True]
