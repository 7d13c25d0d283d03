"""A screen with a list of hits: moving in it while one types, and seeing what stands around the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType

from nookterm.tui.screens.search_rows import MORE, SERVER
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.people_screen import PeopleScreen
from nookterm.viewmodels.searching import SearchPanel

_WIDE = 110
"""Columns from which what stands around a hit is beside the list."""


class HitsScreen(PeopleScreen):
    """What is done with the list `#search-hits`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Down", show=False),
        Binding("up", "step(-1)", "Up", show=False),
        Binding("pagedown", "leap(1)", "Page down", show=False),
        Binding("pageup", "leap(-1)", "Page up", show=False),
    ]

    def __init__(self, panel: SearchPanel) -> None:
        """`panel` finds."""
        super().__init__(panel)
        self._panel = panel

    def on_resize(self, event: events.Resize) -> None:
        """What stands around a hit comes below the list where there are few columns."""
        super().on_resize(event)
        self.set_class(event.size.width < _WIDE, "-narrow")

    def action_step(self, by: int) -> None:
        """Another hit."""
        self.query_one("#search-hits", BlockList).action_step(by)

    def action_leap(self, by: int) -> None:
        """A screenful further."""
        self.query_one("#search-hits", BlockList).action_leap(by)

    @on(BlockList.Moved, "#search-hits")
    def _moved(self, event: BlockList.Moved) -> None:
        event.stop()
        self._see_around()

    def _see_around(self) -> None:
        view, key = self._panel.view, self.query_one("#search-hits", BlockList).key
        if key and key not in {MORE, SERVER, view.near_to}:
            self._run(partial(self._panel.around, key), "around")

    def _run(self, work: Callable[[], Coroutine[Any, Any, Any]], group: str) -> None:
        """In place of what was begun in this group before."""
        self.run_worker(work, group=group, exclusive=True)
