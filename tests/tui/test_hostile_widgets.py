"""Whatever strangers write, wherever the main screen shows it: the program lives, nothing runs, no control gets out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widget import Widget
from textual.widgets import Static

from nookterm.tui.app import NooktermApp
from nookterm.tui.line_filter import SafeLines
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.themed import Look
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, clean, poisoned, settle

BANNED = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) | frozenset("\u061c\u200e\u200f\u2028\u2029")
TURNED = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def shell_of(text: str) -> FakeShell:
    """A shell in which every word of other people is this one."""
    shell = FakeShell()
    for panel in (shell.tree, shell.timeline, shell.about, shell.status):
        view: Any = poisoned(panel.view, text)
        panel.show(view)
    return shell


def rendered(app: App[Any]) -> Iterator[str]:
    """Every segment of every widget, whether it is seen or hidden behind another."""
    for widget in (app.screen, *app.screen.walk_children(Widget)):
        for strip in widget.render_lines(widget.size.region):
            for segment in strip:
                yield segment.text


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_words_are_only_words(name: str, size: tuple[int, int]) -> None:
    shell = shell_of(HOSTILE[name])
    app = NooktermApp(shell)

    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        for keys in (["@", "w"], ["escape", "home"], ["ctrl+g"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert all(clean(text) and not BANNED & set(text) and not TURNED & set(text) for text in rendered(app))
        assert isinstance(app.screen, ChooseScreen)
        await pilot.press("escape", "f1", "escape")
        assert app.is_running
        assert app._exception is None

    assert {intent[0] for intent in shell.done} <= {"start", "open", "read", "keep_draft", "older", "stop"}


async def test_a_click_on_markup_in_a_message_runs_nothing() -> None:
    shell = shell_of("[@click=app.quit]click me[/]")
    app = NooktermApp(shell)

    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        for widget in ("#timeline", "#title", "#composer", "Footer"):
            for column in (12, 20, 28):
                await pilot.click(widget, offset=(column, 0))
        assert not app._exit


async def test_what_is_copied_holds_no_escape() -> None:
    """The clipboard is set by an escape sequence of the terminal."""
    shell = shell_of(HOSTILE["controls"])
    app = NooktermApp(shell)

    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Timeline))
        await pilot.press("y")
        await settle(pilot, lambda: bool(app.clipboard))

    assert not BANNED & set(app.clipboard)


def test_textual_still_has_the_filters_that_the_last_line_of_defence_is_one_of() -> None:
    """A private name: when a new Textual has it no more, this test says so first."""
    app = NooktermApp(FakeShell(), Look(glyphs="ascii"))
    assert isinstance(app._filters[-1], SafeLines)


def test_the_last_line_drops_controls_turned_text_and_bad_links() -> None:
    bad = Segment("a\x1b]52;c;eA==\x07b\x9b\u202ec\u2066", Style(bold=True))
    link = Segment("here", Style(link="https://x\x1b]0;t\x07"))
    good = Segment("there", Style(link="https://x.example"))

    cleaned = SafeLines().apply([bad, link, good], Color(0, 0, 0))

    assert [segment.text for segment in cleaned] == ["a]52;c;eA==bc", "here", "there"]
    assert [segment.style.link if segment.style else None for segment in cleaned] == [None, None, "https://x.example"]
    assert cleaned[0].style is not None
    assert cleaned[0].style.bold


async def test_even_a_widget_that_was_given_raw_bytes_draws_none() -> None:
    class Careless(NooktermApp):
        def compose(self) -> ComposeResult:
            yield Static("x\x1b]52;c;eA==\x07\x9b6n\u202ey", markup=False)

    app = Careless(FakeShell())

    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        static = app.screen_stack[0].query_one(Static)
        guarded = "".join(strip.text for strip in static.render_lines(static.size.region))
        app._filters.pop()
        static.refresh()
        unguarded = "".join(strip.text for strip in static.render_lines(static.size.region))

    assert "\x1b" in unguarded
    assert not (BANNED | TURNED) & set(guarded)
    assert "x]52;c;eA==6ny" in guarded
