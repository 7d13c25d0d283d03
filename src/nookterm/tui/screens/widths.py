"""The columns' borders: dragged by the mouse or moved by keys, and kept for the next time."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from nookterm.tui.layout import LEFT, RIGHT, Layout, fitted, read_layout, write_layout
from nookterm.tui.pressing import LEFT as LEFT_BUTTON
from nookterm.tui.screens.beside import Beside
from nookterm.tui.themed import ThemedApp

_DRAGGED = {"left": "-drag-left", "right": "-drag-right", "thread": "-drag-right"}
"""What the screen wears while somebody holds a border."""
_TWICE = 0.5
"""Seconds between two presses that mean one thing."""
_NO_ROOM = "In one column there is nothing beside the conversation. With more room the columns have widths."
_NOT_KEPT = "The widths hold until you leave: the file that keeps them cannot be written."


class WidthsScreen(Screen[None]):
    """A screen with a list at the left and a column at the right, as wide as somebody wishes."""

    _wish = Layout()
    _held = ""
    """The column whose border the button was pressed on."""
    _held_last = ("", 0.0)
    """The one before that, and when."""
    _pressed_at = 0
    """Where on the screen it was pressed."""
    _drags = False
    """Whether the mouse has moved since."""

    # --- what is shown ------------------------------------------------------------------------------------------------

    def read_widths(self) -> None:
        """Take up what was kept; another screen of this program may have changed it."""
        self._wish = read_layout(self.app.look.layout if isinstance(self.app, ThemedApp) else None)
        self.fit_widths()

    def on_screen_resume(self) -> None:
        """Another account's screen or a dialog was in front."""
        self.read_widths()

    def fit_widths(self) -> None:
        """Give the columns what there is room for; where none of the wishes fits, the style sheet has its way."""
        right = self._right_column()
        shown = Layout() if self.has_class("-one") else fitted(self._wish, self.size.width, right)
        _give(self.query_one("#left"), shown.left)
        _give(self.query_one(Beside), getattr(shown, right) if right else 0)

    def _right_column(self) -> str:
        """Which of the wishes is for the column at the right now; empty: there is none."""
        if not self.has_class("-wide") or self.has_class("-about"):
            return ""
        return "thread" if self.query_one(Beside).has_class("-thread") else "right"

    def fold(self, *, folded: bool) -> None:
        """Hide both columns, or show them; the next time begins so."""
        self.set_class(folded, "-plain")
        self._wish = replace(self._wish, folded=folded)
        self._keep()

    @property
    def is_kept_folded(self) -> bool:
        """Whether both columns were hidden when they were left."""
        return self._wish.folded

    # --- keys ---------------------------------------------------------------------------------------------------------

    def action_widen(self, side: str, by: int) -> None:
        """One side's column a little wider, or narrower."""
        column = "left" if side == "left" else self._right_column()
        if not column or not self._widget(column).region.width or self.has_class("-one"):
            self.notify(_NO_ROOM, markup=False)
            return
        self._wish = self._wish.widened(column, self._now(column) + by)
        self._wish = self._wish.widened(column, self._room_for(column))
        self.fit_widths()
        self._keep()

    def action_columns_as_first(self) -> None:
        """No wishes any more."""
        self._wish = Layout(folded=self._wish.folded)
        self.fit_widths()
        self._keep()

    # --- the mouse ----------------------------------------------------------------------------------------------------

    def drags(self, event: events.MouseEvent) -> bool:
        """Heed what the mouse does, in its order and before any widget. True: that was for a border only."""
        if isinstance(event, events.MouseDown):
            self._press(event)
            return False
        if isinstance(event, events.MouseUp):
            return self._let_go()
        stays = not self._drags and event.screen_x == self._pressed_at
        if not self._held or not isinstance(event, events.MouseMove) or stays:
            return False
        if not self._drags:
            self._drags = True
            self.clear_selection()
            self.add_class(_DRAGGED[self._held])
        self._drag_to(event.screen_x)
        return True

    def _press(self, event: events.MouseDown) -> None:
        """On a border, or beside it: it may be dragged from here. Twice: as wide as it was at first."""
        before, when = self._held_last
        self._held = self._border_at(event.screen_x, event.screen_y) if event.button == LEFT_BUTTON else ""
        self._held_last, self._pressed_at = (self._held, event.time), event.screen_x
        if self._held and self._held == before and event.time - when < _TWICE:
            self._wish = self._wish.widened(self._held, 0)
            self.fit_widths()
            self._keep()

    def _drag_to(self, x: int) -> None:
        """The border goes where the mouse goes, as far as there is room."""
        here = self._widget(self._held).region
        width = x - here.x + 1 if self._held == "left" else here.right - x
        self._wish = self._wish.widened(self._held, max(1, width))
        self._wish = self._wish.widened(self._held, self._room_for(self._held))
        self.fit_widths()

    def _let_go(self) -> bool:
        """It stays there."""
        dragged, self._held, self._drags = self._drags, "", False
        if dragged:
            self._held_last = ("", 0.0)
            self.remove_class(*_DRAGGED.values())
            self._keep()
        return dragged

    def _border_at(self, x: int, y: int) -> str:
        """The column whose border is in that cell: its last one beside the conversation, or the next cell there."""
        for column in ("left", self._right_column()):
            if not column or self.has_class("-one"):
                continue
            here = self._widget(column).region
            edge = {here.right - 1, here.right} if column == "left" else {here.x - 1, here.x}
            if here.width and here.y <= y < here.bottom and x in edge:
                # Its last cell may be where a long list is scrolled.
                return "" if isinstance(self.get_widget_at(x, y)[0], ScrollBar) else column
        return ""

    # --- widths -------------------------------------------------------------------------------------------------------

    def _widget(self, column: str) -> Widget:
        return self.query_one("#left") if column == "left" else self.query_one(Beside)

    def _now(self, column: str) -> int:
        return self._widget(column).region.width or (LEFT if column == "left" else RIGHT)

    def _room_for(self, column: str) -> int:
        """What of the wish for a column is to be had: wishing more would be a wish to be undone later."""
        return int(getattr(fitted(self._wish, self.size.width, self._right_column()), column))

    def _keep(self) -> None:
        if isinstance(self.app, ThemedApp) and not write_layout(self.app.look.layout, self._wish):
            self.notify(_NOT_KEPT, markup=False, severity="warning")


def _give(widget: Widget, width: int) -> None:
    """A width of its own, or with 0 the one of the style sheet."""
    if width:
        widget.styles.width, widget.styles.min_width, widget.styles.max_width = width, width, width
    elif widget.styles.inline.has_rule("width"):
        for rule in ("width", "min_width", "max_width"):
            widget.styles.clear_rule(rule)
        widget.refresh(layout=True)
