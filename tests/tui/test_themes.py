"""Six palettes whose contrast is measured, and a theme file of one's own that cannot break the start."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from textual.color import Color

from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look
from nookterm.tui.themes import COLOURS, Palette, ThemeProblem, load_palettes, read_palette, shipped_folder
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle

PALETTES, PROBLEMS = load_palettes()
TONES = [name for name, palette in PALETTES.items() if not palette.ansi]
GROUNDS = ("base", "side", "raise", "select")
MARKS = tuple(c for c in COLOURS if c.startswith(("nook-", "sender-")) or c == "accent")


def contrast(palette: Palette, ink: str, ground: str) -> float:
    """The WCAG 2 ratio."""

    def light(name: str) -> float:
        parts = (channel / 255 for channel in Color.parse(palette.colours[name]).rgb)
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((light(ink), light(ground)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_six_themes_ship_and_each_can_be_read() -> None:
    assert PROBLEMS == []
    assert sorted(PALETTES) == ["ansi", "beacon", "dusk", "frost", "harbour", "linen"]
    assert all(set(COLOURS) == set(palette.colours) for palette in PALETTES.values())


def test_two_are_light_and_two_draw_lines() -> None:
    assert {name for name, p in PALETTES.items() if not p.dark} == {"linen", "frost"}
    assert {name for name, p in PALETTES.items() if p.lines} == {"beacon", "ansi"}


@pytest.mark.parametrize(("name", "ground"), product(TONES, ("base", "side", "raise")))
def test_what_one_reads_stands_out(name: str, ground: str) -> None:
    palette = PALETTES[name]
    assert contrast(palette, "text", ground) >= 10
    assert contrast(palette, "soft", ground) >= 6


@pytest.mark.parametrize(("name", "ink", "ground"), product(TONES, MARKS, GROUNDS))
def test_every_mark_can_be_read_on_every_ground(name: str, ink: str, ground: str) -> None:
    assert contrast(PALETTES[name], ink, ground) >= (7 if name == "beacon" else 4.5)


@pytest.mark.parametrize("name", TONES)
def test_words_on_the_default_button_can_be_read(name: str) -> None:
    assert contrast(PALETTES[name], "on-accent", "accent") >= 4.5


def test_the_terminals_own_colours_are_all_that_ansi_uses() -> None:
    assert all(c.startswith("ansi_") or c == "reverse" for c in PALETTES["ansi"].colours.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "mine.toml is no theme"),
        ('name = "x"', "mine.toml is no theme"),
        ('name = "x"\npalette = 3', "mine.toml is no theme"),
        ('name = "x"\n[palette]\nbase = "red; }"', "lacks a colour for base"),
    ],
)
def test_a_broken_file_says_which_and_why(text: str, says: str) -> None:
    with pytest.raises(ThemeProblem, match=says):
        read_palette(text, "mine.toml")


async def test_a_broken_theme_of_ones_own_is_said_and_the_program_still_opens(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("palette = [/]", encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(theme="bad", own_themes=tmp_path))

    async with app.run_test() as pilot:
        await pilot.pause()
        told = [notice.message for notice in app._notifications]

    assert app.theme == "dusk"
    assert any("bad.toml is no theme" in text for text in told)
    assert any("There is no theme bad" in text for text in told)


async def test_a_theme_of_ones_own_can_be_worn(tmp_path: Path) -> None:
    text = (shipped_folder() / "dusk.toml").read_text(encoding="utf-8")
    mine = text.replace('"dusk"', '"mine"').replace("#211d1d", "#101010")
    (tmp_path / "mine.toml").write_text(mine, encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(theme="mine", own_themes=tmp_path))

    async with app.run_test():
        assert app.current_theme.background == "#101010"


@pytest.mark.parametrize("name", sorted(PALETTES))
async def test_every_theme_can_be_put_on_while_it_runs(name: str) -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press(*f"/theme {name}", "enter")
        await pilot.pause()

        assert app.theme == name
        assert app.screen.has_class("-lines") is PALETTES[name].lines


async def test_no_color_draws_none_and_still_shows_what_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: "Write to glaze-lab" in seen(app))
        styles = [s.style for strip in app.screen._compositor.render_strips() for s in strip if s.style]

    assert {
        colour for style in styles for colour in (style.color, style.bgcolor) if colour and not colour.is_default
    } == set()
    assert any(style.reverse for style in styles)
