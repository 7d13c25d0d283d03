"""A letter stands in the place of a knock, and nothing else that looks like one does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nookterm.domain.acts import Act, knock_case
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.letters import letter_room, letter_topic, letters, nook_of_invite
from nookterm.domain.power import Power
from nookterm.domain.room import Member, Room
from nookterm.domain.vetting import waiting
from tests.domain.builders import ANA, BO, CY, EVE, FOXES, NOON, a_nook, minutes

NOOK = a_nook()
HERE = RoomId("!letter:elsewhere.example")


def who(user: UserId, membership: Membership, reason: str | None = None, at: float = 0) -> Member:
    return Member(user, membership, "Eve", minutes(at), EventId("$m"), EVE, reason)


def letter(**more: Any) -> Room:
    """A room that Eve made, in which Ana is."""
    room = Room(
        HERE,
        ANA,
        encrypted=True,
        power=Power(users={EVE: 100}),
        members={EVE: who(EVE, Membership.JOIN), ANA: who(ANA, Membership.JOIN)},
        vets=(FOXES, EVE),
    )
    return replace(room, **more)


def test_whoever_wrote_stands_as_if_they_asked() -> None:
    (found,) = letters(NOOK, [letter()])
    assert (found.user, found.membership, letter_room(found.event_id)) == (EVE, Membership.KNOCK, HERE)
    (request,) = waiting(NOOK, [found], (), NOON)
    assert (request.case, request.asked_in, request.letter) == (knock_case(FOXES, EVE), HERE, HERE)


def test_the_last_letter_counts() -> None:
    later = letter(room_id=RoomId("!later"), members={**letter().members, EVE: who(EVE, Membership.JOIN, at=5)})
    (found,) = letters(NOOK, [later, letter()])
    assert letter_room(found.event_id) == "!later"


@pytest.mark.parametrize(
    "room",
    [
        letter(vets=None),
        letter(vets=(RoomId("!other"), EVE)),
        letter(vets=(FOXES, ANA)),
        letter(vets=(FOXES, UserId("@nobody:x"))),
        letter(encrypted=False),
        letter(creator=CY),
        letter(members={EVE: who(EVE, Membership.JOIN), ANA: who(ANA, Membership.INVITE)}),
        letter(members={EVE: who(EVE, Membership.LEAVE), ANA: who(ANA, Membership.JOIN)}),
        letter(power=Power(users={ANA: 100})),
        letter(power=Power(users={EVE: 50})),
        letter(power=Power(users={EVE: 100, ANA: 100})),
    ],
)
def test_what_only_looks_like_a_letter_is_none(room: Room) -> None:
    assert letters(NOOK, [room]) == ()


@pytest.mark.parametrize("membership", [m for m in Membership if m != Membership.LEAVE])
def test_who_is_in_or_may_come_in_or_not_at_all_asks_no_more(membership: Membership) -> None:
    nook = replace(NOOK, members={**NOOK.members, EVE: who(EVE, membership)})
    assert letters(nook, [letter()]) == ()


def test_a_knock_is_no_letter() -> None:
    assert letter_room(EventId("$knock")) is None


def invite(topic: str | None, reason: str | None = "Please. [nt1:7Q2KX4]", **more: Any) -> Room:
    mine = who(ANA, more.pop("membership", Membership.INVITE), reason)
    return Room(HERE, ANA, topic=topic, members={ANA: mine}, **{"encrypted": True, **more})


def test_an_invite_says_which_nook_it_is_about() -> None:
    assert nook_of_invite(invite(letter_topic(FOXES))) == FOXES


@pytest.mark.parametrize(
    "room",
    [
        invite(None),
        invite(letter_topic(RoomId(""))),
        invite(f"x {letter_topic(FOXES)}"),
        invite(letter_topic(FOXES), reason="Please."),
        invite(letter_topic(FOXES), encrypted=False),
        invite(letter_topic(FOXES), membership=Membership.JOIN),
        Room(HERE, CY, topic=letter_topic(FOXES), encrypted=True, members={BO: who(BO, Membership.INVITE)}),
    ],
)
def test_another_invite_is_about_no_nook(room: Room) -> None:
    assert nook_of_invite(room) is None


# -- acts that were about another request


def act(word: str, at: float, **more: Any) -> Act:
    return Act(knock_case(FOXES, EVE), FOXES, EVE, word, ANA, minutes(at), EventId(f"${word}{at}"), **more)


def knocks(reason: str | None, event_id: str = "$new") -> Member:
    return replace(who(EVE, Membership.KNOCK, reason), event_id=EventId(event_id))


ROUNDS = (
    act("asked", 1, room=RoomId("!one"), ref="AAAAAA"),
    act("dossier", 2, answers={"q1": "first"}),
    act("asked", 3, room=RoomId("!two"), ref="BBBBBB"),
    act("dossier", 4, answers={"q1": "second"}),
    act("claim", 5),
)


@pytest.mark.parametrize(
    ("reason", "acts", "asked_in", "answers"),
    [
        ("Hello. [nt1:BBBBBB]", ROUNDS, "!two", {"q1": "second"}),
        ("Hello. [nt1:BBBBBB]", ROUNDS[:2], None, {}),
        ("Hello. [nt1:CCCCCC]", ROUNDS, None, {}),
        ("From Element.", ROUNDS, "!two", {"q1": "second"}),
        ("Hello. [nt1:CCCCCC]", (act("asked", 1, room=RoomId("!old")), ROUNDS[1]), "!old", {"q1": "first"}),
    ],
)
def test_what_was_said_about_an_earlier_request_does_not_answer_for_this_one(
    reason: str, acts: tuple[Act, ...], asked_in: str | None, answers: dict[str, str]
) -> None:
    (request,) = waiting(NOOK, [knocks(reason)], acts, minutes(10))
    assert (request.asked_in, request.answers) == (asked_in, answers)


def test_a_letter_is_answered_once_and_by_its_own_acts() -> None:
    (found,) = letters(NOOK, [letter()])
    brought = act("dossier", 5, knock=found.event_id, answers={"q1": "in the letter"})
    (request,) = waiting(NOOK, [found], (*ROUNDS, brought), minutes(10))
    assert (request.asked_in, request.answers) == (HERE, {"q1": "in the letter"})
    for ended, left in ((EventId("$another"), 1), (found.event_id, 0)):
        over = act("declined", 6, knock=ended)
        assert len(waiting(NOOK, [found], (*ROUNDS, over), minutes(10))) == left
