"""The conversation: where rows stand, what stays in place, and how many there may be."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp
from textual.pilot import Pilot

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.timeline_rows import WIDEST, Drawing, entry_rows
from nookterm.viewmodels.timeline import Aside, Entry, Quote, Rule, Words
from tests.tui.fakes import ENTRIES, TIMELINE, words
from tests.tui.panel_host import seen, settle, wear

WIDTHS = (18, 33, 60, 76, 120)
LONG = tuple(words(n, "Bo Lindqvist", 1, "09:12", f"message {n}") for n in range(1000))


class Hall(App[None]):
    """A timeline alone, that notes what it wants."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[object] = []
        wear(self)

    def compose(self) -> ComposeResult:
        yield Timeline()

    def on_timeline_reached_top(self) -> None:
        self.wanted.append("older")

    @on(Timeline.Wanted)
    def _note(self, event: Timeline.Wanted) -> None:
        self.wanted.append((event.act, event.entry and event.entry.event_id))


def drawn(entry: Entry, width: int = 76, *, compact: bool = False, brackets: bool = False) -> list[str]:
    """The rows as text."""
    return [line.plain.rstrip() for line in entry_rows(entry, Drawing(width, compact, brackets))]


def said(body: str, **more: Any) -> Words:
    """A message of Bo's."""
    return words(1, "Bo Lindqvist", 1, "09:12", body, **more)


async def show(pilot: Pilot[None], entries: tuple[Entry, ...], **more: Any) -> Timeline:
    """The timeline with these entries."""
    timeline = pilot.app.query_one(Timeline)
    timeline.show(replace(TIMELINE, entries=entries, **more), compact=False)
    await pilot.pause()
    return timeline


def words_seen(pilot: Pilot[None]) -> list[str]:
    """The screen without its scrollbar."""
    return [line[:79] for line in seen(pilot.app).split("\n")]


def test_everything_of_a_message_begins_at_one_edge() -> None:
    rows = drawn(ENTRIES[1], brackets=True) + drawn(ENTRIES[2]) + drawn(ENTRIES[8])
    assert [row[:7] for row in rows if row[:7].strip()] == ["09:12  ", "09:40  ", "10:21  "]
    assert all(row[7] != " " for row in rows)


def test_a_run_names_its_author_once() -> None:
    assert drawn(said("again", first=False)) == ["       again"]


@pytest.mark.parametrize("compact", [False, True])
def test_a_warning_that_was_said_above_is_a_sign_beside_the_name(*, compact: bool) -> None:
    first = said("again", warning="not proved to be from this person")
    for message, is_sign in ((first, False), (replace(first, warned=True), True)):
        rows = [line.plain for line in entry_rows(message, Drawing(76, compact))]
        assert any("! not proved" in line for line in rows) is not is_sign
        assert (" ! " in f"{rows[0]} ") is is_sign


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_row_is_wider_than_its_place_or_than_one_reads_well(width: int, *, compact: bool) -> None:
    hard = said("w" * 300 + " and 漢字 " * 40, reactions=(("👍" * 12, 12, True),) * 9, attachment="x" * 90, edited=True,
                newcomer=True, warning="not proved who wrote this", state="failed", problem="no answer " * 20,
                quote=Quote("Dee", 4, "long " * 90))  # fmt: skip
    for entry in (
        *ENTRIES,
        hard,
        replace(hard, state="queued"),
        Aside(EventId("$a"), "09:00", "left " * 60, locked=True),
    ):
        for line in entry_rows(entry, Drawing(width, compact)):
            limit = width if isinstance(entry, Rule) else WIDEST + 7
            assert line.cell_length <= min(width, limit), line.plain


def test_a_day_has_its_date_and_what_is_new_its_count() -> None:
    assert drawn(Rule("Thursday 19 November", "day"), 40) == ["── Thursday 19 November " + "─" * 16]
    assert drawn(Rule("3 new since 09:58", "new"), 40)[0].startswith("── 3 new since 09:58 ─")


def test_an_unsent_message_says_why_and_a_waiting_one_that_it_waits() -> None:
    failed = drawn(said("Hello.", state="failed", problem="no answer · next try in 20 s"))
    assert failed[-1].strip() == "! not sent · no answer · next try in 20 s"
    assert drawn(said("Hello.", state="queued"))[-1].strip() == "Hello.  ◷ waits its turn"


def test_what_was_taken_back_shows_no_word_of_it() -> None:
    assert drawn(said("secret", redacted=True))[1:] == ["       taken back"]


def test_a_message_that_cannot_be_read_keeps_its_time_and_says_so() -> None:
    locked = Aside(EventId("$l"), "09:52", "Cannot be opened on this device yet.", locked=True)
    assert drawn(locked) == ["09:52  ◌ Cannot be opened on this device yet."]


def test_reactions_and_answers_stand_below_the_words() -> None:
    assert drawn(ENTRIES[1])[-1].split() == [
        "👍", "2", "🔥", "4", "●", "▸", "4", "replies", "·", "last", "10:02"
    ]  # fmt: skip


def test_line_themes_write_pills_in_brackets_of_the_same_width() -> None:
    tone, line = drawn(ENTRIES[7]), drawn(ENTRIES[7], brackets=True)
    assert "[new here]" in line[0]
    assert len(line[0]) == len(tone[0]) + 1  # the last blank of the tone is stripped here


def test_a_name_in_a_message_is_marked_and_its_words_stay_as_they_are() -> None:
    content = entry_rows(ENTRIES[8], Drawing(76))[1]
    marked = [content.plain[span.start : span.end] for span in content.spans if "mention" in str(span.style)]
    assert marked == ["@ana"]


def test_compact_loses_no_word_beside_a_mark() -> None:
    rows = drawn(said("First post here. I make test tiles by the hundred.", newcomer=True), 60, compact=True)
    assert rows[0].endswith("new here")
    assert " ".join(" ".join(rows).replace("new here", "").split()[2:]).endswith("by the hundred.")


def test_compact_needs_one_row_for_a_short_message() -> None:
    assert drawn(said("Hello."), compact=True) == ["09:12  Bo        Hello."]


async def test_it_opens_at_the_newest_message_and_stays_there() -> None:
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[:100])
        assert "message 99" in seen(pilot.app)
        timeline = await show(pilot, LONG[:101])
        assert "message 100" in seen(pilot.app)
        assert timeline.scroll_offset.y == timeline.max_scroll_y


async def test_what_one_reads_does_not_move_when_something_comes() -> None:
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[:100])
        timeline.scroll_rows(-90)
        await pilot.pause()
        before = words_seen(pilot)
        await show(pilot, LONG[:103])
        assert words_seen(pilot) == before


async def test_what_one_reads_does_not_move_when_older_messages_are_loaded() -> None:
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[100:200])
        timeline.focus()
        await pilot.press("home")
        await pilot.pause()
        first = "message 100" in seen(pilot.app)
        await show(pilot, LONG[:200])
        assert first
        assert "message 100" in seen(pilot.app)
        assert timeline.key == "$e100"


async def test_another_room_begins_at_its_end() -> None:
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[:100])
        timeline.scroll_rows(-200)
        await show(pilot, LONG[200:300], room_id=RoomId("!other"))
        assert "message 299" in seen(pilot.app)


@pytest.mark.parametrize("key", ["pageup", "up", "home"])
async def test_at_the_first_row_it_asks_for_older_ones(key: str) -> None:
    app = Hall()
    async with app.run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[:3])
        timeline.focus()
        timeline.choose("$e0")
        await pilot.press(key)
        await pilot.pause()
    assert "older" in app.wanted


async def test_below_the_newest_message_is_the_composer() -> None:
    app = Hall()
    async with app.run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[:3])
        timeline.focus()
        await pilot.press("down")
        await settle(pilot, lambda: bool(app.wanted))
    assert app.wanted == [("write", None)]


async def test_first_unread_is_found_however_far_back() -> None:
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, (*LONG[:50], Rule("950 new", "new"), *LONG[50:]))
        timeline.focus()
        await pilot.press("n")
        await pilot.pause()
        assert timeline.key == "$e50"
        assert "message 50" in seen(pilot.app)


async def test_every_message_of_a_long_room_can_be_reached_by_paging_up() -> None:
    async with Hall().run_test(size=(80, 40)) as pilot:
        timeline = await show(pilot, LONG)
        timeline.focus()
        await settle(pilot, lambda: timeline.key == "$e999")
        for _ in range(200):
            if timeline.key == "$e0":
                break
            await pilot.press("pageup")
        assert timeline.key == "$e0"


async def test_a_click_chooses_a_message() -> None:
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[:3])
        await pilot.click(Timeline, offset=(12, 2))
        await pilot.pause()
        assert timeline.key == "$e0"


async def test_the_wheel_moves_three_rows_and_stops_following() -> None:
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, LONG[:100])
        await pilot._post_mouse_events([MouseScrollUp], Timeline)
        await pilot.pause()
        assert timeline.scroll_offset.y == timeline.max_scroll_y - 3
        await show(pilot, LONG[:103])
        assert "message 102" not in seen(pilot.app)


async def test_ten_thousand_messages_open_nearly_as_fast_as_a_few_hundred() -> None:
    """Only the newest are prepared; a room's length costs next to nothing. Generous: this is no benchmark."""
    many = tuple(words(n, "Bo Lindqvist", 1, "09:12", "Opened the kiln again. " * 6) for n in range(10_000))

    async with Hall().run_test(size=(140, 40)) as pilot:
        took: list[float] = []
        for count in (500, 10_000):
            begun = time.perf_counter()
            await show(pilot, many[-count:], room_id=RoomId(f"!{count}"))
            took.append(time.perf_counter() - begun)
        assert "Opened the kiln" in seen(pilot.app)

    assert took[1] < took[0] * 4 + 0.1


async def test_rows_that_were_made_while_hidden_are_made_anew_although_nobody_tells_of_another_width() -> None:
    async with Hall().run_test(size=(80, 24)) as pilot:
        timeline = await show(pilot, LONG[:30])
        timeline.display = False
        await pilot.pause()
        await show(pilot, LONG[:31])
        timeline.display = True
        # Textual compares with a map that was looked up in the meantime: it finds nothing new, and sends no Resize.
        assert timeline.screen._compositor.full_map[timeline].region.width == 80
        await pilot.pause()
        rows = words_seen(pilot)
        assert any("message 30" in row for row in rows)
        assert any("message 25" in row for row in rows)


@pytest.mark.parametrize("width", [40, 60, 120])
async def test_what_one_looks_at_stays_in_its_row_when_the_width_changes(width: int) -> None:
    tall = tuple(words(n, "Bo Lindqvist", 1, "09:12", f"message {n} " + "and more of it " * 9) for n in range(60))
    async with Hall().run_test(size=(80, 24)) as pilot:
        timeline = await show(pilot, tall)
        timeline.focus()
        for _ in range(9):
            await pilot.press("up")
        chosen = timeline.key

        def row() -> int:
            return timeline._tops[timeline._index_of[chosen]] - timeline.scroll_offset.y

        before = row()
        pilot.app.set_focus(None)
        await pilot.resize_terminal(width, 24)
        await settle(pilot, lambda: timeline.size.width == width and timeline._built_for == timeline._width)
        assert 0 <= before < 24
        assert row() == before
