"""A server inside the test's own loop that hands out keys as a test wants it: late, never, or not at all."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import vodozemac
from aiohttp import web

from nookterm.client.identity_keys import publish_new_identity
from nookterm.client.ports import Credentials, Secret, SendContent
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.matrix.gateway import NioGateway
from nookterm.trust.cross_signing import CrossSigningKeys
from tests.bench.key_server import ME, World
from tests.matrix.owners import Owner
from tests.matrix.people import open_database

NOOK, SHED = RoomId("!nook:lab.example"), RoomId("!shed:lab.example")
ANA, BO, CLEO = "@ana:lab.example", "@bo:lab.example", "@cleo:dead.example"
SAID = SendContent("m.room.message", {"msgtype": "m.text", "body": "x"})
Hook = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]
"""Gets the body of a request; what it returns is the answer, None means the usual one."""


@dataclass
class KeyLab:
    """The server, and one gateway that talks to it."""

    members: dict[str, list[str]] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    """By a part of the path."""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    world: World = field(default_factory=lambda: World(0))
    empty: set[str] = field(default_factory=set)
    """Devices without one-time keys."""
    gateway: NioGateway = field(init=False)
    identity: CrossSigningKeys = field(init=False)
    """Our own."""
    connection: Any = None
    _sent: int = 0

    def person(self, user: str, *devices: str) -> None:
        """Somebody with these devices, all of them signed."""
        self.world.accounts[user] = {name: vodozemac.Account() for name in devices}
        self.world.owners.setdefault(user, Owner(user))

    def room(self, room_id: str, *users: str) -> None:
        """A room of ours with these people."""
        self.members[room_id] = [ME, *users]

    def times(self, part: str) -> int:
        """How often something was asked."""
        return sum(part in where for where, _ in self.asked)

    def keyed(self) -> set[tuple[str, str]]:
        """The devices that a message went to."""
        bodies = [
            body["messages"]
            for where, body in self.asked
            if "/m.room.encrypted/" in where and "/sendToDevice/" in where
        ]
        return {(user, name) for body in bodies for user, devices in body.items() for name in devices}

    async def say(self, room_id: RoomId) -> EventId:
        """Send a message."""
        self._sent += 1
        return await self.gateway.send(room_id, SAID, TxnId(f"t{self._sent}"))

    def session(self, room_id: RoomId) -> str:
        """The room key in use."""
        return str(self.gateway._crypto._sharing._sessions[room_id].id)

    def news(self, **more: object) -> None:
        """Take in a sync response."""
        counts = {"device_one_time_keys_count": {"signed_curve25519": 50}}
        self.gateway.digest_sync({"next_batch": "s"} | counts | more)

    def moves(self, room_id: RoomId, user: str, membership: str) -> None:
        """Somebody comes or goes, on the server and in a sync response."""
        self.members[room_id] = [u for u in self.members[room_id] if u != user] + [user] * (membership == "join")
        event = {"type": "m.room.member", "state_key": user, "sender": user, "content": {"membership": membership}}
        timeline = {"events": [event | {"event_id": f"${user}{membership}", "origin_server_ts": 1}]}
        self.news(rooms={"join": {room_id: {"timeline": timeline}}})

    async def handle(self, request: web.Request) -> web.Response:
        """One request."""
        body = json.loads(await request.text() or "{}")
        self.asked.append((request.path, body))
        for part, hook in self.hooks.items():
            told = await hook(body) if part in request.path else None
            if told is not None:
                return web.json_response(told)
        return web.json_response(self._usual(request.path, body))

    def _usual(self, where: str, body: dict[str, Any]) -> dict[str, Any]:
        if where.endswith("/keys/query"):
            return self.world.query(body["device_keys"])
        if where.endswith("/upload"):
            return self.world.upload(where, body)
        if where.endswith("/keys/claim"):
            wanted = body["one_time_keys"].items()
            keys = {
                user: {name: self.world.one_time_key(user, name) for name in names if name not in self.empty}
                for user, names in wanted
            }
            return {"one_time_keys": keys}
        if where.endswith("/members"):
            room_id = where.split("/")[-2]
            return {
                "chunk": [
                    {"type": "m.room.member", "state_key": user, "sender": user, "content": {"membership": "join"}}
                    for user in self.members[room_id]
                ]
            }
        return {
            "one_time_key_counts": {"signed_curve25519": 50},
            "event_id": f"$event{len(self.asked)}",
            "algorithm": "m.megolm.v1.aes-sha2",
        }


@asynccontextmanager
async def key_lab(folder: Path) -> AsyncIterator[KeyLab]:
    """A running lab; ana, bo (two devices) and cleo (of a server that may be dead) are known to it."""
    lab = KeyLab()
    lab.person(ANA, "ANA1")
    lab.person(BO, "BO1", "BO2")
    lab.person(CLEO, "CLEO1")
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", lab.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    lab.connection = open_database(folder / "lab.db")
    credentials = Credentials(url, UserId(ME), DeviceId("MINE"), Secret("token"))
    lab.gateway = NioGateway(credentials, lab.connection, "only in tests")
    await lab.gateway.after_sync()
    lab.identity = await publish_new_identity(lab.gateway, os.urandom)
    await lab.gateway.after_sync()
    lab.asked.clear()
    try:
        yield lab
    finally:
        await lab.gateway.close()
        await runner.cleanup()
        lab.connection.close()


async def hang(_body: dict[str, Any]) -> None:
    """A hook that never answers."""
    await asyncio.sleep(3600)
