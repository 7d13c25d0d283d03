"""A homeserver that answers from memory: made-up rooms by sliding sync and by `/v3/sync`, the same bytes each time.

`python -m tests.bench.replay ROOMS` prints its URL and serves until its input ends. Lines on its input steer it:
`busy` lets a few rooms change ten times a second, `calm` ends that, `day N` sends N messages at once.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bench.program import environment
from tests.bench.world import BIG, ME, SPACES, WORDS, person

SLIDING = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
_HISTORY = 10
_PEOPLE = 5
_PIECE = 200
"""Messages of a day that come in one answer."""


@dataclass
class Connection:
    """What one client was sent."""

    sent: dict[str, bool] = field(default_factory=dict)
    """Room: whether with all its state."""
    told: int = 0
    """How much of the news."""


@dataclass
class World:
    """The rooms, and what happens in them."""

    count: int
    busy: bool = False
    news: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    connections: dict[str, Connection] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311 - the same each time
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _number: int = 0

    def __post_init__(self) -> None:
        self.ids = [BIG, *(f"!room{n}:nooks.example" for n in range(1, self.count))]
        self.rooms = {room_id: self._room(room_id, n) for n, room_id in enumerate(self.ids)}

    def _room(self, room_id: str, number: int) -> dict[str, Any]:
        levels = {"users": {ME: 100}, "state_default": 50}
        state = [
            self.event("m.room.create", {"room_version": "11"}, ME, ""),
            self.event("m.room.name", {"name": f"Nook {number:03}"}, ME, ""),
            self.event("m.room.power_levels", levels, ME, ""),
            self.event("m.room.join_rules", {"join_rule": "invite"}, ME, ""),
            self.event("m.room.history_visibility", {"history_visibility": "shared"}, ME, ""),
        ]
        people = [ME, *(str(person(n)) for n in range(1, _PEOPLE))]
        members = [
            self.event("m.room.member", {"membership": "join", "displayname": f"Person {n}"}, user, user)
            for n, user in enumerate(people)
        ]
        timeline = [self.said() for _ in range(_HISTORY)]
        if room_id == BIG:
            # The room that a filled account read last has its newest message already, and no gap before it.
            timeline = [self.said() | {"event_id": f"${BIG}-9999"}]
        return {"outline": [*state, members[0]], "state": [*state, *members], "timeline": timeline}

    def event(self, type_: str, content: dict[str, Any], sender: str, key: str | None = None) -> dict[str, Any]:
        """An event as a server sends it."""
        self._number += 1
        at = 1_790_000_000_000 + 1000 * self._number
        base = {"type": type_, "content": content, "sender": sender, "origin_server_ts": at}
        return base | {"event_id": f"$event{self._number}"} | ({} if key is None else {"state_key": key})

    def said(self) -> dict[str, Any]:
        """Somebody says something."""
        body = " ".join(self.chance.choices(WORDS, k=12))
        return self.event("m.room.message", {"msgtype": "m.text", "body": body}, person(self.chance.randrange(1, 5)))

    def happen(self, count: int, rooms: int) -> None:
        """So many messages, in the first so many rooms."""
        for _ in range(count):
            self.news.append((self.chance.choice(self.ids[:rooms]), self.said()))
        self.changed.set()
        self.changed = asyncio.Event()

    async def wait(self, connection: Connection, seconds: float) -> None:
        """Until there is something new for this client."""
        if connection.told >= len(self.news) and seconds > 0:
            try:
                async with asyncio.timeout(seconds):
                    await self.changed.wait()
            except TimeoutError:
                return

    def since(self, connection: Connection) -> dict[str, list[dict[str, Any]]]:
        """What this client has not heard yet, by room."""
        piece = self.news[connection.told : connection.told + _PIECE]
        connection.told += len(piece)
        found: dict[str, list[dict[str, Any]]] = {}
        for room_id, event in piece:
            found.setdefault(room_id, []).append(event)
        return found


async def sliding(request: web.Request) -> web.Response:
    """Simplified sliding sync, as much of it as two clients ask for."""
    world: World = request.app["world"]
    body, pos = await request.json(), request.query.get("pos", "")
    name = pos.partition("/")[0] or f"c{len(world.connections)}"
    connection = world.connections.setdefault(name, Connection(told=len(world.news)))
    lists = body.get("lists", {})
    rooms: dict[str, Any] = {}
    for asked in lists.values():
        whole = ["*", "*"] in asked.get("required_state", [])
        for first, last in asked.get("ranges", []):
            for room_id in world.ids[first : last + 1]:
                if connection.sent.get(room_id, False) < whole or room_id not in connection.sent:
                    rooms[room_id] = _room(world, room_id, whole=whole, first=room_id not in connection.sent)
                    connection.sent[room_id] = whole
    if not rooms:
        await world.wait(connection, int(request.query.get("timeout", "0")) / 1000)
    for room_id, events in world.since(connection).items():
        if room_id in connection.sent and room_id not in rooms:
            rooms[room_id] = {"required_state": [], "timeline": events, "num_live": len(events), "prev_batch": "p"}
    counts = {"signed_curve25519": 50}
    answer = {
        "pos": f"{name}/{connection.told}-{len(connection.sent)}",
        "lists": {key: {"count": world.count} for key in lists},
        "rooms": rooms,
        "extensions": {
            "to_device": {"next_batch": "1", "events": []},
            "e2ee": {"device_one_time_keys_count": counts, "device_unused_fallback_key_types": ["signed_curve25519"]},
        },
    }
    return web.json_response(answer)


def _room(world: World, room_id: str, *, whole: bool, first: bool) -> dict[str, Any]:
    room = world.rooms[room_id]
    state = room["state"] if whole else room["outline"]
    return {
        "initial": True, "name": state[1]["content"]["name"], "required_state": state, "joined_count": _PEOPLE,
        "timeline": room["timeline"] if first else [], "limited": first and room_id != BIG, "prev_batch": "p",
        "num_live": 0, "bump_stamp": 1,
    }  # fmt: skip


async def classic(request: web.Request) -> web.Response:
    """`/v3/sync`: everything at once, then what is new."""
    world: World = request.app["world"]
    since = request.query.get("since", "")
    connection = world.connections.setdefault(since or f"v{len(world.connections)}", Connection(told=len(world.news)))
    name = next(key for key, value in world.connections.items() if value is connection)
    if not since:
        joined = {
            room_id: {
                "state": {"events": room["state"]},
                "timeline": {"events": room["timeline"], "limited": True, "prev_batch": "p"},
            }
            for room_id, room in world.rooms.items()
        }
    else:
        await world.wait(connection, int(request.query.get("timeout", "0")) / 1000)
        joined = {room_id: {"timeline": {"events": events}} for room_id, events in world.since(connection).items()}
    return web.json_response({"next_batch": name, "rooms": {"join": joined}})


_FIXED: dict[str, Any] = {
    "/_matrix/client/versions": {"versions": ["v1.11"], "unstable_features": {"org.matrix.simplified_msc3575": True}},
    "/_matrix/client/v3/pushrules/": {"global": {}},
    "/_matrix/client/v3/keys/upload": {"one_time_key_counts": {"signed_curve25519": 50}},
    "/_matrix/client/v3/keys/query": {"device_keys": {}, "failures": {}},
    "/_matrix/client/v3/capabilities": {"capabilities": {}},
    "/_matrix/client/v3/account/whoami": {"user_id": ME, "device_id": "BENCHDEV"},
}


async def other(request: web.Request) -> web.Response:
    """Whatever else a client asks: what it needs to go on, or that this is unknown."""
    if request.path in _FIXED:
        return web.json_response(_FIXED[request.path])
    if request.path == "/_matrix/client/v3/joined_rooms":
        return web.json_response({"joined_rooms": [*request.app["world"].ids, *SPACES]})
    if request.method == "PUT" and "/send/" in request.path:
        return web.json_response({"event_id": f"$sent-{request.path.rpartition('/')[2]}"})
    if "/receipt/" in request.path or request.path.endswith("/read_markers"):
        return web.json_response({})
    if "/state/" in request.path:
        return web.json_response({"errcode": "M_NOT_FOUND", "error": "No such state"}, status=404)
    return web.json_response({"errcode": "M_UNRECOGNIZED", "error": "Not here"}, status=404)


async def serve(count: int) -> None:
    """Serve until standard input ends."""
    world = World(count)
    app = web.Application()
    app["world"] = world
    app.router.add_post(SLIDING, sliding)
    app.router.add_get("/_matrix/client/v3/sync", classic)
    app.router.add_route("*", "/{tail:.*}", other)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    ticking = asyncio.create_task(_tick(world))
    while line := (await reader.readline()).decode().split():
        if line[0] == "day":
            world.happen(int(line[1]), world.count)
        world.busy = line[0] == "busy"
    ticking.cancel()
    await runner.cleanup()


async def _tick(world: World) -> None:
    while True:
        await asyncio.sleep(0.1)
        if world.busy:
            world.happen(3, min(40, world.count))


@dataclass(frozen=True, slots=True)
class Replay:
    """A running server."""

    url: str
    process: subprocess.Popen[str]

    def tell(self, line: str) -> None:
        """Steer it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


@contextmanager
def replaying(rooms: int) -> Iterator[Replay]:
    """A server with so many rooms, as a process of its own."""
    words = [sys.executable, "-m", "tests.bench.replay", str(rooms)]
    with subprocess.Popen(
        words, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Replay(json.loads(process.stdout.readline())["url"], process)
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
