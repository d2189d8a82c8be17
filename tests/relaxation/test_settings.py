from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tieline.core.errors import ConfigError
from tieline.data import DATA
from tieline.relaxation.settings import digest, read_settings

SHIPPED = DATA / "phases/reference.yaml"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "reference.yaml"


def test_the_plan_has_every_system_once_and_after_its_elements() -> None:
    plan = read_settings(SHIPPED).plan()
    assert len(set(plan)) == len(plan)
    for number, system in enumerate(plan):
        assert list(system) == sorted(system)
        assert {(symbol,) for symbol in system} <= set(plan[: number + 1])


def test_parts_of_a_ternary_are_planned_before_it(written: Path) -> None:
    content = yaml.safe_load(SHIPPED.read_text()) | {"systems": [[["Ti"], ["Ni"], ["Sn"]]], "reported": []}
    written.write_text(yaml.safe_dump(content))
    plan = read_settings(written).plan()
    assert plan[-1] == ("Ni", "Sn", "Ti")
    assert set(plan[:3]) == {("Ni",), ("Sn",), ("Ti",)}
    assert set(plan[3:-1]) == {("Ni", "Sn"), ("Ni", "Ti"), ("Sn", "Ti")}


def test_systems_of_reported_compounds_only_come_last_and_are_not_decorated(written: Path) -> None:
    content = yaml.safe_load(SHIPPED.read_text()) | {
        "systems": [[["Ti"], ["Si"]]],
        "reported": [[["Si"], ["Ti", "Ni"]]],
    }
    written.write_text(yaml.safe_dump(content))
    settings = read_settings(written)
    assert settings.plan() == (("Si",), ("Ti",), ("Si", "Ti"), ("Ni",), ("Ni", "Si"))
    # Elements are, as their energies are the zero of all others.
    assert settings.decorated == {("Si",), ("Ti",), ("Ni",), ("Si", "Ti")}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"versoin": "1"}, r"versoin: .*did you mean 'version'"),
        ({"systems": [[["Xx"]]]}, "'Xx' is no chemical symbol"),
        ({"keep_ev_per_atom": -1}, "keep_ev_per_atom: .*greater than 0"),
        (
            {"relax": {"potential": "7net-l3i5", "fmax_ev_per_a": 0.1, "max_steps": 3, "must_converge": False}},
            "prescreen.potential and relax.potential must agree",
        ),
        (
            {"refine": {"potential": "7net-omat"}},
            "refine.potential: .*'7net-omat' is none of 7net-0, 7net-l3i5, chgnet",
        ),
    ],
)
def test_mistakes_are_one_line_with_file_and_key(written: Path, change: dict[str, object], message: str) -> None:
    written.write_text(yaml.safe_dump(yaml.safe_load(SHIPPED.read_text()) | change))
    with pytest.raises(ConfigError, match=message) as caught:
        read_settings(written)
    assert str(written) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_settings(tmp_path / "none.yaml")


def test_digest_changes_with_any_value() -> None:
    relax = read_settings(SHIPPED).refine
    assert digest(relax) == digest(relax.model_copy())
    assert digest(relax) != digest(relax.model_copy(update={"max_steps": 7}))
