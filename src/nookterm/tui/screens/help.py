"""Every key, grouped by where it works; made from the same declaration as the keys themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from nookterm.tui.commands import COMMANDS, CONTEXTS, Command, key_name
from nookterm.tui.widgets.cards_page import Page, Paper
from nookterm.tui.widgets.cards_text import HEADING, KEY, NOTHING, QUIET, STRONG, TEXT, ends, hanging, row

_TWO_COLUMNS = 96
_KEYS = 12
"""Cells for the keys."""


class HelpScreen(ModalScreen[None]):
    """The keys. Any of the keys that close things closes it."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle; background: $background 70%;
        #help { width: 124; max-width: 100%; height: 90%; background: $background; border: round $accent; padding: 1 1 0 1; }
        #help Page { background: $background; height: 1fr; }
        #help-foot { height: 1; padding: 0 2; }
    }
    HelpScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark", "dismiss", "Close", show=False)]

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Vertical(id="help"):
            yield Page()
            yield Paper(lambda width: [ends(row(("Esc", KEY), (" close", QUIET)), row(("ctrl+p finds any command by name", QUIET)), width)], id="help-foot")

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(Page).show(help_rows)
        self.query_one(Page).focus()


def help_rows(width: int) -> list[Content]:
    """All commands; two columns where there is room."""
    blocks = [_block(context) for context in CONTEXTS]
    if width < _TWO_COLUMNS:
        return [row(("Keys", STRONG)), NOTHING, *(line for block in blocks for line in (*block(width), NOTHING))]
    half = (width - 4) // 2
    columns: tuple[list[Content], list[Content]] = ([], [])
    for block in blocks:
        lines = [*block(half), NOTHING]
        shorter = min(columns, key=len)
        shorter.extend(lines)
    rows = max(map(len, columns))
    padded = [[*column, *[NOTHING] * (rows - len(column))] for column in columns]
    both = zip(*padded, strict=True)
    return [row(("Keys", STRONG)), NOTHING, *(row(ends(a, NOTHING, half), ("    ", ""), b) for a, b in both)]


def _block(context: str) -> Callable[[int], list[Content]]:
    def rows(width: int) -> list[Content]:
        chosen = [c for c in COMMANDS if c.context == context]
        return [row((CONTEXTS[context], HEADING)), *(line for c in chosen for line in _lines(c, width))]

    return rows


def _lines(command: Command, width: int) -> list[Content]:
    keys = " ".join(key_name(key) for key in command.keys[:2]) or command.slash
    return hanging(row((f"{keys.ljust(_KEYS)} ", KEY)), row((command.title, TEXT), (f"  {command.help}", QUIET)), width)
