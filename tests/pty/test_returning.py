"""A session that ends and a database that is lost, at the terminal: said in words, mended in place, nothing gone."""

from __future__ import annotations

import json
from urllib.parse import quote

from tests.live_homeserver import LiveServer
from tests.pty.conftest import NewPeople
from tests.pty.people import Person, sent


def remove_device(server: LiveServer, somebody: Person) -> None:
    """Somebody removes this device from another one of theirs."""
    (profile,) = (somebody.home / "nookterm").rglob("profile.json")
    device = json.loads(profile.read_text())["device_id"]
    user = {"type": "m.id.user", "user": somebody.id}
    proof = {"auth": {"type": "m.login.password", "identifier": user, "password": somebody.account.password}}
    where = f"/_matrix/client/v3/devices/{quote(device)}"
    server.call("DELETE", where, proof, token=server.login(somebody.account))


def test_a_removed_device_says_so_stays_readable_and_signs_in_again_in_place(
    homeserver: LiveServer, signed_in: NewPeople
) -> None:
    (ana,) = signed_in("ana")
    room = ana.do("found", "space", "River")[0]["facilitators_id"]
    with ana.open((120, 30)) as window:
        window.wait_for("● live")
        window.press("ctrl+g")
        window.wait_for_field("Go to a room")
        window.write("facil")
        window.press("enter")
        window.wait_for_field("Write to River facilitators")
        window.write("before it ended")
        window.wait_for("│ before it ended")
        window.press("enter")
        window.wait_for("Write a message, or / for commands")
        window.wait_for("before it ended")
        window.wait_until(lambda: sent(homeserver, room, ana.id) == 1, "the first message at the server")
        remove_device(homeserver, ana)
        window.write("written meanwhile")
        window.wait_for("│ written meanwhile")
        window.press("enter")
        window.wait_for("The server has ended this session.")
        window.wait_for("1 not sent")
        window.write("/signin")
        window.wait_for("│ /signin")
        window.press("enter")
        window.wait_for("1 unsent message is held back")
        window.press("escape")
        window.wait_for("before it ended")
    # The next start says so at once.
    ended = ana.command("rooms")
    assert ended.code == 3, ended
    assert "nookterm login" in ended.err
    with ana.open((120, 30)) as window:
        window.wait_for("Sign in as a new device")
        window.wait_for_field("Password")
        window.write(ana.account.password)
        window.wait_for("••••")
        window.press("enter")
        window.wait_for("● live")
        window.wait_for("before it ended")
        window.wait_for("written meanwhile")
        window.wait_for("1 not sent")
        window.press("ctrl+q")
        assert window.exit_code() == 0


def test_a_lost_database_offers_to_begin_anew_and_keeps_the_old_file(signed_in: NewPeople) -> None:
    (emil,) = signed_in("emil")
    (database,) = (emil.home / "nookterm").rglob("account.db")
    broken = b"\x00\xff" * 4096
    database.write_bytes(broken)
    with emil.open((120, 24)) as window:
        window.wait_for("The old file is kept")
        window.wait_for_field("Password")
        window.write(emil.account.password)
        window.press("enter")
        window.wait_for("Open your older messages")
        window.press("escape")
        window.wait_for("● live")
        window.press("ctrl+q")
        assert window.exit_code() == 0
    (aside,) = database.parent.glob("*.aside")
    assert aside.read_bytes() == broken
