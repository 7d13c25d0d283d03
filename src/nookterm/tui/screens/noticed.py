"""Being noticed when away: what it means, what it gives away, after how many days; off until one says otherwise."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input

from nookterm.domain.wishes import LONGEST_WAIT, SHORTEST_WAIT
from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import LEAVES, NOTHING, QUIET, SAFE, SOFT, STRONG, hanging, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.viewmodels.caring import CaringPanel, NoticeForm, Went

_MEANS = (
    "Where nothing comes from you for so many days, the facilitators see one line: that you asked to be noticed. "
    "One of them may write to you."
)
_COUNTS = "Only what you say in this nook counts: not reading, typing or being online. Nobody sees when you were here."


class NoticedScreen(Dialog[Went | None]):
    """Two fields: after how many days, and until when one is away anyway."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("noticing")]
    HEAD = "Being noticed"
    KEYS = (("noticing.send", "notice me"), ("noticing.leave", "not now"))

    def __init__(self, panel: CaringPanel, form: NoticeForm) -> None:
        """`form` is how it stands."""
        super().__init__()
        self._panel = panel
        self._form = form

    def form(self) -> ComposeResult:
        """What it is, and the two fields."""
        yield Paper(self._words)
        days = LineField("After how many days", readers=row((f"{SHORTEST_WAIT} to {LONGEST_WAIT}", QUIET)))
        days.id, days.value = "noticed-days", str(self._form.days)
        away = LineField("Away until, if you are", readers=row(("a day, such as 2026-12-20", QUIET)))
        away.id, away.value = "noticed-away", self._form.away_until.isoformat() if self._form.away_until else ""
        yield days
        yield away
        yield Paper(self._cost)

    def ways(self) -> ComposeResult:
        """On or changed, off, or nothing."""
        yield Choice("Change it" if self._form.on else "Notice me", first=True, id="noticed-yes")
        yield Choice("Switch it off", id="noticed-off")
        yield Choice("Not now", id="noticed-no")

    def on_mount(self) -> None:
        """Write at once."""
        super().on_mount()
        self.query_one("#noticed-off", Choice).display = self._form.on
        if self._form.why_not:
            for field in self.query(LineField):
                field.display = False
            self.query_one("#noticed-yes", Choice).display = False
            self.query_one("#noticed-no", Choice).focus()
            self.complain(self._form.why_not)
        else:
            self.query_one("#noticed-days", LineField).focus()

    def _words(self, width: int) -> list[Content]:
        state = row(("on", SAFE)) if self._form.on else row(("off", QUIET))
        head = row(said(self._form.nook, STRONG), ("  ", ""), state)
        return [head, *wrapped(row((_MEANS, SOFT)), width=width), *wrapped(row((_COUNTS, SOFT)), width=width)]

    def _cost(self, width: int) -> list[Content]:
        return [NOTHING, *hanging(row(("↗ ", LEAVES)), said(self._form.cost, SOFT), width)]

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Choice.Pressed, "#noticed-yes")
    def action_send(self) -> None:
        """Wish for it, if it can be."""
        if self._form.why_not:
            return
        typed = self.query_one("#noticed-days", LineField).value.strip()
        days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(LONGEST_WAIT)) else 0
        if not SHORTEST_WAIT <= days <= LONGEST_WAIT:
            self.complain(f"{SHORTEST_WAIT} to {LONGEST_WAIT} days can be chosen.")
            return
        away = self.query_one("#noticed-away", LineField).value.strip()
        until = self._form.forms.read(away) if away else None
        if away and until is None:
            self.complain("A day is written as 2026-12-20.")
            return
        self.carry_out(lambda: self._panel.notice(self._form, days, until), self.end)

    @on(Choice.Pressed, "#noticed-off")
    def _off(self) -> None:
        self.carry_out(lambda: self._panel.stop_notice(self._form), self.end)

    @on(Choice.Pressed, "#noticed-no")
    def action_leave(self) -> None:
        """Change nothing."""
        self.end(None)
