"""A check-up says what is so in plain words, and never a problem or a note without what one can do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nookterm.domain.checkup import Certificate, Finding, ServerFacts, State, room_version_finding, server_findings
from nookterm.domain.checkup_account import (
    DeviceFacts,
    LocalFacts,
    device_findings,
    local_findings,
    span_of,
)

OK, NOTE, PROBLEM = State.OK, State.NOTE, State.PROBLEM
GOOD = ServerFacts(
    "river.example",
    "https://matrix.river.example",
    "directions",
    certificate=Certificate(60.0, "TLSv1.3"),
    versions=("r0.6.1", "v1.1", "v1.12"),
    software="Synapse 1.143.0",
    flows=("m.login.password", "m.login.sso"),
    registration="open",
    has_sliding_sync=True,
    media=True,
    clock_ahead=0.4,
    latencies=[0.05, 0.04, 0.3],
)
WORSE: list[tuple[dict[str, Any], str, State]] = [
    ({"trouble": ("river.example cannot be reached.", "Check the name.")}, "discovery", PROBLEM),
    ({"certificate": Certificate(trouble="certificate has expired")}, "tls", PROBLEM),
    ({"certificate": Certificate(3.0, "TLSv1.3")}, "tls", NOTE),
    ({"versions": ("r0.6.1",)}, "versions", PROBLEM),
    ({"versions": ("v1.4",), "media": False}, "versions", NOTE),
    ({"versions": ("v1.4",), "media": False}, "media", NOTE),
    ({"versions": ("nonsense", "v", "v1.x")}, "knocking", PROBLEM),
    ({"flows": None}, "sign_in", PROBLEM),
    ({"flows": ("m.login.token", "org.matrix.login.jwt")}, "sign_in", PROBLEM),
    ({"flows": ()}, "sign_in", PROBLEM),
    ({"registration": "closed"}, "registration", NOTE),
    ({"registration": "checked"}, "registration", NOTE),
    ({"registration": ""}, "registration", NOTE),
    ({"has_sliding_sync": False}, "sync", NOTE),
    ({"clock_ahead": 90.0}, "clock", NOTE),
    ({"clock_ahead": -7200.0}, "clock", PROBLEM),
    ({"wait": 12.0}, "limits", NOTE),
    ({"latencies": [2.0]}, "latency", NOTE),
    ({"latencies": [9.0]}, "latency", PROBLEM),
]


def only(findings: tuple[Finding, ...], check: str) -> Finding:
    (found,) = [finding for finding in findings if finding.check == check]
    return found


def test_single_sign_on_alone_is_a_way_in() -> None:
    found = only(server_findings(replace(GOOD, flows=("m.login.sso", "m.login.application_service"))), "sign_in")
    assert (found.state, found.message) == (OK, "One signs in by single sign-on in the browser.")


def test_a_good_server_is_good_in_everything() -> None:
    findings = server_findings(GOOD)
    assert {finding.state for finding in findings} == {OK}, findings
    assert [finding.check for finding in findings] == [
        "discovery", "tls", "versions", "sign_in", "registration", "sync", "knocking", "media", "clock", "latency",
    ]  # fmt: skip
    words = " ".join(finding.message for finding in findings)
    for said in ("by the directions of river.example", "60 more days", "1.12 (Synapse 1.143.0)", "50 ms"):
        assert said in words


@pytest.mark.parametrize(("change", "check", "state"), WORSE)
def test_what_is_wrong_is_said_with_its_way_out(change: dict[str, object], check: str, state: State) -> None:
    found = only(server_findings(replace(GOOD, **change)), check)  # type: ignore[arg-type]  # fields by name
    assert found.state is state
    assert found.hint
    assert len(found.message) > 10


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (90.0, "2 minutes ahead of"),
        (-3700.0, "1 hour behind"),
        (200_000.0, "2 days ahead of"),
        (61.0, "1 minute ahead of"),
    ],
)
def test_a_clock_that_is_off_is_off_by_something_people_can_say(seconds: float, words: str) -> None:
    assert words in only(server_findings(replace(GOOD, clock_ahead=seconds)), "clock").message


def test_a_server_that_cannot_be_asked_is_said_once_and_nothing_is_made_up_about_it() -> None:
    findings = server_findings(ServerFacts("x", trouble=("x cannot be reached.", "Check the name.")))
    assert [(finding.check, finding.state) for finding in findings] == [("discovery", PROBLEM)]


def test_a_plain_connection_on_this_machine_is_a_note_and_no_problem() -> None:
    facts = replace(GOOD, url="http://127.0.0.1:8008", certificate=None)
    assert only(server_findings(facts), "tls").state is NOTE


def test_room_versions_without_asking_to_join_are_a_problem() -> None:
    assert room_version_finding("12", frozenset({"10", "11", "12"})).state is OK
    assert room_version_finding("6", frozenset({"5", "6", "7"})).state is PROBLEM
    assert room_version_finding("org.own", frozenset({"1", "2"})).state is PROBLEM


# --- an account -----------------------------------------------------------------------------------------------------

HERE = LocalFacts("keyring", is_whole=True, size=2_500_000, free=10**11)
THERE = DeviceFacts(
    is_listed=True,
    keys="ed",
    one_time_keys=50,
    fallback_key=True,
    has_identity=True,
    is_signed=True,
    other_devices=1,
    room_default="12",
    room_versions=frozenset({"11", "12"}),
    upload_limit=50 * 1024 * 1024,
)
WORSE_HERE: list[tuple[dict[str, Any], str, State]] = [
    ({"vault_trouble": ("The keyring is locked.", "Unlock it.")}, "vault", PROBLEM),
    ({"store_trouble": ("The database is missing.", "Put it back.")}, "database", PROBLEM),
    ({"is_whole": False}, "database", PROBLEM),
    ({"free": 100 * 1024 * 1024}, "disk", NOTE),
    ({"free": 1024}, "disk", PROBLEM),
    ({"queued": 2}, "outbox", NOTE),
    ({"failed": 1}, "outbox", NOTE),
]
WORSE_THERE: list[tuple[dict[str, Any], str, State]] = [
    ({"ended": True}, "session", PROBLEM),
    ({"trouble": ("It did not answer.", "Try again.")}, "session", PROBLEM),
    ({"is_listed": False}, "device", PROBLEM),
    ({"keys": ""}, "keys", PROBLEM),
    ({"keys": "other"}, "keys", PROBLEM),
    ({"one_time_keys": 0}, "one_time_keys", NOTE),
    ({"fallback_key": False}, "fallback_key", NOTE),
    ({"has_identity": False}, "signed", NOTE),
    ({"is_signed": False}, "signed", NOTE),
]


def test_a_good_account_is_good_in_everything() -> None:
    assert {finding.state for finding in (*local_findings(HERE), *device_findings(THERE, "ed"))} == {OK}


@pytest.mark.parametrize(("change", "check", "state"), WORSE_HERE)
def test_what_is_wrong_here_is_said_with_its_way_out(change: dict[str, object], check: str, state: State) -> None:
    found = only(local_findings(replace(HERE, **change)), check)  # type: ignore[arg-type]  # fields by name
    assert (found.state, bool(found.hint)) == (state, True)


@pytest.mark.parametrize(("change", "check", "state"), WORSE_THERE)
def test_what_is_wrong_there_is_said_with_its_way_out(change: dict[str, object], check: str, state: State) -> None:
    found = only(device_findings(replace(THERE, **change), "ed"), check)  # type: ignore[arg-type]  # fields by name
    assert (found.state, bool(found.hint)) == (state, True)


@pytest.mark.parametrize(
    ("facts", "way"),
    [(DeviceFacts(has_identity=False), "trust setup"), (DeviceFacts(has_identity=True, is_signed=False), "recover")],
    ids=["no identity", "not signed"],
)
def test_trust_that_is_missing_is_made_with_a_command_of_ours(facts: DeviceFacts, way: str) -> None:
    assert f"`nookterm {way}`" in only(device_findings(facts), "signed").hint


def test_what_was_not_seen_is_not_spoken_of() -> None:
    assert [finding.check for finding in device_findings(DeviceFacts())] == ["session"]
    assert [finding.check for finding in local_findings(LocalFacts("demo"))] == ["vault", "outbox"]


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (20 * 1024**2, "20 MiB"), (3 * 1024**4, "3.0 TiB")],
)
def test_sizes_are_said_as_people_say_them(size: int, words: str) -> None:
    assert span_of(size) == words
