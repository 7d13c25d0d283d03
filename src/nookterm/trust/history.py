"""The past of a room for somebody who is invited (MSC4268, spec 1.19): what may be given, and what may be believed.

Only sessions that their senders marked as shareable are given away. Whoever receives a bundle has the inviter's word
for who said what and nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.room_keys import MEGOLM, Restored, RoomKey, export_content, read_listed
from nookterm.trust.withheld import Code

BUNDLE = "m.room_key_bundle"
UNSTABLE_BUNDLE = "io.element.msc4268.room_key_bundle"
SHARING = frozenset({"shared", "world_readable"})
"""History visibilities under which what is said may be given to those who come later."""
RECENTLY = timedelta(hours=24)
_REASON = "This part of the history is not shared."
_GIVEN = ("algorithm", "room_id", "sender_claimed_keys", "sender_key", "session_id", "session_key")


def is_shareable(visibility: str) -> bool:
    """Whether a session that begins under this history visibility is marked as shareable."""
    return visibility in SHARING


def bundle_body(room: RoomId, keys: Iterable[RoomKey]) -> dict[str, Any]:
    """Return the `RoomKeyBundle` of a room: shareable sessions with their keys, the others by name only."""
    given, withheld = [], []
    for key in keys:
        if key.room != room:
            continue
        if key.shared_history:
            content = export_content(key)
            given.append({name: content[name] for name in _GIVEN})
        else:
            withheld.append({
                "algorithm": MEGOLM,
                "code": str(Code.HISTORY_NOT_SHARED),
                "reason": _REASON,
                "room_id": room,
                "sender_key": key.sender_key,
                "session_id": key.session,
            })  # fmt: skip
    return {"room_keys": given, "withheld": withheld}


def read_bundle(room: RoomId, content: Json) -> Restored:
    """Read a bundle that came for `room`. Sessions of other rooms, and those also named as withheld, are left out.

    They count as shareable from here on, as the spec says. Raises `Refused` (MALFORMED).
    """
    withheld = content.get("withheld")
    names = (
        {as_object(entry).get("session_id") for entry in withheld if _named(entry)}
        if isinstance(withheld, list)
        else set()
    )
    listed = read_listed(content.get("room_keys", []))
    keys = tuple(
        replace(key, shared_history=True) for key in listed.keys if key.room == room and key.session not in names
    )
    odd = tuple(
        (key.room, key.session, Reason.TAMPERED) for key in listed.keys if key.room != room or key.session in names
    )
    return Restored(keys, listed.refused + odd)


@dataclass(frozen=True, slots=True)
class BundleOffer:
    """Somebody offers the past of a room. Nothing is fetched before `may_fetch` says so."""

    room: RoomId
    sender: UserId
    file: Json
    """The spec's `EncryptedFile`."""


def offer_content(room: RoomId, file: Json) -> dict[str, Any]:
    """Return the content of `m.room_key_bundle`; it leaves over Olm, to devices that their owner has signed."""
    return {"room_id": room, "file": dict(file)}


def read_offer(sender: UserId, content: Json) -> BundleOffer:
    """Read `m.room_key_bundle`. Raises `Refused` (MALFORMED)."""
    room, file = content.get("room_id"), as_object(content.get("file"))
    if not isinstance(room, str) or not room.startswith("!") or not isinstance(file.get("url"), str):
        raise Refused(Reason.MALFORMED, "bundle")
    return BundleOffer(RoomId(room), sender, file)


def may_fetch(
    offer: BundleOffer, room: RoomId, inviter: UserId | None, joined_at: datetime | None, now: datetime
) -> bool:
    """Whether to fetch a bundle: only of the person whose invitation was followed, and only soon after.

    Anybody may offer anything to anybody; fetching at once would let strangers fill the disk and learn who is online.
    """
    if offer.room != room or inviter is None or joined_at is None:
        return False
    return offer.sender == inviter and joined_at <= now <= joined_at + RECENTLY


def _named(entry: object) -> bool:
    return isinstance(as_object(entry).get("session_id"), str)
