"""People with real devices on a real homeserver, as the gateway's tests need them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3

from nookterm.client.identity_keys import keep_keys, publish_new_identity, sign_this_device
from nookterm.client.ports import Credentials, Homeserver, Secret, SendContent, SyncStep
from nookterm.domain.events import Event, Message
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.matrix.doorway import NioDoorway
from nookterm.matrix.gateway import NioGateway
from nookterm.matrix.stamp import Stamp
from nookterm.trust.cross_signing import CrossSigningKeys
from tests.live_homeserver import Account, LiveServer

PICKLE_KEY = "only in tests"
_TXN = itertools.count()


def open_database(file: Path) -> Any:
    """A SQLCipher connection with the mode that the store uses: transactions only where somebody begins one."""
    connection = sqlcipher3.connect(str(file), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{'11' * 32}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


@dataclass
class Person:
    """Somebody signed in on one device, who keeps what they have seen."""

    credentials: Credentials
    file: Path
    stamp: Stamp | None = None
    since: str | None = None
    way: str = "auto"
    """How to ask for news."""
    seen: dict[EventId, Event] = field(default_factory=dict)
    steps: list[SyncStep] = field(default_factory=list)
    gateway: NioGateway = field(init=False)
    connection: Any = field(init=False)
    identity: CrossSigningKeys | None = None
    """What this person made; to sign more with."""

    def __post_init__(self) -> None:
        self.connection = open_database(self.file)
        self.gateway = NioGateway(self.credentials, self.connection, PICKLE_KEY, stamp=self.stamp, sync=self.way)

    @property
    def user_id(self) -> UserId:
        return self.credentials.user_id

    async def found_identity(self) -> None:
        """Make an identity that has signed this device."""
        self.identity = await publish_new_identity(self.gateway, os.urandom)

    async def signs(self, device: Person) -> None:
        """Say that another device is ours."""
        assert self.identity
        await device.recovers(self.identity)

    async def recovers(self, keys: CrossSigningKeys) -> None:
        """Get the keys of our identity, as recovery brings them, and sign this device with them."""
        self.identity = keys
        keep_keys(self.gateway.identities, keys)
        await sign_this_device(self.gateway, keys)

    async def meets(self, *others: Person) -> None:
        """Ask who these are, as happens before anything is said to them."""
        await self.gateway.key_server.query([other.user_id for other in others])

    async def sync(self, timeout: float = 0) -> SyncStep:
        """One step, taken over and followed by what the crypto owes."""
        step = self.gateway.digest_sync(await self.gateway.fetch_sync(self.since, timeout))
        self.since = step.next_batch
        self.steps.append(step)
        events = [event for room in step.rooms for event in room.timeline]
        self.seen |= {event.event_id: event for event in (*events, *step.decrypted_late)}
        self.seen |= {event.event_id: event for event in await self.gateway.after_sync()}
        return step

    async def sync_until(self, done: Callable[[], object], tries: int = 20) -> None:
        """Sync until `done()` is true."""
        for _ in range(tries):
            if done():
                return
            await self.sync(timeout=1)
        assert done(), f"{self.user_id} waited in vain; saw {[event.payload for event in self.seen.values()]}"

    async def say(self, room_id: RoomId, body: str, **blocks: object) -> EventId:
        content = {"msgtype": "m.text", "body": body, **blocks}
        return await self.gateway.send(room_id, SendContent("m.room.message", content), TxnId(f"t{next(_TXN)}"))

    async def reads(self, event_id: EventId) -> Event:
        """Sync until the event is there and readable."""
        await self.sync_until(lambda: isinstance(getattr(self.seen.get(event_id), "payload", None), Message))
        return self.seen[event_id]

    def body(self, event_id: EventId) -> str | None:
        payload = self.seen[event_id].payload if event_id in self.seen else None
        return payload.body if isinstance(payload, Message) else None

    async def restart(self) -> None:
        """End this process's part and begin anew on the same file."""
        await self.close()
        self.__post_init__()

    async def close(self) -> None:
        await self.gateway.close()
        self.connection.close()


@dataclass
class Crowd:
    """Makes people on one server and sends them home in the end."""

    server: LiveServer
    folder: Path
    people: list[Person] = field(default_factory=list)

    async def person(
        self, name: str, *, stamp: Stamp | None = None, trusted: bool = True, account: Account | None = None
    ) -> Person:
        """A new account with one device, its keys uploaded; `trusted`: with an identity that has signed it."""
        person = await self.device(account or self.server.register(name), stamp=stamp)
        if trusted:
            await person.found_identity()
        return person

    async def device(self, account: Account, *, stamp: Stamp | None = None) -> Person:
        """A new device of an account, which nobody has signed."""
        home = Homeserver(self.server.base_url, ())
        credentials = await NioDoorway().login(home, account.user_id, Secret(account.password), "a test")
        person = Person(credentials, self.folder / f"{len(self.people)}.db", stamp)
        self.people.append(person)
        await person.sync()
        return person

    async def go_home(self) -> None:
        for person in self.people:
            await person.close()
