"""A device of another engine (mautrix, with libolm underneath), driven by lines of JSON as the peer is.

It runs in an environment that has nothing of nookterm in it; tests/interop/second_engine.py holds the other end.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from mautrix.client import Client
from mautrix.client.state_store import MemoryStateStore
from mautrix.crypto import OlmMachine
from mautrix.crypto.store import MemoryCryptoStore
from mautrix.errors import DecryptionError
from mautrix.types import CrossSigningUsage, EventType, TOFUSigningKey, TrustState

LOG = logging.getLogger("second")
TEXT = EventType.ROOM_MESSAGE
ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


class Rooms(MemoryStateStore):  # type: ignore[misc]  # mautrix is not in the environment that checks types
    """The rooms, as both halves of mautrix want to ask about them."""

    async def find_shared_rooms(self, user_id: str) -> list[str]:
        return [room for room, members in self.members.items() if user_id in members]


class Keys(MemoryCryptoStore):  # type: ignore[misc]  # the same
    """mautrix's store in memory, which cannot hear of a person's identity a second time as it is."""

    async def put_cross_signing_key(self, user_id: str, usage: CrossSigningUsage, key: str) -> None:
        known = self._cross_signing_keys.setdefault(user_id, {})
        first = known[usage].first if usage in known else key
        known[usage] = TOFUSigningKey(key=key, first=first)


class Device:
    """One account and its device."""

    def __init__(self, base_url: str) -> None:
        self.client = Client(base_url=base_url, state_store=Rooms(), sync_store=None)
        self.seen: defaultdict[str, asyncio.Future[dict[str, Any]]] = defaultdict(asyncio.Future)

    async def login(self, user: str, password: str) -> dict[str, Any]:
        await self.client.login(identifier=user, password=password)
        store = Keys(user, "pickle key")
        self.client.sync_store = store
        self.client.crypto = OlmMachine(self.client, store, self.client.state_store)
        await self.client.crypto.load()
        await self.client.crypto.share_keys()
        self.client.crypto.send_keys_min_trust = TrustState.UNVERIFIED
        self.client.add_event_handler(EventType.ROOM_ENCRYPTED, self._encrypted)
        self.client.add_event_handler(TEXT, self._message)
        self.client.start(None)
        return {"deviceId": self.client.device_id}

    async def sign(self, passphrase: str | None = None) -> dict[str, Any]:
        """Make an identity and secret storage; this device is signed by it."""
        return {"recoveryKey": await self.client.crypto.generate_recovery_key(passphrase)}

    async def unlock(self, recoveryKey: str) -> None:  # noqa: N803 - named as the line names it
        """Take the identity out of secret storage, and sign this device."""
        await self.client.crypto.verify_with_recovery_key(recoveryKey)

    async def room(self, invite: list[str]) -> dict[str, Any]:
        return {"roomId": await self.client.create_room(invitees=invite, initial_state=[ENCRYPTED])}

    async def promote(self, roomId: str, user: str) -> None:  # noqa: N803 - named as the line names it
        """Let somebody change the room."""
        levels = await self.client.get_state_event(roomId, EventType.ROOM_POWER_LEVELS)
        levels.users[user] = 50
        await self.client.send_state_event(roomId, EventType.ROOM_POWER_LEVELS, levels)

    async def join(self, roomId: str) -> None:  # noqa: N803 - the same
        await self.client.join_room(roomId)
        await self.client.get_state_event(roomId, EventType.ROOM_ENCRYPTION)

    async def send(self, roomId: str, body: str) -> dict[str, Any]:  # noqa: N803 - the same
        return {"eventId": await self.client.send_text(roomId, body)}

    async def see(self, eventId: str, seconds: float = 15) -> dict[str, Any]:  # noqa: N803 - the same
        """The message, once it has come: its words, or why it cannot be read."""
        async with asyncio.timeout(seconds):
            return await self.seen[eventId]

    async def _encrypted(self, event: Any) -> None:
        try:
            await self.client.crypto.decrypt_megolm_event(event)
        except DecryptionError as error:
            self._saw(event.event_id, {"body": None, "failure": type(error).__name__, "trust": None})

    async def _message(self, event: Any) -> None:
        how = event.get("mautrix", {})
        trust = how.get("trust_state")
        said = {"body": event.content.body, "failure": None, "trust": trust and trust.name.lower()}
        self._saw(event.event_id, said | {"encrypted": bool(how.get("was_encrypted"))})

    def _saw(self, event_id: str, what: dict[str, Any]) -> None:
        if not self.seen[event_id].done():
            self.seen[event_id].set_result(what)


def tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def carry_out(command: Callable[..., Any], number: int, words: dict[str, Any]) -> None:
    try:
        tell({"id": number, "result": await command(**words) or {}})
    except Exception as error:
        LOG.exception("a command failed")
        tell({"id": number, "error": f"{type(error).__name__}: {error}"})


async def main(base_url: str) -> None:
    device = Device(base_url)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tell({"ready": "mautrix"})
    tasks = set()
    async for line in reader:
        words = json.loads(line)
        number, command = words.pop("id"), getattr(device, words.pop("do"))
        tasks.add(asyncio.create_task(carry_out(command, number, words)))
    device.client.stop()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    asyncio.run(main(sys.argv[1]))
