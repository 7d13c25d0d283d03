"""What calls somebody is a table; how often, a rule that no flood gets past; and the words tell nothing unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from nookterm.domain.calling import NAMED, PERSONAL, Call, Cause, Pace, Shown, call_of, missed, plain, shown
from nookterm.domain.events import Edit, Event, Message, Reaction, Trust
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.levels import Level
from nookterm.domain.polls import Choice, Poll
from nookterm.domain.power import Power

ME, BO, CY, DEE = (UserId(f"@{name}:x") for name in ("me", "bo", "cy", "dee"))
NOOK, OTHER = RoomId("!nook"), RoomId("!other")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAIN = Message("text", "hello")
NAMING = replace(PLAIN, mentions=frozenset({ME}))


def event(payload: Message | Edit | Reaction = PLAIN, sender: UserId = BO, trust: Trust = Trust.SIGNED) -> Event:
    return Event(EventId("$e"), NOOK, sender, NOW, payload, encrypted=True, trust=trust)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize(
    ("said", "facts", "causes"),
    [
        (PLAIN, "", {Level.ALL: Cause.MESSAGE}),
        (PLAIN, "direct", {Level.ALL: Cause.DIRECT}),
        (PLAIN, "answer", {Level.ALL: Cause.ANSWER, Level.MENTIONS: Cause.ANSWER}),
        (NAMING, "", {Level.ALL: Cause.MENTION, Level.MENTIONS: Cause.MENTION}),
        (NAMING, "direct answer", {Level.ALL: Cause.MENTION, Level.MENTIONS: Cause.MENTION}),
        (replace(PLAIN, body="@me:x me!"), "", {Level.ALL: Cause.MESSAGE}),
        (replace(NAMING, kind="notice"), "answer", {}),
        (replace(NAMING, kind="redacted"), "", {}),
        (replace(NAMING, kind="key.verification.request"), "direct", {}),
        (Edit(EventId("$a"), NAMING), "", {}),
        (Edit(EventId("$a"), NAMING, frozenset({ME})), "", {Level.ALL: Cause.MENTION, Level.MENTIONS: Cause.MENTION}),
        (Edit(EventId("$a"), replace(NAMING, kind="notice"), frozenset({ME})), "", {}),
        (Reaction(EventId("$a"), "👍"), "direct answer", {}),
    ],
)
def test_what_calls_in_a_room_of_each_level(
    level: Level, said: Message, facts: str, causes: dict[Level, Cause]
) -> None:
    call = call_of(event(said), ME, level, direct="direct" in facts, answers_me="answer" in facts)
    assert (call.cause if call else None) == causes.get(level)


TO_ALL = replace(PLAIN, everybody=True)
HELPER = Power(users={CY: 50})
CALLED = {Level.ALL: Cause.EVERYBODY, Level.MENTIONS: Cause.EVERYBODY}


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize(
    ("said", "sender", "heeds", "causes"),
    [
        (TO_ALL, CY, True, CALLED),
        (TO_ALL, CY, False, {Level.ALL: Cause.MESSAGE}),
        (TO_ALL, BO, True, {Level.ALL: Cause.MESSAGE}),
        (TO_ALL, ME, True, {}),
        (replace(TO_ALL, mentions=frozenset({ME})), CY, True, dict.fromkeys(CALLED, Cause.MENTION)),
        (replace(TO_ALL, kind="notice"), CY, True, {}),
        (replace(PLAIN, body="@room hello"), CY, True, {Level.ALL: Cause.MESSAGE}),
        (Edit(EventId("$a"), TO_ALL), CY, True, {}),
        (Edit(EventId("$a"), TO_ALL, everybody=True), CY, True, CALLED),
        (Edit(EventId("$a"), TO_ALL, everybody=True), CY, False, {}),
        (Edit(EventId("$a"), TO_ALL, everybody=True), BO, True, {}),
    ],
)
def test_everybody_is_called_by_those_who_may_and_where_the_account_heeds_it(
    level: Level, said: Message | Edit, sender: UserId, *, heeds: bool, causes: dict[Level, Cause]
) -> None:
    told = event(said, sender)
    call = call_of(told, ME, level, direct=False, answers_me=False, power=HELPER, heeds_everybody=heeds)
    assert (call.cause if call else None) == causes.get(level)


def test_a_call_to_everybody_that_answers_me_is_an_answer_and_is_no_word_to_one_in_quiet_hours() -> None:
    found = call_of(event(TO_ALL, CY), ME, Level.ALL, direct=False, answers_me=True, power=HELPER)
    assert found
    assert found.cause is Cause.ANSWER
    assert Cause.EVERYBODY in PERSONAL - NAMED


def test_what_one_says_oneself_on_another_device_calls_nobody() -> None:
    assert call_of(event(NAMING, sender=ME), ME, Level.ALL, direct=True, answers_me=True) is None


def test_hidden_words_and_polls_are_not_shown_before_somebody_opens_them() -> None:
    spoiler = replace(PLAIN, html="<span data-mx-spoiler>it was the butler</span>", body="it was the butler")
    poll = replace(PLAIN, kind="poll", poll=Poll("Which?", (Choice("a", "six"),), 1, disclosed=True))
    for said in (spoiler, poll):
        call = call_of(event(said), ME, Level.ALL, direct=False, answers_me=False)
        assert call
        assert call.words == ""


def test_each_call_without_an_answer_makes_the_next_one_wait_twice_as_long() -> None:
    pace, now, rung = Pace(), NOW, list[datetime]()
    while now < NOW + timedelta(hours=1):
        if pace.next is None or now >= pace.next:
            rung.append(now)
            pace = pace.told(now)
        now += timedelta(seconds=1)
    gaps = [int((later - earlier).total_seconds()) for earlier, later in pairwise(rung)]
    assert gaps == [30, 60, 120, 240, 480, *[600] * (len(gaps) - 5)]
    assert len(rung) == 10, "a flood of an hour"


def call(cause: Cause = Cause.MESSAGE, room: RoomId = NOOK, sender: UserId = BO, words: str = "") -> Call:
    return Call(cause, room, sender, None if cause is Cause.INVITE else EventId("$e"), words)


ROOMS = {NOOK: "glaze-lab", OTHER: "bikes"}
PEOPLE = {(NOOK, BO): "Bo", (NOOK, CY): "Cy", (NOOK, DEE): "Dee", (OTHER, BO): "Bo"}
INVITE = call(Cause.INVITE)


@pytest.mark.parametrize(
    ("found", "how", "words"),
    [
        ([call(words="secret")], Shown.NOTHING, "New message."),
        ([call()] * 3, Shown.NOTHING, "3 new messages."),
        ([INVITE], Shown.NOTHING, "New invite."),
        ([call(), call(), INVITE], Shown.NOTHING, "2 new messages and new invite."),
        ([call(words="secret")], Shown.ROOM, "New message in glaze-lab."),
        ([call(), call(room=OTHER)], Shown.ROOM, "2 new messages in glaze-lab and 1 other room."),
        ([call(words="secret")], Shown.SENDER, "Bo in glaze-lab: new message."),
        ([call(), call(sender=CY)], Shown.SENDER, "Bo and Cy in glaze-lab: 2 new messages."),
        ([call(), call(sender=CY), call(sender=DEE)], Shown.SENDER, "3 new messages in glaze-lab."),
        ([INVITE], Shown.CONTENT, "Bo in glaze-lab: new invite."),
        ([call(words="the kiln is hot")], Shown.CONTENT, "Bo in glaze-lab: the kiln is hot"),
        ([call(), call(words="come")], Shown.CONTENT, "Bo in glaze-lab: come (and 1 more)"),
        ([replace(call(words="I am Bo"), sure=False)], Shown.CONTENT, "New message in glaze-lab."),
    ],
)
def test_as_much_is_told_as_somebody_wished(found: list[Call], how: Shown, words: str) -> None:
    assert shown(found, how, ROOMS, PEOPLE) == words
    assert "secret" not in plain(found)


def test_a_room_of_two_is_named_by_who_is_shown_or_not_at_all() -> None:
    direct = call(Cause.DIRECT, words="hi")
    assert shown([direct], Shown.ROOM, {NOOK: ""}, PEOPLE) == "New message."
    assert shown([direct], Shown.SENDER, {NOOK: ""}, PEOPLE) == "Bo: new message."
    assert shown([direct], Shown.CONTENT, {NOOK: ""}, PEOPLE) == "Bo: hi"


def test_names_of_strangers_are_one_safe_line() -> None:
    words = shown([call()], Shown.SENDER, {NOOK: "x\x1b]52;c;AAAA\x07\n" * 40}, {(NOOK, BO): "Bo\u202e\x1b[2J" * 30})
    assert words.isprintable()
    assert len(words) < 130


@pytest.mark.parametrize(
    ("unread", "mentions", "invites", "words"),
    [
        ([], 0, 0, ""),
        ([0, 0], 0, 0, ""),
        ([1], 0, 0, "1 new in 1 room."),
        ([5, 0, 4, 3], 0, 0, "12 new in 3 rooms."),
        ([5, 7], 1, 0, "12 new in 2 rooms, 1 of them names you."),
        ([5, 7], 2, 1, "12 new in 2 rooms, 2 of them name you and 1 invite."),
        ([], 0, 2, "2 invites."),
    ],
)
def test_what_came_meanwhile_is_one_line(unread: list[int], mentions: int, invites: int, words: str) -> None:
    assert missed(unread, mentions, invites) == words
