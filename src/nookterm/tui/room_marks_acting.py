"""What is done about one room of the list, or about all: its level, favourite, low priority, marks, its menu."""

from __future__ import annotations

from textual import on

from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.tui.calling_acting import CallingApp
from nookterm.tui.messages import RoomWish, ShowInvite
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.tree_rows import INSIDE, RowKind

_MOVES = frozenset({"up", "down", "first", "last"})


class RoomMarksApp(CallingApp, inherit_bindings=False):
    """An app in which something can be said of a room."""

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        if word == "/level" and rest:
            self._level_by(rest.casefold())
        elif word in {"/favourite", "/low"} and rest:
            self._tag_by(word.removeprefix("/"), rest.casefold())
        else:
            return super().takes(word, rest)
        return True

    @property
    def _list(self) -> Tree:
        return self._main.query_one(Tree)

    def _room_meant(self) -> RoomId | None:
        """The room that a command is about: the chosen one while the keyboard is in the list, else the open one."""
        found = self._list.row(self._list.key) if self._list.has_focus else None
        return found.room_id if found and found.kind in INSIDE else None

    @on(RoomWish)
    def _wished(self, event: RoomWish) -> None:
        event.stop()
        found = self._list.row(event.room_id)
        if found and found.kind is RowKind.INVITE:
            self._main.post_message(ShowInvite(event.room_id))
        elif found is None or found.kind not in INSIDE:
            self._say("You are not in there yet. Enter shows how to ask.")
        elif event.act == "menu":
            self._show_menu(event.room_id)
        else:
            self._do(event.act, event.room_id)

    def action_room_menu(self) -> None:
        """What can be done about this room."""
        self._show_menu(self._room_meant())

    def action_level(self) -> None:
        """The next level of this room."""
        self._do("level", self._room_meant())

    def action_favourite(self) -> None:
        """On top of the list, or not any more."""
        self._do("favourite", self._room_meant())

    def action_low(self) -> None:
        """At the end of the list, or not any more."""
        self._do("low", self._room_meant())

    def action_mark_read(self) -> None:
        """Everything in this room is read."""
        self._do("read", self._room_meant())

    def action_mark_unread(self) -> None:
        """Mark this room as unread."""
        self._do("unread", self._room_meant())

    def _level_by(self, how: str) -> None:
        if how in set(Level):
            self._do(how, self._room_meant())
        else:
            self._say(f"What calls you can be {', '.join(Level)}.")

    def _tag_by(self, tag: str, how: str) -> None:
        if how in {"on", "off"} or (tag == "favourite" and how in _MOVES):
            self._do(f"{tag} {how}", self._room_meant())
        else:
            self._say(f"Write /{tag} on or /{tag} off; /{tag} alone changes it.")

    def _do(self, word: str, room_id: RoomId | None) -> None:
        async def work() -> None:
            self._tell_done(await self._shell.people.menu.do(word, room_id))

        self.run_worker(work(), group="intents")

    def _show_menu(self, room_id: RoomId | None) -> None:
        if self.screen is not self._main:
            return
        from nookterm.tui.screens.room_menu import RoomMenuScreen

        self.push_screen(RoomMenuScreen(self._shell.people.menu, room_id), self._go_on_about)

    def _go_on_about(self, word: str | None) -> None:
        view = self._shell.people.menu.view
        if word == "address":
            self.copy_to_clipboard(view.address)
        elif word == "leave_room":
            self._farewell(view.room_id)
        elif word == "settings" and view.room_id:
            self.run_worker(self._show_settings(view.room_id), group="intents")

    async def _show_settings(self, room_id: RoomId) -> None:
        """Settings are those of the open room."""
        if room_id != self._shell.timeline.view.room_id or self._main.place != "room":
            await self._main.open_room(room_id)
        self.action_room_settings()

    def action_all_read(self) -> None:
        """Take all rooms for read, once it was said how many."""

        async def ask() -> None:
            panel = self._shell.people.menu
            count = await panel.to_read()
            if not count:
                self._say("Nothing is new anywhere.")
                return
            from nookterm.tui.screens.all_read import AllReadScreen

            if await self.push_screen_wait(AllReadScreen(count)):
                self._tell_done(await panel.read_all())

        if self.screen is self._main:
            self.run_worker(ask(), group="intents")

    def _tell_done(self, told: Told) -> None:
        self.clear_notifications()
        self._say(told.words)

    def _say(self, words: str) -> None:
        self.notify(said(words, "").plain, markup=False, timeout=6)
