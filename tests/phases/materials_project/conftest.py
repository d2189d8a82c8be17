"""A small pull from the server on this machine, with little patience."""

from __future__ import annotations

import logging

import pytest
from materials_project_server import KEY, bad_network

from tieline.phases.materials_project.fetch import fetch
from tieline.phases.settings import Space
from tieline.phases.source_settings import MaterialsProjectSource

SMALL = Space(hosts=["Si"], partner_groups=["IIA", "IVB"], max_partners=1)
"""Series ``*``, ``Si-*``, ``Li-*`` and ``Li-Si-*``."""


@pytest.fixture(autouse=True)
def _a_key_and_a_log(monkeypatch):
    monkeypatch.setenv("MP_API_KEY", KEY)
    package = logging.getLogger("tieline")
    monkeypatch.setattr(package, "handlers", [])
    monkeypatch.setattr(package, "propagate", True)
    monkeypatch.setattr(package, "level", logging.INFO)
    package.manager._clear_cache()


IMPATIENT = {
    "kind": "materials_project",
    "experimental_flags": False,
    "page_size": 40,
    "timeout_s": 20.0,
    "retries": 3,
    "backoff_s": 0.01,
    "longest_wait_s": 5.0,
}


@pytest.fixture
def pull(network, tmp_path):
    """Return a function that fetches a small space through the bad network."""

    def pulled(*, refresh=False, space=SMALL, **settings):
        given = IMPATIENT | {"cache": tmp_path / "cache", "endpoint": network.address} | settings
        return fetch(MaterialsProjectSource(**given), space, "Li", refresh=refresh)

    return pulled


@pytest.fixture(scope="session")
def undisturbed(materials_project, tmp_path_factory):
    """What an undisturbed small pull brings, and how many pages it asks for."""
    with bad_network(materials_project) as network, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MP_API_KEY", KEY)
        given = IMPATIENT | {"cache": tmp_path_factory.mktemp("cache"), "endpoint": network.address}
        return fetch(MaterialsProjectSource(**given), SMALL, "Li"), len(network.asked)
