"""How a verification is asked for, answered and ended, whatever the method: ten minutes, one device on each side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId
from nookterm.trust.identity import Identity
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.verification import (
    CANCEL,
    READY,
    REQUEST,
    CancelCode,
    Cancelled,
    Flow,
    Incoming,
    Me,
    Outgoing,
    Phase,
    Step,
)

PATIENCE = timedelta(minutes=10)
"""How long a request is open and a verification may take, counted from the request."""
_EARLY = timedelta(minutes=5)
"""How far a clock of theirs may be ahead."""
_LATEST = 253_402_214_399_000
"""Milliseconds; the last day that a `datetime` can hold."""
_REASONS = {
    CancelCode.USER: "The verification was cancelled.",
    CancelCode.TIMEOUT: "The verification took too long.",
    CancelCode.UNKNOWN_TRANSACTION: "No such verification is under way.",
    CancelCode.UNKNOWN_METHOD: "There is no common way to verify.",
    CancelCode.UNEXPECTED_MESSAGE: "A message came out of order.",
    CancelCode.KEY_MISMATCH: "A key is not the expected one.",
    CancelCode.USER_MISMATCH: "The user is not the expected one.",
    CancelCode.INVALID_MESSAGE: "A message could not be understood.",
    CancelCode.ACCEPTED: "Another device goes on with it.",
    CancelCode.MISMATCHED_COMMITMENT: "A key was changed on its way.",
    CancelCode.MISMATCHED_SAS: "The emoji or numbers do not match.",
}
"""What stands in `reason`: for clients that do not know the code."""


# --- beginning --------------------------------------------------------------------------------------------------------


def ask_devices(me: Me, them: Identity, devices: tuple[DeviceId, ...], txn: str, now: datetime) -> Step:
    """Ask devices by to-device messages; the first that answers goes on. Raises `Refused` (see `check_subject`)."""
    check_subject(me, them)
    flow = Flow(me, them, txn, Phase.REQUESTED, now, asked=devices)
    content = {"from_device": me.device, "methods": list(me.methods), "timestamp": int(now.timestamp() * 1000)}
    return Step(flow, (Outgoing(REQUEST, {**content, "transaction_id": txn}, them.user, devices),))


def room_request(me: Me, user: UserId) -> dict[str, Any]:
    """Return the content of the `m.room.message` that asks somebody in a room."""
    body = f"{me.user} asks to verify keys with you. Your client does not know how; please use another one for it."
    return {"msgtype": REQUEST, "body": body, "from_device": me.device, "methods": list(me.methods), "to": user}


def asked_in_room(me: Me, them: Identity, room: RoomId, request: EventId, now: datetime) -> Flow:
    """Begin the flow of a request that we sent into a room. Raises `Refused`: WRONG_USER (us); see `check_subject`."""
    if me.user == them.user:
        raise Refused(Reason.WRONG_USER, "request")
    check_subject(me, them)
    return Flow(me, them, request, Phase.REQUESTED, now, room)


def was_asked(me: Me, them: Identity, event: Incoming, now: datetime, *, room: RoomId | None = None,
              sent_at: datetime | None = None) -> Flow:  # fmt: skip
    """Begin the flow of a request that came. `sent_at` is the server's time of a request in a room.

    Raises `Refused`: MALFORMED; WRONG_USER (not meant for us, or not from them); WRONG_DEVICE (our own device);
    TOO_MUCH (too old, or from the future); and what `check_subject` raises.
    """
    content, device = event.content, event.device
    methods = content.get("methods")
    txn = event.txn if room is None else event.event_id
    if device is None or not txn or not txn.isascii() or not isinstance(methods, list):
        raise Refused(Reason.MALFORMED, "request")
    if event.sender != them.user or (room is not None and (content.get("to") != me.user or event.sender == me.user)):
        raise Refused(Reason.WRONG_USER, "request")
    if event.sender == me.user and device == me.device:
        raise Refused(Reason.WRONG_DEVICE, "request")
    asked_at = _time(content.get("timestamp")) if sent_at is None else sent_at
    if not now - PATIENCE <= asked_at <= now + _EARLY:
        raise Refused(Reason.TOO_MUCH, "time")
    check_subject(me, them)
    known = frozenset(method for method in methods if isinstance(method, str))
    return Flow(me, them, txn, Phase.ASKED, min(asked_at, now), room, device=device, methods=known)


def check_subject(me: Me, them: Identity) -> None:
    """Return where a verification of this identity can mean something.

    Raises `Refused`: MISSING (no identity that could be verified), COLLISION (a device poses as one of its keys).
    """
    if them.master is None or (them.user == me.user and me.device not in them.devices):
        raise Refused(Reason.MISSING, "identity")
    if not them.may_be_verified:
        raise Refused(Reason.COLLISION, "identity")


def _time(milliseconds: object) -> datetime:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int) or not 0 <= milliseconds <= _LATEST:
        raise Refused(Reason.MALFORMED, "time")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


# --- going on and ending ----------------------------------------------------------------------------------------------


def agree(flow: Flow) -> Step:
    """Our person accepts the request. Nothing happens where that is not the question."""
    if flow.phase is not Phase.ASKED or not flow.common:
        return Step(flow)
    if flow.other is None:
        return cancel(flow, CancelCode.KEY_MISMATCH)
    ready = outgoing(flow, READY, {"from_device": flow.me.device, "methods": list(flow.me.methods)})
    return Step(replace(flow, phase=Phase.READY), (ready,))


def cancel(flow: Flow, code: CancelCode = CancelCode.USER) -> Step:
    """End it from our side, and say so to whoever takes part."""
    if flow.over:
        return Step(flow)
    event = outgoing(flow, CANCEL, {"code": str(code), "reason": _REASONS[code]})
    return Step(replace(flow, phase=Phase.CANCELLED, cancelled=Cancelled(code, by_us=True), exchange=None), (event,))


def expire(flow: Flow, now: datetime) -> Step:
    """End what has taken too long. A request that nobody here answered ends without a word to the other side."""
    if flow.over or now - flow.began <= PATIENCE:
        return Step(flow)
    if flow.phase is Phase.ASKED:
        return Step(replace(flow, phase=Phase.CANCELLED, cancelled=Cancelled(CancelCode.TIMEOUT, by_us=True)))
    return cancel(flow, CancelCode.TIMEOUT)


def take_ready(flow: Flow, event: Incoming) -> Step:
    """Somebody is willing: one of theirs, or another device of ours that answers in our place."""
    if event.device is None or not isinstance(event.content.get("methods"), list):
        return cancel(flow, CancelCode.INVALID_MESSAGE)
    if flow.phase is Phase.ASKED:
        return cancel(flow, CancelCode.UNEXPECTED_MESSAGE)
    if flow.phase is not Phase.REQUESTED or (flow.room is None and event.device not in flow.asked):
        # Every device of theirs may say that it is willing. The first one goes on.
        return Step(flow)
    known = frozenset(method for method in event.content["methods"] if isinstance(method, str))
    others = tuple(device for device in flow.asked if device != event.device)
    chosen = replace(flow, device=event.device, methods=known, asked=())
    if not chosen.common:
        return cancel(flow, CancelCode.UNKNOWN_METHOD)
    if chosen.other is None:
        return cancel(flow, CancelCode.KEY_MISMATCH)
    dismissed = outgoing(replace(flow, device=None, asked=others), CANCEL,
                         {"code": str(CancelCode.ACCEPTED), "reason": _REASONS[CancelCode.ACCEPTED]})  # fmt: skip
    return Step(replace(chosen, phase=Phase.READY), (dismissed,) if others else ())


def take_cancel(flow: Flow, event: Incoming) -> Step:
    """They ended it. Their reason is a stranger's text and is left aside; the code says enough."""
    text = event.content.get("code")
    code = CancelCode(text) if isinstance(text, str) and text in set(CancelCode) else None
    over = replace(flow, phase=Phase.CANCELLED, cancelled=Cancelled(code, by_us=False), exchange=None)
    if flow.phase is Phase.ASKED and code is CancelCode.ACCEPTED:
        over = replace(over, phase=Phase.ELSEWHERE, cancelled=None)
    if flow.phase is not Phase.REQUESTED or not flow.asked:
        return Step(over)
    return Step(over, (outgoing(flow, CANCEL, {"code": str(CancelCode.USER), "reason": _REASONS[CancelCode.USER]}),))


def outgoing(flow: Flow, type_: str, content: Mapping[str, Any]) -> Outgoing:
    """Address an event of this flow, named as its channel names flows."""
    if flow.room is not None:
        reference = {"rel_type": "m.reference", "event_id": flow.txn}
        return Outgoing(type_, {**content, "m.relates_to": reference}, flow.them.user)
    devices = (flow.device,) if flow.device is not None else flow.asked
    return Outgoing(type_, {**content, "transaction_id": flow.txn}, flow.them.user, devices)
