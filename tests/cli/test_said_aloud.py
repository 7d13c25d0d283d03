"""`read` for people: a line of words for each message and for all that becomes of it, which can also be heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import pytest

from nookterm.cli.context import Context
from nookterm.cli.output import Printer
from nookterm.cli.parser import build_parser
from nookterm.cli.said import everything_said, fields, print_said
from nookterm.cli.said_aloud import change_lines, message_line
from nookterm.domain.events import Event, Trust, parse_payload
from nookterm.domain.ids import EventId
from nookterm.domain.polls import END, START, VOTE, end_content, outcome, start_content, vote_content
from nookterm.domain.timeline import Said
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    DEE,
    NOON,
    a_message,
    a_nook,
    a_reaction,
    a_redaction,
    an_edit,
    an_event,
    member,
    minutes,
)  # fmt: skip
from tests.viewmodels.test_seen import Here

if TYPE_CHECKING:
    from nookterm.client.account import Parts

ROOM = a_nook(
    *(member(user, name=name) for user, name in ((BO, "Bo Lindqvist"), (DEE, "Dee Okafor"), (CY, "Cy Arden")))
)
KILN = a_message("Opened the kiln.\n\nThe celadon crawled again.", "$kiln", by=BO, at=NOON)
BOXES = set(map(chr, range(0x2500, 0x2600)))


def read(*events: Event) -> list[str]:
    """What is printed of them, without the date that the machine's own clock gives them."""
    lines = [message_line(item, ROOM) for item in everything_said(events, ROOM)]
    assert all(not BOXES & set(line) and line.isprintable() for line in lines), "no frames, nothing for a terminal"
    return [line[18:] for line in lines]


def became(before: Sequence[Event], *after: Event) -> list[str]:
    """What is printed when more is known than when they were."""
    known = {item.event_id: fields(item) for item in everything_said(before, ROOM)}
    items = everything_said((*before, *after), ROOM)
    lines = [
        line
        for item in items
        if item.event_id in known
        for line in change_lines(known[item.event_id], item, ROOM, minutes(9))
    ]
    assert all(not BOXES & set(line) and line.isprintable() for line in lines)
    return [line[18:] for line in lines]


def test_every_message_is_one_line_in_the_order_in_which_it_is_read() -> None:
    answer = a_message(
        {"msgtype": "m.text", "body": "Was it dusty?", "m.relates_to": {"m.in_reply_to": {"event_id": "$kiln"}}},
        "$answer", by=DEE, at=minutes(1),
    )  # fmt: skip
    below = a_message(
        {"msgtype": "m.text", "body": "Wiped.", "m.relates_to": {"rel_type": "m.thread", "event_id": "$kiln"}},
        "$below", by=CY, at=minutes(2),
    )  # fmt: skip
    waves = a_message({"msgtype": "m.emote", "body": "waves"}, "$waves", by=BO, at=minutes(3))
    clear = a_message("in clear", "$clear", by=DEE, at=minutes(4), encrypted=False)
    doubtful = a_message("who?", "$who", by=DEE, at=minutes(5), trust=Trust.UNPROVED)
    assert read(KILN, answer, below, waves, clear, doubtful) == [
        "Bo Lindqvist: Opened the kiln. / The celadon crawled again.",
        "Dee Okafor answers Bo Lindqvist: Was it dusty?",
        "Cy Arden in a thread: Wiped.",
        "Bo Lindqvist waves",
        "Dee Okafor: in clear  ! not encrypted",
        "Dee Okafor: who?  ! not proved to be from this person",
    ]


def test_what_became_of_a_message_stands_in_its_line() -> None:
    later = (
        an_edit("$kiln", "Opened it.", by=BO, at=minutes(1)),
        *(
            a_reaction("$kiln", key, f"$r{n}", by=who, at=minutes(2))
            for n, (key, who) in enumerate(((":)", DEE), (":)", CY), ("+1", ANA)))
        ),
    )
    (line,) = read(KILN, *later)
    assert line.startswith("Bo Lindqvist: Opened it. (edited; :) from Dee Okafor and Cy Arden, +1 from ")
    assert read(KILN, a_redaction("$kiln", by=BO, at=minutes(3))) == ["Bo Lindqvist: (taken back)"]


def test_who_reads_along_hears_of_changes_reactions_and_what_is_taken_back() -> None:
    loved = a_reaction("$kiln", ":)", "$love", by=DEE, at=minutes(1))
    quoted = "“Opened the kiln. The celadon crawled again.”"
    assert became((KILN,)) == []
    assert became((KILN,), loved) == [f"Dee Okafor reacted with :) to Bo Lindqvist: {quoted}"]
    assert became((KILN, loved), a_redaction("$love", by=DEE, at=minutes(2))) == [
        f"Dee Okafor took :) back from Bo Lindqvist: {quoted}"
    ]
    assert became((KILN,), an_edit("$kiln", "Opened it.\nTwice.", by=BO, at=minutes(2))) == [
        f"Bo Lindqvist changed {quoted} to: Opened it. / Twice."
    ]
    assert became((KILN,), a_redaction("$kiln", by=BO, at=minutes(3))) == [
        f"A message of Bo Lindqvist was taken back: {quoted}"
    ]


def test_a_poll_says_how_it_stands_and_when_it_is_closed() -> None:
    content = start_content("Which cone?", ("six", "ten"), most=1, disclosed=True)
    asked = an_event(parse_payload(START, content), "$poll", by=BO)
    (item,) = everything_said((asked,), ROOM)
    assert isinstance(item, Said)
    poll = item.message.poll
    assert poll is not None
    vote = an_event(
        parse_payload(VOTE, vote_content(asked.event_id, [poll.choices[0].id])), "$vote", by=DEE, at=minutes(1)
    )
    (voted, *_) = everything_said((asked, vote), ROOM)
    assert isinstance(voted, Said)
    assert voted.counted is not None
    over = an_event(
        parse_payload(END, end_content(asked.event_id, outcome(poll, voted.counted))), "$end", by=BO, at=minutes(2)
    )
    assert read(asked, vote) == ["Bo Lindqvist: Which cone? / 1. six / 2. ten (1 vote: six 1, ten 0)"]
    assert became((asked,), vote) == ["1 vote: six 1, ten 0: “Which cone? 1. six 2. ten”"]
    assert became((asked, vote), over) == ["Closed with 1 vote: six 1, ten 0: “Which cone? 1. six 2. ten”"]


def test_who_reads_along_gets_what_comes_and_then_what_became_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    here = Here(KILN, room=ROOM)
    args = build_parser("").parse_args(["read", "foxes", "--follow"])
    context = Context(cast("Parts", None), Printer(as_json=False), args)
    known: dict[EventId, dict[str, Any]] = {}
    seen = print_said(context, here.session, ROOM, 9, known=known)
    loved = a_reaction("$kiln", ":)", "$love", by=DEE, at=minutes(1))
    here.session.store.add_events((loved, a_message("Wiped.", "$wiped", by=CY, at=minutes(2))))
    seen = print_said(context, here.session, ROOM, 9, None, seen, known)
    print_said(context, here.session, ROOM, 9, None, seen, known)
    assert [line[18:] for line in capsys.readouterr().out.splitlines()] == [
        "Bo Lindqvist: Opened the kiln. / The celadon crawled again.",
        "Cy Arden: Wiped.",
        "Dee Okafor reacted with :) to Bo Lindqvist: “Opened the kiln. The celadon crawled again.”",
    ]
