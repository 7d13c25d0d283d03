"""The engines come from their lock files, or it is said loudly that they did not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.interop import install
from tests.interop.install import PEER, SECOND, Engine, Missing, NotInstalled

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(params=["peer", "second"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """One of the engines, to be installed somewhere else."""
    monkeypatch.setattr(install, "TOOLS", tmp_path)
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return {"peer": PEER, "second": SECOND}[request.param]


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a registry nor anything fetched earlier."""
    for name, value in {
        "npm_config_registry": NOWHERE,
        "npm_config_cache": str(tmp_path / "npm"),
        "npm_config_fetch_retries": "0",
        "UV_DEFAULT_INDEX": NOWHERE,
        "UV_CACHE_DIR": str(tmp_path / "uv"),
        "UV_HTTP_RETRIES": "0",
    }.items():
        monkeypatch.setenv(name, value)


def test_what_is_installed_is_what_the_lock_file_says(engine: Engine, tmp_path: Path) -> None:
    engine.folder.mkdir()
    lock = tmp_path / "lock"
    lock.write_text("one", encoding="utf-8")
    engine = replace(engine, lock=lock)
    engine.ready.write_text(engine.digest(), encoding="utf-8")
    assert engine.home() == engine.folder

    lock.write_text("another", encoding="utf-8")

    with pytest.raises(NotInstalled, match="make test"):
        engine.home()


def test_without_the_registry_the_tests_are_skipped_loudly_and_under_ci_they_fail(
    engine: Engine, away: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install.install(engine)

    assert "NOT TESTED AGAINST" in capsys.readouterr().out
    with pytest.raises(pytest.skip.Exception, match=r"NOT TESTED AGAINST .* cannot be reached"):
        engine.home()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(NotInstalled):
        engine.home()
    with pytest.raises(SystemExit, match="NOT TESTED AGAINST"):
        install.install(engine)


def test_a_package_that_is_not_the_one_in_the_lock_file_is_an_error_everywhere() -> None:
    """Nothing about the network: this must not end as a skip."""
    said = CompletedProcess("npm", 1, "", "npm error code EINTEGRITY\nnpm error sha512-a but got sha512-b")

    with pytest.raises(SystemExit, match="EINTEGRITY"):
        install._must(said)


def test_a_python_without_wheels_is_named() -> None:
    said = CompletedProcess("uv", 1, "", "Because python-olm==3.2.16 has no usable wheels and you require")

    with pytest.raises(Missing, match=r"3\.11 and 3\.12"):
        install._must(said)
