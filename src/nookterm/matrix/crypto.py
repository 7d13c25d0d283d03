"""One device's end-to-end encryption, whole: what comes in, what goes out, and what has to be asked in between."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nookterm.client.ports import Arrived, SendContent
from nookterm.domain.events import Event, Json
from nookterm.domain.ids import DeviceId, RoomId, TxnId, UserId
from nookterm.matrix.crypto_store import CryptoStore
from nookterm.matrix.encryption import EncryptedRooms, Rotation
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.held_keys import HeldRoomKeys
from nookterm.matrix.http import Http
from nookterm.matrix.identities import KnownIdentities
from nookterm.matrix.keys import KeyDuties
from nookterm.matrix.learning import Learning
from nookterm.matrix.parsing import RawEvent
from nookterm.matrix.reader import Reader
from nookterm.matrix.roster import Roster
from nookterm.matrix.sharing import Sharing
from nookterm.matrix.tables import atomic
from nookterm.matrix.upload import OwnKeys
from nookterm.matrix.verdicts import Verdicts
from nookterm.matrix.wire import as_list, as_object
from nookterm.trust.identity import DeviceKeys, Identity


class Crypto:
    """Ties the parts together. Also watches a sync for what changes who may read what."""

    def __init__(self, http: Http, store: CryptoStore) -> None:
        self._store = store
        self._olm = HardenedOlm(store)
        self.identities = KnownIdentities(self._olm)
        self.room_keys = HeldRoomKeys(self._olm)
        verdicts = Verdicts(self._olm, self.identities)
        learning = Learning(self._olm, self.identities)
        self._olm.judge = learning
        self._reader = Reader(self._olm, verdicts)
        self._own = OwnKeys(http, self._olm)
        self._keys = KeyDuties(http, self._olm, learning)
        self._roster = Roster(http)
        self._sharing = Sharing(self._olm, self._keys, self._roster, verdicts)
        self.rooms = EncryptedRooms(http, store.connection)
        # For each task its own: a server that keeps one waiting must not keep all the others from sending.
        self._uploading = asyncio.Lock()
        self._repairing = asyncio.Lock()
        self._sending: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looked_back = False
        # Who we are is told by the server, too, and may be another one than when we last looked.
        self._olm.users_for_key_query.add(self._olm.user_id)

    @contextmanager
    def step(self) -> Iterator[None]:
        """One transaction around many events that are decrypted: a sync response, a page of the past."""
        try:
            with atomic(self._store.connection), self._reader.batch():
                yield
                for (room_id, session_id), place in self._reader.own_places.items():
                    self._sharing.notice(room_id, session_id, place)
                self._reader.own_places.clear()
        except BaseException:
            # What was about to be told is not: the next step looks at all that waits.
            self._looked_back = False
            raise

    # --- in a sync, synchronously -----------------------------------------------------------------------------------

    def begin_step(self, raw: Mapping[str, Any], *, counts_told: bool = True) -> int:
        """Take in to-device messages, device lists and key counts of a sync response. Returns how many were broken.

        `counts_told`: whether it speaks of our own keys at all.
        """
        self._olm.trim()
        self._reader.forget_told()
        broken = sum(not self._olm.take(message) for message in as_list(as_object(raw.get("to_device")).get("events")))
        self._keys.note_changes(as_object(raw.get("device_lists")))
        if counts_told:
            self._own.note_counts(raw)
        return broken

    def late(self) -> tuple[Event, ...]:
        """Earlier events that can be read with the keys that came since the last call."""
        keys = self._came()
        back: tuple[Event, ...] = ()
        if not self._looked_back:
            # Whom the last process was going to ask about when it ended.
            self._olm.users_for_key_query |= self._reader.hidden_senders()
            back = self._reader.read_again(keys=set(self._reader.readable_now()) - keys, news=False)
            self._looked_back = True
        return (*self._reader.read_again(keys=keys), *back, *self._look_again())

    def look_again(self) -> tuple[Event, ...]:
        """Events that can be shown now because something about their senders or room moved, or keys came. Local."""
        if not (self.identities.people_moved or self.identities.rooms_moved or self._olm.arrived):
            return ()
        with self.step():
            return self._look_again()

    def _look_again(self) -> tuple[Event, ...]:
        people, rooms = self.identities.take_moved()
        return self._reader.read_again(keys=self._came(), senders=people, rooms=rooms)

    def _came(self) -> set[tuple[str, str]]:
        """The room keys that came since the last call: in a step, from a backup, from a file."""
        keys = set(self._olm.arrived)
        self._olm.arrived.clear()
        return keys

    def decrypt(self, raw: RawEvent) -> Event:
        """The event in an `m.room.encrypted`; kept where its key is missing."""
        return self._reader.read(raw)

    def peek(self, raw: RawEvent) -> Event:
        """The same for an event that nobody stores: it is not kept."""
        return self._reader.read(raw, keep=False)

    def note_about_keys(self, raw: RawEvent) -> None:
        """A clear-text event of a room, which may be part of a verification."""
        if raw.state_key is None:
            self._reader.note_about_keys(raw, raw.type, raw.content)

    def encryption_set(self, room_id: str, content: Mapping[str, Any]) -> None:
        """Clear-text state says that the room is encrypted."""
        self.rooms.note(room_id, content)

    def changes_missed(self) -> None:
        """The server cannot say what has changed since the last step: device lists and rosters are asked for anew."""
        self._keys.note_missed_changes()
        self._roster.forget()

    def audience_changed(self, room_id: str) -> None:
        """Somebody came or went, or the rule who may read changed."""
        self._roster.changed(room_id)

    def reload(self) -> None:
        """Load everything anew from the store, after a rollback."""
        self._olm.reload()
        self.identities.forget()
        self._reader.reset()
        self._looked_back = False

    # --- between syncs, over the network ----------------------------------------------------------------------------

    async def settle(self) -> tuple[Event, ...]:
        """Upload, query, claim and send what is owed. Returns events whose sender could be proved by it."""
        async with self._uploading:
            await self._own.upload()
        heard = await self._keys.query(self._olm.users_for_key_query)
        self._olm.devices_known_of(heard)
        async with self._repairing:
            await self._keys.repair()
        with self.step():
            people, rooms = self.identities.take_moved()
            return self._reader.read_again(keys=self._came(), senders=heard | people, rooms=rooms)

    async def query(self, users: Collection[UserId]) -> Mapping[UserId, Identity]:
        """Ask for identities and devices anew, and learn them."""
        return await self._keys.identities_of(users)

    async def deliver(
        self, messages: Mapping[UserId, Mapping[DeviceId, Json]], type_: str, txn_id: TxnId | None = None
    ) -> None:
        """Send to devices in clear text."""
        await self._keys.deliver(messages, type_, txn_id)

    async def send_sealed(self, type_: str, content: Json, devices: Sequence[DeviceKeys]) -> Sequence[DeviceKeys]:
        """Send to devices over Olm. Returns those that could be reached."""
        return await self._sharing.send_sealed(type_, content, devices)

    def arrived(self) -> tuple[Arrived, ...]:
        """What came about keys since the last call."""
        came = (*self._olm.about_keys, *self._reader.about_keys)
        self._olm.about_keys.clear()
        self._reader.about_keys.clear()
        return came

    async def encrypt(self, room_id: RoomId, what: SendContent, rotation: Rotation) -> dict[str, Any]:
        """The encrypted content of a message, after its key was shared."""
        async with self._sending[room_id]:
            return await self._sharing.encrypt(room_id, what, rotation)
