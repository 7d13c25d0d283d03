"""A program in a pseudo-terminal with a stopwatch: when a text is drawn, how long a key takes, how big it is."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 140, 40
_PIECE = 65_536
_LONGEST = 60.0
_IDLE = 0.05
"""Seconds of work in one second that a program at rest may do."""


class TooSlow(Exception):
    """What was waited for did not come; the message ends with the last that was drawn."""


def environment(**more: str) -> dict[str, str]:
    """The whole environment of a measured program: no leftover of the caller's that would slow it down."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    root = Path(__file__).parents[2]
    return kept | terminal | {"PYTHONPATH": str(root), "VIRTUAL_ENV": str(root / ".venv")} | more


def nookterm(home: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    """The client on a data folder: its command and its environment."""
    return [sys.executable, "-m", "tests.bench.at_hand", *words], environment(NOOKTERM_HOME=str(home))


def megabytes(process: int) -> float:
    """The resident memory of a process. Raises TooSlow where it has ended."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise TooSlow("The program has ended.")


class Program:
    """One program in one terminal. The clock starts right before the process does."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it."""
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.drawn = bytearray()
        """Everything since the last `forget`."""
        self.begun = time.perf_counter()
        self._child = subprocess.Popen(
            list(words), stdin=theirs, stdout=theirs, stderr=theirs, env=dict(env), start_new_session=True
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """End it at once, however it is doing."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        os.close(self._ours)

    def until(self, text: str, longest: float = _LONGEST) -> float:
        """Seconds from the process's start to the first byte after `text` was drawn. Raises TooSlow."""
        wanted, end = text.encode(), time.perf_counter() + longest
        while wanted not in self.drawn:
            if not self._read(end - time.perf_counter()):
                raise TooSlow(f"{text!r} was not drawn in {longest:.0f} s: {bytes(self.drawn[-300:])!r}")
        return time.perf_counter() - self.begun

    def press(self, keys: bytes, text: str, longest: float = 10.0) -> float:
        """Seconds from the key to `text` on the screen. Raises TooSlow."""
        self.drawn.clear()
        pressed = time.perf_counter()
        os.write(self._ours, keys)
        self.until(text, longest)
        return time.perf_counter() - pressed

    def settle(self, keys: bytes, quiet: float = 0.15) -> float:
        """Seconds from the key to the last byte that it made the program draw, `quiet` seconds of silence behind it."""
        self.rest(0.0)
        self.drawn.clear()
        pressed = last = time.perf_counter()
        os.write(self._ours, keys)
        while self._read(quiet if self.drawn else 5.0):
            last = time.perf_counter()
        return last - pressed

    def write(self, keys: bytes) -> None:
        """Send keys and wait for nothing."""
        os.write(self._ours, keys)

    def rest(self, seconds: float) -> None:
        """Let it draw for a while."""
        end = time.perf_counter() + seconds
        while self._read(max(0.0, end - time.perf_counter())):
            pass

    def quiet(self, seconds: float = 0.3, longest: float = 20.0) -> None:
        """Wait until it has drawn nothing for so long."""
        end = time.perf_counter() + longest
        while time.perf_counter() < end and self._read(seconds):
            pass

    def idle(self, longest: float = 60.0) -> None:
        """Wait until it works no more, drawing or not. Raises TooSlow."""
        end = time.perf_counter() + longest
        while time.perf_counter() < end:
            before = self.cpu
            self.rest(1.0)
            if self.cpu - before <= _IDLE:
                return
        raise TooSlow(f"It worked for more than {longest:.0f} s.")

    def gone(self, longest: float = 10.0) -> None:
        """Wait until it has ended by itself. Raises TooSlow."""
        end = time.perf_counter() + longest
        while self._child.poll() is None:
            self._read(0.02)
            if time.perf_counter() > end:
                raise TooSlow(f"It did not end: {bytes(self.drawn[-300:])!r}")

    @property
    def megabytes(self) -> float:
        """What it holds in memory now. Raises TooSlow where it has ended."""
        return megabytes(self._child.pid)

    @property
    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self, patience: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0.0, patience))
        if not ready:
            return False
        try:
            piece = os.read(self._ours, _PIECE)
        except OSError:
            return False
        self.drawn += piece
        return bool(piece)
