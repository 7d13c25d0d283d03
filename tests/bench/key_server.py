"""A homeserver that knows one encrypted room of many devices and hands out their keys: the same work for any client."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from typing import Any

import vodozemac
from aiohttp import web
from nio.api import Api

from tests.matrix.owners import Owner

ROOM = "!nook:bench.example"
ME = "@me:bench.example"
USERS = 150
DEVICES_EACH = 2
_LONG_POLL = 25.0


class World:
    """Everybody's devices, made once, and what they hand out."""

    def __init__(self, users: int = USERS) -> None:
        self.accounts: dict[str, dict[str, vodozemac.Account]] = {
            f"@u{n}:bench.example": {f"DEV{n}X{d}": vodozemac.Account() for d in range(DEVICES_EACH)}
            for n in range(users)
        }
        self.owners = {user: Owner(user) for user in self.accounts}
        """Who has an identity; it has signed all their devices but those that are `unsigned`."""
        self.unsigned: set[tuple[str, str]] = set()
        self.own: dict[str, Any] = {}
        self.own_identity: dict[str, Any] = {}
        self.events = 0

    def devices(self, user: str) -> dict[str, Any]:
        """A user's devices as `/keys/query` lists them."""
        if user == ME:
            return self.own
        told = {name: listed(user, name, account) for name, account in self.accounts.get(user, {}).items()}
        owner = self.owners.get(user)
        return {
            name: device if owner is None or (user, name) in self.unsigned else owner.signs(device)
            for name, device in told.items()
        }

    def query(self, users: Iterable[str]) -> dict[str, Any]:
        """The answer to `/keys/query`."""
        answer: dict[str, Any] = {"device_keys": {user: self.devices(user) for user in users}}
        for user in users:
            public = self.own_identity if user == ME else self.owners[user].public if user in self.owners else {}
            for role, document in public.items():
                answer.setdefault(f"{role}s", {})[user] = document
        return answer

    def upload(self, where: str, body: dict[str, Any]) -> dict[str, Any]:
        """Keys, an identity or signatures of ours."""
        if where.endswith("/device_signing/upload"):
            self.own_identity = body
            return {}
        if where.endswith("/signatures/upload"):
            for name, signed in body.get(ME, {}).items():
                device = self.own[name]
                device["signatures"][ME] |= signed["signatures"][ME]
            return {}
        if "device_keys" in body:
            # Whoever comes is alone here: the clients of a comparison must not send to each other.
            self.own = {body["device_keys"]["device_id"]: body["device_keys"]}
            self.own_identity = {}
        return {"one_time_key_counts": {"signed_curve25519": 50}}

    def one_time_key(self, user: str, name: str) -> dict[str, Any]:
        """A fresh one-time key of a device."""
        account = self.accounts[user][name]
        account.generate_one_time_keys(1)
        ((number, key),) = account.one_time_keys.items()
        account.mark_keys_as_published()
        return {f"signed_curve25519:{number}": _signed(account, user, name, {"key": key.to_base64()})}

    def state(self) -> list[dict[str, Any]]:
        """The room."""
        told: list[tuple[str, str, dict[str, Any]]] = [
            ("m.room.create", "", {"room_version": "11", "creator": ME}),
            ("m.room.power_levels", "", {"users": {ME: 100}}),
            ("m.room.history_visibility", "", {"history_visibility": "joined"}),
            # Never by itself: both clients change the key when the benchmark says so.
            ("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}),
            *(("m.room.member", user, {"membership": "join"}) for user in (ME, *self.accounts)),
        ]
        return [
            {"type": type_, "state_key": key, "content": content, "sender": ME, "event_id": f"${n}"}
            | {"origin_server_ts": 1_760_000_000_000 + n, "room_id": ROOM}
            for n, (type_, key, content) in enumerate(told)
        ]


def listed(user: str, name: str, account: vodozemac.Account) -> dict[str, Any]:
    """A device as it uploads itself."""
    keys = {"ed25519": account.ed25519_key.to_base64(), "curve25519": account.curve25519_key.to_base64()}
    told = {
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "device_id": name,
        "user_id": user,
        "keys": {f"{kind}:{name}": key for kind, key in keys.items()},
    }
    return _signed(account, user, name, told)


def _signed(account: vodozemac.Account, user: str, name: str, told: dict[str, Any]) -> dict[str, Any]:
    signature = account.sign(Api.to_canonical_json(told).encode()).to_base64()
    return told | {"signatures": {user: {f"ed25519:{name}": signature}}}


async def _sync(world: World, request: web.Request) -> dict[str, Any]:
    again = "since" in request.query
    if again:
        await asyncio.sleep(_LONG_POLL)
    room = {"state": {"events": world.state()}, "timeline": {"events": [], "limited": False, "prev_batch": "p"}}
    return {
        "next_batch": "s1",
        "rooms": {} if again else {"join": {ROOM: room}},
        "device_one_time_keys_count": {"signed_curve25519": 50},
        "device_unused_fallback_key_types": ["signed_curve25519"],
    }


async def _keys(world: World, request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if request.path.endswith("/query"):
        return world.query(body["device_keys"])
    if request.path.endswith("/claim"):
        wanted = body["one_time_keys"].items()
        keys = {user: {name: world.one_time_key(user, name) for name in names} for user, names in wanted}
        return {"one_time_keys": keys, "failures": {}}
    return world.upload(request.path, body)


async def _answer(world: World, request: web.Request) -> dict[str, Any] | None:
    where = request.path
    if where.endswith("/sync"):
        return await _sync(world, request)
    if "/keys/" in where and "/room_keys/" not in where:
        return await _keys(world, request)
    if "/members" in where:
        return {"chunk": [event for event in world.state() if event["type"] == "m.room.member"]}
    if "/send/" in where:
        world.events += 1
        return {"event_id": f"$sent{world.events}"}
    return next((told for part, told in _SHORT if part in where), None)


_SHORT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/versions", {"versions": [f"v1.{n}" for n in range(1, 13)]}),
    ("/state/m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
    ("/sendToDevice/", {}),
    ("/account_data/", {}),
    ("/filter", {"filter_id": "1"}),
    ("/pushrules", {"global": {}}),
)


async def main() -> None:
    """Serve on a free port, printed first, until the standard input ends."""
    world = World()

    async def handle(request: web.Request) -> web.Response:
        told = await _answer(world, request)
        if told is None:
            return web.json_response({"errcode": "M_NOT_FOUND", "error": "not here"}, status=404)
        return web.json_response(told)

    app = web.Application(client_max_size=1 << 26)
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
