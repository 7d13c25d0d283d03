"""The terminal while the program loads: the account's last frame on it, keys kept for later, clean on any way out."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
from threading import Lock
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from nookterm.client.ports import Store
from nookterm.tui.look import Look
from nookterm.viewmodels.frame import kept_frame

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H", "\x1b[?1049l\x1b[?25h"
_OPENING = "\x1b[{row};1H\x1b[0m\x1b[2K  opening"
"""In place of the footer: its keys do not work yet."""
_LFLAG = 3
_STOPS = (signal.SIGTERM, signal.SIGHUP)


class LastFrame:
    """Shows what was on the screen last until the program itself draws. A context that ends as it began."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._painted = False
        self._ours = Lock()
        self._over = False
        """Whether the program has the terminal. Asked and set under the lock: painting is another thread's work."""
        self._attributes: list[Any] | None = None
        self._handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        """Typed keys are not shown from now on; the program gets them."""
        with contextlib.suppress(termios.error, OSError, ValueError):
            self._attributes = termios.tcgetattr(sys.stdin.fileno())
            silent = [*self._attributes]
            silent[_LFLAG] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, silent)
        for number in _STOPS:
            if signal.getsignal(number) is signal.SIG_DFL:
                self._handlers[number] = signal.signal(number, _stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was, unless the program has taken it over."""
        with self._ours:
            self._over = True
        if self._painted:
            sys.stdout.write(_LEAVE)
            sys.stdout.flush()
        self.hand_over()

    def paint(self, store: Store) -> None:
        """Show the frame that this account was left with, if it fits this terminal and is still true. Any thread."""
        with self._ours, contextlib.suppress(OSError):
            if self._over:
                return
            columns, rows = os.get_terminal_size(sys.stdout.fileno())
            text = kept_frame(store, columns, rows, self._look.fits(os.environ))
            if text is not None:
                self._painted = True
                sys.stdout.write(_ENTER + text + _OPENING.format(row=rows))
                sys.stdout.flush()

    def hand_over(self) -> None:
        """From here on the terminal is the program's, and so is leaving it clean."""
        with self._ours:
            self._over, self._painted = True, False
        if self._attributes:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._attributes)
            self._attributes = None
        while self._handlers:
            number, handler = self._handlers.popitem()
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """End through every `finally`."""
    sys.exit(128 + number)
