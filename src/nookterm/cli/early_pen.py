"""Writing before the program is there: letters typed on the last frame stand where one writes, and are kept for it."""

from __future__ import annotations

import os
import select
import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Callable
from threading import Thread

from nookterm.viewmodels.frame import Pen

_DELETES = frozenset("\x7f\b")
_MOST = 4096
"""Bytes read at once."""


class EarlyLine:
    """The letters that were typed, up to the first key that is none: what that does only the program knows."""

    def __init__(self) -> None:
        """Nothing was typed yet."""
        self.text = ""
        self._ended = False

    def take(self, typed: str) -> bool:
        """Follow what was typed. Whether the line is another one now."""
        before = self.text
        for sign in typed:
            self._ended = self._ended or not (sign.isprintable() or sign in _DELETES)
            if self._ended:
                break
            self.text = self.text[:-1] if sign in _DELETES else self.text + sign
        return self.text != before

    def drawn(self, pen: Pen) -> str:
        """What draws it: the end of it where it is longer than its place, a block behind it as the cursor."""
        shown, room = "", pen.width - 1
        for sign in reversed(self.text):
            room -= _cells(sign)
            if room < 0:
                break
            shown = sign + shown
        rest = pen.width - 1 - sum(map(_cells, shown))
        place = f"\x1b[{pen.row + 1};{pen.column + 1}H"
        return f"{place}{pen.begins}{shown}\x1b[7m \x1b[27m{' ' * rest}{pen.ends}"


class EarlyPen:
    """Reads the keyboard on a thread of its own until the program does. Nothing that is typed is lost."""

    def __init__(self, pen: Pen, keyboard: int, write: Callable[[str], None]) -> None:
        """`keyboard` is a file that gives every key at once and echoes none; `write` goes to the terminal."""
        self.typed = b""
        """Everything that was typed, as the terminal sent it; whole when `stop` has returned."""
        self._pen = pen
        self._keyboard = keyboard
        self._write = write
        self._told, self._tell = os.pipe()
        self._thread = Thread(target=self._read, name="nookterm-pen", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        line, decode = EarlyLine(), getincrementaldecoder("utf-8")("replace").decode
        while True:
            ready, _, _ = select.select([self._keyboard, self._told], [], [])
            if self._told in ready:
                return
            try:
                piece = os.read(self._keyboard, _MOST)
            except OSError:
                return
            if not piece:
                return
            self.typed += piece
            if line.take(decode(piece)):
                self._write(line.drawn(self._pen))

    def stop(self) -> None:
        """Read no more: what is typed from here on is the program's to read. Once."""
        os.write(self._tell, b".")
        self._thread.join()
        os.close(self._tell)
        os.close(self._told)


def _cells(sign: str) -> int:
    """How many columns a sign takes."""
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
