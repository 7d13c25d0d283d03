"""From events to rows: names, times, runs, states, and what is not proved; and how ages and counts are said."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.client.ports import Outgoing, SendContent
from nookterm.domain.events import Event, Trust, Unreadable
from nookterm.domain.ids import EventId, TxnId, UserId
from nookterm.domain.room import Room
from nookterm.store.opening import new_key, open_store
from nookterm.viewmodels.conversation import Made, Reader, colour_of, entries, thread_events
from nookterm.viewmodels.timeline import Aside, Entry, Quote, Rule, Words
from nookterm.viewmodels.words import age, ago, clock, day, people
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    DEE,
    EVE,
    FOXES,
    NOON,
    a_message,
    a_nook,
    a_reaction,
    a_redaction,
    an_edit,
    an_event,
    member,
    minutes,
)

LATER = NOON + timedelta(days=30)
"""When these are read: nobody is new any more."""
READER = Reader(ANA, LATER, UTC)


def rows(
    *events: Event,
    room: Room | None = None,
    outgoing: Sequence[Outgoing] = (),
    reader: Reader = READER,
    read: str | None = None,
) -> tuple[Entry, ...]:
    return entries(room or a_nook(), events, outgoing, reader, EventId(read) if read else None)


def spoken(*events: Event, **more: Any) -> list[Words]:
    return [entry for entry in rows(*events, **more) if isinstance(entry, Words)]


def one(*events: Event, **more: Any) -> Words:
    (words,) = spoken(*events, **more)
    return words


def queued(words: str, txn: str = "t1", **more: Any) -> Outgoing:
    what = SendContent("m.room.message", {"msgtype": "m.text", "body": words})
    return Outgoing(TxnId(txn), FOXES, what, minutes(5), **more)


def in_seconds(number: int) -> datetime:
    """So many seconds after these are read."""
    return LATER + timedelta(seconds=number)


def about(target: str, words: str, event_id: str, **more: Any) -> Event:
    return a_message({"body": words, "m.relates_to": {"m.in_reply_to": {"event_id": target}}}, event_id, **more)


# -- who, when, in which run


def test_a_message_has_its_author_its_words_and_the_readers_clock() -> None:
    east = replace(READER, zone=timezone(timedelta(hours=2)))
    words = one(a_message("hello", by=BO), reader=east)

    assert (words.author, words.author_id, words.body, words.time) == ("Bo", BO, "hello", "14:00")
    assert (words.first, words.state, words.warning, words.newcomer) == (True, "", "", False)


def test_the_day_is_the_readers_own() -> None:
    east = replace(READER, zone=timezone(timedelta(hours=14)))

    assert rows(a_message("hello"))[0] == Rule("Sunday 1 November", "day")
    assert rows(a_message("hello"), reader=east)[0] == Rule("Monday 2 November", "day")


@pytest.mark.parametrize(
    ("then", "first"),
    [
        (a_message("b", "$2", by=BO, at=minutes(4.9)), False),
        (a_message("b", "$2", by=BO, at=minutes(5)), True),
        (a_message("b", "$2", by=CY, at=minutes(1)), True),
        (about("$1", "b", "$2", by=BO, at=minutes(1)), True),
        (a_message("b", "$2", by=BO, at=NOON + timedelta(days=1)), True),
    ],
    ids=["soon after", "five minutes later", "somebody else", "an answer", "the next day"],
)
def test_a_run_is_one_author_for_five_minutes(then: Event, *, first: bool) -> None:
    assert [words.first for words in spoken(a_message("a", "$1", by=BO), then)] == [True, first]


def test_a_run_ends_where_somebody_came_in_between() -> None:
    came = member(EVE, name="Eve", event_id="$eve", at=minutes(1))
    assert [w.first for w in spoken(a_message("a", "$1", by=BO), came, a_message("b", "$2", by=BO))] == [True, True]


def test_a_run_ends_at_the_mark_of_what_is_new() -> None:
    drawn = rows(a_message("a", "$1", by=BO), a_message("b", "$2", by=BO, at=minutes(1)), read="$1")

    assert drawn[2] == Rule("1 new since 12:00", "new")
    assert [entry.first for entry in drawn if isinstance(entry, Words)] == [True, True]


def test_people_have_one_colour_everywhere_and_oneself_has_none() -> None:
    mine, other = spoken(a_message("a", "$1", by=ANA), a_message("b", "$2", by=BO))

    assert (mine.colour, other.colour) == (0, colour_of(BO))


@given(st.text(st.characters(), max_size=60))
def test_every_id_has_one_of_six_colours(text: str) -> None:
    assert colour_of(UserId(text)) in range(1, 7)


def test_names_that_look_alike_carry_their_id() -> None:
    room = a_nook(member(EVE, name="Bo"))
    names = {words.author_id: words.author for words in spoken(a_message("a", "$1", by=BO), room=room)}

    assert names[BO] != "Bo"
    assert BO in names[BO]


def test_who_is_not_known_here_is_named_by_the_id() -> None:
    assert "eve" in one(a_message("bye", by=EVE)).author


def test_a_facilitator_is_called_so_only_where_the_room_is_encrypted() -> None:
    assert one(a_message("a", by=CY)).role == "facilitator"
    assert one(a_message("a", by=BO)).role == ""
    assert one(a_message("a", by=CY), room=replace(a_nook(), encrypted=False)).role == ""


@pytest.mark.parametrize(("days", "new"), [(0, True), (6, True), (7, False)])
def test_somebody_is_new_for_a_week(days: int, *, new: bool) -> None:
    soon = replace(READER, now=NOON + timedelta(days=days))
    assert one(a_message("hi", by=BO), reader=soon).newcomer is new
    assert one(a_message("hi", by=ANA), reader=soon).newcomer is False
    assert one(a_message("hi", by=CY), reader=soon).newcomer is False, "who decides here is at home here"


# -- what was said, and what became of it


@pytest.mark.parametrize(
    ("kind", "emote", "quiet", "body", "attachment"),
    [
        ("m.text", False, False, "x.jpg", ""),
        ("m.emote", True, False, "x.jpg", ""),
        ("m.notice", False, True, "x.jpg", ""),
        ("m.image", False, False, "", "x.jpg  (cannot be fetched)"),
        ("m.file", False, False, "", "x.jpg  (cannot be fetched)"),
    ],
)
def test_each_kind_of_message_is_drawn_as_what_it_is(
    kind: str, body: str, attachment: str, *, emote: bool, quiet: bool
) -> None:
    words = one(a_message({"msgtype": kind, "body": "x.jpg"}))
    assert (words.emote, words.quiet, words.body, words.attachment) == (emote, quiet, body, attachment)


def test_an_answer_quotes_one_line_and_never_what_was_taken_back() -> None:
    first = a_message("Was it\ndusty?", "$1", by=BO)
    answer = about("$1", "yes", "$2", by=CY)

    assert spoken(first, answer)[1].quote == Quote("Bo", colour_of(BO), "Was it dusty?")
    assert spoken(first, answer, a_redaction("$1", by=BO))[1].quote == Quote("Bo", colour_of(BO), "(taken back)")


def test_what_was_taken_back_brings_none_of_its_words() -> None:
    words = one(a_message("secret", "$1"), a_redaction("$1"))
    assert (words.redacted, words.body, words.edited) == (True, "", False)


def test_an_edit_shows_the_new_words_and_that_they_are() -> None:
    words = one(a_message("two", "$1"), an_edit("$1", "three"))
    assert (words.body, words.edited) == ("three", True)


def test_reactions_are_counted_and_ones_own_are_known() -> None:
    thumbs = (a_reaction("$1", "👍", "$2", by=BO), a_reaction("$1", "👍", "$3", by=ANA))
    assert one(a_message("a", "$1"), *thumbs, a_reaction("$1", "🔥", "$4", by=BO)).reactions == (
        ("👍", 2, True),
        ("🔥", 1, False),
    )


def test_a_flood_of_reactions_is_cut() -> None:
    flood = [a_reaction("$1", f"r{n}" + "!" * 500, f"$r{n}", by=BO) for n in range(300)]
    shown = one(a_message("a", "$1"), *flood).reactions

    assert len(shown) == 20
    assert max(len(key) for key, _, _ in shown) <= 12


def test_a_thread_has_what_is_said_in_it_and_not_what_is_answered_in_the_room(tmp_path: Path) -> None:
    def answer(event_id: str, at: datetime, **where: str) -> Event:
        relation = {"rel_type": "m.thread", "event_id": "$root"} if "thread" in where else {}
        about = relation | {"m.in_reply_to": {"event_id": "$root"}}
        return a_message({"msgtype": "m.text", "body": event_id, "m.relates_to": about}, event_id, by=BO, at=at)

    said = (
        a_message("Opened the kiln.", "$root"),
        answer("$in-the-room", minutes(1)),
        answer("$below", minutes(2), thread="$root"),
        an_edit("$root", "Opened the kiln again.", at=minutes(3)),
        a_reaction("$below", "👍", by=CY, at=minutes(4)),
    )
    store = open_store(tmp_path / "account.db", new_key(), create=True)
    with store.transaction():
        store.add_events(said)

    shown = [event.event_id for event in thread_events(store, FOXES, EventId("$root"))]

    store.close()
    assert shown == ["$root", "$below", "$edit", "$reaction"]


def test_a_thread_is_counted_below_its_message_and_not_drawn_in_the_room() -> None:
    relation = {"rel_type": "m.thread", "event_id": "$1", "is_falling_back": True}
    below = [a_message({"body": "t", "m.relates_to": relation}, f"${n}", by=BO, at=minutes(n)) for n in (2, 3)]
    words = one(a_message("a", "$1"), *below)

    assert (words.replies, words.last_reply) == (2, "12:03")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("@Bo look", ("@Bo",)),
        ("look, bo", ("bo",)),
        (f"{DEE}: look", (DEE,)),
        ("look", ()),
    ],
)
def test_the_piece_that_names_somebody_is_found(body: str, names: tuple[str, ...]) -> None:
    room = a_nook(member(DEE, name="Judith"))
    words = one(a_message({"body": body, "m.mentions": {"user_ids": [BO, DEE]}}, by=CY), room=room)

    assert (words.names, words.mention) == (names, False)


def test_being_named_is_a_mention_unless_one_named_oneself() -> None:
    content = {"body": "@Ana", "m.mentions": {"user_ids": [ANA]}}

    assert one(a_message(content, by=BO)).mention
    assert not one(a_message(content, by=ANA)).mention


def test_a_sender_that_is_not_proved_is_said() -> None:
    assert "not proved" in one(a_message("a", by=BO, trust=Trust.UNPROVED)).warning
    assert one(a_message("a", by=BO, trust=Trust.UNSIGNED)).warning == "from a device that its owner has not signed"
    assert one(a_message("a", by=BO, encrypted=False)).warning.startswith("not encrypted")


def test_what_many_say_of_themselves_is_said_once_and_then_by_a_sign() -> None:
    """A backup gives back a whole history of which nothing is proved; what else is wrong is said each time."""
    restored = [a_message("a", f"$r{n}", by=who, trust=Trust.UNPROVED) for n, who in enumerate((BO, CY, BO))]
    strange = [a_message("a", f"$s{n}", by=who, trust=Trust.UNSIGNED) for n, who in enumerate((BO, CY))]
    told = spoken(*restored, *strange, a_message("a", "$n", at=minutes(60 * 24), by=BO, trust=Trust.UNPROVED))

    assert [words.warned for words in told] == [False, True, True, False, False, False]
    later = spoken(restored[0], a_message("a", "$n", at=minutes(60 * 24), by=CY, trust=Trust.UNPROVED))
    assert [words.warned for words in later] == [False, False], "a new day says it anew"


def test_a_message_that_cannot_be_read_keeps_its_place_and_says_why() -> None:
    _, locked = rows(an_event(Unreadable("session", "its key is not here yet"), "$1", by=BO))

    assert isinstance(locked, Aside)
    assert locked.locked
    assert (locked.event_id, locked.time) == ("$1", "12:00")
    assert "Bo" in locked.text
    assert "its key is not here yet" in locked.text


# -- on its way


@pytest.mark.parametrize(
    ("row", "state", "problem"),
    [
        (queued("a"), "queued", ""),
        (queued("a", problem="no answer.", retry_at=in_seconds(20)), "failed", "no answer. next try in 20 s"),
        (queued("a", problem="no answer.", retry_at=in_seconds(-9)), "failed", "no answer. next try in 1 s"),
        (queued("a", state="failed", problem="You may not write here."), "failed", "You may not write here."),
        (queued("a", state="failed"), "failed", "it was refused"),
        (queued("a", state="sent", event_id=EventId("$sent")), "", ""),
    ],
    ids=["waiting", "tried", "due", "refused", "refused without a word", "sent"],
)  # fmt: skip
def test_a_message_on_its_way_says_where_it_is(row: Outgoing, state: str, problem: str) -> None:
    words = one(outgoing=[row])
    assert (words.author_id, words.body, words.state, words.problem) == (ANA, "a", state, problem)


def test_what_the_room_has_already_is_not_shown_twice() -> None:
    echoed = a_message("soon", "$sent", by=ANA)
    assert one(echoed, outgoing=[queued("soon", state="sent", event_id=EventId("$sent"))]).state == ""


# -- comings and goings


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ((member(BO, name="Bo"),), "Bo joined"),
        ((a_message({"msgtype": "m.key.verification.request", "body": "words"}, by=CY),), "Cy asks to compare keys"),
        ((member(BO, name="Bo"), member(CY, name="Cy")), "Bo and Cy joined"),
        (tuple(member(who, name="x") for who in (BO, CY, DEE, ANA)), "Bo, Cy and 2 more joined"),
        ((member(BO, "leave", before={"membership": "join"}),), "Bo left"),
        ((member(BO, "leave", by=CY, before={"membership": "join"}),), "Cy removed Bo"),
        ((member(BO, "ban", by=CY),), "Cy banned Bo"),
        ((member(BO, "invite", by=CY),), "Cy invited Bo"),
    ],
)
def test_comings_and_goings_are_told_in_one_line(events: tuple[Event, ...], text: str) -> None:
    _, aside = rows(*events)
    assert isinstance(aside, Aside)
    assert (aside.text, aside.locked) == (text, False)


@pytest.mark.parametrize(
    ("gone", "text"),
    [
        (member(BO, "leave", before={"membership": "join", "displayname": "Bo Lindqvist"}), "Bo Lindqvist left"),
        (
            member(BO, "leave", by=CY, before={"membership": "join", "displayname": "Bo Lindqvist"}),
            "Cy removed Bo Lindqvist",
        ),
        (
            member(BO, "ban", by=CY, before={"membership": "join", "displayname": "Bo Lindqvist"}),
            "Cy banned Bo Lindqvist",
        ),
    ],
    ids=["left", "removed", "banned"],
)
def test_who_went_is_called_as_before_there_and_above_what_they_wrote(gone: Event, text: str) -> None:
    """An event by which somebody goes has no name in it, on any server."""
    words, aside = rows(a_message("bye", "$bye", by=BO), gone, room=a_nook(gone))[1:]
    assert isinstance(words, Words)
    assert isinstance(aside, Aside)
    assert (words.author, aside.text) == ("Bo Lindqvist", text)


def test_who_takes_their_name_away_and_stays_has_none() -> None:
    room = a_nook(member(BO, before={"membership": "join", "displayname": "Bo Lindqvist"}))
    assert room.name_of(BO) is None


def texts(entry: Entry) -> list[str]:
    """All that is drawn of an entry."""
    if not isinstance(entry, Words):
        return [entry.text]
    quote = [entry.quote.author, entry.quote.text] if entry.quote else []
    return [entry.author, entry.body, entry.attachment, *entry.names, *(key for key, _, _ in entry.reactions), *quote]


HOSTILE = st.text(st.characters(), max_size=40) | st.sampled_from(
    ["\x1b]52;c;eA==\x07", "\u202eolleh", "[@click=app.quit]x[/]", "a" + "\u0301" * 99, "\ud800", "", " ", "\x9b2J"]
)


@given(HOSTILE, HOSTILE)
def test_no_control_and_no_turned_direction_comes_out_of_a_name_or_a_message(name: str, body: str) -> None:
    room = a_nook(member(BO, name=name))
    content = {"body": body, "m.mentions": {"user_ids": [BO]}}
    told = (
        a_message(content, "$1", by=BO),
        member(BO, name=name),
        about("$1", body, "$2"),
        a_reaction("$1", body, "$3"),
    )
    drawn = "".join(text for entry in rows(*told, room=room) for text in texts(entry))
    assert not [c for c in drawn.replace("\n", "") if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\u200d"]


# -- what was drawn before


SAID = [
    member(BO, name="Bo"), a_message("one", "$1", by=BO), a_message("two", "$2", by=CY, at=minutes(1)),
    a_message("three", "$3", by=BO, at=minutes(9)), an_edit("$1", "other words", "$4", by=BO, at=minutes(10)),
    a_reaction("$2", "👍", "$5", by=BO, at=minutes(11)), a_redaction("$3", "$6", by=BO, at=minutes(12)),
    about("$1", "an answer", "$7", at=minutes(13)), member(BO, name="Bo Berg", at=minutes(14)),
]  # fmt: skip
ROOMS = [a_nook(member(BO, name="Bo")), a_nook(member(BO, name="Bo Berg")), a_nook(member(BO, "leave"))]
READERS = [READER, Reader(BO, LATER, UTC), Reader(ANA, NOON, UTC), Reader(ANA, LATER, timezone(timedelta(hours=9)))]


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(range(len(SAID)))), st.sampled_from(ROOMS), st.sampled_from(READERS)),
        min_size=2, max_size=6,
    )
)  # fmt: skip
def test_what_was_drawn_before_never_stays_where_something_changed(
    steps: list[tuple[set[int], Room, Reader]],
) -> None:
    made = Made()
    for shown, room, reader in steps:
        events = [SAID[n] for n in sorted(shown)]
        again = entries(room, events, (), replace(reader, made=made), None)
        assert again == entries(room, events, (), replace(reader, made=Made()), None)


def test_a_message_of_which_nothing_is_new_is_not_made_again() -> None:
    reader, room = replace(READER, made=Made()), a_nook()
    before = entries(room, SAID[:3], (), reader, None)
    later = entries(room, SAID[:5], (), reader, None)
    same = {one.event_id for one in before if isinstance(one, Words) and any(one is other for other in later)}
    assert same == {"$2"}, "the first was edited, the second was not"


# -- how ages and counts are said


@pytest.mark.parametrize(
    ("seconds", "said", "told"),
    [
        (-60, "now", "just now"),
        (59, "now", "just now"),
        (60, "1 min", "1 min ago"),
        (3599, "59 min", "59 min ago"),
        (3600, "1 h", "1 h ago"),
        (86_399, "23 h", "23 h ago"),
        (86_400, "1 d", "1 d ago"),
        (20 * 86_400, "20 d", "20 d ago"),
        (21 * 86_400, "3 w", "3 w ago"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(seconds: int, said: str, told: str) -> None:
    then = NOON - timedelta(seconds=seconds)
    assert (age(then, NOON), ago(then, NOON)) == (said, told)


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(-14, 14))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_clock_has_five_cells_in_every_zone(moment: datetime, hours: int) -> None:
    assert len(clock(moment, timezone(timedelta(hours=hours)))) == 5


def test_days_and_people_are_said_as_one_says_them() -> None:
    assert day(date(2026, 11, 19)) == "Thursday 19 November"
    assert [people(count) for count in (0, 1, 34)] == ["0 people", "1 person", "34 people"]
