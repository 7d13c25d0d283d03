"""Reading one person's standing, of which every decision about a request is made: from new servers and old ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nookterm.client.ports import Credentials, Secret
from nookterm.domain.events import Membership
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.domain.room import Member
from nookterm.matrix.gateway import NioGateway
from tests.matrix.fake_server import answer, fake_server
from tests.matrix.people import open_database

NOOK, BOB = RoomId("!nook:river.example"), UserId("@bob:river.example")
KNOCK: Mapping[str, Any] = {
    "type": "m.room.member",
    "state_key": BOB,
    "sender": BOB,
    "event_id": "$knock",
    "origin_server_ts": 1,
    "content": {"membership": "knock", "reason": "Hello"},
}
LIST = {"chunk": [{**KNOCK, "state_key": "@eve:river.example", "event_id": "$other"}, KNOCK]}


async def read(tmp_path: Path, given: bytes) -> tuple[Member | None, list[str]]:
    """What comes of such an answer, and what was asked for."""
    async with fake_server(
        answer(200, {}), routes={"/state/m.room.member/": given, "/members": answer(200, LIST)}
    ) as fake:
        connection = open_database(tmp_path / "a.db")
        gateway = NioGateway(
            Credentials(fake.url, UserId("@me:x"), DeviceId("D"), Secret("a secret token")), connection, "only in tests"
        )
        found = await gateway.member(NOOK, BOB)
        await gateway.close()
        connection.close()
        return found, [head.split()[1] for head in fake.asked]


async def test_the_knock_itself_is_read_and_nobody_elses(tmp_path: Path) -> None:
    found, asked = await read(tmp_path, answer(200, KNOCK))

    assert found is not None
    assert (found.event_id, found.membership, found.reason) == ("$knock", Membership.KNOCK, "Hello")
    assert len(asked) == 1
    assert asked[0].endswith("/state/m.room.member/%40bob%3Ariver.example?format=event")


async def test_who_never_had_a_standing_has_none(tmp_path: Path) -> None:
    found, asked = await read(tmp_path, answer(404, {"errcode": "M_NOT_FOUND"}))

    assert (found, len(asked)) == (None, 1)


@pytest.mark.parametrize(
    "given",
    [
        KNOCK["content"],
        {**KNOCK, "state_key": "@eve:river.example"},
        {**KNOCK, "type": "m.room.name"},
        {**KNOCK, "event_id": None},
    ],
)
async def test_an_answer_that_is_not_that_event_is_looked_for_in_the_whole_list(
    tmp_path: Path, given: Mapping[str, Any]
) -> None:
    found, asked = await read(tmp_path, answer(200, given))

    assert found is not None
    assert (found.user, found.event_id) == (BOB, "$knock")
    assert len(asked) == 2
