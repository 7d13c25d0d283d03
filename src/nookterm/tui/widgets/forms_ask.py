"""The form that asks to join a nook: its questions, who reads the answers, and the two ways on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import TextArea

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_nook import about_rows, reader_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, STRONG, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, Field
from nookterm.viewmodels.directory import Card
from nookterm.viewmodels.model import Notice

_REASON = ""
"""The field of the plain words, among the answers."""
_LONGEST_REASON = 500
_ROOM_BELOW = 24
"""Rows under which who reads the answers stands above the fields, so that it is seen before they are sent."""
_HELLO = "A few words, if you like"
_TAKE_BACK = "You can take this back until somebody answers."


class AskForm(VerticalScroll, can_focus=False):
    """Shows one card: its form where one can ask, else what there is to know. What was written stays per nook."""

    DEFAULT_CSS = """
    AskForm {
        background: $panel; padding: 1 1 0 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        scrollbar-color: $line; scrollbar-background: $panel;
        Field { height: 5; margin: 1 0 0 0; background: $panel; }
        Horizontal { height: 1; margin: 1 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("asking")]

    def __init__(self, ask: Callable[[Card, Mapping[str, str], str], None], leave: Callable[[], None]) -> None:
        """`ask` gets the answers by question and the plain words; `leave` goes back to the cards."""
        super().__init__()
        self._ask, self._leave = ask, leave
        self._card: Card | None = None
        self._drafts: dict[str, dict[str, str]] = {}
        self.busy = False

    @property
    def card(self) -> Card | None:
        """The card that the form is about."""
        return self._card

    async def show(self, card: Card | None) -> None:
        """Show a card. The same questions keep their fields and the cursor in them."""
        same = card is not None and self._card is not None and _shape(card) == _shape(self._card)
        self._card = card
        if not same:
            await self.remove_children()
            await self.mount_all(self._parts(card))
        for paper in self.query(Paper):
            paper.refresh(layout=True)

    def trouble(self, notice: Notice | None) -> None:
        """What went wrong, above the fields; what was written stays."""
        self.query_one("#ask-problem", Paper).show(lambda width: problem_rows(notice, width) if notice else ())

    def wait(self, busy: bool) -> None:  # noqa: FBT001 - said by its name
        """While the request is on its way it cannot be asked twice."""
        self.busy = busy
        for choice in self.query("#ask-yes").results(Choice):
            choice.disabled = busy
            choice.relabel("Asking" if busy else "Ask to join")

    def forget(self, room_id: str) -> None:
        """The request is out: nothing is left to keep."""
        self._drafts.pop(room_id, None)

    def focus_first(self) -> bool:
        """The keyboard goes to the first field; False where there is none."""
        for field in self.query(Field):
            field.focus()
            return True
        return False

    def _parts(self, card: Card | None) -> list[Widget]:
        if card is None:
            return []
        if not card.can_ask:
            return [Paper(lambda width: about_rows(self._card or card, width))]
        kept = self._drafts.get(card.room_id, {})
        asked = [(q.id, q.text, q.longest) for q in card.questions] or [(_REASON, _HELLO, _LONGEST_REASON)]
        buttons = Horizontal(Choice("Ask to join", first=True, id="ask-yes"), Choice("Not now", id="ask-no"))
        readers = Paper(lambda width: reader_rows(self._card or card, width))
        fields = [Field(text, kept.get(id_, ""), longest=longest, name=id_) for id_, text, longest in asked]
        early = self.app.size.height < _ROOM_BELOW
        return [
            Paper(lambda width: _head(self._card or card, width)),
            Paper(id="ask-problem"),
            *([readers, *fields] if early else [*fields, readers]),
            buttons,
            Paper(lambda width: wrapped(row((_TAKE_BACK, QUIET)), width=width)),
        ]

    @on(TextArea.Changed)
    def _keep(self, event: TextArea.Changed) -> None:
        if self._card is not None and event.text_area.name is not None:
            self._drafts.setdefault(self._card.room_id, {})[event.text_area.name] = event.text_area.text

    @on(Choice.Pressed, "#ask-yes")
    def action_ask(self) -> None:
        """Ask, unless an answer is too long or it is on its way already."""
        card = self._card
        if card is None or not card.can_ask or self.busy:
            return
        fields = list(self.query(Field))
        for field in fields:
            if field.too_long:
                field.focus()
                return
        words = {field.name or _REASON: field.text.strip() for field in fields}
        reason = words.pop(_REASON, "")
        self._ask(card, words, reason)

    @on(Choice.Pressed, "#ask-no")
    def action_leave(self) -> None:
        """Back to the cards; what was written stays here."""
        self._leave()


def _shape(card: Card) -> tuple[object, ...]:
    return (card.room_id, card.can_ask, card.questions)


def _head(card: Card, width: int) -> list[Content]:
    head = wrapped(row(("Ask to join ", STRONG), (card.name, STRONG)), width=width)
    return [*head, *wrapped(said(card.note or card.purpose, QUIET), width=width)]
