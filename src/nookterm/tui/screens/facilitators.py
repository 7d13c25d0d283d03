"""Who decides in a nook: choose a member, read each step, say yes; what stopped half way goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards import Block, BlockList, Look
from nookterm.tui.widgets.cards_face import FaceView, problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    ends,
    hanging,
    row,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.facilitators import Candidate, FacilitatorsPanel, FacilitatorsView
from nookterm.viewmodels.model import Face, Notice

_EXPLAINS = (
    "Facilitators let people in and turn them away, and read the facilitators' room. Their names stand on the card "
    "that applicants trust."
)


class FacilitatorsScreen(ModalScreen[None]):
    """The people of a nook, then the steps for one of them."""

    CSS_PATH = "facilitators.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("facilitators")]

    @dataclass
    class Changed(Message):
        """The view is newer."""

    def __init__(self, panel: FacilitatorsPanel) -> None:
        """`panel` is of the open nook."""
        super().__init__()
        self._panel = panel
        self._stop: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """The list, or the steps; buttons."""
        with Widget(id="who-box"):
            yield Paper(self._head)
            yield FaceView("Looking who decides here")
            yield BlockList(lambda _width: self._blocks(), opens_at_once=True, id="who-list")
            with VerticalScroll(id="who-steps", can_focus=True):
                yield Paper(self._rows)
            with Horizontal(id="who-ways"):
                yield Choice("Go on", first=True, id="who-yes")
                yield Choice("Back", id="who-no")

    def on_mount(self) -> None:
        """Watch, and look anew."""
        self._stop = self._panel.watch(self._tell)
        self.changed()
        self.app.run_worker(self._panel.begin(), group="intents")

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def on_resize(self, event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(event.size.height < 30, "-short")  # noqa: PLR2004 - rows

    def _tell(self, _view: FacilitatorsView) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def changed(self) -> None:
        """Show the newest view."""
        view = self._panel.view
        choosing = view.chosen is None
        people, steps = self.query_one("#who-list", BlockList), self.query_one("#who-steps", VerticalScroll)
        self.query_one(FaceView).show(view.face, view.notice, above=False)
        self.query_one(FaceView).display = view.face is not Face.CONTENT
        people.display = view.face is Face.CONTENT and choosing
        steps.display = not choosing
        people.rebuild()
        yes = self.query_one("#who-yes", Choice)
        yes.display = view.chosen is not None and not view.done
        yes.disabled = view.working
        yes.relabel("Working" if view.working else "Yes, go on")
        self.query_one("#who-no", Choice).relabel("Back" if view.chosen else "Close")
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        wanted = people if choosing else steps
        if wanted.display and not wanted.has_focus and self.focused not in set(self.query(Choice)):
            wanted.focus()

    def _head(self, width: int) -> list[Content]:
        view = self._panel.view
        name = f" of {view.nook}" if view.nook else ""
        head = ends(row((f"Facilitators{name}", STRONG)), quiet_hint("escape", "back"), width)
        explains = wrapped(row((_EXPLAINS, SOFT)), width=width) if view.chosen is None else []
        return [head, *explains, NOTHING]

    def _blocks(self) -> list[Block]:
        return [Block(one.user, 1, partial(_person, one)) for one in self._panel.view.people]

    def _rows(self, width: int) -> list[Content]:
        view = self._panel.view
        rows = [*wrapped(row((view.question, STRONG)), width=width), NOTHING]
        for step in view.steps:
            mark = ("✓ ", SAFE) if step.done else ("→ ", WAITING)
            rows += hanging(row(mark), row((step.words, SOFT if step.done else TEXT)), width)
            rows += hanging(row(("  ", QUIET)), row((step.note, WAITING)), width) if step.note else []
        if view.warning:
            rows += [NOTHING, *hanging(row(("! ", WARN)), row((view.warning, WARN)), width)]
        if view.problem:
            rows += [NOTHING, *problem_rows(Notice(view.problem), width)]
        elif view.done:
            rows += [NOTHING, *hanging(row(("✓ ", SAFE)), row((view.done, SAFE)), width)]
        elif not view.working:
            words = "y does what is missing. Stopped half way, it can be done again."
            rows += [NOTHING, *wrapped(row((words, QUIET)), width=width)]
        return rows

    @on(BlockList.Opened)
    def _chosen(self, event: BlockList.Opened) -> None:
        event.stop()
        self.app.run_worker(self._panel.choose(UserId(event.key)), group="intents")

    @on(Choice.Pressed, "#who-yes")
    def _pressed(self, event: Message) -> None:
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Carry out what is missing."""
        view = self._panel.view
        if view.chosen is not None and not view.done:
            self.query_one("#who-steps").focus()
            self.app.run_worker(self._panel.go(), group="intents")

    @on(Choice.Pressed, "#who-no")
    def _no(self, event: Message) -> None:
        event.stop()
        self.action_back()

    def action_back(self) -> None:
        """To the people, then away."""
        if self._panel.view.chosen is not None:
            self.app.run_worker(self._panel.back(), group="intents")
        elif self.is_active:
            self.dismiss(None)


def _person(one: Candidate, width: int, look: Look) -> list[Content]:
    words = row((one.name, STRONG if look is Look.FOCUSED else TEXT), (f"  {one.user}", QUIET))
    does = one.note or ("Enter: let them step back" if one.facilitates else "Enter: make them a facilitator")
    right = row((one.role, SAFE if one.facilitates else QUIET), (f"  {does}" if look is Look.FOCUSED else "", QUIET))
    return [ends(words, right, width)]
