"""environment.yml, pyproject.toml and requirements.lock say the same."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
# In parts, so that this file does not hold what it looks for.
HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "anaconda" + ".org", "/simple" + "/")


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def specifiers(lines):
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def conda():
    document = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    lines = [line for line in document["dependencies"] if isinstance(line, str)]
    from_pip = [line for part in document["dependencies"] if isinstance(part, dict) for line in part["pip"]]
    return specifiers([*lines, *from_pip])


def locked():
    """Return version and hashes of every pinned distribution."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    pins = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if not line.startswith("#"):
            requirement, *hashes = (part.strip() for part in re.split(r"\s(?=--hash)", line))
            pin = Requirement(requirement)
            (version,) = pin.specifier
            assert version.operator == "==", line
            pins[canonicalize_name(pin.name)] = (Version(version.version), hashes)
    return pins


def test_conda_environment_has_the_direct_dependencies():
    environment = conda()
    environment.pop("pip")
    python = environment.pop("python")
    assert str(python) == project()["requires-python"]
    assert environment == specifiers(project()["dependencies"])


def test_lock_fits_every_direct_dependency():
    pins = locked()
    wanted = specifiers([*project()["dependencies"], *project()["optional-dependencies"]["dev"]])
    assert {name: pins[name][0] for name, spec in wanted.items() if not spec.contains(pins[name][0])} == {}


def test_lock_has_hashes_only():
    """No index, no address, no option: pip takes what the user's own index has, if the hash is right."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    for name, (_, hashes) in locked().items():
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", part) for part in hashes), name


@pytest.mark.parametrize("heavy", ["torch", "sevenn", "chgnet"])
def test_main_environment_has_no_potentials(heavy):
    assert heavy not in locked()
    assert heavy not in conda()


def test_no_registry_address_in_any_tracked_file():
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in done.stdout.split("\0") if name]
    texts = {path: path.read_bytes().decode("utf-8", "ignore") for path in files if path.is_file()}
    assert [path.name for path, text in texts.items() if any(host in text for host in HOSTS)] == []


def test_package_carries_its_type_marker_and_version():
    import tieline

    assert (Path(tieline.__file__).parent / "py.typed").exists()
    assert Version(tieline.__version__)
