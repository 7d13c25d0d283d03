"""Quiet is begun and ended without a screen and without an account; a client of the same folder heeds it at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nookterm.cli.calls import quiet_hours
from nookterm.cli.main import main
from nookterm.client.live_settings import LiveSettings


def test_quiet_is_begun_shown_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path))
    running = quiet_hours(LiveSettings(tmp_path, {}))
    assert main(["quiet"]) == 0
    assert capsys.readouterr().out == "not quiet\n"
    assert main(["quiet", "26h", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["quiet"] is True
    until = datetime.fromisoformat(said["until"])
    assert running.now().until == until
    assert timedelta(hours=25, minutes=59) < until - datetime.now(UTC) <= timedelta(hours=26)
    assert main(["quiet"]) == 0
    assert capsys.readouterr().out == f"quiet until {until.astimezone():%Y-%m-%d %H:%M}\n"
    assert main(["quiet", "off", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"quiet": False}
    assert running.now().until is None


def test_words_that_make_no_sense_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path))
    assert main(["quiet", "soon", "--json"]) == 2
    assert "no time until which it could be quiet" in json.loads(capsys.readouterr().err)["message"]
    assert list(tmp_path.iterdir()) == []
