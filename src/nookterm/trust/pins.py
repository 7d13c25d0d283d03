"""What we remember of a person's identity, so that a server cannot change it behind our back.

A pin starts with the first master key seen (trust on first use). From then on every other key is a change that a person
has to look at, and a change of somebody who was verified is a violation that only verifying again or giving the
verification up can end. A pin never moves on its own, and no event about a key that is not the one before us moves it:
whoever presses the key agreed to what the screen showed, not to what came meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass


class Standing(StrEnum):
    """What a pin means now."""

    NONE = "none"
    """No identity seen yet."""
    PINNED = "pinned"
    """The identity first seen, or one that was acknowledged since. Not verified."""
    VERIFIED = "verified"
    CHANGED = "changed"
    """Another identity than the pinned one; nobody has looked at it yet."""
    VIOLATED = "violated"
    """They were verified, and what is there now is not what was verified."""
    HIDDEN = "hidden"
    """There was an identity and the server shows none: it is kept, and no device is trusted."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What is stored about one person."""

    user: UserId
    pinned: str | None = None
    """The master key that was accepted, unpadded base64."""
    seen: str | None = None
    """The master key that the server shows now."""
    verified: str | None = None
    """The master key that was compared, here or by another device of ours. Remembered, so that a server which holds
    our signature back, or has not got it yet, changes nothing."""
    was_verified: bool = False
    """Whether this person was ever verified, and nobody gave that up since."""

    @property
    def standing(self) -> Standing:
        """What this means now."""
        if self.seen is None:
            return Standing.NONE if self.pinned is None else Standing.HIDDEN
        if self.seen == self.verified:
            return Standing.VERIFIED
        if self.was_verified:
            return Standing.VIOLATED
        return Standing.PINNED if self.seen == self.pinned else Standing.CHANGED

    @property
    def ours_is_new(self) -> bool:
        """Whether nothing happened to their identity, and only a reset of our own undid that it was verified."""
        return self.standing is Standing.VIOLATED and self.seen == self.pinned


@dataclass(frozen=True, slots=True)
class Seen:
    """A `/keys/query` answer named this master key (None: none).

    `vouched`: our user-signing key has signed it; about ourselves: the private half is in our hands.
    """

    master: str | None
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """Somebody just compared this master key with its owner."""

    master: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody read that the identity changed to this one, and goes on with it unverified."""

    master: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Somebody gives the verification up and goes on with this identity unverified."""

    master: str


@dataclass(frozen=True, slots=True)
class OwnReset:
    """Our own identity was replaced: what the old one vouched for has to be compared again."""


PinEvent = Seen | Verified | Acknowledged | Withdrawn | OwnReset


def step(pin: Pin, event: PinEvent) -> Pin:
    """Return the pin after the event. An event that means another key than the one seen changes nothing."""
    match event:
        case Seen(master, vouched):
            return _see(pin, master, vouched=vouched)
        case Verified(master) if master == pin.seen:
            return _see(pin, master, vouched=True)
        case Acknowledged(master) if master == pin.seen and pin.standing is Standing.CHANGED:
            return replace(pin, pinned=master)
        case Withdrawn(master) if master == pin.seen and pin.standing is Standing.VIOLATED:
            return replace(pin, pinned=master, verified=None, was_verified=False)
        case OwnReset():
            return replace(pin, verified=None)
    return pin


def _see(pin: Pin, master: str | None, *, vouched: bool) -> Pin:
    if vouched and master is not None:
        return replace(pin, pinned=master, seen=master, verified=master, was_verified=True)
    return replace(pin, pinned=master if pin.pinned is None else pin.pinned, seen=master)
