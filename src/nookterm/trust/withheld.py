"""Why somebody does not get a key, told to their device so that it can say so instead of "cannot be read"."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from nookterm.domain.ids import DeviceId, RoomId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json
from nookterm.trust.encoding import read_key
from nookterm.trust.refusals import Reason, Refused

EVENT = "m.room_key.withheld"
MEGOLM = "m.megolm.v1.aes-sha2"


class Code(StrEnum):
    """The codes of the spec (`m.room_key.withheld`)."""

    BLACKLISTED = "m.blacklisted"
    UNVERIFIED = "m.unverified"
    UNAUTHORISED = "m.unauthorised"
    UNAVAILABLE = "m.unavailable"
    NO_OLM = "m.no_olm"
    HISTORY_NOT_SHARED = "m.history_not_shared"


_SENT = {
    Code.BLACKLISTED: "The sender has blocked this device.",
    Code.UNVERIFIED: "The sender gives keys only to devices that their owner has signed.",
    Code.UNAUTHORISED: "This device may not have this key.",
    Code.UNAVAILABLE: "The key is not there any more.",
    Code.NO_OLM: "No secure channel to this device could be opened.",
    Code.HISTORY_NOT_SHARED: "This part of the history is not shared.",
}
"""What stands in `reason`: for clients that do not know the code."""
_TOLD = {
    Code.BLACKLISTED: "They have blocked this device of yours.",
    Code.UNVERIFIED: "They send only to signed devices, and this one is not signed yet.",
    Code.UNAUTHORISED: "You may not have this key: perhaps you were not in the room yet.",
    Code.UNAVAILABLE: "The device that was asked does not have the key any more.",
    Code.NO_OLM: "Their device could not open a secure channel to yours. It will be tried again.",
    Code.HISTORY_NOT_SHARED: "What was said before you came is not shared with you.",
}
_TOLD_OTHERWISE = "They did not send the key to this device."


@dataclass(frozen=True, slots=True)
class Withheld:
    """A key that does not come."""

    code: Code | None
    """None: a code that we do not know."""
    sender_key: str
    """The Curve25519 key of the device that keeps the key to itself; only what came over it counts for its sessions."""
    room: RoomId | None = None
    session: str | None = None
    """Room and session are None together: then it is about all sessions of that device."""

    @property
    def words(self) -> str:
        """Say it to the person whose device does not get the key. Never the sender's own `reason`."""
        return _TOLD_OTHERWISE if self.code is None else _TOLD[self.code]


def withheld_content(code: Code, device: DeviceId, sender_key: str, room: RoomId, session: str) -> dict[str, Any]:
    """Return the content of `m.room_key.withheld` from our `device`. `NO_OLM` names no room and no session."""
    about = {} if code is Code.NO_OLM else {"room_id": room, "session_id": session}
    return {
        "algorithm": MEGOLM,
        "code": str(code),
        "reason": _SENT[code],
        "sender_key": sender_key,
        "from_device": device,
        **about,
    }


def read_withheld(content: Json) -> Withheld:
    """Read `m.room_key.withheld`, which comes unencrypted: anybody's server can have written it.

    So it may explain why nothing can be read and must never change what is trusted.
    Raises `Refused`: UNKNOWN_ALGORITHM, MALFORMED.
    """
    if content.get("algorithm") != MEGOLM:
        raise Refused(Reason.UNKNOWN_ALGORITHM)
    sender_key = read_key(content.get("sender_key"))
    text = content.get("code")
    if not isinstance(text, str):
        raise Refused(Reason.MALFORMED, "code")
    code = Code(text) if text in set(Code) else None
    if code is Code.NO_OLM:
        return Withheld(code, sender_key)
    room, session = content.get("room_id"), content.get("session_id")
    if not isinstance(room, str) or not isinstance(session, str):
        raise Refused(Reason.MALFORMED, "session")
    return Withheld(code, sender_key, RoomId(room), session)
