"""Going about among messages: to an original, a mention, a day, an address, a thread, a pin; and back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from nookterm.domain.ids import EventId
from nookterm.tui.messages import GoTo
from nookterm.tui.screens.message_hands import Hands
from nookterm.tui.widgets.listed_rows import NO_PINS, NO_THREADS
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.messages import Listed, Way
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.timeline import Words

_TRAIL = 50


class Going:
    """Leads the reader; knows the way back."""

    def __init__(self, hands: Hands) -> None:
        """At the newest message, and nowhere before."""
        self._hands = hands
        self._trail: list[EventId | None] = []
        """Where the reader was before each jump; None: at the newest."""

    async def go(self, event_id: EventId) -> None:
        """Go to a message; `back` leads to where one was."""
        chosen = self._hands.chosen
        self._trail = [*self._trail[-_TRAIL:], chosen.event_id if chosen else None]
        self._hands.here.query_one(Timeline).focus()
        await self._hands.panel.jump(event_id)
        # Where only what is around it was fetched, what is missing comes while one reads.
        await self._hands.panel.newer()

    def back(self) -> None:
        """To where one was before the last jump."""
        if not self._trail:
            self._hands.say("You have not jumped anywhere yet.")
            return
        self._hands.run(self._hands.panel.jump(self._trail.pop()))

    def forget(self) -> None:
        """Another room: there is no way back."""
        self._trail = []

    def original(self, said: Words) -> None:
        """The message that this one answers."""
        if said.answers is None:
            self._hands.say("This answers no other message.")
        else:
            self._hands.run(self.go(said.answers))

    def mention(self, said: Words | None) -> None:
        """The message before this one that names us."""
        self._hands.run(self._along(self._hands.messages.mention(said.event_id if said else None)))

    def date(self, words: str) -> None:
        """The first message of a day."""
        self._hands.run(self._along(self._hands.messages.day(words)))

    def follow(self, address: str) -> None:
        """Where an address leads."""
        self._hands.run(self._along(self._hands.messages.follow(address)))

    async def _along(self, asked: Coroutine[Any, Any, Way]) -> None:
        way = await asked
        if way.words:
            self._hands.say(way.words)
        elif way.ask or way.room_id:
            self._hands.here.post_message(GoTo(way.room_id, way.event_id, way.ask))
        elif way.event_id:
            await self.go(way.event_id)

    def link(self, event_id: EventId | None) -> None:
        """Copy an address."""

        async def copy() -> None:
            if address := await self._hands.messages.link(event_id):
                self._hands.app.copy_to_clipboard(address)

        self._hands.run(copy())

    async def threads(self) -> None:
        """Choose a thread."""

        def read() -> None:
            self._hands.run(self._hands.messages.read_threads())

        listed = await self._hands.messages.threads()
        read_all = read if any(line.fresh for line in listed) else None
        self._list("Threads", listed, NO_THREADS, "Enter opens it", self._open_thread, read_all)

    def _open_thread(self, event_id: EventId) -> None:
        self._hands.thread(event_id)

    async def pins(self) -> None:
        """Choose a pinned message."""
        listed = await self._hands.messages.pins()
        self._list("Pinned", listed, NO_PINS, "Enter goes there", lambda event_id: self._hands.run(self.go(event_id)))

    def _list(
        self,
        title: str,
        lines: Sequence[Listed],
        empty: Notice,
        enter: str,
        then: Callable[[EventId], object],
        read_all: Callable[[], None] | None = None,
    ) -> None:
        from nookterm.tui.screens.message_list import MessageListScreen

        words = " ".join((empty.headline, *(f"{step}." for step in empty.steps)))

        def chosen(event_id: str | None) -> None:
            if event_id:
                then(EventId(event_id))

        self._hands.push(MessageListScreen(title, lines, empty=words, enter=enter, read_all=read_all), chosen)
