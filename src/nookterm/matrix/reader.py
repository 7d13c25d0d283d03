"""Reading encrypted events: which key, whose key, read before or not, and what to keep until a key comes."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nookterm.client.ports import Arrived
from nookterm.domain.events import Event, Message, Other, Payload, Trust, Unreadable, moment, parse_payload
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.matrix.hardened import MEGOLM, HardenedOlm, RoomKey
from nookterm.matrix.hostile import HOSTILE
from nookterm.matrix.parsing import ENCRYPTED, REDACTION, RawEvent, shape
from nookterm.matrix.tables import atomic
from nookterm.matrix.verdict_words import HIDDEN, hidden
from nookterm.matrix.verdicts import Verdicts
from nookterm.matrix.wire import as_object, as_text, read_json, tame
from nookterm.trust.policy import Verdict, Why

if TYPE_CHECKING:
    from nio.crypto import InboundGroupSession

_NO_KEY = "the key for this message has not arrived"
_LATE_KEY = "the key that is here begins after this message"
_DAMAGED = "this message is damaged"
_UNKNOWN = "this message is encrypted in a way that nookterm does not know"
_REPEATED = "this is a copy of an earlier message; it is not shown"
_TOLD_BEFORE = frozenset({_NO_KEY, _LATE_KEY, _DAMAGED, _UNKNOWN, _REPEATED})
_UNSETTLED = frozenset({Why.IDENTITY_CHANGED, Why.NOT_RECOVERED})
"""Shown, and looked at again when somebody has decided."""
_ASK = frozenset({Why.UNKNOWN_DEVICE, Why.NO_IDENTITY, Why.UNSIGNED_DEVICE, Why.IDENTITY_HIDDEN})
"""Perhaps the server knows more by now than when we last asked."""
_MOST_KEYS_AT_HAND = 200
_MOST_LOOKED_BACK_AT = 300
"""Room keys that are tried on waiting events at the start."""
_MOST_WAITING = 10_000
_VERIFICATION = "m.key.verification."
_REQUEST = "m.key.verification.request"
_NOT_INSIDE = frozenset({ENCRYPTED, REDACTION})
"""Types that mean something only in clear text: the server has to judge them."""


@dataclass(slots=True)
class _Candidate:
    """A room key that claims to be the one, and what follows for whoever used it last."""

    key: InboundGroupSession
    sender: UserId | None = None
    revision: int = -1
    verdict: Verdict | None = None


class Reader:
    """Decrypts room events with the keys of one device."""

    def __init__(self, olm: HardenedOlm, verdicts: Verdicts) -> None:
        self._olm = olm
        self._verdicts = verdicts
        self._store = olm.store
        self._played = self._store.replay_guard()
        self._keys: OrderedDict[RoomKey, list[_Candidate]] = OrderedDict()
        self._told: set[str] = set()
        self._unsettled: set[str] = set()
        """Events that were shown since somebody last looked, and wait on: their verdict may still move."""
        self.about_keys: list[Arrived] = []
        """What room events said about keys since somebody last looked."""
        self.own_places: dict[RoomKey, int] = {}
        """The room keys of this device that it met in messages, each with the furthest place."""

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Many events are read now, in one transaction: what is noted of each is written in the end, together."""
        self._played.begin()
        try:
            yield
        except BaseException:
            self._played.forget()
            raise
        self._played.end()

    def read(self, raw: RawEvent, *, keep: bool = True) -> Event:
        """The event in an `m.room.encrypted`. What cannot be read yet waits for its key if `keep`."""
        if raw.redacted or not raw.content:
            return _event(raw, Message("redacted", ""), Trust.NONE)
        session_id, ciphertext = as_text(raw.content.get("session_id")), as_text(raw.content.get("ciphertext"))
        if raw.content.get("algorithm") != MEGOLM:
            return _event(raw, Unreadable(None, _UNKNOWN), Trust.NONE)
        if not session_id or not ciphertext:
            return _event(raw, Unreadable(None, _DAMAGED), Trust.NONE)
        opened = self._open(raw, session_id, ciphertext, known_hidden=not keep)
        if isinstance(opened, str):
            why = self._olm.withheld.why(raw.sender, raw.room_id, session_id) if opened is _NO_KEY else None
            return self._put_off(raw, session_id, why or opened, keep=keep and opened is not _DAMAGED)
        text, index, verdict = opened
        if not verdict.shows:
            return self._hide(raw, session_id, text, verdict, keep=keep)
        if verdict.why in _UNSETTLED:
            self._unsettled.add(raw.event_id)
            if keep:
                self._wait(raw, session_id)
        return self._show(raw, session_id, text, index, verdict.trust)

    def _show(self, raw: RawEvent, session_id: str, text: str, index: int, trust: Trust) -> Event:
        # Who made the key takes a place in its row from whoever did not: else a member could play a message back before
        # it is read (the past is read from its newer end), and the message itself would look like the copy.
        proved = trust is not Trust.UNPROVED
        if not self._played.is_first(raw.room_id, session_id, index, raw.event_id, proved=proved):
            return _event(raw, Unreadable(session_id, _REPEATED), Trust.NONE)
        if trust is Trust.OWN:
            where = (raw.room_id, session_id)
            self.own_places[where] = max(index, self.own_places.get(where, 0))
        inner = _inside(text, raw.room_id)
        if inner is None:
            return _event(raw, Unreadable(session_id, _DAMAGED), Trust.NONE)
        self.note_about_keys(raw, str(inner.get("type")), _content(inner, raw), encrypted=True)
        return _event(raw, _payload(inner, raw), trust)

    def _hide(self, raw: RawEvent, session_id: str, text: str, verdict: Verdict, *, keep: bool) -> Event:
        """Show nothing of what came from a device that may not speak here, and keep it until it may.

        It takes no place in its key's row: the message itself has to find that free. Only a verification goes on, as
        it may be the very thing that mends this.
        """
        if keep and verdict.why in _ASK:
            self._olm.users_for_key_query.add(raw.sender)
        known = verdict.trust is not Trust.UNPROVED and verdict.why is not Why.BARRED
        inner = _inside(text, raw.room_id) if keep and known else None
        if inner is not None:
            self.note_about_keys(raw, str(inner.get("type")), _content(inner, raw), encrypted=True)
        return self._put_off(raw, session_id, hidden(verdict.why), keep=keep)

    def note_about_keys(
        self, raw: RawEvent, type_: str, content: Mapping[str, Any], *, encrypted: bool = False
    ) -> None:
        """Remember for whoever verifies what a room event says about that (spec: verification in rooms)."""
        if type_.startswith(_VERIFICATION) or (type_ == "m.room.message" and content.get("msgtype") == _REQUEST):
            kind = type_ if type_.startswith(_VERIFICATION) else _REQUEST
            self.about_keys.append(
                Arrived(
                    kind,
                    raw.sender,
                    content,
                    encrypted=encrypted,
                    room_id=raw.room_id,
                    event_id=raw.event_id,
                    sent_at=moment(raw.ts),
                )
            )

    def _open(
        self, raw: RawEvent, session_id: str, ciphertext: str, *, known_hidden: bool
    ) -> tuple[str, int, Verdict] | str:
        """The text, its place in its key's row, and what follows for its sender; or why no key opened it.

        Several may claim to have made a key. Those that the sender is known to have made are tried first. With
        `known_hidden`, what would not be shown anyway is not opened once more.
        """
        why = _NO_KEY
        rated = [(self._verdict(raw, each), each.key) for each in self._candidates(raw.room_id, session_id)]
        if len(rated) > 1:
            rated.sort(key=lambda each: (not each[0].shows, each[0].trust is Trust.UNPROVED))
        for verdict, key in rated:
            if known_hidden and not verdict.shows:
                return hidden(verdict.why) if why is _NO_KEY else why
            try:
                text, index = key.decrypt(ciphertext)
            except HOSTILE as error:
                why = _LATE_KEY if "index" in str(error).lower() else _DAMAGED
            else:
                return text, index, verdict
        return why

    def _candidates(self, room_id: str, session_id: str) -> list[_Candidate]:
        where = (room_id, session_id)
        keys = self._keys.get(where)
        if keys is None:
            keys = [_Candidate(key) for key in self._store.group_sessions(*where)]
            if not keys:
                return []
            self._keys[where] = keys
            if len(self._keys) > _MOST_KEYS_AT_HAND:
                self._keys.popitem(last=False)
        return keys

    def _verdict(self, raw: RawEvent, candidate: _Candidate) -> Verdict:
        if (candidate.sender, candidate.revision) != (raw.sender, self._verdicts.revision):
            candidate.verdict = self._verdicts.of_key(raw.room_id, raw.sender, candidate.key)
            candidate.sender, candidate.revision = raw.sender, self._verdicts.revision
        assert candidate.verdict  # noqa: S101 - it was asked for just now
        return candidate.verdict

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

    def read_again(
        self,
        keys: Iterable[RoomKey] = (),
        senders: Iterable[str] = (),
        rooms: Iterable[str] = (),
        *,
        news: bool = True,
    ) -> tuple[Event, ...]:
        """Waiting events that can be shown now that keys or devices have come, or a verdict moved.

        They stay in the waiting list until `forget_told`, so that a crash before they are stored loses nothing.
        `news`: where they still cannot, what is known better by now about the reason comes, too.
        """
        rows: dict[str, tuple[str, str]] = {}
        for where in keys:
            self._keys.pop(where, None)
            rows |= self._waiting("room_id = ? AND session_id = ?", *where)
        by_key = set(rows)
        for sender in senders:
            rows |= self._waiting("sender = ?", sender)
        for room in rooms:
            rows |= self._waiting("room_id = ?", room)
        late: list[Event] = []
        self._unsettled.clear()
        for room_id, text in rows.values():
            raw = shape(read_json(text), RoomId(room_id))
            if raw is None:
                continue
            event = self.read(raw, keep=False)
            if isinstance(event.payload, Unreadable):
                # Perhaps not the key came, but the reason why it does not; or another one than before hides it.
                told = event.event_id in by_key and event.payload.why not in _TOLD_BEFORE
                late += [event] if news and (told or event.payload.why in HIDDEN) else []
                continue
            late.append(event)
            if event.event_id not in self._unsettled:
                self._told.add(event.event_id)
        return tuple(late)

    def _waiting(self, where: str, *values: str) -> dict[str, tuple[str, str]]:
        """Rows of the waiting list in their order: event id, room id and raw event."""
        statement = f"SELECT event_id, room_id, raw FROM crypto_waiting WHERE {where} ORDER BY rowid"  # noqa: S608
        found = self._store.connection.execute(statement, values)
        return {event_id: (room, raw) for event_id, room, raw in found.fetchall()}

    def hidden_senders(self) -> set[str]:
        """Whose waiting events have a key here, so that only something about their devices is missing."""
        found = self._store.connection.execute(
            "SELECT DISTINCT sender FROM crypto_waiting JOIN crypto_megolm USING (room_id, session_id)"
        )
        return {sender for (sender,) in found.fetchall()}

    def readable_now(self) -> tuple[RoomKey, ...]:
        """Keys that are here and have events waiting: what a crash between reading and storing leaves behind."""
        found = self._store.connection.execute(
            "SELECT room_id, session_id FROM crypto_waiting JOIN crypto_megolm USING (room_id, session_id)"
            " GROUP BY room_id, session_id ORDER BY max(crypto_waiting.rowid) DESC LIMIT ?",
            (_MOST_LOOKED_BACK_AT,),
        )
        return tuple((room_id, session_id) for room_id, session_id in found.fetchall())

    def reset(self) -> None:
        """Forget what is in memory, after a rollback."""
        self._keys.clear()
        self._told.clear()
        self._unsettled.clear()
        self.own_places.clear()
        self.about_keys.clear()
        self._played.forget()

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


def _content(inner: Mapping[str, Any], raw: RawEvent) -> Mapping[str, Any]:
    content = dict(as_object(inner.get("content")))
    relation = raw.content.get("m.relates_to")
    if "m.relates_to" not in content and relation is not None:
        content["m.relates_to"] = relation
    return content


def _payload(inner: Mapping[str, Any], raw: RawEvent) -> Payload:
    type_ = str(inner.get("type"))
    payload = Other(type_) if type_ in _NOT_INSIDE else parse_payload(type_, _content(inner, raw))
    if isinstance(payload, Message) and payload.reply_to and "m.relates_to" not in as_object(inner.get("content")):
        return replace(payload, answers_in_clear=True)
    return payload


def _event(raw: RawEvent, payload: Payload, trust: Trust) -> Event:
    return Event(
        raw.event_id, raw.room_id, raw.sender, moment(raw.ts), payload, encrypted=True, trust=trust, txn_id=raw.txn_id
    )
