"""What the terminal and the person say of letters and of motion is heeded; a setting of one's own goes before it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from nookterm.cli.look import look_of
from nookterm.client.settings import read_settings
from nookterm.tui.look import Look, marks_for, moves
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.forms import LineField

TERMINAL = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environ", "marks"),
    [
        ({}, "unicode"),
        ({"LANG": "de_DE.UTF-8"}, "unicode"),
        ({"LANG": "C.utf8"}, "unicode"),
        ({"LANG": "C"}, "ascii"),
        ({"LANG": "POSIX"}, "ascii"),
        ({"LANG": "de_DE.ISO-8859-1"}, "ascii"),
        ({"LANG": "de_DE"}, "ascii"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, "ascii"),
        ({"LANG": "C", "LC_ALL": "en_GB.UTF-8"}, "unicode"),
        ({"LANG": "en_GB.UTF-8", "LC_CTYPE": "en_GB.ISO-8859-15"}, "ascii"),
        # Python has put LC_CTYPE in: once beside a language without letters, once where nothing was said.
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
        ({"LC_CTYPE": "C.UTF-8"}, "unicode"),
        ({"LANG": "en_GB.UTF-8", "TERM": "linux"}, "ascii"),
        ({"LANG": "en_GB.UTF-8", "TERM": "vt220"}, "ascii"),
    ],
)
def test_marks_are_plain_letters_where_the_terminal_has_no_others(environ: Mapping[str, str], marks: str) -> None:
    assert marks_for("auto", TERMINAL | dict(environ)) == marks
    assert marks_for("ascii", environ) == "ascii"
    assert marks_for("unicode", environ) == "unicode", "who says so wants them everywhere"


@pytest.mark.parametrize(
    ("environ", "moving"),
    [
        ({}, True),
        ({"REDUCED_MOTION": "1"}, False),
        ({"REDUCED_MOTION": "0"}, True),
        ({"TEXTUAL_ANIMATIONS": "none"}, False),
        ({"TEXTUAL_ANIMATIONS": "basic"}, True),
    ],
)
def test_nothing_moves_where_the_environment_asks_for_calm(environ: Mapping[str, str], *, moving: bool) -> None:
    assert moves("auto", environ) is moving
    assert moves("on", environ)
    assert not moves("off", environ)


def test_settings_say_it_for_the_screen(tmp_path: Path) -> None:
    calm = {"LANG": "C", "REDUCED_MOTION": "1"}
    unsaid = look_of(read_settings(tmp_path, {}), tmp_path, calm)
    assert (unsaid.glyphs, unsaid.motion) == ("ascii", False)
    (tmp_path / "config.toml").write_text('glyphs = "unicode"\nmotion = "on"\n', encoding="utf-8")
    said = look_of(read_settings(tmp_path, {}), tmp_path, calm)
    assert (said.glyphs, said.motion) == ("unicode", True)


async def test_without_motion_pages_jump_and_no_cursor_blinks() -> None:
    app = ThemedApp[None](Look(motion=False))
    async with app.run_test(size=(40, 10)) as pilot:
        field = LineField("Name")
        await app.screen.mount(field)
        field.focus()
        await pilot.pause()
        seen = [(app.animation_level, field.cursor_blink)]
        app.use_motion(moves=True)
        seen.append((app.animation_level, field.cursor_blink))
    assert seen == [("none", False), ("full", True)]
