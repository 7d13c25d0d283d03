"""Who has read what, from wherever one is; who hears of our own reading, and of our writing."""

from __future__ import annotations

from textual import on

from nookterm.domain.ids import EventId
from nookterm.tui.messages import ShowSeen
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.search_acting import SearchApp
from nookterm.tui.widgets.cards_text import said


class SeenApp(SearchApp, inherit_bindings=False):
    """An app that shows read receipts, and tells of our reading and writing what we want told."""

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        if word != "/receipts" or not rest:
            return super().takes(word, rest)
        self.run_worker(self._receipts(rest.casefold()), group="intents")
        return True

    def action_seen(self) -> None:
        """Who has read up to the chosen message, or to the newest one."""
        chosen = self._acts.hands.chosen
        self.opening(self._show_seen(chosen.event_id if chosen else None))

    @on(ShowSeen)
    def _seen_wanted(self, event: ShowSeen) -> None:
        event.stop()
        self.opening(self._show_seen(event.event_id))

    async def _show_seen(self, event_id: EventId | None) -> None:
        view = await self._shell.seen.who(event_id)
        if view is None:
            self.notify("That can be told of a message that has been sent.", markup=False)
        elif self.screen is self._main:
            from nookterm.tui.screens.seen import SeenScreen

            self.push_screen(SeenScreen(view))

    def action_receipts(self) -> None:
        """Say who hears of our reading here, and how to change it."""
        self.run_worker(self._receipts(""), group="intents")

    async def _receipts(self, word: str) -> None:
        self.notify(said(await self._shell.seen.put(word), "").plain, markup=False, timeout=8)

    @on(Conversation.Typed)
    def _typed_words(self, event: Conversation.Typed) -> None:
        """At each key: whether the room is to hear that somebody writes there."""
        if event.room_id is None or event.writing is None:
            return
        if self._shell.seen.due(event.room_id, writing=event.writing):
            self.run_worker(self._shell.seen.write(event.room_id, writing=event.writing), group="intents")
