"""The form that asks for our yes: exact words, readers then and now, the other authors, how long it may be answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.board_page import audience_rows, consent_rows, picture_rows, text_box
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_highlight import COPIES
from nookterm.tui.widgets.cards_page import Page, Paper
from nookterm.tui.widgets.cards_text import (
    HEADING,
    LEAVES,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    ends,
    hanging,
    row,
    wrapped,
)
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.forms_share_rows import recognised
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.highlights import ShareLine
from nookterm.viewmodels.model import Notice

_LOW, _SHORT, _NARROW = 16, 30, 60
_WAYS = {
    "consent-named": ("y Yes, with my name", "y Yes"),
    "consent-anonymous": ("a Yes, without", "a Unnamed"),
    "consent-refuse": ("n No", "n No"),
    "consent-words": ("w No, with words", "w Words"),
}
"""The buttons' words, and short ones."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What becomes of an answer."""

    answer: Callable[[str, bool], None]
    """`named`, `anonymous`, `declined`; whether to write to whoever asked."""
    exact: Callable[[], None]
    leave: Callable[[], None]


class ConsentForm(Vertical):
    """Scrolls what is asked; who reads it and the ways to answer stay. No button is the default: a letter answers."""

    DEFAULT_CSS = """
    ConsentForm {
        background: $panel; height: 1fr;
        #consent-page { height: 1fr; background: $panel; padding: 1 2 0 2; }
        #consent-readers { padding: 0 2; }
        #consent-ways { height: 1; margin: 1 0; padding: 0 1; }
        &.-short #consent-ways { margin: 0; }
        &.-tall #consent-page { height: auto; max-height: 75%; max-width: 100; }
        &.-low #consent-page { padding: 0 1; }
        &.-low #consent-readers { padding: 0 1; }
        &.-low Choice { padding: 0 1; margin: 0; }
        Confirm { dock: bottom; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("consenting")]

    def __init__(self, line: ShareLine, tells: Sequence[str], does: Answering) -> None:
        """`tells`: by what we could be recognised in it although unnamed. What is answered is exactly this line."""
        super().__init__()
        self.line = line
        self._tells = tells
        self._does = does
        self._notice: Notice | None = None
        self.busy = False

    def compose(self) -> ComposeResult:
        """What is asked, who will read it, the ways to answer."""
        yield Page(id="consent-page")
        yield Paper(self._readers, id="consent-readers")
        with Horizontal(id="consent-ways"):
            for id_, (label, _) in _WAYS.items():
                yield Choice(label, id=id_)
        yield Confirm()

    def on_mount(self) -> None:
        """The keyboard is on the page: it scrolls, and letters answer."""
        self.query_one(Page).turn(self._rows)
        self.query_one(Page).focus()

    def on_resize(self, _event: events.Resize) -> None:
        """Air goes first where rows are few."""
        height = self.app.size.height
        self.set_class(height < _LOW, "-low")
        self.set_class(height <= _SHORT, "-short")
        self.set_class(height > _SHORT, "-tall")
        narrow = self.app.size.width < _NARROW
        for choice in self.query("#consent-ways Choice").results(Choice):
            choice.relabel(_WAYS[choice.id or ""][narrow])

    def focus(self, scroll_visible: bool = True) -> ConsentForm:  # noqa: FBT001, FBT002 - Textual's own signature
        """The keyboard goes to the page."""
        self.query_one(Page).focus(scroll_visible)
        return self

    def trouble(self, notice: Notice | None) -> None:
        """What went wrong; nothing was said."""
        self.wait(busy=False)
        self._notice = notice
        self.query_one(Page).turn(self._rows)

    def wait(self, *, busy: bool) -> None:
        """While an answer is on its way there is no other."""
        self.busy = busy
        for choice in self.query("#consent-ways Choice").results(Choice):
            choice.disabled = busy

    def _rows(self, width: int) -> list[Content]:
        line = self.line
        rows: list[Content] = []
        if self._notice:
            rows += [*problem_rows(self._notice, width), NOTHING]
        asks = f"{line.asked_by or 'Somebody'} asks to share your words from {line.nook}"
        rows += wrapped(row((asks, STRONG)), width=width)
        rows += [*wrapped(row(("Exactly this, word for word", QUIET)), width=width), NOTHING]
        rows += [*text_box(line.draft, "", width), *picture_rows(line.picture, width), *audience_rows(line, width)]
        rows += [NOTHING, row(("Consent", HEADING)), *consent_rows(line, width), NOTHING]
        after = f"A changed word asks you again. After it is shared you can take it back at any time. {COPIES}"
        return [*rows, *wrapped(row((after, QUIET)), width=width)]

    def _readers(self, width: int) -> list[Content]:
        line = self.line
        if self.has_class("-low"):
            return hanging(row(("↗ ", LEAVES)), row((line.audience, TEXT)), width)
        leaves = row(("Leaves encryption. ", f"bold {LEAVES}"), (line.audience, TEXT))
        left = row((f"Answer {line.expires}" if line.expires else "", SOFT))
        later = presses(row(("Esc not now", QUIET)), "consenting.leave")
        return [*hanging(row(("↗ ", LEAVES)), leaves, width), ends(left, later, width)]

    @on(Choice.Pressed)
    def _pressed(self, event: Choice.Pressed) -> None:
        event.stop()
        act = (event.choice.id or "").removeprefix("consent-")
        {
            "named": self.action_named, "anonymous": self.action_anonymous,
            "refuse": self.action_refuse, "words": self.action_words,
        }[act]()  # fmt: skip

    def action_named(self) -> None:
        """Yes, with our name."""
        self._say("named")

    def action_anonymous(self) -> None:
        """Yes, without our name, once one has looked whether that helps."""
        if not self.busy:
            self.query_one(Confirm).ask(
                recognised(self._tells), lambda: self._say("anonymous"), yes="yes, without my name", no="not like this"
            )

    def action_refuse(self) -> None:
        """No."""
        self._say("declined")

    def action_words(self) -> None:
        """No, and a reply to say why."""
        self._say("declined", words=True)

    def action_exact(self) -> None:
        """Show what would leave."""
        self._does.exact()

    def action_leave(self) -> None:
        """Not now."""
        self._does.leave()

    def _say(self, mode: str, *, words: bool = False) -> None:
        if not self.busy:
            self.wait(busy=True)
            self._does.answer(mode, words)
