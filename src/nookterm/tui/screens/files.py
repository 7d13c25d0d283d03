"""What the dialogs about files share: one thing under way, seen in its line, stopped by Escape."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.content import Content
from textual.message import Message

from nookterm.domain.records import dataclass
from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, row, said
from nookterm.tui.widgets.pressing import key_hint
from nookterm.viewmodels.files import Done, FilesPanel, FilesView


class FileDialog(Dialog[Done | None]):
    """A box with what a file is, how far it is, and the ways on."""

    AIR_FROM = 28

    @dataclass
    class Moved(Message):
        """More of the file is through."""

    def __init__(self, panel: FilesPanel) -> None:
        """Nothing is under way."""
        super().__init__()
        self.panel = panel
        self._unwatch: Callable[[], None] | None = None

    def on_mount(self) -> None:
        """Begin to watch."""
        super().on_mount()

        def tell(_view: FilesView) -> None:
            self.post_message(self.Moved())

        self._unwatch = self.panel.watch(tell)

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._unwatch:
            self._unwatch()

    def below(self, width: int) -> list[Content]:
        """How far it is, or what went wrong."""
        if self.busy:
            far = self.panel.view.progress or "Beginning"
            return [NOTHING, row(said(far, QUIET), ("   ", ""), key_hint("escape", "stops it"))]
        return [NOTHING, *super().below(width)] if self.trouble else []

    @on(Moved)
    def _moved(self) -> None:
        self.redraw()

    def action_leave(self) -> None:
        """Stop what is under way; where nothing is, close."""
        if self.busy:
            self.app.run_worker(self.panel.stop(), group="intents")
        else:
            self.end(None)
