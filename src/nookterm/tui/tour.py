"""The card of the first look around: it stands between the house and the last row, so it never covers what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for, command
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, STRONG, TEXT, ends, row, wrapped
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.taught import taught
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.tour import Part, TourStep, first_sentence, next_step

_WIDEST = 78
_NARROWEST = 48
"""Columns under which the card begins at the left edge, whatever it is about."""
_LOW = 16
"""Rows under which it has no line around it."""
_IN_TREE = frozenset({Part.ROOMS, Part.PLACES})
_MARKS = tuple(f"-tour-{part.value}" for part in Part)


@dataclass(frozen=True, slots=True)
class _Before:
    """How the screen was before the tour."""

    focused: Widget | None
    place: str
    tree: bool
    plain: bool


class TourCard(Vertical, can_focus=True):
    """One step, and the keys that lead on. Whoever types a letter wants to write: it goes where one writes."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    TourCard {
        height: auto; max-height: 60%; max-width: 100%; padding: 0 1; background: $panel; border: round $line;
        border-title-color: $foreground; border-title-style: bold; border-title-background: $panel;
        border-subtitle-color: $foreground; border-subtitle-background: $panel; border-subtitle-align: left;
        &:focus { border: round $accent; border-title-color: $accent; border-subtitle-color: $accent; }
        &.-low, &.-low:focus { border: none; padding: 0 2; }
        Acts { margin: 1 0 0 0; }
        &.-low Acts { margin: 0; }
    }
    MainScreen {
        &.-tour-rooms, &.-tour-places { #house > Conversation, #house > PanelPane, Beside, Footer { opacity: 45%; } }
        &.-tour-talk { #left, Beside, Footer { opacity: 45%; } }
        &.-tour-keys { #house { opacity: 45%; } }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("tour")]

    def __init__(self, steps: Sequence[TourStep], screen: MainScreen) -> None:
        """`screen` is what it shows around in."""
        super().__init__(id="tour")
        self._steps = tuple(steps)
        self._main = screen
        self._at = 0
        self._before = _Before(screen.focused, screen.place, screen.has_class("-tree"), screen.has_class("-plain"))
        self._one = screen.has_class("-one")
        """Whether there was one column when the step was shown."""

    @property
    def step(self) -> TourStep:
        """The one that is shown."""
        return self._steps[self._at]

    def compose(self) -> ComposeResult:
        """The words, then the keys."""
        yield Paper(self._words)
        yield Acts()

    async def begin(self) -> None:
        """Show the first step."""
        self._main.remove_class("-plain", "-about")
        self._main.fit_column()
        await self._show(0)

    async def action_next(self) -> None:
        """The next step; behind the last one it is over."""
        there = next_step(self._at, 1, len(self._steps))
        if there is None:
            await self.action_end()
        else:
            await self._show(there)

    async def action_back(self) -> None:
        """The step before."""
        await self._show(next_step(self._at, -1, len(self._steps)) or 0)

    async def action_end(self) -> None:
        """Everything as it was; whoever went on to something else meanwhile stays there."""
        main, before = self._main, self._before
        stays = not self.has_focus
        main.remove_class(*_MARKS)
        main.set_class(before.plain, "-plain")
        main.fit_column()
        if not stays and main.place != before.place:
            await main.action_go(before.place)
        elif not stays:
            main.set_class(before.tree and main.has_class("-one"), "-tree")
            main.query_one(Tree).choose(main.shell.timeline.view.room_id or "")
            back = before.focused if before.focused is not None and before.focused.is_attached else None
            main.set_focus(back or main.query_one(Tree))
        await self.remove()
        main.show_hints()

    async def _show(self, at: int) -> None:
        self._at, self._one = at, self._main.has_class("-one")
        main, part = self._main, self.step.part
        with self.app.batch_update():
            if part is Part.TALK and main.place != "room":
                await main.action_go("room")
            if main.has_class("-one") and part is not Part.KEYS:
                main.set_class(part in _IN_TREE, "-tree")
            main.remove_class(*_MARKS)
            # Where panes are told apart by lines, colours are few or must stay as strong as they are.
            if not main.has_class("-lines"):
                main.add_class(f"-tour-{part.value}")
            main.query_one(Tree).choose(self.step.row or main.shell.timeline.view.room_id or "")
            self._draw()
        # Going to the room gives the keyboard to where one writes, and that a little later.
        self.call_after_refresh(main.set_focus, self, scroll_visible=False)
        self.call_after_refresh(self._lie)

    def _draw(self) -> None:
        count, down = f"{self._at + 1} of {len(self._steps)}", self.step.part is Part.KEYS
        self.border_title = row((f"{'' if down else '▲ '}{self.step.title}", ""), (f" · {count}", QUIET))
        self.border_subtitle = row(("▼" if down else "", ""))
        last = self._at == len(self._steps) - 1
        back = (("tour.back", ""),) if self._at else ()
        end = () if last else (("tour.end", ""),)
        self.query_one(Acts).show((("tour.next", "done" if last else "go on"), *back, *end))
        self.query_one(Paper).refresh(layout=True)

    def on_resize(self) -> None:
        """Another terminal. The screen around is told of it later than what is in it."""
        self.call_after_refresh(self._fit)

    async def _fit(self) -> None:
        """Show the step as it is for so many columns."""
        if self._main.has_class("-one") is not self._one:
            await self._show(self._at)
        else:
            self._lie()

    def _lie(self) -> None:
        """Begin where that begins which it is about."""
        width, height = self.app.size
        self.set_class(height < _LOW, "-low")
        talk = self._main.query_one(Conversation)
        talk.query_one(Timeline).follow()
        if self.step.part in _IN_TREE:
            # What waits for the person stands on top.
            self._main.query_one(Tree).scroll_home(animate=False)
        left = talk.region.x if self.step.part is Part.TALK and talk.display else 0
        left = left if width - left >= _NARROWEST else 0
        # A margin would be taken from the house as well.
        self.styles.offset = (left, 0)
        self.styles.width = max(1, min(_WIDEST, width - left))

    def _words(self, width: int) -> list[Content]:
        low = self.has_class("-low")
        words = first_sentence(self.step.words) if low else self.step.words
        head = row((self.step.title, STRONG)), row((f"{self._at + 1} of {len(self._steps)}", QUIET))
        return [*([ends(*head, width)] if low else []), *wrapped(taught(words, TEXT), width=width)]

    async def on_key(self, event: events.Key) -> None:
        """A letter is the first of a message, or of a command."""
        if event.is_printable and event.character and event.character != " ":
            event.stop()
            event.prevent_default()
            await self._write(event.character)

    async def on_paste(self, event: events.Paste) -> None:
        """Words, too."""
        event.stop()
        await self._write("")
        composer = self._main.query_one(Composer)
        if composer.has_focus:
            composer.post_message(events.Paste(event.text))

    async def _write(self, letter: str) -> None:
        composer = self._main.query_one(Composer)
        await self.action_end()
        if self._main.place == "room" and not composer.disabled:
            self._main.remove_class("-tree")
            self._main.set_focus(composer)
            if not composer.read_only:
                composer.insert(letter)

    @on(Acts.Pressed)
    async def _pressed(self, event: Acts.Pressed) -> None:
        event.stop()
        await self.run_action(command(event.id).action)


async def show_tour(screen: MainScreen) -> None:
    """Show it from its first step; where it is open already, it has the keyboard again."""
    there = next(iter(screen.query(TourCard)), None)
    if there is not None:
        screen.set_focus(there)
        return
    await screen.shell.tour.begin()
    steps = screen.shell.tour.view.steps
    if steps and screen.is_attached:
        card = TourCard(steps, screen)
        await screen.mount(card, after="#house")
        await card.begin()
