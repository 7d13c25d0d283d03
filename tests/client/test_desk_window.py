"""What a desk reads of a room from the store: far enough, once after each change, and what is missing is no silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from nookterm.client.account import unplugged
from nookterm.client.desk import Desk
from nookterm.client.desk_window import Window
from nookterm.client.errors import NotFound, Offline, WrongUsage
from nookterm.client.ports import Keep, Store
from nookterm.client.profiles import Profile
from nookterm.client.session import Session
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.desk import Item, Kind
from nookterm.domain.events import Event, Trust, Unreadable
from nookterm.domain.ids import DeviceId, EventId
from nookterm.domain.vocabulary import CHARTER
from nookterm.domain.wishes import CareWish, wish_content
from nookterm.pictures.cleaner import PictureCleaner
from nookterm.store.opening import new_key, open_store
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    DEE,
    EVE,
    FOXES,
    NOON,
    RIVER,
    a_message,
    a_reaction,
    an_event,
    member,
    minutes,
    state,
)

DAY = timedelta(days=1)
POWER = {"users": {DEE: 100, ANA: 50}, "invite": 50, "kick": 50, "ban": 50, "redact": 50}
NOOK = (
    state("m.room.create", {"room_version": "11"}, by=DEE),
    state("m.room.power_levels", POWER, by=DEE),
    state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, by=DEE),
    state("m.room.history_visibility", {"history_visibility": "shared"}, by=DEE),
    state(CHARTER, charter_content(Charter(cap=40)), by=DEE),
    *(member(who) for who in (ANA, BO, CY, DEE)),
)
SPACE = (
    state("m.room.create", {"type": "m.space"}, room=RIVER),
    state("m.space.child", {"via": ["river.example"]}, FOXES, room=RIVER),
    member(ANA, room=RIVER, event_id="$in"),
)


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "account.db", new_key(), create=True)
    with opened.transaction():
        opened.save_state([*NOOK, *SPACE])
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(store: Store, clock: Clock) -> Session:
    profile = Profile("ana", "http://127.0.0.1:9", ANA, DeviceId("D"), "demo")
    return Session.open(unplugged(profile, Offline("No server.", "", code="offline")), store, clock, PictureCleaner())


def comes(session: Session, *events: Event) -> None:
    """News, as a sync step brings them."""
    with session.store.transaction():
        session.store.save_state(events)
        session.store.add_events(events)
    session.rooms.refresh({event.room_id for event in events})


def lines(desk: Desk, *kinds: Kind) -> list[Item]:
    return [item for item in desk.known_items() if item.kind in kinds]


def chatter(number: int, first: datetime = NOON) -> list[Event]:
    """So many words that leave nothing open, a second apart."""
    return [a_message("so", f"$so{n}-{first}", by=CY, at=first + timedelta(seconds=n)) for n in range(number)]


def test_a_question_is_found_behind_many_words_and_not_behind_too_many(session: Session, clock: Clock) -> None:
    desk = Desk(session)
    comes(session, *NOOK, a_message("Why?", "$q", by=BO), *chatter(900))
    clock.now = NOON + DAY
    assert [item.event for item in lines(desk, Kind.QUESTION)] == ["$q"]
    comes(session, *chatter(200, minutes(60)))
    assert lines(desk, Kind.QUESTION) == []


def test_a_thread_is_known_by_its_root_however_long_ago_it_began(session: Session, clock: Clock) -> None:
    root = a_message("Friday", "$root", by=CY)
    there = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}, "m.mentions": {"user_ids": [BO]}}
    later = NOON + 30 * DAY
    call = a_message({"msgtype": "m.text", "body": "Bo?", **there}, "$call", by=CY, at=later)
    comes(session, *NOOK, root, *chatter(600, NOON + 20 * DAY), call)
    clock.now = later + 3 * DAY
    assert [(item.event, item.user) for item in lines(Desk(session), Kind.THREAD)] == [("$root", BO)]


def test_lines_are_derived_anew_when_something_changed_and_when_their_time_has_come(
    session: Session, clock: Clock
) -> None:
    desk = Desk(session)
    comes(session, *NOOK, a_message("Why?", "$q", by=BO))
    clock.now = NOON + DAY - timedelta(seconds=50)
    assert lines(desk, Kind.QUESTION) == []
    clock.now = NOON + DAY + timedelta(seconds=15)
    assert len(lines(desk, Kind.QUESTION)) == 1
    comes(session, a_reaction("$q", "👀", by=CY))
    assert lines(desk, Kind.QUESTION) == []


def test_what_is_missing_is_not_taken_for_silence(session: Session, clock: Clock) -> None:
    desk = Desk(session)
    comes(session, *NOOK, a_message("so", "$a", by=BO), a_message("so", "$b", by=CY))
    clock.now = NOON + 20 * DAY
    assert len(lines(desk, Kind.QUIET)) == 1
    with session.store.transaction():
        session.store.add_gap(FOXES, "token")
    late = NOON + 18 * DAY
    comes(session, a_message("so", "$c", by=BO, at=late))
    assert desk.history_since(session.rooms[FOXES]) == late
    assert lines(desk, Kind.QUIET) == [], "somebody spoke lately, and more may have"
    clock.now = late + 14 * DAY
    assert [item.since for item in lines(desk, Kind.QUIET)] == [clock.now]


def test_of_a_room_that_was_read_only_what_is_new_is_read(
    session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = NOON + DAY
    comes(session, *NOOK, *chatter(600))
    window = Window(session)
    window.past(session.rooms[FOXES])
    monkeypatch.setattr(session.store, "timeline", lambda *_: pytest.fail("all of it was read again"))
    comes(session, a_message("Why?", "$q", by=BO, at=minutes(30)))
    assert [said.event for said in window.past(session.rooms[FOXES]).talk.questions] == ["$q"]


def test_whatever_changes_a_room_is_known_as_if_it_were_read_for_the_first_time(session: Session, clock: Clock) -> None:
    clock.now = NOON + DAY
    store = session.store
    asked = a_message("Why?", "$q", by=BO, at=minutes(1))
    sealed = an_event(Unreadable(None, "no key"), "$sealed", by=CY, at=minutes(2))
    comes(session, *NOOK, asked, sealed, a_message("so", "$last", by=CY, at=minutes(9)))
    window = Window(session)

    def later() -> None:
        store.add_gap(FOXES, "token")
        store.add_events([a_message("Who?", "$far", by=BO, at=minutes(40))])

    told = a_message("Where?", "$told", by=EVE, at=minutes(30))
    changes: list[Callable[[], object]] = [
        lambda: store.add_events([a_message("When?", "$new", by=EVE, at=minutes(20))]),
        lambda: store.add_events([a_message("Read after all?", "$sealed", by=CY, at=minutes(2))]),
        lambda: store.redact(FOXES, EventId("$q")),
        later,
        lambda: store.fill_gap(FOXES, EventId("$far"), [told], "more"),
        lambda: store.add_events([a_message("What?", "$old", by=EVE, at=NOON - DAY)], older=True),
        lambda: store.add_island(FOXES, [a_message("Island?", "$island", by=EVE, at=NOON - 2 * DAY)], "behind"),
        lambda: store.rerate(BO, Trust.UNPROVED),
        lambda: store.trim(FOXES, Keep(clock.now, minutes(5)), limit=99),
    ]
    seen = [window.past(session.rooms[FOXES])]
    for change in changes:
        with store.transaction():
            change()
        session.rooms.refresh({FOXES})
        seen.append(window.past(session.rooms[FOXES]))
        assert seen[-1] == Window(session).past(session.rooms[FOXES])
    assert all(past != before for before, past in pairwise(seen)), "each of them told something new"


def test_history_begins_where_it_can_be_read_and_is_proved(session: Session, clock: Clock) -> None:
    window, clock.now = Window(session), NOON + DAY
    assert window.past(session.rooms[FOXES]).known_since is None
    unproved = replace(a_message("so", "$b", by=BO, at=minutes(2)), trust=Trust.UNPROVED)
    comes(session, *NOOK, an_event(Unreadable(None, "no key"), "$a", at=minutes(1)), unproved)
    assert window.past(session.rooms[FOXES]).readable_since == minutes(2)
    comes(session, a_message("so", "$c", by=BO, at=minutes(3)), an_event(Unreadable(None, ""), "$d", at=minutes(4)))
    past = window.past(session.rooms[FOXES])
    assert (past.known_since, past.readable_since) == (NOON, minutes(3))
    assert window.past(session.rooms[FOXES]) is past
    assert Desk(session).history_since(session.rooms[FOXES]) == minutes(3)


def test_who_founded_a_room_knows_all_of_its_past_and_a_newcomer_only_what_came_after(
    session: Session, clock: Clock
) -> None:
    clock.now = NOON + 9 * DAY
    late = NOON + 5 * DAY
    hidden = state("m.room.history_visibility", {"history_visibility": "joined"}, by=ANA)
    for founder, since in ((ANA, NOON), (DEE, late)):
        window = Window(session)
        begun = state("m.room.create", {"room_version": "11"}, by=founder, event_id=f"$begun-{founder}", at=late)
        said = a_message("so", f"$said-{founder}", by=BO, at=NOON)
        inside = member(ANA, at=late, event_id=f"$in-{founder}")
        comes(session, begun, hidden, inside, said)
        assert window.past(session.rooms[FOXES]).known_since == since


def test_somebody_who_wishes_it_is_noticed_by_their_last_word_however_busy_the_nook_is(
    session: Session, clock: Clock
) -> None:
    wish = state("org.nookterm.care", wish_content(CareWish(10)), BO, by=BO)
    said = a_message("so", "$bo", by=BO, at=NOON + 5 * DAY)
    comes(session, *NOOK, wish, said, *chatter(1100, NOON + 6 * DAY))
    desk = Desk(session)
    clock.now = NOON + 15 * DAY - timedelta(minutes=2)
    assert lines(desk, Kind.CARE) == []
    clock.now = NOON + 15 * DAY
    assert [item.user for item in lines(desk, Kind.CARE)] == [BO]


async def test_without_a_facilitators_room_a_line_is_put_off_for_oneself_only(session: Session, clock: Clock) -> None:
    desk = Desk(session)
    comes(session, *NOOK, member(EVE, "knock", event_id="$knock"))
    (asked,) = lines(desk, Kind.ASK)
    until = clock.now + DAY
    with pytest.raises(WrongUsage, match="no facilitators' room"):
        await desk.snooze(asked.case, until)
    assert (await desk.snooze(asked.case, until, shared=False)).snoozed_until == until
    assert (await desk.wake(asked.case)).snoozed_until is None
    await desk.snooze(asked.case, until, shared=False)
    again = state("m.room.member", {"membership": "knock"}, EVE, "$again", by=EVE)
    comes(session, again)
    assert [item.snoozed_until for item in lines(desk, Kind.ASK)] == [None], "another request of theirs"
    assert lines(desk, Kind.ASK)[0].event == EventId("$again")
    clock.now = until
    (newer,) = lines(desk, Kind.ASK)
    await desk.snooze(newer.case, until + DAY, shared=False)
    assert len(session.store.recall_all("desk.snoozed")) == 1, "what is over is not kept"
    with pytest.raises(NotFound, match="Nothing waits"):
        desk.find("k-nobody")
