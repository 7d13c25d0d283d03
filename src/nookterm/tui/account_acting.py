"""Going from one account to another: keys stay in order, words stay with their account, what happens behind is told."""

from __future__ import annotations

import itertools

from textual import on
from textual.message import Message

from nookterm.tui.account_seat import at
from nookterm.tui.look import Look
from nookterm.tui.own_keys import in_own_keys
from nookterm.tui.room_list_acting import RoomListApp
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.widgets.cards_text import said
from nookterm.viewmodels.accounts import AccountsPanel, AccountsView, CannotOpen
from nookterm.viewmodels.panels import Shell

_DEMO = (
    "The demo shows one account. Leave it ({app.quit}) and start nookterm: "
    "there {app.accounts} lists and adds accounts."
)
_ALONE = "Only this account is open here. {app.accounts} lists your accounts, and adds one."
_FIRST_CLOSE = "Close this first: Esc."


class AccountApp(RoomListApp, inherit_bindings=False):
    """An app with several accounts side by side; without `accounts` there is but the one."""

    def __init__(self, shell: Shell, look: Look | None = None, accounts: AccountsPanel | None = None) -> None:
        """`accounts` holds `shell` as the one in front."""
        super().__init__(shell, look)
        self._accounts = accounts
        self._told_of = 0
        """How much was told of the accounts behind so far."""
        self._numbers = itertools.count(1)

    class OthersMoved(Message):
        """Something about the accounts is newer. Posted from any thread."""

    async def begin_others(self) -> None:
        """Follow all accounts, and have those open that are to be. The first one is up already."""
        if self._accounts is None:
            return
        self._accounts.watch(self._accounts_moved)
        await self._accounts.begin_others()

    def _accounts_moved(self, _view: AccountsView) -> None:
        if self.is_running:
            self.post_message(self.OthersMoved())

    @on(OthersMoved)
    def _follow_others(self) -> None:
        """Call for every account that is open, and say what happened in those behind."""
        if self._accounts is None:
            return
        shells = self._accounts.shells
        for shell in shells:
            if shell not in self._rung:
                self.follow_calls(shell)
        for shell in [shell for shell in self._rung if shell not in shells]:
            del self._rung[shell]
        before, self._told_of = self._told_of, self._accounts.view.told
        if self._accounts.view.told != before:
            self.notify(said(self._accounts.view.toast, "").plain, markup=False, timeout=6)

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        if word != "/account" or not rest:
            return super().takes(word, rest)
        self._go_to_account(rest)
        return True

    def action_accounts(self) -> None:
        """All accounts."""
        if self._accounts is None:
            self.notify(in_own_keys(_DEMO), markup=False)
        elif self.screen is self._main:
            from nookterm.tui.screens.accounts import AccountsScreen

            self.push_screen(AccountsScreen(self._accounts), self._chosen_account)

    def action_next_account(self) -> None:
        """The next one that is open."""
        names = [line.name for line in self._accounts.view.lines if line.is_open] if self._accounts else []
        front = self._accounts.view.front if self._accounts else ""
        if len(names) < 2 or front not in names:  # noqa: PLR2004 - one is where one is
            self.notify(in_own_keys(_ALONE if self._accounts else _DEMO), markup=False)
            return
        self._go_to_account(names[(names.index(front) + 1) % len(names)])

    def _chosen_account(self, chosen: str | None) -> None:
        """What the list of accounts gave: a name, with a sign before it where one is not to go there."""
        if not chosen or self._accounts is None:
            return
        sign, name = chosen[:1], chosen[1:]
        if sign == "+":
            self._add_account(name)
        elif sign == "-":
            self.run_worker(self._sign_account_out(self._accounts, name), group="accounts")
        else:
            self._go_to_account(chosen)

    async def _sign_account_out(self, accounts: AccountsPanel, name: str) -> None:
        """Sign the account in front out: another one comes in front first; without another the program ends."""
        others = sorted((line for line in accounts.view.lines if line.name != name), key=lambda line: not line.is_open)
        self.hold_keys()
        try:
            for line in others:
                shell = await accounts.open(line.name)
                if not isinstance(shell, CannotOpen):
                    await self._bring_forward(accounts, line.name, shell)
                    break
        finally:
            self.let_keys_in()
        if others and accounts.view.front == name:
            self.notify("No other account can be opened, so this one stays.", markup=False, severity="warning")
            return
        told = await accounts.sign_out(name)
        if told.done and not others:
            self.exit(0, message=said(told.words, "").plain)
            return
        self.notify(said(told.words, "").plain, markup=False, severity="information" if told.done else "warning")
        await self._clear_seats(accounts)

    def _add_account(self, name: str) -> None:
        if self._accounts is not None:
            from nookterm.tui.screens.account_adding import AddAccountScreen

            def added(done: bool | None) -> None:  # noqa: FBT001 - a screen's result comes by place
                if done:
                    self._go_to_account(name)

            self.push_screen(AddAccountScreen(self._accounts.adding(name)), added)

    def _go_to_account(self, name: str) -> None:
        """Go there; from this very moment no key is for the account that is in front now."""
        if self._accounts is None:
            self.notify(in_own_keys(_DEMO), markup=False)
        elif self.screen is not self.front.main:
            self.notify(_FIRST_CLOSE, markup=False)
        else:
            self.hold_keys()
            with at(None):
                self.run_worker(self._travel(self._accounts, name), group="accounts")

    async def _travel(self, accounts: AccountsPanel, name: str) -> None:
        went = False
        try:
            went = await self._reach_account(accounts, name)
        finally:
            # What was typed for an account that does not come is for no other one.
            if went:
                self.let_keys_in()
            else:
                self.drop_keys()

    async def _reach_account(self, accounts: AccountsPanel, name: str) -> bool:
        if accounts.view.line(name) is None:
            await accounts.look()
        line = accounts.view.line(name)
        if line is None:
            names = ", ".join(one.name for one in accounts.view.lines)
            self.notify(said(f"There is no account {name}. There are: {names}.", "").plain, markup=False)
            return False
        if line.in_front:
            return True
        shell = await accounts.open(name)
        if isinstance(shell, CannotOpen):
            self._say_why_not(accounts, name, shell)
            return False
        await self._bring_forward(accounts, name, shell)
        return True

    def _say_why_not(self, accounts: AccountsPanel, name: str, why: CannotOpen) -> None:
        if not why.asks:
            self.notify(said(why.words, "").plain, markup=False, severity="warning", timeout=10)
            return
        from nookterm.tui.screens.account_adding import PassphraseScreen

        def told(done: bool | None) -> None:  # noqa: FBT001 - a screen's result comes by place
            if done:
                self._go_to_account(name)

        self.push_screen(PassphraseScreen(accounts, name), told)

    async def _bring_forward(self, accounts: AccountsPanel, name: str, shell: Shell) -> None:
        """Draw an account that is open. Its views are in step before a key reaches it."""
        before = self.front
        seat = next((one for one in self.seats.values() if one.shell is shell), None)
        fresh = seat is None
        if seat is None:
            seat = self.take_seat(shell, f"account-{next(self._numbers)}")
        before.shell.calling.look_at(conversation=False)
        await accounts.come_forward(name)
        with at(seat):
            await self.switch_mode(seat.mode)
            conversation = seat.main.query_one(Conversation)
            conversation.compact = before.main.query_one(Conversation).compact
            room = shell.timeline.view.room_id
            if fresh and room:
                await seat.main.open_room(room)
            shell.calling.look_at(conversation=seat.main.place == "room")
            if fresh:
                self.follow_trust()
            else:
                conversation.changed()
                self.show_trust()
        await self._clear_seats(accounts)

    async def _clear_seats(self, accounts: AccountsPanel) -> None:
        """The main screens of accounts that are closed here are drawn no more."""
        gone = [one for one in self.seats.values() if one is not self.front and one.shell not in accounts.shells]
        for one in gone:
            await self.give_up(one)
