"""`config` says what holds and why; the screen gets the same settings, and is told what makes no sense."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from nookterm.cli.context import Context, caught_up
from nookterm.cli.main import main
from nookterm.cli.output import Printer
from nookterm.cli.screen import read_look
from nookterm.client.account import open_account
from nookterm.client.settings import Setting, Settings
from nookterm.tui.look import Look
from tests.client.people import Village
from tests.client.test_session import pair
from tests.live_homeserver import LiveServer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which nobody is signed in."""
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


def test_config_prints_each_value_and_where_it_comes_from(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config.toml").write_text('theme = "linen"\nsync = "classic"\n[keep]\ndays = 30\nyears = 1\n')
    assert main(["config", "--json", "--timeout", "9"]) == 0
    said = capsys.readouterr()
    found = {row["name"]: (row["value"], row["source"]) for row in map(json.loads, said.out.splitlines())}
    assert found["theme"] == ("linen", "config.toml:1")
    assert found["sync"] == ("classic", "config.toml:2")
    assert found["keep.days"] == (30, "config.toml:4")
    assert found["keep.messages_per_room"] == ("all", "default")
    assert found["home"] == (str(home), "NOOKTERM_HOME")
    assert found["timeout"] == ("9", "--timeout")
    assert json.loads(said.err)["message"] == "config.toml:5: there is no setting keep.years."
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["config", "--sync=sliding"]) == 0
    plain = capsys.readouterr().out
    assert "theme = ansi  (NO_COLOR)\n" in plain
    assert "timeout = 30  (default)\n" in plain
    assert "sync = sliding  (--sync)\n" in plain


def test_a_file_that_makes_no_sense_ends_config_with_its_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "config.toml").write_text("theme = \n")
    assert main(["config"]) == 2
    said = capsys.readouterr().err
    assert f"{home / 'config.toml'} cannot be read" in said
    assert "line 1" in said


def test_the_screen_gets_what_the_file_says_and_is_told_the_rest(home: Path) -> None:
    assert read_look(home) == Look(own_themes=home / "themes")
    (home / "config.toml").write_text(
        'theme = "frost"\ndensity = "compact"\npreset = "vim"\nglyphs = "ascii"\nsize = 3\n[keys]\n"go.desk" = "f5"\n'
    )
    assert read_look(home) == Look(
        "frost",
        compact=True,
        preset="vim",
        glyphs="ascii",
        keys={"go.desk": "f5"},
        own_themes=home / "themes",
        trouble=("config.toml:5: there is no setting size.",),
    )


async def test_a_command_that_asks_the_server_lets_old_messages_go_and_one_that_only_looks_does_not(
    homeserver: LiveServer, tmp_path: Path
) -> None:
    village = Village(homeserver, tmp_path)
    ana, bo, room_id = await pair(village)
    await bo.say(room_id, "said long ago")
    await ana.sync()
    village.watch.forward(days=8)
    kept = Settings({"keep.days": Setting("keep.days", 7)})
    for only_look, left in ((True, ["said long ago"]), (False, [])):
        await ana.account.close()
        args = argparse.Namespace(no_act=only_look, timeout=30.0)
        context = Context(village.parts, Printer(as_json=True), args, settings=kept)
        async with caught_up(context, open_account(village.parts, ana.name)):
            pass
        ana._open()
        assert ana.heard(room_id) == left
    await village.go_home()
