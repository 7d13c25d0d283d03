"""Highlights: nothing is shared without the exact text, its readers and a yes on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.screens.highlights import HighlightsPane
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_pane import LOOK_AGAIN
from nookterm.tui.widgets.forms import Choice, Field
from nookterm.tui.widgets.forms_share import ShareForm
from nookterm.viewmodels.highlights import Draft, HighlightsView
from tests.tui.panel_host import HOSTILE, SIZES, Highlights, Host, clean, poisoned, seen, settle
from tests.tui.panel_samples import AGREED, DRAFT, GLAZE, HIGHLIGHTS, MINE

WIDE, ONE = (140, 40), (80, 24)


def _app(
    view: HighlightsView = HIGHLIGHTS, draft: Draft | None = DRAFT, *, works: bool = True
) -> tuple[Host, Highlights]:
    highlights = Highlights(view, draft, works=works)
    return Host(lambda: HighlightsPane(highlights)), highlights


@pytest.mark.parametrize(("key", "answer"), [("y", (True, False)), ("a", (True, True)), ("n", (False, False))])
async def test_the_author_answers_with_a_letter(key: str, answer: tuple[bool, bool]) -> None:
    app, highlights = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.pause()
        assert "My celadon crawled" in seen(app)
        await pilot.press(key)
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("answer", "k-mine", *answer)]


async def test_nobody_answers_for_another() -> None:
    app, highlights = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("down", "y", "a", "n")
        await pilot.pause()
        assert highlights.calls == []


async def test_no_answer_falls_on_a_text_that_slid_under_the_cursor() -> None:
    other = replace(MINE, request="k-other", draft="Another text of mine.")
    app, highlights = _app(replace(HIGHLIGHTS, waiting=(MINE, other)))
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(HighlightsPane).focus()
        highlights.show(replace(HIGHLIGHTS, waiting=(other,)))
        await settle(pilot, lambda: app.query_one(BlockList).key == "share k-other")
        await pilot.press("y")
        await pilot.pause()
        assert highlights.calls == []
        assert LOOK_AGAIN in seen(app)


async def test_publishing_names_its_readers_before_a_letter_does_it() -> None:
    app, highlights = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("down", "p", "enter")
        text = " ".join(seen(app).split())
        assert "Put Dee Okafor's words from bike-kitchen on the board?" in text
        assert "212 people, 9 servers" in text
        assert "cannot be taken back" in text
        assert highlights.calls == []
        highlights.show(replace(HIGHLIGHTS, waiting=(AGREED, MINE)))
        await pilot.pause()
        await pilot.press("y")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("publish", "k-agreed")]


async def test_what_i_shared_can_be_taken_off_the_board_and_what_others_shared_cannot() -> None:
    app, highlights = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("end", "x", "y")
        await pilot.pause()
        assert highlights.calls == []
        await pilot.press("up", "x", "y")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("withdraw", "k-dust")]


async def test_the_form_shares_exactly_what_it_shows() -> None:
    app, highlights = _app()
    async with app.run_test(size=WIDE) as pilot:
        await app.query_one(HighlightsPane).begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        text = seen(app)
        assert "It was the dust." in text
        assert "↗ 212 people, 9 servers" in text
        assert "before Bo Lindqvist" in text
        assert app.focused is app.query_one(Field)
        await pilot.press("ctrl+home", *"So: ", "alt+enter")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("share", "$kiln", f"So: {DRAFT.text}", False)]
        await settle(pilot, lambda: not app.query(ShareForm))
        await settle(pilot, lambda: app.focused is app.query_one(BlockList))


async def test_a_flagged_piece_can_be_taken_out() -> None:
    app, _highlights = _app()
    async with app.run_test(size=WIDE) as pilot:
        await app.query_one(HighlightsPane).begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        assert "2 to look at" in seen(app)
        await pilot.click("Flagged Choice")
        await settle(pilot, lambda: "1 to look at" in seen(app))
        assert "Marta" not in app.query_one(Field).text


async def test_ones_own_words_go_with_a_name_or_without() -> None:
    app, highlights = _app(draft=replace(DRAFT, own=True))
    async with app.run_test(size=WIDE) as pilot:
        await app.query_one(HighlightsPane).begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        await pilot.click("#share-unnamed")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("share", "$kiln", DRAFT.text, True)]


async def test_what_could_not_be_shared_stays_and_says_why() -> None:
    app, highlights = _app(replace(HIGHLIGHTS, result="There is no board in this space."), works=False)
    async with app.run_test(size=WIDE) as pilot:
        await app.query_one(HighlightsPane).begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "! There is no board in this space." in seen(app))
        assert len(highlights.calls) == 1
        assert app.query_one(Field).text == DRAFT.text
        assert not app.query_one("#share-yes", Choice).disabled


async def test_escape_shares_nothing_and_keeps_the_changed_words() -> None:
    app, highlights = _app()
    async with app.run_test(size=ONE) as pilot:
        pane = app.query_one(HighlightsPane)
        await pane.begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        await pilot.press("ctrl+home", *"So: ", "escape")
        await settle(pilot, lambda: not app.query(ShareForm))
        await pane.begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        assert app.query_one(Field).text.startswith("So: ")
        assert highlights.calls == []


async def test_an_empty_text_is_not_shared() -> None:
    app, highlights = _app(draft=replace(DRAFT, text=" "))
    async with app.run_test(size=ONE) as pilot:
        await app.query_one(HighlightsPane).begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        await pilot.press("alt+enter")
        await pilot.pause()
        assert highlights.calls == []


async def test_a_message_that_cannot_be_shared_opens_no_form() -> None:
    app, _highlights = _app(replace(HIGHLIGHTS, result="Nobody can share this message."), draft=None)
    async with app.run_test(size=ONE) as pilot:
        await app.query_one(HighlightsPane).begin(GLAZE, DRAFT.event_id)
        await pilot.pause()
        assert not app.query(ShareForm)
        assert "Nobody can share this message." in seen(app)


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app, highlights = _app(poisoned(HIGHLIGHTS, HOSTILE[attack]), poisoned(DRAFT, HOSTILE[attack]))
    async with app.run_test(size=WIDE) as pilot:
        pane = app.query_one(HighlightsPane)
        pane.focus()
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("home", "enter", "escape", "down", "p", "escape")
            await pane.begin(GLAZE, DRAFT.event_id)
            await pilot.pause()
            assert clean(seen(app))
            await pilot.press("escape")
            await settle(pilot, lambda: not app.query(ShareForm))
        assert app.is_running
        assert highlights.calls == []
