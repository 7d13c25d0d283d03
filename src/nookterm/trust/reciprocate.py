"""Verifying by a QR code (spec: QR codes): one device shows it, the other reads it, and one look proves both ways.

`show`, `read` and `confirm` are what the person in front does; the rest is called by `receiving`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace

from nookterm.trust.encoding import decode_base64, encode_base64
from nookterm.trust.entropy import Entropy
from nookterm.trust.identity import CrossSigningKey, DeviceKeys
from nookterm.trust.qr_code import Mode, QrCode, new_secret
from nookterm.trust.signing import ED25519
from nookterm.trust.verification import (
    DONE,
    QR_SCAN,
    QR_SHOW,
    RECIPROCATE,
    START,
    CancelCode,
    Flow,
    Incoming,
    Phase,
    Read,
    Shown,
    Step,
)
from nookterm.trust.verifying import cancel, outgoing


def show(flow: Flow, entropy: Entropy) -> Step:
    """Make the code of this flow; it stands in its `exchange`. Nothing happens where no code can be shown."""
    other, master = flow.other, flow.them.master
    if flow.phase is not Phase.READY or QR_SHOW not in flow.common or other is None or master is None:
        return Step(flow)
    mode = _our_mode(flow)
    if mode is Mode.UNTRUSTING_SELF:
        first, second = flow.me.ed25519, master.public
    else:
        first, second = flow.me.master or "", master.public if mode is Mode.ANOTHER_USER else other.ed25519
    if not first:
        return Step(flow)
    code = QrCode(mode, flow.txn, first, second, new_secret(entropy))
    return Step(replace(flow, exchange=Shown(code, _proof(mode, other, master))))


def read(flow: Flow, code: QrCode) -> Step:
    """Our person has read their code. Nothing happens where that is not the question.

    A code with other keys than ours ends it: somebody shows each of us false keys.
    """
    other, master = flow.other, flow.them.master
    if flow.phase is not Phase.READY or QR_SCAN not in flow.common or other is None or master is None:
        return Step(flow)
    expected = {
        Mode.ANOTHER_USER: (master.public, flow.me.master),
        Mode.TRUSTING_SELF: (master.public, flow.me.ed25519),
        Mode.UNTRUSTING_SELF: (other.ed25519, flow.me.master),
    }
    fits_the_flow = code.txn == flow.txn and (code.mode is not Mode.ANOTHER_USER) == flow.with_ourselves
    if not fits_the_flow or (code.first, code.second) != expected[code.mode]:
        return cancel(flow, CancelCode.KEY_MISMATCH)
    content = {"from_device": flow.me.device, "method": RECIPROCATE, "secret": encode_base64(code.secret)}
    proved = _proof(_THE_OTHER_WAY[code.mode], other, master)
    started = replace(flow, phase=Phase.CONFIRMED, exchange=Read(proved))
    return Step(started, (outgoing(flow, START, content),))


def confirm(flow: Flow) -> Step:
    """Our person sees that their device calls our code right."""
    if flow.phase is not Phase.SCANNED or not isinstance(flow.exchange, Shown):
        return Step(flow)
    ending = replace(flow, phase=Phase.ENDING, proved=flow.exchange.proves, exchange=None)
    return Step(ending, (outgoing(flow, DONE, {}),))


def take_start(flow: Flow, shown: Shown, event: Incoming) -> Step:
    """They say that they have read our code; only who has read it knows its secret."""
    if flow.phase is not Phase.READY:
        return cancel(flow, CancelCode.UNEXPECTED_MESSAGE)
    if event.device != flow.device:
        return Step(flow)
    if not hmac.compare_digest(decode_base64(event.content.get("secret")), shown.code.secret):
        return cancel(flow, CancelCode.KEY_MISMATCH)
    return Step(replace(flow, phase=Phase.SCANNED))


def take_done(flow: Flow, read_code: Read) -> Step:
    """Their person has confirmed that we have read their code."""
    done = replace(flow, phase=Phase.DONE, proved=read_code.proves, exchange=None)
    return Step(done, (outgoing(flow, DONE, {}),))


_THE_OTHER_WAY = {
    Mode.ANOTHER_USER: Mode.ANOTHER_USER,
    Mode.TRUSTING_SELF: Mode.UNTRUSTING_SELF,
    Mode.UNTRUSTING_SELF: Mode.TRUSTING_SELF,
}


def _our_mode(flow: Flow) -> Mode:
    if not flow.with_ourselves:
        return Mode.ANOTHER_USER
    return Mode.TRUSTING_SELF if flow.me.master else Mode.UNTRUSTING_SELF


def _proof(ours: Mode, other: DeviceKeys, master: CrossSigningKey) -> Mapping[str, str]:
    """Return what a device in this position learns: which of their keys is the one that the code was made with."""
    if ours is Mode.TRUSTING_SELF:
        return {ED25519 + other.device: other.ed25519}
    return {master.key_id: master.public}
