"""What comes out of Olm, checked to be what it says: from whom, for whom, and from which device (spec 1.15, 1.19).

An Olm session proves a Curve25519 key and nothing else. Whose key that is has to be shown by a device that signed it,
and the payload has to name both sides, or whoever got a message could pass it on as if it were written for another.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from nookterm.domain.ids import DeviceId, UserId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.identity import DeviceKeys, Identity, read_device
from nookterm.trust.refusals import Reason, Refused

SENDER_KEYS = "sender_device_keys"


@dataclass(frozen=True, slots=True)
class OlmPayload:
    """A to-device event that holds together."""

    type: str
    content: Json = field(repr=False)
    sender: UserId
    device: DeviceKeys | None
    """The device that wrote it. None: no device with these keys is known, so nothing shows that it is the sender's."""


def check_payload(plain: Json, them: Identity, sender_key: str, me: UserId, my_ed25519: str) -> OlmPayload:
    """Check a decrypted payload. `them`: the sender that the server names; `sender_key`: whose session opened it.

    Raises `Refused`: MALFORMED; WRONG_USER (another sender or recipient is named inside); WRONG_DEVICE (written for
    another device of ours); WRONG_KEY (the keys inside are not those of the session); what `read_device` raises.
    """
    kind, content = plain.get("type"), plain.get("content")
    if not isinstance(kind, str) or not isinstance(content, dict):
        raise Refused(Reason.MALFORMED, "payload")
    if plain.get("sender") != them.user or plain.get("recipient") != me:
        raise Refused(Reason.WRONG_USER, "payload")
    if as_object(plain.get("recipient_keys")).get("ed25519") != my_ed25519:
        raise Refused(Reason.WRONG_DEVICE, "payload")
    ed25519 = as_object(plain.get("keys")).get("ed25519")
    if SENDER_KEYS in plain:
        brought = as_object(plain[SENDER_KEYS])
        device = read_device(them, DeviceId(str(brought.get("device_id"))), brought)
        if (device.curve25519, device.ed25519) != (sender_key, ed25519):
            raise Refused(Reason.WRONG_KEY, "payload")
        return OlmPayload(kind, content, them.user, device)
    by_session = [device for device in them.devices.values() if device.curve25519 == sender_key]
    if any(device.ed25519 != ed25519 for device in by_session):
        raise Refused(Reason.WRONG_KEY, "payload")
    return OlmPayload(kind, content, them.user, by_session[0] if len(by_session) == 1 else None)


def write_payload(kind: str, content: Json, us: DeviceKeys, to: DeviceKeys) -> dict[str, Any]:
    """Return the payload that leaves over Olm from our device `us`, as the server shows it, to the device `to`."""
    return {
        "type": kind,
        "content": dict(content),
        "sender": us.user,
        "sender_device": us.device,
        "keys": {"ed25519": us.ed25519},
        "recipient": to.user,
        "recipient_keys": {"ed25519": to.ed25519},
        SENDER_KEYS: {name: value for name, value in us.document.items() if name != "unsigned"},
    }
