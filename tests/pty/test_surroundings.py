"""Whatever is wrong around the program: a plain word, an exit code, a terminal left as it was, nothing half made."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from nookterm.store.lock import hold_account
from tests.live_homeserver import LiveServer
from tests.pty.cable import Cable
from tests.pty.conftest import NewPeople
from tests.pty.people import NOOKTERM, Person, sent
from tests.pty.terminal import Terminal

_NOBODY = "http://127.0.0.1:9"
"""A port where nothing listens."""
_LEFT_CLEAN = (b"\x1b[?1049l", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?25h")
"""The alternate screen is left, the mouse is let go, the cursor is back."""


@pytest.fixture(scope="module")
def ana(signed_in: NewPeople) -> Person:
    """Somebody signed in, in a space of her own."""
    (somebody,) = signed_in("ana")
    somebody.do("found", "space", "River")
    return somebody


@pytest.fixture
def nia(newcomers: NewPeople) -> Person:
    """Somebody who never signed in here."""
    (somebody,) = newcomers("nia")
    return somebody


@pytest.fixture
def cable(homeserver: LiveServer) -> Iterator[Cable]:
    with Cable(homeserver.base_url) as whole:
        yield whole


def _wrong_password(somebody: Person) -> str:
    file = somebody.home / "wrong"
    file.write_text("not this one")
    file.chmod(0o600)
    return str(file)


def _files(somebody: Person) -> list[Path]:
    return [path for path in (somebody.home / "nookterm").rglob("*") if path.is_file()]


def _is_free(somebody: Person) -> bool:
    """Whether no process holds the account; raises Busy where one does."""
    (lock,) = (somebody.home / "nookterm").rglob("account.lock")
    with hold_account(lock):
        return True


def test_a_wrong_password_ends_with_3_and_makes_nothing(homeserver: LiveServer, nia: Person) -> None:
    ended = nia.command("login", homeserver.base_url, nia.localpart, "--password-file", _wrong_password(nia))
    assert ended.code == 3, ended
    assert "password" in ended.err
    assert "Traceback" not in ended.err
    assert not list((nia.home / "nookterm").rglob("account.db"))


@pytest.mark.parametrize("server", [_NOBODY, "no-such-place.invalid"])
def test_a_server_that_does_not_answer_ends_with_4(nia: Person, server: str) -> None:
    ended = nia.command("login", server, nia.localpart, "--password-file", str(nia.password_file))
    assert ended.code == 4, ended
    assert server.removeprefix("http://").partition(":")[0] in ended.err
    assert not list((nia.home / "nookterm").rglob("account.db"))


def test_on_the_welcome_screen_a_wrong_server_and_a_wrong_password_can_be_mended(
    homeserver: LiveServer, nia: Person
) -> None:
    with nia.open() as window:
        window.wait_for("Where is your account?")
        window.wait_for_field("Server")
        window.write(_NOBODY)
        window.wait_for(_NOBODY)
        window.press("enter")
        window.wait_for("cannot be reached")
        window.wait_for(f"│ {_NOBODY}")
        _write_anew(window, "Server", homeserver.base_url)
        window.press("enter")
        window.wait_for("Sign in on")
        window.wait_for_field("Your name there")
        window.write(nia.localpart)
        window.wait_for(f"│ {nia.localpart}")
        window.press("tab")
        window.wait_for_field("Password")
        window.write("not this one")
        window.wait_for("••••")
        window.press("enter")
        window.wait_for("What to do")
        window.wait_for(f"│ {nia.localpart}")
        window.wait_for("••••")
        assert "not this one" not in window.text
        _write_anew(window, "Password", nia.account.password)
        window.press("enter")
        window.wait_for("Make this device yours")
        window.press("escape")
        window.wait_for("● live")
        window.press("ctrl+q")
        assert window.exit_code() == 0
    assert [row["user_id"] for row in nia.do("profiles")] == [nia.id]


def _write_anew(window: Terminal, title: str, words: str) -> None:
    """Replace what stands in the field."""
    window.press("ctrl+u")
    window.wait_until(lambda: _written(window, title) == "", "an empty field")
    window.write(words)


def _written(window: Terminal, title: str) -> str:
    """What stands in the field with this title."""
    rows = window.text.splitlines()
    return next((below.strip("│ ") for above, below in pairwise(rows) if f"─ {title} ─" in above), "no such field")


def test_without_network_the_client_opens_from_disk_and_what_is_written_goes_out_later(
    homeserver: LiveServer, cable: Cable, newcomers: NewPeople
) -> None:
    (kit,) = newcomers("kit")
    kit.do("login", cable.url, kit.localpart, "--password-file", str(kit.password_file))
    assert kit.do("profiles")[0]["homeserver"] == cable.url
    kit.do("trust", "setup", "--key-file", str(kit.key_file))
    kit.do("found", "space", "River")
    nook = kit.do("found", "nook", "River", "Tea house")[0]["room_id"]
    cable.cut()
    with kit.open() as window:
        window.wait_for("○ offline")
        window.press("ctrl+g")
        window.wait_for_field("Go to a room")
        window.write("Tea")
        window.press("enter")
        window.wait_without("Go to a room")
        window.wait_for_field("Write to Tea house")
        window.write("Written in a tunnel")
        window.wait_for("│ Written in a tunnel")
        window.press("enter")
        window.wait_for("1 not sent")
        window.press("ctrl+q")
        assert window.exit_code() == 0
    assert sent(homeserver, nook, kit.id) == 0
    cable.mend()
    with kit.open() as window:
        window.wait_until(lambda: sent(homeserver, nook, kit.id) == 1, "the message at the server")
        window.wait_for("Written in a tunnel")
        window.press("ctrl+q")
        window.exit_code()
    assert "Written in a tunnel" in [row["body"] for row in kit.do("read", "Tea house")]


def test_without_a_terminal_the_client_says_so_and_ends_with_2(ana: Person) -> None:
    ended = ana.command()
    assert ended.code == 2
    assert "no terminal" in ended.err
    assert ended.out == ""


def test_with_its_errors_sent_elsewhere_the_client_says_why_it_draws_nothing(ana: Person) -> None:
    file = ana.home / "errors"
    with Terminal(["sh", "-c", f'"{NOOKTERM}" 2>"{file}"'], ana.env) as window:
        assert window.exit_code() == 2
        assert b"\x1b" not in window.bytes
    assert "2>" in file.read_text()


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_draw_is_refused_with_2(ana: Person, term: str) -> None:
    with ana.open(more={"TERM": term}) as window:
        assert window.exit_code() == 2
        assert term in window.text
        assert b"\x1b" not in window.bytes


def test_a_terminal_of_one_cell_lives_and_grows_back(ana: Person) -> None:
    with ana.open((1, 1)) as window:
        window.wait_until(lambda: b"\x1b[?1049h" in window.bytes, "the alternate screen")
        window.resize(110, 30)
        window.wait_for("● live")
        window.resize(1, 1)
        window.press("alt+d", "alt+h", "alt+n", "alt+r", "f1", "escape", "ctrl+g", "escape")
        window.resize(110, 30)
        window.wait_for("My requests")
        window.press("ctrl+q")
        assert window.exit_code() == 0


def test_without_keyring_and_passphrase_nothing_is_made_and_it_ends_with_9(homeserver: LiveServer, nia: Person) -> None:
    bare = replace(nia, env={key: word for key, word in nia.env.items() if key != "NOOKTERM_PASSPHRASE_FILE"})
    ended = bare.command("login", homeserver.base_url, nia.localpart, "--password-file", str(nia.password_file))
    assert ended.code == 9, ended
    assert "keyring" in ended.err
    assert _files(nia) == []
    token = homeserver.login(nia.account)
    assert len(homeserver.call("GET", "/_matrix/client/v3/devices", token=token)["devices"]) == 1


def test_a_wrong_passphrase_ends_with_9_with_and_without_a_screen(ana: Person) -> None:
    wrong = {"NOOKTERM_PASSPHRASE_FILE": _wrong_password(ana)}
    before = {path: path.stat().st_size for path in _files(ana)}
    assert ana.command("rooms", **wrong).code == 9
    with ana.open(more=wrong) as window:
        assert window.exit_code() == 9
        assert "passphrase" in window.text
    assert {path: path.stat().st_size for path in _files(ana)} == before


def test_a_passphrase_file_that_others_can_read_is_refused_with_9(ana: Person) -> None:
    loose = ana.home / "loose"
    loose.write_text((ana.home / "passphrase").read_text())
    loose.chmod(0o644)
    ended = ana.command("rooms", NOOKTERM_PASSPHRASE_FILE=str(loose))
    assert ended.code == 9, ended


def test_a_data_folder_that_cannot_be_made_ends_with_73(homeserver: LiveServer, nia: Person) -> None:
    """A file is in its place: that stops root, too."""
    (nia.home / "taken").write_text("")
    taken = {"NOOKTERM_HOME": str(nia.home / "taken" / "nookterm")}
    ended = nia.command("login", homeserver.base_url, nia.localpart, "--password-file", str(nia.password_file), **taken)
    assert ended.code == 73, ended
    assert "taken" in ended.err


def test_a_second_client_on_one_account_that_is_left_ends_with_7_and_the_first_lives_on(ana: Person) -> None:
    with ana.open() as first:
        first.wait_for("● live")
        with ana.open() as second:
            second.wait_for(f"Another nookterm (process {first.pid}) has this account.")
            second.press("escape")
            assert second.exit_code() == 7
            second.wait_for("nookterm: Another nookterm")
        assert ana.command().code == 2, "without a terminal nothing is asked"
        first.press("alt+r")
        first.wait_for("You have asked nowhere yet.")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_polite_end_leaves_the_terminal_clean_and_the_account_free(ana: Person, number: signal.Signals) -> None:
    with ana.open() as window:
        window.wait_for("● live")
        window.signal(number)
        assert window.exit_code() == 128 + number
        assert [mark for mark in _LEFT_CLEAN if window.bytes.rfind(mark) < window.bytes.rfind(b"\x1b[?1049h")] == []
        assert "Traceback" not in window.text
    assert _is_free(ana)


def test_a_kill_leaves_the_account_free_and_the_client_opens_again(ana: Person) -> None:
    with ana.open() as window:
        window.wait_for("● live")
        window.signal(signal.SIGKILL)
        assert window.exit_code() == 128 + signal.SIGKILL
    assert _is_free(ana)
    with ana.open() as window:
        window.wait_for("● live")


def test_a_closed_window_ends_the_program_and_leaves_the_account_free(ana: Person) -> None:
    with ana.open() as window:
        window.wait_for("● live")
        window.hang_up()
        window.exit_code()
    assert _is_free(ana)


def test_ctrl_c_in_the_client_ends_nothing_and_ctrl_q_ends_with_0(ana: Person) -> None:
    with ana.open() as window:
        window.wait_for("● live")
        window.press("ctrl+c")
        window.press("alt+r")
        window.wait_for("You have asked nowhere yet.")
        window.press("ctrl+q")
        assert window.exit_code() == 0
        assert [mark for mark in _LEFT_CLEAN if window.bytes.rfind(mark) < window.bytes.rfind(b"\x1b[?1049h")] == []


def test_ctrl_c_ends_a_following_command_with_130_and_no_traceback(ana: Person) -> None:
    with Terminal([NOOKTERM, "read", "River facilitators", "--follow"], ana.env) as window:
        window.wait_for("Nothing was said here yet.")
        window.press("ctrl+c")
        assert window.exit_code() == 130
        assert "Traceback" not in window.text
    assert _is_free(ana)
