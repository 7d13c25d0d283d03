"""Settings: what holds, where it comes from, and that a mistake in the file is told and stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from nookterm.client.errors import WrongUsage
from nookterm.client.settings import ALL, Setting, Settings, read_settings
from nookterm.tui.look import Look


def settings(home: Path, text: str | None = None, **environ: str) -> Settings:
    if text is not None:
        (home / "config.toml").write_text(text, encoding="utf-8")
    return read_settings(home, environ)


def test_without_a_file_everything_is_as_it_comes(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert {setting.source for setting in found.values.values()} == {"default"}
    assert (found.text("theme"), found.text("preset"), found.text("glyphs")) == (Look().theme, "plain", "auto")
    assert (found.count("keep.days"), found.count("keep.messages_per_room")) == (None, None)
    assert (found.trouble, dict(found.keys)) == ((), {})


def test_each_value_says_in_which_line_it_was_set(tmp_path: Path) -> None:
    text = 'theme = "linen" # light\n\n[keep]\ndays = 90\n\n[keys]\n"go.desk" = "alt+w"\n'
    found = settings(tmp_path, text)
    assert found.values["theme"] == Setting("theme", "linen", "config.toml:1")
    assert found.values["keep.days"] == Setting("keep.days", 90, "config.toml:4")
    assert found.values["keys.go.desk"] == Setting("keys.go.desk", "alt+w", "config.toml:7")
    assert found.values["density"].source == "default"
    assert (found.count("keep.days"), dict(found.keys), found.trouble) == (90, {"go.desk": "alt+w"}, ())


def test_dotted_names_and_quoted_ones_are_the_same(tmp_path: Path) -> None:
    found = settings(tmp_path, "keep.days = 7\n['keep']\n'messages_per_room' = 100\n".replace("['keep']\n'", "keep.'"))
    assert [found.values[name].source for name in ("keep.days", "keep.messages_per_room")] == [
        "config.toml:1",
        "config.toml:2",
    ]


def test_no_limit_can_be_said_in_words(tmp_path: Path) -> None:
    found = settings(tmp_path, '[keep]\ndays = "all"\nmessages_per_room = 0\n')
    assert found.values["keep.days"] == Setting("keep.days", ALL, "config.toml:2")
    assert (found.count("keep.days"), found.count("keep.messages_per_room"), found.trouble) == (None, None, ())


def test_mistakes_are_told_with_their_lines_and_the_rest_holds(tmp_path: Path) -> None:
    text = """
density = "narrow"
colour = "red"
glyphs = 7
theme = ""
preset = "vim"
[keep]
days = -1
messages_per_room = true
weeks = 2
[keys]
"go.desk" = 5
[extra]
"""
    found = settings(tmp_path, text)
    assert found.trouble == (
        "config.toml:2: density cannot be 'narrow'; it is cosy or compact.",
        "config.toml:3: there is no setting colour.",
        "config.toml:4: glyphs cannot be 7; it is auto or unicode or ascii.",
        "config.toml:5: theme cannot be ''; it is a theme's name.",
        'config.toml:8: keep.days cannot be -1; it is a number from 1 on, or "all".',
        'config.toml:9: keep.messages_per_room cannot be True; it is a number from 1 on, or "all".',
        "config.toml:10: there is no setting keep.weeks.",
        "config.toml:12: keys.go.desk cannot be 5; it is a name.",
        "config.toml: there is no setting extra.",
    )
    assert (found.text("preset"), found.text("density"), found.count("keep.days")) == ("vim", "cosy", None)


def test_no_colour_wins_over_the_file(tmp_path: Path) -> None:
    found = settings(tmp_path, 'theme = "linen"\n', NO_COLOR="1")
    assert found.values["theme"] == Setting("theme", "ansi", "NO_COLOR")
    assert settings(tmp_path, NO_COLOR="").text("theme") == "linen"


@pytest.mark.parametrize("content", [b"theme = \n", b"\xff\xfe", b"[keep\n"])
def test_a_file_that_makes_no_sense_is_told_with_its_name_and_place(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(WrongUsage) as caught:
        settings(tmp_path)
    assert str(tmp_path / "config.toml") in caught.value.message
    assert caught.value.hint
    assert (tmp_path / "config.toml").read_bytes() == content


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(WrongUsage, match="directory"):
        settings(tmp_path)
