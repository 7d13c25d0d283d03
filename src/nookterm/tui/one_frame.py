"""What belongs together is painted together: nothing of it before all of it is there."""

from __future__ import annotations

from contextlib import ExitStack

from textual.widget import Widget

LONGEST = 0.05
"""Seconds after which what is there is painted all the same."""


class OneFrame:
    """Holds painting back while something is on its way to the screen."""

    def __init__(self, here: Widget) -> None:
        """`here` is where it is asked for."""
        self._here = here
        self._held = ExitStack()

    def begin(self) -> None:
        """Paint nothing until `end`."""
        self._held.enter_context(self._here.app.batch_update())
        self._here.set_timer(LONGEST, self.end)

    def end_behind(self, widget: Widget) -> None:
        """Paint again as soon as this widget has told the screen what of it is to be painted."""
        # By way of its own queue: behind what stands there, it tells.
        widget.call_later(self._here.call_later, self.end)

    def end(self) -> None:
        """Paint again, where nothing was painted."""
        self._held.close()
        if self._here.is_attached:
            self._here.screen.check_idle()
