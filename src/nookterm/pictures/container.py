"""What is known of a picture before anything of it is decoded: its kind, its size, and whether it moves."""

from __future__ import annotations

from typing import Literal, NoReturn

from nookterm.client.errors import UnsafeFile
from nookterm.domain.records import dataclass

LARGEST_PROFILE = 1 << 20
"""Bytes of a colour profile that is looked at; real ones have some thousand."""
_ORIENTATION, _SHORT = 0x0112, 3
_ENTRY = 12
_TURNED = range(1, 9)


@dataclass(frozen=True, slots=True)
class Container:
    """A picture's outer form, read without its decoder."""

    kind: str
    """PNG, JPEG, GIF or WEBP, as Pillow calls them."""
    width: int
    height: int
    lean: bytes
    """The same kind of file with nothing but the first picture and its colour profile."""
    moves: bool = False
    turned: int = 1
    """How it lies, as EXIF counts it from 1 (upright) to 8."""


_CALLED = {"WEBP": "WebP"}


def broken(kind: str) -> NoReturn:
    """Refuse a file that is not put together as its kind is."""
    message = f"This {_CALLED.get(kind, kind)} picture is damaged, cut off, or made to look like one."
    raise UnsafeFile(message, "Open it in another program and save it anew.", code="broken_picture")


class Reader:
    """Bytes read from the front; past the end the picture is broken."""

    def __init__(self, data: bytes, kind: str) -> None:
        """Begin at the first byte."""
        self._data = data
        self._kind = kind
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next bytes, all of them. Raises UnsafeFile."""
        piece = self._data[self.at : self.at + count]
        if len(piece) != count:
            broken(self._kind)
        self.at += count
        return piece

    def number(self, count: int, order: str = "big") -> int:
        """The next bytes as a number."""
        return int.from_bytes(self.take(count), "little" if order == "little" else "big")

    @property
    def left(self) -> int:
        """How many bytes are still to come."""
        return len(self._data) - self.at


def turned_by(exif: bytes) -> int:
    """The orientation in a block of EXIF notes (TIFF 6.0, 2); 1 where there is none that makes sense."""
    notes = exif.removeprefix(b"Exif\0\0")
    order: Literal["little", "big"] = "little" if notes[:2] == b"II" else "big"

    def number(at: int, count: int) -> int:
        return int.from_bytes(notes[at : at + count], order)

    if notes[:2] not in {b"II", b"MM"}:
        return 1
    first = number(4, 4)
    for at in range(first + 2, first + 2 + number(first, 2) * _ENTRY, _ENTRY):
        if number(at, 2) == _ORIENTATION and number(at + 2, 2) == _SHORT and number(at + 8, 2) in _TURNED:
            return number(at + 8, 2)
    return 1
