"""What leaves for the server when a room is entered, and what a room's own words about encryption may do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from nookterm.client.errors import Unencryptable
from nookterm.client.ports import Credentials, Secret
from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId
from nookterm.matrix.gateway import NioGateway
from tests.matrix.fake_server import FakeServer, answer, fake_server
from tests.matrix.people import open_database

DOMAINLESS = RoomId("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM")
NOOK = RoomId("!nook:river.example")


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with fake_server(answer(200, {"room_id": DOMAINLESS, "event_id": "$sent"})) as running:
        yield running


@pytest.fixture
async def gateway(server: FakeServer, tmp_path: Path) -> AsyncIterator[NioGateway]:
    connection = open_database(tmp_path / "a.db")
    credentials = Credentials(server.url, UserId("@me:x"), DeviceId("D"), Secret("a secret token"))
    opened = NioGateway(credentials, connection, "only in tests")
    yield opened
    await opened.close()
    connection.close()


@pytest.mark.parametrize("way", ["join", "knock"])
async def test_a_room_whose_id_names_no_server_is_found_by_those_that_know_it(
    gateway: NioGateway, server: FakeServer, way: str
) -> None:
    enter: Any = gateway.join if way == "join" else gateway.knock
    await enter(DOMAINLESS, via=("river.example", "mill.example"))

    (head,) = server.asked
    asked = urlsplit(head.split()[1])
    servers = ["river.example", "mill.example"]
    assert asked.path.endswith(f"/{way}/%2131hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM")
    told = parse_qsl(asked.query)
    assert [value for name, value in told if name == "via"] == servers
    assert [value for name, value in told if name == "server_name"] == servers


@pytest.mark.parametrize(
    ("thread", "public", "asked"),
    [
        (None, False, ["/read_markers"]),
        (None, True, ["/read_markers"]),
        ("main", False, ["/receipt/m.read.private/%24said", "/read_markers"]),
        ("$root", True, ["/receipt/m.read/%24said"]),
    ],
)
async def test_a_place_outside_of_threads_is_told_with_the_line_above_what_is_new_and_one_in_a_thread_without(
    gateway: NioGateway, server: FakeServer, thread: str | None, asked: list[str], *, public: bool
) -> None:
    await gateway.mark_read(DOMAINLESS, EventId("$said"), thread, public=public)

    paths = [urlsplit(head.split()[1]).path for head in server.asked]
    assert [path.partition("/rooms/")[2].partition("/")[2] for path in paths] == [path[1:] for path in asked]


async def test_the_token_stands_in_a_header_and_in_no_address(gateway: NioGateway, server: FakeServer) -> None:
    await gateway.join(DOMAINLESS)
    await gateway.mark_read(DOMAINLESS, "$said")  # type: ignore[arg-type]  # any id will do
    await gateway.members(DOMAINLESS)

    assert len(server.asked) == 3
    for head in server.asked:
        assert "Authorization: Bearer a secret token" in head
        assert "token" not in head.splitlines()[0]


@pytest.mark.parametrize(
    ("content", "age", "messages"),
    [
        ({}, timedelta(days=7), 100),
        ({"rotation_period_msgs": 5, "rotation_period_ms": 7_200_000}, timedelta(hours=2), 5),
        ({"rotation_period_msgs": 10**9, "rotation_period_ms": 10**15}, timedelta(days=7), 100),
        ({"rotation_period_msgs": 0, "rotation_period_ms": 1}, timedelta(hours=1), 100),
        ({"rotation_period_msgs": -1, "rotation_period_ms": "soon"}, timedelta(days=7), 100),
    ],
)
async def test_a_room_may_ask_for_newer_keys_and_never_for_older_ones_than_the_spec(
    gateway: NioGateway, content: dict[str, Any], age: timedelta, messages: int
) -> None:
    gateway._crypto.encryption_set(NOOK, {"algorithm": "m.megolm.v1.aes-sha2"} | content)

    found = await gateway._crypto.rooms.rotation(NOOK)

    assert found is not None
    assert (found.age, found.messages) == (age, messages)


async def test_a_room_encrypted_in_an_unknown_way_is_not_written_into(gateway: NioGateway, server: FakeServer) -> None:
    gateway._crypto.encryption_set(NOOK, {"algorithm": "org.made.up"})
    for _ in range(2):
        with pytest.raises(Unencryptable):
            await gateway._crypto.rooms.rotation(NOOK)

    gateway._crypto.encryption_set(NOOK, {"algorithm": "m.megolm.v1.aes-sha2"})
    gateway._crypto.encryption_set(NOOK, {"algorithm": "org.made.up"})
    assert await gateway._crypto.rooms.rotation(NOOK) is not None
    assert server.asked == []
