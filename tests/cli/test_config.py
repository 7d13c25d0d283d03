"""`config` says what holds and why; the screen gets the same settings, and is told what makes no sense."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from nookterm.cli.context import Context, caught_up
from nookterm.cli.live import follow_settings, live_settings, settings_model
from nookterm.cli.look import look_of
from nookterm.cli.main import main
from nookterm.cli.output import Printer
from nookterm.client.account import open_account
from nookterm.client.engine import Engine
from nookterm.client.settings import Setting, Settings, read_settings
from nookterm.tui.look import Look
from nookterm.viewmodels.shell import ClientShell
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


@pytest.mark.parametrize(("written", "value"), [("false", "off"), ("true", "on"), ('"off"', "off"), ('"maybe"', "on")])
def test_what_is_on_or_off_can_be_said_in_either_way(home: Path, written: str, value: str) -> None:
    (home / "config.toml").write_text(f"markdown = {written}\n")
    assert read_settings(home, {}).text("markdown") == value


def test_a_file_that_makes_no_sense_ends_config_with_its_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "config.toml").write_text("theme = \n")
    assert main(["config"]) == 2
    said = capsys.readouterr().err
    assert f"{home / 'config.toml'} cannot be read" in said
    assert "line 1" in said


def test_a_setting_is_written_and_taken_out_again_and_everything_else_stays(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config.toml").write_text("# mine\ntheme = 'linen'\n")
    assert main(["config", "set", "clock", "12", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "clock", "value": "12", "source": "config.toml:3"}
    assert main(["config", "set", "keep.days", "90"]) == 0
    said = capsys.readouterr()
    assert said.out == "keep.days = 90  (config.toml:6)\n"
    assert "from its next start" in said.err
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["config", "set", "theme", "dusk"]) == 0
    assert "NO_COLOR decides it" in capsys.readouterr().err
    for name in ("clock", "keep.days", "theme"):
        assert main(["config", "unset", name]) == 0
    assert (home / "config.toml").read_text().strip() == "# mine"
    capsys.readouterr()
    assert main(["config", "unset", "clock"]) == 0
    said = capsys.readouterr()
    assert (said.out, "does not stand in" in said.err) == ("clock = auto  (default)\n", True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["set", "clock", "13"], "it is auto or 24 or 12"), (["set", "clok", "12"], "Is it clock?"),
        (["set", "clock"], "Which value?"), (["unset"], "Which setting?"), (["unset", "heron"], "no setting heron"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_changes_nothing_and_says_the_way_out(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["config", *words]) == 2
    assert told in capsys.readouterr().err
    assert not (home / "config.toml").exists()


async def test_what_the_settings_say_reaches_an_open_client_at_once(home: Path) -> None:
    live = live_settings(home, argparse.Namespace(sync="classic"))
    shell = follow_settings(ClientShell(Engine(), pytest.fail, settings=settings_model(live)), live)
    assert (live.settings.values["sync"].source, shell.timeline.markdown) == ("--sync", True)
    await live.put("markdown", "off")
    await live.put("files.folder", "~/shared")
    assert not shell.timeline.markdown
    assert str(shell.files.folder).endswith("/shared")
    assert "~" not in str(shell.files.folder)


def test_the_screen_gets_what_the_file_says_and_is_told_the_rest(home: Path) -> None:
    assert look_of(read_settings(home, {}), home) == Look(own_themes=home / "themes", layout=home / "layout.json")
    (home / "config.toml").write_text(
        'theme = "frost"\ndensity = "compact"\npreset = "vim"\nglyphs = "ascii"\nsize = 3\n[keys]\n"go.desk" = "f5"\n'
    )
    assert look_of(read_settings(home, {}), home) == Look(
        "frost",
        compact=True,
        preset="vim",
        glyphs="ascii",
        keys={"go.desk": "f5"},
        own_themes=home / "themes",
        layout=home / "layout.json",
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
