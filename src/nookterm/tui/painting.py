"""Painting a part of the screen: only the widgets that stand there are asked for their rows, and only for those rows.

Textual asks every widget whose container touches what has changed, for all of its rows. For a letter that is every row
of the screen: most of what a key costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from textual._compositor import Compositor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip


class CloseCompositor(Compositor):
    """Looks no further than what has changed, and at nothing that other widgets cover."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Where each widget stands, what can be seen of it, and those rows. What stands in front comes first."""
        painted: defaultdict[int, int] = defaultdict(int)
        for widget, (region, clip) in list(self.visible_widgets.items()):
            seen = region.intersection(clip)
            if crop is not None:
                if not seen.overlaps(crop):
                    continue
                # Whole rows: a widget's own style may tell its first column from the others.
                seen = seen.intersection(Region(seen.x, crop.y, seen.width, crop.height))
            seen = _uncovered(seen, painted)
            if seen:
                strips = widget.render_lines(seen.translate((-region.x, -region.y)))
                for row, strip in enumerate(strips, seen.y):
                    painted[row] |= _cells(seen.x, min(seen.width, strip.cell_length))
                yield region, seen, strips


def _uncovered(region: Region, painted: Mapping[int, int]) -> Region:
    """From the first to the last of a region's rows in which something is not painted yet. No rows: an empty one."""
    wanted = _cells(region.x, region.width)
    rows = [row for row in region.line_range if wanted & ~painted[row]]
    return Region(region.x, rows[0], region.width, rows[-1] - rows[0] + 1) if rows else Region()


def _cells(first: int, count: int) -> int:
    """Cells of a row, each a bit."""
    return ((1 << max(0, count)) - 1) << max(0, first)


def paint_closely(screen: Screen[Any]) -> None:
    """Paint this screen so. Call it before it is mounted."""
    if not screen.is_running:
        screen._compositor = CloseCompositor()  # noqa: SLF001 - Textual has no public way to choose it
