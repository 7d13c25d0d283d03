"""Highlights: the board, what waits for a yes, what is mine, the weeks to tell of; and its two forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import ShareMessage
from nookterm.tui.screens import highlights_acts as acts
from nookterm.tui.screens.highlights_base import HighlightsBase
from nookterm.tui.screens.highlights_forms import begin_consent, begin_share
from nookterm.tui.widgets.board_bar import FileLine, ShelfBar
from nookterm.tui.widgets.board_consent import ConsentForm
from nookterm.tui.widgets.board_exact import Doing, ExactView
from nookterm.tui.widgets.board_page import page_rows
from nookterm.tui.widgets.cards import Block, BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_highlight import EMPTY, Shelf, entries_of, highlight_blocks, key_of
from nookterm.tui.widgets.cards_page import Band, Page
from nookterm.tui.widgets.cards_pane import LOOK_AGAIN
from nookterm.tui.widgets.cards_text import LEAVES, WARN
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.forms_pick import Pages
from nookterm.tui.widgets.forms_share import ShareForm
from nookterm.tui.widgets.forms_share_field import FlagField
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.highlights import BegunLine, ShareLine
from nookterm.viewmodels.model import Face


class HighlightsPane(HighlightsBase):
    """Four shelves with the chosen text beside them; while messages are shared or a yes is asked, the form alone."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("highlights")]

    def compose(self) -> ComposeResult:
        """Shelves and page; the rows that ask, and what takes its time."""
        yield Band("Highlights")
        yield ShelfBar()
        with Horizontal(id="highlights-body"):
            with Vertical(id="highlights-main"):
                yield FaceView("Looking at the board")
                yield BlockList(self._blocks, id="highlights-list")
            yield Page(id="highlights-page")
        yield ExactView()
        yield ReactionStrip()
        yield Confirm()
        yield FileLine()
        yield Doing()
        yield UndoBar()

    def _blocks(self, width: int) -> Sequence[Block]:
        return highlight_blocks(self.panel.view, width, self.shelf, low=self.has_class("-low"))

    def focus(self, scroll_visible: bool = True) -> HighlightsPane:  # noqa: FBT001, FBT002 - Textual's own signature
        """The keyboard goes to what is asked or shared, else to the list."""
        exact = self.query_one(ExactView)
        form = next(iter(self.query("ShareForm, ConsentForm")), None)
        if exact.has_class("-shown"):
            exact.focus(scroll_visible)
        elif isinstance(form, ShareForm):
            form.query_one(FlagField).focus(scroll_visible)
        elif isinstance(form, ConsentForm):
            form.focus(scroll_visible)
        elif self.has_class("-drilled") and not self.has_class("-bare"):
            self.query_one(Page).focus(scroll_visible)
        else:
            super().focus(scroll_visible)
        return self

    def changed(self) -> None:
        """Show the view."""
        view, count = self.panel.view, len(entries_of(self.panel.view, self.shelf))
        bar = self.query_one(ShelfBar)
        bar.count(view)
        bar.show(int(self.shelf))
        self.query_one("#highlights-list", BlockList).rebuild()
        empty = not count and view.face in {Face.CONTENT, Face.EMPTY}
        self.present(*((Face.EMPTY, EMPTY[self.shelf]) if empty else (view.face, view.notice)), count)
        self.query_one(Doing).show_doing(view.doing)
        self.query_one(UndoBar).show(None, view.result)
        self._show_entry()

    @on(BlockList.Moved, "#highlights-list")
    def _show_entry(self) -> None:
        view, entry = self.panel.view, self.entry()
        readers = view.audience if self.has_class("-wide") else view.audience.partition(",")[0]
        self.say(f"↗ {readers}" if readers else "", LEAVES)
        self.query_one("#highlights-page", Page).turn(
            lambda width: page_rows(entry, view, width, markdown=self.markdown)
        )
        self.refresh_bindings()

    @on(BlockList.Opened, "#highlights-list")
    def _opened(self) -> None:
        entry = self.entry()
        if isinstance(entry, ShareLine) and (entry.mine_to_answer or entry.may_answer):
            if self.settled:
                self.intend(begin_consent(self, entry))
            else:
                self.say(LOOK_AGAIN, WARN)
        elif isinstance(entry, BegunLine):
            self.intend(begin_share(self, entry.room_id, entry.events))
        else:
            self.drill()

    async def begin(self, room_id: RoomId, *events: EventId) -> None:
        """Share messages of a room; a request that is one of them is opened instead, to answer it or to look at it."""
        shares = (*self.panel.view.waiting, *self.panel.view.ended)
        asked = next((line for line in shares if line.event_id in events and line.room_id == room_id), None)
        if asked is None:
            await begin_share(self, room_id, events)
        elif asked.mine_to_answer or asked.may_answer:
            await begin_consent(self, asked)
        else:
            self.action_turn(int(Shelf.MINE if asked.over else Shelf.WAITING))
            self.query_one("#highlights-list", BlockList).choose(key_of(asked))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works where the entry allows it."""
        found = acts.may(self, action, str(parameters[0]) if parameters else "")
        return super().check_action(action, parameters) if found is None else found

    @on(Pages.Turned)
    def _turned(self, event: Pages.Turned) -> None:
        event.stop()
        self.action_turn(event.page)

    def action_turn(self, at: int) -> None:
        """Another shelf."""
        self.drill_in(into=False)
        self._left_behind = self.query_one("#highlights-list", BlockList).key
        self.shelf = Shelf(at)
        self.changed()
        self.query_one("#highlights-list", BlockList).action_edge(0)
        self.focus()

    def expected(self, gone: str) -> bool:
        """What stays on another shelf was left by hand."""
        return super().expected(gone) or gone == self._left_behind

    def action_act(self, word: str) -> None:
        """Something about the chosen entry."""
        acts.do(self, word)

    def action_back(self) -> None:
        """From the text to the list."""
        self.drill_in(into=False)
        self.query_one("#highlights-list", BlockList).focus()


async def share(pane: HighlightsPane, wanted: ShareMessage) -> None:
    """Begin to share what a conversation chose: one message, several, or one with its answers."""
    events = wanted.others or (wanted.event_id,)
    if wanted.thread:
        events = await pane.panel.thread(wanted.room_id, wanted.event_id) or events
    await pane.begin(wanted.room_id, *events)
