"""What is said of a room that goes on in another one, and of putting a new one in its place."""

from __future__ import annotations

from nookterm.client.renewing import Plan
from nookterm.client.upgrading import Onward, Upgrading, Way
from nookterm.domain.ids import EventId, RoomId, UserId, server_of
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.domain.upgrade import Standing, older
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.members import Act, Line
from nookterm.viewmodels.timeline import Aside, Blocked, Entry
from nookterm.viewmodels.words import people

CLOSED, ASTRAY = "closed", "astray"
"""Kinds of what stands in the way of sending: a room that goes on elsewhere, and one whose new room is in doubt."""
_LONGEST = 300
_NAMES = 5
_DOORS = {
    "public": "anybody can go in",
    "invite": "people are invited",
    "knock": "people ask to join",
    "restricted": "who is in its space can go in",
    "knock_restricted": "who is in its space can go in, others ask",
}
_WARN, _LEAVES = "nook-warn", "nook-leaves"
UNSEALED = "What is said here is encrypted. In the new room it is not: the servers can read it."
_DENIED = "You are in the room that it names, and that room does not say that it goes on from this one. Trust it less."
_CIRCLE = "The rooms name each other in a circle. Nothing is followed by itself."


def closed_here(hub: Hub, room: Room) -> Blocked | None:
    """That a room is closed, in the words of its bar; None where it is not."""
    onward = Upgrading(hub.session).known(room.room_id)
    if onward is None:
        return None
    kind = ASTRAY if onward.standing in {Standing.DENIED, Standing.CIRCLE} or onward.unsealed else CLOSED
    headline = "This room is closed." if onward.new is None else "This room goes on in a new one."
    if onward.standing is Standing.DENIED:
        headline = "This room names a new one, which does not say so."
    who = safe_line(shown_name(onward.by, room.name_of(onward.by)), longest=40)
    words = safe_line(onward.words, longest=_LONGEST)
    safe = f"{who} closed it" + (f": “{words}”" if words else ".")
    go = "Enter goes there" if onward.way is Way.INSIDE and kind is CLOSED else "Enter looks where"
    return Blocked(kind, headline, "this room is closed", safe, yes=go if onward.new else "")


def with_older(hub: Hub, room: Room, drawn: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The conversation from its beginning on, below a line that leads to the room before it, where there is one."""
    old = before(hub, room.room_id)
    if old is None:
        return drawn
    text = "This room goes on from an older one. Enter opens that."
    return (Aside(leading(old), "", text, leads=old), *drawn)


def before(hub: Hub, room_id: RoomId) -> RoomId | None:
    """The room that this one goes on from, where both say so."""
    return next(iter(older(room_id, hub.session.rooms)), None)


def leading(room_id: RoomId) -> EventId:
    """The key of the line that leads to a room."""
    return EventId(f"~room~{room_id}")


def onward_facts(room: Room, onward: Onward, *, looked: bool) -> tuple[Line, ...]:
    """What is known of the room that a closed one names."""
    by = shown_name(onward.by, room.name_of(onward.by))
    facts: list[Line] = [("Closed by", safe_line(f"{by} ({onward.by})", longest=_LONGEST), "")]
    if onward.words:
        facts.append(("They say", f"“{safe_line(onward.words, longest=_LONGEST)}”", ""))
    if onward.new is None:
        return (*facts, ("It goes on", "nowhere: no other room is named", ""))
    unknown = "the server does not say" if looked else "not looked yet"
    facts += [
        ("New room", safe_line(onward.name or "", longest=80) or unknown, ""),
        ("Its id", safe_line(onward.new, longest=255), ""),
        ("Server", ", ".join(safe_line(server, longest=100) for server in _where(onward)), ""),
        _sealed(onward, unknown),
        ("Its door", _DOORS.get(onward.join_rule or "", unknown), ""),
    ]
    if onward.members is not None:
        facts.append(("In it", people(onward.members), ""))
    facts.append(_agrees(onward))
    if onward.way is Way.CLOSED and onward.whom:
        facts.append(("Whom to ask", _names(room, onward.whom), ""))
    return tuple(facts)


def _where(onward: Onward) -> tuple[str, ...]:
    named = server_of(onward.new or "")
    return (named,) if named else onward.via


def _sealed(onward: Onward, unknown: str) -> Line:
    if onward.encrypted is None:
        return ("Encrypted", unknown, "")
    if onward.encrypted:
        return ("Encrypted", "yes", "nook-safe")
    return ("Encrypted", "no: the servers can read it", _WARN if onward.unsealed else _LEAVES)


def _agrees(onward: Onward) -> Line:
    if onward.agrees is None:
        return ("Says so too", "looked at once you are inside", "")
    return ("Says so too", "yes" if onward.agrees else "no", "nook-safe" if onward.agrees else _WARN)


def onward_warning(onward: Onward) -> str:
    """What should be known before one goes there."""
    if onward.standing is Standing.CIRCLE:
        return _CIRCLE
    if onward.standing is Standing.DENIED or onward.agrees is False:
        inside = onward.standing is Standing.DENIED
        return _DENIED if inside else "The invite's own words name another older room than this one."
    return UNSEALED if onward.unsealed else ""


def onward_acts(onward: Onward, name: str) -> tuple[Act, ...]:
    """What can be done."""
    if onward.new is None or onward.standing is Standing.CIRCLE:
        return ()
    shown = safe_line(onward.name or name, longest=80)
    warning = onward_warning(onward)
    ask = f"{warning} Go into {shown} all the same?" if warning else ""
    match onward.way:
        case Way.INSIDE:
            return (Act("go", "open it", ask, "open it"),)
        case Way.INVITED | Way.WALK | Way.TRY:
            return (Act("go", "go there", ask, "go there"), *((_ask(shown),) if onward.way is Way.TRY else ()))
        case Way.ASK:
            return (_ask(shown),)
        case _:
            return ()


def _ask(shown: str) -> Act:
    question = (
        f"Ask to be let into {shown}? Who decides there, and its servers, read that you come from the older room."
    )
    return Act("ask", "ask to join", question, "ask")


def renewing_facts(plan: Plan) -> tuple[Line, ...]:
    """What upgrading a room means."""
    room = plan.room
    version = f"{plan.version}; this room has {room.version}" + ("" if plan.version != room.version else ", the same")
    facts: list[Line] = [
        ("Version", version, ""),
        (
            "Comes along",
            "name, topic, picture, door, history rule, encryption, power, bans, addresses; charter, links, pins",
            "",
        ),
        ("Stays behind", "everything said so far: it can still be read there, and no more is written", ""),
        ("Members", _moved(room, plan), "" if not plan.invited else _LEAVES),
    ]
    if plan.waiting:
        facts.append(
            (
                "At the door",
                f"{people(len(plan.waiting))} asked here: they stay on the desk, and are let into the new room",
                "",
            )
        )
    if plan.spaces:
        facts.append(("Listed anew in", ", ".join(safe_line(title(s), longest=60) for s in plan.spaces), ""))
    if plan.others:
        names = ", ".join(safe_line(title(s), longest=60) for s in plan.others)
        facts.append(("Not listed in", f"{names}: an admin there has to, their desk says so", _WARN))
    if plan.founds:
        more = f", with {_names(room, plan.creators)}" if plan.creators else ""
        facts.append(("Founders", f"you{more}: nobody can ever take that power away", _WARN))
    return tuple(facts)


def _moved(room: Room, plan: Plan) -> str:
    if not plan.invited and not plan.walk_in:
        return "there is nobody beside you"
    invited = f"{people(len(plan.invited))} get an invite, one after the other" if plan.invited else ""
    if len(plan.invited) == 1:
        invited = "1 person gets an invite"
    walk = f"{people(len(plan.walk_in))} can go there by themselves" if plan.walk_in else ""
    keys = "; nobody brings old messages along" if room.encrypted else ""
    return "; ".join(filter(None, (invited, walk))) + keys


def renewing_acts(plan: Plan) -> tuple[Act, ...]:
    """The one act, with its question."""
    name = safe_line(title(plan.room), longest=80)
    if plan.successor:
        return (Act("renew", "go on with what is missing", "", ""),)
    question = f"Close {name} for a new room? Nobody can open the old one for writing again."
    return (Act("renew", "upgrade", question, "upgrade"),)


def _names(room: Room, users: tuple[UserId, ...]) -> str:
    names = [safe_line(shown_name(user, room.name_of(user)), longest=40) for user in users[:_NAMES]]
    return ", ".join(names) + (f" and {len(users) - _NAMES} more" if len(users) > _NAMES else "")
