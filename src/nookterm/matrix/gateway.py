"""The Gateway port: one signed-in device on a homeserver."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from nookterm.client.errors import SignedOut
from nookterm.client.ports import Credentials, SendContent, SyncStep
from nookterm.domain.events import Event, Json
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.matrix.beyond import Beyond
from nookterm.matrix.classic_sync import ClassicSync
from nookterm.matrix.crypto import Crypto
from nookterm.matrix.crypto_store import CryptoStore
from nookterm.matrix.digest import Digest, account_data
from nookterm.matrix.held_keys import HeldRoomKeys
from nookterm.matrix.http import Http, path
from nookterm.matrix.identities import KnownIdentities
from nookterm.matrix.key_server import HttpKeyServer
from nookterm.matrix.media import Media
from nookterm.matrix.own_rooms import OwnRooms
from nookterm.matrix.parsing import ENCRYPTED, REACTION, REDACTION
from nookterm.matrix.quiet import silence
from nookterm.matrix.requests import Sender
from nookterm.matrix.room_acts import RoomActs
from nookterm.matrix.room_reads import RoomReads
from nookterm.matrix.sliding_sync import SlidingSync
from nookterm.matrix.stamp import Stamp
from nookterm.matrix.startup_check import check_engine
from nookterm.matrix.succession import succeed
from nookterm.matrix.sync_source import ChosenSync, marks_of
from nookterm.matrix.tokens import Tokens
from nookterm.matrix.wire import as_object, as_text, tame

_CLEAR_TYPES = frozenset({REACTION, REDACTION})
"""Never encrypted, whatever the room: servers have to read them."""


class NioGateway(RoomActs, RoomReads, OwnRooms, Beyond, Media):
    """The Gateway over nio's Olm machine and plain HTTP. Lives in one event loop; its connection in one thread."""

    def __init__(
        self,
        credentials: Credentials,
        connection: Any,
        pickle_key: str,
        *,
        stamp: Stamp | None = None,
        sync: str = "auto",
    ) -> None:
        """Take the device of `credentials`, whose crypto lies in the lent database `connection`.

        `pickle_key` seals the pickled keys inside the database; `stamp` is for the demo alone; `sync` is one of
        `SYNC_WAYS`.

        Raises:
            StoreDamaged: the database holds the keys of another device.
        """
        silence()
        check_engine()
        self._credentials = credentials
        self._user_id = credentials.user_id
        self._connection = connection
        self._tokens = Tokens(credentials)
        self._http = Http(credentials.homeserver, tokens=self._tokens)
        self._sender = Sender(self._http, credentials, stamp)
        self._sync = ChosenSync(self._http, ClassicSync(self._http), SlidingSync(self._http, self._user_id), sync)
        succeed(connection, pickle_key, credentials)
        self._crypto = Crypto(
            self._http, CryptoStore(connection, credentials.user_id, credentials.device_id, pickle_key)
        )
        self._key_server = HttpKeyServer(self._http, self._user_id, self._crypto)

    @property
    def user_id(self) -> UserId:
        """Whose account it is."""
        return self._user_id

    @property
    def device_id(self) -> DeviceId:
        """Which device this is."""
        return self._credentials.device_id

    @property
    def identities(self) -> KnownIdentities:
        """Whose keys are whose, as this device knows it."""
        return self._crypto.identities

    @property
    def room_keys(self) -> HeldRoomKeys:
        """The room keys that this device has."""
        return self._crypto.room_keys

    @property
    def key_server(self) -> HttpKeyServer:
        """The server's part in who is who."""
        return self._key_server

    async def fetch_sync(self, since: str | None, timeout: float) -> Json:
        """Ask for news, waiting up to `timeout` seconds. Changes nothing here."""
        return await self._sync.fetch(since, timeout)

    def digest_sync(self, raw: Json) -> SyncStep:
        """Take keys, decrypt, parse: to-device messages first, then device lists and key counts, then rooms.

        Never raises for what is in `raw`; errors of the database go through.
        """
        news = as_object(raw)
        marks = marks_of(news)
        with self._crypto.step():
            if marks.anew or marks.partial:
                self._crypto.changes_missed()
            broken = self._crypto.begin_step(news, counts_told=marks.counts_told)
            digest = Digest(self._user_id, self._crypto)
            late = self._crypto.late()
            digest.take(news.get("rooms"))
        return SyncStep(
            next_batch=tame(as_text(news.get("next_batch")) or ""),
            rooms=tuple(digest.rooms),
            decrypted_late=late,
            arrived=self._crypto.arrived(),
            dropped=broken + digest.dropped,
            complete=marks.complete,
            present=None if marks.present is None else frozenset(map(RoomId, marks.present)),
            account=account_data(news.get("account_data")),
            account_whole=marks.account_whole,
        )

    async def after_sync(self) -> tuple[Event, ...]:
        """Send what the crypto owes (uploads, queries, claims). Events whose sender is proved by it are returned."""
        return await self._crypto.settle()

    def look_again(self) -> tuple[Event, ...]:
        """Events that can be shown since a pin, a device or an exception moved. No network."""
        return self._crypto.look_again()

    def forget_crypto(self) -> None:
        """Load the crypto objects anew from the store, after a rollback."""
        self._crypto.reload()

    async def send(self, room_id: RoomId, what: SendContent, txn_id: TxnId) -> EventId:
        """Send, encrypted where the room is. The same `txn_id` never makes a second event.

        Raises:
            Unencryptable: the room is encrypted and this message could not be; nothing was sent.
        """
        if what.type in _CLEAR_TYPES:
            return await self._sender.put_event(room_id, what.type, what.content, txn_id)
        rotation = await self._crypto.rooms.rotation(room_id)
        if rotation is None:
            return await self._sender.put_event(room_id, what.type, what.content, txn_id)
        content = await self._crypto.encrypt(room_id, what, rotation)
        return await self._sender.put_event(room_id, ENCRYPTED, content, txn_id)

    async def redact(self, room_id: RoomId, event_id: EventId, txn_id: TxnId, reason: str | None = None) -> EventId:
        """Take an event back."""
        return await self._sender.put_redaction(room_id, event_id, txn_id, reason)

    async def set_state(self, room_id: RoomId, type_: str, key: str, content: Mapping[str, Any]) -> EventId:
        """Set a piece of state (never encrypted)."""
        return await self._sender.put_state(room_id, type_, key, content)

    async def logout(self) -> None:
        """End this device on the server. Nothing happens where it has ended already."""
        with contextlib.suppress(SignedOut):
            await self._http.call("POST", path("logout"), {})

    async def close(self) -> None:
        """Close connections. Never sends."""
        await self._tokens.close()
        await self._http.close()
