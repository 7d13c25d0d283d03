"""How a search sees words: which letters count as the same, and where a word begins in scripts without spaces."""

from __future__ import annotations

import unicodedata

_APART = (
    (0x0E00, 0x109F),  # Thai, Lao, Tibetan, Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19FF),  # Tai Le, New Tai Lue, Khmer signs
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0x2190, 0x2BFF),  # arrows and signs, many of them emoji
    (0x2E80, 0x312F),  # Han radicals, kana, bopomofo
    (0x31A0, 0x9FFF),  # bopomofo and kana extensions, Han
    (0xA000, 0xA4CF),  # Yi
    (0xA980, 0xA9FF),  # Javanese, Myanmar extended
    (0xAA60, 0xAADF),  # Myanmar extended, Tai Viet
    (0xF900, 0xFAFF),  # Han compatibility
    (0x1AFF0, 0x1B16F),  # kana supplements
    (0x1F000, 0x1FAFF),  # emoji
    (0x20000, 0x3FFFF),  # Han extensions
)
"""Code points that are words of their own: letters of scripts that put no spaces between words, and emoji."""
_UNSAID = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x0300, 0x036F),  # accents
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),  # Arabic signs
    (0x064B, 0x065F),  # Arabic vowels
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x200B, 0x200B),  # zero width space
    (0x2060, 0x2060),  # word joiner
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
"""Marks that people leave out when they search, and what cannot be seen: they neither count nor part words."""


class _Unsaid(dict[int, int | None]):
    """For `str.translate`: drops what does not count. Remembers each code point that it has met."""

    def __missing__(self, point: int) -> int | None:
        self[point] = kept = None if _within(point, _UNSAID) else point
        return kept


class _Tokens(dict[int, int | str]):
    """For `str.translate`: letters stay, letters of scripts without spaces stand apart, anything else parts words."""

    def __missing__(self, point: int) -> int | str:
        character = chr(point)
        category = unicodedata.category(character)
        apart = _within(point, _APART)
        if category[0] in "LMN":
            self[point] = f" {character} " if apart else point
        else:
            self[point] = f" {character} " if apart and category == "So" else " "
        return self[point]


_unsaid, _tokens = _Unsaid(), _Tokens()


def tokens(text: str) -> tuple[str, ...]:
    """What a search compares: words in one spelling (case, width, accents), single letters where no spaces part words.

    Private-use characters and controls never come out, so an index may use them for marks of its own.
    """
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text).casefold().translate(_unsaid)
        return tuple(unicodedata.normalize("NFC", plain).translate(_tokens).split())
    return tuple(text.lower().translate(_tokens).split())


def stands_apart(token: str) -> bool:
    """Whether a token is a letter of a script without spaces, or an emoji: then nothing can follow inside it."""
    return _within(ord(token[0]), _APART)


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)
