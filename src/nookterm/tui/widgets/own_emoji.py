"""Somebody's own emoji between words: fetched one after another, kept in memory alone, two cells for each."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from nookterm.domain.records import dataclass
from nookterm.tui.emoji_shelf import CELLS, Glyph
from nookterm.tui.widgets.picture import image_of
from nookterm.tui.widgets.picture_cells import cell_pixels
from nookterm.tui.widgets.picture_sharp import forgotten, kitty_messages, mark, next_number, sixel_of
from nookterm.tui.widgets.picture_ways import KITTY
from nookterm.viewmodels.files import Shown

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_KEPT = 200
"""Emoji that are kept at once: a few bytes here, a small picture in the terminal."""
MOST_WAITING = 48
_AGAIN_AFTER = 300.0
"""Seconds after which one that could not be had is asked for again."""
_LARGEST = 128
"""Pixels of the longer side, however large the terminal's cells are."""
_BAND = 6
"""Rows of pixels that Sixel paints at once; it must not reach below its cell, or the terminal scrolls."""

Fetch = Callable[[str, int], Awaitable[object]]


@dataclass(slots=True)
class _Kept:
    glyph: Glyph
    image: Image
    number: int = 0


class OwnEmoji:
    """The emoji of a program that is running. What is not here yet is asked for, and its name stands until it is."""

    def __init__(
        self, way: str, fetch: Fetch, write: Callable[[str], None], begin: Callable[[Awaitable[None]], object],
        came: Callable[[], None], ground: Callable[[], str],
    ) -> None:  # fmt: skip
        """How it is drawn (`way`: kitty or sixel), had and told.

        `fetch` gives a `Shown`, or something else where it cannot. `write`: to the terminal. `begin` runs work beside
        everything else. `came` is told of each that can be drawn. `ground`: the colour behind words.
        """
        self.paints = way != KITTY
        self._fetch, self._write, self._begin, self._came, self._ground = fetch, write, begin, came, ground
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._missed: dict[str, float] = {}
        self._waiting: deque[str] = deque()
        self._busy = False
        self._painted: dict[tuple[str, str], str] = {}

    def glyphs(self, addresses: Iterable[str]) -> tuple[tuple[str, Glyph], ...]:
        """Those that can be drawn now; the others are asked for."""
        found = []
        for address in addresses:
            if kept := self._kept.get(address):
                self._kept.move_to_end(address)
                found.append((address, kept.glyph))
            elif self._is_wanted(address):
                self._waiting.append(address)
        if self._waiting and not self._busy:
            self._busy = True
            self._begin(self._fetch_all())
        return tuple(found)

    def painting(self, address: str) -> str:
        """What paints one over the two cells before the cursor, which stays where it is; empty where it is gone."""
        kept, ground = self._kept.get(address), self._ground()
        if kept is None or not self.paints:
            return ""
        made = self._painted.get((address, ground))
        if made is None:
            if len(self._painted) >= MOST_KEPT:
                self._painted.clear()
            made = self._painted[address, ground] = sixel_of(kept.image, ground)
        return f"\x1b7\x1b[{CELLS}D{made}\x1b8"

    def forget(self) -> None:
        """The terminal forgets all of them."""
        for kept in self._kept.values():
            self._drop(kept)
        self._kept.clear()
        self._waiting.clear()

    def _is_wanted(self, address: str) -> bool:
        if address in self._waiting or len(self._waiting) >= MOST_WAITING:
            return False
        return time.monotonic() - self._missed.get(address, -_AGAIN_AFTER) >= _AGAIN_AFTER

    async def _fetch_all(self) -> None:
        try:
            while self._waiting:
                address = self._waiting[0]
                wide, high = cell_pixels()
                shown = await self._fetch(address, min(max(CELLS * wide, high), _LARGEST))
                if not self._waiting:
                    return
                self._waiting.popleft()
                if isinstance(shown, Shown):
                    self._keep(address, shown)
                    self._came()
                else:
                    self._missed[address] = time.monotonic()
        finally:
            self._busy = False

    def _keep(self, address: str, shown: Shown) -> None:
        wide, high = cell_pixels()
        box = (CELLS * wide, high - high % _BAND if self.paints and high > _BAND else high)
        image = _within(image_of(shown), box)
        if self.paints:
            self._kept[address] = _Kept(Glyph(" " * CELLS, address=address), image)
        else:
            number = next_number()
            for message in kitty_messages(image, number, (CELLS, 1), box):
                self._write(message)
            letters = "".join(mark(0, column) for column in range(CELLS))
            self._kept[address] = _Kept(Glyph(letters, f"#{number:06x}"), image, number)
        while len(self._kept) > MOST_KEPT:
            self._drop(self._kept.popitem(last=False)[1])

    def _drop(self, kept: _Kept) -> None:
        if kept.number:
            self._write(forgotten(kept.number))


def _within(image: Image, box: tuple[int, int]) -> Image:
    """The same in the middle of a clear picture of this size, its shape kept."""
    from PIL import Image as Pictures

    scale = min(box[0] / image.width, box[1] / image.height)
    size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    whole = Pictures.new("RGBA", box, (0, 0, 0, 0))
    small = image.convert("RGBA").resize(size, Pictures.Resampling.LANCZOS)
    whole.paste(small, ((box[0] - size[0]) // 2, (box[1] - size[1]) // 2))
    return whole
