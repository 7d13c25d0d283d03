"""Copies that this device began to publish: remembered until the nook knows what became of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from nookterm.client.ports import Outgoing
from nookterm.client.session import Session
from nookterm.domain.events import Json
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.provenance import KEY_BYTES
from nookterm.domain.records import dataclass
from nookterm.domain.sharing import Copy, Share
from nookterm.domain.vocabulary import HIGHLIGHT, HIGHLIGHT_PUBLISHED

_KIND = "publishing"


@dataclass(frozen=True, slots=True)
class Begun:
    """A copy on its way."""

    word: str
    """The short word of its highlight."""
    nook: RoomId
    request: EventId
    board: RoomId
    copy: Copy
    txn: TxnId | None = None
    """Under which the copy goes out, once it is in the outbox."""
    note: Json | None = None
    """What the nook is told once the copy is up, but for its event."""
    claimed_at: datetime | None = None
    """When we told the nook that we publish it, by our own clock."""

    def server_now(self, share: Share, now: datetime) -> datetime:
        """The time as the server sees it, which dates the claims: by our last claim, and how long that is ago."""
        last = next((claim.at for claim in reversed(share.claims) if claim.id == self.copy.id), None)
        return last + (now - self.claimed_at) if last and self.claimed_at else now


class BegunCopies:
    """What this device has begun, in its own database."""

    def __init__(self, session: Session) -> None:
        """Remember with this account."""
        self._session = session

    def of(self, word: str) -> Begun | None:
        """What was begun of a highlight."""
        kept = self._session.store.recall(_KIND, word)
        return _read(word, kept) if kept else None

    def all(self) -> list[Begun]:
        """Everything that was begun and is not at its end."""
        return [_read(word, kept) for word, kept in self._session.store.recall_all(_KIND).items()]

    def begin(self, share: Share) -> Begun:
        """A new copy with a key of its own, or the one that was begun before."""
        if begun := self.of(share.request):
            return begun
        me, now = self._session.gateway.user_id, self._session.clock()
        copy = Copy(str(uuid4()), secrets.token_bytes(KEY_BYTES), me, now)
        return self.keep(Begun(share.request, share.nook, share.event_id, share.target, copy))

    def keep(self, begun: Begun) -> Begun:
        """Remember how far it is."""
        copy = begun.copy
        fields = {
            "nook": begun.nook,
            "request": begun.request,
            "board": begun.board,
            "id": copy.id,
            "k": copy.key.hex(),
            "by": copy.by,
            "at": copy.begun_at.isoformat(),
            "txn": begun.txn,
            "note": begun.note,
            "claimed_at": begun.claimed_at.isoformat() if begun.claimed_at else None,
        }
        self._write(begun.word, fields)
        return begun

    def forget(self, begun: Begun) -> None:
        """It is at its end."""
        self._write(begun.word, None)

    def claims(self, begun: Begun) -> list[Outgoing]:
        """The notes in the outbox that say that it begins."""
        return [row for row in self._rows(begun, HIGHLIGHT_PUBLISHED) if "target_event" not in _published(row)]

    def notes(self, begun: Begun) -> list[Outgoing]:
        """The notes in the outbox that say that it is up."""
        return [row for row in self._rows(begun, HIGHLIGHT_PUBLISHED) if "target_event" in _published(row)]

    def row(self, begun: Begun) -> Outgoing | None:
        """The copy itself in the outbox."""
        return next(iter(self._rows(begun, HIGHLIGHT)), None)

    def _rows(self, begun: Begun, kind: str) -> list[Outgoing]:
        rows = self._session.store.outgoing()
        return [row for row in rows if block_of(row, kind).get("id") == begun.copy.id]

    def _write(self, word: str, fields: dict[str, Any] | None) -> None:
        store = self._session.store
        with store.transaction():
            store.remember(_KIND, word, fields)


def block_of(row: Outgoing, kind: str) -> Mapping[str, Any]:
    """A block of ours in what waits to be sent; empty where there is none."""
    block = row.what.content.get(kind)
    return block if isinstance(block, Mapping) else {}


def _published(row: Outgoing) -> Mapping[str, Any]:
    return block_of(row, HIGHLIGHT_PUBLISHED)


def _read(word: str, kept: Json) -> Begun:
    at, key = datetime.fromisoformat(str(kept["at"])), bytes.fromhex(str(kept["k"]))
    copy = Copy(str(kept["id"]), key, UserId(kept["by"]), at)
    nook, request, board = RoomId(kept["nook"]), EventId(kept["request"]), RoomId(kept["board"])
    txn = TxnId(kept["txn"]) if kept["txn"] else None
    claimed = datetime.fromisoformat(kept["claimed_at"]) if kept["claimed_at"] else None
    return Begun(word, nook, request, board, copy, txn, kept["note"], claimed)
