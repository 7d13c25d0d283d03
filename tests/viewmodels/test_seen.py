"""Who has read what, beside the messages and on a page of its own; who is typing; what is told of our own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nookterm.client.account import unplugged
from nookterm.client.errors import Offline
from nookterm.client.ports import RoomUpdate
from nookterm.client.profiles import Profile
from nookterm.client.session import Session
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import DeviceId, EventId, UserId
from nookterm.domain.receipts import Receipt, Telling
from nookterm.domain.room import Room
from nookterm.pictures.cleaner import PictureCleaner
from nookterm.viewmodels.conversation import Reader, entries, thread_events
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.seen import SeenBy, SeenView
from nookterm.viewmodels.seen_marks import label, typing_line, with_seen
from nookterm.viewmodels.seen_work import seen_view
from nookterm.viewmodels.timeline import Words
from tests.client.people import Village
from tests.contracts.store_double import MemoryStore
from tests.domain.builders import ANA, BO, CY, DEE, FOXES, NOON, a_message, a_nook, a_reaction, member, minutes
from tests.viewmodels.screens import Screens, shows
from tests.viewmodels.test_talk import last, said, talking

EVE = UserId("@eve:river.example")
SAID = (
    a_message("one", "$1", by=BO, at=NOON),
    a_message("two", "$2", by=ANA, at=minutes(1)),
    a_reaction("$1", "+", "$r", by=DEE, at=minutes(2)),
    a_message("three", "$3", by=CY, at=minutes(3)),
    a_message("four", "$4", by=ANA, at=minutes(4)),
)


class Here:
    """Ana's nook on a store in memory."""

    def __init__(self, *events: Event, room: Room | None = None) -> None:
        profile = Profile("ana", "http://127.0.0.1:9", ANA, DeviceId("D"), "demo")
        gateway = unplugged(profile, Offline("No server.", "", code="offline"))
        self.session = Session.open(gateway, MemoryStore(), lambda: minutes(60), PictureCleaner())
        self.room = room or a_nook()
        self.events = events or SAID
        self.session.store.add_events(self.events)

    def read(self, user: UserId, event: str, thread: str | None = None, minute: int = 30) -> None:
        """Somebody tells how far they have read."""
        told = Receipt(user, EventId(event), None if thread is None else EventId(thread), minutes(minute))
        self.session.receipts.fold(RoomUpdate(FOXES, Membership.JOIN, receipts=(told,)))

    def marks(self, thread: str | None = None) -> dict[str, str]:
        """The marks by their messages."""
        root = None if thread is None else EventId(thread)
        events: Sequence[Event] = thread_events(self.session.store, FOXES, root) if root else self.events
        drawn = entries(self.room, events, (), Reader(ANA, minutes(60), UTC), None, thread=root)
        shown = with_seen(self.session, self.room, root, events, drawn)
        return {entry.event_id: entry.seen[0] for entry in shown if isinstance(entry, Words) and entry.seen}

    def page(self, event: str) -> SeenView | None:
        async def nothing(_work: Any) -> None:
            """Nothing is carried out here."""

        return seen_view(Hub.of(self.session, nothing, UTC), self.room, EventId(event))


def test_each_person_stands_beside_the_newest_message_that_they_have_read() -> None:
    here = Here()
    assert here.marks() == {}
    here.read(BO, "$2")
    here.read(DEE, "$3", "main")
    assert here.marks() == {"$2": "read by Bo", "$3": "read by Dee"}
    here.read(BO, "$4")
    here.read(DEE, "$4", "main")
    here.read(CY, "$4")
    assert here.marks() == {"$4": "read by 3"}


def test_a_receipt_for_something_that_is_no_message_counts_for_the_one_above() -> None:
    here = Here()
    here.read(BO, "$r")
    assert here.marks() == {"$2": "read by Bo"}


def test_whoever_writes_has_read_what_is_above_and_needs_no_mark_beside_their_own_words() -> None:
    here = Here()
    here.read(CY, "$1")
    assert here.marks() == {}
    here.read(CY, "$3")
    assert here.marks() == {}
    here.read(CY, "$4")
    assert here.marks() == {"$4": "read by Cy"}


def test_what_is_known_of_people_elsewhere_or_of_nobody_here_marks_nothing() -> None:
    here = Here()
    here.read(EVE, "$4")
    here.read(BO, "$not-here")
    here.read(ANA, "$4")
    assert here.marks() == {}


def test_messages_that_nobody_stands_at_stay_the_very_same_values() -> None:
    here = Here()
    here.read(BO, "$4")
    drawn = entries(here.room, here.events, (), Reader(ANA, minutes(60), UTC), None)
    shown = with_seen(here.session, here.room, None, here.events, drawn)
    assert [one is other for one, other in zip(drawn, shown, strict=True)] == [True] * (len(drawn) - 1) + [False]


def in_thread(words: str, event_id: str, by: UserId, minute: int) -> Event:
    relation = {"rel_type": "m.thread", "event_id": "$1"}
    return a_message(
        {"msgtype": "m.text", "body": words, "m.relates_to": relation}, event_id, by=by, at=minutes(minute)
    )


def test_a_thread_has_readers_of_its_own_and_those_who_have_read_the_whole_room() -> None:
    here = Here(*SAID[:2], in_thread("a", "$a", DEE, 2), in_thread("b", "$b", ANA, 3), *SAID[3:])
    here.read(CY, "$a", "$1")
    here.read(BO, "$3")
    here.read(DEE, "$4", "main")
    assert here.marks("$1") == {"$a": "read by Cy", "$b": "read by Bo"}
    assert here.marks() == {"$3": "read by Bo", "$4": "read by Dee"}


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Bo"], ("read by Bo", "read by 1")),
        (["dee", "Bo"], ("read by Bo, dee", "read by 2")),
        (["Bo", "Dee", "Cy"], ("read by 3",)),
        (["Maximiliane von Hohenfels zu Weide"], ("read by Maximiliane von Hohenfe…", "read by 1")),
    ],
)
def test_few_short_names_are_named_and_others_counted(names: list[str], words: tuple[str, ...]) -> None:
    assert label(names) == words


def test_the_page_says_who_has_read_a_message_and_when_as_far_as_anybody_can_know() -> None:
    here = Here()
    here.read(DEE, "$2", minute=10)
    here.read(BO, "$4", minute=20)
    page = here.page("$2")
    assert page is not None
    assert (page.author, page.text, page.shown) == ("Ana", "two", True)
    assert page.people == (
        SeenBy("Cy", "1 Nov 12:03", wrote=True),
        SeenBy("Dee", "1 Nov 12:10"),
        SeenBy("Bo", "by 1 Nov 12:20"),
    )
    assert page.own.startswith("Your server and your other devices")
    last_words = here.page("$4")
    assert last_words is not None
    assert [person.name for person in last_words.people] == ["Bo"]
    here.session.receipts.shown = False
    hidden = here.page("$2")
    assert hidden is not None
    assert (hidden.people, hidden.shown) == ((), False)
    assert here.page("$not-here") is None


def test_who_is_typing_is_said_by_names_that_nobody_can_take_and_by_number_where_they_are_many() -> None:
    room = a_nook(member(EVE, name="Bo"))
    here = Here(room=room)
    heard: dict[Any, tuple[tuple[UserId, ...], datetime]] = here.session.typing._heard

    def line(*users: UserId) -> str:
        heard[FOXES] = (users, minutes(60))
        return typing_line(here.session, room)

    assert line(DEE) == "Dee is typing"
    assert line(DEE, CY) == "Dee and Cy are typing"
    assert line(BO).startswith("Bo ‹@bo:")
    assert line(DEE, CY, BO, EVE) == "Dee, Cy and 2 more are typing"
    assert line(ANA, UserId("@far:river.example")) == ""
    heard[FOXES] = ((DEE,), minutes(60) - timedelta(minutes=3))
    assert typing_line(here.session, room) == ""


async def test_on_the_screen_of_somebody_others_read_and_type_and_they_tell_what_they_want(
    people: Village, screens: Screens
) -> None:
    shell, bo, nook = await talking(people, screens)
    await shell.timeline.send("hello")
    sent = await last(shell, "hello")
    await bo.sync()
    assert "nobody else in this room" in await shell.seen.put("")
    bo.session.receipts.telling = Telling.PUBLIC
    await bo.session.reading.mark(nook)
    await bo.session.gateway.type(nook, 20)
    view = await shows(shell.timeline, lambda v: v.typing and said(v)[-1].seen)
    assert (said(view)[-1].seen[0], view.typing) == (f"read by {bo.name}", f"{bo.name} is typing")
    page = await shell.seen.who(None)
    assert page is not None
    assert [person.name for person in page.people] == [bo.name]
    assert await shell.seen.who(sent.event_id) == page
    assert "everybody" in (await shell.seen.put("public")).casefold()
    assert "/receipts" in await shell.seen.put("perhaps")
    assert "(chosen for this room)" not in await shell.seen.put("default")
    assert shell.seen.due(nook, writing=True) is False
