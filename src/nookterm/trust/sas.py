"""Comparing emoji, step by step (spec: SAS), with every message that does not belong ending it and trusting nothing.

`start`, `confirm` and `mismatch` are what the person in front does; the rest is called by `receiving`.
"""

from __future__ import annotations

from dataclasses import replace

from nookterm.trust import sas_code
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.encoding import KEY_LENGTH, read_key
from nookterm.trust.entropy import Entropy
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.sas_code import METHOD, Side
from nookterm.trust.sealed_box import BoxKey, shared_secret
from nookterm.trust.signing import ED25519
from nookterm.trust.verification import (
    ACCEPT,
    DONE,
    KEY,
    MAC,
    START,
    Agreed,
    CancelCode,
    Compared,
    Flow,
    Incoming,
    Offered,
    Phase,
    Step,
)
from nookterm.trust.verifying import cancel, outgoing

_SHOWN = "short_authentication_string"
_OFFER = {
    "method": METHOD,
    "key_agreement_protocols": [sas_code.KEY_AGREEMENT],
    "hashes": [sas_code.HASH],
    "message_authentication_codes": [sas_code.MAC],
    _SHOWN: [sas_code.DECIMAL, sas_code.EMOJI_METHOD],
}


def start(flow: Flow) -> Step:
    """Begin comparing. Nothing happens where that is not the question."""
    if flow.phase is not Phase.READY or METHOD not in flow.common:
        return Step(flow)
    event = outgoing(flow, START, {"from_device": flow.me.device, **_OFFER})
    return Step(replace(flow, phase=Phase.STARTED, exchange=Offered(event.content)), (event,))


def confirm(flow: Flow) -> Step:
    """Our person says that both sides show the same."""
    compared = flow.exchange
    if flow.phase is not Phase.COMPARING or not isinstance(compared, Compared):
        return Step(flow)
    ours, theirs, keys = compared.ours, compared.theirs, flow.me.keys()
    macs = {name: sas_code.mac(compared.shared, ours, theirs, flow.txn, name, key) for name, key in keys.items()}
    names = sas_code.mac(compared.shared, ours, theirs, flow.txn, sas_code.KEY_IDS, sas_code.key_list(keys))
    sent = outgoing(flow, MAC, {"mac": macs, "keys": names})
    confirmed = replace(flow, phase=Phase.CONFIRMED)
    if compared.their_mac is None:
        return Step(confirmed, (sent,))
    checked = _check_macs(confirmed, compared, compared.their_mac)
    return Step(checked.flow, (sent, *checked.send))


def mismatch(flow: Flow) -> Step:
    """Our person says that the two sides differ: somebody may be in between."""
    if flow.phase is not Phase.COMPARING:
        return Step(flow)
    return cancel(flow, CancelCode.MISMATCHED_SAS)


def take_start(flow: Flow, event: Incoming, entropy: Entropy) -> Step:
    """Take their start. Where both started, the smaller name goes on (spec: Key verification framework)."""
    content, other = event.content, flow.other
    if flow.phase not in {Phase.READY, Phase.STARTED} or other is None:
        return cancel(flow, CancelCode.UNEXPECTED_MESSAGE)
    if event.device != other.device:
        # In a room every device of theirs can speak up; only the one that was chosen is listened to.
        return Step(flow)
    if content.get("method") != METHOD:
        crossed = flow.phase is Phase.STARTED
        return cancel(flow, CancelCode.UNEXPECTED_MESSAGE if crossed else CancelCode.UNKNOWN_METHOD)
    if flow.phase is Phase.STARTED and (flow.me.user, flow.me.device) < (flow.them.user, other.device):
        return Step(flow)
    known = {name: _both_know(name, content.get(name)) for name in _OFFER if name != "method"}
    if not all(known.values()):
        return cancel(flow, CancelCode.UNKNOWN_METHOD)
    shows = known[_SHOWN]
    key = BoxKey(entropy(KEY_LENGTH))
    chosen = {
        "method": METHOD,
        "key_agreement_protocol": sas_code.KEY_AGREEMENT,
        "hash": sas_code.HASH,
        "message_authentication_code": sas_code.MAC,
        _SHOWN: sorted(shows),
        "commitment": sas_code.commitment(key.public, content),
    }
    agreed = Agreed(started_by_us=False, start=content, key=key, other=other, shows=shows)
    return Step(replace(flow, phase=Phase.ACCEPTED, exchange=agreed), (outgoing(flow, ACCEPT, chosen),))


def take_accept(flow: Flow, offered: Offered, content: Json, entropy: Entropy) -> Step:
    """Take their yes to what we started. Our key may leave, now that they are bound to theirs."""
    commitment, other = content.get("commitment"), flow.other
    if not isinstance(commitment, str) or other is None:
        return cancel(flow, CancelCode.INVALID_MESSAGE)
    shows = _both_know(_SHOWN, content.get(_SHOWN))
    chosen = (content.get("key_agreement_protocol"), content.get("hash"), content.get("message_authentication_code"))
    if chosen != (sas_code.KEY_AGREEMENT, sas_code.HASH, sas_code.MAC) or not shows:
        return cancel(flow, CancelCode.UNKNOWN_METHOD)
    key = BoxKey(entropy(KEY_LENGTH))
    agreed = Agreed(started_by_us=True, start=offered.start, key=key, other=other, shows=shows, commitment=commitment)
    sent = outgoing(flow, KEY, {"key": key.public})
    return Step(replace(flow, phase=Phase.ACCEPTED, exchange=agreed), (sent,))


def take_key(flow: Flow, agreed: Agreed, content: Json) -> Step:
    """Take their key. Both sides can compute now what their people compare."""
    public = read_key(content.get("key"))
    if agreed.started_by_us and not sas_code.same(sas_code.commitment(public, agreed.start), agreed.commitment):
        return cancel(flow, CancelCode.MISMATCHED_COMMITMENT)
    ours = Side(flow.me.user, flow.me.device, agreed.key.public)
    theirs = Side(flow.them.user, agreed.other.device, public)
    shared = shared_secret(agreed.key.secret, public)
    starter, accepter = (ours, theirs) if agreed.started_by_us else (theirs, ours)
    code = sas_code.short_code(shared, starter, accepter, flow.txn)
    compared = Compared(ours, theirs, agreed.other, agreed.shows, code, shared)
    sent = () if agreed.started_by_us else (outgoing(flow, KEY, {"key": agreed.key.public}),)
    return Step(replace(flow, phase=Phase.COMPARING, exchange=compared), sent)


def take_mac(flow: Flow, compared: Compared, content: Json) -> Step:
    """Take their word that it matches. It waits until our person has said so too."""
    if flow.phase is Phase.CONFIRMED:
        return _check_macs(flow, compared, content)
    return Step(replace(flow, exchange=replace(compared, their_mac=content)))


def _check_macs(flow: Flow, compared: Compared, content: Json) -> Step:
    """Every key that they name has to be one that we knew before, and the one that matters has to be among them."""
    device, master = compared.other, flow.them.master
    known = {ED25519 + device.device: device.ed25519, **({master.key_id: master.public} if master else {})}
    needed = ED25519 + device.device if flow.with_ourselves or master is None else master.key_id
    macs = as_object(content.get("mac"))
    wanted = {**known, sas_code.KEY_IDS: sas_code.key_list(macs)}
    given = {**macs, sas_code.KEY_IDS: content.get("keys")}
    if needed not in macs or not set(macs) <= set(known):
        return cancel(flow, CancelCode.KEY_MISMATCH)
    for name, value in given.items():
        expected = sas_code.mac(compared.shared, compared.theirs, compared.ours, flow.txn, name, wanted[name])
        if not sas_code.same(expected, value):
            return cancel(flow, CancelCode.KEY_MISMATCH)
    proved = {name: known[name] for name in macs}
    return Step(replace(flow, phase=Phase.ENDING, exchange=None, proved=proved), (outgoing(flow, DONE, {}),))


def _both_know(name: str, offered: object) -> frozenset[str]:
    """Return what of our offer under `name` is in theirs. Raises `Refused` where theirs is no list."""
    if not isinstance(offered, list):
        raise Refused(Reason.MALFORMED, name)
    return frozenset(ours for ours in _OFFER[name] if ours in offered)
