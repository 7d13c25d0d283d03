"""Find a nook: the cards of a space, and beside them the form that asks to join the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import OpenRoom
from nookterm.tui.widgets.cards import GAP, Block, BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_nook import card_block
from nookterm.tui.widgets.cards_page import Band
from nookterm.tui.widgets.cards_pane import PanelPane
from nookterm.tui.widgets.cards_text import QUIET, row
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.forms_ask import AskForm
from nookterm.viewmodels.directory import Card, DirectoryView
from nookterm.viewmodels.panels import DirectoryPanel

_IN = "nook-safe"
"""The meaning of the way in of a nook where one is a member."""


class DirectoryPane(PanelPane[DirectoryView]):
    """Cards, and a form that takes their place where there is one column."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("directory")]

    def __init__(self, panel: DirectoryPanel) -> None:
        """`panel` is the directory's view-model."""
        super().__init__(panel, panel.refresh)
        self._panel = panel

    def compose(self) -> ComposeResult:
        """Cards in the middle, the form at the right."""
        with Horizontal(id="directory-body"):
            with Vertical(id="directory-main"):
                yield Band("Nooks")
                yield LineField("The address of a nook or a space: #name:server, or a link", id="directory-address")
                yield FaceView("Looking for nooks")
                yield BlockList(self._blocks, bars=False, id="directory-list")
            yield AskForm(self._ask, self.action_back)

    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        cards = self.query_one(BlockList)
        cards.bars = self.has_class("-low")
        cards.rebuild()
        self.present(view.face, view.notice, len(view.cards))
        self.query_one(Band).show("Nooks", row((view.summary, QUIET)), self.place)
        self._show_card()

    def _blocks(self, _width: int) -> list[Block]:
        low = self.has_class("-low")
        blocks = [card_block(card, low=low) for card in self._panel.view.cards]
        return blocks if low else [GAP, *blocks]

    def _card(self) -> Card | None:
        key = self.query_one(BlockList).key
        return next((card for card in self._panel.view.cards if card.room_id == key), None)

    @on(BlockList.Moved)
    def _show_card(self) -> None:
        if not self.has_class("-asking"):
            self.call_next(self.query_one(AskForm).show, self._card())
        elif (now := self._asked_card()) is not None:
            self.call_next(self.query_one(AskForm).show, now)
        self.refresh_bindings()

    def _asked_card(self) -> Card | None:
        """The newest form of the card that is being filled in: it stays, whatever the list does."""
        shown = self.query_one(AskForm).card
        return next((c for c in self._panel.view.cards if shown is not None and c.room_id == shown.room_id), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works where the card allows it."""
        card = self._card() if action in {"ask", "join", "open"} else None
        if action == "ask":
            return card is not None and card.can_ask
        if action == "join":
            return card is not None and card.can_join
        if action == "open":
            return card is not None and card.way_meaning == _IN
        if action == "back":
            return self.has_class("-asking") or self.has_class("-looking")
        return super().check_action(action, parameters)

    @on(BlockList.Opened)
    def _opened(self) -> None:
        card = self._card()
        if card is None:
            return
        if card.can_ask:
            self.action_ask()
        elif card.can_join:
            self.action_join()
        else:
            self.action_open()

    def action_ask(self) -> None:
        """Begin to answer the nook's questions."""
        if self.query_one(AskForm).focus_first():
            self.add_class("-asking")
            self.refresh_bindings()

    def action_look_up(self) -> None:
        """A line for the address of a room that no space here lists."""
        self.remove_class("-asking")
        self.add_class("-looking")
        self.query_one("#directory-address", LineField).focus()
        self.refresh_bindings()

    @on(Input.Submitted, "#directory-address")
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if address := event.value.strip():
            self.intend(self.look_up(address))

    async def look_up(self, address: str) -> None:
        """Show a room by its address, at the head of the list and chosen; where it is not found the line stays."""
        found = await self._panel.look_up(address)
        if not found and self.is_attached:
            self.query_one("#directory-address", LineField).value = address
            self.action_look_up()
        elif found and self.is_attached and self._panel.view.cards:
            self.query_one(BlockList).choose(self._panel.view.cards[0].room_id)
            self.query_one("#directory-address", LineField).value = ""
            self.action_back()

    def action_join(self) -> None:
        """Go in where the door is open."""
        card = self._card()
        if card is not None and card.can_join:
            self.intend(self._join(card))

    def action_open(self) -> None:
        """Open a nook that one is in."""
        card = self._card()
        if card is not None and card.way_meaning == _IN:
            self.post_message(OpenRoom(card.room_id))

    def action_back(self) -> None:
        """From the form, or the line for an address, to the cards."""
        self.remove_class("-asking", "-looking")
        self.query_one(BlockList).focus()
        self._show_card()

    def _ask(self, card: Card, answers: Mapping[str, str], reason: str) -> None:
        self.query_one(AskForm).wait(True)
        self.intend(self._asked(card, answers, reason))

    async def _asked(self, card: Card, answers: Mapping[str, str], reason: str) -> None:
        done = await self._panel.ask(card.room_id, answers, reason)
        if not self.is_attached:
            return
        form = self.query_one(AskForm)
        form.wait(False)
        if done:
            form.forget(card.room_id)
            self.action_back()
        else:
            form.trouble(self._panel.view.notice)

    async def _join(self, card: Card) -> None:
        if await self._panel.join(card.room_id) and self.is_attached:
            self.post_message(OpenRoom(card.room_id))
