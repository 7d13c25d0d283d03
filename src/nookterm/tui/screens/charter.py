"""A nook's charter as a form of six pages; before it is written it shows what changes and who can read it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from nookterm.domain.charter import Charter
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import LEAVES, NOTHING, QUIET, SOFT, STRONG, WARN, ends, hanging, row
from nookterm.tui.widgets.charter_book import CharterBook
from nookterm.tui.widgets.charter_pages import LAST, Wrong
from nookterm.tui.widgets.charter_preview import preview_rows
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.forms_pick import Pages
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.viewmodels.charter import CharterForm, CharterPanel, CharterPlan
from nookterm.viewmodels.model import Notice

_ROOM_FOR_AIR = 30
_ROOM_FOR_LINE = 16


class CharterScreen(ModalScreen[bool]):
    """Gives True when the charter was written. What was typed stays until then, also when the form is left."""

    CSS_PATH = "charter.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("charter")]

    def __init__(self, panel: CharterPanel, form: CharterForm, page: int = 0) -> None:
        """`form` is what the panel read; `page` the one to begin with."""
        super().__init__()
        self._panel = panel
        self._form = form
        self._first = page
        self._problem = ""
        self._plan = CharterPlan()
        self._charter: Charter = form.charter
        self._busy = False
        self._warned = False
        """It was said that leaving loses a field that cannot be read."""

    def compose(self) -> ComposeResult:
        """Title, pages, who reads it, buttons."""
        charter = self._form.charter
        with Widget(id="charter-box"):
            yield Paper(self._head)
            yield CharterBook(
                charter,
                self._form.space,
                lambda width: preview_rows(self._form, self._charter, self._plan, width),
            )
            yield Paper(self._foot, id="charter-foot")
            with Horizontal(id="charter-ways"):
                yield Choice("Next", first=True, id="charter-next")
                yield Choice("Back", id="charter-back")
                yield Choice("Not now", id="charter-leave")

    def on_mount(self) -> None:
        """Begin with the first page, or the one that was asked for."""
        if not self._form.may_write:
            self._book.only_show()
        self._open(self._first)

    @property
    def _book(self) -> CharterBook:
        return self.query_one(CharterBook)

    def on_resize(self, event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(event.size.height < _ROOM_FOR_LINE, "-low")
        self.set_class(event.size.height < _ROOM_FOR_AIR, "-short")

    def _head(self, width: int) -> list[Content]:
        full = width >= 60  # noqa: PLR2004 - columns
        keys = row(("alt+←→ pages · ", QUIET), quiet_hint("escape", "not now")) if full else NOTHING
        return [ends(row((f"Charter of {self._form.nook}", STRONG)), keys, width)]

    def _foot(self, width: int) -> list[Content]:
        if self._problem:
            return problem_rows(Notice(self._problem), width)
        rows = hanging(row(("↗ ", LEAVES)), row((self._form.readers, SOFT)), width)
        if self._form.remark:
            rows += hanging(row(("! ", WARN)), row((self._form.remark, WARN)), width)
        return rows

    def _open(self, page: int) -> None:
        """Show a page; on the last one what changes is looked up."""
        self._book.open(page)
        button = self.query_one("#charter-next", Choice)
        button.relabel("Next" if page < LAST else "Write it")
        button.disabled = page == LAST and not self._form.may_write
        if page == LAST:
            self._look()

    def _look(self) -> None:
        found = self._book.read()
        if isinstance(found, Wrong):
            self._complain(found)
            return
        self._say("")
        self._charter = found
        self.app.run_worker(self._show_plan(found), group="intents")

    async def _show_plan(self, charter: Charter) -> None:
        self._plan = await self._panel.plan(self._form, charter)
        if self.is_attached:
            self._book.show_look()

    def _complain(self, wrong: Wrong) -> None:
        """Go where it is wrong and say so there; all that was typed stays."""
        self._open(wrong.page)
        self.query_one(f"#{wrong.field}").focus()
        self._say(wrong.words)

    def _say(self, problem: str) -> None:
        self._problem = problem
        self.query_one("#charter-foot", Paper).refresh(layout=True)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter goes to the next field, after the last one to the next page."""
        event.stop()
        following = self._book.after(event.input)
        if following:
            following.focus()
        else:
            self.action_turn(1)

    @on(Pages.Turned)
    def _clicked(self, event: Pages.Turned) -> None:
        event.stop()
        self._open(event.page)

    def action_turn(self, step: int) -> None:
        """The next page, or the one before."""
        page = max(0, min(self._book.page + step, LAST))
        if page != self._book.page:
            self._say("")
            self._open(page)

    @on(Choice.Pressed, "#charter-back")
    def _back(self, event: Message) -> None:
        event.stop()
        self.action_turn(-1)

    @on(Choice.Pressed, "#charter-next")
    def action_go_on(self) -> None:
        """The next page; on the last one: write it."""
        if self._book.page < LAST:
            self.action_turn(1)
        elif not self._busy and self._form.may_write:
            found = self._book.read()
            if isinstance(found, Wrong):
                self._complain(found)
            else:
                self._wait(busy=True)
                self.app.run_worker(self._write(found), group="intents")

    async def _write(self, charter: Charter) -> None:
        problem = await self._panel.write(self._form, charter)
        if not problem:
            self._panel.keep(self._form, None)
        if not self.is_attached:
            return
        self._wait(busy=False)
        if problem:
            self._say(problem)
            self.app.run_worker(self._show_plan(charter), group="intents")
        elif self.is_active:
            self.dismiss(True)

    def _wait(self, *, busy: bool) -> None:
        self._busy = busy
        button = self.query_one("#charter-next", Choice)
        button.disabled = busy
        button.relabel("Writing" if busy else "Write it")

    @on(Choice.Pressed, "#charter-leave")
    def action_leave(self) -> None:
        """Write nothing; what was typed is there when the form is opened again."""
        if not self.is_active:
            return
        found = self._book.read()
        if isinstance(found, Wrong) and not self._warned:
            self._warned = True
            self._complain(replace(found, words=f"{found.words} Esc once more leaves without it."))
            return
        self._panel.keep(self._form, self._book.readable())
        self.dismiss(False)
