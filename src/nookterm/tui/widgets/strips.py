"""A row that asks about what is chosen above it, and has the keyboard meanwhile: the choice stays marked."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.pressing import key_hint

ASKING = "-asking"
"""The class of what asks just now."""


def is_asked_about(chosen: Widget) -> bool:
    """Whether a row beside this list has the keyboard and asks about what is chosen in the list."""
    focused = chosen.screen.focused
    return focused is not None and focused.parent is chosen.parent and focused.has_class(ASKING)


def draw_chosen(asking: Widget) -> None:
    """Draw the lists beside it anew: whether something is asked about what is chosen there is another thing now."""
    for beside in asking.siblings:
        if isinstance(beside, BlockList):
            beside.refresh()


def give_back(widget: Widget | None) -> None:
    """Give the keyboard back at once: what is asked next, from within the answer, gives it back to the same one."""
    if widget is not None and widget.is_attached:
        widget.screen.set_focus(widget)


class AskingStrip(Widget, can_focus=True):
    """A row while it asks, more where one is too narrow, none else."""

    DEFAULT_CSS = """
    AskingStrip {
        height: auto; padding: 0 2; display: none; background: $raise; text-wrap: nowrap; text-overflow: clip;
        &.-asking { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Not now", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._back: Widget | None = None

    def begin(self) -> None:
        """Take the keyboard until it is answered."""
        self._back = self.screen.focused
        self.add_class(ASKING)
        self.focus()
        self.refresh(layout=True)

    def action_close(self) -> None:
        """Not now."""
        self.remove_class(ASKING)
        give_back(self._back)

    def on_blur(self) -> None:
        """Who goes elsewhere has chosen nothing here. Another window is not elsewhere."""
        if self.app.app_focus:
            self.remove_class(ASKING)
        draw_chosen(self)


def way_out() -> Content:
    """How to leave it as it is."""
    return key_hint("escape", "not now")
