"""The desk's upkeep of a nook: how full it is, what is set otherwise than it should be, which card waits for a yes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from nookterm.domain.cards import Proposal
from nookterm.domain.cases import case_word
from nookterm.domain.desk import Item, Kind
from nookterm.domain.drift import Drift, Setting
from nookterm.domain.events import Membership
from nookterm.domain.room import Room

NEARLY_FULL = 0.9
"""The part of its cap from which on a nook is nearly full."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CARDS = frozenset({Setting.CARD, Setting.CARD_NAMES})


def cap_item(nook: Room) -> Item | None:
    """A line for a nook that is nearly full, full, or over its cap; since the person came who made it so."""
    cap, size = nook.cap, nook.size
    if cap is None or size < cap * NEARLY_FULL:
        return None
    level, needed = (
        ("over", cap + 1) if size > cap else ("full", cap) if size == cap else ("nearly", _ceiling(cap * NEARLY_FULL))
    )
    came = sorted(member.since for member in nook.who(Membership.JOIN, Membership.INVITE))
    words = {"over": "is over its cap", "full": "is full", "nearly": "is nearly full"}
    return Item(
        case=case_word(str(Kind.CAP), nook.room_id, ""),
        kind=Kind.CAP,
        room=nook.room_id,
        since=came[needed - 1],
        why=f"{words[level]}: {size} of {cap}",
        details={"level": level, "size": str(size), "cap": str(cap)},
    )


def _ceiling(number: float) -> int:
    return int(number) + (number > int(number))


def drift_items(nook: Room, drifts: Iterable[Drift], proposals: Iterable[Proposal] = ()) -> tuple[Item, ...]:
    """A line for each setting that is not what it should be; where a card is proposed already, that line says it."""
    proposed = {(proposal.nook, proposal.space) for proposal in proposals}
    return tuple(
        Item(
            case=drift.case,
            kind=Kind.DRIFT,
            room=nook.room_id,
            since=nook.set_at or _LONG_AGO,
            why=f"{drift.setting}: {drift.is_}, should be {drift.should_be}",
            details={
                "setting": str(drift.setting),
                "is": drift.is_,
                "should_be": drift.should_be,
                "because": drift.why,
                "fixable": "yes" if drift.fixable_by_me else "by a choice" if drift.by_choice else "no",
                **({"space": drift.space} if drift.space else {}),
            },
        )
        for drift in drifts
        if not (drift.setting in _CARDS and (nook.room_id, drift.space) in proposed)
    )


def card_item(proposal: Proposal) -> Item:
    """The line of an entry card that somebody proposes."""
    return Item(
        case=proposal.case,
        kind=Kind.CARD,
        room=proposal.nook,
        since=proposal.at,
        user=proposal.sender,
        event=proposal.event_id,
        why="proposes an entry card, and may not write it into the space",
        details={"space": proposal.space},
    )
