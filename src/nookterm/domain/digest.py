"""A week of the board as a page to pass on: what was shared, from which nook, and nothing that is not on the board."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import tzinfo

from nookterm.domain.board import Highlight
from nookterm.domain.board_weeks import Week, by_nook
from nookterm.domain.safe_text import safe_line, safe_text

_MOST_REACTIONS = 5
_LONGEST_REACTION = 12
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@/=^$\"'])")
"""Whatever may mean something to a Markdown reader, links without brackets and names among it (CommonMark: any of
these may stand behind a backslash)."""


def digest_text(board: Iterable[Highlight], *, week: Week, space: str, zone: tzinfo) -> str:
    """The week as plain text. Safe text; days by the clock of `zone`."""
    return _page(week, board, space, zone, _Plain())


def digest_markdown(board: Iterable[Highlight], *, week: Week, space: str, zone: tzinfo) -> str:
    """The week as Markdown; people's words stay words, whatever signs are in them."""
    return _page(week, board, space, zone, _Markdown())


class _Plain:
    """How plain text looks."""

    title: Callable[[str], str] = staticmethod(lambda words: f"{words}\n{'=' * len(words)}")
    heading: Callable[[str], str] = staticmethod(lambda words: f"{words}\n{'-' * len(words)}")
    small: Callable[[str], str] = staticmethod(lambda words: f"  {words}")
    words: Callable[[str], str] = staticmethod(lambda words: words)

    def quote(self, words: str) -> str:
        """Somebody's words, over several lines."""
        return "\n".join(f"  {line}".rstrip() for line in words.split("\n"))


class _Markdown:
    """How Markdown looks."""

    title: Callable[[str], str] = staticmethod(lambda words: f"# {words}")
    heading: Callable[[str], str] = staticmethod(lambda words: f"## {words}")
    small: Callable[[str], str] = staticmethod(lambda words: f"*{words}*")

    def words(self, words: str) -> str:
        """People's text with every sign as it stands."""
        return _MARKUP.sub(r"\\\1", words)

    def quote(self, words: str) -> str:
        """Somebody's words, over several lines; a line's break stays one."""
        lines = [self.words(line.strip()) for line in words.split("\n")]
        breaks = ["\\" if line and following else "" for line, following in zip(lines, [*lines[1:], ""], strict=True)]
        return "\n".join(f"> {line}{end}".rstrip(" ") for line, end in zip(lines, breaks, strict=True))


def _page(week: Week, board: Iterable[Highlight], space: str, zone: tzinfo, style: _Plain | _Markdown) -> str:
    of_week = [h for h in board if Week.at(h.at, zone) == week]
    days = f"{week.monday.isoformat()} to {week.sunday.isoformat()}"
    parts = [style.title(f"Highlights of {style.words(safe_line(space))}, {style.words(days)}")]
    if not of_week:
        parts.append("Nothing was shared in this week.")
    for shelf in by_nook(of_week):
        parts.append(style.heading(style.words(safe_line(shelf.nook_name))))
        for highlight in shelf.highlights:
            parts += [style.quote(safe_text(highlight.body)), style.small(_about(highlight, zone, style))]
    return "\n\n".join(parts) + "\n"


def _about(highlight: Highlight, zone: tzinfo, style: _Plain | _Markdown) -> str:
    """Who said it, when, with what, and how it was received."""
    day = highlight.at.astimezone(zone).date().isoformat()
    said = [safe_line(highlight.credit), day, "with a picture" if highlight.picture else ""]
    seen = [f"{safe_line(key, longest=_LONGEST_REACTION)} {count}" for key, count in highlight.reactions]
    return style.words(" · ".join(filter(None, (*said, "  ".join(seen[:_MOST_REACTIONS])))))
