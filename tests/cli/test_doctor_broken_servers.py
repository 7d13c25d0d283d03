"""`doctor` at a prompt, before servers that are broken as servers break: what it is, said once, with its way out."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from email.utils import format_datetime
from pathlib import Path

import pytest

from nookterm.cli.main import main
from nookterm.domain.checkup import Finding, State
from tests.house.test_doctor_table import ROWS, fits
from tests.matrix.certificates import made_for
from tests.matrix.fake_server import BREAK, HANG, answer, fake_server

VERSIONS = answer(200, {"versions": ["v1.1", "v1.11"]})
SOUND = {
    "/client/versions": VERSIONS,
    "GET /_matrix/client/v3/login": answer(200, {"flows": [{"type": "m.login.password"}]}),
    "/register": answer(401, {"flows": [{"stages": ["m.login.dummy"]}], "session": "s"}),
    "/media/config": answer(401, {"errcode": "M_MISSING_TOKEN"}),
    "/federation/v1/version": answer(200, {"server": {"name": "Synapse", "version": "1.0"}}),
}
YESTERDAY = format_datetime(dt.datetime.now(dt.UTC) - dt.timedelta(days=1), usegmt=True)

BROKEN = [
    ("a page of a web server", {"": answer(200, b"<html><h1>It works!</h1>")}, "discovery", "not as a Matrix server"),
    ("a proxy before a server that is down", {"": answer(502, b"<html>")}, "discovery", "behind it does not (502)"),
    ("a connection that breaks", {"": BREAK}, "discovery", "cannot be reached"),
    ("no answer at all", {"": HANG}, "discovery", "in time"),
    ("no version of Matrix", {"/client/versions": answer(200, {"versions": []})}, "versions", "no version of Matrix"),
    ("a server of long ago", {"/client/versions": answer(200, {"versions": ["r0.6.1"]})}, "knocking", "too old"),
    ("OAuth alone", {"v3/login": answer(200, {"flows": [{"type": "m.login.token"}]})}, "sign_in", "a one-time token"),
    ("a proxy before signing in", {"v3/login": answer(403, b"<html>")}, "sign_in", "are not known"),
    ("no accounts", {"/register": answer(403, {"errcode": "M_FORBIDDEN"})}, "registration", "cannot be made"),
    ("a token to register", {"/register": answer(401, {"flows": [{"stages": ["m.login.registration_token"]}]})},
     "registration", "more than a name"),
    ("a clock of yesterday", {"/client/versions": answer(200, {"versions": ["v1.11"]}, f"Date: {YESTERDAY}")},
     "clock", "1 day behind"),
    ("a limit", {"/media/config": answer(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 3000})},
     "limits", "a pause of 3 s"),
]  # fmt: skip
PROBLEMS = {"discovery", "versions", "knocking", "sign_in", "clock"}
"""What nobody can work with."""


async def doctor(server: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, str]]]:
    """The exit code, and what it found by its word."""
    code = await asyncio.to_thread(main, ["doctor", server, "--timeout", "1", "--json"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len({row["check"] for row in rows}) == len(rows), "each is said once"
    return code, {row["check"]: row for row in rows}


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is signed in."""
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(("routes", "check", "words"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
async def test_what_is_broken_is_found_and_the_rest_is_well(
    routes: dict[str, bytes], check: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with fake_server(
        routes=routes | {part: given for part, given in SOUND.items() if part not in routes}
    ) as there:
        code, found = await doctor(there.url, capsys)
    assert words in found[check]["message"]
    assert found[check]["hint"]
    assert found[check]["state"] == ("problem" if check in PROBLEMS else "note")
    assert code == (1 if check in PROBLEMS else 0)
    worse = {name for name, row in found.items() if row["state"] == "problem"}
    assert worse <= {check} | ({"versions", "knocking"} if check in {"versions", "knocking"} else set())
    said = Finding(check, State(found[check]["state"]), found[check]["message"])
    assert any(fits(row, said) for row in ROWS), "docs/guide/self-hoster.md, What `nookterm doctor` says"


async def test_directions_that_lead_nowhere_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    for directions, words in (
        (answer(200, b"<html>"), "directions"),
        (answer(200, {"m.homeserver": {"base_url": "http://127.0.0.1:9"}}), "cannot be reached"),
    ):
        async with fake_server(routes={"well-known": directions}) as site:
            code, found = await doctor(site.url.removeprefix("http://"), capsys)
        assert code == 1
        assert words in found["discovery"]["message"]
        assert found["discovery"]["hint"]


@pytest.mark.parametrize(("days", "why"), [(30, "self"), (-1, "")])
async def test_a_certificate_that_nobody_should_trust_stops_everything(
    days: int, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certified, _ = made_for(tmp_path, days)
    async with fake_server(routes=SOUND, tls=certified) as there:
        code, found = await doctor(there.url, capsys)
        assert not there.asked
    assert code == 1
    assert set(found) == {"discovery", "tls"}
    assert why in found["tls"]["message"]
    assert "Do not type a password there" in found["tls"]["hint"]
