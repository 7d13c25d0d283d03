"""Several accounts that are only pretended: which is open and in front is kept, and what was asked is written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from nookterm.viewmodels.accounts import AccountLine, AccountsView, CannotOpen
from nookterm.viewmodels.frame import Frame
from nookterm.viewmodels.model import Model, Told
from nookterm.viewmodels.panels import SignInPanel
from nookterm.viewmodels.signin import SignInView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import Recorder
from tests.tui.panel_host import SignIn as FakeSignIn

HOME = AccountLine("home", "@ana", "river.example", "live", "safe", unread=11, mentions=1, in_front=True, is_open=True)
WORK = AccountLine("work", "@ana.holt", "loom.example", "live", "safe", unread=4, mentions=2, is_open=True)
CLUB = AccountLine("club", "@heron", "club.example", "not open")
OLD = AccountLine(
    "old", "@ana", "old.example", "session ended", "warn", "Enter opens what is here; /signin signs in again."
)
AWAY = AccountLine(
    "away", "@ana2", "river.example", "another nookterm has it", "quiet",
    "Enter reads along; it opens when that one is closed.",
)  # fmt: skip
SHUT = AccountLine("shut", "@mia", "river.example", "locked", "warn", "The passphrase does not open the vault.")
BROKEN = AccountLine(
    "broken", state="damaged", meaning="warn", why="profile.json cannot be read. It was left as it is."
)
VIEW = AccountsView((HOME, WORK, CLUB))
MANY = AccountsView((replace(HOME, unsent=1), WORK, CLUB, OLD, AWAY, SHUT, BROKEN))


class FakeAccounts(Model[AccountsView], Recorder):
    """Accounts with a made-up shell each."""

    def __init__(self, first: FakeShell, view: AccountsView = VIEW, *, passphrase: str = "") -> None:
        super().__init__(view)
        self.calls: list[tuple[object, ...]] = []
        self.of: dict[str, FakeShell] = {"home": first}
        self.opened = {"home"}
        self.passphrase = passphrase
        """What opens `shut`; empty: nothing does."""
        self.typed = ""
        self.slow: asyncio.Event | None = None
        """Until this is set nothing opens."""
        self.pending: tuple[str, ...] = ()

    def shell(self, name: str) -> FakeShell:
        if name not in self.of:
            self.of[name] = FakeShell()
        return self.of[name]

    @property
    def shells(self) -> tuple[FakeShell, ...]:
        return tuple(self.of[name] for name in sorted(self.opened))

    async def look(self) -> None:
        self.note("look")

    async def begin_others(self) -> None:
        self.note("begin others")

    async def open(self, name: str) -> FakeShell | CannotOpen:
        self.note("open", name)
        if self.slow:
            await self.slow.wait()
        if name == "broken":
            return CannotOpen("profile.json cannot be read. It was left as it is.")
        if name == "shut" and self.typed != self.passphrase:
            return CannotOpen("The passphrase does not open the vault.", asks=True)
        self.opened.add(name)
        self._set(name, is_open=True)
        return self.shell(name)

    async def unlock(self, passphrase: str) -> None:
        self.typed = passphrase

    async def come_forward(self, name: str) -> None:
        self.note("forward", name)
        self.show(replace(self.view, lines=tuple(replace(x, in_front=x.name == name) for x in self.view.lines)))

    async def losses(self, name: str) -> tuple[str, ...]:
        self.note("losses", name)
        return ("Lost: 1 message not sent yet.", "Your rooms, and what was said there, stay on the server.")

    async def sign_out(self, name: str) -> Told:
        self.note("sign out", name)
        self.opened.discard(name)
        kept = tuple(line for line in self.view.lines if line.name != name)
        self.show(replace(self.view, lines=kept, result=f"{name} is signed out."))
        return Told(f"{name} is signed out.")

    async def close(self, name: str) -> Told:
        self.note("close", name)
        self.opened.discard(name)
        self._set(name, is_open=False)
        return Told(f"{name} is closed here.")

    def free_name(self, wanted: str = "") -> str:
        if wanted.startswith("."):
            return ""
        taken = {line.name for line in self.view.lines}
        return wanted if wanted and wanted not in taken else "account-4"

    def adding(self, name: str) -> SignInPanel:
        self.note("add", name)
        return FakeSignIn(SignInView())

    async def decide(self, *, now: bool) -> None:
        self.note("decide", now)

    async def stop(self, frame: Frame | None) -> None:
        self.note("stop", frame is not None)

    def _set(self, name: str, *, is_open: bool) -> None:
        lines = (replace(line, is_open=is_open) if line.name == name else line for line in self.view.lines)
        self.show(replace(self.view, lines=tuple(lines)))
