"""Who has told that they have read up to a message, and what that does not mean."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import HEADING, KEY, NOTHING, QUIET, SOFT, STRONG, TEXT, ends, row, said, wrapped
from nookterm.tui.widgets.pressing import key_hint
from nookterm.viewmodels.seen import NOT_MEANT, SeenBy, SeenView

_NOBODY = "Nobody has told so."
_NOT_SHOWN = "How far others have read is not shown on this machine: receipts.show is off in your settings."


class SeenScreen(ModalScreen[None]):
    """Only shows; Esc goes back."""

    DEFAULT_CSS = """
    SeenScreen {
        align: center top; background: $background 70%;
        VerticalScroll {
            width: 84; max-width: 100%; height: auto; max-height: 90%; margin: 1 0 0 0; padding: 0 1;
            background: $background; border: round $accent; border-title-color: $accent;
        }
    }
    SeenScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,s,q,enter", "leave", "Back", show=False),
        Binding("j", "screen.scroll(1)", "Down", show=False),
    ]

    def __init__(self, view: SeenView) -> None:
        """`view` is what is shown."""
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """One page."""
        with VerticalScroll():
            yield Paper(lambda width: seen_rows(self._view, width))

    def on_mount(self) -> None:
        """Arrows scroll."""
        box = self.query_one(VerticalScroll)
        box.border_title = said("Read up to here", "")
        box.focus()

    def action_leave(self) -> None:
        """Back to the conversation."""
        self.dismiss()


def seen_rows(view: SeenView, width: int) -> list[Content]:
    """The page's rows."""
    rows = [
        row((view.author, STRONG), (f"  {view.sent}", QUIET)).truncate(width, ellipsis=True),
        said(view.text, SOFT).truncate(width, ellipsis=True),
        NOTHING,
        row((f"Read by {len(view.people)}" if view.people else "Read by", HEADING)),
    ]
    if not view.shown:
        rows += wrapped(row((_NOT_SHOWN, TEXT)), width=width)
    elif not view.people:
        rows.append(row((_NOBODY, TEXT)))
    rows += [_person(person, width) for person in view.people]
    if view.shown:
        rows += [NOTHING, *wrapped(row((NOT_MEANT, SOFT)), width=width)]
    rows += [NOTHING, row(("Your own reading", HEADING)), *wrapped(row((view.own, SOFT)), width=width)]
    ways = row(("/receipts ", KEY), ("changes that for this room   ", SOFT), key_hint("escape", "back", SOFT))
    return [*rows, NOTHING, *wrapped(ways, width=width)]


def _person(person: SeenBy, width: int) -> Content:
    when = f"wrote {person.when}" if person.wrote else person.when
    return ends(said(person.name, TEXT), row((when, QUIET)), width)
