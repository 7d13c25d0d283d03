"""Entry cards that wait for somebody with power in the space: proposed by a facilitator who has none there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from nookterm.domain.acts import TERMINAL, Act, act_content, own_block, read_act
from nookterm.domain.cases import case_word
from nookterm.domain.charter import Charter, charter_content, read_charter
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import ACT, ENTRY

PROPOSED = "card"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A card that is to stand in a space."""

    case: str
    nook: RoomId
    space: RoomId
    card: Charter
    """What is to stand there, with the facilitators that it names."""
    sender: UserId
    at: datetime
    event_id: EventId


def card_case(nook: RoomId, space: RoomId) -> str:
    """The word of the case; a newer proposal for the same nook and space is the same case."""
    return case_word(PROPOSED, nook, space)


def proposal_content(nook: RoomId, space: RoomId, card: Charter, body: str) -> dict[str, Any]:
    """The message in the facilitators' room that proposes a card; readable as `body` in any client."""
    return act_content(PROPOSED, card_case(nook, space), nook, body, space=space, card=charter_content(card))


def read_proposal(event: Event) -> Proposal | None:
    """The proposal in an event; None where it is none, not encrypted, or not from a signed device."""
    act, block = read_act(event), own_block(event, ACT)
    if act is None or block is None or act.act != PROPOSED:
        return None
    space, content = block.get("space"), block.get("card")
    card = read_charter(content) if isinstance(content, Mapping) else None
    if not isinstance(space, str) or card is None or act.case != card_case(act.nook, RoomId(space)):
        return None
    return Proposal(act.case, act.nook, RoomId(space), card, act.sender, act.at, act.event_id)


def waiting_cards(events: Iterable[Event], rooms: Mapping[RoomId, Room]) -> tuple[Proposal, ...]:
    """The newest proposal for each nook and space that still waits, oldest first.

    `events`: messages of the facilitators' room. A proposal waits no more once the space holds that very card, or
    somebody who may write cards there settled it later. One by somebody who does not facilitate the nook is none.
    """
    proposals: dict[str, Proposal] = {}
    ends: list[Act] = []
    for event in events:
        act = read_act(event)
        if found := read_proposal(event):
            if _may_propose(found, rooms) and _newer(found, proposals.get(found.case)):
                proposals[found.case] = found
        elif act and act.act in TERMINAL:
            ends.append(act)
    waiting = (p for p in proposals.values() if not any(_ends(end, p, rooms) for end in ends) and _differs(p, rooms))
    return tuple(sorted(waiting, key=lambda p: (p.at, p.event_id)))


def may_accept(proposal: Proposal, rooms: Mapping[RoomId, Room], user: UserId) -> bool:
    """Whether `user` has the power to put this card into its space."""
    space = rooms.get(proposal.space)
    return bool(space and space.membership == Membership.JOIN and space.power.may_set(user, ENTRY))


def _newer(found: Proposal, known: Proposal | None) -> bool:
    return known is None or (found.at, found.event_id) > (known.at, known.event_id)


def _may_propose(proposal: Proposal, rooms: Mapping[RoomId, Room]) -> bool:
    """Whether the sender facilitates the nook: by its powers, or, for who is not in it, by the card that stands."""
    nook, space = rooms.get(proposal.nook), rooms.get(proposal.space)
    if space is None or not any(child.room_id == proposal.nook for child in space.children):
        return False
    if nook and nook.membership == Membership.JOIN:
        return nook.power.may_decide(proposal.sender)
    held = space.entries.get(proposal.nook)
    return held is None or proposal.sender in held.facilitators


def _ends(end: Act, proposal: Proposal, rooms: Mapping[RoomId, Room]) -> bool:
    later = (end.at, end.event_id) > (proposal.at, proposal.event_id)
    allowed = end.sender == proposal.sender or may_accept(proposal, rooms, end.sender)
    return end.case == proposal.case and later and allowed


def _differs(proposal: Proposal, rooms: Mapping[RoomId, Room]) -> bool:
    return rooms[proposal.space].entries.get(proposal.nook) != proposal.card
