"""Whatever the network does to a request, what was said arrives once and in order, and the server is left in peace."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from nookterm.client.changes import Change, ConnectionChanged
from nookterm.client.errors import Problem, SignedOut
from nookterm.client.ports import Homeserver, RoomSpec
from nookterm.domain.events import Message, Trust
from nookterm.domain.ids import RoomId
from tests.client.people import TEXT, Person, Village
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import LiveServer
from tests.matrix.people import Person as Device

FAULTS = ("drop_before", "drop_after", "half", "hang", "500", "502html", "200html", "429", "429huge", "trickle")
PLACES = ("/send/", "/sync", "/keys/upload", "/keys/query", "/keys/claim", "/sendToDevice/", "/members")
_IMPATIENT = 0.8
"""Seconds until a request is given up in these tests, so that `hang` costs no half minute."""
_A_STRANGERS_CLAIMS = 30


@dataclass
class Street:
    """Ana lives behind the proxy, Bo does not; every message of theirs has a room key of its own."""

    people: Village
    proxy: FaultyProxy
    ana: Person
    bo: Person
    room: RoomId
    said: int = 0

    async def make_due(self) -> None:
        """Ana gets a reason to ask for everything: keys are gone, a device is new, people came and went."""
        home, server = Homeserver(self.people.server.base_url, ()), self.people.server
        login = await self.people.parts.doorway.login(home, self.bo.id, self.bo.password, "new")
        newcomer = Device(login, self.people.home / f"{secrets.token_hex(4)}.db")
        await newcomer.sync()
        await newcomer.recovers(await self.bo.identity_keys())
        await newcomer.close()
        body = {"one_time_keys": {self.ana.id: {self.ana.session.gateway.device_id: "signed_curve25519"}}}
        for _ in range(_A_STRANGERS_CLAIMS):
            where = f"/_matrix/client/v3/keys/claim?user_id={self.bo.id}"
            server.call("POST", where, body, server.as_token)
        await self.bo.session.gateway.invite(self.room, self.people.people[-1].id)
        await self.bo.session.gateway.kick(self.room, self.people.people[-1].id)

    def queue(self, count: int) -> list[str]:
        """Ana says something."""
        texts = [f"ana {self.said + number}" for number in range(count)]
        self.said += count
        for text in texts:
            self.ana.session.outbox.queue(self.room, TEXT, {"msgtype": "m.text", "body": text})
        return texts

    async def get_through(self) -> None:
        """What a client does by itself, a minute later each time, until nothing waits and nothing goes wrong."""
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(Problem):
                    await self.ana.sync()
                    if not self.ana.session.store.outgoing():
                        return
                with contextlib.suppress(Problem):
                    await self.ana.session.outbox.flush()
                self.people.watch.forward(minutes=1)

    def heard(self, by: Person, texts: list[str]) -> list[str]:
        """What Ana said last, as somebody reads it; proved to be hers. It should be `texts`."""
        events = [e for e in by.session.store.timeline(self.room, 30) if e.sender == self.ana.id]
        assert {e.trust for e in events if e.encrypted} <= {Trust.OWN, Trust.SIGNED}
        said = [e.payload.body if isinstance(e.payload, Message) else "unreadable" for e in events if e.encrypted]
        return said[-len(texts) :]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """One for the whole module: what one fault leaves behind is there when the next one comes."""
    people = Village(homeserver, tmp_path_factory.mktemp("street"))
    async with FaultyProxy.before(homeserver.base_url) as proxy:
        ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
        content = {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 1}
        spec = RoomSpec("street", state=(("m.room.encryption", "", content),), invite=(ana.id,))
        room = await bo.session.gateway.create_room(spec)
        await ana.enter(room)
        await bo.sync()
        await people.person("somebody")
        yield Street(people, proxy, ana, bo, room)
        await people.go_home()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests give up soon; everything else about them stays."""
    real = aiohttp.ClientTimeout

    def soon(**limits: Any) -> aiohttp.ClientTimeout:
        return real(**limits | {"total": _IMPATIENT})

    monkeypatch.setattr(aiohttp, "ClientTimeout", soon)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.asyncio(loop_scope="module")
async def test_each_request_may_go_wrong_and_nothing_is_lost(street: Street, fault: str, impatient: None) -> None:
    await street.make_due()
    texts = street.queue(3)
    before = len(street.proxy.lines)
    with contextlib.ExitStack() as rules:
        times = 1 if fault == "hang" else 2
        set_ = {place: rules.enter_context(street.proxy.rule(place, fault, times)) for place in PLACES}
        await street.get_through()
        assert {place for place, rule in set_.items() if not rule.hits} == set(), "nothing was asked there"
    assert len(street.proxy.lines) - before < 100, "it spins"
    await street.bo.sync()
    assert street.heard(street.bo, texts) == texts
    assert street.heard(street.ana, texts) == texts
    await street.bo.say(street.room, f"heard you through {fault}")
    await street.ana.sync()
    assert street.ana.heard(street.room)[-1] == f"heard you through {fault}"


@pytest.mark.parametrize("fault", ["401", "401soft"])
async def test_a_session_that_was_ended_keeps_what_waits(people: Village, proxy: FaultyProxy, fault: str) -> None:
    ana = await people.person("ana", url=proxy.url)
    room = await ana.session.gateway.create_room(RoomSpec("notes"))
    outbox = ana.session.outbox
    with proxy.rule("/send/", fault):
        with pytest.raises(SignedOut):
            await outbox.send(room, TEXT, {"msgtype": "m.text", "body": "one"})
        outbox.queue(room, TEXT, {"msgtype": "m.text", "body": "two"})
        asked = len(proxy.lines)
        await outbox.flush(now=True)
        assert len(proxy.lines) == asked, "the server does not know us: nothing is tried for a while"
    assert [row.state for row in ana.session.store.outgoing()] == ["queued", "queued"]
    assert outbox.next_try()
    people.watch.forward(minutes=1)
    await outbox.flush()
    await ana.sync()
    assert ana.heard(room) == ["one", "two"]
    assert ana.session.store.outgoing() == ()


async def test_an_hour_without_a_network_and_fifty_messages_arrive_once_and_in_order(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    rooms = [
        await bo.session.gateway.create_room(RoomSpec(name, encrypted=True, invite=(ana.id,))) for name in ("a", "b")
    ]
    await ana.enter(*rooms)
    port = proxy.port
    await proxy.shut()
    texts = [f"number {number}" for number in range(50)]
    tries = []
    for number, text in enumerate(texts):
        ana.session.outbox.queue(rooms[number % 2], TEXT, {"msgtype": "m.text", "body": text})
    for _ in range(60):
        await ana.session.outbox.flush()
        tries += [row.attempts for row in ana.session.store.outgoing()][:2]
        people.watch.forward(minutes=1)
        assert 0 <= (ana.session.outbox.next_try() or 0.0) <= 60
    assert max(tries) == 60, "once a minute, and not more often"
    assert sum(row.attempts for row in ana.session.store.outgoing()) == 120, "only the first of each room is tried"
    await ana.reopen()
    await proxy.open(port)
    await ana.session.outbox.flush()
    assert {row.state for row in ana.session.store.outgoing()} == {"sent"}
    await bo.sync()
    await ana.sync()
    for who in (ana, bo):
        for room in rooms:
            while await who.session.fill_gaps(room) or await who.session.older(room):
                pass
        assert [who.heard(room) for room in rooms] == [texts[::2], texts[1::2]]
    assert ana.session.store.outgoing() == ()


async def test_what_waits_for_the_network_goes_out_as_soon_as_it_is_back(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana", url=proxy.url)
    room = await ana.session.gateway.create_room(RoomSpec("notes"))
    outbox = ana.session.outbox
    with proxy.rule("/send/", "500"):
        outbox.queue(room, TEXT, {"msgtype": "m.text", "body": "soon"})
        for _ in range(8):
            await outbox.flush(now=True)
    assert (outbox.next_try() or 0.0) > 40
    ana.session.set_phase("live")
    assert outbox.next_try() == 0.0
    await outbox.flush()
    await ana.sync()
    assert ana.heard(room) == ["soon"]


async def test_a_pause_that_the_server_asks_for_is_kept_also_when_somebody_is_impatient(
    people: Village, proxy: FaultyProxy
) -> None:
    ana = await people.person("ana", url=proxy.url)
    rooms = [await ana.session.gateway.create_room(RoomSpec(name)) for name in ("a", "b")]
    outbox = ana.session.outbox
    with proxy.rule("/send/", "429header") as rule:
        outbox.queue(rooms[0], TEXT, {"msgtype": "m.text", "body": "one"})
        await outbox.flush()
        outbox.queue(rooms[1], TEXT, {"msgtype": "m.text", "body": "two"})
        outbox.retry_failed()
        ana.session.set_phase("live")
        await outbox.flush(now=True)
        assert rule.hits == 1
        assert 1.5 < (outbox.next_try() or 0.0) <= 3.6, "the header counts, not the body"
    people.watch.forward(seconds=4)
    await outbox.flush()
    await ana.sync()
    assert [ana.heard(room) for room in rooms] == [["one"], ["two"]]


@pytest.mark.parametrize("fault", ["drop_before", "hang", "500", "200html", "429huge"])
async def test_a_sync_that_keeps_failing_waits_longer_each_time_and_never_over_a_minute(
    people: Village, proxy: FaultyProxy, fault: str, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await people.person("ana", url=proxy.url)
    waits: list[float] = []
    enough = asyncio.Event()
    sleep = asyncio.sleep

    async def short_sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 9:
            enough.set()
        await sleep(0)

    monkeypatch.setattr("nookterm.client.session.asyncio.sleep", short_sleep)
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    with proxy.rule("/sync", fault) as rule:
        running = asyncio.create_task(ana.session.run())
        async with asyncio.timeout(20):
            await enough.wait()
        assert rule.hits <= 10, "one request for each wait"
    running.cancel()
    assert all(0.7 <= wait <= 60 for wait in waits), waits
    assert len(set(waits[:6])) > 1 or fault == "429huge"
    assert waits[8] >= min(60, waits[0] * 6) * 0.79
    assert {change.phase for change in told if isinstance(change, ConnectionChanged)} == {"offline"}


async def test_no_token_is_in_any_address(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana", url=proxy.url)
    here = await people.community(ana)
    await ana.say(here.nook, "hello")
    await ana.session.gateway.messages(here.nook, None, 10)
    await ana.session.reading.mark(here.nook)
    kept = [secret.reveal() for name, secret in people.vault.kept.items() if "token" in name]
    tokens = [word for text in kept for word in re.findall(r"[\w.~-]{25,}", text)]
    assert len(tokens) >= len(kept) > 0
    assert len(proxy.lines) > 20
    assert [line for line in proxy.lines if "access_token" in line or any(token in line for token in tokens)] == []
