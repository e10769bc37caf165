"""The wheel holds all that the program needs, and works away from the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent

RENDER = """
import sys
from pathlib import Path
import aggregator
from aggregator.settings import SiteSettings
from aggregator.site import Site
home = next(page for page in Site(SiteSettings(), Path("site")).home([], None) if page.path == "index.html")
print(aggregator.__file__)
print(home.body.decode())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)], ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """An environment with the wheel in it. Third-party packages are looked up where the tests have theirs."""
    folder = wheel.parent / "venv"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        ROOT,
    )
    # A path file adds a folder but does not run the path files in it, so the editable install stays out of reach.
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "third-party.pth").write_text(sysconfig.get_path("purelib"))
    return folder


def run(command: list[str], folder: Path) -> str:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AGGREGATOR_", "PYTHON", "COV"))
    }
    done = subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_the_templates(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if ".dist-info/" not in name}
    package = {f"aggregator/{name}" for name in files(ROOT / "aggregator")}
    templates = {f"aggregator/templates/{name}" for name in files(ROOT / "templates")}
    assert names == package | templates


def test_a_page_is_rendered_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    where, _, page = run([str(installed / "bin" / "python"), "-I", "-c", RENDER], tmp_path).partition("\n")
    assert Path(where).is_relative_to(installed)
    assert page.lower().startswith("<!doctype html>")
    assert "arXiv daily" in page


def test_the_command_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    command = str(installed / "bin" / "aggregator")
    assert "Usage: aggregator" in run([command, "--help"], tmp_path)
    assert "[arxiv]" in run([command, "config", "--example"], tmp_path)


def test_the_lock_pins_each_dependency_within_its_range_by_hash() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    blocks = re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)(.*?)(?=^[a-z]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert all("--hash=sha256:" in block for _, _, block in blocks)
    locked = {name: version for name, version, _ in blocks}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        Requirement(text)
        for text in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"])
    ]
    assert [str(r) for r in wanted if not r.specifier.contains(locked[canonicalize_name(r.name)])] == []
