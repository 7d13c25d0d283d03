"""Plain text, the one other kind of file that can be seen through: UTF-8 that holds nothing that is not read."""

from __future__ import annotations

import codecs
import unicodedata

from nookterm.client.errors import UnsafeFile
from nookterm.pictures.kinds import not_cleanable, other_kind

_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
    "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Characters that nobody sees and that can carry a mark, or show a text in another order than it is."""
_TAGS = range(0xE0000, 0xE1000)
_LETTERS_AND_LINES = frozenset("\n\t")


def clean(data: bytes, largest_bytes: int) -> bytes:
    """Plain text without byte order mark, its lines ended by newlines. Raises UnsafeFile."""
    if len(data) > largest_bytes:
        message = f"The text is larger than {largest_bytes} bytes."
        raise UnsafeFile(message, "Share a shorter piece of it.", code="too_large")
    if other_kind(data):
        raise not_cleanable(data)
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        if any(byte < ord(" ") and byte not in b"\t\n\r\f" for byte in data[:512]):
            raise not_cleanable(data) from None
        where = data[: error.start].count(b"\n") + 1
        message = f"The text is not written in UTF-8: line {where} is in another encoding."
        raise UnsafeFile(message, "Save it as UTF-8, then try again.", code="not_text") from None
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if any(_is_hidden(character) for character in line):
            message = f"Line {number} of the text has characters that nobody sees; they can carry a mark."
            raise UnsafeFile(message, "Write that line anew, then try again.", code="not_text")
    return text.encode()


def _is_hidden(character: str) -> bool:
    if character.isascii() and character.isprintable():
        return False
    if character in _LETTERS_AND_LINES:
        return False
    hidden = character in _INVISIBLE or ord(character) in _TAGS
    return hidden or unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"}
