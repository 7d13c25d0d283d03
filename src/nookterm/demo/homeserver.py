"""The embedded homeserver: real Synapse as a child process, which nothing of nookterm ever imports."""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from nookterm.demo import errors, warden
from nookterm.demo import folder as folders
from nookterm.demo.folder import WorldFolder
from nookterm.demo.synapse_config import (
    CONFIG_FILE,
    HOST,
    Federation,
    ServerFacts,
    last_words,
    new_facts,
    read_facts,
    write_config,
)

SERVER_NAME = "river.example"
"""The part after the colon in the people's ids; `.example` belongs to nobody, so no real server can be meant."""

_WHOAMI = "/_matrix/client/v3/account/whoami"
_PATIENCE = 90.0
_POLL = 0.05
_SOON = 2.0
_PORTS = range(20_000, 32_000)
"""Below the range from which Linux and macOS take the ports of outgoing connections."""

Progress = Callable[[str], None]
"""Takes one short line about what happens now."""


class Homeserver:
    """A running Synapse with one world; ends with its context, or with `stop()`, or with this process."""

    def __init__(self, world: WorldFolder, facts: ServerFacts, process: subprocess.Popen[bytes]) -> None:
        """Take over a warden that was just started; use `start()`."""
        self.folder = world.path
        self.base_url = facts.base_url
        self.server_name = facts.server_name
        self.as_token = facts.as_token
        """Lets the seeder send as anybody, at any time of the past."""
        self.registration_secret = facts.registration_secret
        """Lets the seeder make accounts faster than the server's limits let anybody else."""
        self._facts = facts
        self._world = world
        self._warden = process

    @classmethod
    def start(
        cls,
        *,
        folder: Path | None = None,
        port: int | None = None,
        federation: Federation | None = None,
        progress: Progress = lambda _line: None,
        python: str = sys.executable,
        needed_bytes: int = folders.NEEDED_BYTES,
    ) -> Self:
        """Start it and wait until it answers (about 5 s). Blocks: call it in a thread from an event loop.

        `folder` keeps the world there for the next time, with its accounts, its name and, where that is free, its port.
        Without it everything lies in a private temporary folder and is gone at the end. `federation`: a server among
        others, named by its address, with Synapse's own limits. `python` is the interpreter that has Synapse.

        Raises:
            DemoProblem, CannotWrite: with a code from `nookterm.demo.errors`; nothing runs and nothing is left then.
        """
        server = cls.launch(
            folder=folder, port=port, federation=federation, progress=progress, python=python, needed_bytes=needed_bytes
        )
        server.wait_until_ready(progress)
        return server

    @classmethod
    def launch(
        cls,
        *,
        folder: Path | None = None,
        port: int | None = None,
        federation: Federation | None = None,
        progress: Progress = lambda _line: None,
        python: str = sys.executable,
        needed_bytes: int = folders.NEEDED_BYTES,
    ) -> Self:
        """The same without waiting for it; whoever launches it stops it."""
        if port is not None and not _is_free(port):
            raise errors.port_taken(port)
        progress("making a private folder")
        world = folders.open_kept(folder, needed_bytes) if folder else folders.make_temporary(needed_bytes)
        try:
            with errors.disk_problems(world.path):
                facts = _facts(world.path, port, federation)
                write_config(world.path, facts)
                process = _start_warden(world, python)
        except BaseException:
            _forget(world)
            raise
        return cls(world, facts, process)

    def wait_until_ready(self, progress: Progress = lambda _line: None) -> None:
        """Wait until it answers; where it does not, it is stopped. Raises as `start`."""
        try:
            progress("starting the homeserver, about 5 s")
            began = time.monotonic()
            self._wait_until_ready(_PATIENCE)
            progress(f"homeserver ready after {time.monotonic() - began:.1f} s")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End Synapse and, unless the world is kept, remove its folder. Safe to call again."""
        if self._warden.stdin and not self._warden.stdin.closed:
            self._warden.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._warden.wait(2 * warden.GRACE + _SOON)
            if self._warden.poll() is None:
                self._warden.kill()
                self._warden.wait()
            if self._warden.stdout:
                self._warden.stdout.close()
            _forget(self._world)

    def is_running(self) -> bool:
        """Whether Synapse still lives."""
        return self._warden.poll() is None and not self._word(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_ready(self, patience: float) -> None:
        give_up = time.monotonic() + patience
        while not _answers(self._facts):
            word = self._word(_POLL)
            if word == "missing":
                raise errors.synapse_missing()
            if word or self._warden.poll() is not None:
                raise self._why_it_died()
            if time.monotonic() > give_up:
                raise errors.homeserver_slow(patience)

    def _word(self, seconds: float) -> str:
        """What the warden said within `seconds`; empty while all is well."""
        if not self._warden.stdout or not select.select([self._warden.stdout], [], [], seconds)[0]:
            return ""
        return self._warden.stdout.readline().decode().strip() or "ended"

    def _why_it_died(self) -> Exception:
        words = last_words(self.folder)
        text = "\n".join(words)
        if "Address already in use" in text:
            return errors.port_taken(self._facts.port)
        if "database or disk is full" in text or os.strerror(errno.ENOSPC) in text:
            return errors.disk_full(self.folder)
        return errors.homeserver_failed(words)


def _facts(path: Path, port: int | None, federation: Federation | None) -> ServerFacts:
    """The server's name and secrets: those of an earlier start in this folder, or new ones."""
    known = read_facts(path)
    if known is None:
        name = federation.server_name if federation else SERVER_NAME
        return new_facts(name, port or free_port(), federation)
    if known.federation and not _is_free(known.federation.port):
        raise errors.name_taken(known.server_name)
    if port is None and _is_free(known.port):
        return known
    return known.at_port(port or free_port())


def _start_warden(world: WorldFolder, python: str) -> subprocess.Popen[bytes]:
    fate = "keep" if world.kept else "remove"
    synapse = [python, "-P", "-m", "synapse.app.homeserver", "-c", str(world.path / CONFIG_FILE)]
    return subprocess.Popen(
        [python, "-P", warden.__file__, fate, str(world.path), *synapse],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Its own session: Ctrl-C in the terminal is for nookterm, which then ends the warden in good order.
        start_new_session=True,
        pass_fds=(world.lock,),
    )


def _forget(world: WorldFolder) -> None:
    with contextlib.suppress(OSError):
        os.close(world.lock)
    if not world.kept:
        shutil.rmtree(world.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            world.path.parent.rmdir()


def _answers(facts: ServerFacts) -> bool:
    """Whether our own Synapse answers: nobody else knows the token that it accepts."""
    connection = http.client.HTTPConnection(HOST, facts.port, timeout=_SOON)
    try:
        connection.request("GET", _WHOAMI, headers={"Authorization": f"Bearer {facts.as_token}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OverflowError, PermissionError):
            raise errors.port_refused(port) from None
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody uses, and that the system gives to no outgoing connection while Synapse wakes up."""
    tries = (_PORTS.start + secrets.randbelow(len(_PORTS)) for _ in range(len(_PORTS)))
    return next(port for port in tries if _is_free(port))
