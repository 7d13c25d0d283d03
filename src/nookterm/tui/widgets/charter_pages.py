"""The pages of a charter's form: its fields, what is in them, and the charter that they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from nookterm.domain.charter import (
    LARGEST_CAP,
    LONGEST_COOLDOWN,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_APPROVALS,
    MOST_PROMPTS,
    MOST_QUESTIONS,
    SMALLEST_CAP,
    Charter,
    Question,
)
from nookterm.domain.records import dataclass
from nookterm.domain.rewording import HISTORY_WORDS, SWITCHES
from nookterm.domain.safe_text import safe_line
from nookterm.tui.commands import bindings_for
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, SOFT, row, said, wrapped
from nookterm.tui.widgets.forms import Field, LineField
from nookterm.tui.widgets.forms_pick import PickOne

PAGES = (
    ("What it is for", "For"),
    ("Questions", "Questions"),
    ("The door", "Door"),
    ("Welcome", "Welcome"),
    ("Sharing", "Sharing"),
    ("Look and write", "Look"),
)
LAST = len(PAGES) - 1
_DAYS = f"0 to {LONGEST_COOLDOWN} days"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why the fields make no charter, and where that is."""

    words: str
    page: int
    field: str


class FieldPage(VerticalScroll, can_focus=False):
    """A page of fields. Reading them gives the charter changed by what is in them, or what is wrong."""

    DEFAULT_CSS = """
    FieldPage { height: 1fr; scrollbar-size-vertical: 1; }
    """
    page = 0

    def take(self, charter: Charter) -> Charter | Wrong:
        """The charter with what this page says."""
        raise NotImplementedError

    def begin(self) -> None:
        """Put the keyboard into the first field."""
        for field in self.query("Field, LineField, PickOne").results(Widget):
            field.focus()
            return

    def _wrong(self, words: str, field: str) -> Wrong:
        return Wrong(words, self.page, field)

    def _words(self, text: str) -> Paper:
        return Paper(lambda width: wrapped(said(text, SOFT), width=width))


class TextsPage(FieldPage):
    """The four questions that every nook answers, and whom it is not for."""

    def __init__(self, charter: Charter, space: str) -> None:
        """`space` is what the nook differs from."""
        super().__init__()
        self._fields = (
            ("purpose", "Why would somebody come? What it is for", charter.purpose),
            ("who_belongs", "Who belongs here?", charter.who_belongs),
            ("differs", f"How does it differ from {space or 'the wider space'}?", charter.differs),
            ("who_welcomes", "Who welcomes newcomers, and how?", charter.who_welcomes),
            ("not_for", "Whom is it not for? May stay empty", charter.not_for),
        )

    def compose(self) -> ComposeResult:
        """A field each."""
        for name, title, text in self._fields:
            field = Field(title, text[:LONGEST_TEXT], longest=LONGEST_TEXT)
            field.id = f"charter-{name}"
            yield field

    def take(self, charter: Charter) -> Charter | Wrong:
        """The texts."""
        found: dict[str, str] = {}
        for name, *_ in self._fields:
            field = self.query_one(f"#charter-{name}", Field)
            if field.too_long:
                return self._wrong(f"That text is {field.too_long} characters too long.", f"charter-{name}")
            found[name] = field.text.strip()
        return replace(charter, **found)  # type: ignore[arg-type]  # all of these fields are texts


class QuestionsPage(FieldPage):
    """Up to five questions, a line each. An empty line is no question."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("questions")]
    page = 1

    def __init__(self, charter: Charter) -> None:
        """With the nook's questions."""
        super().__init__()
        self._asked = list(charter.questions)
        self._ids = [question.id for question in charter.questions] + [""] * (MOST_QUESTIONS - len(charter.questions))

    def compose(self) -> ComposeResult:
        """Five lines."""
        yield self._words("Those who ask to join answer these, encrypted, before somebody decides. Empty: not asked.")
        for number in range(MOST_QUESTIONS):
            line = LineField(f"Question {number + 1}", id=f"charter-q{number}")
            line.value = safe_line(self._asked[number].text, longest=LONGEST_LINE) if number < len(self._asked) else ""
            with Horizontal(classes="charter-question"):
                yield line
                yield Movers(number)

    def _line(self, number: int) -> LineField:
        return self.query_one(f"#charter-q{number}", LineField)

    def _here(self) -> int | None:
        return next((n for n in range(MOST_QUESTIONS) if self._line(n).has_focus), None)

    def action_move(self, step: int) -> None:
        """Change places with the question before or after."""
        here = self._here()
        if here is not None:
            self.move(here, step)

    def move(self, here: int, step: int) -> None:
        """The question `here` changes places with its neighbour; the keyboard goes with it."""
        there = here + step
        if 0 <= there < MOST_QUESTIONS:
            mine, theirs = self._line(here), self._line(there)
            mine.value, theirs.value = theirs.value, mine.value
            self._ids[here], self._ids[there] = self._ids[there], self._ids[here]
            theirs.focus()

    def action_remove(self) -> None:
        """Ask this no more; those below move up."""
        here = self._here()
        if here is not None:
            self.remove_question(here)

    def remove_question(self, here: int) -> None:
        """Ask the question `here` no more."""
        for number in range(here, MOST_QUESTIONS - 1):
            self._line(number).value = self._line(number + 1).value
        self._line(MOST_QUESTIONS - 1).value = ""
        self._ids = [*self._ids[:here], *self._ids[here + 1 :], ""]
        self._line(here).focus()

    def take(self, charter: Charter) -> Charter | Wrong:
        """The questions; one keeps its id wherever it went, a new one gets a free one."""
        known = {question.id: question for question in charter.questions}
        found: list[Question] = []
        free = (id_ for n in range(1, 100) if (id_ := f"q{n}") not in self._ids)
        for number in range(MOST_QUESTIONS):
            text = self._line(number).value.strip()
            if len(text) > LONGEST_LINE:
                return self._wrong(f"A question has up to {LONGEST_LINE} characters.", f"charter-q{number}")
            if text:
                self._ids[number] = self._ids[number] or next(free)
                found.append(replace(known.get(self._ids[number], Question(self._ids[number], "")), text=text))
        return replace(charter, questions=tuple(found))


class Movers(Widget):
    """For the mouse: up, down, away."""

    DEFAULT_CSS = """
    Movers { width: 8; height: 3; padding: 1 0 0 1; color: $nook-quiet; }
    """
    _STEPS: ClassVar[Sequence[str]] = ("↑", "↓", "×")

    def __init__(self, number: int) -> None:
        """Of the question with this number."""
        super().__init__()
        self._number = number

    def render(self) -> Content:
        """Three signs."""
        return row((" ".join(self._STEPS), QUIET))

    def on_click(self, event: events.Click) -> None:
        """Which of them."""
        event.stop()
        page = next(node for node in self.ancestors if isinstance(node, QuestionsPage))
        match event.x - 1 if event.button == LEFT else None:
            case 0:
                page.move(self._number, -1)
            case 2:
                page.move(self._number, 1)
            case 4:
                page.remove_question(self._number)
            case _:
                return


class DoorPage(FieldPage):
    """Who gets in, how many, after how long."""

    page = 2
    _NUMBERS: ClassVar[Sequence[tuple[str, str, int, int, str]]] = (
        ("cap", "How many it holds", SMALLEST_CAP, LARGEST_CAP, f"{SMALLEST_CAP} to {LARGEST_CAP} people"),
        ("approvals_needed", "Who have to agree", 1, MOST_APPROVALS, f"1 to {MOST_APPROVALS} facilitators"),
        ("cooldown_days", "Cool-down after a decline", 0, LONGEST_COOLDOWN, _DAYS),
        ("answer_by_days", "An answer within", 0, LONGEST_COOLDOWN, _DAYS),
        ("purge_days", "Their answers are kept", 0, LONGEST_COOLDOWN, _DAYS),
    )

    def __init__(self, charter: Charter) -> None:
        """With the nook's numbers."""
        super().__init__()
        self._charter = charter

    def compose(self) -> ComposeResult:
        """Two numbers a row, then what newcomers read."""
        lines = list(self._lines())
        for number in range(0, len(lines), 2):
            yield Horizontal(*lines[number : number + 2], classes="charter-numbers")
        pick = PickOne("Newcomers read", tuple(HISTORY_WORDS.items()), id="charter-history")
        pick.value = self._charter.history
        yield pick

    def _lines(self) -> Iterator[LineField]:
        for name, title, _, _, allowed in self._NUMBERS:
            line = LineField(title, readers=row((allowed, QUIET)), id=f"charter-{name}")
            line.value = str(getattr(self._charter, name))
            yield line

    def take(self, charter: Charter) -> Charter | Wrong:
        """The numbers and the history."""
        found: dict[str, int] = {}
        for name, title, least, most, allowed in self._NUMBERS:
            number = number_in(self.query_one(f"#charter-{name}", LineField).value)
            if number is None or not least <= number <= most:
                return self._wrong(f"{title}: {allowed}.", f"charter-{name}")
            found[name] = number
        history = self.query_one("#charter-history", PickOne).value
        return replace(charter, history=history, **found)  # type: ignore[arg-type]  # all of these fields are numbers


class WelcomePage(FieldPage):
    """What newcomers hear, and what to talk about when it is quiet."""

    page = 3

    def __init__(self, charter: Charter) -> None:
        """With the nook's own words."""
        super().__init__()
        self._charter = charter

    def compose(self) -> ComposeResult:
        """Two texts and a number."""
        welcome = Field("A welcome for newcomers; somebody edits it and sends it", self._charter.welcome[:LONGEST_TEXT])
        welcome.id = "charter-welcome"
        kept = "\n".join(prompt[:LONGEST_LINE] for prompt in self._charter.prompts)
        prompts = Field(f"What to talk about when it is quiet, one a line, up to {MOST_PROMPTS}", kept)
        prompts.id = "charter-prompts"
        yield welcome
        yield prompts
        line = LineField("Counts as quiet after", readers=row((f"{_DAYS}; 0: never", QUIET)), id="charter-quiet_days")
        line.value = str(self._charter.quiet_days)
        yield line

    def take(self, charter: Charter) -> Charter | Wrong:
        """The texts and the number."""
        welcome = self.query_one("#charter-welcome", Field).text.strip()
        lines = self.query_one("#charter-prompts", Field).text.splitlines()
        prompts = tuple(line.strip() for line in lines if line.strip())
        quiet = number_in(self.query_one("#charter-quiet_days", LineField).value)
        if len(welcome) > LONGEST_TEXT:
            return self._wrong(f"The welcome has up to {LONGEST_TEXT} characters.", "charter-welcome")
        if len(prompts) > MOST_PROMPTS:
            return self._wrong(f"Up to {MOST_PROMPTS} prompts; these are {len(prompts)}.", "charter-prompts")
        if any(len(prompt) > LONGEST_LINE for prompt in prompts):
            return self._wrong(f"A prompt has up to {LONGEST_LINE} characters.", "charter-prompts")
        if quiet is None or quiet > LONGEST_COOLDOWN:
            return self._wrong(f"Counts as quiet after: {_DAYS}.", "charter-quiet_days")
        return replace(charter, welcome=welcome, prompts=prompts, quiet_days=quiet)


class SharingPage(FieldPage):
    """What may leave the nook for the space's board by whose yes, and what may come in from there."""

    page = 4

    def __init__(self, charter: Charter) -> None:
        """With what the nook agreed on."""
        super().__init__()
        self._charter = charter

    def compose(self) -> ComposeResult:
        """A choice each."""
        yield self._words("Nothing is ever shared without the yes of everybody whose words it has.")
        for name, title, off, on in SWITCHES:
            pick = PickOne(title, (("", off), (name, on)), id=f"charter-{name}")
            pick.value = name if getattr(self._charter, name) else ""
            yield pick

    def take(self, charter: Charter) -> Charter | Wrong:
        """The choices."""
        chosen = {name: bool(self.query_one(f"#charter-{name}", PickOne).value) for name, *_ in SWITCHES}
        return replace(charter, **chosen)  # type: ignore[arg-type]  # all of these fields are switches


def number_in(text: str) -> int | None:
    """The whole number that somebody typed; None where it is none."""
    kept = text.strip()
    return int(kept) if kept.isascii() and kept.isdigit() and len(kept) <= 6 else None  # noqa: PLR2004 - more is a slip
