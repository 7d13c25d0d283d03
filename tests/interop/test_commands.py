"""The commands alone, each a process of its own, with somebody at Element on the other end."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nookterm.domain.ids import UserId
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element
from tests.interop.peer import ALL_KEYS
from tests.interop.verifying import Code, Verifying
from tests.live_homeserver import LiveServer
from tests.quick_vault import lay_out


@dataclass(frozen=True, slots=True)
class Shell:
    """Somebody at a prompt, with a data folder of their own."""

    server: LiveServer
    folder: Path
    begun: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def begin(self, *words: str) -> asyncio.subprocess.Process:
        """Start a command with --json."""
        surroundings = {
            "NOOKTERM_HOME": str(self.folder / "home"),
            "NOOKTERM_PASSPHRASE_FILE": str(self.note("passphrase", "of the vault")),
            "NOOKTERM_VAULT": "passphrase",
        }
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "nookterm", *words, "--json")
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=os.environ | surroundings
        )
        self.begun.append(process)
        return process

    async def run(self, *words: str) -> list[dict[str, Any]]:
        """What a command printed that had to work."""
        process = await self.begin(*words)
        async with asyncio.timeout(90):
            said, failed = await process.communicate()
        assert process.returncode == 0, failed.decode()
        return [json.loads(line) for line in said.splitlines()]

    async def login(self, user: UserId, password: str) -> None:
        lay_out(self.folder / "home", self.note("passphrase", "of the vault"))
        await self.run("login", self.server.base_url, user, "--password-file", str(self.note("password", password)))

    def note(self, name: str, text: str) -> Path:
        """A file with one line."""
        file = self.folder / name
        file.write_text(f"{text}\n", encoding="utf-8")
        file.chmod(0o600)
        return file


@pytest.fixture
async def shell(homeserver: LiveServer, tmp_path: Path) -> AsyncIterator[Shell]:
    """A prompt; what it began ends with the test."""
    prompt = Shell(homeserver, tmp_path)
    yield prompt
    for process in prompt.begun:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_an_account_of_element_is_recovered_and_spoken_from_by_commands(shell: Shell, element: Elements) -> None:
    bo, cleo = await at_element(element, "bo"), await at_element(element, "cleo")
    room = await cleo.room(bo.id)
    await bo.join(room)
    await cleo.sees_member(room, bo.id)

    await shell.login(bo.id, bo.password)
    (recovered,) = await shell.run("recover", "--key-file", str(shell.note("key", bo.recovery_key)))
    await cleo.sees_signed(bo.id, recovered["device_id"])
    *_, sent = await shell.run("send", room, "from a command", "--wait")

    assert (recovered["state"], recovered["signed"]) == ("ready", True)
    seen = await cleo.reads(room, sent["event_id"])
    assert (seen.body, seen.shield) == ("from a command", "none")
    await cleo.say(room, "to a command")
    rows = await shell.run("read", room)
    assert [(row["body"], row["trust"]) for row in rows if row["kind"] == "text"] == [
        ("from a command", "own"),
        ("to a command", "signed"),
    ]


async def test_an_identity_made_by_a_command_is_opened_and_verified_at_element(shell: Shell, element: Elements) -> None:
    ana = shell.server.register("ana")
    bo = await at_element(element, "bo")
    room = await bo.room(UserId(ana.user_id))
    await shell.login(UserId(ana.user_id), ana.password)
    key = shell.folder / "recovery"
    await shell.run("trust", "setup", "--key-file", str(key))
    await shell.run("join", room)

    desk = await element("desk")
    await desk.login(UserId(ana.user_id), ana.password)
    await desk.start()
    await desk.unlock(recovery_key=key.read_text(encoding="utf-8").strip())
    assert (await desk.standing()).secrets == ALL_KEYS

    comparing = await shell.begin("verify", bo.id)
    assert comparing.stdout
    assert comparing.stdin
    at_bo = Verifying(bo)
    await at_bo.asked(UserId(ana.user_id))
    await at_bo.accept()
    theirs = await at_bo.code()
    async for line in comparing.stdout:
        row = json.loads(line)
        if row["step"] == "compare":
            assert Code(tuple(one["name"] for one in row["emoji"]), tuple(row["numbers"])) == theirs
            await at_bo.same()
            comparing.stdin.write(b"y\n")
    assert (row["step"], row["verified"]) == ("done", True)
    assert await comparing.wait() == 0
    await at_bo.done()
    await bo.sees_verified(UserId(ana.user_id))
