"""What the keys and forms of highlights work on: the shelf that is shown, the chosen entry, what is asked and said."""

from __future__ import annotations

from collections.abc import Callable

from nookterm.tui.widgets.board_exact import ExactView
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_highlight import Entry, Shelf, entries_of, key_of
from nookterm.tui.widgets.cards_page import Band, Page
from nookterm.tui.widgets.cards_pane import PanelPane
from nookterm.tui.widgets.cards_text import row
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.highlights import HighlightsView
from nookterm.viewmodels.panels import HighlightsPanel


class HighlightsBase(PanelPane[HighlightsView]):
    """The pane without its keys."""

    def __init__(self, panel: HighlightsPanel) -> None:
        """`panel` is the highlights' view-model."""
        super().__init__(panel, panel.refresh)
        self.panel = panel
        self.shelf = Shelf.WAITING if panel.view.asked else Shelf.BOARD
        self._left_behind = ""
        """What was chosen when the shelf was changed."""
        self.markdown = False
        """Whether a week is shown as Markdown."""

    def entry(self) -> Entry | None:
        """What is chosen."""
        key = self.query_one("#highlights-list", BlockList).key
        return next((entry for entry in entries_of(self.panel.view, self.shelf) if key_of(entry) == key), None)

    def say(self, words: str, style: str) -> None:
        """At the right of the title."""
        self.query_one(Band).show("Highlights", row((words, style)), self.place)

    def tell(self, words: str) -> None:
        """What became of a key, in the last row."""
        self.query_one(UndoBar).show(None, words)

    def ask(self, question: str, act: Callable[[], None], yes: str) -> None:
        """A question with its readers, before something cannot be undone."""
        self.query_one("HighlightsPane > Confirm", Confirm).ask(question, act, yes=yes)

    def drill(self) -> None:
        """To the text; where there is one column it takes the list's place."""
        self.drill_in(into=True)
        self.query_one("#highlights-page", Page).focus()

    def show_exact(self, text: str, audience: str) -> None:
        """The exact JSON, over everything else of the panel."""
        self.add_class("-exact")

        def back() -> None:
            self.remove_class("-exact")
            self.focus()

        self.query_one(ExactView).open(text, audience, back)
