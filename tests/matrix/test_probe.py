"""Looking a server over finds out what is so, sends no secret, ends in time, and survives whatever answers."""

from __future__ import annotations

import datetime as dt
import time
from email.utils import format_datetime
from pathlib import Path

import pytest

from nookterm.matrix.probe import Probe
from tests.matrix.certificates import made_for
from tests.matrix.fake_server import BREAK, HANG, answer, fake_server

UTC = dt.UTC
VERSIONS = answer(
    200, {"versions": ["v1.11", 5], "unstable_features": {"org.matrix.simplified_msc3575": True, "x": "y"}}
)
ROUTES = {
    "/client/versions": VERSIONS,
    "GET /_matrix/client/v3/login": answer(200, {"flows": [{"type": "m.login.password"}, 7, {"type": "\x1b[2J"}]}),
    "/register": answer(401, {"flows": [{"stages": ["m.login.dummy"]}], "session": "s"}),
    "/media/config": answer(401, {"errcode": "M_MISSING_TOKEN"}),
    "/federation/v1/version": answer(200, {"server": {"name": "Synapse\u202e", "version": "1.0"}}),
}


async def test_everything_that_strangers_may_know_is_found() -> None:
    async with fake_server(routes=ROUTES) as server:
        facts = await Probe(5.0).look(server.url)

    assert facts.trouble is None
    assert (facts.url, facts.by) == (server.url, "address")
    assert facts.versions == ("v1.11",)
    assert facts.has_sliding_sync
    assert facts.flows is not None
    assert facts.flows[0] == "m.login.password"
    assert "\x1b" not in str(facts.flows)
    assert (facts.registration, facts.media) == ("open", True)
    assert facts.software == "Synapse 1.0"
    assert len(facts.latencies) == 5
    assert not any("Authorization" in head for head in server.asked)
    assert not any("username" in head for head in server.asked), "nobody is registered by looking"


@pytest.mark.parametrize(
    ("refused", "registration"),
    [
        (answer(403, {"errcode": "M_FORBIDDEN"}), "closed"),
        (answer(401, {"flows": [{"stages": ["m.login.email.identity"]}]}), "checked"),
        (answer(401, {"flows": "x"}), ""),
        (answer(500, b"<html>"), ""),
        (BREAK, ""),
    ],
)
async def test_how_one_would_register_is_told_without_registering(refused: bytes, registration: str) -> None:
    async with fake_server(routes=ROUTES | {"/register": refused}) as server:
        facts = await Probe(5.0).look(server.url)
    assert facts.registration == registration
    assert facts.trouble is None


async def test_a_name_leads_by_its_directions_and_useless_ones_are_said() -> None:
    async with fake_server(routes=ROUTES) as home:
        led = {"well-known": answer(200, {"m.homeserver": {"base_url": home.url}})}
        async with fake_server(routes=led) as site:
            facts = await Probe(5.0).look(site.url.removeprefix("http://"))
        assert (facts.url, facts.by, facts.trouble) == (home.url, "directions", None)
    async with fake_server(routes={"well-known": answer(200, b"<html>")}) as site:
        facts = await Probe(5.0).look(site.url.removeprefix("http://"))
    assert facts.trouble is not None
    assert "directions" in facts.trouble[0]


@pytest.mark.parametrize(
    "given",
    [answer(200, b"<html>"), answer(200, []), answer(404, b"no"), answer(302, b"", "Location: /x"), BREAK, b"nonsense"],
)
async def test_what_is_no_matrix_server_is_said_with_a_way_out(given: bytes) -> None:
    async with fake_server(given) as server:
        facts = await Probe(5.0).look(server.url)
    assert facts.trouble is not None
    assert all(facts.trouble)
    assert "What you wrote" not in facts.trouble[1], "nothing was written"


async def test_a_dead_server_takes_no_longer_than_it_is_given() -> None:
    async with fake_server(HANG) as server:
        began = time.monotonic()
        facts = await Probe(0.4).look(server.url)
    assert time.monotonic() - began < 1.5
    assert facts.trouble is not None
    assert "in time" in facts.trouble[0]


async def test_a_server_that_hangs_in_one_answer_still_tells_the_others() -> None:
    async with fake_server(routes=ROUTES | {"/register": HANG}) as server:
        facts = await Probe(0.6).look(server.url)
    assert facts.trouble is None
    assert facts.versions
    assert facts.registration == ""


@pytest.mark.parametrize(("ahead", "least", "most"), [(0, -2, 2), (7200, 7190, 7210), (-86400, -86410, -86390)])
async def test_the_servers_clock_is_read_from_its_answers(ahead: int, least: float, most: float) -> None:
    date = format_datetime(dt.datetime.now(UTC) + dt.timedelta(seconds=ahead), usegmt=True)
    versions = answer(200, {"versions": ["v1.11"]}, f"Date: {date}")
    async with fake_server(routes=ROUTES | {"/client/versions": versions}) as server:
        facts = await Probe(5.0).look(server.url)
    assert facts.clock_ahead is not None
    assert least <= facts.clock_ahead <= most


async def test_a_clock_that_makes_no_sense_and_a_limit_are_no_trouble() -> None:
    odd = answer(200, {"versions": ["v1.11"]}, "Date: yesterday, about noon")
    slow = answer(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 10**15})
    async with fake_server(routes=ROUTES | {"/client/versions": odd, "/media/config": slow}) as server:
        facts = await Probe(5.0).look(server.url)
    assert (facts.trouble, facts.clock_ahead, facts.wait) == (None, None, 60.0)


# --- certificates -----------------------------------------------------------------------------------------------------


async def test_a_good_certificate_says_how_long_it_is_good(tmp_path: Path) -> None:
    server_side, trusting = made_for(tmp_path, 30)
    async with fake_server(routes=ROUTES, tls=server_side) as server:
        facts = await Probe(5.0, trusting).look(server.url)
    assert facts.trouble is None
    assert facts.certificate is not None
    assert facts.certificate.days_left is not None
    assert 29 <= facts.certificate.days_left <= 30
    assert facts.certificate.protocol.startswith("TLS")


@pytest.mark.parametrize(("days", "trusted", "why"), [(30, False, "self-signed"), (-1, True, "expired")])
async def test_a_certificate_that_is_not_to_be_trusted_says_why(
    tmp_path: Path, days: int, why: str, *, trusted: bool
) -> None:
    server_side, trusting = made_for(tmp_path, days)
    async with fake_server(routes=ROUTES, tls=server_side) as server:
        facts = await (Probe(5.0, trusting) if trusted else Probe(5.0)).look(server.url)
    assert facts.certificate is not None
    assert why in facts.certificate.trouble.replace(" ", "-") or why in facts.certificate.trouble
    assert facts.trouble is not None
    assert "certificate" in facts.trouble[0]
    assert not server.asked, "nothing was said on such a connection"
