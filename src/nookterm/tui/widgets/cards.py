"""A list of blocks, drawn line by line: desk lines, cards, requests and highlights are all shown and chosen with it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import takewhile
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style

from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.pressing import LEFT, pressed
from nookterm.tui.widgets.cards_height import GrowingView
from nookterm.tui.widgets.cards_text import NOTHING

_OPEN = "list.open"
_BROAD, _THIN = "▌", "▎"
"""The bar at the edge of what is chosen where the keyboard is, and any other."""
_NARROWEST = 16
"""Cells that a block is drawn for at least; what does not fit is cut."""


class Look(StrEnum):
    """How a block stands in its list."""

    PLAIN = "plain"
    CURRENT = "current"
    """Chosen, the keyboard is elsewhere."""
    FOCUSED = "focused"


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows that belong together. Without a key it cannot be chosen: a heading, a gap."""

    key: str
    height: int
    draw: Callable[[int, Look], Sequence[Content]]
    """Rows for a width and a look."""
    edge: str = ""
    """The style of an edge bar that it has although it is not chosen."""


def heading(content: Callable[[int], Content]) -> Block:
    """One row that cannot be chosen."""
    return Block("", 1, lambda width, _look: (content(width),))


GAP = heading(lambda _width: NOTHING)


class BlockList(GrowingView, can_focus=True):
    """Blocks one under the other; draws only what is on screen. The choice is a key, never a place."""

    DEFAULT_CSS = """
    BlockList {
        background: $background;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-color: $line; scrollbar-background: $background; scrollbar-color-hover: $soft;
        scrollbar-color-active: $accent;
        scrollbar-background-hover: $background; scrollbar-background-active: $background;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("list")]
    ALLOW_SELECT = False

    @dataclass
    class Moved(Message):
        """Another block is chosen. `by_hand`: a person did it, the list did not change under them."""

        list: BlockList
        key: str
        was: str
        by_hand: bool

        @property
        def control(self) -> BlockList:
            """The list, for `@on(..., selector)`."""
            return self.list

    @dataclass
    class Opened(Message):
        """Enter, or a click: the first one where the list `opens_at_once`, else one on what is chosen already."""

        list: BlockList
        key: str

        @property
        def control(self) -> BlockList:
            """The list, for `@on(..., selector)`."""
            return self.list

    def __init__(
        self,
        build: Callable[[int], Sequence[Block]],
        *,
        bars: bool = True,
        opens_at_once: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """`build` makes the blocks for a width. `bars`: draw the edge bar and the tone of what is chosen.

        `opens_at_once`: a click opens. That is for lists of which one block is taken; where a block that is chosen is
        shown beside the list, a click chooses, and one more opens.
        """
        super().__init__(id=id)
        self._build = build
        self.bars = bars
        self.opens_at_once = opens_at_once
        self._blocks: list[Block] = []
        self._tops: list[int] = []
        self._keys: list[int] = []
        self._index_of: dict[str, int] = {}
        self._key = ""
        self._drawn: dict[tuple[int, Look], tuple[Block, list[Strip]]] = {}
        """Rows of blocks by the block itself: one that is still there after a rebuild is not drawn anew."""
        self._drawn_for = -1
        self._built_for = -1

    @property
    def key(self) -> str:
        """The chosen block; empty when nothing can be chosen."""
        return self._key

    def rebuild(self) -> None:
        """Build anew. What was chosen stays chosen wherever it went; when it is gone its neighbour is."""
        place, seen, before = self._place(), self._is_seen(), self._blocks
        self._built_for = self._width
        self._blocks = list(self._build(self._width))
        self._tops, top = [], 0
        for block in self._blocks:
            self._tops.append(top)
            top += block.height
        self._keys = [index for index, block in enumerate(self._blocks) if block.key]
        self._index_of = {self._blocks[index].key: index for index in reversed(self._keys)}
        here = {id(block) for block in self._blocks} if self._drawn_for == self._width else set()
        self._drawn, self._drawn_for = {at: rows for at, rows in self._drawn.items() if at[0] in here}, self._width
        self.be_high(top)
        if not here:
            self.refresh()
        elif changed := _changed(before, self._blocks, self.size.height):
            self.refresh_lines(*changed)
        if self._index_of.get(self._key) is not None:
            # What was scrolled out of sight by hand stays there.
            if seen:
                self._reveal()
        else:
            near = self._blocks[self._keys[min(place, len(self._keys) - 1)]].key if self._keys else ""
            if near != self._key:
                self.post_message(self.Moved(self, near, self._mark(near), by_hand=False))

    def choose(self, key: str) -> None:
        """Choose a block and bring it into view; an unknown key changes nothing."""
        if key == self._key or key not in self._index_of:
            return
        was = self._mark(key)
        self._reveal()
        self.post_message(self.Moved(self, key, was, by_hand=True))

    def action_step(self, by: int) -> None:
        """One block up or down."""
        if self._keys:
            at = max(0, min(len(self._keys) - 1, self._place() + by))
            self.choose(self._blocks[self._keys[at]].key)

    def action_leap(self, by: int) -> None:
        """A screenful up or down."""
        if not self._keys:
            return
        here = self._keys[self._place()]
        row = self._tops[here] + by * max(1, self.size.height - 1)
        near = min(self._keys, key=lambda index: abs(self._tops[index] - row))
        if near == here:
            self.action_step(by)
        else:
            self.choose(self._blocks[near].key)

    def action_edge(self, at: int) -> None:
        """The first or the last block."""
        if self._keys:
            self.choose(self._blocks[self._keys[at]].key)

    def action_open(self) -> None:
        """Open what is chosen."""
        if self._key:
            self.post_message(self.Opened(self, self._key))

    def on_click(self, event: events.Click) -> None:
        """A click chooses, and opens as the list has it; words that name a key press it."""
        block = self._at(event.y + self.scroll_offset.y)
        if block is None or not block.key or event.button != LEFT:
            return
        was = self._key
        self.choose(block.key)
        # The second click of two was meant for what the first one opened.
        opens = event.chain == 1 if self.opens_at_once else block.key == was
        what = pressed(event)
        if what == _OPEN or (opens and not what):
            event.stop()
            self.action_open()

    def on_resize(self) -> None:
        """Blocks are built for a width."""
        if self._width != self._built_for:
            self.rebuild()
        self._reveal()

    def notify_style_update(self) -> None:
        """Another theme: other colours."""
        super().notify_style_update()
        self._drawn.clear()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        width, top = self.size.width, y + self.scroll_offset.y
        base = self.visual_style
        index = bisect_right(self._tops, top) - 1
        if index < 0 or top >= self._tops[index] + self._blocks[index].height:
            return Strip.blank(width, base.rich_style)
        block = self._blocks[index]
        look = self._look(block)
        _, strips = self._drawn.get((id(block), look)) or (block, None)
        if strips is None:
            strips = self._strips(block, look, base)
            self._drawn[id(block), look] = (block, strips)
        row = top - self._tops[index]
        return (
            strips[row].adjust_cell_length(width, base.rich_style)
            if row < len(strips)
            else Strip.blank(width, base.rich_style)
        )

    def _strips(self, block: Block, look: Look, base: Style) -> list[Strip]:
        chosen = self.bars and look is not Look.PLAIN
        bare = self.app.current_theme.ansi
        # Without tones of its own a terminal shows by reverse video where the keyboard is, and by nothing else.
        reverse = chosen and bare and look is Look.FOCUSED
        parse = self.app.stylesheet.parse_style
        under = base + parse("bold" if bare else "on $select") if chosen and not reverse else base
        bar = parse("$accent" if look is Look.FOCUSED else "$soft")
        strips: list[Strip] = []
        ground = (base + Style(reverse=True)) if reverse else under
        for content in block.draw(self._width, look):
            marked = bar if chosen else parse(block.edge)
            # Where the keyboard is, the bar is broader: colour alone would not tell everybody.
            mark = _BROAD if chosen and look is Look.FOCUSED else _THIN if chosen or block.edge else " "
            edge = Segment(mark, (ground if reverse else under + marked).rich_style)
            parts = list(content.render(under, end="", parse_style=parse))
            text = _reversed(parts, ground) if reverse else [(t, under + s) for t, s in parts]
            segments = [edge, Segment(" ", ground.rich_style), *(Segment(t, s.rich_style) for t, s in text)]
            strips.append(Strip(segments).adjust_cell_length(self.size.width, ground.rich_style))
        return strips

    @property
    def _width(self) -> int:
        """Cells for text: without the edge bar, one cell of air after it and two at the other side."""
        return max(_NARROWEST, self.size.width - 4)

    def _mark(self, key: str) -> str:
        """Let another block be the chosen one. Returns which one was."""
        was, self._key = self._key, key
        for changed in (was, key) if was != key else ():
            if (index := self._index_of.get(changed)) is not None:
                self.refresh_lines(self._tops[index], self._blocks[index].height)
        return was

    def _look(self, block: Block) -> Look:
        if not block.key or block.key != self._key:
            return Look.PLAIN
        return Look.FOCUSED if self.has_focus else Look.CURRENT

    def _place(self) -> int:
        """Where the chosen block stands among those that can be chosen."""
        index = self._index_of.get(self._key)
        return 0 if index is None else bisect_right(self._keys, index) - 1

    def _is_seen(self) -> bool:
        """Whether a part of the chosen block is on the screen, or it is not known yet where it stands."""
        index, height = self._index_of.get(self._key), self.size.height
        if index is None or not height or index >= len(self._tops):
            return True
        top = self._tops[index] - self.scroll_offset.y
        return top < height and top + self._blocks[index].height > 0

    def _at(self, row: int) -> Block | None:
        index = bisect_right(self._tops, row) - 1
        if index < 0 or row >= self._tops[index] + self._blocks[index].height:
            return None
        return self._blocks[index]

    def _reveal(self) -> None:
        index = self._index_of.get(self._key)
        if index is None:
            return
        top = 0 if self._keys and index == self._keys[0] else self._tops[index]
        height = self._tops[index] + self._blocks[index].height - top
        self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True)


def _changed(before: Sequence[Block], now: Sequence[Block], lowest: int) -> tuple[int, int] | None:
    """The first row that is another one now, and how many from there. None: all are the same.

    Where blocks of another height moved what is below, it is all of that, at least `lowest` rows of it.
    """
    pairs = zip(before, now, strict=False)
    above = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))
    if above == len(before) == len(now):
        return None
    top, high, was = (sum(block.height for block in blocks) for blocks in (now[:above], now, before))
    if high != was:
        return top, max(high, was, top + lowest) - top
    pairs = zip(reversed(before[above:]), reversed(now[above:]), strict=False)
    return top, high - top - sum(new.height for _, new in takewhile(lambda pair: pair[0] is pair[1], pairs))


def _reversed(parts: Sequence[tuple[str, Style]], ground: Style) -> list[tuple[str, Style]]:
    """One colour for a whole row; pieces that can be clicked stay pieces."""
    if not any(style.meta for _, style in parts):
        return [("".join(text for text, _ in parts), ground)]
    return [(text, ground + Style.from_meta(style.meta)) for text, style in parts]
