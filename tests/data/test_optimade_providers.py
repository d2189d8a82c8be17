"""The table of OPTIMADE databases, and the source that names one of them."""

from __future__ import annotations

import pytest

from tieline.config import load_config
from tieline.core.errors import ConfigError
from tieline.data.optimade_providers import choose_provider, providers
from tieline.phases.source_settings import OptimadeSource


def test_what_must_not_be_mixed_has_levels_of_its_own():
    levels = [row.energy_level for row in providers()]
    assert len(set(levels)) == len(levels) >= 7


def test_every_row_can_be_asked():
    for row in providers():
        assert row.energy in ("formation", "total")
        assert row.base_url.startswith("https://")
        assert not row.base_url.endswith(("/", "v1"))
        assert row.energy_property.startswith("_")
        assert row.licence
        assert choose_provider(row.provider, row.functional, row.energy) is row


def test_nested_properties_are_asked_for_whole():
    row = choose_provider("materials_project", "R2SCAN", None)
    assert row.energy_property == "_mp_stability/r2scan/formation_energy_per_atom"
    assert row.properties == ("_mp_stability",)


def test_defaults():
    """Alexandria's total energies carry no corrections for anions, which silicon in an alloy is not."""
    row = choose_provider("alexandria", None, None)
    assert (row.functional, row.energy, row.energy_property) == ("PBE", "total", "_alexandria_energy")
    assert choose_provider("alexandria", "PBEsol", "formation").base_url.endswith("/pbesol")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"provider": "alexandra"}, "'alexandra' is not known (did you mean 'alexandria'?)"),
        ({"provider": "oqmd", "energy": "total"}, "oqmd has no total energies; it has formation energies"),
        ({"provider": "alexandria", "functional": "PBESOL"}, "did you mean 'PBEsol'?"),
        ({"provider": "oqmd", "base_url": "http://localhost:5000/v1/"}, "must end before the version"),
        ({"provider": "oqmd", "base_url": "localhost:5000"}, "base_url"),
        ({"provider": "oqmd", "base_url": "https://me:secret@localhost"}, "must not contain a user name or password"),
        ({"provider": "oqmd", "timeout": 3}, "did you mean 'timeout_s'?"),
        ({"provider": "oqmd", "page_size": 0}, "page_size"),
        ({"provider": "oqmd", "max_energy_above_hull_ev_per_atom": -0.1}, "max_energy_above_hull_ev_per_atom"),
        ({"provider": "oqmd", "name": "a/b"}, "name"),
        ({}, "provider: is required"),
    ],
)
def test_mistakes_in_the_config(keys, words):
    with pytest.raises(ConfigError) as caught:
        load_config({"phases": {"sources": [{"kind": "optimade", **keys}]}})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_two_functionals_of_one_provider_need_names():
    sources = [{"kind": "optimade", "provider": "alexandria", "functional": name} for name in ("PBE", "PBEsol")]
    with pytest.raises(ConfigError, match="two sources of kind optimade are named 'alexandria'"):
        load_config({"phases": {"sources": sources}})


def test_source_is_called_after_its_provider():
    source = OptimadeSource(kind="optimade", provider="oqmd", base_url="http://127.0.0.1:5000/")
    assert source.name == "oqmd"
    assert source.row.base_url == "http://127.0.0.1:5000"
    assert source.row.energy_property == "_oqmd_delta_e"
    assert OptimadeSource.model_validate(source.model_dump(mode="json")) == source
