"""Secrets of ours that this device lacks and another one has: asked for, checked, kept (spec: Secrets, Sharing)."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from nookterm.client.changes import Changes, TrustChanged
from nookterm.client.errors import Problem
from nookterm.client.gossip_answers import Answers
from nookterm.client.identity_keys import shown_identity
from nookterm.client.ports import Arrived, Clock, Gateway, Secret, Store
from nookterm.domain.events import Json
from nookterm.domain.ids import DeviceId
from nookterm.trust.backup import read_version
from nookterm.trust.entropy import Entropy, random_name
from nookterm.trust.gossip import (
    REQUEST,
    SEND,
    Asked,
    Received,
    ask,
    take_answer,
    take_back,
)
from nookterm.trust.identity import DeviceKeys, Identity
from nookterm.trust.pins import Standing
from nookterm.trust.refusals import Refused
from nookterm.trust.sealed_box import BoxKey
from nookterm.trust.secret_storage import BACKUP, MASTER, SECRETS, SELF_SIGNING, USER_SIGNING, read_seed
from nookterm.trust.signing import SigningKey

_ASKED, _WISHED = "secret_request", "secret_wish"
_CROSS_SIGNING = (MASTER, SELF_SIGNING, USER_SIGNING)
_WISH_HOLDS = timedelta(hours=1)
_ASK_AGAIN = timedelta(seconds=20)
"""After the first question; each further pause is twice as long. Who was asked may not have known our signature yet."""
_MOST_QUESTIONS = 6


class Taker(Protocol):
    """Our own identity (client/identity.py)."""

    async def take_secrets(self, secrets: Mapping[str, Secret]) -> bool:
        """Take over the three keys, where they belong to the identity that is shown."""


class Backup(Protocol):
    """The backup of room keys (client/backup.py)."""

    async def look(self) -> object:
        """See which one there is, and use it if its key is here."""


class Gossip:
    """Talks about secrets with our other devices. Lives on the engine's loop."""

    def __init__(
        self,
        gateway: Gateway,
        store: Store,
        clock: Clock,
        changes: Changes,
        identity: Callable[[], Taker],
        backup: Backup,
        entropy: Entropy = os.urandom,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._changes = changes
        self._identity = identity
        self._backup = backup
        self._entropy = entropy
        self._answers = Answers(gateway, clock)
        self.on_backup_key: Callable[[], None] | None = None
        """Is told when the key of the backup has come."""

    # --- asking -----------------------------------------------------------------------------------------------------

    async def ask(self, names: Collection[str] = SECRETS) -> int:
        """Ask our other devices for the secrets that are missing here, now or as soon as this device is signed.

        Returns how many questions left now.
        """
        with self._store.transaction():
            self._store.remember(_WISHED, "", {"names": list(names), "at": self._clock().isoformat()})
        return await self._wish()

    async def _wish(self) -> int:
        """Ask for what is wished, if this device is signed and there is somebody to ask."""
        wish = self._store.recall(_WISHED, "")
        if wish is None:
            return 0
        if self._clock() > _moment(wish) + _WISH_HOLDS:
            self._forget(_WISHED, "")
            return 0
        shown = await shown_identity(self._gateway)
        devices = self._others()
        if not devices or not self._gateway.identities.this_device.signed_by_owner:
            return 0
        missing = [name for name in wish.get("names", ()) if name in SECRETS and await self._is_missing(name, shown)]
        known = {asked.name for asked in self._open().values()}
        left = 0
        for name in missing:
            if name not in known:
                await self._ask_for(Asked(random_name(self._entropy), name, frozenset(devices)), 1)
                left += 1
        self._forget(_WISHED, "")
        return left

    def _others(self) -> list[DeviceId]:
        """Our other devices that are signed and not shut out; nobody while our identity is not proved here."""
        identities, me = self._gateway.identities, self._gateway.user_id
        if identities.pin(me).standing is not Standing.VERIFIED:
            return []
        out = {identities.this_device.device, *identities.barred(me)}
        return [name for name, device in identities.devices(me).items() if device.signed_by_owner and name not in out]

    async def _is_missing(self, name: str, shown: Identity) -> bool:
        if name == BACKUP and await self._gateway.key_server.backup_version() is None:
            return False
        secret = self._gateway.identities.secret(name)
        return secret is None or not await self._fits(Received(name, secret.reveal()), shown)

    async def _ask_for(self, asked: Asked, questions: int) -> None:
        """Written down first: an answer to what nobody here knows of is refused."""
        row = {
            "name": asked.name,
            "devices": sorted(asked.devices),
            "questions": questions,
            "at": self._clock().isoformat(),
        }
        with self._store.transaction():
            self._store.remember(_ASKED, asked.request_id, row)
        await self._tell(asked.devices, ask(asked, self._gateway.device_id))

    async def _tell(self, devices: Iterable[DeviceId], content: Json) -> None:
        messages = {self._gateway.user_id: dict.fromkeys(devices, content)}
        if messages[self._gateway.user_id]:
            await self._gateway.key_server.send_to_devices(REQUEST, messages)

    def _open(self) -> dict[str, Asked]:
        return {
            request_id: Asked(request_id, str(row["name"]), frozenset(map(DeviceId, row["devices"])))
            for request_id, row in self._store.recall_all(_ASKED).items()
        }

    def _forget(self, kind: str, key: str) -> None:
        with self._store.transaction():
            self._store.remember(kind, key, None)

    # --- what comes -------------------------------------------------------------------------------------------------

    def given_to(self, device: DeviceId) -> int:
        """How many secrets a device of ours has got from this one, since this process began."""
        return self._answers.given_to(device)

    async def take(self, arrived: Iterable[Arrived]) -> None:
        """Answer what devices of ours ask, keep what they answer. What cannot be done now is tried again."""
        for event in arrived:
            with suppress(Problem):
                if event.type == REQUEST:
                    await self._answers.take(event)
                elif event.type == SEND:
                    await self._came(event)

    async def settle(self) -> int:
        """Do what waits: questions of ours, and of devices that were not signed when they asked."""
        now, done = self._clock(), await self._answers.settle()
        for request_id, row in self._store.recall_all(_ASKED).items():
            done += await self._ask_again(request_id, row, now)
        return done + await self._wish()

    async def _ask_again(self, request_id: str, row: Json, now: datetime) -> int:
        questions = int(row["questions"])
        if now <= _moment(row) + _ASK_AGAIN * 2 ** (questions - 1):
            return 0
        asked = self._open()[request_id]
        await self._tell(asked.devices, take_back(asked, self._gateway.device_id))
        self._forget(_ASKED, request_id)
        devices = frozenset(self._others())
        if questions >= _MOST_QUESTIONS or not devices:
            return 0
        await self._ask_for(Asked(random_name(self._entropy), asked.name, devices), questions + 1)
        return 1

    # --- being answered ---------------------------------------------------------------------------------------------

    async def _came(self, event: Arrived) -> None:
        request_id, identities = event.content.get("request_id"), self._gateway.identities
        asked = self._open().get(request_id) if isinstance(request_id, str) else None
        try:
            came = take_answer(asked, self._device_of(event), event.content, identities.pin(self._gateway.user_id))
            fits = await self._fits(came, await shown_identity(self._gateway))
        except Refused:
            return
        if asked is None or not fits:
            return
        await self._keep(came)
        self._forget(_ASKED, asked.request_id)
        others = asked.devices - ({event.device.device} if event.device else set())
        await self._tell(others, take_back(asked, self._gateway.device_id))

    def _device_of(self, event: Arrived) -> DeviceKeys | None:
        """The device of ours behind the Olm session, as the server shows it now."""
        if event.device is None or not event.encrypted or event.sender != self._gateway.user_id:
            return None
        if event.device.device in self._gateway.identities.barred(event.sender):
            return None
        known = self._gateway.identities.devices(event.sender).get(event.device.device)
        same = known and (known.ed25519, known.curve25519) == (event.device.ed25519, event.device.curve25519)
        return known if same else None

    async def _fits(self, came: Received, shown: Identity) -> bool:
        """Whether a secret is the private half of what it is the secret of."""
        public = {MASTER: shown.master, SELF_SIGNING: shown.self_signing, USER_SIGNING: shown.user_signing}
        try:
            seed = read_seed(came.secret)
            if came.name == BACKUP:
                found = await self._gateway.key_server.backup_version()
                return BoxKey(seed).public == read_version(found or {}).public
        except Refused:
            return False
        half = public.get(came.name)
        return half is not None and half.public == SigningKey(seed).public

    async def _keep(self, came: Received) -> None:
        identities = self._gateway.identities
        identities.keep_secret(came.name, Secret(came.secret))
        self._changes.tell(TrustChanged(frozenset({self._gateway.user_id})))
        if came.name == BACKUP:
            await self._backup.look()
            if self.on_backup_key:
                self.on_backup_key()
            return
        secrets = {name: identities.secret(name) for name in _CROSS_SIGNING}
        held = {name: secret for name, secret in secrets.items() if secret}
        if len(held) == len(_CROSS_SIGNING):
            await self._identity().take_secrets(held)


def _moment(row: Json) -> datetime:
    return datetime.fromisoformat(str(row["at"]))
