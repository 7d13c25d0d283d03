"""Selecting words with the mouse in what is drawn row by row, where Textual cannot see them by itself."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from nookterm.tui.widgets.cards import BlockList

_MOST = 5_000
"""Rows that are copied at once."""


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

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        return with_selection(self, super().render_line(y), y + self.scroll_offset.y)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected words, as they are drawn."""
        above = self.scroll_offset.y
        return selected_words(
            selection, lambda row: BlockList.render_line(self, row - above).text, self.virtual_size.height
        ), "\n"
