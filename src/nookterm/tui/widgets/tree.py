"""The left column: rows that are chosen by key, so that an update never moves the choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from nookterm.domain.levels import Level
from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import RoomWish
from nookterm.tui.pressing import RIGHT
from nookterm.tui.widgets.cards import GAP, Block, BlockList, Look, heading
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import HEADING, NOTHING, QUIET, SOFT, STRONG, WAITING, ends, row, wrapped
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.tree_rows import RowKind, TreeRow, TreeView, Which, beneath, nothing_fits, shown

GLYPHS = {
    RowKind.DESK: "≡", RowKind.HIGHLIGHTS: "◆", RowKind.REQUESTS: "→", RowKind.DIRECTORY: "⌂",
    RowKind.NOOK: "⌂", RowKind.ROOM: "#", RowKind.PERSON: " ", RowKind.OPEN: "+", RowKind.INVITE: "+",
    RowKind.SPACE: "⌂", RowKind.TRUST: "◇",
}  # fmt: skip
_Draw = Callable[[TreeRow, int, Look], Sequence[Content]]
"""Draws one row."""
SORTED = {"activity": "by activity", "unread": "unread first", "name": "by name"}


class TreeHead(Paper):
    """The space's name above its rooms; under the pointer, or while one is in the list, ways to sort and filter."""

    DEFAULT_CSS = """
    TreeHead { height: auto; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__(self._rows, id="head")
        self._view = TreeView()
        self._over = False
        """Whether the pointer is."""

    def on_mount(self) -> None:
        """Look where the keyboard is."""
        self.watch(self.screen, "focused", self._look, init=False)

    def on_enter(self) -> None:
        """The pointer came."""
        self._over = True
        self.refresh()

    def on_leave(self) -> None:
        """And went."""
        self._over = False
        self.refresh()

    def _look(self) -> None:
        self.refresh()

    def show_space(self, view: TreeView) -> None:
        """Another view."""
        before, self._view = self._view, view
        if _head_of(before) != _head_of(view):
            self.show(self._rows)

    def _rows(self, width: int) -> list[Content]:
        view, sort = self._view, SORTED.get(self._view.sort, "")
        below = row((f"{sort} · " if sort else "", QUIET), (view.subtitle, QUIET))
        if _has_rooms(view) and (self._over or isinstance(self.screen.focused, Tree)):
            sorts = presses(row((sort or "by place", SOFT)), "app.sort")
            filters = presses(row(("filter", SOFT)), "app.filter")
            where = row((f" · {view.subtitle}", QUIET))
            # A server's name is read whole or not at all.
            fits = sorts.cell_length + where.cell_length + filters.cell_length < width
            below = ends(row(sorts, where) if fits else sorts, filters, width)
        rows = (row((view.title, STRONG)), below)
        return [NOTHING, *(line.truncate(width, ellipsis=True) for line in rows), NOTHING]


def _has_rooms(view: TreeView) -> bool:
    return any(one.room_id for one in view.rows)


def _head_of(view: TreeView) -> tuple[object, ...]:
    return view.title, view.subtitle, view.sort, _has_rooms(view)


class Tree(BlockList):
    """Places, nooks, rooms, people, and what is open to ask."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("tree")]

    @dataclass
    class FilterWanted(Message):
        """Somebody wants to see fewer rooms; with letters typed, or the next kind of them, or all."""

        how: str
        """`letters`, `next`, `all`."""

    def __init__(self) -> None:
        super().__init__(self._blocks_for, opens_at_once=True, id="tree")
        self._view = TreeView()
        self._which = Which.ALL
        self._letters = ""
        self._also = ""
        self._made: dict[str, tuple[tuple[TreeRow, _Draw], Block]] = {}
        """Blocks by their keys, each with what it shows."""
        self.soft = False
        """While nothing is to call, what is new is drawn as what came quietly; `rebuild` after a change."""

    def show(self, view: TreeView) -> None:
        """Another view; what is chosen stays chosen."""
        self._view = view
        self.rebuild()

    def narrow(self, which: Which, letters: str) -> None:
        """Show only these rooms; the first of them is chosen where what was chosen is not among them."""
        self._which, self._letters = which, letters
        self.rebuild()
        if self.is_narrowed and self.rows_shown and self.key not in {r.key for r in self.rows_shown if r.room_id}:
            self.choose(next(r.key for r in self.rows_shown if r.room_id))

    @property
    def is_narrowed(self) -> bool:
        """Whether rooms are left out."""
        return self._which is not Which.ALL or bool(self._letters.strip())

    @property
    def rows(self) -> tuple[TreeRow, ...]:
        """All rows, shown or not."""
        return self._view.rows

    @property
    def rows_shown(self) -> tuple[TreeRow, ...]:
        """Those that are drawn."""
        return shown(self._view, self._which, self._letters, self._also)

    def row(self, key: str) -> TreeRow | None:
        """A row by its key."""
        return next((r for r in self._view.rows if r.key == key), None)

    def choose(self, key: str) -> None:
        """Choose a row; one under a folded heading is shown for as long as it is chosen."""
        found = self.row(key)
        hidden = found is not None and found.section in self._view.folded
        if self._also and self._also != key:
            self._also = key if hidden else ""
            self.rebuild()
        elif hidden and not self.is_narrowed and not self._also:
            self._also = key
            self.rebuild()
        super().choose(key)

    def on_click(self, event: events.Click) -> None:
        """A click opens a room and folds a heading; a right click on a room shows what can be done about it."""
        block = self._at(event.y + self.scroll_offset.y)
        found = self.row(block.key) if block and block.key else None
        if found and found.room_id and event.button == RIGHT:
            event.stop()
            self.choose(found.key)
            self.action_wish("menu")
        else:
            super().on_click(event)
        event.prevent_default()

    def action_wish(self, act: str) -> None:
        """Something about the chosen room (see `RoomWish`)."""
        found = self.row(self.key)
        if found and found.room_id:
            self.post_message(RoomWish(act, found.room_id))

    def action_narrow(self, how: str) -> None:
        """Type letters of a name, or show the next kind of rooms."""
        self.post_message(self.FilterWanted(how))

    def action_all(self) -> None:
        """All rooms again; where they are, what Esc does elsewhere."""
        if not self.is_narrowed:
            raise SkipAction
        self.post_message(self.FilterWanted("all"))

    def action_fold(self) -> None:
        """Fold what the chosen row stands under, and choose its heading."""
        found = self.row(self.key)
        section = found.section or (found.key if found.kind is RowKind.HEADING else "") if found else ""
        if section and not self.is_narrowed:
            self.post_message(self.Opened(self, section))
            self.choose(section)

    def _blocks_for(self, width: int) -> Sequence[Block]:
        blocks: list[Block] = []
        before, self._made = self._made, {}
        for entry in self.rows_shown:
            # Rows are made when they come into view: an account may have a thousand rooms.
            if entry.kind is not RowKind.HEADING:
                blocks.append(self._block(before, _softened(entry) if self.soft else entry, _drawn))
            elif entry.key in self._view.folded and not self.is_narrowed:
                below = beneath(self._view.rows, entry.key)
                blocks += [GAP, self._block(before, _softened(below) if self.soft else below, _folded)]
            else:
                blocks += [GAP, self._block(before, entry, _heading)]
        if not blocks and self.is_narrowed:
            words, way = nothing_fits(self._which, self._letters)
            lines = wrapped(row((words, SOFT)), row((way, QUIET)), width=width)
            return [heading(partial(_as_it_is, line)) for line in lines]
        return blocks[blocks[:1] == [GAP] and self.is_narrowed :]

    def _block(self, before: Mapping[str, tuple[tuple[TreeRow, _Draw], Block]], entry: TreeRow, draw: _Draw) -> Block:
        """The very block of the last time where it shows the same: nothing of it is drawn anew."""
        shows, known = (entry, draw), before.get(entry.key)
        block = known[1] if known and known[0] == shows else Block(entry.key, 1, partial(draw, entry))
        self._made[entry.key] = (shows, block)
        return block


def _softened(entry: TreeRow) -> TreeRow:
    """A row whose counts are there for whoever looks, and call nobody."""
    waiting = f"({entry.waiting})" if entry.waiting else ""
    came = entry.quiet + entry.unread
    return replace(entry, unread=0, mentions=0, quiet=came, waiting=0, note=entry.note or waiting, waits=False)


def _as_it_is(line: Content, _width: int) -> Content:
    return line


def _heading(entry: TreeRow, width: int, look: Look) -> Sequence[Content]:
    fold = ("▾ " if look is not Look.PLAIN else "", SOFT)
    return (row(("  " * entry.depth, ""), fold, (entry.label, HEADING)).truncate(width, ellipsis=True),)


def _folded(entry: TreeRow, width: int, _look: Look) -> Sequence[Content]:
    name = row(("  " * entry.depth, ""), ("▸ ", SOFT), (entry.label, HEADING))
    return (ends(name, _news(entry) or row((entry.note, QUIET)), width),)


def _drawn(entry: TreeRow, width: int, _look: Look) -> Sequence[Content]:
    return (_line(entry, width),)


def _line(entry: TreeRow, width: int) -> Content:
    fresh = entry.calls or (entry.waiting and entry.kind is RowKind.DESK)
    name = row(
        ("  " * entry.depth, ""),
        (f"{GLYPHS.get(entry.kind, ' ')} ", QUIET if entry.kind is RowKind.OPEN else SOFT),
        (entry.label, STRONG if fresh else SOFT),
    )
    right = _news(entry)
    if entry.waiting:
        right = row(right, (f"{entry.waiting}", WAITING))
    if entry.note and not entry.unread:
        right = row(right, ("  " if right else "", ""), (entry.note, WAITING if entry.waits else QUIET))
    return ends(name, right, width)


def _news(entry: TreeRow) -> Content:
    """What is new: who named us, how much calls, what is marked, and in brackets what came quietly."""
    parts: list[tuple[str, str]] = []
    if entry.mentions:
        parts.append((f"@{entry.mentions}", "bold $nook-mention"))
    if entry.unread:
        parts.append((f"{entry.unread}", SOFT))
    if entry.marked:
        parts.append(("●", "$accent"))
    if entry.level is Level.MUTE:
        parts.append(("muted ·" if entry.quiet else "muted", QUIET))
    elif entry.quiet:
        parts.append((f"({entry.quiet})", QUIET))
    spaced = [piece for part in parts for piece in (("  ", ""), part)][1:]
    return row(*spaced)
