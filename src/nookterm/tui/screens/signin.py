"""The first screen: which server, who you are; problems stand where they happened and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from nookterm.domain.records import dataclass
from nookterm.tui.screens.browser import bring_browser
from nookterm.tui.screens.joining import JoinScreen
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, WARN, row, wrapped
from nookterm.tui.widgets.doors import Door, Doors, door_keys
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.signin_rows import ROOM_FOR_STEPS, other_ways, signin_head, signin_keys, signin_words
from nookterm.viewmodels.panels import SignInPanel
from nookterm.viewmodels.signin import SignInView

_ROOM_FOR_BOX = 20


class SignInScreen(Screen[bool]):
    """Server, then a way in. Posts `Done` and leaves when the client can open."""

    CSS_PATH = "signin.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Another server", show=False),
        *(Binding(key, f"door({number})", "Another way in", show=False) for number, key in enumerate(door_keys())),
    ]

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
        self._stops: list[Callable[[], None]] = []
        self._asking = "server"
        self._left = False

    def compose(self) -> ComposeResult:
        """All fields are there from the start; the step says which are shown."""
        with VerticalScroll(id="signin-scroll", can_focus=False), Vertical(id="signin-column"):
            yield Paper(self._rows(signin_head), id="signin-head")
            yield Paper(self._rows(signin_words), id="signin-words")
            yield Paper(self._trouble, id="signin-trouble")
            yield LineField("Server", readers=row(("a name such as river.example", QUIET)), id="signin-server")
            yield LineField("Your name there", readers=row(("ana, or @ana:river.example", QUIET)), id="signin-user")
            yield LineField(
                "Password", readers=row(("goes to this server only", QUIET)), password=True, id="signin-password"
            )
            with Horizontal(id="signin-ways"):
                yield Choice("Go on", first=True, id="signin-on")
                yield Choice("Another server", id="signin-back")
            yield Paper(self._rows(other_ways), id="signin-others")
            yield Doors(id="signin-doors")
        yield Paper(self._keys, id="signin-keys")

    def on_mount(self) -> None:
        """Begin to watch."""
        self._stops = [
            self._panel.watch(lambda _view: self._tell()),
            self._panel.browser.watch(lambda _view: self._tell()),
        ]
        self._show()

    def on_unmount(self) -> None:
        """Stop watching."""
        for stop in self._stops:
            stop()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    def on_resize(self, event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(event.size.height < ROOM_FOR_STEPS, "-low")

    def on_screen_resume(self) -> None:
        """A page over this one is gone: an account may be there meanwhile."""
        if self._panel.view.step == "done":
            self._tell()

    @on(Changed)
    def _show(self) -> None:
        view = self._panel.view
        if not self.query(LineField):
            return
        if view.step == "done":
            self.post_message(self.Done())
            if self.is_current and len(self.app.screen_stack) > 1 and not self._left:
                self._left = True
                self.dismiss(True)
            return
        if self._goes_elsewhere():
            return
        working = view.step in {"working", "browser"}
        before = self._asking
        if not working:
            self._asking = view.step
        self.set_class(self._asking == "password", "-password")
        self.set_class(not view.by_password, "-doors-only")
        self.query_one(Doors).lines = view.doors if self._asking == "password" else ()
        self.query_one(Doors).disabled = working
        for field in self.query(LineField):
            field.disabled = working
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        self.query_one("#signin-on", Choice).disabled = working
        self.query_one("#signin-on", Choice).relabel(view.doing.rstrip(".… ") if working and view.doing else "Go on")
        if not working:
            self._place_cursor(moved=before != self._asking)

    def _goes_elsewhere(self) -> bool:
        """Whether another page has its turn: one for a new account, or one that waits for a browser."""
        if self._panel.view.step == "join":
            if self.is_current:
                self.app.push_screen(JoinScreen(self._panel))
            return True
        if self.is_current:
            bring_browser(self.app, self._panel.browser)
        return False

    def _place_cursor(self, *, moved: bool) -> None:
        """Where the next word goes: the first empty field, and the password after a problem; else the first way in."""
        if self._asking == "password" and not self._panel.view.by_password:
            self.call_after_refresh(self._to_first_door)
            return
        if self._asking == "server":
            wanted = "server"
        elif moved and not self._field("user").value:
            wanted = "user"
        else:
            wanted = "password"
        if moved or self.focused is None:
            self._field(wanted).focus()

    def _to_first_door(self) -> None:
        doors = self.query(Door)
        if doors and not isinstance(self.focused, Door):
            doors.first().focus()

    @on(Choice.Pressed, "Door")
    def _through(self, event: Choice.Pressed) -> None:
        event.stop()
        if isinstance(event.choice, Door):
            self._intend(self._panel.choose(event.choice.door))

    def action_door(self, number: int) -> None:
        """Take one of the other ways in by its key."""
        door = self.query_one(Doors).by_key(number)
        if door is not None and self._panel.view.step == "password":
            self._intend(self._panel.choose(door))

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

    def _rows(self, build: Callable[[SignInView, str, int, int], list[Content]]) -> Callable[[int], list[Content]]:
        """Rows for what is asked now, by the width of their place and the height of the terminal."""
        return lambda width: build(self._panel.view, self._asking, width, self.app.size.height)

    def _trouble(self, width: int) -> list[Content]:
        notice = self._panel.view.notice
        if notice is None:
            return []
        if self.app.size.height < _ROOM_FOR_BOX:
            return wrapped(row(("! ", WARN), (notice.headline, WARN)), width=width)
        # As wide as the fields below it.
        return problem_rows(notice, width + 2)

    def _keys(self, width: int) -> list[Content]:
        return self._rows(signin_keys)(width)
