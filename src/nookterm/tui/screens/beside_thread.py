"""A thread beside its room: the same conversation as in the middle, with words of its own to write."""

from __future__ import annotations

from textual import on
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, STRONG, ends, row
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.messages import MessagesPanel
from nookterm.viewmodels.panels import ThreadPanel
from nookterm.viewmodels.timeline import Words


class ThreadFace(Conversation):
    """One thread; with another one a new one of these is made."""

    DEFAULT_CSS = """
    ThreadFace {
        height: 1fr;
        #thread-head { height: auto; padding: 0 2; margin: 0 0 1 0; background: $panel; }
        Title, TakeBackBar { display: none; }
        TakeBackBar.-shown { display: none; }
        Composer { margin: 0 1; }
    }
    """

    def __init__(self, panel: ThreadPanel, messages: MessagesPanel) -> None:
        """`panel` has a thread open."""
        super().__init__(panel, messages)
        self._side = panel
        self._of = panel.view.room_id, panel.view.thread
        self.only = self._of
        self._written: str | None = None
        """What is being written, where it is for this thread and no change of a message."""

    def compose(self) -> list[Widget]:
        """With a title of its own."""
        return [Paper(self._head, id="thread-head"), *super().compose()]

    def on_mount(self) -> None:
        """What is seen is read."""
        room = next(iter(self.screen.query(Conversation)), None)
        self.compact = room is not None and room.compact
        if room is not None:
            self.query_one(Composer).rooms_of = room.query_one(Composer).rooms_of
        self.intend(self._side.read)

    def on_unmount(self) -> None:
        """What was written and is not kept yet is kept for the thread in which it was written."""
        room_id, thread = self._of
        if self._written is not None and room_id is not None and thread is not None:
            self.intend(self._side.keep_words(room_id, thread, self._written))

    @on(Conversation.Changed)
    def _counts(self) -> None:
        self.query_one("#thread-head", Paper).refresh()

    @on(Composer.Changed)
    def _writing(self) -> None:
        self._written = None if self._side.view.editing else self.query_one(Composer).text

    def _head(self, width: int) -> list[Content]:
        said = sum(1 for entry in self._side.view.entries if isinstance(entry, Words)) - 1
        count = "no reply yet" if said < 1 else "1 reply" if said == 1 else f"{said} replies"
        left = row(("Thread", STRONG), (f"  {count}", QUIET))
        return [ends(left, quiet_hint("escape", "closes"), width)]
