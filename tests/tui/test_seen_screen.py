"""Who has read what on the screen: marks, their page, and telling the room that one writes."""

from __future__ import annotations

from dataclasses import replace

from textual.content import Content

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.seen import SeenScreen, seen_rows
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.composer_strip import Strip
from nookterm.tui.widgets.timeline_rows import Drawing, entry_rows
from nookterm.tui.widgets.timeline_seen import with_seen
from nookterm.viewmodels.seen import SeenView
from tests.tui.fakes import GLAZE, TIMELINE, FakeShell, words
from tests.tui.panel_host import seen, settle
from tests.tui.seen_fakes import SEEN
from tests.tui.test_message_acts import WIDE, among, ready

TOLD = words(30, "Dee Okafor", 4, "11:00", "as I said", seen=("read by Bo, Cy", "read by 2"))


def _plain(*rows: Content) -> str:
    return "\n".join(row.plain for row in rows)


def test_the_mark_stands_at_the_end_of_the_last_row_and_takes_one_of_its_own_only_where_there_is_no_room() -> None:
    marked, bare = (entry_rows(entry, Drawing(60)) for entry in (TOLD, replace(TOLD, seen=())))
    assert (len(marked), marked[-1].plain) == (len(bare), "       as I said" + " " * 30 + "read by Bo, Cy")
    longer = entry_rows(replace(TOLD, body="x" * 40), Drawing(60))
    assert longer[-1].plain == "       " + "x" * 40 + " " * 4 + "read by 2"
    full = [Content("x" * 50)]
    assert [row.plain for row in with_seen(full, ("read by Bo", "read by 1"), 50)] == [
        "x" * 50,
        " " * 40 + "read by Bo",
    ]
    compact = entry_rows(TOLD, Drawing(60, compact=True))
    assert _plain(*compact).endswith("read by Bo, Cy")
    assert max(row.cell_length for row in (*marked, *compact, *entry_rows(TOLD, Drawing(30)))) <= 60


def test_the_page_says_what_it_does_not_mean_also_where_nobody_has_told_anything() -> None:
    nobody = SeenView("Bo", "hello", "19 Nov 09:12", own="Nobody hears how far you have read.")
    assert "Nobody has told so." in _plain(*seen_rows(nobody, 80))
    for view in (SEEN, nobody):
        assert "Who is missing may have read it" in _plain(*seen_rows(view, 200))
    hidden = _plain(*seen_rows(replace(nobody, shown=False), 80))
    assert "receipts.show is off" in hidden
    assert "Nobody has told" not in hidden
    assert all(row.cell_length <= 40 for row in seen_rows(SEEN, 40))


async def test_a_key_a_click_and_a_command_show_who_has_read_a_message() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=(*TIMELINE.entries, TOLD)))
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await among(app, pilot, "$e30")
        await pilot.press("s")
        await settle(pilot, lambda: isinstance(app.screen, SeenScreen))
        assert ("who", "$e30") in shell.done
        assert "wrote 19 Nov 09:58" in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, SeenScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        shell.seen.view = None
        await pilot.press(*"/seen", "enter")
        await settle(pilot, lambda: ("who", None) in shell.done)
        await pilot.press(*"/receipts public", "enter")
        await settle(pilot, lambda: ("receipts", "public") in shell.done)
        await pilot.press(*"/receipts", "enter")
        await settle(pilot, lambda: ("receipts", "") in shell.done)


async def test_words_for_the_room_count_as_writing_and_commands_and_drafts_do_not() -> None:
    shell = FakeShell()
    shell.seen.tells = True
    shell.timeline.show(replace(TIMELINE, draft="half a thou"))
    app = NooktermApp(shell)

    def told() -> list[bool]:
        return [bool(done[2]) for done in shell.done if done[0] == "write"]

    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        assert told() == []
        await pilot.press("g")
        await settle(pilot, lambda: told() == [True])
        app.screen.query_one(Composer).load_draft("")
        await settle(pilot, lambda: told() == [True, False])
        await pilot.press(*"/me", "space")
        await settle(pilot, lambda: told()[2:] == [False, False, False, True])
        assert all(done[1] == GLAZE for done in shell.done if done[0] == "write")


async def test_who_is_typing_stands_above_the_composer() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, typing="Bo Lindqvist is typing"))
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot)
        assert "Bo Lindqvist is typing" in app.screen.query_one(Strip).render().plain
