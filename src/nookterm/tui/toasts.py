"""Where short notes appear: above the field in which somebody writes and above the last row, never over them."""

from __future__ import annotations

from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets._toast import ToastRack

LOOK = """
ToastRack { margin-bottom: 1; }
Toast { max-width: 60%; padding: 0 1; margin: 0 1 1 0; }
"""
_LEAST = 6
"""Rows that a note may need; with fewer above the field it appears at the top."""


def place(screen: Screen[object]) -> None:
    """Give what is shown on this screen its place: as low as it may, because what is read begins higher up."""
    kept = kept_rows(screen)
    at_the_top = screen.size.height - kept < _LEAST
    for rack in screen.query(ToastRack):
        rack.styles.dock = "top" if at_the_top else "bottom"
        rack.styles.margin = (1, 0, 0, 0) if at_the_top else (0, 0, kept, 0)


def kept_rows(screen: Screen[object]) -> int:
    """Rows at the lower end that stay as they are: the last one, and from the field on in which one writes."""
    height, focus = screen.size.height, screen.focused
    fields = [one for one in screen.query("#composer") if one.display]
    if isinstance(focus, Input | TextArea):
        fields.append(focus)
    tops = [top for field in fields if (top := _top(field)) > height // 2]
    # The row above the field says who is writing, and what becomes of the words.
    return max(1, height - min(tops) + 1) if tops else 1


def _top(field: Widget) -> int:
    """The first row of what is on screen of it; 0 where nothing is."""
    region = field.region
    return region.y if region.height and region.y < field.screen.size.height else 0
