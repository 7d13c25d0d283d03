"""Making an account: a name, a password, perhaps a token; what the server will know, and what one agrees to."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from nookterm.tui.screens.browser import bring_browser
from nookterm.tui.screens.way_in_page import WayInPage
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SAFE, SOFT, STRONG, WARN, ends, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.pressing import in_a_row, key_hint
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.panels import SignInPanel

_PAUSE = 0.4
"""Seconds without a letter before the server is asked about a name."""


class JoinScreen(WayInPage[None]):
    """Leaves when the account is made, or one goes back."""

    CSS_PATH = "joining.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", show=False)]

    def __init__(self, panel: SignInPanel) -> None:
        """`panel` is the view-model of signing in, with its part that makes accounts."""
        super().__init__()
        self._panel = panel
        self._asking: Timer | None = None

    def compose(self) -> ComposeResult:
        """What it means, the fields, the terms, the ways on."""
        view = self._panel.joining.view
        with VerticalScroll(id="join-scroll", can_focus=False), Vertical(id="join-column"):
            yield Paper(self._words, id="join-words")
            yield Paper(self._trouble, id="join-trouble")
            yield LineField("Your name there", id="join-name")
            yield LineField("Password", password=True, id="join-password")
            yield LineField("The same password again", password=True, id="join-again")
            if view.token:
                readers = row(("from whoever runs the server", QUIET))
                yield LineField("Registration token", readers=readers, password=True, id="join-token")
            yield Paper(self._terms, id="join-terms")
            with Horizontal(id="join-ways"):
                yield Choice(
                    "Agree, and make the account" if view.terms else "Make the account", first=True, id="join-on"
                )
                yield Choice("Back", id="join-back")
        yield Paper(self._keys, id="join-keys")

    def on_mount(self) -> None:
        """Begin with the name."""
        self._field("name").focus()

    def watched(self) -> tuple[Panel[Any], ...]:
        """What comes from the server, step by step."""
        return self._panel, self._panel.joining, self._panel.browser

    def show(self) -> None:
        """Show the newest view, or leave."""
        if self._panel.view.step != "join":
            self.leave(None)
            return
        view = self._panel.joining.view
        for field in self.query(LineField):
            field.disabled = view.working
        tone = SAFE if view.name_good else WARN
        says = view.name_says or "small letters, digits and . _ - = / +"
        self._field("name").border_subtitle = said(says, tone if view.name_says else QUIET)
        self._field("password").border_subtitle = said(view.password_says or "goes to this server only", QUIET)
        button = self.query_one("#join-on", Choice)
        button.disabled = view.working
        button.relabel(
            "Making the account"
            if view.working
            else "Agree, and make the account"
            if view.terms
            else "Make the account"
        )
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        bring_browser(self.app, self._panel.browser)

    @on(Input.Changed, "#join-name")
    def _name_typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._asking is not None:
            self._asking.stop()
        self._asking = self.set_timer(_PAUSE, lambda: self.intend(self._panel.joining.look_at_name(event.value)))

    @on(Input.Changed, "#join-password")
    def _password_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._panel.joining.look_at_password(event.value)

    @on(Input.Submitted)
    @on(Choice.Pressed, "#join-on")
    def _go_on(self, event: Message) -> None:
        event.stop()
        if self._panel.joining.view.working:
            return
        for field in self.query(LineField):
            if not field.value.strip():
                field.focus()
                return
        token = self._field("token").value if self._panel.joining.view.token else ""
        name, password, again = (self._field(one).value for one in ("name", "password", "again"))
        self.intend(self._panel.joining.make(name, password, again, token))

    @on(Choice.Pressed, "#join-back")
    def action_back(self) -> None:
        """To the ways in; not while an account is being made, which cannot be taken back."""
        if not self._panel.joining.view.working:
            self.intend(self._panel.back())

    def _field(self, name: str) -> LineField:
        return self.query_one(f"#join-{name}", LineField)

    def _words(self, width: int) -> list[Content]:
        view = self._panel.joining.view
        rows = wrapped(row(("A new account on ", STRONG), said(view.server, STRONG)), width=width)
        for words in view.knows:
            rows += wrapped(said(words, SOFT), width=width)
        if view.browser:
            rows += wrapped(row(("The server also wants ", SOFT), said(view.browser, SOFT)), width=width)
        return [*rows, NOTHING]

    def _terms(self, width: int) -> list[Content]:
        view = self._panel.joining.view
        if not view.terms:
            return []
        rows = [row(("Its terms, to be read before you agree:", SOFT))]
        for one in view.terms:
            rows += wrapped(row(said(one.name, ""), ("  ", ""), said(one.address, KEY)), width=width)
        return [*rows, NOTHING]

    def _trouble(self, width: int) -> list[Content]:
        return self.trouble(self._panel.joining.view.notice, width)

    def _keys(self, width: int) -> list[Content]:
        hints = in_a_row(key_hint("enter", "go on"), key_hint("tab", "next"), key_hint("escape", "back"))
        return [ends(hints, NOTHING, width)]
