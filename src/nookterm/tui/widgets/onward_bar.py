"""The bar over the composer of a closed room: that it goes on, who closed it with which words; a click goes there."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.messages import GoOnward
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import KEY, QUIET, SOFT, STRONG, WARN, ends, row, said
from nookterm.tui.widgets.timeline_rows import INDENT, WIDEST
from nookterm.viewmodels.timeline import Blocked

KINDS = frozenset({"closed", "astray"})
"""What this bar says; all else that stands in the way of sending stands above the messages."""


class OnwardBar(Widget):
    """Two rows; nothing at all where the room is open."""

    DEFAULT_CSS = """
    OnwardBar {
        height: 2; padding: 0 2; display: none; background: $raise; text-wrap: nowrap; text-overflow: clip;
        &.-shown { display: block; }
    }
    """

    def __init__(self) -> None:
        """The room is open."""
        super().__init__()
        self._blocked: Blocked | None = None

    def show(self, blocked: Blocked | None) -> None:
        """What stands in the way of sending here."""
        shown = blocked if blocked is not None and blocked.kind in KINDS else None
        if shown != self._blocked:
            self._blocked = shown
            self.set_class(shown is not None, "-shown")
            self.refresh(layout=True)

    def on_click(self, event: events.Click) -> None:
        """The whole bar is the button."""
        if event.button == LEFT and self._blocked is not None and self._blocked.yes:
            self.post_message(GoOnward())

    def render(self) -> Content:
        """That it goes on; who closed it."""
        found = self._blocked
        if found is None:
            return row(("", ""))
        indent = min(INDENT, self.size.width // 8)
        room = min(WIDEST, self.size.width - indent)
        astray = found.kind == "astray"
        mark = ("! ", WARN) if astray else ("→ ", KEY)
        head = row(mark, (found.headline, f"bold {WARN}" if astray else STRONG))
        way = row((found.yes, KEY)) if found.yes else row(("", ""))
        below = said(found.safe, SOFT).truncate(max(1, room - 2), ellipsis=True)
        pad = (" " * indent, "")
        return Content("\n").join([row(pad, ends(head, way, room)), row(pad, ("  ", QUIET), below)])
