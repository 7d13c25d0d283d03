"""The desktop is given words that are no option and no markup; what is private never stands in anybody's arguments."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from jeepney import (  # type: ignore[import-untyped]  # it comes without types
    HeaderFields,
    Message,
    MessageType,
    Parser,
    new_method_return,
)

from nookterm.cli import desktop
from nookterm.cli.desktop import on_desktop
from nookterm.client.telling import Note

ATTACK = "--urgency=critical <b>x</b> & $(touch gone) \x1b[31m"


class Bus:
    """A session's bus with a desktop on it, as far as notes go; it keeps what it was given."""

    def __init__(self, abilities: list[str]) -> None:
        self.abilities = abilities
        self.notes: list[tuple[Any, ...]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (line := await reader.readline()).strip() != b"BEGIN":
            writer.write(b"OK 1234\r\n" if b"AUTH" in line else b"ERROR\r\n")
        parser = Parser()
        while data := await reader.read(4096):
            parser.add_data(data)
            while (message := parser.get_next_message()) is not None:
                writer.write(self._answer(message).serialise(1))
        writer.close()

    def _answer(self, message: Message) -> Message:
        if message.header.message_type is not MessageType.method_call:
            raise AssertionError(message)
        match message.header.fields[HeaderFields.member]:
            case "Hello":
                return new_method_return(message, "s", (":1.7",))
            case "GetCapabilities":
                return new_method_return(message, "as", (self.abilities,))
            case "Notify":
                self.notes.append(message.body)
                return new_method_return(message, "u", (42,))
        raise AssertionError(message)


@asynccontextmanager
async def desktop_with(place: Path, monkeypatch: pytest.MonkeyPatch, *abilities: str) -> AsyncIterator[Bus]:
    bus = Bus(list(abilities))
    server = await asyncio.start_unix_server(bus.serve, place / "bus")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={place / 'bus'}")
    monkeypatch.setattr(desktop, "_shown", 0)
    try:
        yield bus
    finally:
        server.close()


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a desktop, and nobody is far away."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)


Given = Callable[[], list[list[str]]]


@pytest.fixture
def program(tmp_path: Path) -> Given:
    """`notify-send`, which keeps its arguments and its input."""
    made, seen = tmp_path / "notify-send", tmp_path / "seen"
    made.write_text(
        "#!/usr/bin/env python3\nimport json, sys\n"
        f"with open({str(seen)!r}, 'a') as f: f.write(json.dumps([*sys.argv[1:], sys.stdin.read()]) + '\\n')\n"
    )
    made.chmod(0o700)
    return lambda: [json.loads(line) for line in seen.read_text().splitlines()] if seen.exists() else []


async def test_the_program_gets_no_option_no_markup_and_nothing_private(program: Given) -> None:
    assert await on_desktop(Note("here", ATTACK))
    assert await on_desktop(Note("here", "New message.", "Bo in glaze-lab: the kiln is hot"))
    first, second = program()
    head = ["--app-name=nookterm", "--hint=int:transient:1", "--", "nookterm"]
    assert first == [*head, "--urgency=critical &lt;b&gt;x&lt;/b&gt; &amp; $(touch gone) [31m", ""]
    assert second == [*head, "New message.", ""]


async def test_what_somebody_wished_to_see_goes_over_their_own_bus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Given
) -> None:
    async with desktop_with(tmp_path, monkeypatch, "body", "body-markup") as bus:
        assert await on_desktop(Note("here", "New message.", f"Bo: {ATTACK}"))
        assert await on_desktop(Note("here", "New message.", "Bo: and more"))
    assert program() == []
    name, replaces, icon, summary, body, actions, hints, timeout = bus.notes[0]
    assert (name, replaces, icon, summary, actions, timeout) == ("nookterm", 0, "", "nookterm", [], -1)
    assert body == "Bo: --urgency=critical &lt;b&gt;x&lt;/b&gt; &amp; $(touch gone) [31m"
    assert hints["transient"] == ("b", True), "shown, and not kept in the list of what was"
    assert bus.notes[1][1] == 42, "one note that changes, and no pile of them"


async def test_a_desktop_without_markup_gets_the_words_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desktop_with(tmp_path, monkeypatch, "body") as bus:
        assert await on_desktop(Note("here", "New <message>."))
    assert bus.notes[0][4] == "New <message>."


async def test_where_no_desktop_is_nothing_is_shown_and_nobody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Given
) -> None:
    (tmp_path / "notify-send").write_text("#!/bin/sh\nexit 1\n")
    assert not await on_desktop(Note("x", "x", "y"))
    (tmp_path / "notify-send").write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(desktop, "_PATIENCE", 0.1)
    assert not await on_desktop(Note("x", "x"))
    (tmp_path / "notify-send").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not await on_desktop(Note("x", "x"))
    assert program() == []


async def test_over_ssh_the_far_desktop_is_left_alone_unless_it_is_wanted(
    program: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")
    assert not await on_desktop(Note("x", "x"))
    assert program() == []
    assert await on_desktop(Note("x", "x"), anyhow=True)
    assert len(program()) == 1
