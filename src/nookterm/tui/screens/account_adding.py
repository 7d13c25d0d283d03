"""What stands between the list of accounts and one more: signing in as somebody else, or the passphrase of a vault."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.screens.signin import SignInScreen
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, SOFT, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.pressing import in_a_row, key_hint
from nookterm.viewmodels.accounts import AccountsPanel, CannotOpen
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.panels import Shell


class AddAccountScreen(SignInScreen):
    """The screen of a first sign-in, within the client: Esc leads back to it. Gives True when one is signed in."""

    def action_back(self) -> None:
        """Another server; from its first page back to the account that one was in."""
        if self._panel.view.step == "server":
            self.dismiss(False)
        else:
            super().action_back()

    def _keys(self, width: int) -> list[Content]:
        if self._asking != "server":
            return super()._keys(width)
        back = key_hint("escape", "back to your account")
        return [in_a_row(key_hint("enter", "go on"), key_hint("tab", "next"), back).truncate(width, ellipsis=True)]


class PassphraseScreen(Dialog[bool]):
    """Asks for the passphrase of an account's vault. Gives True when it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]
    HEAD = "This account is locked"

    def __init__(self, accounts: AccountsPanel, name: str) -> None:
        """`name` is the account that is to open."""
        super().__init__()
        self._accounts = accounts
        self._account = name

    def form(self) -> ComposeResult:
        """What it is for, and the field."""
        yield Paper(self._words)
        yield LineField(
            "Passphrase of nookterm's vault",
            readers=row(("never leaves this machine", QUIET)),
            password=True,
            id="vault-passphrase",
        )

    def ways(self) -> ComposeResult:
        """Open, or not."""
        yield Choice("Open", first=True, id="vault-open")
        yield Choice("Not now", id="vault-leave")

    def on_mount(self) -> None:
        """Type at once."""
        super().on_mount()
        self.query_one(LineField).focus()

    def _words(self, width: int) -> list[Content]:
        words = f"The keys of {self._account} are sealed by a passphrase. The account you are in stays as it is."
        return wrapped(said(words, SOFT), width=width)

    @on(Input.Submitted)
    @on(Choice.Pressed, "#vault-open")
    def _open(self) -> None:
        typed = self.query_one(LineField).value
        if typed:
            self.carry_out(lambda: self._try(typed), lambda _shell: self.end(True))

    async def _try(self, passphrase: str) -> Shell | Told:
        await self._accounts.unlock(passphrase)
        opened = await self._accounts.open(self._account)
        return Told(opened.words, done=False) if isinstance(opened, CannotOpen) else opened

    @on(Choice.Pressed, "#vault-leave")
    def action_leave(self) -> None:
        """Not now."""
        self.end(False)
