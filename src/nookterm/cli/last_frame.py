"""The terminal while the program loads: the account's last frame on it, keys kept for later, clean on any way out."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
from threading import Lock
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from nookterm.cli.early_pen import EarlyPen
from nookterm.viewmodels.frame import kept_frame

if TYPE_CHECKING:
    from nookterm.client.ports import Store
    from nookterm.tui.look import Look

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H", "\x1b[?1049l\x1b[?25h"
_OPENING = "\x1b[{row};1H\x1b[0m\x1b[2K  opening"
"""In place of the footer: its keys do not work yet."""
_IFLAG, _LFLAG = 0, 3
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
        self._pen: EarlyPen | None = None

    def __enter__(self) -> Self:
        """Typed keys are not shown from now on; the program gets them. A second time it is as it is."""
        with contextlib.suppress(termios.error, OSError, ValueError):
            if self._attributes:
                return self
            self._attributes = termios.tcgetattr(sys.stdin.fileno())
            silent = [*self._attributes]
            silent[_LFLAG] &= ~(termios.ECHO | termios.ICANON)
            # Else ctrl+s and ctrl+q were for the terminal, and Enter another key.
            silent[_IFLAG] &= ~(termios.IXON | termios.ICRNL)
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
            self._over, painted = True, self._painted
        # Nothing may be drawn behind this any more, and so it comes after the pen has stopped.
        self.hand_over()
        if painted:
            sys.stdout.write(_LEAVE)
            sys.stdout.flush()

    def paint(self, store: Store) -> None:
        """Show the frame that this account was left with, if it fits this terminal and is still true. Any thread."""
        with self._ours, contextlib.suppress(OSError):
            if self._over:
                return
            columns, rows = os.get_terminal_size(sys.stdout.fileno())
            kept = kept_frame(store, columns, rows, self._look.fits(os.environ))
            if kept is None:
                return
            self._painted = True
            _write(_ENTER + kept.text + _OPENING.format(row=rows))
            if kept.pen and self._attributes:
                self._pen = EarlyPen(kept.pen, sys.stdin.fileno(), _write)

    def hand_over(self) -> bytes:
        """From here on the terminal is the program's, and so is leaving it clean. Returns what was typed, as it came.

        Right before the program takes it: between these two the terminal would show keys wherever its cursor is.
        """
        with self._ours:
            self._over, self._painted = True, False
            pen, self._pen = self._pen, None
        if pen:
            pen.stop()
        if self._attributes:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._attributes)
            self._attributes = None
        while self._handlers:
            number, handler = self._handlers.popitem()
            signal.signal(number, handler)
        return pen.typed if pen else b""


def _write(text: str) -> None:
    with contextlib.suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """End through every `finally`."""
    sys.exit(128 + number)
