"""The ways in as a test speaks for them: a browser that nobody sits at, an account that is never made."""

from __future__ import annotations

from nookterm.viewmodels.browsing import BrowserView
from nookterm.viewmodels.doors import JOIN, DoorLine
from nookterm.viewmodels.joining import JoinView, TermsLine
from nookterm.viewmodels.model import Model
from tests.tui.panel_recorder import Recorder

DOORS = (
    DoorLine("by 0", "River Works", "in your browser"),
    DoorLine("by 1", "Guild of Potters", "in your browser"),
    DoorLine(JOIN, "Make an account", "with a registration token"),
)
WAITS = BrowserView(
    waiting=True,
    title="Sign in with River Works",
    address="https://matrix.river.example/_matrix/client/v3/login/sso/redirect/oidc-works?redirectUrl="
    "http%3A%2F%2F127.0.0.1%3A46511%2Fa_m4vKbMHoSXbBi8y6CZSfhp9LKc3DV0",
    host="matrix.river.example",
    can_open=True,
    comes_back="http://127.0.0.1:46511/",
)
NEW = JoinView(
    "https://matrix.river.example",
    token=True,
    terms=(TermsLine("House rules", "https://matrix.river.example/_matrix/consent?v=1.0"),),
    knows=("It will know your name there.", "It cannot read what is said in encrypted rooms."),
)


class Browser(Model[BrowserView], Recorder):
    """Opens nothing."""

    def __init__(self, view: BrowserView | None = None) -> None:
        super().__init__(view or BrowserView())
        self.calls = []

    async def open(self) -> None:
        self.note("open")

    async def paste(self, text: str) -> None:
        self.note("paste", text)

    async def go_on(self) -> None:
        self.note("go_on")

    async def stop(self) -> None:
        self.note("stop")


class Join(Model[JoinView], Recorder):
    """Makes nothing."""

    def __init__(self, view: JoinView = NEW) -> None:
        super().__init__(view)
        self.calls = []

    async def look_at_name(self, name: str) -> None:
        self.note("name", name)

    def look_at_password(self, password: str) -> None:
        self.note("length", len(password))

    async def make(self, name: str, password: str, again: str, token: str) -> None:
        self.note("make", name, password, again, token)
