"""Leaving with all accounts: what still drains in any of them is asked about once, then every one is closed."""

from __future__ import annotations

from nookterm.tui.account_acting import AccountApp


class QuittingApp(AccountApp, inherit_bindings=False):
    """An app that asks before it drops a decision."""

    _asked_to_leave = False

    def _draining(self) -> tuple[str, ...]:
        if self._accounts is not None:
            return self._accounts.pending
        bars = (self._shell.desk.view.pending, self._shell.messages.view.pending)
        return tuple(bar.text for bar in bars if bar)[:1]

    async def action_quit(self) -> None:
        """Leave; a decision that is still in its bar is asked about in one line."""
        draining = self._draining()
        if not draining or self._asked_to_leave:
            self.exit(0)
            return
        from nookterm.tui.screens.leaving import LeavingScreen

        self._asked_to_leave = True
        self.push_screen(LeavingScreen("; ".join(draining)), self._answered)

    def _answered(self, answer: str | None) -> None:
        self._asked_to_leave = False
        if answer in {"send", "drop"}:
            self.run_worker(self._decide_and_go(now=answer == "send"), group="intents")

    async def _decide_and_go(self, *, now: bool) -> None:
        if self._accounts is not None:
            await self._accounts.decide(now=now)
        else:
            for bar in (self._shell.desk, self._shell.messages):
                await (bar.settle() if now else bar.undo())
        self.exit(0)

    async def on_unmount(self) -> None:
        """Close every account with the screen."""
        if self._accounts is not None:
            await self._accounts.stop(self.last)
        else:
            await self._shell.stop(self.last)
