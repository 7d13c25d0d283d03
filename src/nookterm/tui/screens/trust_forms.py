"""Forms about keys: a file and its passphrase, a device's name, the proof that it is us; what was typed stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from nookterm.domain.ids import DeviceId
from nookterm.domain.records import dataclass
from nookterm.tui.messages import OpenPage
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, SOFT, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.trust_rows import work_row
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.trust_panels import TrustPanel

_STAYS = "never leaves this device"
_WHO = "Your server wants to know that it is you."


@dataclass(frozen=True, slots=True)
class FieldOf:
    """One line to write in."""

    title: str
    foot: str = ""
    value: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked for and what becomes of it."""

    title: str
    words: tuple[str, ...]
    fields: tuple[FieldOf, ...]
    yes: str
    act: Callable[[Sequence[str]], Awaitable[str]]
    """Gets what was written; gives what went wrong, or nothing."""
    done: str = ""
    """Said when it is done."""
    may_stop: bool = False


class FormScreen(ModalScreen[None]):
    """A few fields in a box. Leaving while it works stops nothing; `Stop` does."""

    DEFAULT_CSS = Path(__file__).with_name("trust_forms.tcss").read_text(encoding="utf-8")
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]

    @dataclass
    class Changed(Message):
        """It is further."""

    def __init__(self, panel: TrustPanel, form: Form) -> None:
        """`panel` says how far it is."""
        super().__init__()
        self._panel = panel
        self._form = form
        self._notice: Notice | None = None
        self._busy = False
        self._was_at: Widget | None = None
        self._stop: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """Words, fields, what went wrong, buttons."""
        with VerticalScroll(id="form-box", can_focus=False):
            yield Paper(self._words, id="form-words")
            for number, field in enumerate(self._form.fields):
                line = LineField(field.title, readers=row((field.foot, QUIET)), password=field.hidden)
                line.id = f"form-{number}"
                line.value = field.value
                yield line
            yield Paper(self._trouble, id="form-trouble")
            with Horizontal(id="form-ways"):
                yield Choice(self._form.yes, first=True, id="form-yes")
                yield Choice("Stop", id="form-stop")
                yield Choice("Not now", id="form-no")

    def on_mount(self) -> None:
        """Type at once."""
        self._stop = self._panel.watch(lambda _view: self._tell())
        self.query_one("#form-box", VerticalScroll).border_title = said(self._form.title, "")
        self.query_one("#form-stop", Choice).display = False
        for field in self.query(LineField):
            field.focus()
            return
        self.query_one("#form-yes", Choice).focus()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def changed(self) -> None:
        """Show how far it is."""
        for paper in self.query("#form-trouble").results(Paper):
            paper.refresh(layout=True)

    def _words(self, width: int) -> list[Content]:
        return [line for text in self._form.words for line in wrapped(said(text, SOFT), width=width)]

    def _trouble(self, width: int) -> list[Content]:
        working = self._panel.view.working
        if self._busy and working:
            return work_row(working, "", width)
        return problem_rows(self._notice, width) if self._notice else []

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        fields = list(self.query(LineField))
        if event.input is fields[-1]:
            self._begin()
        else:
            self.focus_next(LineField)

    @on(Choice.Pressed, "#form-yes")
    def _pressed(self, event: Choice.Pressed) -> None:
        event.stop()
        self._begin()

    def _begin(self) -> None:
        if not self._busy:
            self._wait(busy=True)
            self.app.run_worker(self._do([field.value for field in self.query(LineField)]), group="intents")

    async def _do(self, values: Sequence[str]) -> None:
        problem = await self._form.act(values)
        if not self.is_attached:
            return
        self._wait(busy=False)
        self._notice = Notice(problem) if problem else None
        self.changed()
        if not problem and self.is_active:
            self.dismiss(None)
            if self._form.done:
                self.app.notify(self._form.done, markup=False)

    def _wait(self, *, busy: bool) -> None:
        self._busy = busy
        if busy:
            self._was_at = self.focused
        self.query_one("#form-yes", Choice).disabled = busy
        self.query_one("#form-stop", Choice).display = busy and self._form.may_stop
        for field in self.query(LineField):
            field.disabled = busy
        self.query_one("#form-no", Choice).relabel("Hide" if busy else "Not now")
        if not busy and self._was_at is not None:
            # A field that is switched off loses the keyboard.
            self._was_at.focus()

    @on(Choice.Pressed, "#form-stop")
    def _stopped(self, event: Choice.Pressed) -> None:
        event.stop()
        self.app.run_worker(self._panel.stop(), group="intents")

    @on(Choice.Pressed, "#form-no")
    def action_leave(self) -> None:
        """Away; what has begun goes on."""
        if self.is_active:
            self.given_up()
            self.dismiss(None)

    def given_up(self) -> None:
        """It was left before its end."""


class ProveScreen(FormScreen):
    """The server wants to know that it is us: the password, or a page that says so. Stays as long as it is asked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "open_page", "Open the page", show=False)]

    def __init__(self, panel: TrustPanel) -> None:
        """What is asked stands in the panel's view."""
        ask = panel.view.ask
        self._tries = ask.tries if ask else 0
        link = ask.link if ask else ""
        words = f"Open this page, say yes there, then come back: {link} (o opens it)" if link else _WHO
        fields = () if link else (FieldOf("Password", "goes to your server only", hidden=True),)
        yes = "I have said yes" if link else "Go on"
        super().__init__(panel, Form(ask.what if ask else "", (words,), fields, yes, _never))

    async def _do(self, values: Sequence[str]) -> None:
        await self._panel.prove(values[0] if values else "")

    def action_open_page(self) -> None:
        """Open the page on which one says yes."""
        ask = self._panel.view.ask
        if ask and ask.link:
            self.post_message(OpenPage(ask.link))

    @on(FormScreen.Changed)
    def look_again(self) -> None:
        """Ended, or asked once more because the answer was wrong."""
        ask = self._panel.view.ask
        if ask is None:
            if self.is_active:
                self.dismiss(None)
        elif ask.tries != self._tries:
            self._tries = ask.tries
            self._wait(busy=False)
            self._notice = Notice("Your server did not take that.", ("Nothing was changed.", "Check it and try again."))
            self.changed()
            for field in self.query(LineField):
                field.focus()

    def given_up(self) -> None:
        """Nothing is done, unless the answer is on its way already."""
        if not self._busy:
            self.app.run_worker(self._panel.prove(None), group="intents")


async def _never(_values: Sequence[str]) -> str:
    return ""


def rename_form(panel: TrustPanel, device: DeviceId, name: str) -> FormScreen:
    """A device's name."""

    async def act(values: Sequence[str]) -> str:
        return await panel.rename(device, values[0].strip()) if values[0].strip() else "It needs a name."

    words = ("Others who know your devices see this name, and so do the servers.",)
    return FormScreen(panel, Form(f"Rename {device}", words, (FieldOf("Name", "↗ clear text", name),), "Rename", act))


def export_form(panel: TrustPanel) -> FormScreen:
    """A file for one's keys."""

    async def act(values: Sequence[str]) -> str:
        path, first, second = values
        if not path.strip():
            return "It needs a file to write to."
        if first != second:
            return "The two passphrases are not the same."
        return await panel.export(path.strip(), first)

    words = (
        "The file opens every message that this device can read, for whoever has it and its passphrase.",
        "Element reads it, too.",
    )
    fields = (
        FieldOf("File", "is written anew; one that is there is not replaced", "~/nookterm-keys.txt"),
        FieldOf("Passphrase", _STAYS, hidden=True),
        FieldOf("The same once more", hidden=True),
    )
    form = Form("Export keys", words, fields, "Export", act, "The keys are in the file.", may_stop=True)
    return FormScreen(panel, form)


def import_form(panel: TrustPanel) -> FormScreen:
    """A file with one's keys."""

    async def act(values: Sequence[str]) -> str:
        path, passphrase = values
        if not path.strip():
            return "Which file is it?"
        return await panel.take_in(path.strip(), passphrase)

    words = (
        "A file that nookterm or Element has written.",
        "What it opens is second hand: nothing proves who wrote it.",
    )
    fields = (FieldOf("File", "stays as it is"), FieldOf("Its passphrase", _STAYS, hidden=True))
    return FormScreen(panel, Form("Import keys", words, fields, "Import", act, may_stop=True))
