"""What was found stays beside the conversation, while one looks at one hit after another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual import on
from textual.content import Content

from nookterm.tui.screens.search_rows import MORE, SERVER, count_words, hit_blocks
from nookterm.tui.widgets.beside_faces import Faces
from nookterm.tui.widgets.beside_lists import PanelFace
from nookterm.tui.widgets.cards import Block, BlockList
from nookterm.tui.widgets.cards_text import QUIET, STRONG, ends, row, said
from nookterm.viewmodels.searching import SearchPanel

_AWAY = "You are not in that room any more."


class SearchFace(PanelFace):
    """The hits of the search screen, with older ones and the server's at their end."""

    def __init__(self, panel: SearchPanel) -> None:
        """`panel` has found something."""
        super().__init__(Faces.SEARCH, "Looking", panel, panel.begin)
        self._panel = panel

    def on_mount(self) -> None:
        """Begin at the hit that one came from."""
        self.call_after_refresh(self.query_one(BlockList).choose, self._panel.view.near_to)

    def head(self, width: int) -> list[Content]:
        """What was looked for, and how much was found."""
        count = row((count_words(self._panel.view), QUIET))
        return [
            ends(row(("Search", f"{STRONG} underline")), count, width),
            ends(said(self._panel.view.line.strip(), QUIET), row(), width),
        ]

    def blocks(self, _width: int) -> Sequence[Block]:
        """A block for each hit."""
        return hit_blocks(self._panel.view)

    @on(BlockList.Opened)
    def _more(self, event: BlockList.Opened) -> None:
        asks: dict[str, Callable[[], Awaitable[None]]] = {MORE: self._panel.more, SERVER: self._panel.ask_server}
        found = next((one for one in self._panel.view.rows if one.key == event.key), None)
        if event.key in asks:
            event.stop()
            event.prevent_default()
            self.run_worker(asks[event.key](), group="column", exclusive=True)
        elif found is not None and found.away:
            event.stop()
            event.prevent_default()
            self.app.notify(_AWAY, markup=False)
