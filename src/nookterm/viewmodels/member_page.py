"""A person's page: what is known of them here, and each act with what it means before anybody does it."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.direct import Direct
from nookterm.client.facilitators import Facilitators
from nookterm.client.ignoring import KNOWS
from nookterm.client.own_picture import READERS
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_name
from nookterm.domain.roles import GIVEN, MEANS, Role, is_for_good, may_ban, role_of, why_no_role
from nookterm.domain.room import Member, Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import Kind, title
from nookterm.trust.pins import Standing
from nookterm.viewmodels.member_lines import Circle
from nookterm.viewmodels.member_report import reporting
from nookterm.viewmodels.members import Act, Line, PersonPage, Way
from nookterm.viewmodels.words import both, date_of, people

_MOST_ROOMS = 12
_LONGEST = 300
_CLEAR = "not encrypted: everybody here and their servers can read this"
_ADMIN_FOR_GOOD = "You cannot take it back."


def person_page(circle: Circle, user: UserId) -> PersonPage:
    """Somebody's page. Engine's thread."""
    room, member = circle.room, circle.room.members.get(user)
    role = role_of(room, user)
    inside = member is not None and member.membership is Membership.JOIN
    acts = _own_acts(circle, user) if user == room.me else _acts(circle, user, member)
    return PersonPage(user, circle.name(user), str(role) if inside else "", _facts(circle, user, member, role), acts)


def invite_here(room: Room) -> Act:
    """Inviting somebody new into the room."""
    name = safe_line(title(room))
    may = room.membership is Membership.JOIN and room.power.may_invite(room.me)
    return Act(
        "invite",
        f"invite to {name}",
        f"Invite {{words}} to {name}?" + _full(room),
        "invite",
        "Whom? Their Matrix id, like @name:server",
        "they and everybody here see that you invited them",
        needs_words=True,
        why_not="" if may else "only those who decide invite people here",
    )


def _full(room: Room) -> str:
    over = room.cap is not None and room.size >= room.cap
    return f" It holds {room.cap}, and {room.size} are in or invited." if over else ""


# --- what is known ----------------------------------------------------------------------------------------------------


def _facts(circle: Circle, user: UserId, member: Member | None, role: Role) -> tuple[Line, ...]:
    room = circle.room
    lines: list[Line] = [("Matrix id", safe_line(user, longest=255), "")]
    if member is None or member.membership is Membership.LEAVE:
        lines.append(("Here", "not a member", ""))
    else:
        lines += _standing_here(circle, member, role)
    rooms = [safe_line(title(r)) for r in _shared(circle, user) if r.room_id != room.room_id]
    more = f" and {len(rooms) - _MOST_ROOMS} more" if len(rooms) > _MOST_ROOMS else ""
    lines.append(("Also with you in", both(rooms[:_MOST_ROOMS]) + more if rooms else "no other nook", ""))
    if user != room.me:
        lines += _keys(circle, user)
        if user in circle.ignored:
            lines.append(("Ignored", f"you do not see what they write. {KNOWS}", "nook-warn"))
    return tuple(lines)


def _standing_here(circle: Circle, member: Member, role: Role) -> list[Line]:
    now, zone = circle.hub.session.clock(), circle.hub.zone
    when, by = date_of(member.since, now, zone, circle.hub.forms), circle.name(member.sender)
    words = safe_line(member.reason or "", longest=_LONGEST)
    said = f" “{words}”" if words else ""
    match member.membership:
        case Membership.JOIN:
            return [("Here since", when, ""), ("May", f"{role}: {MEANS[role]}", "")]
        case Membership.INVITE:
            return [("Invited", f"by {by}, {when}{said}", "nook-waiting")]
        case Membership.KNOCK:
            return [("Asks to join", f"since {when}; requests are answered at the desk", "nook-waiting")]
        case _:
            return [("Kept out", f"by {by}, {when}{said}", "nook-warn")]


_IDENTITIES = {
    Standing.NONE: ("they have no identity yet", "nook-warn"),
    Standing.PINNED: ("not compared; the first identity that was seen counts", ""),
    Standing.VERIFIED: ("you compared keys with them", "nook-safe"),
    Standing.CHANGED: ("their identity changed: nothing is sent where they can read", "nook-warn"),
    Standing.VIOLATED: ("compared before, and the identity is another one now", "nook-warn"),
    Standing.HIDDEN: ("the server hides their identity: they get nothing", "nook-warn"),
}
"""What is known of somebody's identity, in words, and its meaning."""


def _keys(circle: Circle, user: UserId) -> list[Line]:
    known = circle.known(user)
    if known is None or not known.seen:
        return [("Keys", "nothing is known of their devices yet", "nook-quiet")]
    standing = _IDENTITIES[known.standing]
    unsigned = len(known.unsigned) + known.excepted
    if unsigned:
        names = f": {', '.join(safe_line(device) for device in known.unsigned[:3])}" if known.unsigned else ""
        devices = (f"{known.signed} signed, {unsigned} not signed by them{names}", "nook-warn")
    else:
        devices = (f"{known.signed}, signed by them", "") if known.signed else ("none is known", "nook-quiet")
    return [("Keys", *standing), ("Devices", *devices)]


def _shared(circle: Circle, user: UserId) -> list[Room]:
    return [
        nook
        for nook in circle.hub.session.rooms.nooks()
        if (member := nook.members.get(user)) is not None and member.membership is Membership.JOIN
    ]


# --- what can be done -------------------------------------------------------------------------------------------------


def _own_acts(circle: Circle, user: UserId) -> tuple[Act, ...]:
    where, room = safe_line(title(circle.room)), circle.room
    inside = room.membership is Membership.JOIN
    act = _power(circle, user)
    return (
        Act(
            "name", "name", "Call yourself “{words}” everywhere? A name that you have in one room alone goes with it.",
            "call me so", "Your name", "not encrypted: everybody in your rooms, and their servers", needs_words=True,
        ),
        Act(
            "picture",
            "picture",
            "Show {words} beside your name? Only what the picture shows goes along: no place, date or device.",
            "show it",
            "The path of a picture",
            READERS,
            needs_words=True,
        ),
        Act(
            "nick", "name here", f"Call yourself “{{words}}” in {where} alone?", "call me so", f"Your name in {where}",
            "not encrypted: everybody in this room, and their servers", needs_words=True,
            why_not="" if inside else "you are not in here",
        ),
        *((act,) if act.ways else ()),
    )  # fmt: skip


def _acts(circle: Circle, user: UserId, member: Member | None) -> tuple[Act, ...]:
    now = member.membership if member else Membership.LEAVE
    acts = [_message(circle, user), Act("compare", "compare keys"), _ignore(circle, user)]
    acts += [act for act in (_invite(circle, user),) if act.ways]
    if now is Membership.JOIN:
        acts.append(_power(circle, user))
    if now in {Membership.JOIN, Membership.INVITE}:
        acts.append(_remove(circle, user, now))
    acts.append(_unban(circle, user) if now is Membership.BAN else _ban(circle, user))
    return (*acts, reporting(circle, user))


def _message(circle: Circle, user: UserId) -> Act:
    name = circle.name(user)
    session = circle.hub.session
    if Direct(session.gateway, session.rooms).known(user):
        return Act("message", "message")
    question = f"Write to {name} in private? A room for the two of you is made, encrypted, and {name} is invited."
    return Act("message", "message", question, "make it")


def _ignore(circle: Circle, user: UserId) -> Act:
    name = circle.name(user)
    if user in circle.ignored:
        kept = "What they wrote in the meantime your server may have kept back."
        return Act("ignore", "hear again", f"Hear {name} again? What they write is shown again. {kept}", "yes")
    what = f"Ignore {name}? What they write is not shown, their invites and requests make no noise."
    return Act("ignore", "ignore", f"{what} {KNOWS}", "ignore")


def _invite(circle: Circle, user: UserId) -> Act:
    ways = []
    for nook in circle.hub.session.rooms.joined():
        member = nook.members.get(user)
        absent = member is None or member.membership in {Membership.LEAVE, Membership.KNOCK}
        if absent and nook.power.may_invite(nook.me) and _is_for_invites(circle, nook):
            name = safe_line(title(nook))
            question = f"Invite {circle.name(user)} to {name}? Everybody there sees that you did.{_full(nook)}"
            ways.append(Way(nook.room_id, name, _size(nook), question))
    return Act("invite", "invite", yes="invite", ways=tuple(ways))


def _is_for_invites(circle: Circle, room: Room) -> bool:
    kind = circle.hub.session.rooms.kind(room)
    return kind is not Kind.DIRECT and room.vets is None and not room.facilitates and room.successor is None


def _size(room: Room) -> str:
    return f"{room.size} of {room.cap}" if room.cap else people(room.size)


def _power(circle: Circle, user: UserId) -> Act:
    room, now = circle.room, role_of(circle.room, user)
    whys = {role: why_no_role(room, user, role) for role in GIVEN if role is not now}
    ways = tuple(_role_way(circle, user, role) for role, why in whys.items() if not why)
    why = "" if ways else next(iter(whys.values()), "")
    return Act("power", "power", yes="yes", ways=ways, why_not=why)


def _role_way(circle: Circle, user: UserId, role: Role) -> Way:
    room, name, mine = circle.room, circle.name(user), user == circle.room.me
    where, now = safe_line(title(room)), role_of(room, user)
    who = "yourself" if mine else name
    if role is Role.MEMBER:
        question = f"Make {who} an ordinary member of {where}? {'You are' if mine else f'{name} is'} {now} now."
    elif role is Role.FACILITATOR:
        does = "You let" if mine else f"{name} lets"
        question = f"Make {who} a facilitator of {where}? {does} people in then, turns them away, removes messages."
    else:
        question = f"Give {who} all power in {where}? {name} can then change everything, also who decides."
    parts = [question, *_consequences(circle, user, role)]
    if is_for_good(room, user, role):
        parts.append("Nobody but others with that power could give it back." if mine else _ADMIN_FOR_GOOD)
    return Way(str(role), str(role), MEANS[role], " ".join(parts))


def _consequences(circle: Circle, user: UserId, role: Role) -> list[str]:
    """What else follows in a nook: the steps that are done along with it, and what should be known."""
    room, use = circle.room, Facilitators(circle.hub.session)
    if circle.hub.session.rooms.kind(room) is not Kind.NOOK:
        return []
    decides = room.power.may_decide(user)
    if role is Role.FACILITATOR and not decides:
        steps = use.plan_add(room, user)
        warning = ""
    elif role is Role.MEMBER and decides:
        steps, warning = use.plan_remove(room, user), use.warning(room, user)
    else:
        return []
    words = [safe_line(step.words) for step in steps if not step.done and step.what != "power"]
    return [
        *([f"With it: {'; '.join(words)}."] if words else []),
        *([safe_line(warning, longest=200)] if warning else []),
    ]


def _remove(circle: Circle, user: UserId, now: Membership) -> Act:
    room, name, where = circle.room, circle.name(user), safe_line(title(circle.room))
    why = "" if _may_remove(room, user) else _why_no_power(room, user)
    if now is Membership.INVITE:
        question = f"Take back the invite of {name} to {where}? They can read why, if you say it."
        return Act("remove", "take invite back", question, "take it back", "Why? May stay empty", _CLEAR, why_not=why)
    question = f"Remove {name} from {where}? They lose what is said from now on, and can ask to come back."
    return Act("remove", "remove", question, "remove", "Why? May stay empty", _CLEAR, why_not=why)


def _may_remove(room: Room, user: UserId) -> bool:
    return room.membership is Membership.JOIN and room.power.may_kick(room.me, user)


def _ban(circle: Circle, user: UserId) -> Act:
    room, name, where = circle.room, circle.name(user), safe_line(title(circle.room))
    why = "" if may_ban(room, user) else _why_no_power(room, user)
    question = f"Keep {name} out of {where} for good? They are removed, and cannot ask to come back until you lift it."
    return Act("ban", "ban", question, "ban", "Why? May stay empty", _CLEAR, why_not=why)


def _unban(circle: Circle, user: UserId) -> Act:
    room, name, where = circle.room, circle.name(user), safe_line(title(circle.room))
    able = may_ban(room, user) and _may_remove(room, user)
    question = f"Let {name} ask to come into {where} again? They are not invited by that."
    return Act("unban", "lift the ban", question, "lift it", why_not="" if able else _why_no_power(room, user))


def _why_no_power(room: Room, user: UserId) -> str:
    if room.membership is not Membership.JOIN:
        return "you are not in here"
    if room.power.of(user) >= room.power.of(room.me) and room.power.of(room.me) >= room.power.kick:
        return "they have as much power here as you"
    able = [shown_name(m.user, m.display_name) for m in room.who(Membership.JOIN) if room.power.may_kick(m.user, user)]
    return f"{both(able[:2])} can" if able else "nobody here has the power for it"


def with_words(act: Act, words: str) -> Act:
    """The act with the words that were typed in its question."""
    shown = safe_line(words, longest=_LONGEST)
    if "{words}" in act.question:
        return replace(act, question=act.question.replace("{words}", shown))
    return replace(act, question=f"{act.question} Words: “{shown}”") if shown else act
