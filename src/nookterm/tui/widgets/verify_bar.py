"""The row that says that somebody asks to compare keys, so that no dialog comes up under one's fingers."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.commands import command, key_name, keys_of
from nookterm.tui.pressing import LEFT
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_text import KEY, QUIET, SAFE, TEXT, WAITING, WARN, ends, row
from nookterm.viewmodels.trust_panels import VerifyPanel
from nookterm.viewmodels.verify import Step, VerifyView

_TICK = 15.0
"""Seconds between two looks at the clock."""


class VerifyBar(Widget):
    """One row; nothing at all while nobody compares anything."""

    DEFAULT_CSS = """
    VerifyBar {
        height: 1; padding: 0 2; display: none; background: $raise; text-wrap: nowrap; text-overflow: clip;
        &.-shown { display: block; }
    }
    """

    @dataclass
    class Changed(Message):
        """There is a newer page."""

    def __init__(self, panel: VerifyPanel) -> None:
        """`panel` is the view-model of comparing."""
        super().__init__()
        self._panel = panel
        self._stop: Callable[[], None] | None = None

    def on_mount(self) -> None:
        """Begin to watch."""

        def tell(_view: VerifyView) -> None:
            self.post_message(self.Changed())

        self._stop = self._panel.watch(tell)
        self.set_interval(_TICK, self._tick)
        self.on_verify_bar_changed()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop:
            self._stop()

    def _tick(self) -> None:
        if self._panel.view.txn:
            self.app.run_worker(self._panel.tick(), group="intents")

    def on_verify_bar_changed(self) -> None:
        """Show the newest."""
        self.set_class(self._panel.view.step is not Step.NONE, "-shown")
        self.refresh()

    async def on_click(self, event: events.Click) -> None:
        """The whole row is the button."""
        if event.button == LEFT:
            await self.app.run_action(command("app.verify").action)

    def render(self) -> Content:
        """One row."""
        view = self._panel.view
        keys = keys_of(command("app.verify"), self.app.keymap if isinstance(self.app, ThemedApp) else {})
        right = row((f"{view.minutes} min   " if view.txn and not view.ended else "", QUIET))
        right = row(right, (key_name(keys[0]) if keys else "/verify", KEY), (" look", TEXT))
        mark = ("✓ ", SAFE) if view.step is Step.DONE else ("! ", WARN) if view.step is Step.OVER else ("● ", WAITING)
        said = view.headline or (view.notice.headline if view.notice else "")
        if view.step in {Step.COMPARE, Step.CHOOSE, Step.SHOW, Step.SCANNED, Step.WAITING}:
            said = f"Comparing with {view.who} goes on."
        return ends(row(mark, (said, TEXT)), right, self.size.width)
