"""Requests to compare keys that came: who may ask, how often, and that one which nobody has seen outlives a restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from nookterm.client.errors import Problem
from nookterm.client.ignoring import ignored_users
from nookterm.client.ports import Arrived, Clock, Store
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Membership, moment
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.trust.verification import REQUEST

MOST_OF_ONE = 5
"""Requests by one other person that are looked at in `_SPAN`."""
MOST = 20
"""Requests by all others together; and by our own devices, for which nobody else can use up the place."""
_SPAN = timedelta(minutes=10)
_KIND = "verification_request"
_FIELDS = ("from_device", "transaction_id", "timestamp", "to")
_MOST_METHODS = 20
_LONGEST = 255


class Requests:
    """The door for requests of others. What it does not let in is not answered and leaves no trace on a screen."""

    def __init__(self, store: Store, rooms: Rooms, clock: Clock, me: UserId) -> None:
        """Nobody has asked yet, but for what was kept."""
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._me = me
        self._let_in: dict[str, tuple[UserId, datetime]] = {}

    def let_in(self, txn: str, event: Arrived) -> bool:
        """Whether this one is looked at; each only once. It is kept then until `forget`."""
        now = self._clock()
        self._let_in = {name: seen for name, seen in self._let_in.items() if now - seen[1] <= _SPAN}
        if txn in self._let_in or len(txn) > _LONGEST or not _is_open(event, now):
            return False
        if not self._may_ask(txn, event) or event.sender in ignored_users(self._store):
            return False
        if not self._has_place(event.sender):
            return False
        self._let_in[txn] = (event.sender, now)
        self._keep(txn, event)
        return True

    def forget(self, txn: str) -> None:
        """It was answered, or has ended."""
        if self._store.recall(_KIND, txn) is not None:
            with suppress(Problem), self._store.transaction():
                self._store.remember(_KIND, txn, None)

    def kept(self) -> Iterator[tuple[str, Arrived]]:
        """Those that nobody has answered, as far as this device knows, for as long as they are open."""
        now = self._clock()
        for txn, row in self._store.recall_all(_KIND).items():
            event = _read(row)
            self._let_in.setdefault(txn, (event.sender, now))
            if _is_open(event, now):
                yield txn, event
            else:
                self.forget(txn)

    def _has_place(self, user: UserId) -> bool:
        asked = Counter(who for who, _ in self._let_in.values())
        if user == self._me:
            return asked[user] < MOST
        return asked[user] < MOST_OF_ONE and asked.total() - asked[self._me] < MOST

    def _may_ask(self, txn: str, event: Arrived) -> bool:
        """Only who shares a room with us, and in a room that we are in. Names of room events are for those alone."""
        if event.room_id is not None:
            room = self._rooms.get(event.room_id)
            return event.content.get("to") == self._me and room is not None and room.membership == Membership.JOIN
        if txn.startswith("$"):
            return False
        return event.sender == self._me or any(
            (member := room.members.get(event.sender)) and member.membership == Membership.JOIN
            for room in self._rooms.joined()
        )

    def _keep(self, txn: str, event: Arrived) -> None:
        content: dict[str, Any] = {name: event.content[name] for name in _FIELDS if name in event.content}
        methods = event.content.get("methods")
        if isinstance(methods, list):
            content["methods"] = [method for method in methods[:_MOST_METHODS] if isinstance(method, str)]
        row = {
            "sender": event.sender,
            "content": content,
            "room": event.room_id,
            "event": event.event_id,
            "sent_at": event.sent_at.isoformat() if event.sent_at else None,
        }
        with suppress(Problem), self._store.transaction():
            self._store.remember(_KIND, txn, row)


def _is_open(event: Arrived, now: datetime) -> bool:
    """Whether it was asked a moment ago, as far as that can be said without its sender's keys."""
    asked_at = event.sent_at or moment(event.content.get("timestamp"))
    return -_SPAN <= now - asked_at <= _SPAN


def _read(row: Mapping[str, Any]) -> Arrived:
    room, event, sent_at = row["room"], row["event"], row["sent_at"]
    return Arrived(
        REQUEST,
        UserId(row["sender"]),
        row["content"],
        room_id=RoomId(room) if room else None,
        event_id=EventId(event) if event else None,
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
    )
