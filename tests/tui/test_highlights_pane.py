"""Highlights: each key does what its words say, nothing slips under a finger, nobody answers for another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.screens.highlights import HighlightsPane
from nookterm.tui.widgets.board_exact import Doing, ExactView
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_highlight import Shelf
from nookterm.tui.widgets.cards_pane import LOOK_AGAIN
from nookterm.viewmodels.highlights import Draft, HighlightsView
from nookterm.viewmodels.model import Face
from tests.tui.highlight_samples import AGREED, BOOT, CALM, DRAFT, DUST, HELD, HIGHLIGHTS, ORIGIN, OVER, WEIR
from tests.tui.panel_host import HOSTILE, SIZES, Highlights, Host, clean, poisoned, seen, settle
from tests.tui.panel_samples import BIKES, GLAZE

WIDE, ONE, TINY = (140, 40), (80, 24), (40, 12)


def shown(
    view: HighlightsView = CALM, draft: Draft | None = DRAFT, *, works: bool = True, tells: tuple[str, ...] = ()
) -> tuple[Host, Highlights]:
    highlights = Highlights(view, draft, works=works, tells=tells)
    return Host(lambda: HighlightsPane(highlights)), highlights


def words(app: Host) -> str:
    """All that is on the screen, as running text."""
    return " ".join(seen(app).replace("│", " ").replace("┃", " ").split())


async def test_what_waits_for_a_yes_of_ours_opens_first() -> None:
    app, _ = shown(HIGHLIGHTS)
    async with app.run_test(size=ONE) as pilot:
        await pilot.pause()
        assert app.query_one(HighlightsPane).shelf is Shelf.WAITING
        assert "Your yes is asked" in seen(app)
        assert "2 On the way @1" in seen(app)


async def test_the_board_has_weeks_and_in_them_what_each_nook_shared() -> None:
    app, _ = shown()
    async with app.run_test(size=ONE) as pilot:
        await pilot.pause()
        text = seen(app)
        places = [text.index(piece) for piece in ("This week", "bike-kitchen", "glaze-lab", "Week of 9", "river-watch")]
        assert places == sorted(places)
        assert "Dee Okafor and one more" in text


@pytest.mark.parametrize(("key", "words_there"), [("2", "On the way"), ("3", "Over"), ("4", "Weeks"), ("1", "Week of")])
async def test_a_number_opens_a_shelf(key: str, words_there: str) -> None:
    app, _ = shown(HIGHLIGHTS)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press(key)
        await pilot.pause()
        assert words_there in seen(app)


async def test_a_click_opens_a_shelf() -> None:
    app, _ = shown()
    async with app.run_test(size=ONE) as pilot:
        await pilot.click("ShelfBar", offset=(2 + len("1 Board  2"), 0))
        await settle(pilot, lambda: app.query_one(HighlightsPane).shelf is Shelf.WAITING)


@pytest.mark.parametrize("shelf", list(Shelf))
async def test_an_empty_shelf_says_what_comes_there(shelf: Shelf) -> None:
    app, _ = shown(HighlightsView(face=Face.EMPTY))
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press(str(int(shelf) + 1))
        await pilot.pause()
        assert {
            Shelf.BOARD: "Choose a message in a nook: h asks to share it",
            Shelf.WAITING: "Silence is a no",
            Shelf.MINE: "x takes it back",
            Shelf.DIGEST: "y copies it",
        }[shelf] in words(app)


async def test_what_is_on_the_way_says_who_answered_how_and_why_an_answer_does_not_count() -> None:
    app, _ = shown()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("2", "down", "enter")
        await settle(pilot, lambda: "Hal reacted" in seen(app))
        text = words(app)
        assert "Noor agreed, with their name · in nookterm" in text
        assert "Does not count: this nook asks for a yes in words." in text
        assert "Cy Winter is publishing it right now" in text


async def test_publishing_names_its_readers_before_a_letter_does_it() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("2", "p", "enter")
        await pilot.pause()
        assert "Put words of Dee Okafor from bike-kitchen on the board? ↗ 812 readers, not encrypted" in words(app)
        assert "cannot be taken back" in words(app)
        assert highlights.calls == []
        highlights.show(replace(CALM, waiting=(HELD, AGREED)))
        await pilot.pause()
        await pilot.press("y")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("publish", "k-agreed")]


async def test_nothing_is_published_that_slid_under_the_cursor() -> None:
    other = replace(AGREED, request="k-other", draft="Another text.")
    app, highlights = shown(replace(CALM, waiting=(AGREED, other)))
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("2")
        await settle(pilot, lambda: app.query_one("#highlights-list", BlockList).key == "share k-agreed")
        highlights.show(replace(CALM, waiting=(other,)))
        await settle(pilot, lambda: app.query_one("#highlights-list", BlockList).key == "share k-other")
        await pilot.press("p")
        await pilot.pause()
        assert LOOK_AGAIN in seen(app)
        assert "Put words" not in seen(app)


async def test_what_i_may_take_back_goes_with_words_about_what_stays_and_the_rest_does_not() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("x", "y")
        await pilot.pause()
        assert highlights.calls == [], "this one is not ours to take back"
        await pilot.press("down", "x")
        await pilot.pause()
        assert "cannot be recalled" in words(app)
        await pilot.press("y")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("withdraw", "k-dust")]


async def test_a_key_shows_where_a_highlight_came_from() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("o")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("origin", BOOT.event_id)]
        highlights.show(replace(CALM, origin=ORIGIN))
        await settle(pilot, lambda: "Proved" in seen(app))
        assert "shared by Cy Winter, 21 Nov 10:12" in words(app)
        highlights.show(replace(CALM, origin=replace(ORIGIN, proved=False, headline="Altered.", rows=(), sources=())))
        await settle(pilot, lambda: "! Altered." in seen(app))
        await pilot.press("escape")
        await pilot.pause()
        assert app.focused is app.query_one("#highlights-list")


async def test_a_reaction_is_given_by_a_number() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("plus", "4")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("react", BOOT.event_id, "🎉")]


async def test_one_can_ask_to_join_only_where_the_way_in_is_shown() -> None:
    app, _ = shown()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("down", "a", "up", "a")
        await settle(pilot, lambda: bool(app.asked))
        assert app.asked == [BIKES]


async def test_a_week_is_copied_and_written_as_it_is_shown() -> None:
    app, highlights = shown(HIGHLIGHTS)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("4", "y")
        assert app.clipboard == HIGHLIGHTS.weeks[0].text
        await pilot.press("m", "y")
        assert app.clipboard == HIGHLIGHTS.weeks[0].markdown
        assert "## bike" in seen(app)
        await pilot.press("w")
        await settle(pilot, lambda: "not encrypted" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("export", "2026-W47", "~/riverside-makers-2026-W47.md")]


async def test_what_was_typed_before_is_gone_on_with_or_thrown_away() -> None:
    app, highlights = shown()
    highlights.show(replace(CALM, begun=HIGHLIGHTS.begun))
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("2", "end", "x", "y")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("forget", "$kiln")]
        await pilot.press("enter")
        await settle(pilot, lambda: len(highlights.calls) > 1)
        assert highlights.calls[1] == ("draft", GLAZE, "$kiln")


async def test_the_exact_json_is_one_key_away_and_the_list_is_back_after_it() -> None:
    app, _ = shown()
    async with app.run_test(size=TINY) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("2", "ctrl+t")
        await settle(pilot, lambda: app.query_one(ExactView).has_class("-shown"))
        await settle(pilot, lambda: app.focused is app.query_one(ExactView))
        await pilot.press("pagedown")
        await settle(pilot, lambda: '"body": "k-agreed"' in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: app.focused is app.query_one("#highlights-list"))


async def test_what_takes_its_time_says_so_and_can_be_stopped() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.press("s")
        highlights.show(replace(CALM, doing="Publishing"))
        await settle(pilot, lambda: app.query_one(Doing).has_class("-busy"))
        assert "Publishing" in seen(app)
        await pilot.press("s")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("stop",)]
        highlights.show(CALM)
        await settle(pilot, lambda: not app.query_one(Doing).has_class("-busy"))


async def test_what_became_of_it_is_said_and_offline_stands_above_the_board() -> None:
    app, highlights = shown(replace(CALM, result="It is on the board."))
    async with app.run_test(size=ONE) as pilot:
        await pilot.pause()
        assert "It is on the board." in seen(app)
        highlights.show(replace(CALM, result="", face=Face.OFFLINE))
        await pilot.pause()
        assert "Chain whips" in seen(app)


async def test_an_altered_copy_a_yes_by_reaction_and_a_picture_are_told() -> None:
    app, _ = shown()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(HighlightsPane).focus()
        await pilot.pause()
        assert "agreed by a reaction only" in words(app)
        assert DUST.picture in seen(app)
        await pilot.press("end")
        await settle(pilot, lambda: "reads differently" in words(app))
        assert WEIR.altered


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    evil = HOSTILE[attack]
    app, highlights = shown(poisoned(HIGHLIGHTS, evil), poisoned(DRAFT, evil), tells=(evil,))
    async with app.run_test(size=WIDE) as pilot:
        pane = app.query_one(HighlightsPane)
        pane.focus()
        for size, shelf in zip(SIZES, "23412", strict=True):
            await pilot.resize_terminal(*size)
            await pilot.press(shelf, "enter", "end", "escape", "escape")
            assert clean(seen(app))
            await pane.begin(GLAZE, *DRAFT.events)
            await pilot.pause()
            assert clean(seen(app))
            await pilot.press("ctrl+t")
            await settle(pilot, lambda: app.query_one(ExactView).has_class("-shown"))
            assert clean(seen(app))
            await pilot.press("escape")
            await settle(pilot, lambda: not pane.has_class("-exact"))
            await pilot.press("escape")
            await settle(pilot, lambda: not pane.has_class("-form"))
        assert app.is_running
        allowed = {"draft", "look_at", "origin"}
        assert {call[0] for call in highlights.calls} <= allowed


async def test_a_request_that_is_over_is_shown_and_not_asked_again() -> None:
    app, highlights = shown(HIGHLIGHTS)
    async with app.run_test(size=ONE) as pilot:
        pane = app.query_one(HighlightsPane)
        over = replace(OVER, event_id=AGREED.event_id, room_id=BIKES)
        highlights.show(replace(HIGHLIGHTS, waiting=(), ended=(over,)))
        assert AGREED.event_id
        await pane.begin(BIKES, AGREED.event_id)
        await settle(pilot, lambda: pane.shelf is Shelf.MINE)
        await settle(pilot, lambda: app.query_one("#highlights-list", BlockList).key == "share k-over")
        assert highlights.calls == []
