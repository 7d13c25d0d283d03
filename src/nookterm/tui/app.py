"""The terminal program: themes, global commands, a terminal left clean whatever happens."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType

from nookterm.domain.ids import RoomId
from nookterm.tui.commands import COMMANDS, bindings_for
from nookterm.tui.deciding import compare, decide, door, unsigned
from nookterm.tui.keying import conflicts
from nookterm.tui.looking_up import look_up
from nookterm.tui.messages import ShareFile
from nookterm.tui.own_keys import own_key
from nookterm.tui.screens.care import noticed
from nookterm.tui.screens.conversation import Conversation, SlashCommand, write_again
from nookterm.tui.screens.doorstep import Doorstep
from nookterm.tui.themed import Look
from nookterm.tui.tour_acting import TourApp
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.accounts import AccountsPanel
from nookterm.viewmodels.panels import Shell


class NooktermApp(TourApp, inherit_bindings=False):
    """Draws a shell. Returns the exit code."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("global"),
        Binding("ctrl+c", "help_quit", "How to quit", show=False, system=True, id="app.help_quit"),
    ]

    def __init__(self, shell: Shell, look: Look | None = None, accounts: AccountsPanel | None = None) -> None:
        """`shell` is started when the first frame is up; `accounts` has it in front, and the others."""
        super().__init__(shell, look, accounts)
        self.trouble += conflicts(self.keymap | dict(self.look.keys))

    async def on_mount(self) -> None:
        """First a frame, then the account."""
        self.follow_signals()
        self.follow_calls()
        await self.push_screen(self._main)
        self._main.query_one(Conversation).compact = self.look.compact
        if self.look.plain or self._main.is_kept_folded:
            self._main.add_class("-plain")
            self._main.fit_column()
        for text in self.trouble:
            self.notify(said(text, "").plain, markup=False, severity="warning", timeout=10)
        self.call_after_refresh(self._begin)

    async def on_event(self, event: events.Event) -> None:
        """A border that is dragged has the mouse to itself."""
        raw = event if isinstance(event, events.MouseEvent) and not event.is_forwarded else None
        if raw is None or self.screen is not self._main or not self._main.drags(raw):
            await super().on_event(event)

    @work(group="start", exit_on_error=False)
    async def _begin(self) -> None:
        room = self._shell.timeline.view.room_id
        if room:
            await self._main.open_room(room)
        begun = room, self.focused
        self.let_keys_in()
        self.follow_trust()
        try:
            await self._shell.start()
        except Exception as problem:  # noqa: BLE001 - whatever stops the account from opening is said on the terminal
            self.exit(1, message=said(str(problem), "").plain)
            return
        if self.is_signed_out:
            self.action_sign_in()
        room = self._shell.timeline.view.room_id
        # Whoever has begun something meanwhile keeps the keyboard: what they type is for that, and for no room.
        if room and begun == (None, self.focused) and self.screen is self._main:
            await self._main.open_room(room)
        if not self._shell.timeline.view.room_id:
            self._main.show_rooms()
        self.follow_tour()
        await self.begin_others()

    @on(SlashCommand)
    def _slash(self, event: SlashCommand) -> None:
        event.stop()
        word, _, rest = event.text.partition(" ")
        if word == "/theme" and rest.strip():
            self.set_theme(rest.strip())
            return
        if word == "/join" and rest.strip():
            here = self._main.query_one(Conversation)
            self._main.query_one(Doorstep).enter(RoomId(rest.strip()), partial(write_again, here, event.text))
            return
        if word == "/upload" and rest.strip():
            self.post_message(ShareFile(rest.strip()))
            return
        if word == "/ask":
            self.run_worker(look_up(self._main, rest.strip()), group="intents")
            return
        if self.takes(word, rest.strip()):
            return
        found = next((c for c in COMMANDS if c.slash == word), None)
        if found is None:
            ways = f"{own_key('app.help')} shows every key, {own_key('app.palette')} every command"
            unknown = said(f"There is no command {word}. {ways}.", "").plain
            write_again(self._main.query_one(Conversation), event.text, unknown)
        else:
            self.opening(self.run_action(found.action, self._main))

    def action_density(self) -> None:
        """Airy or compact."""
        conversation = self._main.query_one(Conversation)
        conversation.compact = not conversation.compact
        conversation.changed()

    def action_plain(self) -> None:
        """Only the conversation, or everything again; the next time begins so."""
        self._main.fold(folded=not self._main.has_class("-plain"))
        self._main.fit_column()

    def action_join(self) -> None:
        """Ask where to: an address is needed."""
        from nookterm.tui.screens.join import ask_where

        ask_where(self, self._main.query_one(Doorstep))

    def action_undo(self) -> None:
        """What drains is not done: a message that is being taken back, else the decision in the desk's bar."""
        drains = self._shell.messages.view.pending
        self.run_worker(self._shell.messages.undo() if drains else self._shell.desk.undo(), group="intents")

    @on(Composer.Stopped)
    def action_go_on(self) -> None:
        """What stops sending in the open room: decide it."""
        decide(self._main.query_one(Conversation), self._shell.timeline)

    def action_compare(self) -> None:
        """Compare keys with whoever stops sending in the open room."""
        compare(self._main.query_one(Conversation), self._shell.timeline)

    def action_unsigned(self) -> None:
        """Whether unsigned devices may take part in the open room."""
        unsigned(self._main.query_one(Conversation), self._shell.timeline)

    def action_door(self) -> None:
        """Close the open nook's door to new requests, or open it."""
        door(self._main.query_one(Conversation), self._shell.timeline, self._shell.desk)

    def action_noticed(self) -> None:
        """Being noticed in the open nook."""
        self.opening(noticed(self._main, self._shell.caring, self._shell.timeline.view.room_id))

    def action_retry(self) -> None:
        """Send unsent messages now."""
        self.run_worker(self._shell.timeline.retry(), group="intents")
