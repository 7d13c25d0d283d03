"""`doctor` at a prompt: before anybody is signed in, for an account, for a session that ended, and never for long."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.cli.test_commands import Terminal, terminals

__all__ = ["terminals"]

SERVER = {
    "discovery", "tls", "versions", "sign_in", "registration", "sync", "knocking", "media", "clock", "latency",
}  # fmt: skip
HERE = {"vault", "database", "disk", "outbox"}
THERE = {"session", "device", "keys", "one_time_keys", "fallback_key", "signed", "room_versions", "uploads"}


def states(rows: list[dict[str, Any]]) -> dict[str, str]:
    assert all(set(row) <= {"check", "state", "message", "hint"} for row in rows)
    assert all(row["state"] == "ok" or row.get("hint") or row["check"] == "tls" for row in rows)
    return {row["check"]: row["state"] for row in rows}


def test_a_server_and_an_account_are_looked_over(terminals: Sequence[Terminal]) -> None:
    ana, _ = terminals
    seen = states(ana.call("doctor", ana.server.base_url))
    assert set(seen) == SERVER
    assert seen["tls"] == "note", "plain, on this machine"
    assert {state for check, state in seen.items() if check != "tls"} == {"ok"}
    (problem,) = ana.call("doctor", code=3)
    assert problem["error"] == "not_signed_in"

    ana.login()
    ana.call("rooms")
    seen = states(ana.call("doctor"))
    assert set(seen) == SERVER | HERE | THERE
    assert {check for check, state in seen.items() if state != "ok"} == {"tls"}
    assert set(states(ana.call("doctor", "--offline"))) == HERE
    plain = ana.plain("doctor")
    assert "ok       The device's keys are on the server, and they are ours." in plain


def test_a_dead_server_takes_no_longer_than_the_timeout(terminals: Sequence[Terminal]) -> None:
    ana, _ = terminals
    began = time.monotonic()
    (problem,) = ana.call("doctor", "http://127.0.0.1:9", "--timeout", "2", code=1)
    assert problem["error"] == "problems_found"
    assert time.monotonic() - began < 4
    (problem,) = ana.call("doctor", "http://river.example", code=1)
    assert problem["error"] == "problems_found", "plain http elsewhere"


def test_a_session_that_ended_and_a_lost_database_are_said_and_mended_by_commands(
    terminals: Sequence[Terminal],
) -> None:
    ana, _ = terminals
    row = ana.login()
    ana.call("rooms")
    secret = str(ana.home.parent / f"{ana.name}.password")
    login = ("login", ana.server.base_url, ana.user_id, "--password-file", secret)
    (problem,) = ana.call(*login, code=2)
    assert problem["error"] == "already_signed_in"

    where = f"/_matrix/client/v3/devices/{row['device_id']}"
    user = {"type": "m.id.user", "user": ana.user_id}
    words = (ana.home.parent / f"{ana.name}.password").read_text().strip()
    proof = {"auth": {"type": "m.login.password", "identifier": user, "password": words}}
    account = ana.server.call("POST", "/_matrix/client/v3/login", proof["auth"])
    ana.server.call("DELETE", where, proof, token=account["access_token"])
    for _ in range(2):
        (problem,) = ana.call("rooms", code=3)
        assert problem["error"] == "signed_out"
        assert "nookterm login" in problem["hint"]
    assert ana.call("rooms", "--offline") == []
    assert [row["state"] for row in ana.call("profiles")] == ["signed_out"]
    ana.call("doctor", code=1)

    (problem,) = ana.call(*login, code=3)
    assert problem["error"] == "signed_out"
    assert "--new-device" in problem["hint"]
    (again,) = ana.call(*login, "--new-device")
    assert again["device_id"] != row["device_id"]
    assert ana.call("rooms") == []

    (database,) = ana.home.rglob("account.db")
    database.unlink()
    (problem,) = ana.call("rooms", code=1)
    assert problem["error"] == "store_missing"
    assert "--new-device" in problem["hint"]
    (problem,) = ana.call(*login, code=1)
    assert problem["error"] == "store_missing"
    assert not database.exists(), "never a silent new identity"
    (third,) = ana.call(*login, "--new-device")
    assert third["device_id"] not in {row["device_id"], again["device_id"]}
    assert ana.call("rooms") == []
