"""One call that does what the workflow does."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

import tieline
from tieline.api import screening
from tieline.config import STAGES
from tieline.core.table_files import as_text
from tieline.ranking import stage
from tieline.ranking.columns import RANKED

DOCS = Path(__file__).parents[2] / "docs"
SPACE = {"space": {"hosts": ["Si"], "partners": ["Ti", "Ni"]}}


@pytest.fixture(scope="module")
def by_workflow(tmp_path_factory):
    """ranked.csv of a small run of the workflow on the embedded set."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "my.yaml").write_text(yaml.safe_dump(SPACE), "utf-8")
    command = [sys.executable, "-m", "tieline", "screen", "--cores", "1", "--configfile", "my.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "results/ranked.csv"


def test_numbers_are_those_of_the_workflow(by_workflow, tmp_path):
    as_text(tieline.screen(settings=SPACE), RANKED.columns).to_csv(tmp_path / "r.csv", index=False, lineterminator="\n")
    assert (tmp_path / "r.csv").read_bytes() == by_workflow.read_bytes()


def test_composite_has_the_numbers_of_the_workflow(by_workflow):
    ranked = pd.read_parquet(by_workflow.with_suffix(".parquet"))
    row = ranked[ranked["phase_b"] == "NiSi2"].iloc[0]
    composite = tieline.Composite(
        tieline.load_phases(), row["phase_a_id"], row["phase_b_id"], row["phase_b_weight_fraction"]
    )
    decimals = {column.name: column.decimals for column in RANKED.columns}
    for name, value in composite.properties.items():
        assert f"{value:.{decimals[name]}f}" == f"{row[name]:.{decimals[name]}f}", name


def test_loaded_phases_rank_as_the_sources_do():
    pd.testing.assert_frame_equal(tieline.screen(tieline.load_phases(), settings=SPACE), tieline.screen(settings=SPACE))


def test_every_stage_of_a_run_takes_part():
    on_request = {name for name in STAGES if "." in name} | {"relaxation", "report"}
    assert set(screening.STAGES) == set(STAGES) - on_request


def test_any_host_runs_and_says_what_is_unknown():
    rows = [
        ("ge", "Ge", 0.0),
        ("mg", "Mg", 0.0),
        ("li", "Li", 0.0),
        ("mg2ge", "Mg2Ge", -0.3),
        ("lige", "Li15Ge4", -0.25),
    ]
    table = pd.DataFrame(rows, columns=["phase_id", "formula", "formation_energy_ev_per_atom"])
    phases = tieline.load_phases(table.assign(volume_a3_per_atom=20.0, spacegroup_number_source=225), energy_level="x")
    ranked = tieline.screen(phases, hosts=["Ge"], partners=["Mg"])
    assert set(ranked["phase_b"]) == {"Mg2Ge"}
    # The claims name Si, Sn and Zn, and no growth of Ge is known.
    assert (ranked["n_claims_met"] == 0).all()
    assert ranked["a_stays_below_100_nm_to_k"].isna().all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"space": {"hostz": []}}, "config: unknown key 'space.hostz' (did you mean 'hosts'?)"),
        ({"ranking": {"weights": {"cost": 1.0}}}, "config: ranking.weights: 'cost' is not allowed"),
        ({"descriptors": ["no_such_module:x"]}, "config: descriptors = 'no_such_module:x': No module named"),
        (
            {"phases": {"sources": [{"kind": "optimade", "provider": "oqmd"}]}},
            "config: phases.sources: sources that rules fetch need the workflow",
        ),
    ],
)
def test_mistakes_are_one_line(settings, message):
    with pytest.raises(tieline.ConfigError) as error:
        tieline.screen(settings=settings)
    assert str(error.value).startswith(message)


def test_import_is_light():
    program = "import sys; import tieline; print(*sys.modules)"
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 10.0
    assert {"numpy", "pandas", "pydantic"}.isdisjoint(done.stdout.split())


def examples():
    """The modules and configurations of the page on extensions, by heading."""
    sections = re.split(r"^## ", (DOCS / "extending.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    blocks = [re.findall(r"```(?:python|yaml)\n(.*?)```", section, flags=re.DOTALL) for section in sections]
    return {section.splitlines()[0]: found for section, found in zip(sections, blocks, strict=True)}


@pytest.fixture
def example(tmp_path, monkeypatch):
    """Return a function that writes an example's module to the working directory and returns its configuration."""
    monkeypatch.chdir(tmp_path)

    def write(heading):
        code, config = examples()[heading]
        name = re.match(r"# (\w+)\.py", code)[1]
        Path(f"{name}.py").write_text(code, "utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
        assert len(code.strip().splitlines()) <= 22
        return yaml.safe_load(config)

    return write


def test_the_example_of_a_source(example):
    table = tieline.screen(settings=example("A source") | {"space": {"hosts": ["Si"], "partners": ["Ti"]}})
    assert set(table["phase_b_id"]) == {"c54"}


def test_the_example_of_a_criterion(example, monkeypatch):
    written = []
    summarise = stage.summarise_claims
    monkeypatch.setattr(stage, "summarise_claims", lambda *given: written.append(summarise(*given)) or written[0])
    table = tieline.screen(settings=example("A criterion") | SPACE)
    summary = written[0].set_index("claim")
    assert summary.loc[31, "says"] == "The composite weighs at most 3.8 g/cm3."
    assert summary.loc[31, "n_met"] == (table["density_g_per_cm3"] <= 3.8).sum() > 0
    assert table["n_claims_met"].max() <= 30


def test_the_example_of_columns(example):
    design = {"design": {"quantity": "capacity_expected_mah_per_g", "limit": 800.0}}
    table = tieline.screen(settings=example("Columns") | SPACE | design)
    expected = table["capacity_inert_b_mah_per_cm3"] / (1.0 + table["volume_change_inert_b_fraction"])
    own = table["capacity_inert_b_charged_mah_per_cm3"]
    pd.testing.assert_series_equal(own, expected, check_names=False)
    assert own.max() > own.min() + 1.0
    assert table.loc[table["score"].idxmax(), own.name] == own.max()
