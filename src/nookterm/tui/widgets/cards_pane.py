"""What every panel of the middle does alike: watch its view, know its width, show a face instead of its list."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from textual import events
from textual.containers import Vertical
from textual.message import Message

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import pressed
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Band
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.panels import Panel

WIDE = 120
ONE = 80
GRACE = 0.6
"""Seconds for which no decision is taken after the list moved something else under the cursor."""
LOOK_AGAIN = "The list moved. Look again, then press once more."
LOW = 16
"""Rows under which air is given up."""

V = TypeVar("V")


class PanelPane(Vertical, Generic[V]):
    """A panel in the middle and the right column."""

    DEFAULT_CSS = """
    PanelPane { width: 1fr; height: 1fr; background: $background; }
    """

    @dataclass
    class Changed(Message):
        """There is a newer view."""

    def __init__(self, panel: Panel[V], refresh: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """`refresh` is the panel's own intent to look again."""
        super().__init__()
        self._watched = panel
        self._look_again = refresh
        self._swapped_at = float("-inf")
        self._stop: Callable[[], None] | None = None

    def on_mount(self) -> None:
        """Begin to watch. Callbacks come on the thread that changed the view."""
        self._stop = self._watched.watch(lambda _view: self._tell())
        self.measure()
        self.changed()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    def on_panel_pane_changed(self, event: Changed) -> None:
        """Show the newest view; several changes at once are one."""
        event.stop()
        self.changed()

    def on_resize(self) -> None:
        """The terminal's width decides, not the pane's."""
        self.measure()

    @property
    def place(self) -> str:
        """The space's name, for the way back where there is one column."""
        shell = getattr(self.screen, "shell", None)
        return str(shell.tree.view.title) if shell is not None else ""

    def on_click(self, event: events.Click) -> None:
        """Who presses words in here means this panel."""
        focused = self.screen.focused
        if pressed(event) and (focused is None or self not in focused.ancestors):
            self.focus()

    def measure(self) -> None:
        """Say by classes how much room there is."""
        width, height = self.app.size
        self.set_class(width >= WIDE, "-wide")
        self.set_class(width <= ONE, "-one")
        self.set_class(height < LOW, "-low")
        self.query(Band).set_class(width <= ONE, "-one")
        self._show_way_back()

    def drill_in(self, *, into: bool) -> None:
        """One entry takes the list's place, where there is no room for both; or the list has it again."""
        self.set_class(into, "-drilled")
        self._show_way_back()

    def _show_way_back(self) -> None:
        self.query(Band).set_class(self.has_class("-drilled") and not self.has_class("-wide"), "-back").refresh()

    def changed(self) -> None:
        """Show the view."""

    def on_block_list_moved(self, event: BlockList.Moved) -> None:
        """Remember when the list itself put something else under the cursor."""
        swapped = not event.by_hand and bool(event.was) and not self.expected(event.was)
        self._swapped_at = time.monotonic() if swapped else float("-inf")

    def expected(self, gone: str) -> bool:
        """Whether it was this person's own act that took a block away."""
        return not gone

    @property
    def settled(self) -> bool:
        """Whether what is under the cursor has been there long enough to be meant by a key."""
        return time.monotonic() - self._swapped_at >= GRACE

    def focus(self, scroll_visible: bool = True) -> PanelPane[V]:  # noqa: FBT001, FBT002 - Textual's own signature
        """The keyboard goes to the list, or to the face in its place."""
        (self.query_one(FaceView) if self.has_class("-bare") else self.query_one(BlockList)).focus(scroll_visible)
        return self

    def action_refresh(self) -> None:
        """Look again."""
        self.intend(self._look_again())

    def intend(self, intent: Coroutine[Any, Any, Any]) -> None:
        """Let an intent run; leaving the panel does not end what it began."""
        self.app.run_worker(intent, group="intents", exit_on_error=True)

    def present(self, face: Face, notice: Notice | None, count: int) -> None:
        """The list, or a face in its place, which then has the keyboard, so that Esc and the rest work."""
        bare = count == 0 or face in {Face.LOADING, Face.EMPTY}
        faces, blocks = self.query_one(FaceView), self.query_one(BlockList)
        had = faces.has_focus or blocks.has_focus
        faces.can_focus = bare
        self.set_class(bare, "-bare")
        faces.show(face, notice, above=not bare)
        if had:
            (faces if bare else blocks).focus()
