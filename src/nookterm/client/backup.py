"""Room keys that lie on the server as well: which backup is ours, what goes into it, what comes back."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nookterm.client.backup_preference import is_wanted, want
from nookterm.client.backup_state import BackupState, BackupStep
from nookterm.client.changes import Changes, KeysChanged
from nookterm.client.errors import NotFound, NotTrusted, Problem, ServerTrouble
from nookterm.client.new_backup import NewBackup, kept_key
from nookterm.client.pauses import Pauses
from nookterm.client.ports import Clock, Gateway, Store
from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId
from nookterm.trust.backup import (
    BATCH,
    BackupTrust,
    BackupVersion,
    Filed,
    batches,
    open_all,
    read_upload,
    read_version,
    trust_of,
)
from nookterm.trust.entropy import Entropy
from nookterm.trust.pins import Standing
from nookterm.trust.refusals import Refused
from nookterm.trust.sealed_box import BoxKey
from nookterm.trust.secret_storage import BACKUP

_KIND = "key_backup"
_LOOK_AGAIN = timedelta(hours=12)
_SLICE = 500
"""Keys that are taken in one go, between which others may work."""
_ONE_BY_ONE = 20
"""Keys that are asked for one by one, for messages that wait for them."""
_LONGEST_ASKING = 3.0
"""Seconds for that, so that a slow server does not hold up what else is due."""

Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much."""


class KeyBackup:
    """The backup of one open account. Lives on the engine's loop."""

    def __init__(
        self, gateway: Gateway, store: Store, clock: Clock, changes: Changes, entropy: Entropy = os.urandom
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._changes = changes
        self._entropy = entropy
        self._new = NewBackup(gateway, store, entropy)
        self._busy = asyncio.Lock()
        self._saving = asyncio.Lock()
        self._pauses: Pauses[tuple[RoomId, str]] = Pauses()
        self._trouble = ""
        self.on_keys: Callable[[], Awaitable[None]] | None = None
        """Reads messages again when keys have come."""

    # --- how it stands ----------------------------------------------------------------------------------------------

    def state(self) -> BackupState:
        """From the disk. Where the crypto is not to be had (read-only), without numbers."""
        kept = self._kept()
        step, version = BackupStep(kept.get("step", "unknown")), str(kept.get("version", ""))
        trusted, count = str(kept.get("trust", "none")), kept.get("count")
        try:
            keys = self._gateway.room_keys
        except Problem:
            return BackupState(step, version, trusted, on_server=count)
        return BackupState(
            step,
            version,
            trusted,
            has_key=self._key_of(str(kept.get("public", ""))) is not None,
            here=keys.count(),
            unsaved=keys.how_many_unsaved(version) if version else keys.count(),
            on_server=count,
            trouble=self._trouble,
        )

    @property
    def lacks_key(self) -> str:
        """The version of a backup that is ours and whose key is not here; empty where that is not so."""
        kept = self._kept()
        ours = kept.get("trust") == BackupTrust.SIGNED and self._key_of(str(kept.get("public", ""))) is None
        return str(kept["version"]) if ours else ""

    @property
    def is_stale(self) -> bool:
        """Whether it is time to ask the server which backup there is."""
        at = self._kept().get("at")
        return at is None or not timedelta() <= self._clock() - datetime.fromisoformat(str(at)) < _LOOK_AGAIN

    async def look(self) -> BackupState:
        """Ask the server which backup there is. One that is shown to be ours is used from here on, no other is."""
        async with self._busy:
            await self._look()
        return self.state()

    async def switch(self, *, on: bool) -> BackupState:
        """Say, for all of our devices, whether keys are to go into the backup. What is in it stays."""
        await want(self._gateway.key_server, on=on)
        return await self.look()

    async def _look(self) -> None:
        server = self._gateway.key_server
        wanted = await is_wanted(server)
        answer = await server.backup_version()
        before = self._kept()
        was = BackupStep(before.get("step", "unknown"))
        ours = was in {BackupStep.ON, BackupStep.OFF}
        if answer is None:
            self._keep(BackupStep.GONE if ours or was is BackupStep.GONE else BackupStep.NONE)
            return
        try:
            found = read_version(answer)
        except Refused:
            self._keep(BackupStep.REPLACED if ours else BackupStep.FOREIGN)
            return
        self._new.take_over(found)
        trust = await self._trust(found)
        if trust is not BackupTrust.NONE:
            self._keep(BackupStep.OFF if wanted is False else BackupStep.ON, found, trust)
        elif ours or (was is BackupStep.REPLACED and before.get("version") == found.version):
            self._keep(BackupStep.REPLACED, found)
        else:
            self._keep(BackupStep.FOREIGN, found)

    async def _trust(self, found: BackupVersion) -> BackupTrust:
        if self._key_of(found.public):
            return BackupTrust.OUR_KEY
        me, identities = self._gateway.user_id, self._gateway.identities
        own = (await self._gateway.key_server.query({me})).get(me)
        if own is None:
            return BackupTrust.NONE
        # Only the identity that is ours now. A device's signature, also that of this one, stays good on a backup from
        # before the identity was replaced, whose key whoever made that necessary may have.
        return trust_of(found, replace(own, devices={}), identities.pin(me))

    def _kept(self) -> Json:
        return self._store.recall(_KIND, "") or {}

    def _keep(
        self, step: BackupStep, found: BackupVersion | None = None, trust: BackupTrust = BackupTrust.NONE
    ) -> None:
        kept: dict[str, Any] = {"step": str(step), "at": self._clock().isoformat()}
        if found:
            kept |= {"version": found.version, "public": found.public, "trust": str(trust), "count": found.count}
        before = self._kept()
        if before.get("version") != kept.get("version"):
            self._pauses.clear()
        with self._store.transaction():
            self._store.remember(_KIND, "", kept)
        if {**before, "at": kept["at"]} != kept:
            self._changes.tell(KeysChanged())

    def _key_of(self, public: str) -> BoxKey | None:
        """The private key of a backup, where it is here."""
        return kept_key(self._gateway.identities, BACKUP, public)

    # --- making one -------------------------------------------------------------------------------------------------

    async def create(self) -> str:
        """Make a new backup and keep its key here. Returns its version. All keys go into it by themselves.

        What was begun and may have reached the server is ended first, so that calling again makes no second one.

        Raises:
            NotTrusted: this device has not proved that the account's identity is ours.
        """
        async with self._busy:
            if self._gateway.identities.pin(self._gateway.user_id).standing is not Standing.VERIFIED:
                message = "A backup is made by a device that is trusted, and this one is not yet."
                raise NotTrusted(message, "`nookterm recover` or `nookterm trust setup` first.", code="not_trusted")
            found = await self._new.make()
            await want(self._gateway.key_server, on=True)
            self._new.take_over(found)
            self._keep(BackupStep.ON, found, BackupTrust.OUR_KEY)
            return found.version

    # --- what goes in -----------------------------------------------------------------------------------------------

    async def save(self, seconds: float) -> int:
        """Put in what is not there yet, for at most about so long. Returns how many keys went in."""
        end, saved = time.monotonic() + seconds, 0
        while time.monotonic() < end and (some := await self.save_some()):
            saved += some
        return saved

    async def save_some(self) -> int:
        """Put a batch of keys in. Returns how many; 0 where nothing is left or nothing may go in (`state` says why)."""
        async with self._saving:
            try:
                saved = await self._save_batch()
            except Problem as problem:
                self._trouble = problem.message
                raise
            self._trouble = ""
            return saved

    async def _save_batch(self) -> int:
        kept, keys = self._kept(), self._gateway.room_keys
        if kept.get("step") != BackupStep.ON:
            return 0
        backup = BackupVersion(str(kept["version"]), str(kept["public"]), {})
        batch = keys.unsaved(backup.version, BATCH)
        if not batch:
            return 0
        if kept.get("trust") == BackupTrust.OUR_KEY and self._key_of(backup.public) is None:
            # The key was given up, as where the identity was replaced: whose backup this is has to be shown anew.
            await self.look()
            return 0
        body = await asyncio.to_thread(next, batches(backup, batch, self._entropy))
        told = read_upload(*await self._gateway.key_server.file_keys(backup.version, body))
        if isinstance(told, Filed):
            with self._store.transaction():
                keys.saved(backup.version, (key for key, _ in batch))
                if self._kept() == kept:
                    self._store.remember(_KIND, "", {**kept, "count": told.count})
            self._changes.tell(KeysChanged())
            return len(batch)
        if told is not None:
            state = await self.look()
            if (state.step, state.version) != (BackupStep.ON, backup.version):
                return 0
        message = "The server does not take keys into the backup that it shows."
        raise ServerTrouble(message, "All keys are here. It is tried again.", code="backup_refused")

    # --- what comes back --------------------------------------------------------------------------------------------

    async def restore(
        self, *, room: RoomId | None = None, session: str | None = None, progress: Progress | None = None
    ) -> int:
        """Fetch all keys, those of a room, or one. Returns how many were better than what was here.

        What came before it was cancelled stays. All of it is second hand: it reads, and proves nobody.

        Raises:
            NotFound: there is no backup, or not its key (`no_backup_key`).
        """
        version, key = await self._readable()
        answer = await self._gateway.key_server.filed_keys(version, room, session)
        total, done, better = _count(answer), 0, 0
        if progress:
            progress(0, total)
        for piece, size in _slices(answer):
            restored = await asyncio.to_thread(open_all, key, piece)
            better += self._gateway.room_keys.take(restored.keys, from_backup=version)
            done += size
            if progress:
                progress(done, total)
        await self.came(better)
        return better

    async def _readable(self) -> tuple[str, BoxKey]:
        """The version that our key opens, and the key. Asks the server where that is not known here."""
        for _ in range(2):
            kept = self._kept()
            key = self._key_of(str(kept.get("public", "")))
            if key:
                return str(kept["version"]), key
            await self.look()
        step = self.state().step
        if step in {BackupStep.NONE, BackupStep.GONE}:
            message = "There is no backup of keys on the server."
            raise NotFound(message, "Another device of yours, or a key file, may have them.", code="no_backup")
        message = "The key of the backup is not on this device, so it cannot be opened."
        raise NotFound(message, "`nookterm recover` brings it.", code="no_backup_key")

    async def fetch_missing(self, most: int = _ONE_BY_ONE) -> int:
        """Fetch keys that messages here wait for, one by one. Returns how many came.

        One that the backup does not have is asked for again after pauses that grow.
        """
        kept = self._kept()
        key = self._key_of(str(kept.get("public", "")))
        if key is None:
            return 0
        end, came = time.monotonic() + _LONGEST_ASKING, 0
        due = [where for where in self._gateway.room_keys.missing() if self._pauses.is_due(where)]
        for where in due[:most]:
            if time.monotonic() > end:
                break
            answer = await self._gateway.key_server.filed_keys(str(kept["version"]), *where)
            taken = self._gateway.room_keys.take(open_all(key, answer).keys, from_backup=str(kept["version"]))
            self._pauses.later(where)
            came += taken
        await self.came(came)
        return came

    async def came(self, keys: int) -> None:
        """So many keys came from elsewhere than a sync: tell it, and have messages read again."""
        if keys:
            self._changes.tell(KeysChanged())
            if self.on_keys:
                # Without the server, what waits is read with the next step.
                with suppress(Problem):
                    await self.on_keys()


def _count(answer: Json) -> int:
    return sum(size for _, size in _slices(answer))


def _slices(answer: Json) -> Iterator[tuple[Json, int]]:
    """An answer with many keys as several with few, each with how many. What is no answer has none."""
    rooms: dict[str, Any] = {}
    size = 0
    for room, part in _object(answer.get("rooms")).items():
        for session, filed in _object(_object(part).get("sessions")).items():
            rooms.setdefault(room, {"sessions": {}})["sessions"][session] = filed
            size += 1
            if size == _SLICE:
                yield {"rooms": rooms}, size
                rooms, size = {}, 0
    if size:
        yield {"rooms": rooms}, size


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
