"""The last row: at the left the keys that work now, at the right who and how one is connected."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from nookterm.tui.commands import command, key_name, keys_of
from nookterm.tui.read_only import is_read_only
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_text import KEY, QUIET, SAFE, SOFT, WARN, row
from nookterm.viewmodels.status import StatusView

Hint = tuple[str, str]
"""A command's id and a short word for it here (empty: its title)."""


class Footer(Widget):
    """Hints are shown whole or not at all."""

    DEFAULT_CSS = """
    Footer { dock: bottom; height: 1; padding: 0 2; background: $panel; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()
        self._status = StatusView()

    def _drawn(self, hint: Hint) -> Content:
        id_, word = hint
        found = command(id_)
        keys = keys_of(found, self.app.keymap if isinstance(self.app, ThemedApp) else {})
        key = key_name(keys[0]) if keys else found.slash
        return row((key, KEY), (f" {(word or found.title).lower()}", QUIET))

    def hints(self, hints: Sequence[Hint]) -> None:
        """Other keys work now."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh()

    def status(self, status: StatusView) -> None:
        """Another state."""
        self._status = status
        self.refresh()

    def render(self) -> Content:
        """One row."""
        width = self.size.width
        right = status_row(self._status, width)
        left = fitting([self._drawn(hint) for hint in self._hints], width - right.cell_length - 2)
        gap = max(1, width - left.cell_length - right.cell_length)
        return row(left, (" " * gap, ""), right).truncate(width)


def fitting(hints: Sequence[Content], width: int) -> Content:
    """As many hints as there is room for, each whole; the last one, which leads to all keys, stays longest."""
    kept = list(hints)
    while kept:
        line = Content("   ").join(kept)
        if line.cell_length <= width:
            return line
        kept = [*kept[:-2], kept[-1]] if len(kept) > 1 else []
    return row()


def status_row(status: StatusView, width: int) -> Content:
    """Unsent, account, connection; narrow: what is new, or what is wrong."""
    narrow = 100
    parts: list[tuple[str, str] | Content] = []
    if status.unsent:
        parts += [("! ", WARN), (f"{status.unsent} not sent   ", SOFT)]
    if status.progress:
        parts.append((f"{status.progress}   ", QUIET))
    if width < narrow and status.connection == "live":
        if status.mentions:
            parts.append((f"@{status.mentions} ", "$nook-mention"))
        parts.append((f"{status.unread} unread" if status.unread else "", SOFT))
        return row(*parts)
    parts.append((f"{status.account}   " if status.account and width >= narrow else "", SOFT))
    live = status.connection == "live"
    tone = SOFT if status.connection == "starting" else WARN
    said = f"{status.connection}: {status.detail}" if is_read_only(status) and width >= narrow else status.connection
    return row(*parts, ("● " if live else "○ ", SAFE if live else tone), (said, SOFT if live else tone))
