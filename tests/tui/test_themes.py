"""Six palettes whose contrast is measured, and a theme file of one's own that cannot break the start."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from nookterm.tui.app import NooktermApp
from nookterm.tui.contrast import AA, AAA, GROUNDS, PAIRS, Pair, in_words, measured, ratio, weak_pairs
from nookterm.tui.themed import Look
from nookterm.tui.themes import COLOURS, Palette, ThemeProblem, load_palettes, read_file, read_palette, shipped_folder
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle

PALETTES, PROBLEMS = load_palettes()
TONES = [name for name, palette in PALETTES.items() if not palette.ansi]
MEASURED = list(product(TONES, PAIRS))
OTHERS = {*GROUNDS, "line"}
"""Colours that nothing is read in: what words stand on, and hairlines."""


def contrast(palette: Palette, ink: str, ground: str) -> float:
    return ratio(palette.colours[ink], palette.colours[ground])


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


def test_the_ratio_is_that_of_wcag() -> None:
    assert ratio("#000000", "#ffffff") == ratio("#ffffff", "#000000") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert ratio("#0000ff", "#ffffff") == pytest.approx(8.59, abs=0.005)
    assert ratio("#123456", "#123456") == 1


def test_every_colour_of_a_palette_has_its_pairs() -> None:
    """A new meaning has to say what it is drawn on before a theme may have it."""
    stands_on = {ink: {pair.ground for pair in PAIRS if pair.ink == ink} for ink in COLOURS}

    assert {ink for ink, grounds in stands_on.items() if not grounds} == set(GROUNDS)
    assert {ink for ink, grounds in stands_on.items() if grounds == set(GROUNDS)} == set(COLOURS) - OTHERS - {
        "on-accent"
    }
    assert stands_on["on-accent"] == {"accent"}
    assert stands_on["line"] == {"base", "side"}
    assert all(pair.why for pair in PAIRS)
    assert {pair.least for pair in PAIRS if pair.ink != "line"} == {AA}


@pytest.mark.parametrize(("name", "pair"), MEASURED, ids=[f"{n}-{p.ink}-on-{p.ground}" for n, p in MEASURED])
def test_every_meaning_can_be_read_wherever_it_stands(name: str, pair: Pair) -> None:
    palette = PALETTES[name]
    measured_ = dict(measured(palette.colours, lines=palette.lines))

    assert pair in measured_ or (pair.lines_only and not palette.lines)
    assert measured_.get(pair, AAA) >= (AAA if name == "beacon" and pair.least == AA else pair.least)


def test_a_colour_too_close_to_its_ground_is_found_and_named() -> None:
    colours = {**PALETTES["dusk"].colours, "nook-warn": "#5a4a45"}
    weak = weak_pairs("mine", colours, lines=False)

    assert [(one.pair.ink, one.pair.ground) for one in weak] == [("nook-warn", ground) for ground in GROUNDS]
    assert in_words(weak).startswith("nook-warn (warnings) on base 1.9, side 2.2")
    assert weak_pairs("mine", PALETTES["dusk"].colours, lines=False) == ()
    assert {one.pair.ink for one in weak_pairs("mine", PALETTES["dusk"].colours, lines=True)} == {"line"}
    assert weak_pairs("beacon", PALETTES["dusk"].colours, lines=False), "held to AAA by its name"


def test_the_terminals_own_colours_are_not_measured() -> None:
    assert list(measured(PALETTES["ansi"].colours, lines=True)) == []
    mixed = {**PALETTES["dusk"].colours, "base": "ansi_black"}
    assert {pair.ground for pair, _ in measured(mixed, lines=False)} == {"side", "raise", "select", "accent"}


def test_the_terminals_own_colours_are_all_that_ansi_uses() -> None:
    assert all(c.startswith("ansi_") or c == "reverse" for c in PALETTES["ansi"].colours.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "mine.toml is no theme"),
        ('name = "x"', "mine.toml is no theme"),
        ('name = "x"\npalette = 3', "mine.toml is no theme"),
        ("[palette]", "mine.toml: it is no theme without a name"),
        ('name = "x"\n[palette]', "lacks a colour for base, side"),
        ('name = "x"\n[palette]\nbase = "red; }"', 'mine.toml, line 3: base = "red; }" is no colour'),
        ('name = "x"\n[palette]\nbase = "red; }"', "lacks a colour for side, raise"),
        ('name = "x"\n[palette]\n\nacent = "#000000"', "mine.toml, line 4: there is no colour acent"),
        ('dark = "no"\nname = "x"\n[palette]', "mine.toml, line 1: dark is true or false"),
        ('name = "x"\nseparation = "lines"\n[palette]', 'mine.toml, line 2: separation is "tone" or "line"'),
        ('name = "x"\n[palette]\nbase = #000000', "line 3, column 8"),
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


def dusk_with(name: str, **colours: str) -> str:
    """The text of a theme like dusk, with some colours of its own."""
    text = (shipped_folder() / "dusk.toml").read_text(encoding="utf-8").replace('"dusk"', f'"{name}"')
    for colour, value in colours.items():
        text = re.sub(rf'(?m)^{colour.replace("_", "-")} = ".*"$', f'{colour.replace("_", "-")} = "{value}"', text)
    return text


def grounds(app: NooktermApp) -> set[str]:
    """Every colour that something on the screen stands on."""
    styles = (segment.style for strip in app.screen._compositor.render_strips() for segment in strip)
    return {style.bgcolor.name for style in styles if style and style.bgcolor}


AS_BEFORE = "Until that is mended it looks as before."


def notes(app: NooktermApp) -> list[str]:
    return [notice.message for notice in app._notifications]


async def test_a_theme_that_is_saved_in_an_editor_is_on_the_screen_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(dusk_with("mine", base="#101112"), encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(theme="mine", own_themes=tmp_path))

    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: "#101112" in grounds(app))
        file.write_text(dusk_with("mine", base="#131415"), encoding="utf-8")
        await settle(pilot, lambda: "#131415" in grounds(app))

        assert "#101112" not in grounds(app)
        assert app.theme == "mine"
        assert notes(app) == []


async def test_a_mistake_while_it_is_edited_is_told_once_and_keeps_the_look(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(dusk_with("mine", base="#101112"), encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(theme="mine", own_themes=tmp_path))

    async with app.run_test(size=(140, 40)) as pilot:
        file.write_text(dusk_with("mine", base="[/]"), encoding="utf-8")
        await settle(pilot, lambda: bool(notes(app)))
        assert notes(app) == [f'mine.toml, line 7: base = "[/]" is no colour; write it as "#rrggbb". {AS_BEFORE}']
        assert app.theme == "mine"
        assert "#101112" in grounds(app)

        (tmp_path / "other.toml").write_text(dusk_with("other"), encoding="utf-8")
        await settle(pilot, lambda: "other" in app.palettes)
        assert len(notes(app)) == 1
        assert "#101112" in grounds(app)

        file.write_text(dusk_with("mine", base="#131415"), encoding="utf-8")
        await settle(pilot, lambda: "#131415" in grounds(app))


async def test_the_theme_one_asked_for_is_worn_as_soon_as_its_file_is_right(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("name = ", encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(theme="mine", own_themes=tmp_path))

    async with app.run_test() as pilot:
        assert app.theme == "dusk"
        (tmp_path / "mine.toml").write_text(dusk_with("mine", base="#131415"), encoding="utf-8")
        await settle(pilot, lambda: app.theme == "mine" and "#131415" in grounds(app))


async def test_ones_own_theme_in_place_of_ours_goes_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "dusk.toml").write_text(dusk_with("dusk", base="#131415"), encoding="utf-8")
    (tmp_path / "more.toml").write_text(dusk_with("more"), encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(own_themes=tmp_path))

    async with app.run_test() as pilot:
        await settle(pilot, lambda: "#131415" in grounds(app))
        (tmp_path / "dusk.toml").unlink()
        (tmp_path / "more.toml").unlink()
        await settle(pilot, lambda: "#131415" not in grounds(app))

        assert PALETTES["dusk"].colours["base"] in grounds(app)
        assert "more" not in app.palettes
        assert "more" not in app.available_themes


async def test_the_theme_that_is_worn_stays_when_its_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(dusk_with("mine", base="#131415"), encoding="utf-8")
    (tmp_path / "more.toml").write_text(dusk_with("more"), encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(theme="mine", own_themes=tmp_path))

    async with app.run_test() as pilot:
        (tmp_path / "mine.toml").unlink()
        (tmp_path / "more.toml").unlink()
        await settle(pilot, lambda: "more" not in app.palettes)

        assert app.theme == "mine"
        assert "#131415" in grounds(app)


async def test_what_is_hard_to_read_in_ones_own_theme_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(dusk_with("mine", soft="#6f665c", nook_warn="#5a4a45"), encoding="utf-8")
    app = NooktermApp(FakeShell(), Look(theme="mine", own_themes=tmp_path))

    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(notes(app)))
        await pilot.press(*"/theme linen", "enter")
        await settle(pilot, lambda: app.theme == "linen")
        await pilot.press(*"/theme mine", "enter")
        await settle(pilot, lambda: app.theme == "mine")
        file.write_text(dusk_with("mine", nook_warn="#5a4a45"), encoding="utf-8")
        await settle(pilot, lambda: len(notes(app)) > 1)

        assert notes(app) == [
            f"Hard to read in mine: {which}. Worst: nook-warn (warnings) on select 1.4. More: nookterm theme check "
            "mine.toml"
            for which in ("soft, nook-warn", "nook-warn")
        ]


def test_files_that_are_no_text_or_far_too_large_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "b.toml").write_text("#" * 200_000, encoding="utf-8")
    (tmp_path / "c.toml").mkdir()

    assert load_palettes(tmp_path)[1] == [
        "a.toml is no theme: it is not text in UTF-8.",
        "b.toml is no theme: it is far too large.",
        "c.toml cannot be read: Is a directory.",
    ]
    with pytest.raises(ThemeProblem, match=r"d\.toml cannot be read: No such file"):
        read_file(tmp_path / "d.toml")
