"""The conversation's title: what it is, how many are in it, how safe it is; in one column also the way back."""

from __future__ import annotations

from textual import events
from textual.content import Content

from nookterm.tui.pressing import LEFT, pressed
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import LEAVES, NOTHING, QUIET, SAFE, SOFT, STRONG, WARN, ends, row
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.timeline import TimelineView

_UNDER_PLACE = 60
"""Columns under which the space's name leaves the title."""


class Title(Paper):
    """Three rows, one of them words; one row in one column."""

    DEFAULT_CSS = """
    Title { height: auto; background: $panel; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__(self._rows, id="title")
        self._view = TimelineView()
        self._place = ""
        self._quiet = ""

    def show_room(self, view: TimelineView) -> None:
        """Another view of the room; most differ in what was said in it, which is not told here."""
        before, self._view = self._view, view
        if _told(view) != _told(before):
            self.refresh()

    def show_place(self, place: str) -> None:
        """The space's name, which leads back to the rooms where there is one column."""
        if place != self._place:
            self._place = place
            self.refresh()

    def show_quiet(self, words: str) -> None:
        """Until when nothing calls; empty for no mark."""
        if words != self._quiet:
            self._quiet = words
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Back to the rooms where there is one column; what has a page of its own leads there."""
        if event.button == LEFT and not pressed(event) and self.screen.has_class("-one"):
            self.screen.run_worker(self.screen.run_action("back"))

    def _rows(self, width: int) -> list[Content]:
        view, one = self._view, self.screen.has_class("-one")
        name = row((f"{view.title or 'nookterm'}{' · thread' if view.thread else ''}", STRONG))
        name = presses(name, "go.about") if view.room_id else name
        named = one and bool(self._place) and self.app.size.width >= _UNDER_PLACE
        left = row(("‹ " if one else "", SOFT), (f"{self._place}  " if named else "", SOFT), name)
        if view.purpose and not one:
            left = row(left, presses(row((f"  {view.purpose}", SOFT)), "go.about"))
        quiet = presses(row((f"  {self._quiet}" if self._quiet else "", QUIET)), "app.quiet")
        people = presses(row((f"  {view.size}" if view.size else "", SOFT)), "app.members")
        size = row(quiet, people, ("  ", ""))
        forms = [row(size, words) for words in _safety(view)]
        right = next((form for form in forms if left.cell_length + form.cell_length < width), forms[-1])
        line = ends(left, right, width)
        return [line] if one else [NOTHING, line, NOTHING]


def _told(view: TimelineView) -> tuple[object, ...]:
    """All of a view that the title tells. How many rows it has depends on none of it."""
    safe = (view.safety, view.safe, view.trust, view.trust_warns)
    return (view.room_id, view.thread, view.title, view.purpose, view.size, safe)


def _safety(view: TimelineView) -> list[Content]:
    """How safe the room is, longest form first; a click says more. A warning keeps its words in every one of them."""
    return [presses(form, "app.privacy") for form in _forms(view)]


def _forms(view: TimelineView) -> list[Content]:
    encrypted = row(("✓ ", SAFE) if view.safe else ("↗ " if view.safety else "", LEAVES), (view.safety, SOFT))
    if not view.trust_warns:
        return [*(row(encrypted, (f" · {words}", QUIET)) for words in view.trust), encrypted]
    warnings = [row(("! ", WARN), (words, WARN)) for words in view.trust]
    return [*(row(encrypted, ("  ", ""), warning) for warning in warnings), *warnings[1:]]
