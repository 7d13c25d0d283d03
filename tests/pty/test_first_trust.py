"""The first run at a terminal of 80x24 ends trusted, and a second machine opens everything with the recovery key."""

from __future__ import annotations

import re

from tests.live_homeserver import LiveServer
from tests.pty.conftest import NewPeople
from tests.pty.people import Person
from tests.pty.terminal import Terminal, clean_environment
from tests.trust.chance import mistyped

_SMALL = (80, 24)
_SAID = "The kiln is warm"
_GROUPS = re.compile(r"^ +((?:[1-9A-HJ-NP-Za-km-z]{4} +){3}[1-9A-HJ-NP-Za-km-z]{4})$", re.MULTILINE)
_ASKED = re.compile(r"Type group (\d+) of")


def test_from_the_first_run_to_a_second_machine(homeserver: LiveServer, newcomers: NewPeople) -> None:
    (ana,) = newcomers("ana")
    key = _first_run(homeserver, ana)
    assert ana.do("trust")[0]["state"] == "ready"
    ana.do("found", "space", "River")
    ana.do("found", "nook", "River", "Kiln")
    ana.do("send", "Kiln", _SAID, "--wait")
    second = _second_machine(homeserver, ana)
    with second.open(_SMALL) as window:
        window.wait_for("Open your older messages")
        window.wait_for_field("Recovery key or passphrase")
        typed = mistyped(key, len(key) - 1)
        window.write(typed)
        window.wait_for(typed)
        window.press("enter")
        window.wait_for("typing error")
        window.wait_for_field("Recovery key or passphrase")
        window.press("backspace")
        window.wait_without(typed)
        window.write(key[-1])
        window.wait_for(key)
        window.press("enter")
        window.wait_for("This device is trusted now")
        window.wait_until(lambda: "Go on" in window.underlined, "the keyboard on `Go on`")
        window.press("enter")
        window.wait_without("This device is trusted now")
        _shown_around(window)
        window.press("ctrl+g")
        window.wait_for_field("Go to a room")
        window.write("Kiln")
        window.press("enter")
        window.wait_for(_SAID)
        window.press("ctrl+q")
        assert window.exit_code() == 0
    (row,) = second.do("trust")
    assert (row["state"], row["backup"]) == ("ready", True)
    assert [device["signed"] for device in row["devices"]] == [True, True]


def _first_run(homeserver: LiveServer, ana: Person) -> str:
    """Sign in on the screen, and note the recovery key. Returns it."""
    with ana.open(_SMALL) as window:
        window.wait_for_field("Server")
        window.write(homeserver.base_url)
        window.press("enter")
        window.wait_for_field("Your name there")
        window.write(ana.localpart)
        window.wait_for(f"│ {ana.localpart}")
        window.press("tab")
        window.wait_for_field("Password")
        window.write(ana.account.password)
        window.wait_for("••••")
        window.press("enter")
        window.wait_for("Make this device yours")
        window.wait_until(lambda: "Set it up" in window.underlined, "the keyboard on `Set it up`")
        window.press("enter")
        window.wait_for("Your recovery key")
        window.wait_until(lambda: len(_groups(window.text)) == 12, "all of the key, which is painted in pieces")
        key = " ".join(_groups(window.text))
        _prove(window, key)
        window.press("enter")
        window.wait_without("This device is yours")
        _shown_around(window)
        window.wait_for("Your nooks will stand here.")
        window.press("ctrl+q")
        assert window.exit_code() == 0
    return key


def _shown_around(window: Terminal) -> None:
    """The tour comes by itself, when nothing else needs the person, and goes by a key."""
    window.wait_for("1 of 4")
    window.press("enter")
    window.wait_for("2 of 4")
    window.press("escape")
    window.wait_without("2 of 4")


def _prove(window: Terminal, key: str) -> None:
    window.wait_until(lambda: "I have noted it" in window.underlined, "the keyboard on `I have noted it`")
    window.press("enter")
    window.wait_for("Is it noted?")
    window.wait_until(lambda: bool(_ASKED.search(window.text)), "which group is asked for")
    found = _ASKED.search(window.text)
    assert found
    window.wait_until(lambda: not _GROUPS.search(window.text), "a screen without the key")
    window.wait_for_field(f"Group {found[1]}")
    window.write(key.split()[int(found[1]) - 1])
    window.press("enter")
    window.wait_for("This device is yours")
    window.wait_until(lambda: "Go on" in window.underlined, "the keyboard on `Go on`")


def _second_machine(homeserver: LiveServer, of: Person) -> Person:
    """The same account at a machine where it has never been, signed in by the command."""
    home = of.home.parent / f"{of.localpart}-second"
    home.mkdir(mode=0o700)
    for name in ("password", "passphrase"):
        (home / name).write_text((of.home / name).read_text())
        (home / name).chmod(0o600)
    second = Person(of.account, home, clean_environment(home, home / "passphrase"))
    return second.sign_in(homeserver, trusted=False)


def _groups(text: str) -> list[str]:
    return " ".join(_GROUPS.findall(text)).split()
