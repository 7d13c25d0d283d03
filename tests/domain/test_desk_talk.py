"""What a conversation leaves open: a newcomer without a word, a question without an answer, a thread without an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.desk_talk import Said, Talk, read_talk
from nookterm.domain.events import Event, MemberChange, Membership, Other, Trust, Unreadable
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.vocabulary import ASK, HIGHLIGHT_REQUEST
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    EVE,
    NOON,
    a_message,
    a_reaction,
    a_redaction,
    an_edit,
    an_event,
    member,
    minutes,
)

CLEAR = {"encrypted": False, "trust": Trust.NONE}


def says(words: str, event_id: str, by: UserId = BO, at: float = 0, **content: Any) -> Event:
    """Something said; further fields of its content."""
    return a_message({"msgtype": "m.text", "body": words, **content}, event_id, by=by, at=minutes(at))


def reply(to: str) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": to}}}


def thread(root: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": "m.thread", "event_id": root}}


def naming(*users: UserId) -> dict[str, Any]:
    return {"m.mentions": {"user_ids": list(users)}}


def newcomers(*events: Event) -> list[UserId]:
    return [said.by for said in read_talk(events).newcomers]


def questions(*events: Event) -> list[str]:
    return [said.event for said in read_talk(events).questions]


def waits_for(*events: Event) -> dict[str, frozenset[UserId]]:
    return {thread.root: thread.waits_for for thread in read_talk(events).threads}


def test_of_an_empty_room_nothing_is_known() -> None:
    assert read_talk([]) == Talk()


# -- newcomers

CAME = member(EVE, before={"membership": "invite"}, event_id="$came")
EVES = says("Hello all", "$hello", EVE)


@pytest.mark.parametrize(
    "greeting",
    [
        says("Welcome", "$a", ANA, **naming(EVE)),
        says("Welcome", "$a", ANA, **reply("$hello")),
        says("Welcome", "$a", ANA, **thread("$hello")),
        says("Welcome", "$a", ANA, **reply("$came")),
        a_reaction("$hello", "👋", by=ANA),
        a_reaction("$came", "👋", by=ANA),
    ],
)
def test_any_human_turning_to_a_newcomer_greets_them(greeting: Event) -> None:
    assert newcomers(CAME, EVES, greeting) == []


@pytest.mark.parametrize(
    "nothing",
    [
        says("What weather", "$a", ANA),
        says("It is me", "$a", EVE, **naming(EVE)),
        a_reaction("$hello", "👋", by=EVE),
        a_reaction("$elsewhere", "👋", by=ANA),
        a_message({"msgtype": "m.notice", "body": "Welcome", **naming(EVE)}, "$bot", by=ANA),
        a_message({"msgtype": "m.text", "body": "?", **naming(EVE), HIGHLIGHT_REQUEST: {"v": 1}}, "$ask", by=ANA),
        a_message({"msgtype": "m.text", "body": "Welcome", **naming(EVE)}, "$clear", by=ANA, **CLEAR),
    ],
)
def test_what_is_no_humans_word_to_them_greets_nobody(nothing: Event) -> None:
    assert newcomers(CAME, EVES, nothing) == [EVE]


def unproved(event: Event) -> Event:
    """As it comes from a backup: readable, and not proved to be by whom it names."""
    return replace(event, trust=Trust.UNPROVED)


def test_what_is_not_proved_opens_nothing_and_may_end_a_wait() -> None:
    asked, answer = says("Who has the key?", "$q"), says("I do", "$a", CY, **reply("$q"))
    assert newcomers(CAME, EVES, unproved(says("Welcome", "$a", ANA, **naming(EVE)))) == []
    assert newcomers(CAME, unproved(EVES), says("Welcome", "$a", ANA, **reply("$hello"))) == []
    assert questions(unproved(asked)) == []
    assert questions(asked, unproved(answer)) == []
    assert questions(asked, unproved(an_edit("$q", "Found it.", by=BO))) == ["$q"]
    assert waits_for(ROOT, unproved(CALL)) == {}
    assert waits_for(ROOT, CALL, unproved(says("Yes", "$yes", BO, **thread("$root")))) == {}
    assert waits_for(unproved(ROOT), CALL) == {"$root": {BO}}
    assert read_talk([unproved(asked)]).spoke == {BO: NOON}


def test_a_name_added_later_greets_too() -> None:
    content = {"m.new_content": {"msgtype": "m.text", "body": "Hello Eve", **naming(EVE)}}
    edit = a_message(
        {**content, "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}, "body": "*"}, "$e", by=ANA
    )
    assert newcomers(CAME, says("Hello", "$a", ANA), edit) == []


def test_a_greeting_that_was_taken_back_greeted_nobody() -> None:
    greeting = says("Welcome", "$a", ANA, **naming(EVE))
    assert newcomers(CAME, greeting, a_redaction("$a", by=ANA)) == [EVE]
    sealed = replace(a_redaction("$a", by=ANA), encrypted=True, trust=Trust.SIGNED)
    assert newcomers(CAME, greeting, sealed) == [], "the server lets nobody redact in secret"


def test_a_greeting_from_before_they_came_is_none() -> None:
    assert newcomers(says("Eve comes", "$a", ANA, **naming(EVE)), CAME) == [EVE]


def test_a_change_of_name_is_no_coming() -> None:
    renamed = member(EVE, before={"membership": "join"}, event_id="$renamed")
    untold = member(EVE, event_id="$untold")
    greeting = says("Welcome", "$a", ANA, **naming(EVE))
    assert newcomers(renamed) == []
    assert newcomers(CAME, greeting, renamed, untold) == []


def test_who_leaves_is_no_newcomer_and_who_comes_back_is_one() -> None:
    gone = member(EVE, "leave", before={"membership": "join"}, event_id="$gone")
    greeting = says("Welcome", "$a", ANA, **naming(EVE))
    assert newcomers(CAME, gone) == []
    assert newcomers(CAME, greeting, gone, replace(CAME, event_id=EventId("$again"))) == [EVE]


# -- questions


@pytest.mark.parametrize("words", ["Who has the key?", "Who has the key?  ", "“Who has the key?”", "钥匙在哪里？"])
def test_a_question_ends_with_its_mark(words: str) -> None:
    assert questions(says(words, "$q")) == ["$q"]


@pytest.mark.parametrize("words", ["Who has the key", "Why? Because.", ""])
def test_other_words_ask_nothing(words: str) -> None:
    assert questions(says(words, "$q")) == []


def test_who_says_that_it_is_a_question_asks_one_anywhere() -> None:
    block: dict[str, Any] = {ASK: {"v": 1, "topic": "keys"}}
    newer: dict[str, Any] = {ASK: {"v": 2}}
    assert questions(says("Tell me about keys", "$q", **block)) == ["$q"]
    assert questions(says("a", "$r"), says("Tell me more", "$q", **block, **reply("$r"))) == ["$q"]
    assert questions(says("Tell me about keys", "$q", **newer)) == []


@pytest.mark.parametrize("about", [reply("$x"), thread("$x")])
def test_a_question_inside_a_talk_is_part_of_that_talk(about: dict[str, Any]) -> None:
    assert questions(says("Who?", "$q", **about)) == []


@pytest.mark.parametrize(
    "answer",
    [
        says("I do", "$a", CY, **reply("$q")),
        says("I do", "$a", CY, **thread("$q")),
        a_reaction("$q", "👀", by=CY),
        a_reaction("$q", "✅️", by=BO),
        a_redaction("$q", by=BO),
    ],
)
def test_what_ends_a_question(answer: Event) -> None:
    assert questions(says("Who has the key?", "$q"), answer) == []


@pytest.mark.parametrize(
    "nothing",
    [
        says("Nobody?!", "$a", BO, **reply("$q")),
        a_reaction("$q", "👀", by=BO),
        says("I do", "$a", CY),
        a_reaction("$elsewhere", "✅", by=BO),
        a_message({"msgtype": "m.notice", "body": "beep", **reply("$q")}, "$bot", by=CY),
    ],
)
def test_what_does_not(nothing: Event) -> None:
    assert questions(says("Who has the key?", "$q"), nothing) == ["$q"]


def test_the_asker_may_point_at_the_answer() -> None:
    asked = [says("Who has it?", "$one"), says("And where?", "$two"), says("In the shed", "$a", CY)]
    late = says("And when?", "$three")
    assert questions(*asked, late, a_reaction("$a", "✅", by=BO)) == ["$one", "$three"], "the newest before it"
    assert questions(*asked, late, a_reaction("$a", "✅", by=CY)) == ["$one", "$two", "$three"], "nobody else may"


def test_a_question_is_what_it_reads_now() -> None:
    assert questions(says("Who has it?", "$q"), an_edit("$q", "Found it.", by=BO)) == []
    assert questions(says("Who has it", "$q"), an_edit("$q", "Who has it?", by=BO)) == ["$q"]
    assert questions(says("Who has it?", "$q"), an_edit("$q", "Found it.", by=CY)) == ["$q"], "others cannot edit it"


# -- threads

ROOT = says("Friday", "$root", ANA)
CALL = says("Bo, you?", "$call", CY, **thread("$root"), **naming(BO))


def test_a_thread_waits_for_whom_its_last_word_names() -> None:
    (found,) = read_talk([ROOT, CALL]).threads
    assert (found.root, found.by) == ("$root", ANA)
    assert found.waits_for == {BO}
    assert found.last == Said(EventId("$call"), CY, NOON, "Bo, you?")


@pytest.mark.parametrize(
    "event",
    [
        says("Yes", "$yes", BO, **thread("$root")),
        says("Never mind", "$never", CY, **thread("$root")),
        a_reaction("$call", "👍", by=BO),
        a_redaction("$call", by=CY),
    ],
)
def test_a_new_word_or_a_nod_goes_on_with_a_thread(event: Event) -> None:
    assert waits_for(ROOT, CALL, event) == {}


@pytest.mark.parametrize(
    "event",
    [a_reaction("$call", "👍", by=ANA), a_reaction("$root", "👍", by=BO), says("Hm", "$hm", BO), an_event(Other("x"))],
)
def test_other_things_do_not(event: Event) -> None:
    assert waits_for(ROOT, CALL, event) == {"$root": {BO}}


def test_who_names_only_themselves_waits_for_nobody() -> None:
    assert waits_for(ROOT, says("me", "$me", CY, **thread("$root"), **naming(CY))) == {}
    assert waits_for(CALL) == {}, "a thread whose root is not known says nothing"


# -- who spoke


def test_words_count_as_talk_whether_they_can_be_read_or_not() -> None:
    events = [
        says("one", "$one", ANA, 1),
        says("zero", "$zero", ANA, 0),
        an_event(Unreadable(None, "no key"), "$two", by=BO, at=minutes(2)),
        an_edit("$one", "uno", by=CY, at=minutes(3)),
        a_reaction("$one", "👍", by=EVE, at=minutes(4)),
    ]
    talk = read_talk(events)
    assert talk.spoke == {ANA: minutes(1), BO: minutes(2), CY: minutes(3)}
    assert talk.since == NOON
    assert read_talk(events, minutes(2)).since == minutes(2), "who knows that something is missing says so"


PEOPLE = st.sampled_from([ANA, BO, CY, EVE])
IDS = st.sampled_from([f"$e{number}" for number in range(8)])


@st.composite
def any_event(draw: st.DrawFn) -> Event:
    number, by, about = draw(st.integers(0, 11)), draw(PEOPLE), draw(IDS)
    at: datetime = minutes(draw(st.integers(-9, 9)))
    own = f"$e{draw(st.integers(0, 7))}"
    relation = draw(st.sampled_from([{}, reply(about), thread(about)]))
    match number:
        case 0 | 1:
            change = MemberChange(by, draw(st.sampled_from(Membership)), previous=draw(st.sampled_from(Membership)))
            return an_event(change, own, by=by, at=at, encrypted=False)
        case 2:
            return a_reaction(about, draw(st.sampled_from(["✅", "👍"])), own, by=by, at=at)
        case 3:
            return a_redaction(about, own, by=by, at=at)
        case 4:
            return an_edit(about, draw(st.sampled_from(["why?", "so"])), own, by=by, at=at)
        case 5:
            return an_event(Unreadable(None, ""), own, by=by, at=at)
    words = draw(st.sampled_from(["why?", "so", "?"]))
    content = {**relation, **naming(*draw(st.lists(PEOPLE, max_size=2)))}
    said = a_message({"msgtype": "m.text", "body": words, **content}, own, by=by, at=at)
    return replace(said, trust=draw(st.sampled_from([Trust.SIGNED, Trust.UNSIGNED, Trust.UNPROVED])))


@given(st.lists(any_event(), max_size=25))
def test_whatever_was_said_the_rules_hold(events: list[Event]) -> None:
    talk = read_talk(events)
    proved = {event.event_id for event in events if event.trust != Trust.UNPROVED}
    assert {said.event for said in (*talk.questions, *talk.newcomers)} <= proved
    assert {thread.last.event for thread in talk.threads} <= proved
    assert all(thread.waits_for and thread.last.by not in thread.waits_for for thread in talk.threads)
    assert len({said.by for said in talk.newcomers}) == len(talk.newcomers)
    assert set(talk.spoke) <= {event.sender for event in events}
    for asker in {said.by for said in talk.questions}:
        answers = [a_reaction(said.event, "👍", "$last", by=UserId("@new:x")) for said in talk.questions]
        assert asker not in {said.by for said in read_talk([*events, *answers]).questions}, "an answer ends each"
