"""Everything about one message that its row has no room for: earlier wordings, who reacted, who voted."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    HEADING,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    hanging,
    row,
    said,
    wrapped,
)
from nookterm.tui.widgets.pressing import in_a_row, key_hint
from nookterm.viewmodels.messages import Details


class MessageDetailsScreen(ModalScreen[None]):
    """Only shows; Esc goes back."""

    DEFAULT_CSS = """
    MessageDetailsScreen {
        align: center top; background: $background 70%;
        VerticalScroll {
            width: 84; max-width: 100%; height: auto; max-height: 90%; margin: 1 0 0 0; padding: 0 1;
            background: $background; border: round $accent; border-title-color: $accent;
        }
    }
    MessageDetailsScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d,q,enter", "leave", "Back", show=False),
        Binding("L", "copy", "Copy the address", show=False),
        Binding("j", "screen.scroll(1)", "Down", show=False),
    ]

    def __init__(self, details: Details) -> None:
        """`details` are what is shown."""
        super().__init__()
        self._details = details

    def compose(self) -> ComposeResult:
        """One page."""
        with VerticalScroll():
            yield Paper(lambda width: detail_rows(self._details, width))

    def on_mount(self) -> None:
        """Arrows scroll."""
        box = self.query_one(VerticalScroll)
        box.border_title = said("One message", "")
        box.focus()

    def action_copy(self) -> None:
        """The address of the message."""
        self.app.copy_to_clipboard(self._details.link)

    def action_leave(self) -> None:
        """Back to the conversation."""
        self.dismiss()


def detail_rows(details: Details, width: int) -> list[Content]:
    """The page's rows."""
    rows = [
        row((details.author, STRONG), (f"  {details.sent}", QUIET)),
        *wrapped(said(details.sure, SOFT), width=width),
    ]
    rows += [NOTHING, row(("Wordings", HEADING))]
    if not details.wordings:
        rows.append(row(("It was taken back; its words are gone.", SOFT)))
    elif len(details.wordings) == 1:
        rows.append(row(("It was never changed.", SOFT)))
    else:
        for number, (when, words) in enumerate(details.wordings):
            mark = "  first" if number == 0 else "  now" if number == len(details.wordings) - 1 else ""
            rows.append(row((when, QUIET), (mark, SOFT)))
            for line in words.split("\n"):
                rows += hanging(row(("  ", "")), said(line, TEXT), width)
    rows += _people("Reactions", details.reactions, "Nobody has reacted.", width)
    if details.votes:
        rows += _people("Votes", details.votes, "", width)
    return [*rows, NOTHING, in_a_row(key_hint("L", "copies its address", SOFT), key_hint("escape", "back", SOFT))]


def _people(heading: str, listed: tuple[tuple[str, str], ...], nobody: str, width: int) -> list[Content]:
    rows = [NOTHING, row((heading, HEADING))]
    if not listed:
        return [*rows, row((nobody, SOFT))]
    for what, names in listed:
        rows += hanging(row((f"{what}  ", TEXT)), said(names or "nobody", SOFT), width)
    return rows
