"""Two accounts in one real program: switched between by keys, each sends its own words, nothing is lost at the end."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.live_homeserver import LiveServer
from tests.pty.conftest import NewPeople
from tests.pty.people import Person
from tests.pty.terminal import Terminal

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

_WORK = ("--profile", "work")


def _room(server: LiveServer, user: str, name: str) -> str:
    """A room without encryption, made by a plain request."""
    path = f"/_matrix/client/v3/createRoom?user_id={quote(user)}"
    return str(server.call("POST", path, {"name": name}, server.as_token)["room_id"])


def _join_second(server: LiveServer, ana: Person) -> str:
    """Sign a second account in on the same machine. Returns its id."""
    other = server.register("work")
    file = ana.home / "password-work"
    file.write_text(other.password)
    file.chmod(0o600)
    ana.do("login", server.base_url, other.user_id, *_WORK, "--password-file", str(file))
    ana.do("trust", "setup", *_WORK, "--key-file", str(ana.home / "key-work"))
    return other.user_id


def _go_to(window: Terminal, room: str) -> None:
    window.wait_for(f"# {room}")  # Where one can go is what the list has when it is opened.
    window.press("ctrl+g")
    window.wait_for_field("Go to a room")
    window.write(room)
    window.wait_for("Enter goes there")
    window.press("enter")
    window.wait_for(f"Write to {room}")


def _said(somebody: Person, room: str, *profile: str) -> list[str]:
    return [row["body"] for row in somebody.do("read", room, "--offline", *profile)]


def test_two_accounts_side_by_side(homeserver: LiveServer, signed_in: NewPeople) -> None:
    (ana,) = signed_in("ana")
    other = _join_second(homeserver, ana)
    tea, loom = _room(homeserver, ana.id, "Tea corner"), _room(homeserver, other, "Loom corner")

    with ana.open() as window:
        window.wait_for("● live")
        _go_to(window, "Tea corner")
        window.write("one by ana\r")
        window.wait_for("one by ana")
        window.press("alt+w")
        window.wait_for("not open")
        window.press("down", "enter")
        window.wait_for(other)
        window.wait_for("● live")
        _go_to(window, "Loom corner")
        window.write("one by work\rhalf a thou")
        window.wait_for("half a thou")
        window.write("\x1botwo by ana\r")
        window.wait_for("two by ana")
        window.wait_for("Write to Tea corner")
        assert "half a thou" not in window.text
        window.write("\x1bo")
        window.wait_for("half a thou")
        window.wait_for(other)
        window.press("ctrl+q")
        assert window.exit_code() == 0

    assert _said(ana, tea) == ["one by ana", "two by ana"]
    assert _said(ana, loom, *_WORK) == ["one by work"]
    for profile in ((), _WORK):
        ana.do("rooms", *profile)
