"""The last line before the terminal: no control byte and no turned text leaves, whatever a widget was given."""

from __future__ import annotations

import re

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_BANNED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class SafeLines(LineFilter):
    """Drops C0, C1 and bidi characters from every segment, and links that hold any."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Clean one line of the screen."""
        return [_clean(segment) for segment in segments]


class Colourless(LineFilter):
    """For NO_COLOR: nothing asks the terminal for a colour, not even for its own. Bold, underlined, reversed stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Bleach one line of the screen."""
        return [Segment(text, style.without_color if style else style, control) for text, style, control in segments]


def _clean(segment: Segment) -> Segment:
    text, style, control = segment
    link = style.link if style else None
    bad_link = link is not None and _BANNED.search(link) is not None
    if not bad_link and (control or not _BANNED.search(text)):
        return segment
    kept = style.update_link(None) if style and bad_link else style
    return Segment(_BANNED.sub("", text), kept or Style.null(), control)
