"""The column beside the conversation: threads, pins, members, privacy as its faces; none of it where it is narrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.last_frame import take_frame
from nookterm.tui.screens.beside import Beside
from nookterm.tui.screens.beside_thread import ThreadFace
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.members import MembersScreen
from nookterm.tui.screens.message_list import MessageListScreen
from nookterm.tui.screens.poll import PollScreen
from nookterm.tui.screens.privacy import PrivacyScreen
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.beside_faces import FaceRow, Faces
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.timeline import Words
from tests.tui.fakes import TIMELINE, FakeShell, words
from tests.tui.panel_host import seen, settle
from tests.tui.people_fakes import CY

Snap = Callable[..., bool]
WIDE, NARROW = (140, 40), (80, 24)


def face(app: NooktermApp) -> Faces:
    """What the column shows."""
    return app.screen.query_one(Beside).face


async def ready(app: NooktermApp, pilot: Pilot[Any]) -> None:
    """One can write in the room."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))


async def in_thread(app: NooktermApp, pilot: Pilot[Any]) -> Composer:
    """The thread of the first message is open beside the room, by a key."""
    await ready(app, pilot)
    await pilot.press("escape")
    await settle(pilot, lambda: isinstance(app.focused, Timeline))
    app.screen.query_one(Timeline).choose("$e1")
    await pilot.press("t")
    await settle(pilot, lambda: face(app) is Faces.THREAD and isinstance(app.focused, Composer))
    composer = app.focused
    assert isinstance(composer, Composer)
    assert isinstance(composer.parent, ThreadFace)
    return composer


def _name(app: NooktermApp, word: str) -> tuple[int, int]:
    """Where a face's name stands."""
    here = app.screen.query_one(FaceRow).region
    rows = [line[here.x :] for line in seen(app).split("\n")[here.y : here.bottom]]
    y = next(n for n, line in enumerate(rows) if word in line)
    return here.x + rows[y].index(word) + 2, here.y + y


@pytest.mark.parametrize("columns", [120, 140, 200])
async def test_the_names_of_all_faces_stand_level_with_the_rooms_title_and_none_is_cut(columns: int) -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=(columns, 30)) as pilot:
        await ready(app, pilot)
        title = next(n for n, line in enumerate(seen(app).split("\n")) if "glaze-lab  Cone 6" in line)
        assert _name(app, "About")[1] == title == 1
        assert all(_name(app, word)[1] <= title + 1 for word in ("Threads", "Pins", "Members", "Privacy"))


async def test_the_usual_keys_open_faces_where_there_is_room_and_once_more_opens_the_whole_page() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        for key, wanted, words in (
            ("alt+l", Faces.THREADS, "4 replies · 2 new"),
            ("alt+k", Faces.PINNED, "Was the bisque dusty?"),
            ("alt+m", Faces.MEMBERS, "Who decides"),
        ):
            await pilot.press(key)
            await settle(pilot, lambda: face(app) is wanted and isinstance(app.focused, BlockList))  # noqa: B023 - awaited here
            await settle(pilot, lambda: words in seen(app))  # noqa: B023 - awaited here
            assert app.focused in app.screen.query_one(Beside).walk_children()
        await pilot.press("alt+m")
        await settle(pilot, lambda: isinstance(app.screen, MembersScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))
        await pilot.press("x")
        await settle(pilot, lambda: face(app) is Faces.ABOUT and isinstance(app.focused, Composer))


async def test_a_narrow_screen_has_the_pages_that_it_had() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=NARROW) as pilot:
        await ready(app, pilot)
        for key, screen in (("alt+l", MessageListScreen), ("alt+m", MembersScreen)):
            await pilot.press(key)
            await settle(pilot, lambda: isinstance(app.screen, screen))  # noqa: B023 - awaited here
            await pilot.press("escape")
            await settle(pilot, lambda: not isinstance(app.screen, screen))  # noqa: B023 - awaited here
        await app.run_action("app.privacy")
        await settle(pilot, lambda: isinstance(app.screen, PrivacyScreen) and "Who can read" in seen(app))


async def test_arrows_and_clicks_turn_the_column_and_the_face_stays_in_another_room() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("alt+b")
        await settle(pilot, lambda: isinstance(app.focused, About))
        await pilot.press("left")
        await settle(pilot, lambda: face(app) is Faces.PRIVACY)
        await pilot.press("alt+b")
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        assert await pilot.click(offset=_name(app, "Members"))
        await settle(pilot, lambda: face(app) is Faces.MEMBERS and "Kept out" in seen(app))
        begun = sum(1 for did in shell.done if did[0] == "begin members")
        await pilot.press("alt+down")
        await settle(pilot, lambda: ("open", RoomId("!bike")) in shell.done)
        await settle(pilot, lambda: sum(1 for did in shell.done if did[0] == "begin members") > begun)
        assert face(app) is Faces.MEMBERS
        assert await pilot.click(offset=_name(app, "About"))
        await settle(pilot, lambda: face(app) is Faces.ABOUT)


async def test_a_member_opens_their_page_and_a_pin_its_place() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("alt+m")
        await settle(pilot, lambda: isinstance(app.focused, BlockList) and bool(app.focused.key))
        await pilot.press("down", "down", "enter")
        await settle(pilot, lambda: isinstance(app.screen, MembersScreen))
        await settle(pilot, lambda: ("begin members", CY, False) in shell.done)
        await pilot.press("escape", "escape")
        await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))
        await pilot.press("alt+k")
        await settle(pilot, lambda: face(app) is Faces.PINNED and "bisque" in seen(app))
        await settle(pilot, lambda: isinstance(app.focused, BlockList) and app.focused.key == "$e2")
        await pilot.press("enter")
        await settle(pilot, lambda: ("jump", "$e2") in shell.done)
        assert face(app) is Faces.PINNED, "one pin after another can be looked at"


async def test_a_thread_stands_beside_its_room_with_words_of_its_own() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        composer = await in_thread(app, pilot)
        assert ("side", "thread", "$e1") in shell.done
        assert shell.timeline.view.thread is None, "the room is read on meanwhile"
        shown = seen(app)
        assert "It was the dust." in shown
        assert "Eli Marsh joined" in shown
        replies = len([entry for entry in shell.side.view.entries if isinstance(entry, Words)])
        assert f"{replies - 1} repl" in shown
        more = words(77, "Bo Lindqvist", 1, "10:40", "And the brush.")
        shell.side.show(replace(shell.side.view, entries=(*shell.side.view.entries, more)))
        await settle(pilot, lambda: f"Thread  {replies} replies" in seen(app))
        await pilot.press(*"dust")
        await pilot.press("enter")
        await settle(pilot, lambda: ("side", "send", "dust") in shell.done)
        await pilot.press("alt+b", *"hi", "enter")
        await settle(pilot, lambda: ("send", "hi") in shell.done)
        await pilot.press("alt+b")
        await settle(pilot, lambda: composer.has_focus)
        await pilot.press("escape")
        await settle(pilot, lambda: face(app) is Faces.ABOUT and isinstance(app.focused, Composer))
        assert app.focused is app.screen.query_one(Conversation).query_one(Composer)


async def test_a_thread_from_the_list_leads_back_to_the_list() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("alt+l")
        await settle(pilot, lambda: isinstance(app.focused, BlockList) and app.focused.key == "$e1")
        await pilot.press("down", "enter")
        await settle(pilot, lambda: ("side", "thread", "$e3") in shell.done)
        await settle(pilot, lambda: face(app) is Faces.THREAD and isinstance(app.focused, Composer))
        assert ("side", "read") in shell.done, "what is seen is read"
        await pilot.press("escape")
        await settle(pilot, lambda: face(app) is Faces.THREADS and isinstance(app.focused, BlockList))
        await pilot.press("escape")
        await settle(pilot, lambda: face(app) is Faces.ABOUT and isinstance(app.focused, Composer))


async def test_a_click_on_the_line_of_replies_opens_the_thread_beside() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        rows = seen(app).split("\n")
        y = next(n for n, line in enumerate(rows) if "▸ 4 replies" in line)
        await pilot.click(offset=(rows[y].index("▸ 4 replies") + 4, y))
        await settle(pilot, lambda: face(app) is Faces.THREAD)
        assert await pilot.click(offset=_name(app, "Threads"))
        await settle(pilot, lambda: face(app) is Faces.THREADS)


async def test_a_thread_and_what_is_written_in_it_stay_when_the_screen_shrinks_and_grows() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await in_thread(app, pilot)
        await pilot.press(*"half a wo")
        await pilot.resize_terminal(100, 30)
        await settle(pilot, lambda: shell.timeline.view.thread == "$e1" and shell.side.view.thread is None)
        room = app.screen.query_one(Conversation).query_one(Composer)
        await settle(pilot, lambda: room.text == "half a wo")
        await pilot.press("r", "d")
        await pilot.resize_terminal(*WIDE)
        await settle(pilot, lambda: face(app) is Faces.THREAD and shell.timeline.view.thread is None)
        await settle(pilot, lambda: isinstance(app.focused, Composer) and app.focused.text == "half a word")
        assert room.text == "", "words for a thread are not left where they would go to the room"


async def test_a_jump_into_a_thread_opens_it_beside_and_leaves_the_rooms_words_alone() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press(*"mine")
        shell.timeline.show(replace(TIMELINE, thread=EventId("$e1"), target=EventId("$e30"), jumps=1))
        await settle(pilot, lambda: face(app) is Faces.THREAD and ("side", "jump", "$e30") in shell.done)
        await settle(pilot, lambda: shell.timeline.view.thread is None)
        assert app.screen.query_one(Conversation).query_one(Composer).text == "mine"


async def test_a_poll_and_a_file_begun_in_a_thread_belong_to_it() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await in_thread(app, pilot)
        await pilot.press(*"/poll Which? | six | ten", "enter")
        await settle(pilot, lambda: any(did[0] == "begin_poll" and did[1].thread == "$e1" for did in shell.done))  # type: ignore[attr-defined]  # a draft
        await pilot.press(*"/poll", "enter")
        await settle(pilot, lambda: isinstance(app.screen, PollScreen) and "Question" in seen(app))


async def test_what_was_being_written_in_a_thread_is_kept_when_it_closes() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await in_thread(app, pilot)
        await pilot.press(*"not yet", "escape")
        await settle(pilot, lambda: ("side", "keep_words", "!glaze", "$e1", "not yet") in shell.done)


async def test_plain_mode_has_no_column_and_the_thread_stays_open_in_its_place() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await in_thread(app, pilot)
        await pilot.press("alt+p")
        await settle(pilot, lambda: shell.timeline.view.thread == "$e1")
        await pilot.press("alt+p")
        await settle(pilot, lambda: face(app) is Faces.THREAD)


async def test_the_last_frame_of_a_session_has_no_thread_beside_it() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        assert take_frame(app, app._main) is not None
        await in_thread(app, pilot)
        assert take_frame(app, app._main) is None


def _press(*keys: str) -> Callable[[Pilot[Any]], Any]:
    async def press(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.animation_level = "none"
        assert isinstance(app, NooktermApp)
        await ready(app, pilot)
        await pilot.press(*keys)
        await pilot.pause()
        for composer in app.screen.query(Composer):
            composer.cursor_blink = False
        await pilot.pause()

    return press


@pytest.mark.parametrize(("size", "keys"), [
    ((140, 40), ("escape", "home", "t", *"Wiped")), ((120, 30), ("escape", "home", "t")), ((140, 40), ("alt+l",)),
    ((120, 30), ("alt+m",)), ((140, 40), ("alt+b", "left")), ((120, 30), ("alt+k",)),
], ids=["thread", "thread-120", "threads", "members-120", "privacy", "pinned-120"])  # fmt: skip
def test_the_faces(snap_compare: Snap, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=_press(*keys))
