"""A menu over the screen: what can be done about one thing, each taken by one click, by Enter, or by its own key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen

from nookterm.tui.commands import command, key_name, keys_of
from nookterm.tui.pressing import is_beside
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards import Block, BlockList, Look
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import KEY, NOTHING, TEXT, ends, row, said
from nookterm.tui.widgets.pressing import key_hint

_LOW = 16
"""Rows below which the box has no border."""


class MenuScreen(ModalScreen[str]):
    """The box. Gives what was taken, or nothing."""

    DEFAULT_CSS = """
    MenuScreen {
        align: center middle; background: $background 70%;
        #menu {
            width: 60; max-width: 100%; height: auto; max-height: 100%; background: $background;
            border: round $accent; border-title-color: $accent; border-title-background: transparent; padding: 0 1;
        }
        BlockList { height: auto; max-height: 20; min-height: 1; }
        Paper { height: auto; padding: 0 1; background: $background; }
        &.-low #menu { border: none; padding: 0; width: 100%; }
        &.-there { align: left top; }
        &.-there #menu { overlay: screen; constrain: inside inside; }
        &.-low BlockList { max-height: 9; }
    }
    MenuScreen:ansi { background: ansi_default; }
    """

    _size_last: Size | None = None

    def compose(self) -> ComposeResult:
        """The lines, then what is to be said of them."""
        with Vertical(id="menu"):
            yield BlockList(self.blocks, opens_at_once=True)
            yield Paper(self.below)

    @property
    def heading(self) -> str:
        """What it is about."""
        raise NotImplementedError

    def blocks(self, width: int) -> Sequence[Block]:
        """The lines."""
        raise NotImplementedError

    def below(self, width: int) -> list[Content]:
        """What stands under the lines."""
        about = said(f"{self.heading}  ", TEXT) if self.has_class("-low") else NOTHING
        keys = row(about, key_hint("enter", "does it"), ("  ", ""), key_hint("escape", "closes"))
        return [keys.truncate(width, ellipsis=True)]

    def on_screen_resume(self) -> None:
        """Where the pointer asked for it; by a key in the middle."""
        there = self.app.pointed if isinstance(self.app, ThemedApp) else None
        self.set_class(there is not None and not self.has_class("-low"), "-there")
        if there is not None and self.has_class("-there"):
            self.query_one("#menu", Vertical).styles.offset = there

    def redraw(self) -> None:
        """The lines are others."""
        self.query_one("#menu", Vertical).border_title = said(self.heading, "")
        self.query_one(BlockList).rebuild()
        self.query_one(Paper).refresh(layout=True)

    def on_resize(self) -> None:
        """No border where rows are few; in another size nothing is where the pointer was."""
        self.set_class(self.app.size.height < _LOW, "-low")
        if self._size_last not in {None, self.app.size}:
            self.remove_class("-there")
            self.query_one("#menu", Vertical).styles.offset = (0, 0)
        self._size_last = self.app.size

    @on(BlockList.Opened)
    def _opened(self, event: BlockList.Opened) -> None:
        event.stop()
        self.action_do(event.key)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it, with whichever button."""
        if is_beside(event, self):
            self.action_close()

    def action_do(self, word: str) -> None:
        """Take a line."""
        self.end(word)

    def action_close(self) -> None:
        """Nothing more."""
        self.end("")

    def end(self, taken: str) -> None:
        """Close, unless that was done just now."""
        if self.is_active:
            self.dismiss(taken)


class ActsMenu(MenuScreen):
    """A menu of commands, with their keys. Gives the id of the one that was taken."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]

    def __init__(self, about: str, acts: Sequence[tuple[str, str]]) -> None:
        """`acts`: the id of each command, and what it is called here."""
        super().__init__()
        self._about = about
        self.acts = tuple(acts)

    def on_mount(self) -> None:
        """Choose at once."""
        self.redraw()
        self.query_one(BlockList).focus()

    @property
    def heading(self) -> str:
        """What it is about."""
        return self._about

    def blocks(self, _width: int) -> Sequence[Block]:
        """A line for each command."""
        return [Block(id_, 1, self._drawing(id_, label)) for id_, label in self.acts]

    def _drawing(self, id_: str, label: str) -> Callable[[int, Look], Sequence[Content]]:
        keys = self._keys(id_)

        def draw(width: int, _look: Look) -> Sequence[Content]:
            return (ends(row((label, TEXT)), row((key_name(keys[0]) if keys else "", KEY)), width),)

        return draw

    def _keys(self, id_: str) -> tuple[str, ...]:
        return keys_of(command(id_), self.app.keymap if isinstance(self.app, ThemedApp) else {})

    def on_key(self, event: events.Key) -> None:
        """The key of a line takes it."""
        found = next((id_ for id_, _ in self.acts if event.key in self._keys(id_)), None)
        if found is not None:
            event.stop()
            self.action_do(found)
