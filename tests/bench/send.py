"""Sending: from Enter to the words in the conversation, and to the server's answer."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from nookterm.client.ports import RoomSpec
from nookterm.demo.homeserver import Homeserver
from nookterm.domain.ids import RoomId
from tests.bench.keys import bare_app, opened
from tests.bench.letters import LETTERS, typed
from tests.bench.replay import replaying
from tests.bench.table import Figure, Row
from tests.bench.world import Size, home_at
from tests.client.people import Person, Village
from tests.live_homeserver import Account, LiveServer

_TWO_FRAMES = 1000 * 2 / 60
_ROOMS = 1000


def measure(rounds: int) -> list[Row]:
    """The echo against a replay server, the way to the server against a real Synapse."""
    with TemporaryDirectory() as folder:
        return [_echo(Path(folder), 4 * rounds), asyncio.run(_on_the_wire(Path(folder), 4 * rounds))]


def _echo(folder: Path, times: int) -> Row:
    ours: list[float] = []
    with replaying(_ROOMS) as server, bare_app("write") as bare:
        home = home_at(Size(clear=True), folder / "echo", server.url)
        floor = typed(bare, LETTERS[:times])
        with opened(home) as program:
            for letter in LETTERS[:times]:
                program.press(letter.encode(), letter)
                program.quiet()
                ours.append(1000 * program.press(b"\r", letter))
                program.quiet()
    return Row(
        "Enter to the words in the conversation, p95",
        Figure.p95(ours),
        "a letter in the bare app",
        Figure.p95(floor),
        "ms",
        limit=round(_TWO_FRAMES, 1),
        note="the goal is two frames of a 60 Hz screen",
    )


async def _on_the_wire(folder: Path, times: int) -> Row:
    """`outbox.send`, committed before it leaves, and a bare PUT of the same content, in turn, in a room of its own."""
    with Homeserver.start(folder=folder / "server") as server:
        village = Village(LiveServer.of(server), folder / "people")
        try:
            person = await village.person("mara")
            room = await person.session.gateway.create_room(RoomSpec("Bench"))
            await person.sync()
            token = village.server.login(Account(person.id, person.password.reveal()))
            return await _turns(person, f"{server.base_url}/_matrix/client/v3/rooms/{room}/send", token, room, times)
        finally:
            await village.go_home()


async def _turns(person: Person, url: str, token: str, room: RoomId, times: int) -> Row:
    ours: list[float] = []
    raw: list[float] = []
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        for turn in range(times + 1):
            content = {"msgtype": "m.text", "body": f"number {turn}"}
            begun = time.perf_counter()
            await person.session.outbox.send(room, "m.room.message", content)
            between = time.perf_counter()
            async with client.put(f"{url}/m.room.message/raw{turn}", json=content) as answer:
                answer.raise_for_status()
                await answer.read()
            if turn:
                ours.append(1000 * (between - begun))
                raw.append(1000 * (time.perf_counter() - between))
    return Row("on the wire: outbox to the server's answer", Figure.median(ours), "a bare PUT to the same Synapse",
               Figure.median(raw), "ms", 1.3)  # fmt: skip
