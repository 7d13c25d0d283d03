"""The ways about among messages, from wherever one is: threads, pins, polls, dates, addresses."""

from __future__ import annotations

from dataclasses import replace

from textual import on

from nookterm.tui.file_acting import FileApp
from nookterm.tui.looking_up import look_up
from nookterm.tui.messages import GoTo
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.message_acts import MessageActs
from nookterm.tui.widgets.beside_faces import Faces
from nookterm.tui.widgets.cards_text import said
from nookterm.viewmodels.caring import Went
from nookterm.viewmodels.messages import PollDraft


class MessageApp(FileApp, inherit_bindings=False):
    """An app around the main screen, with what is done with messages of the open room."""

    @property
    def _acts(self) -> MessageActs:
        return self._main.query_one(Conversation).acts

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        going = self._acts.going
        ways = {"/date": going.date, "/follow": going.follow, "/go": going.follow, "/poll": self._poll_at_once}
        if word not in ways or not rest:
            return False
        ways[word](rest)
        return True

    def action_threads(self) -> None:
        """The room's threads: beside it where there is room."""
        if self.screen is self._main and self._main.show_face(Faces.THREADS):
            return
        self.opening(self._acts.going.threads())

    def action_pins(self) -> None:
        """The room's pinned messages: beside it where there is room."""
        if self.screen is self._main and self._main.show_face(Faces.PINNED):
            return
        self.opening(self._acts.going.pins())

    def action_mention(self) -> None:
        """The last message that names us."""
        self._acts.going.mention(self._acts.hands.chosen)

    def action_link(self) -> None:
        """Copy the address of the chosen message, or of the room."""
        chosen = self._acts.hands.chosen
        self._acts.going.link(chosen.event_id if chosen else None)

    def action_date(self) -> None:
        """Say how: a date is needed."""
        self.notify("Write /date 2026-11-01, /date yesterday or /date 7d.", markup=False)

    def action_follow(self) -> None:
        """Say how: an address is needed."""
        self.notify("Write /follow and a matrix.to or matrix: address; o on a message opens its own.", markup=False)

    def action_poll(self) -> None:
        """A form for a poll."""
        view = self._main.written_in.view
        if self.screen is not self._main or view.room_id is None:
            return
        from nookterm.tui.screens.poll import PollScreen

        async def begin(draft: PollDraft) -> str:
            return await self._shell.messages.begin_poll(replace(draft, thread=view.thread))

        self.push_screen(PollScreen(begin, view.audience), self._poll_begun)

    def _poll_begun(self, went: Went | None) -> None:
        if went and went.words:
            self.notify(said(went.words, "").plain, markup=False)

    def _poll_at_once(self, words: str) -> None:
        from nookterm.tui.screens.poll import draft_of

        question, *answers = words.split("|")
        draft = draft_of(question, answers)
        if isinstance(draft, str):
            self.notify(f"{draft} Write /poll Question | answer | answer, or /poll alone.", markup=False)
            return
        work = self._shell.messages.begin_poll(replace(draft, thread=self._main.written_in.view.thread))

        async def begin() -> None:
            if wrong := await work:
                self.notify(said(wrong, "").plain, markup=False)

        self.run_worker(begin(), group="intents")

    @on(GoTo)
    async def _go_to(self, event: GoTo) -> None:
        event.stop()
        self.run_worker(self._arrive(event), group="intents")

    async def _arrive(self, event: GoTo) -> None:
        if event.room_id is None:
            await look_up(self._main, event.ask)
            return
        if event.room_id != self._shell.timeline.view.room_id or self._main.place != "room":
            await self._main.open_room(event.room_id)
        if event.event_id is not None:
            await self._acts.going.go(event.event_id)
        if event.found and self._main.has_column:
            await self._main.turn_to(Faces.SEARCH, keyboard=False)
