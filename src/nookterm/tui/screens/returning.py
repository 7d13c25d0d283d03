"""Signing in again: one page that says what happened, what is safe and what follows, with a field for the password."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.screens.browser import bring_browser
from nookterm.tui.screens.way_in_page import WayInPage
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, SAFE, SOFT, STRONG, ends, row, said, wrapped
from nookterm.tui.widgets.doors import Door, Doors, door_keys
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.pressing import key_hint
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.panels import ReturnPanel


class ReturnScreen(ModalScreen[bool], WayInPage[bool]):
    """Gives True when one is signed in again, False when one reads on or leaves."""

    CSS_PATH = "returning.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stay", "Not now", show=False),
        *(Binding(key, f"door({number})", "Another way in", show=False) for number, key in enumerate(door_keys())),
    ]

    def __init__(self, panel: ReturnPanel) -> None:
        """`panel` is the view-model of signing in again."""
        super().__init__()
        self._panel = panel

    def compose(self) -> ComposeResult:
        """What happened, the field, the two ways on."""
        with VerticalScroll(id="return-scroll", can_focus=False), Vertical(id="return-column"):
            yield Paper(self._words, id="return-words")
            yield Paper(self._trouble, id="return-trouble")
            yield LineField(
                "Password", readers=row(("goes to this server only", QUIET)), password=True, id="return-password"
            )
            with Horizontal(id="return-ways"):
                yield Choice("Sign in again", first=True, id="return-on")
                yield Choice("Read on", id="return-stay")
            yield Doors(id="return-doors")
        yield Paper(self._keys, id="return-keys")

    def on_mount(self) -> None:
        """See how things stand."""
        self.intend(self._panel.look())

    def watched(self) -> tuple[Panel[Any], ...]:
        """What comes from the server, step by step."""
        return self._panel, self._panel.browser

    def show(self) -> None:
        """Show the newest view, or leave."""
        view = self._panel.view
        if view.step == "done":
            self.leave(True)
            return
        bring_browser(self.app, self._panel.browser)
        doors = self.query_one(Doors)
        doors.lines, doors.disabled = view.doors, view.step != "password"
        self.set_class(not view.by_password, "-doors-only")
        can_type = view.step == "password"
        field = self.query_one("#return-password", LineField)
        field.disabled = not can_type
        self.query_one("#return-on", Choice).disabled = not can_type
        self.query_one("#return-on", Choice).relabel("Signing in" if view.step == "working" else view.act)
        self.query_one("#return-stay", Choice).relabel(view.stay)
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        if can_type and (self.focused is None or not self.focused.display):
            self.call_after_refresh(self._to_first_way)

    def _to_first_way(self) -> None:
        field, doors = self.query_one("#return-password", LineField), self.query(Door)
        if self._panel.view.by_password:
            field.focus()
        elif doors:
            doors.first().focus()

    @on(Choice.Pressed, "Door")
    def _through(self, event: Choice.Pressed) -> None:
        event.stop()
        if isinstance(event.choice, Door):
            self.intend(self._panel.choose(event.choice.door))

    def action_door(self, number: int) -> None:
        """Take one of the other ways in by its key."""
        door = self.query_one(Doors).by_key(number)
        if door is not None and self._panel.view.step == "password":
            self.intend(self._panel.choose(door))

    @on(Input.Submitted)
    @on(Choice.Pressed, "#return-on")
    def _go_on(self, event: Message) -> None:
        event.stop()
        field = self.query_one("#return-password", LineField)
        if self._panel.view.step != "password":
            return
        if not field.value:
            field.focus()
            return
        self.intend(self._panel.sign_in(field.value))

    @on(Choice.Pressed, "#return-stay")
    def action_stay(self) -> None:
        """Not now; not while a sign-in is under way, which cannot be taken back."""
        if self._panel.view.step != "working":
            self.dismiss(False)

    def _words(self, width: int) -> list[Content]:
        view = self._panel.view
        if view.step == "looking":
            return [row(("Looking at what is here", QUIET))]
        rows = [*wrapped(said(view.headline, STRONG), width=width), NOTHING]
        for number, words in enumerate(view.words):
            mark = ("✓ ", SAFE) if not number else ("· ", QUIET)
            rows += wrapped(row(mark, said(words, SOFT)), width=width)
        return [*rows, NOTHING]

    def _trouble(self, width: int) -> list[Content]:
        return self.trouble(self._panel.view.notice, width)

    def _keys(self, width: int) -> list[Content]:
        stay = self._panel.view.stay.lower()
        other = row(("   ", ""), key_hint("f2", "in your browser")) if self._panel.view.doors else NOTHING
        hints = row(key_hint("enter", "sign in"), ("   ", ""), key_hint("tab", "next"), other, ("   ", ""))
        return [ends(row(hints, key_hint("escape", stay)), NOTHING, width)]
