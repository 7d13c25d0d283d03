"""A pseudo-terminal with the real program in it: the screen as a person sees it, and the bytes as they came."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pexpect
import pyte

from nookterm.tui.themes import DEFAULT, load_palettes

PATIENCE = 30.0
"""Seconds until a condition counts as one that will not come."""
_ESCAPE_PAUSE = 0.25
"""A lone Esc and the key after it are alt+key to every program, unless there is time between them."""
_PIECE = 65_536
_KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "backspace": "\x7f", "f1": "\x1bOP",
}  # fmt: skip


def key_bytes(key: str) -> str:
    """What a terminal sends for a key: `alt+n`, `ctrl+q`, `enter`, a letter."""
    head, plus, last = key.rpartition("+")
    if plus and head == "alt":
        return "\x1b" + key_bytes(last)
    if plus and head == "ctrl":
        return chr(ord(last.upper()) - 64)
    return _KEYS.get(key, key)


class Terminal:
    """One program in one terminal. A thread reads what it draws, so that it is never held up by a full pipe."""

    def __init__(self, words: Iterable[str], env: Mapping[str, str], size: tuple[int, int] = (140, 40)) -> None:
        """`words` is the command; `size` is columns and rows; `env` is the whole environment."""
        command, *arguments = words
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._raw = bytearray()
        self._news = threading.Condition()
        self._child: Any = pexpect.spawn(
            command, arguments, env=dict(env), dimensions=(rows, columns), timeout=None, echo=False
        )
        self._child.delaybeforesend = None
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def bytes(self) -> bytes:
        """Everything that the program sent to the terminal so far."""
        with self._news:
            return bytes(self._raw)

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        with self._news:
            return "\n".join(row.rstrip() for row in self._screen.display)

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._child.pid)

    @property
    def underlined(self) -> str:
        """What is underlined on the screen: the button that has the keyboard."""
        with self._news:
            cells = (self._screen.buffer[y][x] for y in range(self._screen.lines) for x in range(self._screen.columns))
            return "".join(cell.data for cell in cells if cell.underscore)

    def wait_for_field(self, title: str) -> None:
        """Wait until the field with this title has the keyboard: what is typed sooner goes elsewhere."""
        accent = str(load_palettes(None)[0][DEFAULT].theme().accent).lstrip("#").lower()

        def is_there() -> bool:
            with self._news:
                rows = list(self._screen.display)
                places = ((y, row.find(f"─ {title} ─")) for y, row in enumerate(rows))
                return any(x >= 0 and self._screen.buffer[y][x].fg == accent for y, x in places)

        self.wait_until(is_there, f"the keyboard in {title!r}")

    def wait_for(self, words: str, patience: float = PATIENCE) -> None:
        """Wait until the screen has the words. Fails with what is there."""
        self.wait_until(lambda: words in self.text, repr(words), patience)

    def wait_without(self, words: str, patience: float = PATIENCE) -> None:
        """Wait until the words have left the screen."""
        self.wait_until(lambda: words not in self.text, f"the end of {words!r}", patience)

    def wait_until(self, fits: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait for a condition; `what` names it where it does not come."""
        end = time.monotonic() + patience
        while not fits():
            with self._news:
                self._news.wait(0.05)
            over = not self._reader.is_alive()
            if (over or time.monotonic() > end) and not fits():
                gone = " (the program has ended)" if over else ""
                raise AssertionError(f"Waited in vain for {what}{gone}. The screen has:\n{self.text}")

    def press(self, *keys: str) -> None:
        """Press keys by their names."""
        for key in keys:
            self._child.send(key_bytes(key))
            if key == "escape":
                time.sleep(_ESCAPE_PAUSE)

    def write(self, text: str) -> None:
        """Type words."""
        self._child.send(text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        with self._news:
            self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self._child.kill(number)

    def hang_up(self) -> None:
        """Close the window: the terminal is gone, and nobody tells the program but the system."""
        self._closing.set()
        self._reader.join(5)
        self._child.ptyproc.fileobj.close()
        self._child.ptyproc.closed = self._child.closed = True

    def exit_code(self, patience: float = PATIENCE) -> int:
        """Wait until the program has ended by itself. Returns its exit code; 128 and the signal where one ended it."""
        end = time.monotonic() + patience
        while self._child.isalive():
            if time.monotonic() > end:
                raise AssertionError(f"It did not end. The screen has:\n{self.text}")
            time.sleep(0.05)
        self._reader.join(2)
        return 128 + self._child.signalstatus if self._child.signalstatus else int(self._child.exitstatus or 0)

    def close(self) -> None:
        """End the program, politely where it listens."""
        if self._child.isalive():
            self._child.kill(signal.SIGTERM)
            try:
                self.exit_code(10)
            except AssertionError:
                self._child.kill(signal.SIGKILL)
                self.exit_code(10)
        self._closing.set()
        self._reader.join(5)
        self._child.close(force=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> None:
        """Past pexpect, whose own reading also asks whether the child lives: two threads must not both collect it."""
        while not self._closing.is_set():
            try:
                if not select.select([self._child.child_fd], [], [], 0.1)[0]:
                    continue
                piece = os.read(self._child.child_fd, _PIECE)
            except (OSError, ValueError):
                return
            if not piece:
                return
            with self._news:
                self._raw += piece
                self._stream.feed(piece)
                self._news.notify_all()


def clean_environment(home: Path, passphrase_file: Path | None) -> dict[str, str]:
    """The environment of somebody without a keyring; nothing of ours but what the test gives."""
    env = {key: os.environ[key] for key in ("PATH", "TMPDIR", "VIRTUAL_ENV") if key in os.environ}
    env |= {
        "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor",
        "NOOKTERM_HOME": str(home / "nookterm"), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }  # fmt: skip
    if passphrase_file is not None:
        env["NOOKTERM_PASSPHRASE_FILE"] = str(passphrase_file)
    return env
