"""What facilitators said about the desk's lines: who is on one, which are put off, which are settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from nookterm.domain.acts import Act, counting, holder, since_end
from nookterm.domain.desk import Group, Item, Kind
from nookterm.domain.ids import EventId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

LONGEST_SNOOZE = timedelta(days=90)
SETTLED = "settled"
_OF_CARE = {Kind.HELLO, Kind.QUESTION, Kind.THREAD, Kind.QUIET}
_OF_SHARING = {Kind.OFFER, Kind.OVERRUN}
ENDED_BY_WORD = frozenset({Kind.NUDGE, Kind.INVITE, Kind.SLOT, Kind.CAP, Kind.SHEET, *_OF_CARE, *_OF_SHARING})
"""What somebody can say is dealt with. It comes back when there is something newer to it."""
_TOLD_ELSEWHERE = frozenset({Kind.ASK, Kind.CONFLICT, Kind.CARE, Kind.REPORT})
"""Who is on these is known already."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A line that this person put off for themselves."""

    until: datetime
    event: EventId | None = None
    """What it was about then: something newer brings it back."""


def as_acted(
    items: Iterable[Item], nook: Room, acts: Iterable[Act], now: datetime, private: Mapping[str, PutOff]
) -> tuple[Item, ...]:
    """The same lines of one nook with who is on them and until when they are put off, without those that are settled.

    Safety is put off by each for themselves only.
    """
    by_case: dict[str, list[Act]] = {}
    for act in counting(nook, acts, now):
        by_case.setdefault(act.case, []).append(act)
    found = []
    for item in items:
        about = tuple(by_case.get(item.case, ()))
        if item.kind in ENDED_BY_WORD and any(a.act == SETTLED and a.at >= item.since for a in about):
            continue
        found.append(_acted(item, since_end(about), private.get(item.case), now))
    return tuple(found)


def _acted(item: Item, acts: tuple[Act, ...], own: PutOff | None, now: datetime) -> Item:
    shared = None if item.group == Group.SAFETY else _shared(item, acts)
    mine = own.until if own and own.event == item.event else None
    until = max((moment for moment in (shared, mine) if moment and moment > now), default=None)
    if item.kind in _TOLD_ELSEWHERE:
        return replace(item, snoozed_until=until) if until else item
    held = holder(acts, now)
    if held is None and until is None:
        return item
    return replace(item, holder=held[0] if held else None, held_until=held[1] if held else None, snoozed_until=until)


def _shared(item: Item, acts: tuple[Act, ...]) -> datetime | None:
    """Until when the last word about it puts it off for everybody; a moment that is past means: not any more."""
    said = [act for act in acts if act.act == "snooze" and act.until and act.event in (None, item.event)]
    said = [act for act in said if act.knock in (None, item.event)]
    return min(said[-1].until, said[-1].at + LONGEST_SNOOZE) if said and said[-1].until else None
