"""Lists that grow without the screen being laid out anew."""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class GrowingView(ScrollView):
    """Rows whose number changes often, in a place that stays as it is."""

    def be_high(self, rows: int) -> None:
        """So many rows. The screen is laid out anew only where its place or bar changes with them."""
        now, size = self.virtual_size, Size(0, rows)
        if not self._stays(now.height, rows):
            self.virtual_size = size
        elif now != size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def refresh_lines(self, y_start: int, line_count: int = 1) -> None:
        """Draw rows again, of those in view: for Textual the others would stand above and below, on other widgets."""
        view = self.size.region
        rows = Region(0, y_start - self.scroll_offset.y, view.width, line_count).intersection(view)
        if rows:
            self.refresh(rows)

    def _stays(self, before: int, rows: int) -> bool:
        seen = self.container_size.height
        if not seen or not self.is_attached or self.styles.is_auto_height:
            return False
        return (before > seen) == (rows > seen)
