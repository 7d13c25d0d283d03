"""The conversation: a list of prepared rows that stays at its end, keeps its place, and asks for more at its top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards import GAP, Block, BlockList, Look
from nookterm.tui.widgets.timeline_rows import entry_rows
from nookterm.viewmodels.timeline import Aside, Entry, Rule, TimelineView, Words


class Timeline(BlockList):
    """The rows of a room. Only what is on screen is drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("timeline")]

    @dataclass
    class Wanted(Message):
        """Something is wanted of a message: `act` is a timeline command's last word."""

        act: str
        entry: Words | None

    @dataclass
    class ReachedTop(Message):
        """The reader is at the first row."""

    def __init__(self) -> None:
        super().__init__(self._blocks_for, id="timeline")
        self._view = TimelineView()
        self._compact = False
        self._made: dict[tuple[Entry, int, bool], Block] = {}
        self._at_end = True
        """Whether the reader follows what comes."""

    def show(self, view: TimelineView, *, compact: bool) -> None:
        """Another view. At its end it stays at its end; elsewhere what is read stays where it is."""
        other_room = view.room_id != self._view.room_id
        self._at_end = self._at_end or other_room
        below = self.virtual_size.height - self.scroll_offset.y
        self._view, self._compact = view, compact
        if other_room:
            self._key = ""
        self.rebuild()
        if not self.has_focus and self._keys:
            self._key = self._blocks[self._keys[-1]].key
        if self._at_end:
            self.to_end()
        else:
            self.scroll_to(y=max(0, self.virtual_size.height - below), animate=False, immediate=True)

    def to_end(self) -> None:
        """The newest row, from now on."""
        self._at_end = True
        self.scroll_to(y=max(0, self.virtual_size.height - self.size.height), animate=False, immediate=True)

    @property
    def chosen(self) -> Words | None:
        """The message under the cursor."""
        return next((e for e in self._view.entries if isinstance(e, Words) and e.event_id == self.key), None)

    def select_last(self) -> None:
        """Put the cursor on the newest message."""
        self.action_edge(-1)

    def _blocks_for(self, width: int) -> Sequence[Block]:
        made: dict[tuple[Entry, int, bool], Block] = {}
        blocks: list[Block] = []
        for entry in self._view.entries:
            new_run = not isinstance(entry, Words) or entry.first
            if blocks and new_run and not self._compact:
                blocks.append(GAP)
            key = (entry, width, self._compact)
            block = self._made.get(key) or _block(entry, width, compact=self._compact)
            made[key] = block
            blocks.append(block)
        self._made = made
        return [*blocks, GAP] if blocks else []

    def _reveal(self) -> None:
        if self.has_focus:
            super()._reveal()

    def _look(self, block: Block) -> Look:
        look = super()._look(block)
        return look if look is Look.FOCUSED else Look.PLAIN

    def on_resize(self) -> None:
        """Another width, other rows; the end stays the end."""
        super().on_resize()
        if self._at_end:
            self.to_end()

    def on_focus(self) -> None:
        """The cursor shows; it begins at the newest message."""
        if self.chosen is None:
            self.select_last()
        self._drawn.clear()
        self.refresh()

    def on_blur(self) -> None:
        """The cursor hides."""
        self._drawn.clear()
        self.refresh()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scrolling up may need more of the past."""
        event.stop()
        self._scroll_by(-3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scrolling down does not."""
        event.stop()
        self._scroll_by(3)

    def action_step(self, by: int) -> None:
        """Up or down; at the top it asks for more, below the last the composer is next."""
        before = self.key
        super().action_step(by)
        self._at_end = bool(self._keys) and self.key == self._blocks[self._keys[-1]].key
        if before == self.key and by > 0:
            self.post_message(self.Wanted("compose", None))
        elif by < 0:
            self._ask_for_more()

    def action_leap(self, by: int) -> None:
        """A screenful."""
        super().action_leap(by)
        if by < 0:
            self._ask_for_more()

    def _ask_for_more(self) -> None:
        if self.scroll_offset.y <= 1 or (self._keys and self._blocks[self._keys[0]].key == self.key):
            self.post_message(self.ReachedTop())

    def page(self, by: int) -> None:
        """Scroll a page without the cursor; for a composer that has the keyboard."""
        self._scroll_by(by * max(1, self.size.height - 2))

    def _scroll_by(self, rows: int) -> None:
        last = max(0, self.virtual_size.height - self.size.height)
        wanted = max(0, min(last, self.scroll_offset.y + rows))
        self._at_end = wanted >= last
        self.scroll_to(y=wanted, animate=False, immediate=True)
        if rows < 0:
            self._ask_for_more()

    def action_first_unread(self) -> None:
        """Choose the first message under the unread rule."""
        new = False
        for entry in self._view.entries:
            if isinstance(entry, Rule):
                new = new or entry.meaning == "new"
            elif new:
                self.choose(entry.event_id)
                return

    def action_want(self, act: str) -> None:
        """Ask the screen for something about the message under the cursor."""
        self.post_message(self.Wanted(act, self.chosen))


def _block(entry: Entry, width: int, *, compact: bool) -> Block:
    rows = entry_rows(entry, width, compact=compact)
    key = "" if isinstance(entry, Rule | Aside) else entry.event_id
    edge = "$nook-mention" if isinstance(entry, Words) and entry.mention else ""
    return Block(key, len(rows), lambda _width, _look: rows, edge)
