"""Plain letters in place of our marks, for terminals that have no others: one cell each, so that nothing moves."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_PLAIN = {
    "⌂": "#", "≡": "=", "◆": "*", "→": ">", "←": "<", "↑": "^", "↓": "v", "↗": "^", "◌": "o", "▌": ">", "▸": ">",
    "‹": "<", "│": "|", "─": "-", "━": "=", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "…": ".", "✓": "v", "◷": "~",
    "●": "*", "○": "o", "◇": "%", "·": "-", "×": "x", "▤": "=", "“": '"', "”": '"', "’": "'", "–": "-", "█": "#",
    "•": "*", "◦": "-", "▪": "+", "▒": "#", "▾": "v", "┼": "+", "┌": "+", "┐": "+", "└": "+", "┘": "+",
    "┏": "+", "┓": "+", "┗": "+", "┛": "+", "┃": "#", "▁": "-", "▂": "-", "▃": "-", "▄": "#", "▅": "#",
    "▆": "#", "▇": "#", "▲": "^", "▼": "v", "›": ">", "▎": "|",
}  # fmt: skip
_TABLE = str.maketrans(_PLAIN)


class AsciiGlyphs(LineFilter):
    """Draws the design's ascii column. Letters of other scripts and emoji are people's own and stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Translate one line of the screen."""
        return [Segment(text.translate(_TABLE), style, control) for text, style, control in segments]
