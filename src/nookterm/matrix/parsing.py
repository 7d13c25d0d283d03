"""From a server's event JSON to an `Event`, or to nothing where it makes no sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.domain.events import Event, Trust, moment, parse_payload
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.records import dataclass
from nookterm.matrix.wire import as_object, as_text, tame

CREATE = "m.room.create"
ENCRYPTED = "m.room.encrypted"
ENCRYPTION = "m.room.encryption"
MEMBER = "m.room.member"
MESSAGE = "m.room.message"
REACTION = "m.reaction"
REDACTION = "m.room.redaction"
VISIBILITY = "m.room.history_visibility"
_LONGEST_ID = 512


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event whose shape was checked and whose content is harmless; still in the server's words."""

    event_id: EventId
    room_id: RoomId
    type: str
    sender: UserId
    content: Mapping[str, Any]
    ts: object = 0
    state_key: str | None = None
    unsigned: Mapping[str, Any] | None = None

    @property
    def redacted(self) -> bool:
        """Whether somebody took it back."""
        return bool((self.unsigned or {}).get("redacted_because"))

    @property
    def txn_id(self) -> TxnId | None:
        """Our own name for it, on the echo of our own send."""
        found = as_text((self.unsigned or {}).get("transaction_id"))
        return TxnId(found) if found else None

    def as_json(self) -> dict[str, Any]:
        """The JSON that `shape` reads back into the same."""
        out: dict[str, Any] = {
            "event_id": self.event_id,
            "type": self.type,
            "sender": self.sender,
            "content": self.content,
            "origin_server_ts": self.ts,
            "unsigned": self.unsigned or {},
        }
        return out if self.state_key is None else out | {"state_key": self.state_key}


def shape(raw: object, room_id: RoomId, *, stripped: bool = False) -> RawEvent | None:
    """Check an event's shape; None where it has not the one that it must have. Never raises.

    Stripped state (of invites and knocks) has no id of its own: it gets one made of what it replaces.
    """
    event = as_object(raw)
    type_, sender = _id(event.get("type")), _id(event.get("sender"))
    state_key, content = event.get("state_key"), event.get("content")
    if (
        not type_
        or not sender
        or not isinstance(content, Mapping)
        or not (state_key is None or isinstance(state_key, str))
    ):
        return None
    event_id = _id(event.get("event_id"))
    if not event_id and stripped and state_key is not None:
        event_id = tame(f"~{type_}~{state_key}"[:_LONGEST_ID])
    if not event_id or (stripped and state_key is None):
        return None
    if state_key is not None and len(state_key) > _LONGEST_ID:
        return None
    body = tame(content)
    redacts = event.get("redacts")
    if type_ == REDACTION and "redacts" not in body and isinstance(redacts, str):
        body["redacts"] = tame(redacts)
    return RawEvent(
        EventId(event_id),
        room_id,
        type_,
        UserId(sender),
        body,
        tame(event.get("origin_server_ts")),
        None if state_key is None else tame(state_key),
        tame(as_object(event.get("unsigned"))),
    )


def plain(raw: RawEvent) -> Event:
    """The event of a clear-text `RawEvent`."""
    content = {} if raw.redacted and raw.state_key is None else raw.content
    return Event(
        event_id=raw.event_id,
        room_id=raw.room_id,
        sender=raw.sender,
        sent_at=moment(raw.ts),
        payload=parse_payload(raw.type, content, raw.state_key, raw.unsigned),
        trust=Trust.NONE,
        txn_id=raw.txn_id,
    )


def _id(value: object) -> str | None:
    """Text short enough for an id, without anything that has no UTF-8 form."""
    text = as_text(value)
    return tame(text) if text and len(text) <= _LONGEST_ID else None
