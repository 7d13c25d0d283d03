"""Who asked to be noticed and is away: one line for the nook's facilitators, worked out on the fly and kept nowhere.

Only what came from that person in this very nook counts. No line tells when they were last seen: `Item.since` is the
moment at which they made their wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from nookterm.domain.acts import Act, acts_on, holder
from nookterm.domain.cases import case_word
from nookterm.domain.desk import Item, Kind
from nookterm.domain.events import Edit, Event, Membership, Message, Other, Unreadable
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Member, Room
from nookterm.domain.wishes import CareWish

HELLO = "hello"
"""The act that says that a facilitator has written to them; with it the line is gone for everybody."""
WHY = "asked to be noticed"


def care_case(nook: RoomId, user: UserId) -> str:
    """The word of a wish to be noticed."""
    return case_word(str(Kind.CARE), nook, user)


def care_items(
    nook: Room,
    events: Iterable[Event],
    wishes: Mapping[UserId, CareWish],
    now: datetime,
    *,
    acts: Iterable[Act] = (),
    known_since: datetime | None = None,
) -> tuple[Item, ...]:
    """A line for each member whose wish is due. Empty for those who may not decide in the nook.

    `events`: what is known of the nook's timeline, in any order; `wishes` as `Room.wishes` has them; `known_since`:
    from when on nothing is missing in `events` (None: from the beginning), so that what was not read is never taken for
    silence.
    """
    if nook.membership != Membership.JOIN or not nook.power.may_decide(nook.me):
        return ()
    asked = {m.user: (m, wishes[m.user]) for m in nook.who(Membership.JOIN) if m.user in wishes and m.user != nook.me}
    if not asked:
        return ()
    said, known = _last_said(events, asked), tuple(acts)
    found = (_item(nook, *asked[user], said.get(user), known, now, known_since) for user in asked)
    return tuple(item for item in found if item)


def _last_said(events: Iterable[Event], of: Iterable[UserId]) -> Mapping[UserId, datetime]:
    wanted, last = frozenset(of), dict[UserId, datetime]()
    for event in events:
        if event.sender in wanted and _is_message(event):
            last[event.sender] = max(event.sent_at, last.get(event.sender, event.sent_at))
    return last


def _is_message(event: Event) -> bool:
    """Whether somebody said something, readable here or not. Reactions and moves do not count."""
    payload = event.payload
    return isinstance(payload, Message | Edit | Unreadable) or (isinstance(payload, Other) and event.encrypted)


def greeted(nook: Room, user: UserId, events: Iterable[Event], acts: Iterable[Act], now: datetime) -> Act | None:
    """The hello that somebody got since they last said anything: one is enough until they speak again."""
    member, wish = nook.members.get(user), nook.wishes.get(user)
    if member is None or wish is None:
        return None
    here = _here(member, wish, _last_said(events, (user,)).get(user), now)
    return _hello(acts_on(care_case(nook.room_id, user), nook, acts, now), here)


def _here(member: Member, wish: CareWish, said: datetime | None, now: datetime) -> datetime:
    """Since when somebody may count as silent: never told to anybody."""
    return min(now, max(wish.since, member.since, said or wish.since))


def _hello(acts: Iterable[Act], since: datetime) -> Act | None:
    return next((act for act in acts if act.act == HELLO and act.at >= since), None)


def _item(
    nook: Room,
    member: Member,
    wish: CareWish,
    said: datetime | None,
    acts: tuple[Act, ...],
    now: datetime,
    known_since: datetime | None,
) -> Item | None:
    if wish.away_until and wish.away_until >= now.date():
        return None
    here = _here(member, wish, said, now)
    back = datetime.combine(wish.away_until, time(), UTC) + timedelta(days=1) if wish.away_until else here
    if now < max(here, back, known_since or here) + timedelta(days=wish.notice_after_days):
        return None
    case = care_case(nook.room_id, member.user)
    counted = acts_on(case, nook, acts, now)
    if _hello(counted, here):
        return None
    held = holder(counted, now)
    return Item(
        case,
        Kind.CARE,
        nook.room_id,
        since=wish.since,
        user=member.user,
        why=WHY,
        holder=held[0] if held else None,
        held_until=held[1] if held else None,
    )
