"""The one place that decides which device gets keys and whose words are shown, from facts that cannot change meanwhile.

Both directions follow MSC4153: keys only to devices that their owner has signed, and nothing shown from others. The
one way around is a room's own exception, which says in so many words whom it is for. It never covers people who were
verified, for they have shown that they can sign, and nothing goes around an identity that changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from nookterm.domain.events import Trust
from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.pins import Pin, Standing
from nookterm.trust.provenance import Provenance
from nookterm.trust.withheld import Code


class Shield(StrEnum):
    """What stands beside a sender, in three levels."""

    VERIFIED = "verified"
    """Somebody here compared keys with them."""
    SIGNED = "signed"
    """Their own device, by an identity that has not changed since it was first seen."""
    DOUBT = "doubt"
    """Something is not proved; the words beside it say what."""


class Why(StrEnum):
    """The reason for a verdict; a screen has words for each."""

    FINE = "fine"
    OURSELVES = "ourselves"
    NOT_RECOVERED = "not_recovered"
    """This device has not proved that our own identity is ours, so it cannot tell our devices from invented ones."""
    UNSIGNED_DEVICE = "unsigned_device"
    EXCEPTION = "exception"
    """Not signed, and this room lets that pass."""
    NO_IDENTITY = "no_identity"
    IDENTITY_CHANGED = "identity_changed"
    VERIFICATION_BROKEN = "verification_broken"
    IDENTITY_HIDDEN = "identity_hidden"
    UNKNOWN_DEVICE = "unknown_device"
    BARRED = "barred"
    MISMATCHED_SENDER = "mismatched_sender"
    """The session belongs to somebody else than the event names."""
    SECOND_HAND = "second_hand"


@dataclass(frozen=True, slots=True)
class UnsignedRule:
    """A room's exception for devices that their owner has not signed. Off unless somebody switched it on."""

    everybody: bool = False
    people: frozenset[UserId] = frozenset()
    """For these alone: in a vetting room, the applicant."""

    def covers(self, user: UserId) -> bool:
        """Whether unsigned devices of `user` pass in this room."""
        return self.everybody or user in self.people


NO_EXCEPTION = UnsignedRule()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a verdict rests on."""

    user: UserId
    """Who would get the keys, or whom the event names as its sender."""
    pin: Pin
    device: DeviceKeys | None
    """The device as it signed itself; None where the server shows no such device (any more)."""
    ours: bool = False
    """Whether `user` is this account itself."""
    barred: bool = False
    """Whether somebody here shut this device out by hand."""
    provenance: Provenance = Provenance.DIRECT
    session_owner: UserId | None = None
    """Whose session it is that an event came in. Where that is not said, nothing that came is shown."""
    this_device: bool = False
    """Whether the device is the very one that runs here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from the facts, in both directions."""

    sends: bool
    """Whether the device gets the keys of what is said here."""
    shows: bool
    """Whether what the device says here is shown."""
    why: Why
    trust: Trust
    shield: Shield
    withheld: Code | None = None
    """What the device is told where it gets no keys."""


_SHIELDS = {Trust.OWN: Shield.VERIFIED, Trust.VERIFIED: Shield.VERIFIED, Trust.SIGNED: Shield.SIGNED}
_EXCEPTABLE = frozenset({Standing.NONE, Standing.PINNED})


def judge(facts: Facts, rule: UnsignedRule = NO_EXCEPTION) -> Verdict:
    """Decide, in both directions. The strictest reason wins; the exception only ever lifts "not signed"."""
    if facts.session_owner not in {None, facts.user}:
        return _no(Why.MISMATCHED_SENDER, Code.UNAUTHORISED, Trust.UNPROVED)
    if facts.this_device:
        verdict = _yes(Why.OURSELVES, Trust.OWN)
    elif facts.barred:
        return _no(Why.BARRED, Code.BLACKLISTED)
    elif facts.pin.standing is Standing.VIOLATED:
        return _no(Why.VERIFICATION_BROKEN, Code.UNVERIFIED)
    elif facts.device is None or facts.device.user != facts.user:
        verdict = _no(Why.UNKNOWN_DEVICE, Code.UNVERIFIED, Trust.UNPROVED)
    else:
        verdict = _judge_device(facts, facts.device, rule)
    if facts.provenance is Provenance.DIRECT:
        return verdict if facts.session_owner is not None else replace(verdict, shows=False)
    # Whoever handed the key over could have made it up: it proves no device, and so none stands against it either.
    return replace(verdict, shows=True, why=Why.SECOND_HAND, trust=Trust.UNPROVED, shield=Shield.DOUBT)


def _judge_device(facts: Facts, device: DeviceKeys, rule: UnsignedRule) -> Verdict:
    standing = facts.pin.standing
    if standing is Standing.HIDDEN:
        return _no(Why.IDENTITY_HIDDEN, Code.UNVERIFIED)
    if not device.signed_by_owner or standing is Standing.NONE:
        if standing in _EXCEPTABLE and not facts.ours and rule.covers(facts.user):
            return _yes(Why.EXCEPTION, Trust.UNSIGNED)
        return _no(Why.NO_IDENTITY if standing is Standing.NONE else Why.UNSIGNED_DEVICE, Code.UNVERIFIED)
    if standing is Standing.CHANGED or (facts.ours and standing is not Standing.VERIFIED):
        # Their words stay readable while somebody looks at it, as in Element; keys wait.
        why = Why.IDENTITY_CHANGED if standing is Standing.CHANGED else Why.NOT_RECOVERED
        return replace(_no(why, Code.UNVERIFIED), shows=True)
    if facts.ours:
        return _yes(Why.OURSELVES, Trust.OWN)
    return _yes(Why.FINE, Trust.VERIFIED if standing is Standing.VERIFIED else Trust.SIGNED)


def may_receive(facts: Facts, rule: UnsignedRule = NO_EXCEPTION) -> bool:
    """Whether the device gets the keys of what is said in a room with this rule."""
    return judge(facts, rule).sends


def may_show(facts: Facts, rule: UnsignedRule = NO_EXCEPTION) -> bool:
    """Whether what came from the device is shown in a room with this rule."""
    return judge(facts, rule).shows


def who_blocks_sending(pins: Mapping[UserId, Pin]) -> tuple[UserId, ...]:
    """Name who in a room has to be looked at before anything is sent there (spec: MSC4153), in the order of names."""
    return tuple(sorted(user for user, pin in pins.items() if pin.standing in {Standing.CHANGED, Standing.VIOLATED}))


def _yes(why: Why, trust: Trust) -> Verdict:
    return Verdict(sends=True, shows=True, why=why, trust=trust, shield=_SHIELDS.get(trust, Shield.DOUBT))


def _no(why: Why, code: Code, trust: Trust = Trust.UNSIGNED) -> Verdict:
    return Verdict(sends=False, shows=False, why=why, trust=trust, shield=Shield.DOUBT, withheld=code)
