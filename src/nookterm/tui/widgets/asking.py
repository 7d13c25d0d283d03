"""Asking before something is done: which way, with which words, and whether; the question names what will happen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards import Block, BlockList, Look
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import KEY, SOFT, STRONG, TEXT, WARN, ends, hanging, row, said
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.pressing import in_a_row, key_hint, with_keys
from nookterm.viewmodels.member_page import with_words
from nookterm.viewmodels.members import Act, Way

Do = Callable[[Act, str, str], None]
"""Does it, with these words, in this way."""
_NAMES = 28
"""Cells for the name of a way."""
_WORDS_NEEDED = "This needs some words."


class Question(Widget, can_focus=True):
    """One question; a letter answers or a click, Enter does nothing."""

    DEFAULT_CSS = """
    Question {
        display: none; height: auto; background: $raise; padding: 0 1;
        Horizontal { height: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("asked")]

    def __init__(self, answered: Callable[[bool], None]) -> None:
        """`answered` gets yes or no."""
        super().__init__()
        self._answered = answered
        self._words = ""

    def compose(self) -> ComposeResult:
        """The question, and its answers for the mouse."""
        yield Paper(lambda width: hanging(row(("! ", WARN)), said(self._words, TEXT), width))
        with Horizontal():
            yield Choice("yes", id="asked-yes")
            yield Choice("no", id="asked-no")

    def ask(self, words: str, yes: str) -> None:
        """Ask."""
        self._words = words
        self.query_one("#asked-yes", Choice).relabel(f"y {yes or 'yes'}")
        self.query_one("#asked-no", Choice).relabel("n no")
        self.display = True
        self.query_one(Paper).refresh(layout=True)
        self.focus()

    @on(Choice.Pressed, "#asked-yes")
    def _pressed(self, event: Choice.Pressed) -> None:
        event.stop()
        self.action_yes()

    @on(Choice.Pressed, "#asked-no")
    def _refused(self, event: Choice.Pressed) -> None:
        event.stop()
        self.action_no()

    def action_yes(self) -> None:
        """Do it."""
        self._answered(True)

    def action_no(self) -> None:
        """Do nothing."""
        self._answered(False)


class Asking(Vertical):
    """Below a list or page: what an act still needs to know, one thing after the other. Esc goes one of them back."""

    DEFAULT_CSS = """
    Asking {
        height: auto;
        #asking-ways { height: auto; max-height: 8; display: none; }
        #asking-title { display: none; height: auto; padding: 0 1; }
        LineField { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Not now", show=False)]

    def __init__(self, do: Do, home: Callable[[], Widget]) -> None:
        """`home` is where the keyboard goes when it is over."""
        super().__init__()
        self._do = do
        self._home = home
        self._act: Act | None = None
        self._path: list[Way] = []
        """What was chosen, one list after the other."""
        self._words = ""

    def compose(self) -> ComposeResult:
        """Ways, words, the question; each is shown when its turn comes."""
        yield Paper(
            lambda width: [ends(row((self._title(), STRONG)), in_a_row(*self._keys()), width)], id="asking-title"
        )
        yield BlockList(self._blocks, opens_at_once=True, id="asking-ways")
        yield LineField("", id="asking-words")
        yield Question(self._answered)

    @property
    def is_open(self) -> bool:
        """Whether something is asked."""
        return self._act is not None

    def begin(self, act: Act, words: str = "") -> None:
        """Ask what is needed for an act, and do it; `words` to begin with, unless some were written for it already."""
        if act == self._act:
            line = self.query_one("#asking-words", LineField)
            words = line.value if line.display else self._words
        self.close()
        self._act, self._path, self._words = act, [], words
        self._ask_way()

    @property
    def _way(self) -> Way | None:
        return self._path[-1] if self._path else None

    @property
    def _ways(self) -> tuple[Way, ...]:
        """Of which one is to be chosen."""
        last = self._way or self._act
        return last.ways if last else ()

    def _ask_way(self, chosen: str = "") -> None:
        ways = self._ways
        listed, title = self.query_one(BlockList), self.query_one("#asking-title", Paper)
        listed.display = title.display = bool(ways)
        if ways:
            title.refresh(layout=True)
            listed.rebuild()
            listed.action_edge(0)
            listed.choose(chosen)
            listed.focus()
        else:
            self._ask_words()

    def close(self) -> None:
        """Nothing is asked any more."""
        self._act = None
        for widget in self.query("#asking-title, #asking-ways, #asking-words, Question"):
            widget.display = False

    def _title(self) -> str:
        asked = self._way.asks if self._way else ""
        return asked or (f"{self._act.label[:1].upper()}{self._act.label[1:]}: which?" if self._act else "")

    def _keys(self) -> list[Content]:
        return [key_hint("enter", "takes it"), key_hint("escape", "back" if self._path else "not now")]

    def _blocks(self, _width: int) -> Sequence[Block]:
        return [Block(way.key, 1, partial(_way, way)) for way in self._ways] if self._act else []

    @on(BlockList.Opened, "#asking-ways")
    def _chosen(self, event: BlockList.Opened) -> None:
        event.stop()
        way = next((way for way in self._ways if way.key == event.key), None) if self._act else None
        if way is not None:
            self._path.append(way)
            self._ask_way()

    def _ask_words(self) -> None:
        act = self._act
        if act is None:
            return
        if not act.writes:
            self._ask()
            return
        field = self.query_one("#asking-words", LineField)
        leaves = "goes back" if self._path else "not now"
        field.border_title = with_keys(said(f"{act.writes}   Enter goes on, Esc {leaves}", ""))
        field.border_subtitle = row((act.readers, SOFT)) if act.readers else None
        field.value = self._words
        field.display = True
        field.cursor_position = len(self._words)
        field.focus()

    @on(Input.Submitted, "#asking-words")
    def _written(self, event: Input.Submitted) -> None:
        event.stop()
        act = self._act
        if act is None:
            return
        if act.needs_words and not event.value.strip():
            event.input.border_subtitle = row((_WORDS_NEEDED, WARN))
            return
        self._words = event.value.strip()
        event.input.display = False
        self._ask()

    @on(Input.Changed, "#asking-words")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()

    def _ask(self) -> None:
        act = self._act
        if act is None:
            return
        asked = with_words(act, self._words).question
        question = (self._way.question if self._way else "") or asked
        if question:
            self.query_one(Question).ask(question, act.yes)
        else:
            self._answered(True)

    def _answered(self, yes: bool) -> None:  # noqa: FBT001 - an answer comes by place
        act, way, words = self._act, self._way, self._words
        self.close()
        self._home().focus()
        if yes and act is not None:
            self._do(act, words, way.key if way else "")

    def action_give_up(self) -> None:
        """Back to what was asked before; from the first of it: ask nothing, do nothing."""
        if self._act is None or not self._path:
            self.close()
            self._home().focus()
            return
        line = self.query_one("#asking-words", LineField)
        if line.display:
            self._words, line.display = line.value, False
        self._ask_way(self._path.pop().key)


def _way(way: Way, width: int, look: Look) -> list[Content]:
    names = min(_NAMES, width)
    name = ends(row((way.label, KEY if look is Look.FOCUSED else TEXT)), Content(""), names)
    return [ends(row(name, ("  ", ""), (way.means, SOFT)), Content(""), width)]
