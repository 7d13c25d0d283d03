"""Tokens are renewed once for all, kept before they are used, and given up only when the server says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nookterm.client.errors import Offline, ServerTrouble, SignedOut
from nookterm.client.ports import Credentials, Secret
from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix.http import Http, path
from nookterm.matrix.tokens import Tokens, with_tokens
from tests.matrix.fake_server import BREAK, FakeServer, answer, fake_server

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOFT = answer(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True})
HARD = answer(401, {"errcode": "M_UNKNOWN_TOKEN"})
GOOD = answer(200, {"ok": 1})
NEW = answer(200, {"access_token": "new", "refresh_token": "next", "expires_in_ms": 300_000})


@dataclass
class Notes:
    """Remembers what it is told, and how much the server had been asked by then."""

    server: FakeServer
    kept: list[tuple[str, int]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    def renewed(self, credentials: Credentials) -> None:
        self.kept.append((credentials.token.reveal(), len(self.server.asked)))

    def ended(self, code: str) -> None:
        self.ends.append(code)


def device(server: FakeServer, notes: Notes | None = None, **more: Any) -> Credentials:
    known = Credentials(server.url, UserId("@ana:x"), DeviceId("D"), Secret("old"), Secret("spend"), keeper=notes)
    return replace(known, **more)


def bearers(server: FakeServer) -> list[str]:
    """Which token each request had; `-` where it had none."""
    lines = [head.partition("Authorization: Bearer ")[2].partition("\r\n")[0] for head in server.asked]
    return [line or "-" for line in lines]


async def test_new_tokens_are_kept_before_they_are_used() -> None:
    async with fake_server(SOFT, NEW, GOOD) as server:
        notes = Notes(server)
        http = Http(server.url, tokens=Tokens(device(server, notes)))
        assert await http.call("GET", path("x")) == {"ok": 1}
        await http.close()
    assert bearers(server) == ["old", "-", "new"]
    assert notes.kept == [("new", 2)], "kept after they were bought and before they were shown"
    assert notes.ends == []


async def test_many_requests_renew_once() -> None:
    async with fake_server(GOOD, routes={"/refresh": NEW}) as server:
        expired = device(server, expires_at=NOW)
        http = Http(server.url, tokens=Tokens(expired, lambda: NOW))
        await asyncio.gather(*(http.call("GET", path("x")) for _ in range(5)))
        await http.close()
    assert sorted(bearers(server)) == ["-", *["new"] * 5]


async def test_a_token_that_lives_is_not_renewed_and_one_that_never_ends_neither() -> None:
    for ends in (None, NOW + timedelta(minutes=1)):
        async with fake_server(GOOD, routes={"/refresh": NEW}) as server:
            http = Http(server.url, tokens=Tokens(device(server, expires_at=ends), lambda: NOW))
            await http.call("GET", path("x"))
            await http.close()
        assert bearers(server) == ["old"]


async def test_a_refusal_of_a_token_that_was_renewed_meanwhile_is_no_end() -> None:
    async with fake_server(NEW) as server:
        notes = Notes(server)
        tokens = Tokens(device(server, notes))
        await tokens.instead_of(Secret("old"), SignedOut("", code="soft_logout"))
        # Another request was under way with the old one, which the first use of the new one has ended.
        assert await tokens.instead_of(Secret("old"), SignedOut("", code="signed_out")) == Secret("new")
    assert notes.ends == []
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        ((HARD,), "signed_out"),
        ((SOFT, answer(403, {"errcode": "M_FORBIDDEN"})), "soft_logout"),
        ((SOFT, HARD), "soft_logout"),
        ((SOFT, answer(404, b"no such thing")), "soft_logout"),
        ((SOFT, NEW, HARD), "signed_out"),
    ],
)
async def test_an_end_is_written_down(answers: tuple[bytes, ...], end: str) -> None:
    async with fake_server(*answers) as server:
        notes = Notes(server)
        http = Http(server.url, tokens=Tokens(device(server, notes)))
        with pytest.raises(SignedOut) as met:
            await http.call("GET", path("x"))
        await http.close()
    assert notes.ends == [end]
    assert met.value.code == end


@pytest.mark.parametrize(
    "trouble", [BREAK, answer(500, {}), answer(200, b"<html>"), answer(200, {"refresh_token": "x"})]
)
async def test_a_renewal_that_fails_for_a_while_ends_nothing_and_spends_nothing(trouble: bytes) -> None:
    async with fake_server(SOFT, trouble, SOFT, NEW, GOOD) as server:
        notes = Notes(server)
        http = Http(server.url, tokens=Tokens(device(server, notes)))
        with pytest.raises((Offline, ServerTrouble)):
            await http.call("GET", path("x"))
        assert (notes.ends, notes.kept) == ([], [])
        assert await http.call("GET", path("x")) == {"ok": 1}
        await http.close()


async def test_somebody_who_stops_waiting_leaves_the_renewal_to_the_others() -> None:
    async with fake_server(NEW) as server:
        notes = Notes(server)
        tokens = Tokens(device(server, notes))
        hasty = asyncio.create_task(tokens.instead_of(Secret("old"), SignedOut("", code="soft_logout")))
        patient = asyncio.create_task(tokens.instead_of(Secret("old"), SignedOut("", code="soft_logout")))
        await asyncio.sleep(0)
        hasty.cancel()
        assert await patient == Secret("new")
        await tokens.close()
    assert len(notes.kept) == 1


@pytest.mark.parametrize(
    ("life", "ends"),
    [
        (300_000, NOW + timedelta(minutes=5)),
        (None, None),
        (-1, None),
        ("soon", None),
        (True, None),
        (10**18, None),
        (0, NOW),
    ],
)
def test_an_absurd_lifetime_is_none(life: object, ends: datetime | None) -> None:
    known = Credentials("https://x", UserId("@ana:x"), DeviceId("D"), Secret("old"), Secret("spend"))
    got = with_tokens(known, {"access_token": "new", "expires_in_ms": life}, NOW)
    assert (got.token, got.refresh, got.expires_at) == (Secret("new"), Secret("spend"), ends)
