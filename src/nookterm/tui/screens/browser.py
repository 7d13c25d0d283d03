"""Something to be done in a browser: the whole address and where it truly is, a key that opens it."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.screens.way_in_page import WayInPage
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SAFE, SOFT, STRONG, WARN, ends, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.pressing import in_a_row, key_hint
from nookterm.viewmodels.browsing import BrowserPanel
from nookterm.viewmodels.panel import Panel

_NARROWEST = 8
_BY_ITSELF = "When you have signed in there, this page goes on by itself."
_ELSEWHERE = (
    "Your browser is on another machine. After signing in it goes to a page that does not open there: copy that page's "
    "whole address, and paste it here."
)
_NO_BROWSER = "There is no browser on this screen. Open the address anywhere, then paste the address where you end up."


def bring_browser(app: App[Any], panel: BrowserPanel) -> None:
    """Show the page that waits for a browser, where one does and it is not shown yet."""
    if panel.view.waiting and not any(isinstance(screen, BrowserScreen) for screen in app.screen_stack):
        app.push_screen(BrowserScreen(panel))


class BrowserScreen(ModalScreen[None], WayInPage[None]):
    """Leaves by itself when nothing waits any more."""

    CSS_PATH = "browser.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", "Give up", show=False)]

    def __init__(self, panel: BrowserPanel) -> None:
        """`panel` is the view-model of what waits."""
        super().__init__()
        self._panel = panel

    def compose(self) -> ComposeResult:
        """What it is for, the address, the ways on."""
        with VerticalScroll(id="browser-scroll", can_focus=False), Vertical(id="browser-column"):
            yield Paper(self._words, id="browser-words")
            yield Paper(self._trouble, id="browser-trouble")
            with Horizontal(id="browser-ways"):
                yield Choice("Open my browser", first=True, id="browser-open")
                yield Choice("I have done it", first=True, id="browser-on")
                yield Choice("Copy the address", id="browser-copy")
                yield Choice("Give up", id="browser-stop")
            yield LineField(
                "Paste the address where you ended up",
                readers=row(("as good as a password: not shown", QUIET)),
                password=True,
                id="browser-paste",
            )
        yield Paper(self._keys, id="browser-keys")

    def on_mount(self) -> None:
        """Begin with what most do."""
        view = self._panel.view
        first = "browser-open" if view.can_open else "browser-paste" if view.comes_back else "browser-copy"
        self.query_one(f"#{first}").focus()

    def watched(self) -> tuple[Panel[Any], ...]:
        """What comes from the server, step by step."""
        return (self._panel,)

    def show(self) -> None:
        """Show the newest view, or leave."""
        view = self._panel.view
        if not view.waiting:
            self.leave(None)
            return
        self.query_one("#browser-open", Choice).display = view.can_open
        self.query_one("#browser-open", Choice).relabel("Open it once more" if view.opened else "Open my browser")
        self.query_one("#browser-on", Choice).display = not view.comes_back
        self.query_one("#browser-paste", LineField).display = bool(view.comes_back)
        for paper in self.query(Paper):
            paper.refresh(layout=True)

    @on(Input.Submitted)
    def _pasted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.intend(self._panel.paste(event.value.strip()))
            event.input.clear()

    @on(Choice.Pressed)
    def _chosen(self, event: Choice.Pressed) -> None:
        event.stop()
        match event.choice.id:
            case "browser-open":
                self.intend(self._panel.open())
            case "browser-on":
                self.intend(self._panel.go_on())
            case "browser-copy":
                self.app.copy_to_clipboard(self._panel.view.address)
                self.notify("The address is in your clipboard.", markup=False)
            case _:
                self.action_stop()

    def action_stop(self) -> None:
        """Give it up."""
        self.intend(self._panel.stop())

    def _words(self, width: int) -> list[Content]:
        view, room = self._panel.view, max(width, _NARROWEST)
        rows = [*wrapped(said(view.title, STRONG), width=width), NOTHING]
        if view.again:
            rows += wrapped(row(("! ", WARN), ("The server has not heard of it yet.", WARN)), width=width)
        rows += wrapped(row(("This is a page of ", SOFT), said(view.host, STRONG), (":", SOFT)), width=width)
        rows += [said(view.address[at : at + room], KEY) for at in range(0, len(view.address), room)]
        rows.append(NOTHING)
        if view.opened:
            rows += wrapped(row(("✓ ", SAFE), ("Your browser has it. ", SOFT)), width=width)
        if view.comes_back and (view.remote or not view.can_open):
            rows += wrapped(row((_ELSEWHERE if view.remote else _NO_BROWSER, SOFT)), width=width)
            rows += wrapped(row(("It begins with ", SOFT), said(view.comes_back, SOFT)), width=width)
        elif view.comes_back:
            rows += wrapped(row((_BY_ITSELF, SOFT)), width=width)
        else:
            rows += wrapped(row(("Do it there, then come back and say so.", SOFT)), width=width)
        return [*rows, NOTHING]

    def _trouble(self, width: int) -> list[Content]:
        return self.trouble(self._panel.view.notice, width)

    def _keys(self, width: int) -> list[Content]:
        opens = row(key_hint("enter", "open"), ("   ", "")) if self._panel.view.can_open else NOTHING
        return [ends(row(opens, in_a_row(key_hint("tab", "next"), key_hint("escape", "give up"))), NOTHING, width)]
