"""Notes that the terminal shows by itself, and its window's title: the only bytes that go past Textual's own lines."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from nookterm.domain.safe_text import safe_line

TITLE_KEEP, TITLE_BACK = "\x1b[22;2t", "\x1b]2;\x07\x1b[23;2t"
"""Have the terminal keep its title, and show that one again; a terminal that keeps none shows its own for none."""
_NAME = "nookterm"
_BELL, _END = "\x07", "\x1b\\"
_KITTY = ("xterm-kitty",)
_WITH_777 = ("foot", "rxvt-unicode", "xterm-ghostty", "ghostty", "contour", "wezterm")
_WITH_9 = ("iTerm.app", "iTerm2", "WezTerm")
_INSIDE = ("screen", "tmux")
"""Terminals within terminals: they pass bells on as their own marks, and nothing else."""


def window_title(mentions: int, *, quiet: bool) -> str:
    """The bytes that set the window's title: how many messages name us, no name of anything. Quiet has no numbers."""
    more = " (quiet)" if quiet else f" ({mentions})" if mentions else ""
    return f"\x1b]2;{_NAME}{more}{_BELL}"


def terminal_note(words: str, environ: Mapping[str, str], *, insist: bool = False) -> str:
    """The bytes by which this terminal shows a note; empty where it is not known to show any.

    `insist`: then the form that most know. The terminal is not asked: it says what it is in the environment, also over
    ssh. Our name stands first, so that no words of a stranger are ever read as numbers of an order.
    """
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "") or environ.get("LC_TERMINAL", "")
    line = safe_line(words, longest=300)
    if term.startswith(_INSIDE) or environ.get("TMUX") or not line:
        return ""
    if term.startswith(_KITTY):
        return f"\x1b]99;i={_NAME}:o=unfocused:e=1;{_sealed(line)}{_END}"
    if program in _WITH_9:
        return f"\x1b]9;{_NAME}: {line}{_BELL}"
    if term.startswith(_WITH_777) or insist:
        return f"\x1b]777;notify;{_NAME};{_NAME}: {line.replace(';', ',')}{_BELL}"
    return ""


def _sealed(line: str) -> str:
    """In letters that end nothing (kitty's desktop notifications, `e=1`)."""
    return b64encode(f"{_NAME}: {line}".encode()).decode()
