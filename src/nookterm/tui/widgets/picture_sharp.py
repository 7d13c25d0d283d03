"""Pictures in true pixels, with the encoders of textual-image; what it would ask the terminal is never asked."""

from __future__ import annotations

import base64
import importlib
import io
import sys
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from rich.color import Color
from rich.control import Control
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from nookterm.tui.widgets.picture_cells import cell_pixels

if TYPE_CHECKING:
    from PIL.Image import Image

_CONTROL = ((ControlType.CURSOR_FORWARD, 0),)
"""Marks a segment as one that moves or paints, so that no filter takes it for text."""
_PLACEHOLDER = "\U0010eeee"
_PIECE = 4096
_NUMBERS = count(0x4E54)
"""Numbers of pictures in kitty; three bytes, which a placeholder carries as its colour."""
_MOST_ROWS = 200


class SharpPicture(Widget):
    """A picture as large as it fits, its shape kept, in the middle of the widget."""

    DEFAULT_CSS = """
    SharpPicture { width: 100%; height: 100%; }
    """

    def __init__(self, image: Image) -> None:
        """`image` has been decoded within limits."""
        super().__init__()
        self.image = image

    def placed(self) -> tuple[Region, Size]:
        """The cells that it takes within the widget, and its pixels."""
        wide, high = cell_pixels()
        room = Size(self.size.width * wide, min(self.size.height, _MOST_ROWS) * high)
        scale = min(room.width / self.image.width, room.height / self.image.height, 1.0)
        pixels = Size(max(1, int(self.image.width * scale)), max(1, int(self.image.height * scale)))
        columns, rows = -(-pixels.width // wide), -(-pixels.height // high)
        place = Region((self.size.width - columns) // 2, (self.size.height - rows) // 2, columns, rows)
        return place, pixels


class SixelPicture(SharpPicture):
    """Painted over blank cells, by escape sequences of its own."""

    _made: tuple[Size, str] = (Size(0, 0), "")

    def render_lines(self, crop: Region) -> list[Strip]:
        """Blank rows, and in the last of them what paints the picture."""
        blank = [Strip.blank(crop.width, self.rich_style) for _ in range(crop.height)]
        if not blank or not self.screen.is_active:
            return blank
        place, pixels = self.placed()
        if self._made[0] != pixels:
            from textual_image._sixel import image_to_sixels

            self._made = (pixels, image_to_sixels(self.image.resize((pixels.width, pixels.height))))
        at, end = self.region.offset + place.offset, self.region.offset + crop.bottom_right
        painted = [
            Segment(Control.move_to(at.x, at.y).segment.text, None, _CONTROL),
            Segment(self._made[1], None, _CONTROL),
            Segment(Control.move_to(end.x, end.y - 1).segment.text, None, _CONTROL),
        ]
        blank[-1] = Strip([*blank[-1], *painted], crop.width)
        return blank


class KittyPicture(SharpPicture):
    """Sent once, and shown by letters that the terminal puts pieces of it in place of."""

    def __init__(self, image: Image) -> None:
        """`image` has been decoded within limits."""
        super().__init__(image)
        self.number = next_number()
        self._sent = Size(0, 0)

    def on_unmount(self) -> None:
        """The terminal forgets it."""
        self._write(forgotten(self.number))

    def render_line(self, y: int) -> Strip:
        """A row of placeholders."""
        place, pixels = self.placed()
        if self._sent != pixels:
            self._sent = pixels
            for piece in kitty_messages(self.image, self.number, place.size, pixels):
                self._write(piece)
        row = y - place.y
        if not 0 <= row < place.height:
            return Strip.blank(self.size.width, self.rich_style)
        red, green, blue = self.number.to_bytes(3)
        style = Style(color=Color.from_rgb(red, green, blue))
        first = mark(row, 0)
        before, after = place.x, self.size.width - place.right
        cells = [Segment(first + _PLACEHOLDER * (place.width - 1), style)]
        return Strip(
            [Segment(" " * before, self.rich_style), *cells, Segment(" " * after, self.rich_style)], self.size.width
        )

    def _write(self, sequence: str) -> None:
        """Through the driver: it keeps the order with what is drawn."""
        driver = self.app._driver  # noqa: SLF001 - Textual has no other way past its lines
        if driver is not None:
            driver.write(sequence)


def next_number() -> int:
    """A number for a picture that no other has."""
    return next(_NUMBERS) & 0xFFFFFF


def forgotten(number: int) -> str:
    """What makes kitty forget a picture."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def kitty_messages(image: Image, number: int, cells: tuple[int, int], pixels: tuple[int, int]) -> Iterator[str]:
    """A picture for kitty, and where it may stand: so many cells wide and high, so many pixels."""
    target = io.BytesIO()
    image.resize(pixels).save(target, "PNG", compress_level=3)
    data = base64.b64encode(target.getvalue()).decode()
    head = f"f=100,t=d,i={number},q=2,"
    for start in range(0, len(data), _PIECE):
        more = int(start + _PIECE < len(data))
        yield f"\x1b_G{head}m={more};{data[start : start + _PIECE]}\x1b\\"
        head = ""
    yield f"\x1b_Ga=p,U=1,i={number},c={cells[0]},r={cells[1]},q=2\x1b\\"


def sixel_of(image: Image, ground: str) -> str:
    """What paints a picture at the cursor, clear parts in the colour that is behind them."""
    from PIL import Image as Pictures
    from textual_image._sixel import image_to_sixels

    behind = Pictures.new("RGBA", image.size, ground)
    return image_to_sixels(Pictures.alpha_composite(behind, image.convert("RGBA")).convert("RGB"))


def mark(row: int, column: int) -> str:
    """The letter in whose place kitty puts a piece of a picture."""
    return _PLACEHOLDER + _row_mark(row) + _row_mark(column)


def _row_mark(number: int) -> str:
    """The mark that stands for a row or column."""
    module = "textual_image.renderable.tgp"
    if module not in sys.modules:
        # Its package asks the terminal behind standard output what it can do when it is loaded, and reads the answer
        # from the keyboard: so there is no terminal while it loads.
        real = sys.__stdout__
        try:
            sys.__stdout__ = io.StringIO()  # type: ignore[misc,assignment]  # it has to be one, and no terminal
            importlib.import_module(module)
        finally:
            sys.__stdout__ = real  # type: ignore[misc]  # as it was
    from textual_image.renderable.tgp import _NUMBER_TO_DIACRITIC

    return chr(_NUMBER_TO_DIACRITIC[number])
