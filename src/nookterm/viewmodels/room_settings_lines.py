"""The lines of a room's settings: values in words, what each choice means, who reads it, why it is not ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nookterm.client.room_settings import LONGEST_TOPIC, RoomSettings, why_no_rule
from nookterm.domain.choices import HISTORIES, JOIN_RULES
from nookterm.domain.drift import Drift, Setting, may_fix
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, server_of
from nookterm.domain.names import shown_name
from nookterm.domain.privacy import is_open_to_lookers
from nookterm.domain.room import Child, Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import ordered, title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.members import Act, Way
from nookterm.viewmodels.room_settings import SettingLine
from nookterm.viewmodels.words import both, people

RULES = {
    "invite": ("by invitation only", "nobody can ask at the door; members who may, invite"),
    "knock": ("people ask to join", "whoever knows it asks; facilitators decide"),
    "restricted": ("whoever is in its space", "people of the space walk in, unasked"),
    "knock_restricted": ("its space walks in, others ask", "people of the space walk in, all others ask"),
    "public": ("open to everybody", "anybody at all walks in, unasked"),
}
PASTS = {
    "invited": ("from their invite on", "newcomers read what is said from their invite on"),
    "joined": ("from when they join", "newcomers read what is said after they came in"),
    "shared": ("everything so far", "newcomers may be handed all that was said since this was set"),
    "world_readable": ("everything, for everybody", "anybody at all reads it, without being in here"),
}
_DRIFTS = {
    Setting.TOPIC: "topic", Setting.JOIN_RULE: "join", Setting.DOORMAT: "join", Setting.HISTORY: "history",
    Setting.ENCRYPTION: "encryption", Setting.GUESTS: "guests",
}  # fmt: skip
_LONGEST = 300
_NO_ONE_BACK = "Nobody can ever switch it off again."


def readers(room: Room) -> str:
    """Who can read how a room is set."""
    servers = {server_of(m.user) for m in room.who(Membership.JOIN, Membership.INVITE)} - {""}
    inside = f"{people(len(room.who(Membership.JOIN)))} and their {len(servers)} servers"
    inside = inside.replace("their 1 servers", "their server")
    outside = "; name and topic whoever looks at it from outside, too" if is_open_to_lookers(room) else ""
    return f"These settings are not encrypted: {inside} can read them{outside}."


def setting_lines(hub: Hub, room: Room, drifts: Sequence[Drift]) -> tuple[SettingLine, ...]:
    """A room's settings, then its addresses, what has drifted beside them, and what a space lists."""
    spaces = hub.session.rooms.listing(room.room_id)
    lines = [
        _text(room, "name", "Name", room.name or "", "m.room.name"),
        _text(room, "topic", "Topic", room.topic or "", "m.room.topic"),
        _join(room, spaces),
        _history(room),
        *([] if room.is_space else [_encryption(room), _guests(room)]),
    ]
    known = {line.id for line in lines}
    lines = [_drifted(line, [d for d in drifts if _DRIFTS.get(d.setting) == line.id]) for line in lines]
    lines += _addresses(hub, room)
    lines += [_loose(drift) for drift in drifts if _DRIFTS.get(drift.setting) not in known]
    if room.is_space:
        lines += _children(hub, room)
    return tuple(lines)


def _why(room: Room, type_: str) -> str:
    """Why we may not set this; empty where we may."""
    if may_fix(room, type_):
        return ""
    if room.membership is not Membership.JOIN:
        return "you are not in here"
    able = [shown_name(m.user, m.display_name) for m in room.who(Membership.JOIN) if room.power.may_set(m.user, type_)]
    return f"{both(able[:2])} can" if able else "nobody here has the power for it"


def _text(room: Room, id_: str, label: str, value: str, type_: str) -> SettingLine:
    question = f"{label} of {safe_line(title(room))}: write “{{words}}”? {readers(room)}"
    act = Act(
        id_,
        label.lower(),
        question,
        "write it",
        label,
        readers(room),
        needs_words=id_ == "name",
        why_not=_why(room, type_),
    )
    shown = safe_line(value, longest=LONGEST_TOPIC)
    return SettingLine(id_, label, safe_line(value, longest=_LONGEST) or "none", act=act, text=shown)


def _join(room: Room, spaces: Sequence[Room]) -> SettingLine:
    said, means = RULES.get(room.join_rule, ("something unknown", "nobody can tell how people get in"))
    where = safe_line(title(room))
    ways = []
    for rule in JOIN_RULES:
        if rule != room.join_rule and not why_no_rule(room, rule, spaces):
            name, what = RULES[rule]
            ways.append(Way(rule, name, what, f"How people get into {where}: {name}? Then {what}."))
    act = Act("join", "how people get in", yes="set it", ways=tuple(ways), why_not=_why(room, "m.room.join_rules"))
    return SettingLine("join", "How people get in", said, means, act=act)


def _history(room: Room) -> SettingLine:
    said, means = PASTS.get(room.history, ("something unknown", "what newcomers read is not known"))
    where = safe_line(title(room))
    ways = []
    for past in HISTORIES:
        if past != room.history:
            name, what = PASTS[past]
            question = f"Newcomers of {where} read {name}? From now on {what}; what was said before keeps its rule."
            ways.append(Way(past, name, what, question))
    why = _why(room, "m.room.history_visibility")
    act = Act("history", "what newcomers read", yes="set it", ways=tuple(ways), why_not=why)
    return SettingLine("history", "What newcomers read", said, means, act=act)


def _encryption(room: Room) -> SettingLine:
    if room.encrypted:
        return SettingLine("encryption", "Encryption", "on", "no server reads what is said; nobody can switch it off")
    question = f"Encrypt {safe_line(title(room))} from now on? What was said so far stays readable. {_NO_ONE_BACK}"
    act = Act("encryption", "encrypt", question, "encrypt", why_not=_why(room, "m.room.encryption"))
    return SettingLine("encryption", "Encryption", "off", "every server that takes part reads everything", act=act)


def _guests(room: Room) -> SettingLine:
    name = safe_line(title(room))
    asks = f"Keep guests out of {name}?" if room.guests else f"Let guests without an account into {name}?"
    act = Act("guests", "guests", asks, "yes", why_not=_why(room, "m.room.guest_access"))
    return SettingLine(
        "guests", "Guests", "let in" if room.guests else "kept out", "people without an account", act=act
    )


def _drifted(line: SettingLine, drifts: Sequence[Drift]) -> SettingLine:
    if not drifts:
        return line
    return replace(line, drift=_drift_words(drifts[0]), fix=_fix(drifts[0]))


def _drift_words(drift: Drift) -> str:
    return f"should be {drift.should_be}. {drift.why}"


def _fix(drift: Drift) -> Act | None:
    if drift.setting is Setting.FACILITATORS:
        return None
    question = f"Set right: {drift.setting}, from “{drift.is_}” to “{drift.should_be}”?"
    why = "" if drift.fixable_by_me else "somebody with more power there can"
    return Act(f"fix {drift.case}", "set right", question, "set it right", why_not=why)


def _loose(drift: Drift) -> SettingLine:
    label = f"{drift.setting[:1].upper()}{drift.setting[1:]}"
    return SettingLine(drift.case, label, drift.is_, drift=_drift_words(drift), fix=_fix(drift))


def _addresses(hub: Hub, room: Room) -> list[SettingLine]:
    why, name = _why(room, "m.room.canonical_alias"), safe_line(title(room))
    lines = []
    for place, alias in enumerate(RoomSettings(hub.session).addresses(room.room_id)):
        shown = safe_line(alias)
        question = f"End the address {shown}? Links to it lead nowhere then."
        remove = Act(f"drop {alias}", "end address", question, "end it", why_not=why)
        label = "Address" if place == 0 else "Also at"
        lines.append(SettingLine(f"address {alias}", label, shown, remove=remove))
    home = server_of(room.me)
    question = f"Let {{words}} lead to {name}? Whoever knows the address can look at it, and {_way_in(room)}."
    writes = f"A new address, like #name:{home}"
    add = Act(
        "address", "new address", question, "add it", writes, "everybody can look it up", needs_words=True, why_not=why
    )
    return [*lines, SettingLine("address", "New address" if lines else "Address", "" if lines else "none", act=add)]


def _way_in(room: Room) -> str:
    ways = {"public": "walk in", "knock": "ask to join", "knock_restricted": "ask to join"}
    return ways.get(room.join_rule, "cannot come in by it")


def _children(hub: Hub, space: Room) -> list[SettingLine]:
    why = _why(space, "m.space.child")
    lines = [_child(hub, space, child, why) for child in ordered(space.children)]
    question = f"List {{words}} in {safe_line(title(space))}? Everybody in the space sees it there."
    writes = "A room of yours by its name, or any by its address"
    add = Act("child", "list a room", question, "list it", writes, readers(space), needs_words=True, why_not=why)
    return [*lines, SettingLine("child", "List a room", "", act=add)]


def _child(hub: Hub, space: Room, child: Child, why: str) -> SettingLine:
    room = hub.session.rooms.get(child.room_id)
    name = safe_line(title(room)) if room else safe_line(child.room_id)
    said = next((one.summary.name for one in hub.listings if one.summary.room_id == child.room_id), None)
    name = name if room or not said else safe_line(said)
    question = f"List {name} in {safe_line(title(space))} no longer? The room and its people stay as they are."
    remove = Act(f"unlist {child.room_id}", "list no longer", question, "take it off", why_not=why)
    inside = "you are in it" if room and room.membership is Membership.JOIN else ""
    return SettingLine(f"child {child.room_id}", "Lists", name, inside, remove=remove, child=RoomId(child.room_id))
