"""Words that name a key, made so that the mouse may press them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from nookterm.tui.commands import command, key_name
from nookterm.tui.own_keys import own_key
from nookterm.tui.pressing import PRESSES
from nookterm.tui.widgets.cards_text import KEY, QUIET, row

_KEYS = {"Enter": "enter", "Esc": "escape"}
_NAMED = re.compile(r"\b(Enter|Esc)\b[^,.:·]*[^,.:· ]")


def presses(content: Content, what: str) -> Content:
    """The same, but a click on it is as good as a key (`escape`) or a command (`desk.claim`)."""
    return content.stylize(Style.from_meta({PRESSES: what}))


def key_hint(key: str, words: str, style: str = QUIET) -> Content:
    """`Esc back`: a key of a dialog or a form, and what it does there."""
    return presses(row((key_name(key), KEY), (f" {words}", style)), key)


def quiet_hint(key: str, words: str) -> Content:
    """The same in one tone, for a title's row."""
    return presses(row((f"{key_name(key)} {words}", QUIET)), key)


def command_hint(id_: str, words: str = "", style: str = QUIET) -> Content:
    """`r reply`: one's own key for a command, else its slash command, and what it does here (empty: its title)."""
    return presses(row((own_key(id_), KEY), (f" {words or command(id_).title.lower()}", style)), id_)


def with_keys(words: Content) -> Content:
    """A sentence of ours, in which `Enter goes on` and `Esc not now` can be clicked."""
    for found in _NAMED.finditer(words.plain):
        words = words.stylize(Style.from_meta({PRESSES: _KEYS[found[1]]}), *found.span())
    return words


def in_a_row(*hints: Content) -> Content:
    """Hints side by side."""
    return Content("   ").join(hints)


def lined(hints: Sequence[Content], width: int) -> list[Content]:
    """Hints side by side, none broken."""
    rows: list[Content] = []
    for hint in hints:
        if rows and rows[-1].cell_length + 3 + hint.cell_length <= width:
            rows[-1] = row(rows[-1], ("   ", ""), hint)
        else:
            rows.append(hint)
    return rows
