"""The first screen: which server, who you are; problems stand where they happened and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from nookterm.tui.widgets.cards_face import arch_rows, problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    KEY,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    WARN,
    ends,
    row,
    wrapped,
)
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.way_in import way_in
from nookterm.viewmodels.panels import SignInPanel

_ROOM_FOR_ARCH = 22
_ROOM_FOR_STEPS = 16
_ROOM_FOR_BOX = 20
_BOX = 6
"""Rows that a problem takes."""


class SignInScreen(Screen[bool]):
    """Server, then name and password. Posts `Done` and leaves when the client can open."""

    CSS_PATH = "signin.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Another server", show=False)]

    @dataclass
    class Changed(Message):
        """There is a newer view."""

    @dataclass
    class Done(Message):
        """Signed in."""

    def __init__(self, panel: SignInPanel) -> None:
        """`panel` is the view-model of signing in."""
        super().__init__()
        self._panel = panel
        self._stop: Callable[[], None] | None = None
        self._asking = "server"

    def compose(self) -> ComposeResult:
        """All fields are there from the start; the step says which are shown."""
        with VerticalScroll(id="signin-scroll", can_focus=False), Vertical(id="signin-column"):
            yield Paper(self._head, id="signin-head")
            yield Paper(self._words, id="signin-words")
            yield Paper(self._trouble, id="signin-trouble")
            yield LineField("Server", readers=row(("a name such as river.example", QUIET)), id="signin-server")
            yield LineField("Your name there", readers=row(("ana, or @ana:river.example", QUIET)), id="signin-user")
            yield LineField(
                "Password", readers=row(("goes to this server only", QUIET)), password=True, id="signin-password"
            )
            with Horizontal(id="signin-ways"):
                yield Choice("Go on", first=True, id="signin-on")
                yield Choice("Another server", id="signin-back")
        yield Paper(self._keys, id="signin-keys")

    def on_mount(self) -> None:
        """Begin to watch."""
        self._stop = self._panel.watch(lambda _view: self._tell())
        self._show()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    def on_resize(self, event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(event.size.height < _ROOM_FOR_STEPS, "-low")

    @on(Changed)
    def _show(self) -> None:
        view = self._panel.view
        if view.step == "done":
            self.post_message(self.Done())
            if self.is_active and len(self.app.screen_stack) > 1:
                self.dismiss(True)
            return
        working = view.step == "working"
        before = self._asking
        if not working:
            self._asking = view.step
        self.set_class(self._asking == "password", "-password")
        for field in self.query(LineField):
            field.disabled = working
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        self.query_one("#signin-on", Choice).disabled = working
        self.query_one("#signin-on", Choice).relabel(view.doing.rstrip(".… ") if working and view.doing else "Go on")
        if not working:
            self._place_cursor(moved=before != self._asking)

    def _place_cursor(self, *, moved: bool) -> None:
        """Where the next word goes: the first empty field, and the password after a problem."""
        if self._asking == "server":
            wanted = "server"
        elif moved and not self._field("user").value:
            wanted = "user"
        else:
            wanted = "password"
        if moved or self.focused is None:
            self._field(wanted).focus()

    @on(Input.Submitted)
    @on(Choice.Pressed, "#signin-on")
    def _go_on(self, event: Message) -> None:
        event.stop()
        if self._panel.view.step == "working":
            return
        server, user, password = (self._field(name) for name in ("server", "user", "password"))
        needed = [server] if self._asking == "server" else [user, password]
        for field in needed:
            if not field.value.strip():
                field.focus()
                return
        if self._asking == "server":
            self._intend(self._panel.discover(server.value.strip()))
        else:
            self._intend(self._panel.sign_in(user.value.strip(), password.value))

    @on(Choice.Pressed, "#signin-back")
    def action_back(self) -> None:
        """Choose another server; what was typed stays."""
        if self._panel.view.step == "password":
            self._intend(self._panel.back())

    def _field(self, name: str) -> LineField:
        return self.query_one(f"#signin-{name}", LineField)

    def _intend(self, intent: Coroutine[Any, Any, None]) -> None:
        self.app.run_worker(intent, group="intents")

    def _head(self, width: int) -> list[Content]:
        height = self.app.size.height - (_BOX if self._panel.view.notice is not None else 0)
        name = [row(("n o o k t e r m", STRONG))]
        rows = [*arch_rows(), NOTHING, *name, NOTHING] if height >= _ROOM_FOR_ARCH else []
        if height >= _ROOM_FOR_STEPS:
            rows += [way_in(0 if self._asking == "server" else 1, width), NOTHING]
        return [row((" " * max(0, (width - line.cell_length) // 2), ""), line) for line in rows]

    def _words(self, width: int) -> list[Content]:
        view = self._panel.view
        if self._asking == "password":
            head = row(("Sign in on ", STRONG), (view.server or "your server", STRONG))
            text = "The name and password of your account there. Messages stay sealed to your devices."
        else:
            head = row(("Where is your account?", STRONG))
            text = "Any Matrix homeserver will do: your own, a friend's, a public one."
        return [
            *wrapped(head, width=width),
            *([] if self.has_class("-low") else wrapped(row((text, SOFT)), width=width)),
        ]

    def _trouble(self, width: int) -> list[Content]:
        notice = self._panel.view.notice
        if notice is None:
            return []
        if self.app.size.height < _ROOM_FOR_BOX:
            return wrapped(row(("! ", WARN), (notice.headline, WARN)), width=width)
        return problem_rows(notice, width)

    def _keys(self, width: int) -> list[Content]:
        back = row(("   Esc", KEY), (" another server", QUIET)) if self._asking == "password" else NOTHING
        hints = row(
            ("Enter", KEY), (" go on", QUIET), ("   Tab", KEY), (" next", QUIET), back, ("   ^q", KEY), (" quit", QUIET)
        )
        return [ends(hints, NOTHING, width)]
