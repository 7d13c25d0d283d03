"""What a reader sees of a room's events."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.events import (
    Edit,
    Event,
    Message,
    Other,
    PollEnd,
    Reaction,
    Redaction,
    Trust,
    Unreadable,
    Vote,
    moment,
    parse_payload,
)
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.polls import START, start_content
from nookterm.domain.timeline import Day, Gap, Item, Line, Locked, Moved, Said, Sending, Unread, fold_timeline
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    NOON,
    a_message,
    a_reaction,
    a_redaction,
    an_edit,
    an_event,
    member,
    minutes,
    state,
)

BERLIN = ZoneInfo("Europe/Berlin")


def folded(*events: Event, read: str | None = None, zone: ZoneInfo | None = None) -> tuple[Item, ...]:
    return fold_timeline(events, zone=zone or UTC, me=ANA, read_up_to=EventId(read) if read else None)


def lines(*events: Event) -> list[Line]:
    return [item for item in folded(*events) if isinstance(item, Said | Locked | Moved)]


def said(*events: Event) -> Said:
    """The one message that these events make."""
    (item,) = lines(*events)
    assert isinstance(item, Said)
    return item


def text_reply(words: str, to: str, event_id: str, **more: UserId) -> Event:
    return a_message({"body": words, "m.relates_to": {"m.in_reply_to": {"event_id": to}}}, event_id, **more)


def in_thread(words: str, root: str, event_id: str, at: datetime = NOON) -> Event:
    relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
    return a_message({"body": words, "m.relates_to": relation}, event_id, at=at)


# -- edits


def test_the_newest_edit_of_the_author_is_what_is_read() -> None:
    now = said(a_message("one", "$1"), an_edit("$1", "two", "$2"), an_edit("$1", "three", "$3"))

    assert (now.event_id, now.message.body, now.edited) == ("$1", "three", True)


def test_nobody_edits_the_words_of_another() -> None:
    now = said(a_message("one", "$1", by=ANA), an_edit("$1", "forged", by=BO))

    assert (now.message.body, now.edited) == ("one", False)


def test_an_edit_from_another_room_is_none() -> None:
    assert said(a_message("one", "$1"), an_edit("$1", "two", room=RoomId("!other"))).message.body == "one"


def test_an_edit_of_an_edit_is_none() -> None:
    assert said(a_message("one", "$1"), an_edit("$1", "two", "$2"), an_edit("$2", "three", "$3")).message.body == "two"


def test_edits_in_a_circle_are_nothing() -> None:
    assert lines(an_edit("$2", "two", "$1"), an_edit("$1", "one", "$2"), an_edit("$3", "self", "$3")) == []


def test_an_edit_of_what_is_not_here_is_nothing() -> None:
    assert lines(an_edit("$unknown", "two")) == []


def test_state_and_unreadable_events_are_not_edited() -> None:
    locked = an_event(Unreadable("s", "no key"), "$1")

    assert lines(locked, an_edit("$1", "two")) == [Locked(EventId("$1"), ANA, NOON, "no key")]
    assert lines(state("m.room.name", {"name": "A"}, event_id="$1"), an_edit("$1", "two")) == []


@pytest.mark.parametrize(
    ("original", "edit", "counts"),
    [
        (Trust.SIGNED, Trust.SIGNED, True),
        (Trust.VERIFIED, Trust.UNSIGNED, True),
        (Trust.SIGNED, Trust.UNPROVED, False),
        (Trust.UNPROVED, Trust.UNPROVED, True),
        (Trust.UNPROVED, Trust.SIGNED, True),
    ],
)
def test_an_edit_whose_sender_is_not_proved_changes_no_proved_words(
    original: Trust, edit: Trust, *, counts: bool
) -> None:
    now = said(a_message("one", "$1", trust=original), an_edit("$1", "two", trust=edit))

    assert now.message.body == ("two" if counts else "one")


@pytest.mark.parametrize("original", [Trust.SIGNED, Trust.UNPROVED])
def test_encrypted_words_are_not_edited_in_the_clear(original: Trust) -> None:
    assert said(a_message("one", "$1", trust=original), an_edit("$1", "two", encrypted=False)).message.body == "one"


@pytest.mark.parametrize(
    ("encrypted", "trust", "body"),
    [(False, Trust.NONE, "two"), (True, Trust.SIGNED, "two"), (True, Trust.UNPROVED, "one")],
)
def test_clear_words_are_edited_by_their_author_only(encrypted: bool, trust: Trust, body: str) -> None:  # noqa: FBT001 - a table
    edit = an_edit("$1", "two", encrypted=encrypted, trust=trust)

    assert said(a_message("one", "$1", encrypted=False), edit).message.body == body


@pytest.mark.parametrize(
    ("original", "edit", "shown"),
    [(Trust.VERIFIED, Trust.UNSIGNED, Trust.UNSIGNED), (Trust.UNSIGNED, Trust.VERIFIED, Trust.UNSIGNED),
     (Trust.OWN, Trust.OWN, Trust.OWN), (Trust.UNPROVED, Trust.SIGNED, Trust.UNPROVED)],
)  # fmt: skip
def test_edited_words_are_as_sure_as_the_less_sure_of_the_two(original: Trust, edit: Trust, shown: Trust) -> None:
    assert said(a_message("one", "$1", trust=original), an_edit("$1", "two", trust=edit)).trust == shown


def test_an_edit_leaves_a_message_in_its_place() -> None:
    """The original keeps what it replies to, its thread and its time (spec: event replacements)."""
    sly = Edit(EventId("$2"), Message("text", "new", reply_to=EventId("$0"), thread=EventId("$0")))
    first, second = lines(a_message("hi", "$1"), text_reply("old", "$1", "$2"), an_event(sly, "$3", at=minutes(9)))

    assert isinstance(first, Said)
    assert isinstance(second, Said)
    assert (second.message.body, second.message.reply_to, second.message.thread) == ("new", "$1", None)
    assert (second.answers, second.sent_at) == (first, NOON)


# -- redactions


def test_a_message_taken_back_keeps_its_place_and_loses_its_words() -> None:
    """Whether its sender may redact is the server's to judge (auth rules); clients see only valid redactions."""
    now = said(a_message("secret", "$1"), an_edit("$1", "secret too", "$2"), a_redaction("$1", by=BO))

    assert now.redacted
    assert not now.edited
    assert now.message == Message("redacted", "")
    assert "secret" not in repr(now)


def test_a_message_that_came_already_taken_back_says_so() -> None:
    assert said(a_message({}, "$1")).redacted


def test_an_encrypted_redaction_takes_nothing_back() -> None:
    """The server cannot see it, so nobody has judged whether its sender may."""
    assert not said(a_message("one", "$1"), a_redaction("$1", by=BO, encrypted=True)).redacted


def test_an_edit_taken_back_gives_the_words_before_it() -> None:
    now = said(a_message("one", "$1"), an_edit("$1", "two", "$2"), an_edit("$1", "three", "$3"), a_redaction("$3"))

    assert now.message.body == "two"


def test_an_unreadable_message_taken_back_is_gone() -> None:
    assert lines(an_event(Unreadable("s", "no key"), "$1"), a_redaction("$1")) == []


# -- reactions


def test_a_person_counts_once_for_each_key() -> None:
    now = said(
        a_message("hi", "$1"),
        a_reaction("$1", "👍", "$a", by=BO),
        a_reaction("$1", "✨", "$b", by=BO),
        a_reaction("$1", "👍", "$c", by=CY),
        a_reaction("$1", "👍", "$d", by=BO),
    )

    assert now.reactions == (("👍", (BO, CY)), ("✨", (BO,)))


def test_a_reaction_taken_back_is_gone_and_its_double_stays() -> None:
    now = said(
        a_message("hi", "$1"),
        a_reaction("$1", "👍", "$a", by=BO),
        a_reaction("$1", "👍", "$b", by=CY),
        a_reaction("$1", "👍", "$c", by=CY),
        a_redaction("$a", "$x"),
        a_redaction("$b", "$y"),
    )

    assert now.reactions == (("👍", (CY,)),)


def test_reactions_and_unknown_events_are_no_lines() -> None:
    assert lines(a_reaction("$unknown", "👍"), an_event(Other("x.y")), state("m.room.topic", {"topic": "x"})) == []


# -- replies and threads


def test_a_reply_shows_what_it_answers_as_it_stands_now() -> None:
    _, reply = lines(a_message("one", "$1"), text_reply("yes", "$1", "$2", by=BO), an_edit("$1", "two", "$3"))

    assert isinstance(reply, Said)
    assert reply.answers is not None
    assert reply.answers.message.body == "two"


def test_a_reply_to_what_is_not_here_answers_nothing() -> None:
    assert said(text_reply("yes", "$unknown", "$1")).answers is None


def test_a_chain_of_ten_thousand_replies_is_no_deeper_than_one() -> None:
    """A chain of objects would break comparing and printing at Python's recursion limit."""
    chain = [text_reply(f"{n}", f"${n - 1}", f"${n}") for n in range(10_000)]

    items = lines(*chain)

    assert items == lines(*chain)
    assert isinstance(items[-1], Said)
    assert items[-1].answers is not None
    assert items[-1].answers.answers is None


def test_a_thread_is_counted_at_its_root_and_stands_under_it() -> None:
    now = said(
        a_message("root", "$1"),
        in_thread("a", "$1", "$2", minutes(1)),
        in_thread("b", "$1", "$3", minutes(2)),
        in_thread("taken back", "$1", "$4", minutes(3)),
        a_redaction("$4"),
    )

    assert (now.replies, now.last_reply) == (2, minutes(2))


def test_a_message_without_a_thread_has_no_replies() -> None:
    now = said(a_message("alone", "$1"))

    assert (now.replies, now.last_reply, now.sending, now.problem) == (0, None, Sending.DONE, None)


def test_threads_in_a_circle_end() -> None:
    events = [
        in_thread("a", "$2", "$1"),
        in_thread("b", "$1", "$2"),
        in_thread("c", "$3", "$3"),
        a_message("here", "$4"),
    ]

    assert said(*events).event_id == "$4"


# -- days


def days(*events: Event, zone: ZoneInfo) -> list[date]:
    return [item.date for item in folded(*events, zone=zone) if isinstance(item, Day)]


@pytest.mark.parametrize(
    ("zone", "dates"),
    [("UTC", [1]), ("Asia/Tokyo", [1, 2]), ("Pacific/Kiritimati", [2]), ("America/Los_Angeles", [1])],
)
def test_a_day_begins_by_the_readers_clock(zone: str, dates: list[int]) -> None:
    events = [
        a_message("a", "$1", at=NOON),
        a_message("b", "$2", at=minutes(180)),
        a_message("c", "$3", at=minutes(181)),
    ]

    assert days(*events, zone=ZoneInfo(zone)) == [date(2026, 11, number) for number in dates]


def test_the_long_night_of_the_clock_change_is_one_day() -> None:
    """In Berlin 25 October 2026 has 25 hours: the wall clock shows 02:30 twice."""
    before, twice, last = (datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(hours=h) for h in (0, 2.5, 24.99))
    events = [a_message("a", "$1", at=before), a_message("b", "$2", at=twice), a_message("c", "$3", at=last)]

    assert days(*events, zone=BERLIN) == [date(2026, 10, 25)]
    assert days(*events, a_message("d", "$4", at=last + timedelta(hours=0.02)), zone=BERLIN)[1:] == [date(2026, 10, 26)]


def test_the_short_night_of_the_clock_change_ends_an_hour_early() -> None:
    """In Berlin 29 March 2026 has 23 hours."""
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)
    events = [a_message(str(hours), f"${hours}", at=midnight + timedelta(hours=hours)) for hours in (0, 22, 23)]

    assert days(*events, zone=BERLIN) == [date(2026, 3, 29), date(2026, 3, 30)]


def test_a_clock_that_goes_back_begins_a_day_again_and_keeps_the_servers_order() -> None:
    events = [a_message("a", "$1", at=NOON), a_message("b", "$2", at=NOON - timedelta(days=1)), a_message("c", "$3")]

    assert [type(item).__name__ for item in folded(*events)] == ["Day", "Said"] * 3


@pytest.mark.parametrize("number", [-1, 2**63, 10**30, 253_402_300_799_999])
def test_a_timestamp_at_the_end_of_time_breaks_no_readers_zone(number: int) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert len(folded(a_message("x", at=moment(number)), zone=ZoneInfo(zone))) == 2


# -- the unread mark


def marks(*events: Event, read: str | None) -> list[tuple[int, str]]:
    """How many are new, and the event right below the mark."""
    items = folded(*events, read=read)
    return [
        (item.count, below.event_id)
        for item, below in pairwise(items)
        if isinstance(item, Unread) and isinstance(below, Said | Locked | Moved)
    ]


def test_the_unread_mark_stands_above_the_first_new_message_of_others() -> None:
    events = [
        a_message("read", "$1", by=BO),
        a_message("mine", "$2", by=ANA),
        member(CY, event_id="$3"),
        a_message("new", "$4", by=BO),
        an_event(Unreadable("s", "no key"), "$5", by=CY),
        a_reaction("$1", "👍", "$6", by=CY),
    ]

    assert marks(*events, read="$1") == [(2, "$4")]
    assert marks(*events, read="$4") == [(1, "$5")]
    assert marks(*events, read="$5") == []
    assert marks(*events, read="$6") == []


def test_the_unread_mark_says_since_when() -> None:
    items = folded(a_message("a", "$1", by=BO), a_message("b", "$2", by=BO, at=minutes(5)), read="$1")

    assert Unread(1, NOON) in items


def test_a_reader_may_have_stopped_at_an_event_that_has_no_line() -> None:
    events = [a_message("a", "$1", by=BO), a_reaction("$1", "👍", "$2"), a_message("b", "$3", by=BO)]

    assert marks(*events, read="$2") == [(1, "$3")]


@pytest.mark.parametrize("read", [None, "$unknown"])
def test_nothing_is_marked_where_it_is_not_known_what_was_read(read: str | None) -> None:
    assert marks(a_message("a", "$1", by=BO), read=read) == []


def test_below_a_new_day_the_unread_mark_comes_after_the_date() -> None:
    items = folded(a_message("a", "$1", by=BO), a_message("b", "$2", by=BO, at=minutes(1440)), read="$1")

    assert [type(item) for item in items] == [Day, Said, Day, Unread, Said]


# -- members


@pytest.mark.parametrize(
    ("before", "now", "by", "change"),
    [
        (None, "join", BO, "joined"), ("invite", "join", BO, "joined"), ("leave", "join", BO, "joined"),
        ("join", "leave", BO, "left"), (None, "leave", BO, "left"), ("join", "leave", ANA, "removed"),
        ("invite", "leave", BO, None), ("invite", "leave", ANA, None), ("knock", "leave", ANA, None),
        ("knock", "leave", BO, None), ("ban", "leave", ANA, None), ("leave", "leave", ANA, None),
        ("join", "ban", ANA, "banned"), ("leave", "ban", ANA, "banned"), ("ban", "ban", ANA, None),
        ("knock", "invite", ANA, "invited"), (None, "invite", ANA, "invited"), ("invite", "invite", ANA, None),
        (None, "knock", BO, None), ("leave", "knock", BO, None), ("join", "join", BO, None),
    ],
)  # fmt: skip
def test_each_move_of_a_member_has_its_word(before: str | None, now: str, by: UserId, change: str | None) -> None:
    moved = lines(member(BO, now, by=by, before={"membership": before} if before else None, event_id="$1"))

    assert moved == ([Moved(EventId("$1"), NOON, change, (BO,), by)] if change else [])


@pytest.mark.parametrize(
    ("old", "new", "renamed"), [("Bo", "Bob", True), ("Bo", None, True), ("Bo", "Bo", False), (None, "Bo", False)]
)
def test_a_new_name_is_told_and_the_same_name_is_not(old: str | None, new: str | None, *, renamed: bool) -> None:
    moved = lines(member(BO, "join", new, before={"membership": "join", "displayname": old}))

    assert bool(moved) is renamed


def test_the_room_tells_who_began_it() -> None:
    assert lines(state("m.room.create", {}, event_id="$1", by=BO)) == [Moved(EventId("$1"), NOON, "created", (BO,), BO)]


def test_a_request_to_compare_keys_is_one_plain_line_and_what_follows_is_none() -> None:
    asks = {"msgtype": "m.key.verification.request", "body": "words for other clients", "to": BO}
    for encrypted in (True, False):
        request = a_message(asks, "$1", encrypted=encrypted)
        assert lines(request, an_event(Other("m.key.verification.ready"), "$2")) == [
            Moved(EventId("$1"), NOON, "compares", (ANA,), ANA)
        ]
    [taken_back] = lines(a_message(asks, "$1"), a_redaction("$1"))
    assert isinstance(taken_back, Said)


def test_an_encrypted_move_or_beginning_is_nothing() -> None:
    assert lines(member(BO, "ban", encrypted=True), state("m.room.create", {}, encrypted=True)) == []


def test_a_run_of_the_same_move_on_one_day_is_one_line() -> None:
    moves = [member(BO, event_id="$1"), member(CY, event_id="$2", at=minutes(1)), member(BO, event_id="$3")]

    assert lines(*moves) == [Moved(EventId("$1"), NOON, "joined", (BO, CY), BO)]


def test_runs_end_at_other_moves_at_messages_and_at_midnight() -> None:
    invited = [member(BO, "invite", by=ANA), member(CY, "invite", by=ANA)]

    assert len(lines(*invited)) == 1
    assert len(lines(member(BO), member(CY, "leave"))) == 2
    assert len(lines(member(BO), a_message("hi"), member(CY))) == 3
    assert len(lines(member(BO), member(CY, at=minutes(24 * 60)))) == 2
    assert len(lines(member(BO, "invite", by=ANA), member(CY, "invite", by=BO))) == 2
    assert len(lines(member(BO, "leave", by=ANA), member(CY, "leave", by=BO))) == 2
    assert len(lines(a_message("a", "$1"), a_message("b", "$2"))) == 2


def test_each_new_name_is_a_line_of_its_own() -> None:
    moves = [member(who, "join", "New", before={"membership": "join", "displayname": "Old"}) for who in (BO, CY)]

    assert len(lines(*moves)) == 2


# -- anything


ids = st.integers(0, 9).map(lambda number: EventId(f"${number}"))
messages = st.builds(Message, st.just("text"), st.text(max_size=3), reply_to=st.none() | ids, thread=st.none() | ids)
payloads = (
    messages
    | st.builds(Edit, ids, messages)
    | st.builds(Reaction, ids, st.sampled_from("ab"))
    | st.builds(Redaction, ids)
    | st.builds(Unreadable, st.none(), st.just("why"))
    | st.sampled_from([member(BO).payload, member(CY, "leave").payload, state("m.room.create", {}).payload])
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    return [
        an_event(
            draw(payloads),
            f"${number}",
            by=draw(st.sampled_from([ANA, BO])),
            at=moment(draw(st.integers(0, 2**50))),
            encrypted=draw(st.booleans()),
            trust=draw(st.sampled_from(Trust)),
        )
        for number in range(draw(st.integers(0, 10)))
    ]


@given(histories(), st.none() | ids, st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Lima"]))
def test_any_history_folds_and_every_line_stands_for_its_event(
    events: list[Event], read: EventId | None, zone: str
) -> None:
    items = fold_timeline(events, zone=ZoneInfo(zone), me=ANA, read_up_to=read)

    shown = [item.event_id for item in items if isinstance(item, Said | Locked | Moved)]
    known = {event.event_id: event for event in events}
    assert shown == sorted(shown)
    assert sum(isinstance(item, Unread) for item in items) <= 1
    assert items == fold_timeline(events, zone=ZoneInfo(zone), me=ANA, read_up_to=read)
    for item in items:
        if isinstance(item, Said):
            original = known[item.event_id]
            authors = {
                e.sender for e in events if isinstance(e.payload, Edit) and e.payload.message.body == item.message.body
            }
            assert item.sender == original.sender
            assert not item.edited or original.sender in authors
            assert all(len(set(who)) == len(who) for _, who in item.reactions)


def test_holes_are_said_and_what_is_answered_elsewhere_is_quoted() -> None:
    first = a_message("first", event_id="$1")
    reply = text_reply("second", "$1", "$2")
    items = fold_timeline([reply], zone=UTC, me=ANA, beside=[first], gaps={EventId("$2")})
    answers = [item.answers for item in items if isinstance(item, Said)]
    assert [found.message.body for found in answers if found] == ["first"]
    assert not [item for item in items if isinstance(item, Gap)], "before everything nothing is missing that is shown"
    items = fold_timeline([first, reply], zone=UTC, me=ANA, gaps={EventId("$2")})
    assert [item.before for item in items if isinstance(item, Gap)] == ["$2"]


def test_only_votes_that_are_as_sure_as_the_poll_count_and_only_who_may_closes_it() -> None:
    poll = an_event(parse_payload(START, start_content("Which cone?", ["six", "ten"])), "$poll", by=BO)

    def vote(event_id: str, sender: UserId, choice: str, minute: int = 0, **more: Any) -> Event:
        return an_event(Vote(EventId("$poll"), (choice,)), event_id, by=sender, at=minutes(minute), **more)

    def end(event_id: str, sender: UserId, minute: int) -> Event:
        return an_event(PollEnd(EventId("$poll")), event_id, by=sender, at=minutes(minute))

    counted = said(
        poll, vote("$1", ANA, "1"), vote("$2", CY, "2", encrypted=False), vote("$3", BO, "2", trust=Trust.UNPROVED)
    ).counted
    assert counted is not None
    assert counted.votes == {"1": (ANA,), "2": ()}
    counted = said(poll, end("$4", CY, 1), vote("$5", ANA, "1", 2), end("$6", BO, 3), vote("$7", CY, "2", 4)).counted
    assert counted is not None
    assert (counted.votes, counted.ended_at) == ({"1": (ANA,), "2": ()}, minutes(3))
    assert said(poll, a_redaction("$poll")).counted is None
