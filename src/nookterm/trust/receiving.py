"""The one door for what comes in a verification: whose it is, whether it is its time, and which part takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nookterm.trust import reciprocate, sas, verification
from nookterm.trust.entropy import Entropy
from nookterm.trust.refusals import Refused
from nookterm.trust.verification import (
    ACCEPT,
    CANCEL,
    DONE,
    KEY,
    MAC,
    READY,
    RECIPROCATE,
    Agreed,
    CancelCode,
    Compared,
    Flow,
    Incoming,
    Offered,
    Phase,
    Read,
    Shown,
    Step,
)
from nookterm.trust.verifying import cancel, expire, take_cancel, take_ready

_METHOD_EVENTS = frozenset({ACCEPT, KEY, MAC, DONE})


def receive(flow: Flow, event: Incoming, now: datetime, entropy: Entropy) -> Step:
    """Take an event of this flow. What comes from others, or after the end, changes nothing and is not answered.

    The relation of an event in an encrypted room stands outside its ciphertext; `event.content` has to have it again,
    because the commitment is made over it.
    """
    step = expire(flow, now)
    if step.flow.over:
        return step
    if event.txn != flow.txn or (event.event_id is None) != (flow.room is None):
        return Step(flow)
    if event.sender == flow.me.user and not flow.with_ourselves:
        return _from_ourselves(flow, event)
    if event.sender != flow.them.user:
        return Step(flow)
    try:
        return _dispatch(flow, event, entropy)
    except Refused:
        return cancel(flow, CancelCode.INVALID_MESSAGE)


def _from_ourselves(flow: Flow, event: Incoming) -> Step:
    """In a room, what we send comes back, and other devices of ours speak too. Only who said "ready" goes on."""
    answered = event.type == READY and event.device != flow.me.device
    if flow.phase is Phase.ASKED and (answered or event.type == CANCEL):
        return Step(replace(flow, phase=Phase.ELSEWHERE))
    return Step(flow)


def _dispatch(flow: Flow, event: Incoming, entropy: Entropy) -> Step:
    content = event.content
    match event.type, flow.exchange:
        case verification.READY, _:
            step = take_ready(flow, event)
        case verification.CANCEL, _:
            step = take_cancel(flow, event)
        case verification.START, Shown() as shown if content.get("method") == RECIPROCATE:
            step = reciprocate.take_start(flow, shown, event)
        case verification.START, _:
            step = sas.take_start(flow, event, entropy)
        case verification.ACCEPT, Offered() as offered:
            step = sas.take_accept(flow, offered, content, entropy)
        case verification.KEY, Agreed() as agreed:
            step = sas.take_key(flow, agreed, content)
        case verification.MAC, Compared(their_mac=None) as compared:
            step = sas.take_mac(flow, compared, content)
        case verification.DONE, Read() as read:
            step = reciprocate.take_done(flow, read)
        case verification.DONE, _ if flow.phase is Phase.ENDING:
            step = Step(replace(flow, phase=Phase.DONE))
        case _:
            step = cancel(flow, CancelCode.UNEXPECTED_MESSAGE) if event.type in _METHOD_EVENTS else Step(flow)
    return step
