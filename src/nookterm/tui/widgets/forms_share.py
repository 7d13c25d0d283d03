"""The form that shares one message: its exact text, what to look at in it, who will read it, whose yes it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import TextArea

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_highlight import COPIES
from nookterm.tui.widgets.cards_page import Band, Paper
from nookterm.tui.widgets.cards_text import (
    HEADING,
    LEAVES,
    LINE,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    hanging,
    paragraph,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.forms import Choice, Field
from nookterm.viewmodels.highlights import Draft
from nookterm.viewmodels.model import Notice


class Flagged(Horizontal):
    """A piece of the text that looks like a name, an id, a link or a number, and the way to take it out."""

    DEFAULT_CSS = """
    Flagged { height: auto; Paper { width: 1fr; } Choice { margin: 0; padding: 0 1; } }
    """

    def __init__(self, piece: str) -> None:
        """`piece` as it stands in the text."""
        super().__init__()
        self.piece = piece

    def compose(self) -> ComposeResult:
        """The piece and its button."""
        yield Paper(lambda width: hanging(row(("! ", WARN)), said(self.piece, WARN), width))
        yield Choice("take out")


class ShareForm(VerticalScroll, can_focus=False):
    """Two columns where there is room: where it comes from and whose yes it needs; what the space will read."""

    DEFAULT_CSS = """
    ShareForm {
        background: $background; scrollbar-size-vertical: 1;
        scrollbar-color: $line; scrollbar-background: $panel;
        #share-ways { height: 1; margin: 1 0; }
        Field { height: 6; margin: 1 0; background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("sharing")]

    def __init__(
        self, draft: Draft, text: str, room: str, share: Callable[[str, bool], None], leave: Callable[[str], None]
    ) -> None:
        """`text` is what is to be shared so far. `share` gets it, and whether it goes unnamed; `leave` gets it."""
        super().__init__()
        self.draft = draft
        self._text = text
        self._room = room
        self._share, self._leave = share, leave

    def compose(self) -> ComposeResult:
        """Where it comes from, and what will be read."""
        draft = self.draft
        field = Field(f"To {self._room}" if self._room else "To the board", self._text)
        field.add_class("-leaves")
        field.border_subtitle = row((f"↗ {draft.audience}", LEAVES))
        with Vertical(id="share-columns"):
            with Vertical(id="share-from"):
                yield Band(f"From {draft.nook}")
                yield Paper(lambda width: _from_rows(draft, width), id="share-story")
            with Vertical(id="share-to"):
                yield Paper(lambda width: [row(("Highlight", STRONG)), *wrapped(row((_WORD, QUIET)), width=width)])
                yield Paper(id="share-problem")
                yield field
                yield Paper(self._look_at, id="share-look")
                for piece in draft.flagged:
                    yield Flagged(piece)
                yield Paper(lambda width: _reader_rows(draft, width))
                with Horizontal(id="share-ways"):
                    if draft.own:
                        yield Choice("Share with my name", first=True, id="share-yes")
                        yield Choice("Without", id="share-unnamed")
                    else:
                        yield Choice("Ask for a yes", first=True, id="share-yes")
                    yield Choice("Not now", id="share-no")

    def on_mount(self) -> None:
        """The keyboard is in the text."""
        self.query_one(Field).focus()

    @property
    def text(self) -> str:
        """The exact text."""
        return self.query_one(Field).text

    def trouble(self, notice: Notice | None) -> None:
        """What went wrong; the text stays."""
        self.wait(busy=False)
        self.query_one("#share-problem", Paper).show(lambda width: problem_rows(notice, width) if notice else ())

    def wait(self, *, busy: bool) -> None:
        """While it is on its way it cannot be shared twice."""
        for choice in self.query("#share-ways Choice").results(Choice):
            choice.disabled = busy

    @on(TextArea.Changed)
    def _look_again(self) -> None:
        for flagged in self.query(Flagged):
            flagged.display = flagged.piece in self.text
        self.query_one("#share-look", Paper).refresh(layout=True)

    def _look_at(self, _width: int) -> list[Content]:
        count = sum(piece in self.text for piece in self.draft.flagged)
        return [row((f"{count} to look at: names, links or numbers", HEADING))] if count else []

    @on(Choice.Pressed, "Flagged Choice")
    def _take_out(self, event: Choice.Pressed) -> None:
        event.stop()
        flagged = event.choice.parent
        if isinstance(flagged, Flagged):
            self.query_one(Field).text = self.text.replace(flagged.piece, "").strip()
            self.query_one(Field).focus()

    @on(Choice.Pressed, "#share-yes")
    def action_share(self) -> None:
        """Ask for a yes to exactly this text; one's own text is agreed to by sharing it."""
        self._send(unnamed=False)

    @on(Choice.Pressed, "#share-unnamed")
    def _unnamed(self) -> None:
        self._send(unnamed=True)

    @on(Choice.Pressed, "#share-no")
    def action_leave(self) -> None:
        """Not now; what was changed stays."""
        self._leave(self.text)

    def _send(self, *, unnamed: bool) -> None:
        if self.query_one("#share-yes", Choice).disabled:
            return
        if not self.text.strip():
            self.query_one(Field).focus()
            return
        self.wait(busy=True)
        self._share(self.text, unnamed)


_WORD = "What the space will read, word for word"


def _from_rows(draft: Draft, width: int) -> list[Content]:
    quoted = [row(("│ ", LINE), piece) for piece in paragraph(draft.text, min(width, 84) - 2, SOFT)]
    rows = [row((draft.author, TEXT)), *quoted, NOTHING, row(("Consent", HEADING))]
    later = row(("○ ", QUIET))
    rows += hanging(row(("● ", WAITING)), row(("you choose the words", TEXT)), width)
    if not draft.own:
        rows += hanging(later, row((f"{draft.author} reads this exact text and says yes or no", QUIET)), width)
    rows += hanging(later, row(("put on the board", QUIET)), width)
    after = (
        "A changed word asks again. Silence is a no." if not draft.own else "Your own words: sharing them is your yes."
    )
    return [*rows, NOTHING, *wrapped(row((after, QUIET)), width=width)]


def _reader_rows(draft: Draft, width: int) -> list[Content]:
    leaves = row(("Leaves encryption. ", f"bold {LEAVES}"), (draft.audience, TEXT))
    rows = [NOTHING, row(("Who will read this", HEADING)), *hanging(row(("↗ ", LEAVES)), leaves, width)]
    rows += hanging(row(("  ", "")), row((COPIES, QUIET)), width)
    if not draft.own:
        rows += [
            NOTHING,
            *hanging(
                row(("✓ ", SAFE)), row((f"Nothing leaves {draft.nook} before {draft.author} says yes.", SOFT)), width
            ),
        ]
    return rows
