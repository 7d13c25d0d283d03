"""An empty Textual app: the least that any Textual program needs to its first paint."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("first paint")


if __name__ == "__main__":
    EmptyApp().run()
