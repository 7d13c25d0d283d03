"""Beginning a community: a space, or a nook in it; before Enter it says who can read what is written here."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from nookterm.domain.charter import DEFAULT_CAP, LARGEST_CAP, MOST_QUESTIONS, SMALLEST_CAP, Charter, Question
from nookterm.domain.ids import RoomId
from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import HEADING, LEAVES, QUIET, SAFE, SOFT, WARN, hanging, row, wrapped
from nookterm.tui.widgets.forms import Choice, Field, LineField
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.panels import FoundPanel


class Mode(StrEnum):
    """What begins."""

    SPACE = "space"
    NOOK = "nook"


_HEAD = {Mode.SPACE: "Begin a space", Mode.NOOK: "Begin a nook"}
_WORDS = {
    Mode.SPACE: "A place for your community. It comes with a board for highlights and a room for its facilitators.",
    Mode.NOOK: "A small encrypted room in this space, with a purpose, a size, and questions for those who ask to join.",
}
_CLEAR = {
    Mode.SPACE: "Name and purpose are clear text: the servers can read them, and so can everyone who is let in.",
    Mode.NOOK: "Name, purpose, who belongs and questions are clear text: servers and all in the space can read them.",
}
_NOT_SEALED = "↗ clear text, as all of this form"
_FOR_EVER = "@name:server · their power can never be taken away"
_SEALED = "What is written in the nook is encrypted: only its members can read it."


class FoundScreen(Dialog[RoomId | Told | None]):
    """A form in two modes; gives the nook that was begun, or that a space was; None where nothing was."""

    DEFAULT_CSS = """
    FoundScreen {
        #found-readers { margin: 1 0 0 0; }
        &.-short #found-readers { margin: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("founding")]
    KEYS = (("founding.found", "begin"), ("founding.leave", "not now"))
    AIR_FROM = 40

    def __init__(self, panel: FoundPanel, mode: str = Mode.NOOK) -> None:
        """`mode` is `space` or `nook`."""
        super().__init__()
        self._panel = panel
        self._mode = Mode(mode)
        self.HEAD = _HEAD[self._mode]

    def form(self) -> ComposeResult:
        """Fields, who reads them."""
        yield Paper(lambda width: wrapped(row((_WORDS[self._mode], SOFT)), width=width))
        yield LineField("Name", readers=row((_NOT_SEALED, LEAVES)), id="found-name")
        yield LineField("Purpose: what it is for, in a sentence", id="found-purpose")
        if self._mode is Mode.NOOK:
            yield LineField("Who belongs", id="found-who")
            yield LineField(
                "How many it holds", readers=row((f"{SMALLEST_CAP} to {LARGEST_CAP}", QUIET)), id="found-cap"
            )
            yield Field(f"Questions for those who ask, one a line, up to {MOST_QUESTIONS}")
            yield LineField("Who founds it with you; may stay empty", readers=row((_FOR_EVER, WARN)), id="found-with")
        yield Paper(self._readers, id="found-readers")

    def ways(self) -> ComposeResult:
        """Begin it, or not."""
        yield Choice(self.HEAD, first=True, id="found-yes")
        yield Choice("Not now", id="found-no")

    def on_mount(self) -> None:
        """The keyboard is in the name."""
        super().on_mount()
        if self._mode is Mode.NOOK:
            self.query_one("#found-cap", LineField).value = str(DEFAULT_CAP)
        self.query_one("#found-name", LineField).focus(scroll_visible=False)

    def _readers(self, width: int) -> list[Content]:
        rows = [row(("Who reads this", HEADING)), *hanging(row(("↗ ", LEAVES)), row((_CLEAR[self._mode], SOFT)), width)]
        if self._mode is Mode.NOOK:
            rows += hanging(row(("✓ ", SAFE)), row((_SEALED, SOFT)), width)
        return rows

    @property
    def questions(self) -> tuple[str, ...]:
        """What those who ask are asked."""
        return tuple(line.strip() for line in self.query_one(Field).text.splitlines() if line.strip())

    def _value(self, name: str) -> str:
        return self.query_one(f"#found-{name}", LineField).value.strip()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Choice.Pressed, "#found-yes")
    def _pressed(self, event: Message) -> None:
        event.stop()
        self.action_found()

    def action_found(self) -> None:
        """Begin it, if it can be."""
        if not self._value("name"):
            self._refuse("It needs a name.", self.query_one("#found-name", LineField))
        elif self._mode is Mode.NOOK and not _is_cap(self._value("cap")):
            self._refuse(
                f"A nook holds {SMALLEST_CAP} to {LARGEST_CAP} people.", self.query_one("#found-cap", LineField)
            )
        elif self._mode is Mode.NOOK and (count := len(self.questions)) > MOST_QUESTIONS:
            self._refuse(f"A nook asks at most {MOST_QUESTIONS} questions; these are {count}.", self.query_one(Field))
        else:
            self.carry_out(self._found, self.end)

    async def _found(self) -> RoomId | Told:
        name, purpose = self._value("name"), self._value("purpose")
        if self._mode is Mode.SPACE:
            return await self._panel.found_space(name, purpose)
        asked = tuple(Question(f"q{number}", text) for number, text in enumerate(self.questions, 1))
        charter = Charter(purpose, self._value("who"), cap=int(self._value("cap")), questions=asked)
        return await self._panel.found_nook(name, charter, self._value("with"))

    def _set_busy(self, *, busy: bool) -> None:
        super()._set_busy(busy=busy)
        self.query_one("#found-yes", Choice).relabel("Beginning" if busy else self.HEAD)

    def _refuse(self, problem: str, where: Widget) -> None:
        """Say it, with the keyboard where it can be mended."""
        self.complain(problem)
        where.focus()

    @on(Choice.Pressed, "#found-no")
    def action_leave(self) -> None:
        """Begin nothing."""
        self.end(None)


def _is_cap(text: str) -> bool:
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= len(str(LARGEST_CAP))
        and SMALLEST_CAP <= int(text) <= LARGEST_CAP
    )
