"""One of several ways on, with a line that says what it is like."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.widgets.cards_text import NOTHING, QUIET, SOFT, TEXT, WAITING, hanging, row, said
from nookterm.tui.widgets.forms import Choice


class Way(Choice):
    """A button of several rows: its name, and what it means."""

    DEFAULT_CSS = """
    Way {
        width: 1fr; height: auto; padding: 0; margin: 0 0 1 0;
        &:focus { text-style: none; background: $panel; }
    }
    """

    def __init__(self, label: str, about: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`label` is what it is called, `about` what it means."""
        super().__init__(label, id=id)
        self._about = about

    def render(self) -> Content:
        """Its name, and under it what it means."""
        width = self.size.width
        mark = row(("● " if self.has_focus else "○ ", WAITING if self.has_focus else QUIET))
        rows = [row(mark, said(self._label, TEXT)), *hanging(row(("  ", "")), said(self._about, SOFT), width)]
        return Content("\n").join(rows) if width else NOTHING
