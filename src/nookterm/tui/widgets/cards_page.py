"""A page beside a list: rows made for a width, scrolled as a whole; and the band with a panel's title."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from nookterm.tui.widgets.cards_text import NOTHING, SOFT, STRONG, ends, row
from nookterm.tui.widgets.pressing import presses

Build = Callable[[int], Sequence[Content]]
"""Rows for a width, each of them one line."""

_UNDER_PLACE = 60
"""Columns under which the space's name leaves the title."""


class Paper(Widget):
    """Rows of one line each; as high as they are many."""

    DEFAULT_CSS = """
    Paper { height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, build: Build | None = None, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`build` makes the rows."""
        super().__init__(id=id, classes=classes)
        self._build: Build = build or (lambda _width: ())
        self._measured = (0, 0)
        """Width and height that the screen was last laid out with."""

    def show(self, build: Build) -> None:
        """Other rows. The screen is laid out anew only where they are more or fewer: that costs a frame."""
        self._build = build
        width, height = self._measured
        self.refresh(layout=self.display and (self.size.width != width or len(build(width)) != height))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are."""
        height = len(self._build(width))
        self._measured = (width, height)
        return height

    def render(self) -> Content:
        """The rows, one under the other."""
        rows = self._build(self.size.width)
        return Content("\n").join(rows) if rows else NOTHING


class Page(VerticalScroll, can_focus=True):
    """A paper that scrolls."""

    DEFAULT_CSS = """
    Page {
        scrollbar-size-vertical: 1; scrollbar-gutter: stable; background: $panel; padding: 1 1 0 2;
        scrollbar-color: $line; scrollbar-background: $panel; scrollbar-color-hover: $soft;
        scrollbar-color-active: $accent; scrollbar-background-hover: $panel; scrollbar-background-active: $panel;
        &:focus { outline-left: heavy $accent; }
    }
    """

    def compose(self) -> list[Widget]:
        """The one paper."""
        return [Paper()]

    def show(self, build: Build) -> None:
        """Other rows, from the top."""
        self.query_one(Paper).show(build)

    def turn(self, build: Build) -> None:
        """Rows about something else: begin at the top."""
        self.show(build)
        self.scroll_home(animate=False)


class Band(Widget):
    """A panel's title and what is to be said of the whole, above its list.

    With `-one` it leads back to where one came from, with `-back` to the list of which one entry has the place.
    """

    DEFAULT_CSS = """
    Band { height: 3; padding: 1 2 1 2; background: $panel; text-wrap: nowrap; text-overflow: clip; }
    Band.-one { height: 1; padding: 0 2; }
    """

    def __init__(self, title: str, *, place: str = "") -> None:
        """`place` is where Esc leads when there is one column only."""
        super().__init__()
        self._title = title
        self._about: Content = NOTHING
        self._place = place

    def show(self, title: str, about: Content = NOTHING, place: str = "") -> None:
        """Another title, and what stands at the right."""
        self._title, self._about, self._place = title, about, place
        self.refresh()

    def render(self) -> Content:
        """One row."""
        if self.has_class("-back"):
            return ends(presses(row(("‹ ", SOFT), (self._title, STRONG)), "escape"), row(self._about), self.size.width)
        named = self._place and self.app.size.width >= _UNDER_PLACE
        back = presses(row(("‹ ", SOFT), (f"{self._place}  " if named else "", SOFT)), "escape")
        before = back if self.has_class("-one") else NOTHING
        return ends(row(before, (self._title, STRONG)), row(self._about), self.size.width)
