"""Handing secrets from one device of ours to another, and to nobody else (spec: Secrets, Sharing).

Requests come unencrypted and anybody's server can write one, so the question alone proves nothing. What counts is the
device that would get the secret: ours, signed by an identity that this device has proved to be ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from nookterm.domain.ids import DeviceId, UserId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.pins import Pin, Standing
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.secret_storage import SECRETS

REQUEST = "m.secret.request"
SEND = "m.secret.send"
_LONGEST = 4096
"""Characters of a secret; ours have 43."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of ours that is open."""

    request_id: str
    name: str
    devices: frozenset[DeviceId]
    """To whom it went."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A secret that may be handed over, encrypted with Olm, to this device and no other."""

    name: str
    request_id: str
    device: DeviceKeys


@dataclass(frozen=True, slots=True)
class Received:
    """A secret that came. It still has to be compared with the public key that it belongs to."""

    name: str
    secret: str = field(repr=False)


def ask(asked: Asked, device: DeviceId) -> dict[str, Any]:
    """Return the content of `m.secret.request` from our `device`."""
    return {
        "action": "request",
        "name": asked.name,
        "requesting_device_id": device,
        "request_id": asked.request_id,
    }


def take_back(asked: Asked, device: DeviceId) -> dict[str, Any]:
    """Return the content that ends a request; it goes to all who were asked but the one that answered."""
    return {"action": "request_cancellation", "requesting_device_id": device, "request_id": asked.request_id}


def cancelled_request(content: Json) -> tuple[DeviceId, str] | None:
    """Read a request that is taken back: who asked, and under which id. None where it is none."""
    device, request_id = content.get("requesting_device_id"), content.get("request_id")
    if (
        content.get("action") != "request_cancellation"
        or not isinstance(device, str)
        or not isinstance(request_id, str)
    ):
        return None
    return DeviceId(device), request_id


def judge_request(
    sender: UserId, content: Json, own_devices: Mapping[DeviceId, DeviceKeys], pin: Pin, this_device: DeviceId
) -> Answer:
    """Decide about a request. `own_devices` and `pin` are those of our own identity.

    Raises `Refused`: MALFORMED (also: no request); WRONG_USER (somebody else asks); MISSING (not a secret that is ever
    handed over); WRONG_DEVICE (this very device, or one that the server does not show); NOT_TRUSTED (not signed, or our
    identity is not proved here).
    """
    name, device, request_id = (content.get(key) for key in ("name", "requesting_device_id", "request_id"))
    if content.get("action") != "request" or not isinstance(device, str) or not isinstance(request_id, str):
        raise Refused(Reason.MALFORMED, "request")
    if sender != pin.user:
        raise Refused(Reason.WRONG_USER)
    if name not in SECRETS:
        raise Refused(Reason.MISSING)
    keys = own_devices.get(DeviceId(device))
    if device == this_device or keys is None:
        raise Refused(Reason.WRONG_DEVICE)
    _check_trusted(keys, pin)
    return Answer(name, request_id, keys)


def send_content(answer: Answer, secret: str) -> dict[str, Any]:
    """Return the content of `m.secret.send`, which leaves over Olm only."""
    return {"request_id": answer.request_id, "name": answer.name, "secret": secret}


def take_answer(asked: Asked | None, sender: DeviceKeys | None, content: Json, pin: Pin) -> Received:
    """Take a secret that came over Olm. `sender` is the device whose key the Olm session has, not one that is named.

    `asked` is the open request with the id of the content, if there is one.
    Raises `Refused`: NOT_ASKED (unasked, from a device that was not asked, or in clear text), NOT_TRUSTED, MALFORMED.
    """
    if asked is None or content.get("request_id") != asked.request_id:
        raise Refused(Reason.NOT_ASKED)
    if sender is None or sender.device not in asked.devices or sender.user != pin.user:
        raise Refused(Reason.NOT_ASKED)
    _check_trusted(sender, pin)
    secret = content.get("secret")
    if not isinstance(secret, str) or not secret or len(secret) > _LONGEST:
        raise Refused(Reason.MALFORMED, asked.name)
    return Received(asked.name, secret)


def _check_trusted(device: DeviceKeys, pin: Pin) -> None:
    if device.user != pin.user or not device.signed_by_owner or pin.standing is not Standing.VERIFIED:
        raise Refused(Reason.NOT_TRUSTED)
