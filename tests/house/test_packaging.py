"""The program as people install it: a wheel in an environment that holds nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _run(*command: str | Path, cwd: Path, **variables: str) -> str:
    """The output of a command that has to work, run far from this repository and its environment."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree as it is by the build tool that pyproject.toml pins."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder)
    _run(TOOLS / "uv", *build, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel and the libraries of uv.lock, and nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = folder / "environment"
    libraries = ("sync", "--frozen", "--no-dev", "--no-install-project", "--python", sys.executable, "--project", ROOT)
    _run(TOOLS / "uv", *libraries, cwd=folder, UV_PROJECT_ENVIRONMENT=str(environment))
    python = environment / "bin" / "python"
    _run(TOOLS / "uv", "pip", "install", "--offline", "--no-deps", "--python", python, wheel, cwd=folder)
    _run(TOOLS / "uv", "pip", "check", "--python", python, cwd=folder)
    return python.parent


def test_the_wheel_holds_the_themes_and_the_licence_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    themes = {f"nookterm/themes/{theme.name}" for theme in (ROOT / "themes").glob("*.toml")}
    assert themes
    assert themes <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names} == {"nookterm", f"nookterm-{PROJECT['version']}.dist-info"}


def test_the_wheel_holds_every_file_that_the_source_folder_holds(wheel: Path) -> None:
    """Style sheets, migrations and the demo's world are read at run time."""
    source = ROOT / "src"
    needed = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    assert needed - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_installed_program_finds_its_themes(elsewhere: Path, tmp_path: Path) -> None:
    code = "from nookterm.tui.themes import load_palettes, shipped_folder; print(shipped_folder(), *load_palettes()[0])"

    folder, *names = _run(elsewhere / "python", "-c", code, cwd=tmp_path).split()

    assert Path(folder).is_relative_to(elsewhere.parent)
    assert sorted(names) == sorted(theme.stem for theme in (ROOT / "themes").glob("*.toml"))


def test_the_installed_program_says_its_version(elsewhere: Path, tmp_path: Path) -> None:
    assert PROJECT["version"] in _run(elsewhere / "nookterm", "--version", cwd=tmp_path)


def test_the_installed_program_explains_the_demo_without_a_homeserver_at_hand(elsewhere: Path, tmp_path: Path) -> None:
    assert not (elsewhere / "synapse_homeserver").exists()

    explained = _run(elsewhere / "nookterm", "demo", "--help", cwd=tmp_path)

    for option in ("--serve", "--play", "--as", "--port", "--dir"):
        assert option in explained


def test_the_repository_pins_one_build_tool_in_both_places() -> None:
    everything = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    (pinned,) = everything["build-system"]["requires"]
    assert pinned in everything["dependency-groups"]["dev"]
