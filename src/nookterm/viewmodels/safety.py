"""How safe an open room is, in words: title, privacy, what stands in the way of sending, and what one can do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from nookterm.client.people import Known, Safety
from nookterm.domain.events import Membership
from nookterm.domain.exceptions import Allowed, may_allow
from nookterm.domain.forms import PLAIN, Forms
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_names
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.trust.pins import Standing
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.timeline import Blocked
from nookterm.viewmodels.words import of, people, until

Line = tuple[str, str, str]
"""Left, right, meaning, as the About column has them."""


@dataclass(frozen=True, slots=True)
class Tone:
    """How sure one can be of the devices in a room, for its title."""

    words: tuple[str, ...] = ()
    """Longest first: a title takes those for which it has room."""
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands beside a person: `verified`, `signed`, `doubt`, or empty where nothing is known; and a word."""

    shield: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """Facts about a room and the words for its people."""

    room: Room
    safety: Safety | None
    rule: Allowed | None
    names: Mapping[UserId, str]
    now: datetime
    zone: tzinfo
    forms: Forms = PLAIN

    @classmethod
    def of(cls, hub: Hub, room: Room) -> RoomFacts:
        """Look at a room. Engine's thread."""
        trust = hub.session.trust
        names = shown_names(room.who(Membership.JOIN, Membership.INVITE))
        rule = trust.exceptions.rule_of(room.room_id) if room.encrypted else None
        return cls(room, trust.people.safety(room.room_id), rule, names, hub.session.clock(), hub.zone, hub.forms)

    def name(self, user: UserId) -> str:
        """What somebody is called here. Safe text."""
        return self.names.get(user) or safe_line(user)

    @property
    def may_except(self) -> bool:
        """Whether we may let unsigned devices take part."""
        return self.room.encrypted and may_allow(self.room, self.room.me)

    @property
    def end(self) -> str:
        """`until 5 Dec`; empty without an exception."""
        return until(self.rule.until, self.now, self.zone, self.forms) if self.rule else ""


def tone(facts: RoomFacts) -> Tone:
    """The title's words; what has to be looked at comes first."""
    safety = facts.safety
    if safety is None or not safety.people:
        return _exception_tone(facts)
    if not safety.ready:
        words = ("this device is not trusted: nothing is sent", "this device is not trusted", "device not trusted")
        return Tone(words, warns=True)
    if changed := safety.blocked_by:
        one = _what_changed(facts, changed[0])
        many = "people to look at" if any(known.ours_is_new for known in changed) else "identities changed"
        short = one if len(changed) == 1 else f"{len(changed)} {many}"
        least = "to be compared again" if changed[0].ours_is_new else "identity changed"
        return Tone((f"{short}: nothing is sent", short, least), warns=True)
    if facts.rule:
        return _exception_tone(facts)
    if safety.hidden:
        one = f"the server hides {of(facts.name(safety.hidden[0].user))} identity"
        return Tone((f"{one}: they get nothing", one, "identity hidden"), warns=True)
    if count := safety.unsigned:
        short = f"{_devices(count)} not signed"
        return Tone((f"{short}: {'it gets' if count == 1 else 'they get'} nothing", short), warns=True)
    if safety.unseen:
        return Tone()
    return Tone(("all verified",) if safety.all_verified else ("everybody signed",))


def _exception_tone(facts: RoomFacts) -> Tone:
    if facts.rule is None:
        return Tone()
    return Tone((f"unsigned devices may take part {facts.end}", f"exception {facts.end}"), warns=True)


def blocked(facts: RoomFacts) -> Blocked | None:
    """What stands in the way of sending here; the first of several."""
    safety = facts.safety
    if safety is None:
        return None
    if not safety.ready:
        return Blocked(
            "device",
            "Others cannot read this device yet.",
            "this device is not trusted yet",
            "What you write stays here and is not sent, as nobody has signed this device.",
        )
    return _changed(facts, safety.blocked_by[0], len(safety.blocked_by) - 1) if safety.blocked_by else None


def _changed(facts: RoomFacts, known: Known, others: int) -> Blocked:
    name = facts.name(known.user)
    short = _what_changed(facts, known)
    nothing = "Nothing is sent here until you have decided."
    more = f" {people(others)} more after that." if others else ""
    if known.ours_is_new:
        return Blocked(
            "violated",
            f"You verified {name} before your own identity was made anew.",
            short,
            f"{nothing} Compare once more, so that your new identity vouches for {name} too.{more}",
            known.user,
            name,
            known.master or "",
            f"Give your verification of {name} up, and go on unverified?",
            "withdraw",
        )
    if known.standing is Standing.VIOLATED:
        return Blocked(
            "violated",
            f"You verified {name}, and {of(name)} identity is another one now.",
            short,
            f"{nothing} Either {name} began anew, or somebody stands between you.{more}",
            known.user,
            name,
            known.master or "",
            f"Give your verification of {name} up, and go on with the new identity unverified?",
            "withdraw",
        )
    return Blocked(
        "changed",
        f"{short}.",
        short,
        f"{nothing} Either {name} began anew, or somebody pretends to be {name}.{more}",
        known.user,
        name,
        known.master or "",
        f"Go on with {of(name)} new identity, unverified? It gets what you write here.",
        "go on",
    )


def _what_changed(facts: RoomFacts, known: Known) -> str:
    name = facts.name(known.user)
    return f"{name} is to be compared again" if known.ours_is_new else f"{of(name)} identity changed"


def mark(known: Known | None) -> Mark:
    """What stands beside a person."""
    if known is None or not known.seen:
        return Mark()
    standing = known.standing
    if standing in {Standing.CHANGED, Standing.VIOLATED}:
        return Mark("doubt", "to be compared again" if known.ours_is_new else "identity changed")
    if standing is Standing.HIDDEN:
        return Mark("doubt", "identity hidden")
    count = len(known.unsigned) + known.excepted
    if count and not known.signed:
        return Mark("doubt", "not signed")
    if count:
        return Mark("doubt", f"{_devices(count)} not signed")
    return Mark("verified") if standing is Standing.VERIFIED else Mark("signed")


def device_fact(known: Known | None) -> tuple[str, str]:
    """What a facilitator reads of an applicant's devices, and its meaning."""
    if known is None or not known.seen:
        return "not known yet", "nook-quiet"
    found = mark(known)
    if found.shield == "doubt":
        words = {"not signed": "not signed: cannot be asked yet"}.get(found.note, found.note)
        return words, "nook-warn"
    if not known.signed:
        return "none that could be asked", "nook-warn"
    verified = "verified" if found.shield == "verified" else "not verified"
    return f"signed by its owner · {verified} by you", "nook-safe" if verified == "verified" else ""


def privacy(facts: RoomFacts, past: str) -> tuple[Line, ...]:
    """Who reads what is said here, a line each. `past`: what newcomers see."""
    room, safety = facts.room, facts.safety
    count = people(len(room.who(Membership.JOIN)))
    if not room.encrypted:
        return (("↗ Not encrypted: the servers can read it too.", "", "nook-leaves"), (past, "", ""))
    lines: list[Line] = []
    if safety is None or safety.unseen or safety.hidden:
        lines.append((f"✓ {count}, end-to-end encrypted.", "", "nook-safe"))
    else:
        lines.append((f"✓ {count}, on devices that they signed.", "", "nook-safe"))
    if safety is not None:
        lines += _doubts(facts, safety)
    if facts.rule:
        whose = "Unsigned devices"
        if facts.rule.people is not None:
            whose = f"Unsigned devices of {' and '.join(facts.name(user) for user in sorted(facts.rule.people))}"
        by = facts.name(facts.rule.by)
        text = f"! {whose} may take part {facts.end}, says {by}. The servers of their owners could read along."
        lines.append((text, "", "nook-warn"))
    return (*lines, (past, "", ""))


def _doubts(facts: RoomFacts, safety: Safety) -> list[Line]:
    changed = (_what_changed(facts, known) for known in safety.blocked_by)
    lines: list[Line] = [(f"! {what}. Nothing is sent.", "", "nook-warn") for what in changed]
    hidden = (of(facts.name(known.user)) for known in safety.hidden)
    lines += [(f"! The server hides {whose} identity. They get nothing.", "", "nook-warn") for whose in hidden]
    if not safety.ready:
        lines.append(("! This device is not trusted yet. Others do not get what it says.", "", "nook-warn"))
    if safety.unsigned:
        gets = "It gets" if safety.unsigned == 1 else "They get"
        lines.append((f"! {_devices(safety.unsigned)} not signed by the owner. {gets} nothing.", "", "nook-warn"))
    if safety.unseen:
        lines.append((f"○ The devices of {people(safety.unseen)} are not known yet.", "", "nook-quiet"))
    elif safety.all_verified:
        lines.append(("✓ You verified everybody.", "", "nook-safe"))
    return lines


def _devices(count: int) -> str:
    return "1 device" if count == 1 else f"{count} devices"
