"""The conversation: a list of prepared rows that stays at its end, keeps its place, and asks for more at its top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from nookterm.domain.ids import EventId
from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards import GAP, Block, Look
from nookterm.tui.widgets.cards_text import LEAVES, ends, row
from nookterm.tui.widgets.strips import is_asked_about
from nookterm.tui.widgets.timeline_going import GoingList
from nookterm.tui.widgets.timeline_rows import Drawing, entry_rows
from nookterm.viewmodels.timeline import Aside, Entry, Rule, TimelineView, Words

_WHEEL = 3
"""Rows for one notch of the wheel."""
_WINDOW = 80
"""Entries for which rows are prepared; as many again each time the reader reaches the first of them."""
_FAR = 400
"""Entries for which rows are prepared when somebody wants to go to the first."""


class Timeline(GoingList):
    """The rows of a room. Only what is on screen is drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("timeline")]

    @dataclass
    class Marked(Message):
        """More or fewer messages are marked."""

    @dataclass
    class ReachedTop(Message):
        """The reader is at the first row."""

    def __init__(self) -> None:
        super().__init__(self._blocks_for, id="timeline")
        self._compact = False
        self.prepared = _WINDOW
        self._worn = ""
        self._made: dict[tuple[Entry, Drawing], Block] = {}
        self.marks: frozenset[EventId] = frozenset()
        """Messages chosen to be shared together."""

    def show(self, view: TimelineView, *, compact: bool) -> None:
        """Another view. At its end it stays at its end; elsewhere what is read stays where it is."""
        other_room = (view.room_id, view.thread) != (self.view.room_id, self.view.thread)
        went = view.jumps != self.view.jumps
        self.at_end = (self.at_end or other_room) and not view.past
        # What comes at the end must not push out what is read, nor move every row by one at each message.
        self.prepared += _newer(self.view.entries, view.entries)
        if self.at_end and self.prepared > 2 * _WINDOW:
            self.prepared = _WINDOW
        self.view, self._compact = view, compact
        if other_room:
            self.fold_all()
            self.marks = frozenset()
            self._mark("")
            self.prepared = _WINDOW
        self._rebuild_in_place()
        if self._keys and (other_room or not self.has_focus):
            self._mark(self._blocks[self._keys[-1]].key)
        if went and view.target:
            self.arrive(view.target)
        elif went or self.at_end:
            self.to_end()
        self.tell_acts()

    def to_end(self) -> None:
        """The newest row, from now on."""
        self.at_end = True
        self.scroll_to(y=max(0, self.virtual_size.height - self.size.height), animate=False, immediate=True, force=True)
        if self.is_attached:
            # Textual leaves a bar alone that is not shown yet.
            self.vertical_scrollbar.position = self.scroll_offset.y

    def _blocks_for(self, width: int) -> Sequence[Block]:
        palette = self.app.palettes[self.app.theme] if isinstance(self.app, ThemedApp) else None
        self.how = Drawing(
            width, self._compact, palette is not None and palette.lines, links=self.links, times=self.view.times
        )
        made: dict[tuple[Entry, Drawing], Block] = {}
        blocks: list[Block] = [] if self._compact else [GAP]
        before: Entry | None = None
        # Before there is a width one entry is enough to know where the cursor is.
        for entry in self.view.entries[-(self.prepared if self.size.width else 1) :]:
            if not self._compact and _is_aired(before, entry):
                blocks.append(GAP)
            how = self.drawing_of(entry)
            block = made[entry, how] = self._made.get((entry, how)) or _block(entry, how)
            blocks.append(_marked(block) if block.key in self.marks else block)
            before = entry
        self._made = made
        return blocks

    def _reveal(self) -> None:
        if self.has_focus:
            super()._reveal()

    def notify_style_update(self) -> None:
        """Another theme may draw pills in another way."""
        super().notify_style_update()
        if self.is_mounted and self.app.theme != self._worn:
            self._worn = self.app.theme
            self.rebuild()

    def _look(self, block: Block) -> Look:
        look = super()._look(block)
        return Look.PLAIN if look is Look.CURRENT and not is_asked_about(self) else look

    def on_resize(self) -> None:
        """Another width, other rows; the end stays the end."""
        super().on_resize()
        if self.at_end:
            self.to_end()

    def watch_has_focus(self, focused: bool) -> None:  # noqa: FBT001 - Textual's own signature
        """The cursor shows, beginning at the newest message, or hides."""
        super().watch_has_focus(focused)
        if focused and self._key not in self._index_of:
            self.action_edge(-1)
        self._drawn.clear()
        self.refresh()

    @on(events.MouseScrollUp)
    @on(events.MouseScrollDown)
    def _wheel(self, event: events.MouseEvent) -> None:
        """In place of Textual's own scrolling, which would not ask for more of the past."""
        event.stop()
        event.prevent_default()
        self.scroll_rows(-_WHEEL if isinstance(event, events.MouseScrollUp) else _WHEEL)

    def action_step(self, by: int) -> None:
        """Up or down; at the top it asks for more, below the last the composer is next."""
        before = self.key
        super().action_step(by)
        self._look_where()
        if before == self.key and by > 0 and not self.view.past:
            self.post_message(self.Wanted("write", None))
        elif by < 0:
            self._ask_for_more()

    def action_edge(self, at: int) -> None:
        """The first, which may not be the first for long, or the newest."""
        if at >= 0 and self.prepared < _FAR:
            self.prepared = _FAR
            self.rebuild()
        super().action_edge(at)
        if at < 0 and self.view.past:
            self.post_message(self.Wanted("newest", None))
        elif at < 0:
            self.to_end()
        else:
            self.at_end = False
            self._ask_for_more()

    def action_leap(self, by: int) -> None:
        """A screenful."""
        super().action_leap(by)
        self._look_where()
        if by < 0:
            self._ask_for_more()

    def _look_where(self) -> None:
        """Whether the cursor is at the end of what there is; at the end of a part of the past, more is asked for."""
        last = bool(self._keys) and self.key == self._blocks[self._keys[-1]].key
        self.at_end = last and not self.view.past
        if last and self.view.past:
            self.post_message(self.Wanted("newer", None))

    def _ask_for_more(self) -> None:
        if self.scroll_offset.y > 1 and not (self._keys and self._blocks[self._keys[0]].key == self.key):
            return
        if self.prepared < len(self.view.entries):
            self.prepared += _WINDOW
            self._rebuild_in_place()
        else:
            self.post_message(self.ReachedTop())

    def follow(self) -> None:
        """Stay at the end, where that is where the reader was, when the room for messages changes."""
        if self.at_end:
            # By then the reader may have gone up.
            self.call_after_refresh(lambda: self.to_end() if self.at_end else None)

    def scroll_rows(self, rows: int) -> None:
        """Scroll without the cursor; at the top it asks for more."""
        last = max(0, self.virtual_size.height - self.size.height)
        wanted = max(0, min(last, self.scroll_offset.y + rows))
        self.at_end = wanted >= last and not self.view.past
        self.scroll_to(y=wanted, animate=False, immediate=True, force=True)
        if rows < 0:
            self._ask_for_more()
        elif wanted >= last and self.view.past:
            self.post_message(self.Wanted("newer", None))

    def action_mark(self) -> None:
        """Mark the message under the cursor, to share it with others; a marked one: no more."""
        if self.chosen is not None and not self.chosen.redacted and not self.chosen.state:
            self.marks ^= {self.chosen.event_id}
            self._rebuild_in_place()
            self.post_message(self.Marked().set_sender(self))

    def clear_marks(self) -> None:
        """Nothing is marked."""
        if self.marks:
            self.marks = frozenset()
            self._rebuild_in_place()
            self.post_message(self.Marked().set_sender(self))

    def action_want(self, act: str) -> None:
        """Ask the screen for something about the message under the cursor."""
        if act == "compose" and self.marks:
            self.clear_marks()
            return
        marked = tuple(e.event_id for e in self.view.entries if isinstance(e, Words) and e.event_id in self.marks)
        self.post_message(self.Wanted(act, self.chosen, marked))


def _newer(before: Sequence[Entry], now: Sequence[Entry]) -> int:
    """How many entries came behind the one that was the last; 0 where that is gone."""
    last = _name(before[-1]) if before else ""
    return next((count for count, entry in enumerate(reversed(now)) if last and _name(entry) == last), 0)


def _name(entry: Entry) -> str:
    return entry.text if isinstance(entry, Rule) else entry.event_id


def _is_aired(before: Entry | None, entry: Entry) -> bool:
    """Whether a blank row stands between two entries: not within a run, not under a rule, not among asides."""
    if before is None or isinstance(before, Rule):
        return False
    if isinstance(entry, Aside) and isinstance(before, Aside):
        return entry.locked or before.locked
    return not isinstance(entry, Words) or entry.first or not isinstance(before, Words)


def _block(entry: Entry, how: Drawing) -> Block:
    rows = entry_rows(entry, how)
    chosen = isinstance(entry, Words) or (isinstance(entry, Aside) and entry.leads is not None)
    key = "" if isinstance(entry, Rule) or not chosen else entry.event_id
    edge = "$nook-mention" if isinstance(entry, Words) and entry.mention else ""
    return Block(key, len(rows), lambda _width, _look: rows, edge)


def _marked(block: Block) -> Block:
    """With a word at the right of its first row, and an edge."""

    def draw(width: int, look: Look) -> Sequence[Content]:
        first, *rest = block.draw(width, look)
        return (ends(first, row(("◆ marked", LEAVES)), width), *rest)

    return replace(block, draw=draw, edge=LEAVES)
