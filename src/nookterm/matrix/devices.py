"""Other people's devices, checked piece by piece as `/keys/query` lists them: a broken one harms nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import vodozemac
from nio.api import Api
from nio.crypto import OlmDevice

from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.hostile import HOSTILE
from nookterm.matrix.wire import as_object, as_text, tame

_LONGEST_NAME = 100


def learn_devices(olm: HardenedOlm, answer: Mapping[str, Any], wanted: AbstractSet[str]) -> set[str]:
    """Take the devices of a `/keys/query` answer into the device store. Returns those of `wanted` that it speaks of.

    A device that is broken, wrongly signed, gone, or has another identity key than before, gets nothing from now on.
    """
    heard = {
        user: listed
        for user, listed in as_object(answer.get("device_keys")).items()
        if user in wanted and isinstance(listed, Mapping)
    }
    olm.device_store.fetch(heard)
    changed: list[OlmDevice] = []
    for user, listed in heard.items():
        known = olm.device_store[user]
        good = {
            name: device
            for name, payload in listed.items()
            if (user, name) != (olm.user_id, olm.device_id) and (device := _device(user, name, payload, known))
        }
        changed += _update(known, good)
    olm.store.save_devices(changed)
    return set(heard)


def signed_by(signed: Mapping[str, Any], user: str, device: str, key: str) -> bool:
    """Whether the JSON object carries a good signature of this device's key."""
    signature = as_text(as_object(as_object(signed.get("signatures")).get(user)).get(f"ed25519:{device}"))
    if not signature:
        return False
    bare = {name: value for name, value in signed.items() if name not in {"signatures", "unsigned"}}
    try:
        text = Api.to_canonical_json(bare).encode()
        public = vodozemac.Ed25519PublicKey.from_base64(key)
        public.verify_signature(text, vodozemac.Ed25519Signature.from_base64(signature))
    except HOSTILE:
        return False
    return True


def _device(user: str, name: str, raw: object, known: Mapping[str, OlmDevice]) -> OlmDevice | None:
    payload = as_object(raw)
    keys = as_object(payload.get("keys"))
    ed25519, curve25519 = as_text(keys.get(f"ed25519:{name}")), as_text(keys.get(f"curve25519:{name}"))
    if payload.get("user_id") != user or payload.get("device_id") != name or not ed25519 or not curve25519:
        return None
    before = known.get(name)
    if before is None or (before.ed25519, before.curve25519) != (ed25519, curve25519):
        # The same pair was proved when it was first seen; only a new one has to prove itself.
        try:
            vodozemac.Curve25519PublicKey.from_base64(curve25519)
        except HOSTILE:
            return None
        if not signed_by(payload, user, name, ed25519):
            return None
    shown = as_text(as_object(payload.get("unsigned")).get("device_display_name")) or ""
    return OlmDevice(user, name, {"ed25519": ed25519, "curve25519": curve25519}, tame(shown)[:_LONGEST_NAME])


def _update(known: dict[str, OlmDevice], good: Mapping[str, OlmDevice]) -> list[OlmDevice]:
    """Bring `known` up to date. Returns what has changed."""
    changed: list[OlmDevice] = []
    for name, device in good.items():
        before = known.get(name)
        if before is None:
            known[name] = device
            changed.append(device)
            continue
        device.trust_state, device.deleted = before.trust_state, before.ed25519 != device.ed25519
        if device.deleted:
            # Somebody else stands under this name: the one that we know stays known, and gets nothing.
            device.keys, device.display_name = before.keys, before.display_name
        if device != before:
            known[name] = device
            changed.append(device)
    for name, device in known.items():
        if name not in good and not device.deleted:
            device.deleted = True
            changed.append(device)
    return changed
