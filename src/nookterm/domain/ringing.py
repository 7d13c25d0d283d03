"""When the facilitators' room is rung for a request that nobody has seen to; one bell for each, one for a flood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from nookterm.domain.acts import Act, act_content, counting, knock_case, requests_acts, since_end
from nookterm.domain.cases import case_word
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request

MANY = 20
"""So many may wait before they are rung for together."""
_HOLDS = timedelta(days=1)
"""How long one bell for many is enough, whoever comes after it."""
_FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class Ring:
    """A bell that is due."""

    case: str
    request: Request | None = None
    """Whom it is for; None for many."""
    count: int = 1


def many_case(nook: Room) -> str:
    """The word of a bell that is for many at once."""
    return case_word(_FLOOD, nook.room_id, "")


def due(nook: Room, requests: Iterable[Request], acts: Iterable[Act], now: datetime) -> tuple[Ring, ...]:
    """The bells that are due at a nook, given those who wait there: nobody did anything about them, nor rang.

    Nothing for who is set aside by a rule. Empty where nobody else could hear it.
    """
    said = tuple(acts)
    about, rung = requests_acts(nook, said, now), _rung_for_many(nook, said, now)
    waits = [r for r in requests if not r.is_folded]
    new = [r for r in waits if not since_end(about.get(r.user, ())) and (rung is None or r.since > rung)]
    if len(waits) > MANY:
        enough = rung is not None and now - rung < _HOLDS
        return (Ring(many_case(nook), count=len(waits)),) if new and not enough else ()
    return tuple(Ring(r.case, r) for r in new)


def _rung_for_many(nook: Room, acts: Iterable[Act], now: datetime) -> datetime | None:
    case = many_case(nook)
    bells = counting(nook, (act for act in acts if act.case == case and act.act == "bell"), now)
    return bells[-1].at if bells else None


def hear(nook: Room, helpers: Room) -> frozenset[UserId]:
    """Whom a bell wakes: the nook's other facilitators who are in their room."""
    inside = {member.user for member in helpers.who(Membership.JOIN)}
    return frozenset(user for user in nook.facilitators if user in inside and user != nook.me)


def bell(nook: Room, ring: Ring, who: Iterable[UserId]) -> dict[str, Any]:
    """The message; it names `who`, so that every client of theirs tells them."""
    request = ring.request
    if request:
        name = f"{shown_name(request.user, request.display_name)} ({request.user})"
        body = f"{name} asks to join {title(nook)}. React with 👀 to say that you are on it."
    else:
        body = f"{ring.count} people ask to join {title(nook)}."
    user, knock = (request.user, request.knock) if request else (None, None)
    content = act_content("bell", ring.case, nook.room_id, body, user=user, knock=knock)
    return {**content, "msgtype": "m.text", "m.mentions": {"user_ids": sorted(who)}}


def surplus(nook: Room, acts: Iterable[Act], now: datetime) -> tuple[EventId, ...]:
    """Our bells that somebody was quicker with: the earliest stays for everybody, by whatever clock."""
    said = tuple(acts)
    cases = {knock_case(nook.room_id, user): about for user, about in requests_acts(nook, said, now).items()}
    return tuple(act.event_id for act in _later(nook, said, cases, now) if act.sender == nook.me)


def _later(nook: Room, acts: tuple[Act, ...], cases: Mapping[str, tuple[Act, ...]], now: datetime) -> Iterator[Act]:
    """The bells that were not the first for what they are about."""
    for about in cases.values():
        yield from [act for act in since_end(about) if act.act == "bell"][1:]
    case, first = many_case(nook), None
    for act in counting(nook, (act for act in acts if act.case == case and act.act == "bell"), now):
        if first is not None and act.at - first < _HOLDS:
            yield act
        else:
            first = act.at
