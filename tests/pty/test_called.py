"""At a real terminal: somebody who looks away is called once, by bell or note, and the window gets its title back."""

from __future__ import annotations

import re
from itertools import count
from urllib.parse import quote

import pytest

from nookterm.tui.terminal_note import TITLE_BACK, TITLE_KEEP
from tests.live_homeserver import LiveServer
from tests.pty.conftest import NewPeople
from tests.pty.people import Person, bring

_AWAY = "\x1b[O"
"""What a terminal sends when another window gets the keyboard."""
_BY_THE_TERMINAL = '[notify]\nhow = "desktop"\nway = "terminal"\n'
_NUMBER = count()
_ORDER = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


@pytest.fixture(scope="module")
def two(homeserver: LiveServer, signed_in: NewPeople, newcomers: NewPeople) -> tuple[Person, Person, str]:
    """Ana at her terminal, bo elsewhere, and a room of both."""
    (ana,), (bo,) = signed_in("ana"), newcomers("bo")
    ana.do("found", "space", "River")
    path = f"/_matrix/client/v3/createRoom?user_id={quote(ana.id)}"
    room = homeserver.call("POST", path, {"name": "kiln", "preset": "private_chat"}, homeserver.as_token)["room_id"]
    bring(homeserver, ana, bo, room)
    return ana, bo, room


def _names(server: LiveServer, bo: Person, ana: Person, room: str) -> None:
    path = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/called{next(_NUMBER)}?user_id={quote(bo.id)}"
    body = {"msgtype": "m.text", "body": "secret words", "m.mentions": {"user_ids": [ana.id]}}
    server.call("PUT", path, body, server.as_token)


@pytest.mark.parametrize(
    ("term", "settings", "call"),
    [
        ("xterm-256color", "", b"\x07"),
        (
            "foot",
            _BY_THE_TERMINAL,
            b"\x1b]777;notify;nookterm;nookterm: New message.\x07",
        ),
    ],
    ids=["bell", "note"],
)
def test_a_mention_calls_whoever_looks_away_and_the_title_is_given_back(
    homeserver: LiveServer, two: tuple[Person, Person, str], term: str, settings: str, call: bytes
) -> None:
    ana, bo, room = two
    (ana.home / "nookterm" / "config.toml").write_text(settings)
    with ana.open(more={"TERM": term}) as window:
        window.wait_for("● live")
        before = len(re.findall(_ORDER, window.bytes))
        assert b"\x07" not in re.sub(_ORDER, b"", window.bytes)
        window.write(_AWAY)
        _names(homeserver, bo, ana, room)

        def called() -> bytes:
            orders = re.findall(_ORDER, window.bytes)[before:]
            notes = [order for order in orders if not order.startswith(b"\x1b]2;")]
            return b"".join(notes) + b"\x07" * re.sub(_ORDER, b"", window.bytes).count(b"\x07")

        window.wait_until(lambda: bool(called()), "a call")
        window.wait_until(lambda: re.search(rb"\x1b\]2;nookterm \(\d\)\x07", window.bytes) is not None, "a count")
        assert called() == call
        window.press("ctrl+q")
        assert window.exit_code() == 0
        seen = window.bytes
    assert seen.count(TITLE_KEEP.encode()) == 1
    assert seen.rindex(TITLE_BACK.encode()) > seen.rindex(b"\x1b]2;nookterm")
    assert seen.index(TITLE_KEEP.encode()) < seen.index(b"\x1b]2;nookterm")
