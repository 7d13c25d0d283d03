"""Files as the use cases see them before they leave: pictures and plain text, cleaned of all that they do not show."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.records import dataclass

LARGEST_SIDE = 2048
"""Pixels of the longer side of a cleaned picture where nothing else is said."""
MOST_PIXELS = 40_000_000
"""Pixels of a picture that is decoded at all: a good camera's, and some 160 MB while it is worked on."""
LARGEST_TEXT = 100_000
"""Bytes of a text file where nothing else is said."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture that holds its pixels and nothing else."""

    data: bytes
    mimetype: str
    """`image/jpeg` or `image/png`; anything else is made one of the two."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture for the screen: pixels that were decoded within limits, and nothing else."""

    pixels: bytes
    """Red, green, blue for each, row by row; what shines through stands before a middle grey."""
    width: int
    height: int
    moves: bool = False
    """Only its first frame is here."""
    sheer: bool = False
    """Each pixel has a fourth byte: how much of what is behind it it covers; nothing stands behind it then."""


class Pictures(Protocol):
    """What is done with the bytes of pictures and texts. Without any state, and slow: call it in a thread.

    The real kind is read from the bytes; no name and no declared type is believed. Every refusal is an `UnsafeFile`
    with one of the codes `not_cleanable` (a kind that is not known through and through), `animated`, `broken_picture`,
    `too_many_pixels`, `too_large`, `not_clean`, `not_text`.
    """

    def is_picture(self, head: bytes) -> bool:
        """Whether a file that begins so (sixteen bytes are enough) is of a kind that can be cleaned."""

    def clean(self, data: bytes, *, largest_bytes: int, largest_side: int = LARGEST_SIDE) -> CleanPicture:
        """A new picture made of the pixels of a PNG, JPEG, WebP or still GIF: upright, in sRGB, within both limits.

        Nothing of the old file goes along: no place, date, device, name, comment, profile, small preview, text, second
        picture, bytes after the end, and no colour under transparent parts. What moves is refused, not frozen.
        `check` takes whatever this returns, with the same limits.
        """

    def check(self, data: bytes, *, largest_bytes: int, largest_side: int = LARGEST_SIDE) -> CleanPicture:
        """What somebody else's client says it has cleaned, believed only where the bytes prove it."""

    def is_clean(self, data: bytes) -> bool:
        """Whether `check` would take it if it were not for its size in bytes."""

    def preview(self, data: bytes, *, largest_side: int, sheer: bool = False) -> Preview:
        """A stranger's picture made small enough to be drawn; of one that moves the first frame.

        `sheer`: what shines through stays so.
        """

    def clean_text(self, data: bytes, *, largest_bytes: int = LARGEST_TEXT) -> bytes:
        """Plain text in UTF-8 without byte order mark, its lines ended by newlines; clean text comes back unchanged."""
