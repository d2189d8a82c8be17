"""What a user installs: wheel and sdist, built and run without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
"""In which the checkout is found only where it is named."""


def run(*command, cwd, **more):
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False, env=ENVIRONMENT | more
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the wheel and the sdist; the wheel is built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The command of an environment that has the wheel and what it depends on, and not the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    site = next((folder / "lib").glob("python*/site-packages"))
    # The editable install of the checkout is a .pth file there, which this does not follow.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    (wheel,) = built.glob("*.whl")
    run(folder / "bin/pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    where = run(folder / "bin/python", "-c", "import tieline; print(tieline.__file__)", cwd=folder)
    assert Path(where.strip()).is_relative_to(site)
    return folder / "bin/tieline"


def test_screening_in_an_empty_folder_is_that_of_the_checkout(installed, tmp_path):
    own, checkout = tmp_path / "own", tmp_path / "checkout"
    own.mkdir()
    run(installed, "screen", "--cores", "2", cwd=own)
    run(
        *(sys.executable, "-m", "snakemake", "--cores", "2", "--directory", checkout, "--snakefile"),
        *(ROOT / "Snakefile", "--configfile", ROOT / "config/config.yaml"),
        cwd=tmp_path,
        PYTHONPATH=str(ROOT),
    )
    assert (own / "results/ranked.csv").read_bytes() == (checkout / "results/ranked.csv").read_bytes()
    largest = max((own / "results").rglob("*"), key=lambda path: path.stat().st_size)
    assert largest.stat().st_size < 10_000_000, largest


def test_init_writes_a_configuration_to_start_from(installed, tmp_path):
    run(installed, "init", cwd=tmp_path)
    assert (tmp_path / "config/config.yaml").read_text("utf-8") == (ROOT / "config/config.yaml").read_text("utf-8")
    run(installed, "screen", "--dry-run", cwd=tmp_path)
    again = subprocess.run([installed, "init"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert again.stderr == "tieline: config/config.yaml exists already\n"


def test_only_the_package_and_its_plugin_are_in_the_wheel(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        assert not [name for name in archive.namelist() if "__pycache__" in name]
    assert {top for top in tops if not top.endswith(".dist-info")} == {"snakemake_logger_plugin_tieline", "tieline"}


def test_the_sdist_holds_the_tests(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"tests/test_wheel.py", "Snakefile", "workflow/Snakefile", "config/config.yaml", "LICENSE"} <= names
