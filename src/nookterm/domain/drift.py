"""Where a nook is set otherwise than its charter says, or than keeps its door and its talk safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from nookterm.domain.cases import case_word
from nookterm.domain.charter import Charter, short_topic
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.power import FACILITATOR, Power
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import CHARTER, ENTRY, FACILITATES, FACILITATION

_LEVELS = "m.room.power_levels"


class Setting(StrEnum):
    """What can drift; in the order in which it matters."""

    ENCRYPTION = "encryption"
    EVERYBODY = "everybody's power"
    INVITE = "who may let people in"
    KICK = "who may remove people"
    BAN = "who may ban people"
    REDACT = "who may remove messages"
    STATE = "who may change settings"
    HISTORY = "what newcomers read"
    JOIN_RULE = "how people get in"
    DOORMAT = "doormat"
    GUESTS = "guests"
    FACILITATORS = "facilitators"
    PLACE = "place in the space"
    CHARTER = "charter"
    LINK_OUT = "way to the facilitators' room"
    LINK_BACK = "way back from the facilitators' room"
    CARD = "entry card"
    CARD_NAMES = "facilitators on the entry card"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Drift:
    """One setting that is not what it should be. All words here are ours, never a stranger's."""

    setting: Setting
    is_: str
    """What it is now, in a few words."""
    should_be: str
    why: str
    """Why it matters, in one sentence."""
    case: str
    """`case_word("drift", nook, setting)`, with the space's id where it is about the space's copy."""
    fixable_by_me: bool
    """Whether `client.charters.Charters.fix` can set it right with this account's power."""
    space: RoomId | None = None
    """The space whose entry card it is about."""
    by_choice: bool = False
    """Whether this account can set it right all the same, by a choice that only a person makes."""


def drifts(
    nook: Room, spaces: Sequence[Room], helpers: Room | None = None, before: Sequence[Room] = ()
) -> tuple[Drift, ...]:
    """What is set otherwise than it should be, most serious first; empty where all is well.

    `spaces`: those that list the nook; `helpers`: its facilitators' room, where this account knows it; `before`: the
    rooms that it went on from, where both say so, the nearest first. A nook without a charter is held only against
    what keeps every nook safe.
    """
    found = [*_powers(nook), *_room(nook), *_facilitation(nook, spaces, helpers), *_left_behind(nook, spaces, before)]
    for space in spaces:
        found += _card(nook, space)
    places = {setting: place for place, setting in enumerate(Setting)}
    return tuple(sorted(found, key=lambda drift: (places[drift.setting], drift.space or "")))


def may_fix(nook: Room, event_type: str) -> bool:
    """Whether this account is in the room and may set this type of state there."""
    return nook.membership == Membership.JOIN and nook.power.may_set(nook.me, event_type)


def stripped(charter: Charter) -> Charter:
    """The charter without the names that only its copy in a space carries."""
    return replace(charter, facilitators=())


def _drift(nook: Room, setting: Setting, words: tuple[str, str, str], *, fixable: bool) -> Drift:
    return Drift(setting, *words, case_word("drift", nook.room_id, setting), fixable)


def _powers(nook: Room) -> list[Drift]:
    power = nook.power
    found: list[Drift] = []
    if power.users_default >= FACILITATOR:
        words = (
            f"everybody has {power.users_default}",
            "0",
            "Every member could let people in, remove people, and take facilitators' power for granted.",
        )
        found.append(_drift(nook, Setting.EVERYBODY, words, fixable=_may_level(nook, power.users_default)))
    for setting, level, why in _reachable(power):
        if level < FACILITATOR:
            words = (f"anybody with {level} or more", f"facilitators ({FACILITATOR})", why)
            found.append(_drift(nook, setting, words, fixable=_may_level(nook, FACILITATOR)))
    return found


def _reachable(power: Power) -> tuple[tuple[Setting, int, str], ...]:
    return (
        (Setting.INVITE, power.invite, "Any member could let in whoever asks, past questions and cap."),
        (Setting.KICK, power.kick, "Any member could turn away who asks, and remove others."),
        (Setting.BAN, power.ban, "Any member could ban others."),
        (Setting.REDACT, power.redact, "Any member could remove what others wrote."),
        (Setting.STATE, power.state_default, "Any member could change the charter and the room's settings."),
    )


def _may_level(nook: Room, level: int) -> bool:
    """Whether this account may change a power level from or to `level`: nobody gives or takes more than they have."""
    return may_fix(nook, _LEVELS) and nook.power.of(nook.me) >= level


_READS = {
    "invited": "from their invite on",
    "joined": "from when they join",
    "shared": "everything since the beginning",
    "world_readable": "everything, also people who are not members",
}
_RULES = {
    "public": "anybody walks in",
    "restricted": "whoever is in another room walks in",
    "knock_restricted": "whoever is in another room walks in, others ask",
}


def _room(nook: Room) -> list[Drift]:
    found: list[Drift] = []
    charter = nook.charter
    if not nook.encrypted:
        words = ("off", "on", "Every server that takes part can read what is written.")
        found.append(_drift(nook, Setting.ENCRYPTION, words, fixable=may_fix(nook, "m.room.encryption")))
    wished = charter.history if charter else nook.history if nook.history != "world_readable" else "invited"
    if nook.history != wished:
        why = "Newcomers read another part of the past than the members were told."
        words = (_READS.get(nook.history, "something unknown"), _READS[wished], why)
        found.append(_drift(nook, Setting.HISTORY, words, fixable=may_fix(nook, "m.room.history_visibility")))
    if nook.guests:
        words = ("let in", "kept out", "A guest has no account that could be vetted.")
        found.append(_drift(nook, Setting.GUESTS, words, fixable=may_fix(nook, "m.room.guest_access")))
    if charter and nook.topic != (should := short_topic(charter)) and (nook.topic or should):
        why = "People on other clients, and people outside the space, read the topic instead of the charter."
        words = ("not the charter's short form", "the charter's short form", why)
        found.append(_drift(nook, Setting.TOPIC, words, fixable=may_fix(nook, "m.room.topic")))
    return found + _door(nook)


def _door(nook: Room) -> list[Drift]:
    fixable = may_fix(nook, "m.room.join_rules")
    if nook.join_rule in _RULES:
        why = "People come in without being asked anything, and without the keys to what was said before."
        words = (_RULES[nook.join_rule], "people ask to join", why)
        return [_drift(nook, Setting.JOIN_RULE, words, fixable=fixable)]
    if nook.join_rule != "knock" and nook.charter:
        why = "Nobody can ask to join until the doormat is out again; invites still work."
        return [_drift(nook, Setting.DOORMAT, ("in: nobody can ask", "out: people ask to join", why), fixable=fixable)]
    return []


def _facilitation(nook: Room, spaces: Sequence[Room], helpers: Room | None) -> list[Drift]:
    found: list[Drift] = []
    some = 2
    if len({*nook.facilitators, *_coming(nook)}) < some:
        why = "When one person is away, everybody who asks waits, and nobody could take over."
        words = ("one person" if nook.facilitators else "nobody", "two or more", why)
        alone = _drift(nook, Setting.FACILITATORS, words, fixable=False)
        found.append(replace(alone, by_choice=_may_level(nook, FACILITATOR)))
    why = "Without links both ways nobody can tell which room is the facilitators', and acts there do not count."
    if nook.facilitation is None and any(space.facilitation for space in spaces):
        words = ("missing", "the facilitators' room of the space", why)
        found.append(_drift(nook, Setting.LINK_OUT, words, fixable=may_fix(nook, FACILITATION)))
    if helpers and nook.facilitation == helpers.room_id and nook.room_id not in helpers.facilitates:
        words = ("missing", "this nook, named there", why)
        found.append(_drift(nook, Setting.LINK_BACK, words, fixable=may_fix(helpers, FACILITATES)))
    return found


def _coming(nook: Room) -> set[UserId]:
    """Who is invited and may decide once they come in."""
    return {member.user for member in nook.who(Membership.INVITE) if nook.power.may_decide(member.user)}


def _left_behind(nook: Room, spaces: Sequence[Room], before: Sequence[Room]) -> list[Drift]:
    """What still belongs to the rooms that it went on from."""
    found: list[Drift] = []
    if nook.charter is None and any(room.charter for room in before):
        words = ("in the older room alone", "in this room", "Nobody who comes in reads what the nook is for.")
        found.append(_drift(nook, Setting.CHARTER, words, fixable=may_fix(nook, CHARTER)))
    older = {room.room_id for room in before}
    for space in spaces:
        listed = {child.room_id for child in space.children}
        if not listed & older:
            continue
        is_ = "the older room beside this one" if nook.room_id in listed else "the older room instead of this one"
        why = "People in the space are led to a room that is closed, and ask at its door."
        case = case_word("drift", nook.room_id, f"{Setting.PLACE} {space.room_id}")
        fixable = may_fix(space, "m.space.child")
        found.append(Drift(Setting.PLACE, is_, "this room in its place", why, case, fixable, space.room_id))
    return found


def _card(nook: Room, space: Room) -> list[Drift]:
    """How the copy of the charter in a space differs from the truth in the nook."""
    if nook.charter is None:
        return []
    held = space.entries.get(nook.room_id)
    found: list[tuple[Setting, tuple[str, str, str]]] = []
    if held is None:
        why = "People in the space cannot read what this nook is for and what it asks."
        found.append((Setting.CARD, ("missing", "a copy of the charter", why)))
    elif stripped(held) != stripped(nook.charter):
        why = "People who ask to join read other questions or rules than the nook's."
        found.append((Setting.CARD, ("not what the charter says", "a copy of the charter", why)))
    here = set(nook.facilitators)
    # Who is invited with that power, into a room that goes on from another one for instance, may be named or not.
    named = set(held.facilitators) - (_coming(nook) - here) if held is not None else here
    if named != here:
        why = "Applicants hand their answers to the people named there, and refuse anybody who is not."
        extra, missing = named - here, here - named
        parts = (f"{len(extra)} without the power" if extra else "", f"{len(missing)} not named" if missing else "")
        words = (" and ".join(filter(None, parts)), "those who decide in the nook", why)
        found.append((Setting.CARD_NAMES, words))
    fixable = may_fix(space, ENTRY)
    return [
        Drift(setting, *words, case_word("drift", nook.room_id, f"{setting} {space.room_id}"), fixable, space.room_id)
        for setting, words in found
    ]
