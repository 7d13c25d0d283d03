"""Whatever a server answers, people get one of few clear problems, soon, and the token stays where it belongs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from nookterm.client.errors import (
    NotAllowed,
    NotFound,
    Offline,
    Problem,
    ServerTrouble,
    SignedOut,
    Throttled,
    WrongUsage,
)
from nookterm.client.ports import Secret
from nookterm.matrix.http import Http, path
from nookterm.matrix.problems import LONGEST_WAIT, waiting_time
from tests.matrix.certificates import made_for
from tests.matrix.fake_server import BREAK, HANG, answer, fake_server

TOKEN = "syt_secret_token"
HALF = b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"a": '

REFUSALS = [
    (answer(401, {"errcode": "M_UNKNOWN_TOKEN"}), SignedOut, "signed_out"),
    (answer(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}), SignedOut, "soft_logout"),
    (answer(403, {"errcode": "M_FORBIDDEN", "error": "no"}), NotAllowed, "not_allowed"),
    (answer(403, b"<html>no</html>"), NotAllowed, "not_allowed"),
    (answer(404, {"errcode": "M_NOT_FOUND"}), NotFound, "not_found"),
    (answer(404, {"errcode": "M_UNRECOGNIZED"}), NotFound, "unrecognized"),
    (answer(405, {"errcode": "M_UNRECOGNIZED"}), NotFound, "unrecognized"),
    (answer(404, b"nothing here"), NotFound, "unrecognized"),
    (answer(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}), Throttled, "throttled"),
    (answer(429, b"slow down"), Throttled, "throttled"),
    (answer(500, {"errcode": "M_UNKNOWN"}), ServerTrouble, "server_trouble"),
    (answer(502, b"<html>bad gateway</html>"), ServerTrouble, "server_trouble"),
    (answer(200, b"<html>a hotel's sign-in page</html>"), ServerTrouble, "server_trouble"),
    (answer(200, []), ServerTrouble, "server_trouble"),
    (answer(200, b"\xff\xfe\x00"), ServerTrouble, "server_trouble"),
    (answer(302, b"", "Location: https://elsewhere.example/"), Problem, "refused"),
    (answer(400, {"errcode": "M_INVALID_PARAM", "error": "x\u202ey\x1b[2J"}), Problem, "invalid_param"),
    (answer(400, {"errcode": ["M_X"], "error": {"a": 1}}), Problem, "refused"),
    (answer(307, b"", "Location: http://127.0.0.1:9/_matrix"), Problem, "refused"),
    (answer(403, {"errcode": "M_USER_DEACTIVATED"}), NotAllowed, "not_allowed"),
    (answer(403, {"errcode": "M_INVITE_BLOCKED"}), NotAllowed, "invite_blocked"),
    (answer(400, {"errcode": "M_TOO_LARGE", "error": "too large"}), Problem, "too_large"),
    (answer(413, b"<html>too large</html>"), Problem, "refused"),
    (answer(400, {"errcode": "M_LIMIT_EXCEEDED"}), Throttled, "throttled"),
    (answer(429, b"", "Retry-After: 99999999999999"), Throttled, "throttled"),
    (answer(503, b"<html>busy</html>", "Retry-After: 86400"), ServerTrouble, "server_trouble"),
    (answer(401, {"errcode": "M_MISSING_TOKEN"}), SignedOut, "signed_out"),
    (answer(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": "yes"}), SignedOut, "signed_out"),
    (answer(401, b"<html>who are you?</html>"), Problem, "refused"),
    (answer(200, b""), ServerTrouble, "server_trouble"),
    (answer(200, b"[" * 100_000), ServerTrouble, "server_trouble"),
    (answer(200, b"7"), ServerTrouble, "server_trouble"),
    (b"nonsense\r\n\r\n", ServerTrouble, "server_trouble"),
    (HALF, ServerTrouble, "server_trouble"),
]


@pytest.mark.parametrize(("given", "kind", "code"), REFUSALS)
async def test_every_refusal_becomes_the_problem_that_it_is(given: bytes, kind: type[Problem], code: str) -> None:
    async with fake_server(given) as server:
        http = Http(server.url)
        with pytest.raises(kind) as met:
            await http.call("POST", path("x"), {})
        await http.close()

    problem = met.value
    assert (type(problem), problem.code) == (kind, code)
    assert problem.message.endswith(".")
    assert problem.hint, "what is safe, or the way out"
    assert problem.retry_after is None or 0 <= problem.retry_after <= LONGEST_WAIT
    assert (problem.retry_after is not None) == (kind is Throttled or b"Retry-After" in given)
    assert "\x1b" not in str(met.value)
    assert "\u202e" not in str(met.value)


@pytest.mark.parametrize(
    ("url", "code"), [("http://127.0.0.1:9", "offline"), ("http://no-such-place.invalid", "unknown_server")]
)
async def test_where_nobody_answers_it_says_why_and_what_to_do(url: str, code: str) -> None:
    http = Http(url)
    with pytest.raises(Offline) as met:
        await http.call("GET", path("x"))
    await http.close()
    assert met.value.code == code
    assert "What you wrote is kept. Check" in met.value.hint


async def test_a_certificate_that_nobody_vouches_for_is_said_and_nothing_is_sent(tmp_path: Path) -> None:
    server_side, _trusting = made_for(tmp_path, 30)
    async with fake_server(answer(200, {}), tls=server_side) as server:
        http = Http(server.url, Secret(TOKEN))
        with pytest.raises(Offline) as met:
            await http.call("GET", path("x"))
        await http.close()
    assert met.value.code == "tls"
    assert "certificate" in met.value.message
    assert server.asked == []


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nookterm.matrix.http._LARGEST_BODY", 100_000)
    async with fake_server(answer(200, b'{"a": "' + b"x" * 300_000 + b'"}')) as server:
        http = Http(server.url)
        with pytest.raises(ServerTrouble, match="no end"):
            await http.call("GET", path("x"))
        await http.close()


async def test_a_server_that_hangs_is_given_up_in_time() -> None:
    async with fake_server(HANG) as server:
        http = Http(server.url)
        with pytest.raises(Offline):
            await http.call("GET", path("x"), timeout=0.2)
        await http.close()


async def test_a_broken_connection_is_tried_once_more_where_that_is_harmless() -> None:
    async with fake_server(BREAK, answer(200, {"ok": 1})) as server:
        http = Http(server.url)
        assert await http.call("PUT", path("x"), {}) == {"ok": 1}
        await http.close()
        assert len(server.asked) == 2


async def test_a_broken_connection_is_not_tried_again_where_that_could_act_twice() -> None:
    async with fake_server(BREAK, answer(200, {"ok": 1})) as server:
        http = Http(server.url)
        with pytest.raises(Offline):
            await http.call("POST", path("createRoom"), {})
        await http.close()
        assert len(server.asked) == 1


async def test_a_connection_that_keeps_breaking_is_offline() -> None:
    async with fake_server(BREAK) as server:
        http = Http(server.url)
        with pytest.raises(Offline):
            await http.call("GET", path("x"))
        await http.close()
        assert len(server.asked) == 2


async def test_nobody_there_is_offline() -> None:
    async with fake_server(BREAK) as server:
        url = server.url
    http = Http(url)
    with pytest.raises(Offline):
        await http.call("GET", path("x"))
    await http.close()


async def test_the_token_is_in_one_header_and_in_no_address_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with fake_server(answer(200, {}), answer(500, {})) as server:
        http = Http(server.url, Secret(TOKEN))
        await http.call("GET", path("x"), query=[("a", "b")])
        with pytest.raises(ServerTrouble) as met:
            await http.call("GET", path("x"))
        await http.close()

    first, *headers = server.asked[0].split("\r\n")
    assert TOKEN not in first
    assert [line for line in headers if TOKEN in line] == [f"Authorization: Bearer {TOKEN}"]
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(met.value) + str(met.value)
    assert TOKEN not in repr(vars(http))


@pytest.mark.parametrize(
    ("header", "milliseconds", "seconds"),
    [
        ("7", 1500, 7),
        (None, 1500, 1.5),
        (None, None, 5),
        (None, 999_999_999_999, LONGEST_WAIT),
        (None, -5, 0),
        (None, True, 5),
        (None, "soon", 5),
        ("99999999999999999999999", None, LONGEST_WAIT),
        ("next week", 2000, 2),
        ("-3", None, 5),
    ],
)
def test_the_time_to_wait_is_never_absurd(header: str | None, milliseconds: object, seconds: float) -> None:
    assert waiting_time(header, milliseconds) == seconds


def test_the_time_to_wait_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)

    assert 17 <= waiting_time(later, None) <= 20


def test_no_part_of_a_path_leaves_its_place() -> None:
    assert path("rooms", "!a/../b?c#d:e", "x") == "/_matrix/client/v3/rooms/%21a%2F..%2Fb%3Fc%23d%3Ae/x"
    for part in ("", ".", ".."):
        with pytest.raises(WrongUsage):
            path("rooms", part)
