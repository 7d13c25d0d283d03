"""Searching from a shell: a cold process, no network, beside a running client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nookterm.cli.commands.search import line_of
from nookterm.cli.main import main
from nookterm.client.ports import Secret
from nookterm.client.profiles import Profile, Profiles
from nookterm.domain.events import Event, MemberChange, Membership, Payload, StateChange
from nookterm.domain.ids import DeviceId
from nookterm.store.lock import hold_account
from nookterm.store.opening import new_key, open_store
from nookterm.vault.passphrase import PassphraseVault
from tests.contracts.sample_events import ANA, BEN, ROOM, event
from tests.quick_vault import LEAST_WORK

READ = {
    "room_id", "event_id", "sender", "sent_at", "kind", "body", "html", "file", "reply_to", "thread",
    "edited", "redacted", "reactions", "encrypted", "trust",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of somebody whose homeserver is away for good."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "passphrase").touch(0o600)
    (folder / "passphrase").write_text("correct horse")
    key = new_key()
    profile = Profile("default", "http://127.0.0.1:9", ANA, DeviceId("DEVICE"), "passphrase")
    vault = PassphraseVault(folder / "vault.json", lambda: Secret("correct horse"), work=LEAST_WORK)
    vault.save(profile.key_name, key)
    vault.save(profile.token_name, Secret("token"))
    Profiles(folder).save(profile)
    store = open_store(Profiles(folder).database("default"), key, create=True)
    state: tuple[Payload, ...] = (
        StateChange("m.room.create", "", {"room_version": "12"}),
        StateChange("m.room.name", "", {"name": "Glaze Lab"}),
        MemberChange(ANA, Membership.JOIN, "Ana"),
        MemberChange(BEN, Membership.JOIN, "Ben"),
    )
    store.save_state(event(f"s{number}", what, encrypted=False) for number, what in enumerate(state))
    lines = {
        "one": "The kiln is hot",
        "two": "図書館で\x1b[31m会いましょう",
        "three": "kiln-dried\nglaze https://river.example",
    }
    events: list[Event] = [event(name, text, sender=BEN, minute=n) for n, (name, text) in enumerate(lines.items())]
    store.add_events(events)
    store.close()
    return folder


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A process of its own; every attempt to reach a network address ends it."""
    no_network = (
        "import socket, sys\n"
        "def refuse(*_): raise SystemExit('reached for the network')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse\n"
        "from nookterm.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    mine = {"NOOKTERM_HOME": str(home), "NOOKTERM_PASSPHRASE_FILE": str(home / "passphrase"), "TZ": "UTC"}
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    command = [sys.executable, "-c", no_network, *words]
    done = subprocess.run(command, env={**kept, **mine}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


def rows(home: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(home, *words, "--json").stdout.splitlines()]


def test_a_cold_process_finds_messages_without_a_network_and_beside_a_client(home: Path) -> None:
    with hold_account(Profiles(home).folder("default") / "account.lock") as held:
        held.serve()
        found = rows(home, "search", "from:ben", "in:Glaze Lab", "kiln")
    assert [row["event_id"] for row in found] == ["$three", "$one"]
    for row in found:
        assert {"room_id", "event_id", "sender", "sent_at", "kind", "body", "encrypted", "trust"} <= set(row) <= READ
        assert row["room_id"] == ROOM


def test_the_room_list_and_what_was_said_can_be_read_cold_and_without_a_network(home: Path) -> None:
    assert [row["name"] for row in rows(home, "rooms", "--offline")] == ["Glaze Lab"]
    assert [row["event_id"] for row in rows(home, "read", "Glaze Lab", "--offline")] == ["$one", "$two", "$three"]


def test_people_see_when_where_who_and_the_line_and_nothing_that_moves_their_cursor(home: Path) -> None:
    assert run(home, "search", "glaze").stdout == "2026-03-01 09:32  Glaze Lab  Ben: glaze https://river.example\n"
    japanese = run(home, "search", "書館", "--offline").stdout
    assert "図書館で" in japanese
    assert "\x1b" not in japanese


def test_nothing_found_and_nothing_to_find_both_say_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOOKTERM_HOME", str(home))
    monkeypatch.setenv("NOOKTERM_PASSPHRASE_FILE", str(home / "passphrase"))
    assert main(["search", "heron", "--limit", "3"]) == 0
    assert "nookterm read ROOM" in capsys.readouterr().out
    for words, said in ((["before:soon"], "soon is no date"), (["x", "--limit", "0"], "--limit takes a number")):
        assert main(["search", *words]) == 2
        assert said in capsys.readouterr().err


def test_the_words_of_a_command_line_keep_together_what_the_shell_kept_together() -> None:
    assert line_of(["heron -owl from:ana"]) == "heron -owl from:ana"
    assert line_of(["in:glaze lab", "blue kiln", 'from:"x y"', "a"]) == 'in:"glaze lab" "blue kiln" from:"x y" a'
