"""Making this device trusted: set up, unlock, note the recovery key, or begin anew; one page after the other."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.domain.records import dataclass
from nookterm.tui.messages import OpenPage
from nookterm.tui.widgets.cards_face import arch_rows, problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, STRONG, WARN, ends, row, said, wrapped
from nookterm.tui.widgets.first_trust_rows import page_rows, step_row
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.pressing import in_a_row, key_hint
from nookterm.tui.widgets.ways import Way
from nookterm.viewmodels.first_trust import FirstTrustView, Stage, typed_so_far
from nookterm.viewmodels.panels import FirstTrustPanel

DEVICE, LATER = "device", "later"
"""How one left: to compare with another device, or not now. True: this device is trusted."""
_ROOM_FOR_ARCH = 32
_ROOM_FOR_STEPS = 18
_ROOM_FOR_BOX = 28
_WAITS = "It goes on by itself, and Esc waits until it is done."
_NOT_NOW = "This cannot be left half done. It goes on by itself, and Esc works again after it."
_REPLACE = "replace"
"""What is typed before an identity is replaced: no key does it by itself."""

_FIELDS = {
    Stage.UNLOCK: ("Recovery key or passphrase", "never leaves this device"),
    Stage.KEY: ("File", "only you can read it"),
    Stage.PROVE: ("Group", "small and capital letters count"),
    Stage.REPLACE: ("Type the word replace", "nothing happens before your server asked you, too"),
    Stage.CONFIRM: ("Password", "goes to this server only"),
}


class FirstTrustScreen(ModalScreen[str | bool]):
    """Gives True when the device is trusted, else how one left."""

    CSS_PATH = "first_trust.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Not now", show=False)]

    @dataclass
    class Changed(Message):
        """There is a newer view."""

    def __init__(self, panel: FirstTrustPanel) -> None:
        """`panel` is the view-model of making a device trusted."""
        super().__init__()
        self._panel = panel
        self._stop: Callable[[], None] | None = None
        self._stage: Stage | None = None
        self._asked: Stage | None = None
        """The page that the field was last for: what is typed stays while it is looked at."""
        self._saving = False

    def compose(self) -> ComposeResult:
        """All that any page needs; the page says which are shown."""
        with VerticalScroll(id="ft-scroll", can_focus=False), Vertical(id="ft-column"):
            yield Paper(self._head, id="ft-head")
            yield Paper(self._words, id="ft-words")
            yield Paper(self._trouble, id="ft-trouble")
            yield LineField("", id="ft-field")
            yield Paper(self._typed, id="ft-typed")
            with Horizontal(id="ft-ways"):
                yield Choice("Go on", first=True, id="ft-on")
                yield Choice("Copy", id="ft-copy")
                yield Choice("Save to a file", id="ft-save")
                yield Choice("New recovery key", id="ft-new")
                yield Choice("Not now", id="ft-back")
            yield Way("Another device of yours", "Compare seven pictures, or a code. Takes a minute.", id="ft-device")
            yield Way("Neither at hand", "Begin anew: older messages stay closed, people see a new key.", id="ft-anew")
        yield Paper(self._keys, id="ft-keys")

    def on_mount(self) -> None:
        """Begin to watch, and see how things stand."""
        self._stop = self._panel.watch(lambda _view: self._tell())
        self._show()
        self._intend(self._panel.look())

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def on_resize(self, event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(event.size.height < _ROOM_FOR_ARCH, "-low")

    def _tell(self) -> None:
        self.post_message(self.Changed())

    # --- what is shown ----------------------------------------------------------------------------------------------

    @on(Changed)
    def _show(self) -> None:
        view = self._panel.view
        if not self.is_current or not self.query(LineField):
            return
        turned, self._stage = self._stage is not view.stage, view.stage
        if turned:
            self._saving = False
        self._arrange(view, turned=turned)
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        if turned:
            self._place_cursor()

    def _arrange(self, view: FirstTrustView, *, turned: bool) -> None:
        field = self.query_one("#ft-field", LineField)
        wanted = _has_field(view, saving=self._saving)
        field.display = wanted
        if wanted:
            title, readers = _FIELDS[view.stage]
            field.border_title = said(f"{title} {view.group}" if view.stage is Stage.PROVE else title, "")
            field.border_subtitle = row((readers, QUIET))
            field.password = view.stage is Stage.CONFIRM
        if (wanted and self._asked is not view.stage) or (
            turned and view.stage in {Stage.CONFIRM, Stage.DONE, Stage.KEY}
        ):
            field.value = ""
        self._asked = view.stage if wanted else self._asked
        self.query_one("#ft-typed").display = wanted
        self.set_class(view.stage is not Stage.UNLOCK, "-bare")
        for name, label in _choices(view, saving=self._saving).items():
            choice = self.query_one(f"#ft-{name}", Choice)
            choice.display = bool(label)
            if label:
                choice.relabel(label)

    def _place_cursor(self) -> None:
        """The field where there is one, else the first way on; never a way that changes what exists."""
        field = self.query_one("#ft-field", LineField)
        on = self.query_one("#ft-on", Choice)
        if field.display:
            field.focus()
        elif on.display:
            on.focus()
        else:
            self.set_focus(None)

    def _head(self, width: int) -> list[Content]:
        height = self.app.size.height
        rows = [*arch_rows(), NOTHING, row(("n o o k t e r m", STRONG)), NOTHING] if height >= _ROOM_FOR_ARCH else []
        if height >= _ROOM_FOR_STEPS:
            rows += [step_row(self._panel.view, width), NOTHING]
        return [row((" " * max(0, (width - line.cell_length) // 2), ""), line) for line in rows]

    def _words(self, width: int) -> list[Content]:
        return page_rows(self._panel.view, width, saving=self._saving, low=self.app.size.height < _ROOM_FOR_BOX)

    def _trouble(self, width: int) -> list[Content]:
        notice = self._panel.view.notice
        if notice is None:
            return []
        if self.app.size.height < _ROOM_FOR_BOX:
            rows = wrapped(row(("! ", WARN), (notice.headline, WARN)), width=width)
            return [*rows, *(line for step in notice.steps[:1] for line in wrapped(said(step, QUIET), width=width))]
        return problem_rows(notice, width)

    def _typed(self, width: int) -> list[Content]:
        if self._panel.view.stage is not Stage.UNLOCK:
            return [NOTHING]
        typed = self.query_one("#ft-field", LineField).value
        words, meaning = typed_so_far(typed, passphrase=self._panel.view.passphrase)
        return wrapped(row((f"  {words}", WARN if meaning else QUIET)), width=width)

    def _keys(self, width: int) -> list[Content]:
        view = self._panel.view
        if view.stage is Stage.WORKING:
            return wrapped(row((_WAITS, QUIET)), width=width)
        back = _back_word(view)
        hints = in_a_row(key_hint("enter", "go on"), key_hint("tab", "another way"), key_hint("escape", back))
        later = view.stage in {Stage.OFFER, Stage.UNLOCK, Stage.KEY}
        return [ends(hints, row(("you can do this later" if later else "", QUIET)), width)]

    # --- what is done -----------------------------------------------------------------------------------------------

    @on(Input.Changed)
    def _count(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#ft-typed", Paper).refresh(layout=True)

    @on(Input.Submitted)
    @on(Choice.Pressed, "#ft-on")
    def _go_on(self, event: Message) -> None:
        event.stop()
        view, panel = self._panel.view, self._panel
        field = self.query_one("#ft-field", LineField)
        typed = field.value
        if field.display and not typed.strip():
            field.focus()
            return
        if view.stage is Stage.KEY and not self._saving:
            self._intend(panel.noted() if view.saved else panel.ask())
        elif view.stage is Stage.KEY:
            self._saving = False
            self._intend(panel.save(typed.strip()))
        elif view.stage is Stage.REPLACE and typed.strip().lower() != _REPLACE:
            field.focus()
        elif view.stage is Stage.DONE:
            self.dismiss(True)
        else:
            acts: dict[Stage, Callable[[], Coroutine[Any, Any, None]]] = {
                Stage.AWAY: panel.look,
                Stage.OFFER: panel.set_up,
                Stage.UNLOCK: lambda: panel.recover(typed) if field.display else panel.look(),
                Stage.PROVE: lambda: panel.prove(typed),
                Stage.REPLACE: panel.replace_now,
                Stage.CONFIRM: lambda: panel.answer(typed or "yes"),
            }
            if view.stage in acts:
                self._intend(acts[view.stage]())

    @on(Choice.Pressed, "#ft-copy, #ft-save, #ft-new, #ft-device, #ft-anew")
    def _chosen(self, event: Choice.Pressed) -> None:
        event.stop()
        match event.choice.id:
            case "ft-copy":
                self._copy(self._panel.view)
            case "ft-save" if self._panel.view.stage is Stage.CONFIRM:
                self.post_message(OpenPage(self._panel.view.link))
            case "ft-save":
                self._saving = True
                self._show()
                field = self.query_one("#ft-field", LineField)
                field.value = self._panel.view.place
                field.focus()
            case "ft-new":
                self._intend(self._panel.new_key())
            case "ft-device":
                self.dismiss(DEVICE)
            case _:
                self._intend(self._panel.replace())

    def _copy(self, view: FirstTrustView) -> None:
        if view.stage is Stage.CONFIRM:
            self.app.copy_to_clipboard(view.link)
            self.app.notify("Copied.", markup=False)
        elif view.key:
            self.app.copy_to_clipboard(view.key.reveal())
            self.app.notify("Copied. Put it where you keep passwords, then copy something else.", markup=False)

    @on(Choice.Pressed, "#ft-back")
    def action_back(self) -> None:
        """One page back, or not now; nothing is done that was not agreed to."""
        view = self._panel.view
        if self._saving:
            self._saving = False
            self._show()
        elif view.stage in {Stage.REPLACE, Stage.PROVE}:
            self._intend(self._panel.back())
        elif view.stage is Stage.CONFIRM:
            self._intend(self._panel.answer(None))
        elif view.stage is Stage.DONE:
            self.dismiss(True)
        elif view.stage is Stage.WORKING:
            # Half of an identity would be worse than none.
            self.app.notify(_NOT_NOW, markup=False)
        else:
            self._intend(self._panel.later())
            self.dismiss(LATER)

    def _intend(self, intent: Coroutine[Any, Any, None]) -> None:
        self.app.run_worker(intent, group="intents")


def _has_field(view: FirstTrustView, *, saving: bool) -> bool:
    if view.stage is Stage.KEY:
        return saving
    if view.stage is Stage.CONFIRM:
        return not view.link
    if view.stage is Stage.UNLOCK:
        return view.storage
    return view.stage in _FIELDS


def _choices(view: FirstTrustView, *, saving: bool) -> dict[str, str]:
    """The label of each button; empty where it is not shown."""
    stage = view.stage
    labels = dict.fromkeys(("on", "copy", "save", "new", "back", "device", "anew"), "")
    labels["on"] = {
        Stage.AWAY: "Try again",
        Stage.OFFER: "Set it up",
        Stage.UNLOCK: "Open" if view.storage else "Look again",
        Stage.KEY: "Write it" if saving else ("Go on" if view.saved else "I have noted it"),
        Stage.PROVE: "Go on",
        Stage.REPLACE: "Replace my identity",
        Stage.CONFIRM: "Go on",
        Stage.DONE: "Go on",
    }.get(stage, "")
    labels["back"] = {
        Stage.LOOKING: "Not now",
        Stage.AWAY: "Not now",
        Stage.OFFER: "Not now",
        Stage.UNLOCK: "Not now",
        Stage.KEY: "Back" if saving else ("" if view.saved else "Later"),
        Stage.PROVE: "Show it again",
        Stage.REPLACE: "Leave it as it is",
        Stage.CONFIRM: "Give up",
    }.get(stage, "")
    if stage is Stage.KEY and not saving:
        labels |= {"copy": "Copy", "save": "" if view.saved else "Save to a file"}
    if stage is Stage.CONFIRM and view.link:
        labels |= {"copy": "Copy the link", "save": "Open my browser"}
    if stage is Stage.UNLOCK:
        labels |= {"device": "Another device of yours", "anew": "Neither at hand"}
    if stage is Stage.DONE and view.trusted and not view.words:
        labels |= {"new": "New recovery key", "anew": "Another identity"}
    return labels


def _back_word(view: FirstTrustView) -> str:
    return {
        Stage.PROVE: "show it again",
        Stage.REPLACE: "leave it",
        Stage.CONFIRM: "give up",
        Stage.DONE: "go on",
    }.get(view.stage, "not now")
