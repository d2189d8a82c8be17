"""The config: defaults, schema and messages."""

from __future__ import annotations

import json
import re
from difflib import unified_diff
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from tieline.config import (
    NOT_RECORDED,
    RENAMED,
    STAGES,
    Config,
    commented_yaml,
    described,
    load_config,
    require_usable_folder,
    schema,
    stage_settings,
)
from tieline.core.errors import ConfigError
from tieline.phases.source_settings import SOURCE_KINDS
from tieline.thermo.settings import WeightFractionGrid

ROOT = Path(__file__).parents[1]


def message(raw):
    with pytest.raises(ConfigError) as caught:
        load_config(raw)
    text = str(caught.value)
    assert text.startswith("config: ")
    assert "\n" not in text
    return text


@pytest.mark.parametrize("path", described(ROOT), ids=lambda path: path.name)
def test_described_files_are_in_step(path):
    """The difference, and what mends it, are in the message."""
    written, expected = path.read_text("utf-8"), described(ROOT)[path]
    difference = unified_diff(written.splitlines(), expected.splitlines(), str(path), "from the models", lineterm="")
    assert written == expected, "\n".join([*difference, "", "run: python scripts/write_config.py"])


def test_schema_names_its_dialect_and_forbids_unknown_keys():
    document = schema()
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["additionalProperties"] is False
    assert all(section["additionalProperties"] is False for section in document["$defs"].values())


def test_yaml_gives_every_default():
    assert yaml.safe_load(commented_yaml()) == json.loads(Config().model_dump_json())


def models(model=Config):
    """Every model of the configuration, by way of the fields."""
    yield model
    for field in model.model_fields.values():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from models(kind)


@pytest.mark.parametrize("model", dict.fromkeys([*models(), *SOURCE_KINDS.values()]), ids=lambda model: model.__name__)
def test_every_section_and_key_is_described(model):
    assert model.__doc__
    for name, field in model.model_fields.items():
        is_section = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        assert field.description or is_section or name == "kind", name


@pytest.mark.parametrize("kind", SOURCE_KINDS)
def test_examples_of_sources_are_valid(kind):
    (example,) = SOURCE_KINDS[kind].model_config["json_schema_extra"]["examples"]
    (source,) = load_config({"phases": {"sources": [example]}}).phases.sources
    assert source.kind == kind


def test_manual_has_a_table_for_every_kind_of_source():
    manual = (ROOT / "config/README.md").read_text("utf-8")
    tables = re.findall(r"<!-- keys: (\w+) -->", manual)
    assert sorted(tables) == sorted({"sections", "limits", *SOURCE_KINDS} - {"embedded"})


def test_explanations_fit_the_values():
    key = schema()["$defs"]["Phases"]["properties"]["invalid_rows"]
    assert dict(zip(key["enum"], key["enumDescriptions"], strict=True))["skip"] == "leave all such rows out"


@pytest.mark.parametrize(
    ("raw", "new"),
    [
        ({"phases": {"on_rejected": "go_on"}}, "'phases.on_rejected' is now named 'phases.invalid_rows'"),
        ({"cell": {"n_to_p_ratio": 1.2}}, "'cell' is now named 'full_cell'"),
        ({"certainty": {"draws": 100}}, "'certainty' is now named 'uncertainty'"),
        ({"assemblages": {}}, "'assemblages' is now named 'mixtures'"),
        ({"claims": {"csv_candidates": 5}}, "'claims.csv_candidates' is now named 'claims.max_csv_candidates'"),
    ],
)
def test_keys_of_earlier_versions(raw, new):
    assert new in message(raw)


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_new_names_are_keys_and_old_ones_are_not(old, new):
    for path, is_key in ((old, False), (new, True)):
        *sections, key = path.split(".")
        model = Config
        for section in sections:
            model = model.model_fields[section].annotation
        assert (key in model.model_fields) == is_key


def test_removed_keys_say_why():
    assert message({"temperature": {"highest_k": 1300}}) == (
        "config: 'temperature' no longer exists: coexistence now ends at the first liquid, which needs no settings"
    )


def test_empty_config_is_the_default():
    assert load_config({}) == Config()


@pytest.mark.parametrize("section", list(Config.model_fields))
def test_misspelt_section(section):
    text = message({section + "x": {}})
    assert f"unknown key '{section}x' (did you mean '{section}'?)" in text
    assert "allowed here: results, phases, space" in text


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ({"space": {"host": ["Si"]}}, ["'space.host'", "did you mean 'hosts'?"]),
        (
            {"composition": {"phase_b_weight_fraction": {"stpe": 0.1}}},
            ["'composition.phase_b_weight_fraction.stpe'", "'step'"],
        ),
        ({"phases": {"file": "x.csv"}}, ["unknown key 'phases.file'", "allowed here: sources, refresh, suppressed"]),
        (
            {"phases": {"sources": [{"kind": "file", "pth": "x"}]}},
            ["'phases.sources.0.pth'", "did you mean 'path'?", "(and 1 more)"],
        ),
        ({"phases": {"sources": [{"kind": "embedded", "path": "x"}]}}, ["'phases.sources.0.path'"]),
        (
            {"comparison": {"source": {"kind": "file", "path": "x", "energy_levle": "y"}}},
            ["'comparison.source.energy_levle'", "did you mean 'energy_level'?", "allowed here: kind, path, name"],
        ),
    ],
)
def test_misspelt_keys(raw, parts):
    text = message(raw)
    assert all(part in text for part in parts), text


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ({"phases": {"sources": []}}, ["phases.sources = []", "at least 1 item"]),
        ({"phases": {"sources": "embedded"}}, ["phases.sources = 'embedded'", "must be a list"]),
        ({"phases": {"sources": ["embedded"]}}, ["phases.sources.0 = 'embedded'"]),
        (
            {"phases": {"sources": [{"kind": "fiel", "path": "x"}]}},
            ["phases.sources.0", "kind 'fiel'", "did you mean 'file'?", "'embedded'"],
        ),
        ({"phases": {"sources": [{"path": "x"}]}}, ["phases.sources.0", "kind is missing", "'file'"]),
        ({"phases": {"sources": [{"kind": "file"}]}}, ["phases.sources.0.path", "required"]),
        (
            {"phases": {"sources": [{"kind": "file", "path": "x", "columns": {"formul": "y"}}]}},
            ["phases.sources.0.columns", "'formul' is not allowed", "did you mean 'formula'?"],
        ),
        ({"phases": {"sources": [{"kind": "file", "path": "a{b}.csv"}]}}, ["phases.sources.0.path", "braces"]),
        ({"phases": {"suppressed": ["Li4.4Si"]}}, ["phases.suppressed", "'Li4.4Si' is no chemical formula"]),
        ({"phases": {"suppressed": ["Lx2Si"]}}, ["'Lx' is no chemical symbol"]),
        ({"phases": {"suppressed": ["Si0"]}}, ["'Si0'", "amounts"]),
        ({"phases": {"suppressed": [""]}}, ["the formula is empty"]),
        ({"phases": None}, ["phases = None"]),
        ({"space": {"hosts": []}}, ["space.hosts = []"]),
        ({"space": {"hosts": ["sn"]}}, ["space.hosts = ['sn']", "'sn' is no chemical symbol", "did you mean 'Sn'?"]),
        ({"space": {"partners": ["Tj"]}}, ["space.partners = ['Tj']", "'Tj' is no chemical symbol"]),
        ({"space": {"partners": []}}, ["space.partners = []", "at least 1 item"]),
        ({"space": {"hosts": ["Si", "Si"]}}, ["'Si' is given twice"]),
        ({"space": {"hosts": "Si"}}, ["space.hosts = 'Si'", "must be a list"]),
        ({"space": {"partner_groups": ["IIIA"]}}, ["'IIIA' is not allowed", "transition, IIB, IIIB, IVB"]),
        ({"space": {"exclude": ["ti"]}}, ["'ti' is no chemical symbol", "did you mean 'Ti'?"]),
        ({"space": {"max_partners": 4}}, ["space.max_partners = 4", "less than or equal to 3"]),
        ({"space": {"max_partners": 0}}, ["space.max_partners = 0", "greater than or equal to 1"]),
        ({"space": {"max_partners": 1.5}}, ["space.max_partners = 1.5"]),
        ({"space": {"hosts": ["Si"], "exclude": ["Si"]}}, ["space.exclude contains all of space.hosts"]),
        ({"space": {"include_radioactive": "perhaps"}}, ["space.include_radioactive = 'perhaps'"]),
        ({"phase_a": {"kinds": ["elemnt"]}}, ["phase_a.kinds.0 = 'elemnt'", "did you mean 'element'?"]),
        ({"phase_a": {"polymorphs": {"Sn": 231}}}, ["phase_a.polymorphs.Sn = 231", "230"]),
        ({"phase_a": {"polymorphs": {"ge": 227}}}, ["'ge' is no chemical symbol", "did you mean 'Ge'?"]),
        ({"coexistence": {"tolerance_ev_per_atom": -0.1}}, ["coexistence.tolerance_ev_per_atom = -0.1"]),
        ({"coexistence": {"tolerance_ev_per_atom": float("nan")}}, ["coexistence.tolerance_ev_per_atom = nan"]),
        ({"coexistence": {"tolerance_ev_per_atom": "a lot"}}, ["= 'a lot'", "must be a number"]),
        (
            {"composition": {"phase_b_weight_fraction": {"min": 0.9, "max": 0.6}}},
            ["composition.phase_b_weight_fraction", "min 0.9 is above max 0.6"],
        ),
        ({"composition": {"phase_b_weight_fraction": {"max": 1.0}}}, ["phase_b_weight_fraction.max = 1.0"]),
        ({"composition": {"phase_b_weight_fraction": {"step": 1e-9}}}, ["phase_b_weight_fraction.step = 1e-09"]),
        ({"uncertainty": {"sigma_ev_per_atom": -0.01}}, ["uncertainty.sigma_ev_per_atom = -0.01"]),
        ({"uncertainty": {"shared_within_system": 1.5}}, ["uncertainty.shared_within_system = 1.5"]),
        ({"uncertainty": {"draws": 10}}, ["uncertainty.draws = 10", "greater than or equal to 100"]),
        ({"uncertainty": {"draws": 10**6}}, ["uncertainty.draws = 1000000", "100000"]),
        ({"uncertainty": {"seed": -1}}, ["uncertainty.seed = -1"]),
        (
            {"uncertainty": {"sigma_ev_atom": 0.02}},
            ["unknown key 'uncertainty.sigma_ev_atom'", "did you mean 'sigma_ev_per_atom'?"],
        ),
        (
            {"mixtures": {"phase_b1_weight_share": {"min": 0.8}}},
            ["mixtures.phase_b1_weight_share", "min 0.8 is above max 0.75"],
        ),
        ({"mixtures": {"phase_b1_weight_share": {"max": 1}}}, ["mixtures.phase_b1_weight_share.max = 1"]),
        ({"mixtures": {"max_per_system": -1}}, ["mixtures.max_per_system = -1", "greater than or equal to 0"]),
        ({"mixtures": {"uncovered_systems": "some"}}, ["mixtures.uncovered_systems = 'some'", "must be true or false"]),
        ({"lithiation": {"working_ion": "li"}}, ["'li' is no chemical symbol", "did you mean 'Li'?"]),
        ({"lithiation": {"working_ion": "Ag"}}, ["ion_charge must be given for working_ion 'Ag'"]),
        ({"lithiation": {"working_ion": "Zn"}}, ["lithiation.working_ion 'Zn' is one of space.hosts"]),
        ({"lithiation": {"ion_charge": 4}}, ["lithiation.ion_charge = 4"]),
        ({"lithiation": {"cutoff_v": 6}}, ["lithiation.cutoff_v = 6"]),
        ({"design": {"limit": 0}}, ["design.limit = 0", "greater than 0"]),
        ({"crystal": {"symmetry_tolerance_angstrom": 0.5}}, ["is above symmetry_tolerance_loose_angstrom"]),
        ({"ranking": {"objectives": ["capacty_inert_b_mah_per_g"]}}, ["did you mean 'capacity_inert_b_mah_per_g'?"]),
        ({"ranking": {"objectives": ["system"]}}, ["'system' is not allowed"]),
        ({"ranking": {"weights": {"density_g_per_cm3": 0}}}, ["at least one weight must be above zero"]),
        ({"ranking": {"weights": {"density_g_per_cm3": float("inf")}}}, ["ranking.weights.density_g_per_cm3 = inf"]),
        ({"ranking": {"weights": {"density_g_per_cm3": -1}}}, ["ranking.weights.density_g_per_cm3 = -1"]),
        ({"claims": {"max_csv_candidates": 0}}, ["claims.max_csv_candidates = 0", "greater than or equal to 1"]),
        ({"parallel": {"workers": 0}}, ["parallel.workers = 0"]),
        ({"parallel": {"workers": "two"}}, ["parallel.workers = 'two'"]),
        ({"parallel": {"scheduler_address": "node01:8786"}}, ["parallel.scheduler_address = 'node01:8786'", "tcp"]),
        ({"parallel": {"memory_per_worker_gb": float("inf")}}, ["parallel.memory_per_worker_gb = inf"]),
        ({"results": "a{b}"}, ["results = 'a{b}'", "braces"]),
        ({"results": None}, ["results = None"]),
    ],
)
def test_impossible_values(raw, parts):
    text = message(raw)
    assert all(part in text for part in parts), text


def test_numbers_as_the_command_line_gives_them():
    """Nested numbers of --config arrive as text."""
    config = load_config(
        {
            "space": {"max_partners": "1", "include_radioactive": "true"},
            "coexistence": {"tolerance_ev_per_atom": "0.05"},
            "composition": {"phase_b_weight_fraction": {"min": "0.5", "max": "0.9", "step": "0.2"}},
            "phase_a": {"polymorphs": {"Sn": "227"}},
            "lithiation": {"working_ion": "Na", "cutoff_v": "0.01"},
            "ranking": {"weights": {"density_g_per_cm3": "2"}},
            "parallel": {"workers": "2"},
        }
    )
    assert config.space.max_partners == 1
    assert config.space.include_radioactive is True
    assert config.coexistence.tolerance_ev_per_atom == 0.05
    assert config.composition.phase_b_weight_fraction.grid == (0.5, 0.7, 0.9)
    assert config.phase_a.polymorphs == {"Si": 227, "Sn": 227, "Zn": 194}
    assert config.lithiation.cutoff_v == 0.01
    assert config.ranking.weights == {"density_g_per_cm3": 2.0}
    assert config.parallel.workers == 2


@pytest.mark.parametrize(
    ("low", "high", "step", "expected"),
    [
        (0.60, 0.95, 0.05, (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)),
        (0.6, 0.9, 0.1, (0.6, 0.7, 0.8, 0.9)),
        (0.6, 0.95, 0.1, (0.6, 0.7, 0.8, 0.9)),
        (0.7, 0.7, 0.05, (0.7,)),
        (0.1, 0.3, 0.9, (0.1,)),
    ],
)
def test_weight_fraction_grid(low, high, step, expected):
    assert WeightFractionGrid(min=low, max=high, step=step).grid == expected


@pytest.mark.parametrize(("ion", "charge"), [("Li", 1), ("Na", 1), ("Mg", 2), ("Al", 3)])
def test_charge_of_usual_ions(ion, charge):
    assert load_config({"lithiation": {"working_ion": ion}}).lithiation.charge == charge


def test_any_element_can_be_a_host():
    config = load_config({"space": {"hosts": ["Ge"]}, "phase_a": {"polymorphs": {"Ge": 227}}})
    assert config.space.screened_hosts == ("Ge",)
    assert config.phase_a.polymorphs == {"Si": 227, "Sn": 141, "Zn": 194, "Ge": 227}


def test_given_charge_wins():
    assert load_config({"lithiation": {"working_ion": "Ag", "ion_charge": 1}}).lithiation.charge == 1


SOURCES = {
    "phases.materials_project": {"kind": "materials_project"},
    "phases.optimade": {"kind": "optimade", "provider": "alexandria"},
    "relaxation": {"kind": "potential", "systems": ["Si-Ti"]},
}
"""A source for each stage that fetches one; its rule gives it."""


def parameters(raw):
    """Return what each stage gets of a configuration."""
    config = load_config(raw)
    more = {name: {"source": source} for name, source in SOURCES.items()}
    return {name: stage_settings(config, name, **more.get(name, {})) for name in STAGES}


FETCHING = {*SOURCES}
EVALUATION = {"evaluation.experiment", "evaluation.comparison"}
MEASURED = {"evaluation.measured"}
REPORT = {"report", "report.page", "report.paper"}

CHANGES = [
    ({"results": "elsewhere"}, set()),
    ({"phases": {"refresh": True}}, set()),
    ({"phases": {"suppressed": []}}, {"phases", "evaluation.comparison"}),
    (
        {"space": {"exclude": ["Cd"]}},
        {"phases", "thermo", "lithiation", *REPORT, "evaluation.comparison"} | FETCHING,
    ),
    ({"phase_a": {"polymorphs": {"Sn": 227}}}, {"phases", "thermo"} | EVALUATION),
    ({"coexistence": {"tolerance_ev_per_atom": 0.01}}, {"thermo", "claims", "evaluation.experiment"}),
    ({"uncertainty": {"seed": 1}}, {"thermo", "evaluation.experiment"}),
    ({"mixtures": {"max_per_system": 2}}, {"thermo", "lithiation"}),
    ({"composition": {"phase_b_weight_fraction": {"max": 0.9}}}, {"thermo", "lithiation"} | EVALUATION),
    (
        {"lithiation": {"working_ion": "Na"}},
        {"phases", "thermo", "lithiation", "full_cell", "claims", "report.page", "report.paper"}
        | FETCHING
        | EVALUATION
        | MEASURED,
    ),
    ({"lithiation": {"cutoff_v": 0.1}}, {"lithiation", "full_cell", "claims"} | EVALUATION | MEASURED),
    ({"design": {"limit": 0.5}}, {"lithiation"}),
    (
        {"crystal": {"symmetry_tolerance_angstrom": 0.02}},
        {"phases", "thermo", "report.page", "report.export"} | EVALUATION,
    ),
    ({"process": {"crucible_limit_k": 1900}}, {"process"}),
    ({"full_cell": {"n_to_p_ratio": 1.2}}, {"full_cell"}),
    ({"diffraction": {"detection_limit": 0.3}}, {"microstructure", "report.page"}),
    ({"microstructure": {"design_size_nm": 10}}, {"microstructure", "claims", "report.page"}),
    ({"claims": {"max_csv_candidates": 10}}, set()),
    ({"claims": {"criteria": ["my_module:my_criterion"]}}, {"claims"}),
    ({"descriptors": ["descriptor_module:MINE"]}, {"claims", "report.page", "report.export"}),
    ({"ranking": {"weights": {"density_g_per_cm3": 1}}}, set()),
    ({"ranking": {"objectives": ["density_g_per_cm3"]}}, set()),
    ({"selection": {"exclude_elements": ["Cd"]}}, set()),
    ({"reference": {"b": "NiSi2"}}, set(REPORT)),
    ({"report": {"batch_g": 5.0}}, {"report.page"}),
    ({"comparison": {"source": {"kind": "file", "path": "x.csv"}}}, {"evaluation.comparison"}),
    ({"changes": {"baseline": "earlier"}}, set()),
    ({"export": {"first": 3}}, {"report.export"}),
    ({"parallel": {"workers": 2}}, set()),
]
"""A change of each section, and the stages beside the ranking that get it."""


@pytest.fixture
def _own_descriptor(tmp_path, monkeypatch):
    (tmp_path / "descriptor_module.py").write_text(
        "from tieline.core.columns import Column\nfrom tieline.core.extensions import Descriptor\n"
        "MINE = Descriptor((Column('mine', 'A column', '1', 2),), None)\n",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_own_descriptor")
@pytest.mark.parametrize(("raw", "expected"), CHANGES, ids=[json.dumps(raw) for raw, _ in CHANGES])
def test_each_stage_gets_only_what_it_needs(raw, expected):
    """The ranking writes down all that can change a result, and so gets it."""
    before, after = parameters({}), parameters(raw)
    changed = {name for name in STAGES if before[name] != after[name]}
    says_nothing = raw.keys() <= NOT_RECORDED or raw == {"phases": {"refresh": True}}
    assert changed == expected | (set() if says_nothing else {"ranking"})


def test_every_section_is_changed_once():
    assert {section for raw, _ in CHANGES for section in raw} == {*Config.model_fields}


def test_working_ion_reaches_the_stages_that_look_for_its_phases():
    found = parameters({"lithiation": {"working_ion": "Na"}})
    for name in ("phases", "thermo", *FETCHING):
        assert found[name]["working_ion"] == "Na"
    for name in ("lithiation", "evaluation.experiment"):
        assert found[name]["lithiation"]["working_ion"] == "Na"


def test_what_stages_get_is_plain():
    """Snakemake keeps it as JSON and compares it with that of the run before."""
    for name, given in parameters({"results": "a"}).items():
        assert json.loads(json.dumps(given)) == given, name


def test_what_the_rule_knows_reaches_its_stage():
    config = load_config({})
    assert stage_settings(config, "ranking", baseline=Path("a/ranked.csv"))["baseline"] == "a/ranked.csv"
    fetched = stage_settings(config, "phases.optimade", source=SOURCES["phases.optimade"], refresh=12.5)
    assert fetched["refresh"] == 12.5
    assert fetched["source"]["provider"] == "alexandria"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"parallel": {"workers": True}}, "parallel.workers = True: must be a number, not true or false"),
        ({"phase_a": {"polymorphs": {"Sn": False}}}, "phase_a.polymorphs: must be a number, not true or false"),
        (
            {"ranking": {"weights": {"cost_usd_per_kg": 1e308, "density_g_per_cm3": 1e308}}},
            "ranking.weights: must be a number of at most 1e+09",
        ),
        ({"design": {"limit": "1e308"}}, "design.limit = '1e308': must be a number of at most 1e+09"),
        (
            {"claims": {"max_csv_candidates": 10**5000}},
            "= a number too long to show: must be a number of at most 1e+09",
        ),
        ({"ranking": {"weights": {"cost_usd_per_kg": 1e-320}}}, "at least one weight must be above zero"),
        ({"results": ""}, "results = '': must not be empty"),
        ({"results": "a\0b"}, r"results = 'a\x00b': must not have control characters"),
        ({"results": "a/" * 3000}, "...: is too long: a name may have 255 bytes and a path 4095"),
        (
            {"phases": {"sources": [{"kind": "file", "path": "ä" * 128}]}},
            "...: is too long: a name may have 255 bytes and a path 4095",
        ),
        ({"phases": {"sources": [{"kind": "file", "path": ""}]}}, "phases.sources.0.path = '': must not be empty"),
        ({"hosts": ["Si"]}, "unknown key 'hosts' (its place is 'space.hosts'); allowed here: "),
        ({"space": {"weights": {}}}, "unknown key 'space.weights' (its place is 'ranking.weights'); allowed here: "),
        ({"max_atoms": 1}, "unknown key 'max_atoms'; allowed here"),
        ({1: 2}, "config: 1 = 1: keys must be text"),
        ({"space": ["Si"]}, "space = ['Si']: must be a section of keys"),
    ],
)
def test_values_that_nobody_meant(raw, text):
    said = message(raw)
    assert text in said
    assert len(said) < 400
    assert not re.search(r"[Ii]nput should|instance of|Field required|Extra inputs|validation error", said)


def test_the_largest_name_and_number_pass():
    assert len(str(load_config({"results": "a" * 255}).results)) == 255
    assert load_config({"design": {"limit": 1e9}}).design.limit == 1e9


def test_results_in_the_place_of_a_file(tmp_path):
    (tmp_path / "taken").write_text("mine", "utf-8")
    for folder in (tmp_path / "taken", tmp_path / "taken/below/it"):
        with pytest.raises(ConfigError, match=r"^config: results = '.*': .*/taken is a file, not a folder$"):
            require_usable_folder("results", folder)
    require_usable_folder("results", tmp_path / "new/one")
    assert not (tmp_path / "new").exists()
