"""`nookterm --plain` begins with the conversation alone; colours and letters are as they were asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from nookterm.cli.look import look_of
from nookterm.cli.main import main
from nookterm.cli.parser import build_parser
from nookterm.client.settings import read_settings
from nookterm.tui.app import NooktermApp
from nookterm.tui.look import Look
from nookterm.tui.screens.beside import Beside
from tests.tui.fakes import FakeShell
from tests.tui.looking import coloured, segments


@pytest.mark.parametrize("words", [["--plain"], ["--plain", "--profile", "ana"], ["--profile", "ana", "--plain"]])
def test_it_is_asked_for_beside_a_profile(words: list[str], tmp_path: Path) -> None:
    args = build_parser("").parse_args(words)
    assert args.command is None
    assert args.profile == (None if len(words) == 1 else "ana")
    assert look_of(read_settings(tmp_path, {}), tmp_path, {}, plain=args.conversation).plain
    assert not look_of(read_settings(tmp_path, {}), tmp_path, {}).plain


def test_the_help_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--plain" in capsys.readouterr().out


def test_a_command_of_that_name_keeps_its_own_meaning() -> None:
    args = build_parser("").parse_args(["send", "glaze-lab", "words", "--plain"])
    assert (args.plain, args.conversation) == (True, False)


def test_before_a_command_that_draws_nothing_it_is_refused_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--plain", "rooms"]) == 2
    said = capsys.readouterr().err
    assert "`rooms` draws no columns" in said
    assert "Leave it out" in said


async def test_it_begins_with_the_conversation_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = NooktermApp(FakeShell(), Look(plain=True, glyphs="ascii"))
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        left = app._main.query_one("#left")
        assert (left.display, app._main.query_one(Beside).display) == (False, False)
        drawn = list(segments(app))
        assert not [part for part in drawn if coloured(part)]
        assert not {"│", "▌", "✓", "●"} & set("".join(part.text for part in drawn))
        await pilot.press("alt+p")
        assert left.display
