"""People's own emoji in a running client: what fetches them, where they are written to, who is told of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.own_emoji import Fetch, OwnEmoji
from nookterm.tui.widgets.picture_ways import KITTY, SIXEL


def shelf_for(app: ThemedApp[int], way: str, fetch: Fetch, came: Callable[[], None]) -> OwnEmoji | None:
    """What such a client needs to draw them; None where its terminal has no pixels."""
    if way not in {KITTY, SIXEL}:
        return None

    def write(sequence: str) -> None:
        driver = app._driver  # noqa: SLF001 - Textual has no other way past its lines; it keeps the order
        if driver is not None:
            driver.write(sequence)

    def begin(work: Awaitable[None]) -> object:
        return app.run_worker(work, group="own-emoji", exit_on_error=False)

    def ground() -> str:
        palette = app.palettes[app.theme]
        # Which colours a terminal's own ones are it is not asked.
        return ("#000000" if palette.dark else "#ffffff") if palette.ansi else palette.colours["base"]

    return OwnEmoji(way, fetch, write, begin, came, ground)
