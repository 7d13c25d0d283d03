"""Lists that grow without the screen being laid out anew, and paint their rows without making each of them anew."""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
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

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some rows. One that has not changed is the very strip of the last time: it knows how it is cut and painted.

        Textual makes each anew whenever one of them changed, for borders and tints that a list of words does not have.
        """
        if self.hover_style.link_id or not _is_bare(self):
            return super().render_lines(crop)
        strips = [self.row_at(y) for y in crop.line_range]
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        first, last = crop.column_span
        return [strip.crop(first, last) for strip in strips]

    def row_at(self, y: int) -> Strip:
        """One row of the screen, as wide as the list."""
        return self.render_line(y)

    def _stays(self, before: int, rows: int) -> bool:
        seen = self.container_size.height
        if not seen or not self.is_attached or self.styles.is_auto_height:
            return False
        return (before > seen) == (rows > seen)


def _is_bare(widget: Widget) -> bool:
    """Whether nothing stands around a widget's rows or is laid over them."""
    styles = widget.styles
    return not (
        any(styles.gutter)
        or styles.has_rule("outline_top")
        or styles.has_rule("hatch")
        or styles.tint.a
        or styles.text_opacity < 1
        or widget.opacity < 1
    )
