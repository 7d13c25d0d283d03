"""Going into a room by its id or address; and what drains meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.tui.messages import OpenRoom
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.panels import DeskPanel, DirectoryPanel


class Doorstep(Confirm):
    """Asks before one goes in: everyone inside sees who came."""

    def __init__(self, panel: DirectoryPanel) -> None:
        """`panel` opens doors."""
        super().__init__()
        self._panel = panel

    def enter(self, room: RoomId, refused: Callable[[str], object] | None = None) -> None:
        """Go into a room, by id or address, and show it. `refused` hears why that did not work; else a note says it."""
        self.app.run_worker(self._enter(room, refused), group="intents")

    async def _enter(self, room: RoomId, refused: Callable[[str], object] | None) -> None:
        if await self._panel.join(room):
            if room.startswith("!"):
                self.post_message(OpenRoom(room))
            else:
                self.app.notify("You are in. It stands in the list of rooms now.", markup=False)
            return
        notice = self._panel.view.notice
        why = said(notice.headline if notice else "That did not work.", "").plain
        if refused:
            refused(why)
        else:
            self.app.notify(why, markup=False)


class AwayBar(UndoBar):
    """The desk's undo bar for everywhere else: a decision that drains is never out of sight."""

    @dataclass
    class Changed(Message):
        """The desk is newer."""

    def __init__(self, panel: DeskPanel) -> None:
        """`panel` is the desk's."""
        super().__init__(self._take_back, key="alt+u")
        self._panel = panel
        self._drains = False
        self._stop: Callable[[], None] | None = None

    def _take_back(self) -> None:
        self.app.run_worker(self._panel.undo(), group="intents")

    def on_mount(self) -> None:
        """Begin to watch."""

        def tell(_view: object) -> None:
            self.post_message(self.Changed())

        self._stop = self._panel.watch(tell)

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop:
            self._stop()

    def on_away_bar_changed(self) -> None:
        """Show what drains; what it came to is said, since the desk that says it is not on screen."""
        view = self._panel.view
        ended = self._drains and view.pending is None and bool(view.result)
        self._drains = view.pending is not None or (self._drains and not ended)
        if ended and self.display:
            self.app.notify(said(view.result, "").plain, markup=False)
        self.show(view.pending)
