"""What every act on a message needs: the conversation, its panels, and ways to run work, to say, to ask."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import App
from textual.screen import ModalScreen
from textual.widget import Widget

from nookterm.domain.ids import EventId
from nookterm.tui.messages import ShowThread
from nookterm.tui.typing_ahead import opening
from nookterm.tui.widgets.cards_text import said as plain
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.messages import MessagesPanel
from nookterm.viewmodels.panels import TimelinePanel
from nookterm.viewmodels.timeline import Words


class Hands:
    """The conversation and its panels."""

    def __init__(self, here: Widget, panel: TimelinePanel, messages: MessagesPanel) -> None:
        """`here` is the conversation."""
        self.here = here
        self.panel = panel
        self.messages = messages

    @property
    def app(self) -> App[Any]:
        """The program."""
        return self.here.app

    @property
    def chosen(self) -> Words | None:
        """The message under the cursor, where the keyboard is at the messages."""
        timeline = self.here.query_one(Timeline)
        return timeline.chosen if timeline.has_focus else None

    def thread(self, event_id: EventId) -> None:
        """Show a message's thread and write in it; in a thread there is no other one."""
        if self.panel.view.thread is None:
            self.here.post_message(ShowThread(event_id))
        elif event_id != self.panel.view.thread:
            self.say("You are in its thread already. Esc closes it.")

    def write(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it, and be ready to write."""
        opening(self.here, work)
        composer = self.here.query_one(Composer)
        if not composer.disabled:
            composer.focus()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it; leaving the room does not end it."""
        self.app.run_worker(work, group="intents")

    def told(self, work: Coroutine[Any, Any, str]) -> None:
        """Do it, and say what is to be said."""

        async def run() -> None:
            if words := await work:
                self.say(words)

        self.run(run())

    def say(self, words: str) -> None:
        """Say it in a corner."""
        self.app.notify(plain(words, "").plain, markup=False, timeout=6)

    def push(self, screen: ModalScreen[Any], then: Callable[[Any], None]) -> None:
        """Show a dialog, unless another one lies over the conversation."""
        if self.app.screen is self.here.screen:
            self.app.push_screen(screen, then)
