"""People with a home folder each and the real program in it: with a screen, or by commands where that is quicker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.live_homeserver import Account, LiveServer
from tests.pty.terminal import Terminal, clean_environment
from tests.pty.warm import Ended, nest
from tests.quick_vault import lay_out

NOOKTERM = str(Path(sys.executable).with_name("nookterm"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, at a machine of their own."""

    account: Account
    home: Path
    env: dict[str, str]

    @property
    def id(self) -> str:
        """The full Matrix id."""
        return self.account.user_id

    @property
    def localpart(self) -> str:
        """The id's first part."""
        return self.account.user_id[1:].partition(":")[0]

    @property
    def password_file(self) -> Path:
        """A file with the password."""
        return self.home / "password"

    @property
    def key_file(self) -> Path:
        """Where the recovery key lies."""
        return self.home / "recovery-key"

    def command(self, *words: str, **more: str) -> Ended:
        """Run a command without a terminal, in a process of its own; `more` goes into the environment."""
        if not more:
            return nest().run(words, self.env)
        # Some of it may be for the interpreter, which looks only as it starts.
        done = subprocess.run(
            [NOOKTERM, *words],
            env=self.env | more,
            capture_output=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command without a terminal, which prints rows and goes on by itself."""
        return subprocess.Popen(
            [NOOKTERM, "--json", *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def do(self, *words: str) -> list[dict[str, Any]]:
        """Run a command that has to work. Returns its rows."""
        ended = self.command("--json", *words)
        assert ended.code == 0, (words, ended)
        return [json.loads(line) for line in ended.out.splitlines()]

    def sign_in(self, server: LiveServer, *, trusted: bool = True) -> Person:
        """Sign in by the command; `trusted`: with a new identity, whose recovery key lies in `key_file`."""
        lay_out(Path(self.env["NOOKTERM_HOME"]), Path(self.env["NOOKTERM_PASSPHRASE_FILE"]))
        self.do("login", server.base_url, self.localpart, "--password-file", str(self.password_file))
        if trusted:
            self.do("trust", "setup", "--key-file", str(self.key_file))
        return self

    def open(self, size: tuple[int, int] = (140, 40), more: Mapping[str, str] | None = None) -> Terminal:
        """Open the client with a screen; `more` goes into the environment."""
        return Terminal([NOOKTERM], {**self.env, **(more or {})}, size)


def person(server: LiveServer, folder: Path, localpart: str) -> Person:
    """A new account at a machine where nookterm has never been; not signed in."""
    account = server.register(localpart)
    home = folder / account.user_id[1:].partition(":")[0]
    home.mkdir(mode=0o700)
    for name, words in (("password", account.password), ("passphrase", f"the vault of {localpart}")):
        file = home / name
        file.write_text(words)
        file.chmod(0o600)
    return Person(account, home, clean_environment(home, home / "passphrase"))


def bring(server: LiveServer, host: Person, guest: Person, *rooms: str) -> None:
    """Have `guest` in rooms of `host`, by plain requests: quicker than a command each."""
    for room in rooms:
        path = f"/_matrix/client/v3/rooms/{quote(room)}"
        server.call("POST", f"{path}/invite?user_id={quote(host.id)}", {"user_id": guest.id}, server.as_token)
        server.call("POST", f"{path}/join?user_id={quote(guest.id)}", {}, server.as_token)


def sent(homeserver: LiveServer, room: str, user: str) -> int:
    """How many encrypted messages the server has."""
    path = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=100&user_id={quote(user)}"
    events = homeserver.call("GET", path, token=homeserver.as_token)["chunk"]
    return sum(event["type"] == "m.room.encrypted" for event in events)
