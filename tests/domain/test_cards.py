"""Proposed entry cards: only what a facilitator of the nook really proposed waits, and only until it is settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nookterm.domain.acts import act_content
from nookterm.domain.cards import card_case, may_accept, proposal_content, read_proposal, waiting_cards
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.events import Event, Trust
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import ACT, ENTRY
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    DEE,
    DESK,
    FOXES,
    RIVER,
    a_message,
    a_nook,
    a_room,
    member,
    minutes,
    state,
)  # fmt: skip

CARD = Charter("Foxes", "Watchers", cap=12, facilitators=(ANA, CY, DEE))
CASE = card_case(FOXES, RIVER)


def the_space(card: Charter | None = None, *, me: UserId = DEE, listed: bool = True) -> Room:
    """The River space, of which Dee is admin."""
    return a_room(
        state("m.room.create", {"type": "m.space", "room_version": "11"}, by=DEE),
        state("m.room.power_levels", {"users": {DEE: 100}}, by=DEE),
        *([state("m.space.child", {"via": ["river.example"]}, FOXES, by=DEE)] if listed else []),
        *([state(ENTRY, charter_content(card), FOXES, by=DEE)] if card else []),
        member(me),
        room_id=RIVER,
        me=me,
    )


def world(*rooms: Room) -> dict[RoomId, Room]:
    return {room.room_id: room for room in rooms}


def proposed(
    event_id: str = "$one", card: Charter = CARD, *, by: UserId = CY, at: float = 0, trust: Trust | None = None,
    encrypted: bool = True, **block: Any,
) -> Event:  # fmt: skip
    content = proposal_content(FOXES, RIVER, card, "Cy proposes a card")
    content[ACT] |= {key.rstrip("_"): value for key, value in block.items()}
    return a_message(content, event_id, by=by, at=minutes(at), room=DESK, trust=trust, encrypted=encrypted)


def ended(by: UserId, at: float, act: str = "settled", case: str = CASE) -> Event:
    return a_message(act_content(act, case, FOXES, "over"), f"$end{at}", by=by, at=minutes(at), room=DESK)


def test_a_proposal_waits_with_its_card_until_the_space_holds_that_very_card() -> None:
    rooms = world(a_nook(), the_space())
    (waiting,) = waiting_cards([proposed()], rooms)

    assert (waiting.case, waiting.nook, waiting.space, waiting.card) == (CASE, FOXES, RIVER, CARD)
    assert waiting_cards([proposed()], world(a_nook(), the_space(CARD))) == ()
    assert len(waiting_cards([proposed()], world(a_nook(), the_space(replace(CARD, cap=3))))) == 1


def test_a_newer_proposal_takes_the_place_of_an_older_one_in_any_order() -> None:
    older, newer = proposed(), proposed("$two", replace(CARD, cap=20), at=5)
    for events in ([older, newer], [newer, older]):
        assert [p.card.cap for p in waiting_cards(events, world(a_nook(), the_space()))] == [20]


@pytest.mark.parametrize(
    "event",
    [
        proposed(by=BO),
        proposed(trust=Trust.UNSIGNED),
        proposed(encrypted=False),
        proposed(act="claim"),
        proposed(space="!elsewhere:river.example"),
        proposed(space=7),
        proposed(card_="Foxes"),
        proposed(card_={"v": 99}),
        proposed(case="k-aaaaaa"),
        a_message("hello", by=CY),
    ],
    ids=["no facilitator", "unsigned", "clear", "other act", "other space", "no space", "no card", "unknown version",
         "another case", "talk"],
)  # fmt: skip
def test_what_is_no_proposal_of_a_facilitator_does_not_wait(event: Event) -> None:
    assert waiting_cards([event], world(a_nook(), the_space())) == ()


def test_an_admin_outside_the_nook_goes_by_the_card_that_stands() -> None:
    assert len(waiting_cards([proposed()], world(the_space(replace(CARD, cap=3))))) == 1
    assert len(waiting_cards([proposed()], world(the_space()))) == 1, "a first card: whoever is in the room proposes it"
    assert waiting_cards([proposed(by=BO)], world(the_space(replace(CARD, cap=3)))) == ()


def test_a_room_that_the_space_does_not_list_has_no_card_to_propose() -> None:
    assert waiting_cards([proposed()], world(a_nook(), the_space(listed=False))) == ()
    assert waiting_cards([proposed()], world(a_nook())) == ()


@pytest.mark.parametrize(
    ("end", "waits"),
    [
        (ended(DEE, 5), 0),
        (ended(CY, 5), 0),
        (ended(ANA, 5), 1),
        (ended(DEE, -5), 1),
        (ended(DEE, 5, act="claim"), 1),
        (ended(DEE, 5, case="k-aaaaaa"), 1),
    ],
    ids=["by an admin", "taken back", "by another facilitator", "before it", "no end", "another case"],
)
def test_only_a_later_word_of_who_may_write_or_who_asked_ends_it(end: Event, waits: int) -> None:
    assert len(waiting_cards([proposed(), end], world(a_nook(), the_space()))) == waits


def test_who_has_the_power_in_the_space_may_accept() -> None:
    proposal = read_proposal(proposed())
    assert proposal
    assert may_accept(proposal, world(the_space()), DEE)
    assert not may_accept(proposal, world(the_space(me=ANA)), ANA)
    assert not may_accept(proposal, {}, DEE)
