"""Where somebody's own emoji stand in a message: by name, or as two cells that the terminal puts a picture in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rich.segment import ControlType, Segment
from textual.strip import Strip

from nookterm.tui.emoji_shelf import CELLS, OWN, Shelf
from nookterm.tui.widgets.timeline_pen import Drawing
from nookterm.viewmodels.timeline import Entry, Words

_PLACEHOLDERS = re.compile("\U0010eeee[\u0300-\u036f\u0483-\u20ff]*")
_PAINTED = re.compile("\x1b7\x1b\\[2D\x1bP.*?\x1b\\\\\x1b8", re.DOTALL)
_CONTROL = ((ControlType.CURSOR_FORWARD, 0),)
"""Marks a segment as one that moves or paints, so that no filter takes it for text."""


def with_emoji(how: Drawing, entry: Entry, shelf: Shelf | None) -> Drawing:
    """The same, with the emoji of this message that can be drawn."""
    if shelf is None or not isinstance(entry, Words) or entry.formatted is None or not entry.formatted.emoji:
        return how
    found = shelf.glyphs(entry.formatted.emoji)
    return replace(how, emoji=found) if found else how


def painted(strips: list[Strip], shelf: Shelf | None) -> list[Strip]:
    """Rows with what paints the pictures behind the cells that were left for them."""
    if shelf is None or not shelf.paints:
        return strips
    return [_with_pictures(strip, shelf.painting) for strip in strips]


def without_pictures(text: str) -> str:
    """What was on the screen, with blanks for what the terminal would not know any more."""
    return _PAINTED.sub("", _PLACEHOLDERS.sub(" ", text))


def _with_pictures(strip: Strip, painting: Callable[[str], str]) -> Strip:
    if not any(segment.style and OWN in segment.style.meta for segment in strip):
        return strip
    segments: list[Segment] = []
    for segment in strip:
        address = segment.style.meta.get(OWN) if segment.style else None
        if address is None:
            segments.append(segment)
            continue
        for _ in range(segment.cell_length // CELLS):
            segments.append(Segment(" " * CELLS, segment.style))
            segments.append(Segment(painting(str(address)), None, _CONTROL))
    return Strip(segments, strip.cell_length)
