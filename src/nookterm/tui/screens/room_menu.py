"""What can be done about one room of the list, in one place: what calls, favourite, marks, and where one goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.tui.commands import bindings_for, command, key_name, keys_of
from nookterm.tui.screens.menu import MenuScreen
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards import Block, BlockList, Look
from nookterm.tui.widgets.cards_text import KEY, QUIET, SAFE, TEXT, WARN, ends, row, said, wrapped
from nookterm.viewmodels.room_menu import MenuLine, RoomMenuPanel

_STATES = frozenset(map(str, Level))
_GOES_ON = frozenset({"settings", "address", "leave_room"})
"""What ends the menu and is done by the screen behind it."""


class RoomMenuScreen(MenuScreen):
    """Gives what is to be done behind it (`settings`, `address`, `leave_room`), or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("room_menu")]

    class Changed(Message):
        """The view is newer. Posted from any thread."""

    def __init__(self, panel: RoomMenuPanel, room_id: RoomId | None) -> None:
        """`room_id`: None is the open room."""
        super().__init__()
        self._panel = panel
        self._room_id = room_id
        self._trouble = ""
        self._stop: Callable[[], None] | None = None

    async def on_mount(self) -> None:
        """Show the room."""
        self._stop = self._panel.watch(self._tell_changed)
        self.query_one(BlockList).focus()
        if not await self._panel.open(self._room_id):
            self.notify("Open a room first, or choose one in the list.", markup=False)
            self.dismiss("")
            return
        self._changed()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop:
            self._stop()

    def _tell_changed(self, _view: object) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def _changed(self) -> None:
        if self.query(BlockList) and self._panel.view.lines:
            self.redraw()

    @property
    def heading(self) -> str:
        """The room's name."""
        return self._panel.view.room

    def blocks(self, _width: int) -> list[Block]:
        """A line for each."""
        return [Block(line.word, 1, self._drawing(line)) for line in self._panel.view.lines]

    def _drawing(self, line: MenuLine) -> Callable[[int, Look], Sequence[Content]]:
        id_ = f"room_menu.{'level' if line.word in _STATES else line.word}"
        keys = keys_of(command(id_), self.app.keymap if isinstance(self.app, ThemedApp) else {})
        key = key_name(keys[0]) if keys and (line.word not in _STATES or line.word == Level.ALL) else ""

        def draw(width: int, _look: Look) -> Sequence[Content]:
            if line.word in _STATES:
                mark = "● " if line.on else "○ "
            else:
                mark = {True: "✓ ", False: "  ", None: "  "}[line.on]
            name = row((mark, SAFE if line.on else QUIET), (line.label, TEXT), (f"  {line.note}", QUIET))
            return (ends(name, row((key, KEY)), width),)

        return draw

    def below(self, width: int) -> list[Content]:
        """Why it was not done, else the keys."""
        return wrapped(said(self._trouble, WARN), width=width) if self._trouble else super().below(width)

    def action_do(self, word: str) -> None:
        """Do it and close, or go on to where it is done; what could not be done is said in place."""
        if word in _GOES_ON:
            self.end(word)
            return

        async def work() -> None:
            told = await self._panel.do(word, self._panel.view.room_id)
            if told.done:
                self.app.clear_notifications()
                self.app.notify(said(told.words, "").plain, markup=False, timeout=6)
                self.end("")
            else:
                self._trouble = told.words
                self._changed()

        self.app.run_worker(work(), group="intents")
