"""A picture in the terminal: half blocks in any, pixels in those that have them. It gets pixels, never a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from nookterm.tui.widgets.picture_ways import KITTY, SIXEL
from nookterm.viewmodels.files import Shown

if TYPE_CHECKING:
    from PIL.Image import Image

_PIXEL = 3
_UPPER = "▀"


def picture_widget(shown: Shown, way: str) -> Widget:
    """What draws a picture in one of the ways."""
    if way in {KITTY, SIXEL}:
        from nookterm.tui.widgets.picture_sharp import KittyPicture, SixelPicture

        return (KittyPicture if way == KITTY else SixelPicture)(image_of(shown))
    return BlockPicture(shown)


def image_of(shown: Shown) -> Image:
    """The pixels as Pillow has them."""
    from PIL import Image

    return Image.frombytes("RGBA" if shown.sheer else "RGB", (shown.width, shown.height), shown.pixels)


class BlockPicture(Widget):
    """Two pixels in each cell: the upper half in the letter's colour, the lower half behind it."""

    DEFAULT_CSS = """
    BlockPicture { width: 100%; height: 100%; }
    """

    def __init__(self, shown: Shown) -> None:
        """`shown` may be larger than the widget will be."""
        super().__init__()
        self._shown = shown
        self._fitted: tuple[Size, list[Strip]] = (Size(0, 0), [])

    def render_line(self, y: int) -> Strip:
        """A row of the picture, in the middle of the widget."""
        if self._fitted[0] != self.size:
            self._fitted = (self.size, blocks(self._shown, self.size.width, self.size.height))
        rows = self._fitted[1]
        at = y - (self.size.height - len(rows)) // 2
        if not 0 <= at < len(rows):
            return Strip.blank(self.size.width, self.rich_style)
        before = (self.size.width - rows[at].cell_length) // 2
        after = self.size.width - rows[at].cell_length - before
        blank = self.rich_style
        return Strip([Segment(" " * before, blank), *rows[at], Segment(" " * after, blank)], self.size.width)


def blocks(shown: Shown, columns: int, rows: int) -> list[Strip]:
    """A picture within so many cells, its shape kept: a cell is taken to be twice as high as wide."""
    scale = min(columns / shown.width, rows * 2 / shown.height, 1.0)
    width, height = max(1, int(shown.width * scale)), max(1, int(shown.height * scale))
    height += height % 2
    data = image_of(shown).resize((width, height)).tobytes()
    line = width * _PIXEL

    def colour(x: int, y: int) -> str:
        red, green, blue = data[y * line + x * _PIXEL : y * line + x * _PIXEL + _PIXEL]
        return f"#{red:02x}{green:02x}{blue:02x}"

    return [
        Strip([Segment(_UPPER, Style(color=colour(x, y), bgcolor=colour(x, y + 1))) for x in range(width)], width)
        for y in range(0, height, 2)
    ]
