"""The bar of a message that is being taken back: it drains, a click or a key stops it, and it says what it came to."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from nookterm.domain.records import dataclass
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.messages import MessagesPanel, MessagesView


class TakeBackBar(UndoBar):
    """Stands above where one writes while something drains."""

    @dataclass
    class Changed(Message):
        """The view is newer."""

        view: MessagesView

    def __init__(self, panel: MessagesPanel) -> None:
        """`panel` holds what drains."""
        super().__init__(self._undo_it, key="alt+u")
        self._panel = panel
        self._stop: Callable[[], None] | None = None

    def _undo_it(self) -> None:
        self.app.run_worker(self._panel.undo(), group="intents")

    def on_mount(self) -> None:
        """Begin to watch."""

        def tell(view: MessagesView) -> None:
            self.post_message(self.Changed(view))

        self._stop = self._panel.watch(tell)

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop:
            self._stop()

    def on_take_back_bar_changed(self, event: Changed) -> None:
        """What drains; what it came to is said in a corner, since the bar goes."""
        event.stop()
        self.show(event.view.pending)
        if event.view.result:
            self.app.notify(said(event.view.result, "").plain, markup=False, timeout=4)
