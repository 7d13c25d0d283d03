"""Going to a room by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import is_beside
from nookterm.tui.widgets.cards import Block, BlockList, Look
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, TEXT, ends, row
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.nothing import nothing

_WIDEST_NAME = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """One that can be chosen."""

    id: str
    name: str
    about: str = ""
    key: str = ""
    """The key that does the same at once."""
    slash: str = ""
    """What one writes for it where messages are written; here it can be written, too, with words behind it."""


class ChooseScreen(ModalScreen[str]):
    """A line to type in and what fits; gives the key of what was chosen, nothing where nothing was."""

    DEFAULT_CSS = """
    ChooseScreen {
        align: center top; background: $background 70%;
        #choose { width: 72; max-width: 100%; height: auto; max-height: 80%; margin: 2 0 0 0; background: $background; }
        #choose BlockList { height: auto; max-height: 16; min-height: 1; }
    }
    ChooseScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Not now", show=False),
        Binding("down", "step(1)", "Down", show=False, priority=True),
        Binding("up", "step(-1)", "Up", show=False, priority=True),
    ]

    @dataclass
    class Changed(Message):
        """There are other choices now."""

    def __init__(
        self,
        title: str,
        choices: Callable[[], Sequence[Choice]],
        enter: str,
        first: str = "",
        watch: Callable[[Callable[[Any], None]], Callable[[], None]] | None = None,
    ) -> None:
        """`choices` as they are now, best first while nothing is typed. `enter` says what Enter does.

        `first` is chosen to begin with. `watch` says when there are other choices, on any thread, until what it gives
        is called.
        """
        super().__init__()
        self._first = first
        self._watch = watch
        self._stop: Callable[[], None] | None = None
        self._enter = enter
        self._title = title
        self._choices = choices
        self._listed_for = ""

    def compose(self) -> ComposeResult:
        """The line, then the list."""
        with Vertical(id="choose"):
            yield LineField(self._title, readers=row((self._enter, QUIET)))
            yield BlockList(self._blocks, opens_at_once=True)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(LineField).focus()
        if self._first:
            self.call_after_refresh(self.query_one(BlockList).choose, self._first)
        if self._watch:
            self._stop = self._watch(self._tell)

    def _tell(self, _news: object) -> None:
        self.post_message(self.Changed())

    def on_unmount(self) -> None:
        """Nobody chooses any more."""
        if self._stop:
            self._stop()

    @on(Changed)
    def _others(self) -> None:
        """What is chosen stays chosen, and what came can be chosen."""
        self.query_one(BlockList).rebuild()

    def _blocks(self, width: int) -> list[Block]:
        names = min(_WIDEST_NAME, max((Content(c.name).cell_length for c in self._choices()), default=0))
        found = [Block(choice.id, 1, _drawn(choice, names, width)) for choice in self._fitting()]
        return found or nothing("Nothing is called so. Fewer letters find more.")

    def _fitting(self) -> list[Choice]:
        typed = self.query_one(LineField).value.strip()
        if not typed:
            return list(self._choices())
        if typed.startswith("/"):
            # The one that is meant stands first: a shorter word may begin a longer one.
            word = typed.split()[0]
            return sorted((c for c in self._choices() if c.slash.startswith(word)), key=lambda c: c.slash != word)
        matcher = Matcher(typed)
        scored = [(max(matcher.match(c.name), matcher.match(c.about) / 4), c) for c in self._choices()]
        return [choice for score, choice in sorted(scored, key=lambda s: -s[0]) if score > 0]

    @on(Input.Changed)
    def _typed(self) -> None:
        choices, typed = self.query_one(BlockList), self.query_one(LineField).value
        if typed != self._listed_for:
            self._listed_for = typed
            choices.rebuild()
            choices.action_edge(0)

    def action_step(self, by: int) -> None:
        """Another one."""
        self.query_one(BlockList).action_step(by)

    def on_click(self, event: events.Click) -> None:
        """A click beside it closes it, with whichever button."""
        if is_beside(event, self):
            self.action_leave()

    def action_leave(self) -> None:
        """Nothing."""
        self.dismiss("")

    @on(Input.Submitted)
    def _entered(self) -> None:
        # Typed quickly, Enter overtakes the news of what was typed before it.
        self._typed()
        order = self.query_one(LineField).value.strip()
        if order.startswith("/") and any(c.slash == order.split()[0] for c in self._choices()):
            self.dismiss(order)
        else:
            self._chosen()

    @on(BlockList.Opened)
    def _chosen(self) -> None:
        self.dismiss(self.query_one(BlockList).key)


def _drawn(choice: Choice, names: int, width: int) -> Callable[[int, Look], Sequence[Content]]:
    name = ends(row((choice.name, TEXT)), NOTHING, names)
    line = ends(row(name, ("  ", ""), (choice.about, QUIET)), row((choice.key, KEY)), width)
    return lambda _width, _look: (line,)
