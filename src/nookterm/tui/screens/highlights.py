"""Highlights: the space's board, what waits for a yes, and the form that shares one message."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_highlight import COPIES, board_key, highlight_blocks, page_rows, share_key
from nookterm.tui.widgets.cards_page import Band, Page
from nookterm.tui.widgets.cards_pane import LOOK_AGAIN, PanelPane
from nookterm.tui.widgets.cards_text import LEAVES, WARN, row
from nookterm.tui.widgets.forms import Field
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.forms_share import ShareForm
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.highlights import BoardItem, Draft, HighlightsView, ShareLine
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.panels import HighlightsPanel


class HighlightsPane(PanelPane[HighlightsView]):
    """The board with the chosen text beside it; while a message is being shared, the form alone."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("highlights")]

    def __init__(self, panel: HighlightsPanel) -> None:
        """`panel` is the highlights' view-model."""
        super().__init__(panel, panel.refresh)
        self._panel = panel
        self._texts: dict[EventId, str] = {}

    def compose(self) -> ComposeResult:
        """Board and page; the row that asks before something is published or taken back."""
        with Horizontal(id="highlights-body"):
            with Vertical(id="highlights-main"):
                yield Band("Highlights")
                yield FaceView("Looking at the board")
                yield BlockList(
                    lambda width: highlight_blocks(self._panel.view, width, low=self.has_class("-low")),
                    id="highlights-list",
                )
            yield Page(id="highlights-page")
        yield Confirm()
        yield UndoBar()

    def focus(self, scroll_visible: bool = True) -> HighlightsPane:  # noqa: FBT001, FBT002 - Textual's own signature
        """The keyboard goes to the text that is being shared, else to the list."""
        for form in self.query(ShareForm):
            form.query_one(Field).focus(scroll_visible)
            return self
        super().focus(scroll_visible)
        return self

    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        self.query_one(BlockList).rebuild()
        self.present(view.face, view.notice, len(view.waiting) + len(view.board))
        self.query_one(UndoBar).show(None, view.result)
        self._show_item()

    def _item(self) -> ShareLine | BoardItem | None:
        view, key = self._panel.view, self.query_one(BlockList).key
        line = next((line for line in view.waiting if share_key(line) == key), None)
        return line or next((item for item in view.board if board_key(item) == key), None)

    @on(BlockList.Moved)
    def _show_item(self) -> None:
        view, item = self._panel.view, self._item()
        self._say(f"↗ {view.audience}" if view.audience else "", LEAVES)
        self.query_one(Page).turn(lambda width: page_rows(item, view, width))
        self.refresh_bindings()

    def _say(self, words: str, style: str) -> None:
        self.query_one(Band).show("Highlights", row((words, style)), self.place)

    @on(BlockList.Opened)
    def _opened(self) -> None:
        self.add_class("-drilled")
        self.query_one(Page).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works where the line allows it."""
        if action in {"named", "anonymous", "refuse", "publish", "withdraw"} and self.has_class("-sharing"):
            return False
        item = self._item() if action in {"named", "anonymous", "refuse", "publish", "withdraw"} else None
        if action in {"named", "anonymous", "refuse"}:
            return isinstance(item, ShareLine) and item.mine_to_answer
        if action == "publish":
            return isinstance(item, ShareLine) and item.mine_to_publish
        if action == "withdraw":
            return isinstance(item, BoardItem) and item.can_withdraw and bool(item.request)
        if action == "back":
            return self.has_class("-drilled")
        return super().check_action(action, parameters)

    def action_named(self) -> None:
        """Agree, with one's name."""
        self._answer(yes=True)

    def action_anonymous(self) -> None:
        """Agree, without one's name."""
        self._answer(yes=True, anonymous=True)

    def action_refuse(self) -> None:
        """Do not agree."""
        self._answer(yes=False)

    def _answer(self, *, yes: bool, anonymous: bool = False) -> None:
        item = self._item()
        if not self.settled:
            self._say(LOOK_AGAIN, WARN)
        elif isinstance(item, ShareLine) and item.mine_to_answer:
            self.intend(self._panel.answer(item.request, yes=yes, anonymous=anonymous))

    def action_publish(self) -> None:
        """Put it on the board, once the row below has its answer: it names who will read it."""
        item = self._item()
        if isinstance(item, ShareLine) and item.mine_to_publish:
            self.query_one(Confirm).ask(
                f"Put {item.author}'s words from {item.nook} on the board? ↗ {item.audience}. {COPIES}",
                lambda: self.intend(self._panel.publish(item.request)),
                yes="put it there",
            )

    def action_withdraw(self) -> None:
        """Take it off the board, once the row below has its answer."""
        item = self._item()
        if isinstance(item, BoardItem) and item.request:
            self.query_one(Confirm).ask(
                f"Take this highlight from {item.nook} off the board? {COPIES}",
                lambda: self.intend(self._panel.withdraw(item.request)),
                yes="take it off",
            )

    def action_back(self) -> None:
        """From the text to the list."""
        self.remove_class("-drilled")
        self.query_one(BlockList).focus()

    async def begin(self, room_id: RoomId, event_id: EventId) -> None:
        """Open the form that shares this message; where that cannot be, the view says why."""
        draft = await self._panel.draft(room_id, event_id)
        if draft is None or not self.is_attached:
            return
        await self.query(ShareForm).remove()
        text = self._texts.get(draft.event_id, draft.text)
        form = ShareForm(
            draft,
            text,
            self._panel.view.room,
            lambda *how: self._share(draft, *how),
            lambda kept: self._end(draft, kept),
        )
        self.add_class("-sharing")
        await self.mount(form, before=0)

    def _share(self, draft: Draft, text: str, unnamed: bool) -> None:  # noqa: FBT001 - the form says it in this order
        self._texts[draft.event_id] = text
        self.intend(self._shared(draft, text, unnamed=unnamed))

    async def _shared(self, draft: Draft, text: str, *, unnamed: bool) -> None:
        done = await self._panel.share(draft, text, anonymous=unnamed)
        if not self.is_attached:
            return
        if done:
            self._end(draft, "")
        else:
            for form in self.query(ShareForm):
                form.trouble(self._panel.view.notice or Notice(self._panel.view.result or "It could not be shared."))

    def _end(self, draft: Draft, kept: str) -> None:
        self._texts.pop(draft.event_id, None)
        if kept and kept != draft.text:
            self._texts[draft.event_id] = kept
        self.query(ShareForm).remove()
        self.remove_class("-sharing")
        self.query_one(BlockList).focus()
