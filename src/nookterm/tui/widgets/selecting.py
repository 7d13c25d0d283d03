"""Selecting words with the mouse in what is drawn row by row, where Textual cannot see them by itself."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from textwrap import dedent

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from nookterm.tui.widgets.cards import Block, BlockList, Look

_MOST = 5_000
"""Rows that are copied at once."""
_MOST_PLACED = 1_000
"""Rows that are kept as they were last drawn."""


def with_selection(widget: Widget, strip: Strip, row: int) -> Strip:
    """A row as it looks while a part of it may be selected. `row` counts from the first, on screen or not."""
    selection = widget.text_selection
    span = selection.get_span(row) if selection is not None else None
    if span is not None:
        begin, end = (cell_len(strip.text[: None if at < 0 else at]) for at in span)
        style = widget.screen.get_component_rich_style("screen--selection")
        # Its ground alone: the words keep their colours.
        ground = Style(bgcolor=style.bgcolor, reverse=widget.app.current_theme.ansi or None)
        chosen = Strip(Segment.apply_style(strip.crop(begin, end), post_style=ground))
        strip = Strip.join([strip.crop(0, begin), chosen, strip.crop(end)])
    return _with_places(strip, row)


def _with_places(strip: Strip, row: int) -> Strip:
    """Each piece says where it stands. Textual's own way to do so would drop what paints a picture."""
    placed: list[Segment] = []
    column = 0
    for segment in strip:
        if segment.control:
            placed.append(segment)
        else:
            place = Style(meta={"offset": (column, row)})
            placed.append(Segment(segment.text, segment.style + place if segment.style else place))
            column += len(segment.text)
    return Strip(placed, strip.cell_length)


def selected_words(selection: Selection, text_of: Callable[[int], str], count: int) -> str:
    """What is selected of `count` rows, without the margin that they share."""
    first = selection.start.y if selection.start is not None else 0
    last = min(selection.end.y if selection.end is not None else count - 1, count - 1, first + _MOST)
    rows = ["" if row < first else text_of(row).rstrip() for row in range(last + 1)]
    head, newline, rest = selection.extract("\n".join(rows)).partition("\n")
    return f"{head.strip()}{newline}{dedent(rest)}"


class SelectableList(BlockList):
    """A list of blocks whose words can be selected."""

    ALLOW_SELECT = True

    def __init__(self, build: Callable[[int], Sequence[Block]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`build` makes the blocks for a width."""
        super().__init__(build, id=id)
        self._placed: dict[int, tuple[Block, int, Look, Strip]] = {}
        """Rows as they were last drawn, each with its block and where that begins."""

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        return with_selection(self, super().render_line(y), y + self.scroll_offset.y)

    def row_at(self, y: int) -> Strip:
        """One row of the screen; one that has not changed is the very strip of the last time."""
        return self.render_line(y) if self.text_selection is not None else self._placed_row(y, y + self.scroll_offset.y)

    def _placed_row(self, y: int, row: int) -> Strip:
        block = self._at(row)
        if block is None:
            return self.render_line(y)
        top, look = self._tops[bisect_right(self._tops, row) - 1], self._look(block)
        kept = self._placed.get(row)
        if kept is not None and kept[0] is block and kept[1:3] == (top, look):
            return kept[3]
        if len(self._placed) >= _MOST_PLACED:
            self._placed.clear()
        strip = self.render_line(y)
        self._placed[row] = (block, top, look, strip)
        return strip

    def rebuild(self) -> None:
        """Build anew; rows of another width are drawn anew."""
        if self._drawn_for != self._width:
            self._placed.clear()
        super().rebuild()

    def notify_style_update(self) -> None:
        """Another theme: other colours."""
        super().notify_style_update()
        self._placed.clear()

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected words, as they are drawn."""
        above = self.scroll_offset.y
        return selected_words(
            selection, lambda row: BlockList.render_line(self, row - above).text, self.virtual_size.height
        ), "\n"
