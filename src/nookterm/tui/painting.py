"""Painting a part of the screen: only the widgets that stand there are asked for their rows, and only for those rows.

Textual asks every widget whose container touches what has changed, for all of its rows. For a letter that is every row
of the screen: most of what a key costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual._compositor import Compositor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip


class CloseCompositor(Compositor):
    """Looks no further than what has changed."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Where each widget stands, what can be seen of it, and those rows."""
        for widget, (region, clip) in list(self.visible_widgets.items()):
            seen = region.intersection(clip)
            if crop is not None:
                if not seen.overlaps(crop):
                    continue
                # Whole rows: a widget's own style may tell its first column from the others.
                seen = seen.intersection(Region(seen.x, crop.y, seen.width, crop.height))
            if seen:
                yield region, seen, widget.render_lines(seen.translate((-region.x, -region.y)))


def paint_closely(screen: Screen[Any]) -> None:
    """Paint this screen so. Call it before it is mounted."""
    if not screen.is_running:
        screen._compositor = CloseCompositor()  # noqa: SLF001 - Textual has no public way to choose it
