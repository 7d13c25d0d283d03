"""One Node process for all who are at Element: to begin its engine for each of them took longer than their tests."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from tests.interop.install import node
from tests.interop.lines import START_SECONDS, Lines, PeerError

SCRIPT = Path(__file__).parent / "peer" / "peer.mjs"


class Host:
    """The process. Each connection is a device of its own; they share no more than two tabs of a browser do."""

    def __init__(self, home: Path) -> None:
        """Begin the process. `home`: where the engine is installed. Raises PeerError."""
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self.process = subprocess.Popen(
            [node(), SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=os.environ | {"PEER_MODULES": str(home), "NODE_COMPILE_CACHE": str(home / ".cache")},
        )
        assert self.process.stdout
        there, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if there else b""
        if not line:
            self.process.kill()
            self.process.wait()
            message = f"Element's engine did not start: {self.last_words()}"
            self.end()
            raise PeerError(message)
        self._port = int(json.loads(line)["port"])

    async def connect(self, name: str) -> Lines:
        """A new device, which has no account yet."""
        try:
            return await Lines.connect(name, self._port)
        except (OSError, PeerError) as error:
            message = f"{error}\n{self.last_words()}"
            raise PeerError(message) from None

    def last_words(self) -> str:
        """The end of what the process said to nobody in particular."""
        if self._errors.closed:
            return ""
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode(errors="replace")

    def end(self) -> None:
        """End it: by closing its input, as also happens when this process is gone."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self._errors.close()


RUNNING: dict[Path, Host] = {}
"""By where the engine is installed."""


def host(home: Path) -> Host:
    """The process of this test worker, begun when it is first asked for and whenever it has gone."""
    running = RUNNING.get(home)
    if running is None or running.process.poll() is not None:
        running = RUNNING[home] = Host(home)
    return running


@atexit.register
def _end_all() -> None:
    for running in RUNNING.values():
        with contextlib.suppress(OSError):
            running.end()
