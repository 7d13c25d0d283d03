"""Reporting a message: what is wrong, who will read it; then, as a question of its own, the server's administrator."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from nookterm.domain.reports import LONGEST_WORDS
from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    LEAVES,
    LINE,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    WARN,
    hanging,
    paragraph,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.forms import Choice, Field, Switch
from nookterm.tui.widgets.forms_pick import PickOne
from nookterm.viewmodels.caring import CaringPanel, ReportDraft, Went

_TITLE_SHOWN = "The servers see that something is reported, and to whom; not what."
_MOST_ROWS = 3


class ReportScreen(Dialog[Went | None]):
    """Two questions, one after the other."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("reporting")]
    HEAD = "Report a message"
    KEYS = (("reporting.send", "report it"), ("reporting.leave", "not now"))

    def __init__(self, panel: CaringPanel, draft: ReportDraft) -> None:
        """`draft` names who would read it."""
        super().__init__()
        self._panel = panel
        self._draft = draft
        self._went: Went | None = None
        """How telling the facilitators went, once it did."""
        self._asks_server = not draft.readers

    def form(self) -> ComposeResult:
        """The message, what is wrong with it, words, readers."""
        yield Paper(self._message, id="report-message")
        yield PickOne("What is it?", self._draft.natures)
        yield Field("In your words, if you like", longest=LONGEST_WORDS)
        yield Paper(self._readers, id="report-readers")

    def ways(self) -> ComposeResult:
        """Tell them, with the quote or without, or not."""
        yield Choice("Report it", first=True, id="report-yes")
        yield Switch("their words go along", on=bool(self._draft.text), id="report-quote")
        yield Choice("Not now", id="report-no")

    def on_mount(self) -> None:
        """The keyboard is at what is wrong."""
        super().on_mount()
        self.query_one("#report-quote", Choice).display = bool(self._draft.text)
        self.query_one(PickOne).focus()
        if self._asks_server:
            self._second()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _message(self, width: int) -> list[Content]:
        if self._asks_server:
            return self._outcome(width)
        draft = self._draft
        lines = paragraph(draft.text or "It cannot be read here.", width - 2, SOFT if draft.text else QUIET)
        quoted = [row(("│ ", LINE), line) for line in lines[:_MOST_ROWS]]
        more = [row(("│ …", LINE))] if len(lines) > _MOST_ROWS else []
        who = row(said(draft.author, STRONG), (" in ", QUIET), said(draft.nook, SOFT))
        return [who, *quoted, *more]

    def _outcome(self, width: int) -> list[Content]:
        nobody = f"Nobody else in {self._draft.nook} could look into this."
        words = self._went.words if self._went else nobody
        first = hanging(row(("✓ " if self._went else "! ", SAFE if self._went else WARN)), said(words, SOFT), width)
        question = wrapped(row(("Also tell the server's administrator?", STRONG)), width=width)
        return [*first, NOTHING, *question, *wrapped(said(self._draft.server, SOFT), width=width), NOTHING]

    def _readers(self, width: int) -> list[Content]:
        if self._asks_server:
            words = "What you write here goes to them in clear text."
            return [NOTHING, *hanging(row(("↗ ", LEAVES)), row((words, SOFT)), width)]
        draft = self._draft
        names = " and ".join(draft.readers)
        reads = f"{names} read{'s' if len(draft.readers) == 1 else ''} this, encrypted. {draft.author} does not."
        rows = hanging(row(("✓ ", SAFE)), said(reads, SOFT), width)
        if len(draft.readers) == 1:
            rows += hanging(row(("! ", WARN)), row(("Nobody else could: one facilitator, not two.", SOFT)), width)
        return [NOTHING, *rows, *hanging(row(("↗ ", LEAVES)), row((_TITLE_SHOWN, QUIET)), width)]

    # --- what is done -------------------------------------------------------------------------------------------------

    @on(Choice.Pressed, "#report-yes")
    def action_send(self) -> None:
        """Answer the question that is shown with a yes."""
        field, nature = self.query_one(Field), self.query_one(PickOne).value
        if field.too_long:
            self.complain(f"{field.too_long} characters too many.")
        elif self._asks_server:
            self.carry_out(lambda: self._panel.tell_server(self._draft, nature, field.text), self._told_server)
        else:
            quote = self.query_one("#report-quote", Switch).on
            self.carry_out(lambda: self._panel.report(self._draft, nature, field.text, quote=quote), self._reported)

    def _reported(self, went: Went) -> None:
        self._went = went
        self._second()

    def _second(self) -> None:
        """The second question, on its own: nothing of the first one's words is taken over."""
        self._asks_server = True
        field = self.query_one(Field)
        field.text = ""
        field.border_title = said("For the administrator, if you like", "")
        field.add_class("-leaves")
        self.query_one(PickOne).display = self._went is None
        self.query_one("#report-quote", Choice).display = False
        self.query_one("#report-yes", Choice).relabel("Tell them, too" if self._went else "Tell them")
        no = self.query_one("#report-no", Choice)
        no.relabel("No, that is all" if self._went else "No")
        no.focus()
        yes = "tell them, too" if self._went else "tell them"
        self.name_keys(("reporting.send", yes), ("reporting.leave", "no"))
        for paper in ("#report-message", "#report-readers"):
            self.query_one(paper, Paper).refresh(layout=True)

    def _told_server(self, went: Went) -> None:
        first = f"{self._went.words} " if self._went else ""
        self.end(Went(f"{first}{went.words}", room_id=self._went.room_id if self._went else None))

    @on(Choice.Pressed, "#report-no")
    def action_leave(self) -> None:
        """No to the question that is shown."""
        self.end(self._went)
