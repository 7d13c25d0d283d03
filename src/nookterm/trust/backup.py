"""Room keys kept on the server, so that a lost device is not a lost history (spec: Server-side key backups).

The server knows the public key and can file sessions of its own. That is why everything read here is second hand, and
why keys are only put into a backup whose public key we can show to be ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from nookterm.domain.ids import DeviceId, UserId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import LARGEST, Json, as_object, read_json
from nookterm.trust.encoding import KEY_LENGTH, read_key
from nookterm.trust.entropy import Entropy
from nookterm.trust.identity import Identity
from nookterm.trust.pins import Pin, Standing
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.room_keys import Restored, RoomKey, backup_content, read_room_key
from nookterm.trust.sealed_box import BoxKey, seal, unseal
from nookterm.trust.signing import ED25519, Sign, add_signature, is_signed

ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
PREFERENCE = "m.key_backup"
"""Account data: whether the person wants backups (spec 1.19)."""
BATCH = 200
"""Sessions a request: some 150 KB."""


@dataclass(frozen=True, slots=True)
class BackupVersion:
    """A backup as the server describes it."""

    version: str
    public: str
    auth_data: Json
    count: int | None = None
    etag: str = ""


class BackupTrust(StrEnum):
    """Why keys may be put into a backup, or that they may not."""

    OUR_KEY = "our_key"
    """We hold the private key."""
    SIGNED = "signed"
    """Our identity, or a device that it signed, says it is ours."""
    NONE = "none"
    """Anybody could have made it. Nothing is put in; keys from it prove nothing, as ever."""


def new_backup_key(entropy: Entropy) -> BoxKey:
    """Make the key of a new backup."""
    return BoxKey(entropy(KEY_LENGTH))


def version_body(key: BoxKey, user: UserId, signers: Iterable[tuple[str, Sign]]) -> dict[str, Any]:
    """Return the body of `POST /room_keys/version`, signed by each (key id, sign): the master key and this device."""
    auth_data: dict[str, Any] = {"public_key": key.public}
    for key_id, sign in signers:
        auth_data = add_signature(auth_data, user, key_id, sign)
    return {"algorithm": ALGORITHM, "auth_data": auth_data}


def read_version(answer: Json) -> BackupVersion:
    """Read the answer of `GET /room_keys/version`. Raises `Refused`: UNKNOWN_ALGORITHM, MALFORMED."""
    if answer.get("algorithm") != ALGORITHM:
        raise Refused(Reason.UNKNOWN_ALGORITHM, "backup")
    version, auth_data = answer.get("version"), as_object(answer.get("auth_data"))
    if not isinstance(version, str) or not version:
        raise Refused(Reason.MALFORMED, "backup")
    etag = answer.get("etag")
    return BackupVersion(
        version,
        read_key(auth_data.get("public_key")),
        auth_data,
        _count(answer.get("count")),
        etag if isinstance(etag, str) else "",
    )


def trust_of(
    backup: BackupVersion,
    own: Identity,
    pin: Pin,
    *,
    key: BoxKey | None = None,
    this_device: tuple[DeviceId, str] | None = None,
) -> BackupTrust:
    """Say why a backup is ours. `own` and `pin` are our own identity; `this_device` is our id and Ed25519 key.

    A signature of our identity counts only while the identity is proved ours, or a server could sign with one it made.
    """
    if key is not None and key.public == backup.public:
        return BackupTrust.OUR_KEY
    signers = [this_device] if this_device else []
    if pin.user == own.user and pin.standing is Standing.VERIFIED and own.master and own.master.public == pin.verified:
        signers += [(device.device, device.ed25519) for device in own.devices.values() if device.signed_by_owner]
        signers.append((DeviceId(own.master.public), own.master.public))
    if any(is_signed(backup.auth_data, own.user, ED25519 + name, public) for name, public in signers):
        return BackupTrust.SIGNED
    return BackupTrust.NONE


def check_key(backup: BackupVersion, key: BoxKey) -> None:
    """Return where `key` opens this backup. Raises `Refused` (WRONG_KEY): it opens another, perhaps an older one."""
    if key.public != backup.public:
        raise Refused(Reason.WRONG_KEY, "backup")


def seal_session(backup: BackupVersion, key: RoomKey, entropy: Entropy, *, verified: bool) -> dict[str, Any]:
    """Return what is filed for one session. `verified`: the device that made it is known and signed by its owner."""
    plain = json.dumps(backup_content(key), separators=(",", ":")).encode()
    return {
        "first_message_index": key.first_index,
        "forwarded_count": len(key.chain),
        "is_verified": verified,
        "session_data": seal(backup.public, plain, entropy),
    }


def open_session(key: BoxKey, room: object, session: object, filed: object) -> RoomKey:
    """Read one session that was filed under these names. What is in the box counts, not what is written beside it.

    Raises `Refused`: MALFORMED, TAMPERED, UNKNOWN_ALGORITHM.
    """
    plain = unseal(key, as_object(as_object(filed).get("session_data")))
    return read_room_key(as_object(read_json(plain)), room=room, session=session)


def open_all(key: BoxKey, answer: Json) -> Restored:
    """Read the answer of `GET /room_keys/keys`. For one room's answer, wrap it: `{"rooms": {room: answer}}`."""
    keys: list[RoomKey] = []
    refused: list[tuple[str, str, Reason]] = []
    for room, part in as_object(answer.get("rooms")).items():
        for session, filed in as_object(as_object(part).get("sessions")).items():
            try:
                keys.append(open_session(key, room, session, filed))
            except Refused as refusal:
                refused.append((room, session, refusal.reason))
    return Restored(tuple(keys), tuple(refused))


def batches(
    backup: BackupVersion, keys: Sequence[tuple[RoomKey, bool]], entropy: Entropy, size: int = BATCH
) -> Iterator[dict[str, Any]]:
    """Yield bodies of `PUT /room_keys/keys?version=...` for sessions, each with whether it is verified."""
    for start in range(0, len(keys), size):
        rooms: dict[str, dict[str, Any]] = {}
        for key, verified in keys[start : start + size]:
            sessions = rooms.setdefault(key.room, {"sessions": {}})["sessions"]
            sessions[key.session] = seal_session(backup, key, entropy, verified=verified)
        yield {"rooms": rooms}


@dataclass(frozen=True, slots=True)
class Filed:
    """The server took the batch."""

    etag: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Replaced:
    """Somebody made another backup meanwhile. Nothing more goes in until that one is shown to be ours."""

    current: str | None


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no backup any more."""


def read_upload(status: int, answer: Json) -> Filed | Replaced | Gone | None:
    """Read how a batch fared from the HTTP status and the answer. None: another failure, which is not about backups."""
    if status == _OK:
        etag = answer.get("etag")
        return Filed(etag if isinstance(etag, str) else "", _count(answer.get("count")))
    code = answer.get("errcode")
    if code == "M_WRONG_ROOM_KEYS_VERSION":
        current = answer.get("current_version")
        return Replaced(current if isinstance(current, str) and current else None)
    return Gone() if code == "M_NOT_FOUND" else None


def wants_backup(content: Json) -> bool | None:
    """Read `PREFERENCE`: what the person chose on another client; None where nothing (sensible) is there."""
    enabled = content.get("enabled")
    return enabled if isinstance(enabled, bool) else None


_OK = 200


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST else None
