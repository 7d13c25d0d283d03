"""Reading encrypted events: which key, whose key, read before or not, and what to keep until a key comes."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nookterm.domain.events import Event, Message, Other, Payload, Trust, Unreadable, moment, parse_payload
from nookterm.domain.ids import RoomId
from nookterm.matrix.hardened import HOSTILE, MEGOLM, HardenedOlm, RoomKey
from nookterm.matrix.parsing import ENCRYPTED, REDACTION, RawEvent, shape
from nookterm.matrix.tables import atomic
from nookterm.matrix.wire import as_object, as_text, read_json, tame

if TYPE_CHECKING:
    from nio.crypto import InboundGroupSession

_NO_KEY = "the key for this message has not arrived"
_LATE_KEY = "the key that is here begins after this message"
_DAMAGED = "this message is damaged"
_UNKNOWN = "this message is encrypted in a way that nookterm does not know"
_REPEATED = "this is a copy of an earlier message; it is not shown"
_MOST_KEYS_AT_HAND = 200
_MOST_WAITING = 10_000
_NOT_INSIDE = frozenset({ENCRYPTED, REDACTION})
"""Types that mean something only in clear text: the server has to judge them."""


class Reader:
    """Decrypts room events with the keys of one device."""

    def __init__(self, olm: HardenedOlm) -> None:
        self._olm = olm
        self._store = olm.store
        self._keys: OrderedDict[RoomKey, list[InboundGroupSession]] = OrderedDict()
        self._told: set[str] = set()

    def read(self, raw: RawEvent, *, keep: bool = True) -> Event:
        """The event in an `m.room.encrypted`. What cannot be read yet waits for its key if `keep`."""
        if raw.redacted or not raw.content:
            return _event(raw, Message("redacted", ""), Trust.NONE)
        session_id, ciphertext = as_text(raw.content.get("session_id")), as_text(raw.content.get("ciphertext"))
        if raw.content.get("algorithm") != MEGOLM:
            return _event(raw, Unreadable(None, _UNKNOWN), Trust.NONE)
        if not session_id or not ciphertext:
            return _event(raw, Unreadable(None, _DAMAGED), Trust.NONE)
        opened = self._open(raw, session_id, ciphertext)
        if isinstance(opened, str):
            return self._put_off(raw, session_id, opened, keep=keep and opened is not _DAMAGED)
        key, text, index = opened
        if not self._is_first(raw, session_id, index):
            return _event(raw, Unreadable(session_id, _REPEATED), Trust.NONE)
        inner = _inside(text, raw.room_id)
        if inner is None:
            return _event(raw, Unreadable(session_id, _DAMAGED), Trust.NONE)
        trust = self._trust(raw, key)
        if trust is Trust.UNPROVED and keep:
            self._olm.users_for_key_query.add(raw.sender)
            self._wait(raw, session_id)
        return _event(raw, _payload(inner, raw), trust)

    def _open(self, raw: RawEvent, session_id: str, ciphertext: str) -> tuple[InboundGroupSession, str, int] | str:
        """The key that opened it, the text, and its place in the key's row; or why none did.

        Several may claim to have made a key. Those that the sender is known to have made are tried first.
        """
        why = _NO_KEY
        for key in sorted(
            self._candidates(raw.room_id, session_id), key=lambda key: not self._olm.proved(raw.sender, key)
        ):
            try:
                text, index = key.decrypt(ciphertext)
            except HOSTILE as error:
                why = _LATE_KEY if "index" in str(error).lower() else _DAMAGED
            else:
                return key, text, index
        return why

    def _candidates(self, room_id: str, session_id: str) -> list[InboundGroupSession]:
        where = (room_id, session_id)
        keys = self._keys.get(where)
        if keys is None:
            keys = self._store.group_sessions(*where)
            if not keys:
                return []
            self._keys[where] = keys
            if len(self._keys) > _MOST_KEYS_AT_HAND:
                self._keys.popitem(last=False)
        return keys

    def _trust(self, raw: RawEvent, key: InboundGroupSession) -> Trust:
        if not self._olm.proved(raw.sender, key):
            return Trust.UNPROVED
        return Trust.OWN if self._olm.is_own(key) else Trust.UNSIGNED

    def _is_first(self, raw: RawEvent, session_id: str, index: int) -> bool:
        """Whether this message of the key is this event's, and not an older one sent once more."""
        place = (raw.room_id, session_id, index)
        with atomic(self._store.connection):
            self._store.connection.execute(
                "INSERT OR IGNORE INTO crypto_seen VALUES (?, ?, ?, ?)", (*place, raw.event_id)
            )
            row = self._store.connection.execute(
                "SELECT event_id FROM crypto_seen WHERE room_id = ? AND session_id = ? AND message_index = ?", place
            ).fetchone()
        return bool(row[0] == raw.event_id)

    # --- waiting ----------------------------------------------------------------------------------------------------

    def _put_off(self, raw: RawEvent, session_id: str, why: str, *, keep: bool) -> Event:
        if keep:
            self._wait(raw, session_id)
        return _event(raw, Unreadable(session_id, why), Trust.NONE)

    def _wait(self, raw: RawEvent, session_id: str) -> None:
        row = (raw.event_id, raw.room_id, session_id, raw.sender, json.dumps(raw.as_json()))
        with atomic(self._store.connection):
            self._store.connection.execute("INSERT OR IGNORE INTO crypto_waiting VALUES (?, ?, ?, ?, ?)", row)
            self._store.connection.execute(
                "DELETE FROM crypto_waiting WHERE rowid <= (SELECT max(rowid) FROM crypto_waiting) - ?",
                (_MOST_WAITING,),
            )

    def read_again(self, keys: Iterable[RoomKey] = (), senders: Iterable[str] = ()) -> tuple[Event, ...]:
        """Waiting events that can be read, or whose sender can be proved, now that keys or devices have come.

        They stay in the waiting list until `forget_told`, so that a crash before they are stored loses nothing.
        """
        rows: dict[str, tuple[str, str]] = {}
        columns = "SELECT event_id, room_id, raw FROM crypto_waiting WHERE "
        for room_id, session_id in keys:
            self._keys.pop((room_id, session_id), None)
            found = self._store.connection.execute(columns + "room_id = ? AND session_id = ?", (room_id, session_id))
            rows |= {event_id: (room, raw) for event_id, room, raw in found.fetchall()}
        for sender in senders:
            found = self._store.connection.execute(columns + "sender = ?", (sender,))
            rows |= {event_id: (room, raw) for event_id, room, raw in found.fetchall()}
        late: list[Event] = []
        for room_id, text in rows.values():
            raw = shape(read_json(text), RoomId(room_id))
            if raw is None:
                continue
            event = self.read(raw, keep=False)
            if not isinstance(event.payload, Unreadable):
                late.append(event)
                if event.trust is not Trust.UNPROVED:
                    self._told.add(event.event_id)
        return tuple(late)

    def readable_now(self) -> tuple[RoomKey, ...]:
        """Keys that are here and have events waiting: what a crash between reading and storing leaves behind."""
        found = self._store.connection.execute(
            "SELECT DISTINCT room_id, session_id FROM crypto_waiting JOIN crypto_megolm USING (room_id, session_id)"
        )
        return tuple((room_id, session_id) for room_id, session_id in found.fetchall())

    def reset(self) -> None:
        """Forget what is in memory, after a rollback."""
        self._keys.clear()
        self._told.clear()

    def forget_told(self) -> None:
        """Let go of waiting events that were read and have been stored since."""
        with atomic(self._store.connection):
            self._store.connection.executemany(
                "DELETE FROM crypto_waiting WHERE event_id = ?", [(event_id,) for event_id in self._told]
            )
        self._told.clear()


def _inside(text: str, room_id: str) -> Mapping[str, Any] | None:
    """The decrypted event; None where it is broken, meant for another room, or would be state."""
    try:
        inner = as_object(tame(read_json(text)))
    except ValueError:
        return None
    if inner.get("room_id") != room_id or "state_key" in inner or not as_text(inner.get("type")):
        return None
    return inner if isinstance(inner.get("content"), Mapping) else None


def _payload(inner: Mapping[str, Any], raw: RawEvent) -> Payload:
    content = dict(as_object(inner.get("content")))
    relation = raw.content.get("m.relates_to")
    if "m.relates_to" not in content and relation is not None:
        content["m.relates_to"] = relation
    type_ = str(inner.get("type"))
    return Other(type_) if type_ in _NOT_INSIDE else parse_payload(type_, content)


def _event(raw: RawEvent, payload: Payload, trust: Trust) -> Event:
    return Event(
        raw.event_id, raw.room_id, raw.sender, moment(raw.ts), payload, encrypted=True, trust=trust, txn_id=raw.txn_id
    )
