"""Beginning a poll: a question, a line for each answer, whether one may choose several and see how it stands."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input

from nookterm.domain.polls import MOST_ANSWERS
from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import SOFT, said, wrapped
from nookterm.tui.widgets.forms import Choice, Field, LineField, Switch
from nookterm.viewmodels.caring import Went
from nookterm.viewmodels.messages import PollDraft

_FEWEST = 2


class PollScreen(Dialog[Went | None]):
    """The form."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("polling")]
    HEAD = "A poll"
    KEYS = (("polling.send", "begin"), ("polling.leave", "not now"))

    def __init__(self, begin: Callable[[PollDraft], Coroutine[Any, Any, str]], audience: str) -> None:
        """`begin` begins it, and says what is wrong; `audience` is who can read it."""
        super().__init__()
        self._begin = begin
        self._audience = audience

    def form(self) -> ComposeResult:
        """The question, the answers, two switches."""
        yield Paper(self._words)
        yield LineField("Question")
        yield Field("Answers, one in each line")
        yield Switch("one may choose several answers", id="poll-several")
        yield Switch("votes are shown only at the end", id="poll-hidden")

    def ways(self) -> ComposeResult:
        """Begin it, or not."""
        yield Choice("Begin", first=True, id="poll-yes")
        yield Choice("Not now", id="poll-no")

    def on_mount(self) -> None:
        """The keyboard is at the question."""
        super().on_mount()
        self.query_one(LineField).focus()

    def _words(self, width: int) -> list[Content]:
        return wrapped(said(f"{self._audience}. Who voted for what can be seen by all of them.", SOFT), width=width)

    @on(Input.Submitted)
    def _asked(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Field).focus()

    @on(Choice.Pressed, "#poll-yes")
    def action_send(self) -> None:
        """Begin it."""
        draft = draft_of(self.query_one(LineField).value, self.query_one(Field).text.split("\n"))
        if isinstance(draft, str):
            self.complain(draft)
            return
        most = len(draft.answers) if self.query_one("#poll-several", Switch).on else 1
        whole = PollDraft(draft.question, draft.answers, most, not self.query_one("#poll-hidden", Switch).on)

        async def begin() -> Went:
            words = await self._begin(whole)
            return Went(words, done=not words)

        self.carry_out(begin, self.end)

    @on(Choice.Pressed, "#poll-no")
    def action_leave(self) -> None:
        """Begin nothing."""
        self.end(None)


def draft_of(question: str, answers: list[str]) -> PollDraft | str:
    """A poll of these words, or what is wrong with them."""
    given = tuple(dict.fromkeys(answer.strip() for answer in answers if answer.strip()))
    if not question.strip():
        return "A poll has a question."
    if not _FEWEST <= len(given) <= MOST_ANSWERS:
        return f"A poll has {_FEWEST} to {MOST_ANSWERS} different answers."
    return PollDraft(question.strip(), given)
