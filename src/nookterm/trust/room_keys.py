"""Megolm sessions as they travel outside Olm: in backups, files and bundles. All of these can be made up.

So a session is taken only if its key really is the session that its id names, and what is known first hand is never
replaced by what somebody handed over: a lower index is believed only where it leads to the very ratchet that we hold.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any

from vodozemac import Ed25519PublicKey, ExportedSessionKey, InboundGroupSession

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.encoding import read_key
from nookterm.trust.provenance import Provenance
from nookterm.trust.refusals import Reason, Refused

MEGOLM = "m.megolm.v1.aes-sha2"
_SHARED = "m.shared_history"
"""What Element's engine writes in backups and files (the spec's word is `shared_history`, which it does not read).

One name only: its reader takes two names for one field as an error, and then the whole file is not read.
"""
_SHARED_TOO = ("shared_history", "org.matrix.msc3061.shared_history", _SHARED)


@dataclass(frozen=True, slots=True)
class RoomKey:
    """A Megolm session that was read from somewhere, proved to be the session that its id names and nothing more."""

    room: RoomId
    session: str
    session_key: str = field(repr=False)
    """Export format, from `first_index` on."""
    first_index: int
    sender_key: str
    """The Curve25519 key of the device that is said to have made it."""
    claimed_ed25519: str | None = None
    chain: tuple[str, ...] = ()
    """Curve25519 keys of the devices that are said to have forwarded it."""
    shared_history: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What could be read of many sessions, and what could not (room, session, why): one broken one stops no other."""

    keys: tuple[RoomKey, ...]
    refused: tuple[tuple[str, str, Reason], ...] = ()


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A session in our hands."""

    key: RoomKey
    provenance: Provenance


def read_room_key(content: Json, *, room: object, session: object) -> RoomKey:
    """Read a session; where it says what room and session it is for, that has to be `room` and `session`.

    Raises `Refused`: UNKNOWN_ALGORITHM, MALFORMED, TAMPERED (the key is of another session than it is filed under).
    """
    if content.get("algorithm") != MEGOLM:
        raise Refused(Reason.UNKNOWN_ALGORITHM, "session")
    if not isinstance(room, str) or not isinstance(session, str):
        raise Refused(Reason.MALFORMED, "session")
    if content.get("room_id", room) != room or content.get("session_id", session) != session:
        raise Refused(Reason.TAMPERED, "session")
    inbound = _import(content.get("session_key"))
    if inbound.session_id != session:
        raise Refused(Reason.TAMPERED, "session")
    chain = content.get("forwarding_curve25519_key_chain")
    claimed = as_object(content.get("sender_claimed_keys")).get("ed25519")
    return RoomKey(
        RoomId(room),
        session,
        _export(inbound, inbound.first_known_index),
        inbound.first_known_index,
        read_key(content.get("sender_key")),
        claimed if _is_ed25519(claimed) else None,
        tuple(link for link in chain if _is_key(link)) if isinstance(chain, list) else (),
        any(content.get(name) is True for name in _SHARED_TOO),
    )


def read_listed(entries: object) -> Restored:
    """Read a list of `ExportedSessionData`, as files and bundles hold it. Raises `Refused` (MALFORMED) for no list."""
    if not isinstance(entries, list):
        raise Refused(Reason.MALFORMED, "sessions")
    keys: list[RoomKey] = []
    refused: list[tuple[str, str, Reason]] = []
    for entry in map(as_object, entries):
        room, session = entry.get("room_id"), entry.get("session_id")
        try:
            keys.append(read_room_key(entry, room=room, session=session))
        except Refused as refusal:
            refused.append((_text(room), _text(session), refusal.reason))
    return Restored(tuple(keys), tuple(refused))


def backup_content(key: RoomKey) -> dict[str, Any]:
    """Return the spec's `BackedUpSessionData`, with the flag for shared history as Element names it."""
    return {
        "algorithm": MEGOLM,
        "sender_key": key.sender_key,
        "sender_claimed_keys": {"ed25519": key.claimed_ed25519} if key.claimed_ed25519 else {},
        "forwarding_curve25519_key_chain": list(key.chain),
        "session_key": key.session_key,
        _SHARED: key.shared_history,
    }


def export_content(key: RoomKey) -> dict[str, Any]:
    """Return the spec's `ExportedSessionData`."""
    return {**backup_content(key), "room_id": key.room, "session_id": key.session}


def keep_better(held: HeldKey | None, found: RoomKey) -> HeldKey:
    """Decide what to keep when a session comes second hand; returns `held` itself where nothing changes.

    A session that goes further back is taken if it runs into what we hold. That proves both to be one, so that it
    keeps the provenance of what we held: the ratchet cannot be run backwards by anybody who did not have its beginning.
    """
    if held is None:
        return HeldKey(found, Provenance.SECOND_HAND)
    old = held.key
    same = (found.room, found.session) == (old.room, old.session)
    if not same or found.first_index >= old.first_index:
        return held
    if _export(_import(found.session_key), old.first_index) != old.session_key:
        return held
    return HeldKey(replace(old, session_key=found.session_key, first_index=found.first_index), held.provenance)


def _is_key(value: object) -> bool:
    try:
        return bool(read_key(value))
    except Refused:
        return False


def _is_ed25519(value: object) -> bool:
    """Whether a claim is a key at all. Element refuses a whole file for one that is none, so ours never hold any."""
    try:
        return bool(Ed25519PublicKey.from_base64(read_key(value)))
    except ValueError:
        return False


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _import(text: object) -> InboundGroupSession:
    if not isinstance(text, str):
        raise Refused(Reason.MALFORMED, "session key")
    try:
        return InboundGroupSession.import_session(ExportedSessionKey(text))
    except ValueError:
        raise Refused(Reason.MALFORMED, "session key") from None


def _export(inbound: InboundGroupSession, index: int) -> str:
    exported = inbound.export_at(index)
    return "" if exported is None else exported.to_base64()
