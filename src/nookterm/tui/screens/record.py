"""The record of decisions: a list, what is known of the chosen one under it, a filter, a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards import Block, BlockList, Look
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    ends,
    hanging,
    paragraph,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.nothing import nothing
from nookterm.tui.widgets.pressing import presses, quiet_hint, with_keys
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.record import RecordLine, RecordPanel, RecordView

_FILTER, _FILE = "Show only", "Into which new file (.md or .json; not encrypted)"
_KEYS_OF = {_FILTER: "Enter keeps it · Esc shows all again", _FILE: "Enter writes it · Esc not now"}
_AIR = 4
"""Cells of air in a row: before what was decided, before by whom, before the room."""
_KEYS = row(
    presses(row(("f filter", QUIET)), "record.filter"), (" · ", QUIET),
    presses(row(("x write down", QUIET)), "record.export"), (" · ", QUIET), quiet_hint("escape", "back"),
)  # fmt: skip


class AskLine(LineField):
    """One line that is asked for when it is needed."""

    def __init__(self, typed: Callable[[str], None], entered: Callable[[str], None]) -> None:
        """`typed` gets each change, `entered` what was there at Enter."""
        super().__init__(_FILTER, id="record-line")
        self.what = _FILTER
        self._tell = typed
        self._entered = entered

    def ask(self, what: str, value: str) -> None:
        """Ask for something, with this to begin with."""
        self.what = what
        self.border_title = said(what, "")
        self.border_subtitle = with_keys(row((_KEYS_OF[what], QUIET)))
        self.display = True
        self.value = value
        self.cursor_position = len(value)
        self.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self._tell(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = False
        self._entered(event.value)


class RecordScreen(ModalScreen[None]):
    """Who was let in or turned away, newest first."""

    CSS_PATH = "record.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("record")]

    @dataclass
    class Changed(Message):
        """The view is newer."""

    def __init__(self, panel: RecordPanel) -> None:
        """Show this panel."""
        super().__init__()
        self._panel = panel
        self._only = ""
        """The filter."""
        self._field = AskLine(self._typed, self._entered)
        self._stop: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """Head, list, the chosen decision, a field."""
        with Widget(id="record-box"):
            yield Paper(self._head)
            yield FaceView("Reading what was decided")
            yield BlockList(self._blocks, id="record-list")
            with VerticalScroll(id="record-one", can_focus=False):
                yield Paper(self._one)
            yield self._field

    def on_mount(self) -> None:
        """Watch, and read."""
        self._stop = self._panel.watch(self._tell)
        self.changed()
        self.action_refresh()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def on_resize(self, event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(event.size.height < 30 or event.size.width < 90, "-short")  # noqa: PLR2004 - rows and columns

    def _tell(self, _view: RecordView) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def changed(self) -> None:
        """Show the newest view."""
        view = self._panel.view
        listed, face = self.query_one("#record-list", BlockList), self.query_one(FaceView)
        face.show(view.face, view.notice, above=bool(view.lines))
        face.display = view.face is not Face.CONTENT
        listed.display = bool(view.lines)
        self.query_one("#record-one").display = bool(view.lines)
        listed.rebuild()
        self._repaint()
        if listed.display and self.focused is None:
            listed.focus()

    def _repaint(self) -> None:
        for paper in self.query(Paper):
            paper.refresh(layout=True)

    @property
    def shown(self) -> tuple[RecordLine, ...]:
        """The lines that fit the filter."""
        return tuple(line for line in self._panel.view.lines if line.fits(self._only))

    def _head(self, width: int) -> list[Content]:
        view, shown = self._panel.view, len(self.shown)
        count = f"  {shown} of {len(view.lines)}" if self._only else f"  {shown}" if shown else ""
        head = ends(row(("Record of decisions", STRONG), (count, QUIET)), _KEYS, width)
        filtered = [row(("only: ", QUIET), (self._only, WAITING))] if self._only else []
        since = wrapped(row((view.since, QUIET)), width=width) if view.since else []
        told = wrapped(said(view.result, SAFE), width=width) if view.result else []
        return [head, *filtered, *since, *told, NOTHING]

    def _blocks(self, width: int) -> list[Block]:
        found = [_block(line, width) for line in self.shown]
        return found or nothing("No decision fits that. f changes what is shown.")

    def _one(self, width: int) -> list[Content]:
        listed = self.query_one("#record-list", BlockList)
        line = next((one for one in self.shown if one.id == listed.key), None)
        if line is None:
            return []
        head = row((line.who, STRONG), (f"  {line.what} ", TEXT), (line.by, TEXT))
        asked = f"{line.nook} · {line.when}" + (f" · asked {line.asked}" if line.asked else "")
        rows = [*wrapped(head, width=width), row((asked, QUIET))]
        if line.elsewhere:
            note = "Made with another app, without a word to the other facilitators."
            rows += wrapped(row((note, WAITING)), width=width)
        for text in paragraph(line.words, width - 2, SOFT) if line.words else []:
            rows.append(row(("│ ", QUIET), text))
        for vote in line.votes:
            rows += hanging(row(("· ", QUIET)), row((vote, SOFT)), width)
        return rows

    @on(BlockList.Moved)
    def _moved(self, event: BlockList.Moved) -> None:
        event.stop()
        self._repaint()
        self.query_one("#record-one", VerticalScroll).scroll_home(animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are letters while one types."""
        if action in {"filter", "export"} and (self._field.display or not self._panel.view.lines):
            return False
        return super().check_action(action, parameters)

    def action_refresh(self) -> None:
        """Read it anew."""
        self.app.run_worker(self._panel.begin(), group="intents")

    def action_filter(self) -> None:
        """Show less."""
        self._field.ask(_FILTER, self._only)

    def action_export(self) -> None:
        """Ask for the file."""
        self._field.ask(_FILE, self._panel.view.file)

    def _typed(self, text: str) -> None:
        if self._field.what == _FILTER:
            self._only = text
            self.query_one("#record-list", BlockList).rebuild()
            self._repaint()

    def _entered(self, text: str) -> None:
        self.query_one("#record-list", BlockList).focus()
        if self._field.what == _FILE and text.strip():
            self.app.run_worker(self._panel.export(text, self._only), group="intents")

    def action_back(self) -> None:
        """To the list; then everything is shown again; then away."""
        asked = self._field.what if self._field.display else ""
        if asked:
            self._field.display = False
            self.query_one("#record-list", BlockList).focus()
        if asked == _FILTER or (not asked and self._only):
            self._field.what = _FILTER
            self._typed("")
        elif not asked and self.is_active:
            self.dismiss(None)


def _block(line: RecordLine, width: int) -> Block:
    """In one row where it fits, else in two: what was decided, and by whom, is never cut."""
    low = sum(map(cell_len, (_when(line), line.who, line.what, line.by, line.nook))) + _AIR <= width
    return Block(line.id, 1, partial(_in_one, line)) if low else Block(line.id, 2, partial(_in_two, line))


def _when(line: RecordLine) -> str:
    return f"{line.when:<6}  "


def _in_one(line: RecordLine, width: int, look: Look) -> list[Content]:
    style = STRONG if look is Look.FOCUSED else TEXT
    left = row((_when(line), QUIET), (line.who, style), (f"  {line.what} ", SOFT), (line.by, SOFT))
    return [ends(left, row((line.nook, QUIET)), width)]


def _in_two(line: RecordLine, width: int, look: Look) -> list[Content]:
    who = row((_when(line), QUIET), (line.who, STRONG if look is Look.FOCUSED else TEXT))
    what = row((" " * len(_when(line)), ""), (f"{line.what} ", SOFT), (line.by, SOFT))
    return [ends(who, row((line.nook, QUIET)), width), ends(what, NOTHING, width)]
