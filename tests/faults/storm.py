"""Two real clients talk for minutes while the network fails at random, they are killed, and the server falls over."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from nookterm.client.ports import RoomSpec, Secret
from nookterm.demo.homeserver import Homeserver
from nookterm.domain.events import Event, Message, Trust, Unreadable
from nookterm.domain.ids import RoomId, UserId
from tests.client.people import Drawer, Person, Village
from tests.faults.proxy import FaultyProxy
from tests.faults.victim import ROOT
from tests.faults.walker import Walk
from tests.live_homeserver import LiveServer

FAULTS: dict[str, float] = {
    "drop_before": 3, "drop_after": 3, "half": 3, "500": 2, "502html": 2, "200html": 2, "trickle": 3,
    "429": 0.3, "hang": 0.15, "429huge": 0.02,
}  # fmt: skip
"""How often each goes wrong, in percent of all requests."""
_HELLO = "hello"
_PAUSE = 0.6
_A_LIFE = (15.0, 45.0)
"""Seconds between two kills of one client: the least and the most."""
_OUTAGE = (3.0, 12.0)
_LAST_WORDS = 240.0
"""Seconds for everything to arrive after the storm."""


@dataclass
class Walker:
    """One client: its process, and what it said in all of its lives."""

    person: str
    process: asyncio.subprocess.Process | None = None
    listener: asyncio.Task[None] | None = None
    said: list[tuple[str, str]] = field(default_factory=list)
    kills: int = 0
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held between a kill and the next life."""
    done: bool = False

    def texts(self, what: str) -> list[str]:
        """What was asked for, or kept."""
        return [text for kind, text in self.said if kind == what]


@dataclass
class Outcome:
    """What came of it."""

    seconds: float
    sent: int
    unsure: int
    """Given to an outbox right when its process was killed: these may be there or not."""
    requests: int
    faults: Counter[str]
    kills: int
    outages: int
    server_kills: int
    findings: list[str]


@dataclass
class Storm:
    """Everything that is going on."""

    server: Homeserver
    village: Village
    proxy: FaultyProxy
    chance: random.Random
    rooms: list[RoomId] = field(default_factory=list)
    ids: dict[str, UserId] = field(default_factory=dict)
    walkers: list[Walker] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the proxy is shut."""
    outages: int = 0
    server_kills: int = 0

    async def begin(self) -> None:
        """Two people in two rooms, then their clients."""
        ana, bo = (
            await self.village.person("ana", url=self.proxy.url),
            await self.village.person("bo", url=self.proxy.url),
        )
        for name, messages in (("loud", 3), ("calm", 100)):
            content = {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": messages}
            spec = RoomSpec(name, state=(("m.room.encryption", "", content),), invite=(ana.id,))
            self.rooms.append(await bo.session.gateway.create_room(spec))
        await ana.enter(*self.rooms)
        await bo.sync()
        for somebody in (ana, bo):
            self.ids[somebody.name] = somebody.id
            for room in self.rooms:
                await somebody.say(room, _HELLO)
        for somebody in (ana, bo):
            await somebody.sync()
        await self.village.go_home()
        self.village.people.clear()
        self.walkers = [Walker(ana.name), Walker(bo.name)]

    def weather(self, _line: str) -> str:
        """What becomes of a request."""
        dice = self.chance.uniform(0, 100)
        for fault, percent in FAULTS.items():
            dice -= percent
            if dice < 0:
                self.faults[fault] += 1
                return fault
        return "pass"

    async def start(self, walker: Walker) -> None:
        """Begin a life."""
        drawer = self.village.vault
        assert isinstance(drawer, Drawer)
        secrets = {name: secret.reveal() for name, secret in drawer.kept.items()}
        rooms = [str(room) for room in self.rooms]
        walk = Walk(str(self.village.home), walker.person, secrets, rooms, len(walker.texts("asked")), _PAUSE)
        walker.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.walker", cwd=ROOT, stdin=-1, stdout=-1
        )
        assert walker.process.stdin is not None
        walker.process.stdin.write(json.dumps(asdict(walk)).encode() + b"\n")
        walker.listener = asyncio.create_task(self._listen(walker, walker.process))

    async def _listen(self, walker: Walker, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            if line.endswith(b"\n"):
                what, text = json.loads(line)
                walker.said.append((what, text))
                walker.done = walker.done or what == "done"

    async def kill_now_and_then(self, walker: Walker) -> None:
        """SIGKILL, and a new life at once."""
        while True:
            await asyncio.sleep(self.chance.uniform(*_A_LIFE))
            async with walker.busy:
                assert walker.process is not None
                assert walker.listener is not None
                walker.process.kill()
                if await walker.process.wait() != -signal.SIGKILL:
                    raise RuntimeError(f"{walker.person} had ended before it was killed")
                await walker.listener
                walker.kills += 1
                await self.start(walker)

    async def cut_now_and_then(self, seconds: float) -> None:
        """The network is away for some seconds, and once, in the middle, the server dies."""
        port, end, fell = self.proxy.port, time.monotonic() + seconds, False
        while True:
            await asyncio.sleep(self.chance.uniform(20, 50))
            async with self.busy:
                await self.proxy.shut()
                if not fell and time.monotonic() > end - seconds / 2:
                    fell = True
                    await asyncio.to_thread(self._kill_the_server)
                else:
                    await asyncio.sleep(self.chance.uniform(*_OUTAGE))
                await self.proxy.open(port)
                self.outages += 1

    def _kill_the_server(self) -> None:
        warden = self.server._warden.pid
        children = Path(f"/proc/{warden}/task/{warden}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        self.server.stop()
        self.server = Homeserver.start(folder=self.server.folder)
        self.village.server = LiveServer.of(self.server)
        self.proxy.upstream = self.server.base_url
        self.server_kills += 1

    async def rage(self, seconds: float, say: Callable[[str], None]) -> None:
        """The storm itself. Raises what breaks in it."""
        self.proxy.weather = self.weather
        for walker in self.walkers:
            await self.start(walker)
        work = [self.kill_now_and_then(walker) for walker in self.walkers]
        tasks = [asyncio.create_task(step) for step in (*work, self.cut_now_and_then(seconds))]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            done, _ = await asyncio.wait(tasks, timeout=min(20.0, end - time.monotonic()))
            for task in done:
                task.result()
            say(f"{sum(len(walker.texts('kept')) for walker in self.walkers)} said, {self.faults.total()} faults")
        # Between its kill and the next life a client must not be left alone, nor the proxy shut.
        locks = [*(walker.busy for walker in self.walkers), self.busy]
        for task, lock in zip(tasks, locks, strict=True):
            async with lock:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def end(self) -> None:
        """Nothing of ours goes on."""
        for walker in self.walkers:
            if walker.process and walker.process.returncode is None:
                walker.process.kill()
                await walker.process.wait()

    async def finish(self) -> list[str]:
        """The sky clears: everybody gets done and ends by themselves. Returns who did not."""
        self.proxy.weather = None
        for walker in self.walkers:
            assert walker.process is not None
            assert walker.process.stdin is not None
            walker.process.stdin.close()
        late = []
        for walker in self.walkers:
            assert walker.process is not None
            assert walker.listener is not None
            try:
                async with asyncio.timeout(_LAST_WORDS):
                    await walker.process.wait()
                    await walker.listener
            except TimeoutError:
                walker.process.kill()
                late.append(f"{walker.person} did not get done in {_LAST_WORDS:.0f} s")
        return late + [f"{walker.person} ended in another way" for walker in self.walkers if not walker.done]

    # --- what must hold -----------------------------------------------------------------------------------------------

    async def findings(self) -> list[str]:
        """Lost, doubled, out of order or unreadable, on the server and in both stores."""
        found: list[str] = []
        served = {room: self._served(room) for room in self.rooms}
        for walker in self.walkers:
            somebody = Person(self.village.parts, walker.person, Secret(""))
            try:
                await _settle(somebody, self.rooms)
                found += [f"{walker.person} still has {row}" for row in somebody.session.store.outgoing()]
                told = {room: self._told(somebody, room) for room in self.rooms}
                for room in self.rooms:
                    found += [f"{walker.person} reads: {what}" for what in _misread(told[room], served[room])]
                    found += [f"{walker.person} reads: {what}" for what in self._disordered(told[room])]
                found += [f"{walker.person} misses: {what}" for what in self._unheard(told)]
            finally:
                await somebody.account.close()
        return found

    def _told(self, reader: Person, room: RoomId) -> list[Event]:
        return [event for event in reader.session.store.timeline(room, 100_000) if event.encrypted]

    def _disordered(self, events: Sequence[Event]) -> list[str]:
        found = []
        for walker in self.walkers:
            numbers = [int(text.split()[1]) for text in _texts(events, self.ids[walker.person])]
            found += [f"{one} before {other}" for one, other in itertools.pairwise(numbers) if one >= other]
        return found

    def _unheard(self, told: dict[RoomId, list[Event]]) -> list[str]:
        """What an outbox took and no room has; what two rooms have; what nobody ever asked for."""
        found = []
        for walker in self.walkers:
            heard = Counter(text for events in told.values() for text in _texts(events, self.ids[walker.person]))
            found += [f"lost: {text}" for text in walker.texts("kept") if text not in heard]
            found += [f"doubled: {text}" for text, times in heard.items() if times > 1]
            found += [f"never asked for: {text}" for text in set(heard) - set(walker.texts("asked"))]
        return found

    def _served(self, room: RoomId) -> list[str]:
        """Every encrypted event of a room as its server holds it."""
        found: list[str] = []
        somebody = quote(self.ids[self.walkers[0].person])
        where = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=500&user_id={somebody}"
        start = ""
        while True:
            page = self.village.server.call("GET", where + start, token=self.village.server.as_token)
            found += [event["event_id"] for event in page["chunk"] if event["type"] == "m.room.encrypted"]
            if not page.get("end"):
                return found
            start = f"&from={quote(page['end'])}"


async def _settle(person: Person, rooms: Sequence[RoomId]) -> None:
    await person.session.catch_up()
    for room in rooms:
        while await person.session.fill_gaps(room):
            pass


def _texts(events: Sequence[Event], sender: UserId) -> list[str]:
    said = [e.payload.body for e in events if isinstance(e.payload, Message) and e.sender == sender]
    return [text for text in said if text != _HELLO]


def _misread(events: Sequence[Event], served: Sequence[str]) -> list[str]:
    ids = Counter(event.event_id for event in events)
    found = [f"not here: {missing}" for missing in set(served) - set(ids)]
    found += [f"not on the server: {event}" for event in events if event.event_id not in set(served)]
    found += [f"twice: {event_id}" for event_id, times in ids.items() if times > 1]
    found += [f"unreadable: {event}" for event in events if isinstance(event.payload, Unreadable)]
    return found + [f"not proved: {event}" for event in events if event.trust in {Trust.UNPROVED, Trust.NONE}]


async def run_storm(seconds: float, seed: int, say: Callable[[str], None]) -> Outcome:
    """Everything at once for `seconds`; then what came of it."""
    folder = Path(tempfile.mkdtemp(prefix="nookterm-storm-"))
    server = await asyncio.to_thread(lambda: Homeserver.start(folder=folder / "server"))
    began = time.monotonic()
    try:
        async with FaultyProxy.before(server.base_url) as proxy:
            village = Village(LiveServer.of(server), folder / "home")
            storm = Storm(server, village, proxy, random.Random(seed))  # noqa: S311 - so that it can be repeated
            try:
                await storm.begin()
                await storm.rage(seconds, say)
                found = await storm.finish()
                found += await storm.findings()
            finally:
                await storm.end()
                server = storm.server
            texts = [len(walker.texts("kept")) for walker in storm.walkers]
            unsure = sum(len(walker.texts("asked")) for walker in storm.walkers) - sum(texts)
            kills = sum(walker.kills for walker in storm.walkers)
            took = time.monotonic() - began
            return Outcome(
                took,
                sum(texts),
                unsure,
                len(proxy.lines),
                storm.faults,
                kills,
                storm.outages,
                storm.server_kills,
                found,
            )
    finally:
        await asyncio.to_thread(server.stop)
        shutil.rmtree(folder, ignore_errors=True)
