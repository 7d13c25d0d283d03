"""Several accounts at work in one process: opened when they are wanted, one in front, the others in sync behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from nookterm.client.account import Parts, sign_out
from nookterm.client.accounts import Found, Standing, another_name, look_over
from nookterm.client.engine import Engine
from nookterm.client.errors import Problem, VaultClosed, WrongUsage
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.accounts import AccountsView, CannotOpen
from nookterm.viewmodels.accounts_open import OpenAccounts, pending_in
from nookterm.viewmodels.accounts_words import line_of, losses, said_of, shown_of
from nookterm.viewmodels.frame import Frame
from nookterm.viewmodels.model import Model, Told
from nookterm.viewmodels.panels import Shell, SignInPanel
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.status import READ_ONLY, StatusView

_LIVE_WITHIN = 10.0
"""Seconds that the others wait for the first to be live, at most; then it is offline, and they begin all the same."""
_LOOK = 0.1


class AccountsModel(Model[AccountsView]):
    """Holds the accounts that are open here. Asked on the screen's thread; what is told comes on the engine's."""

    def __init__(
        self,
        parts: Parts,
        engine: Engine,
        make: Callable[[str, bool], ClientShell],
        *,
        tell_passphrase: Callable[[str], bool] = lambda _passphrase: False,
        others: bool = False,
    ) -> None:
        """`make` gives the shell of a profile; the second word: read-only, beside the process that has it.

        `tell_passphrase` is how a vault's passphrase reaches it; an empty one asks whether it would. `others`: all
        accounts are to be open.
        """
        super().__init__(AccountsView())
        self._parts = parts
        self._engine = engine
        self._tell_passphrase = tell_passphrase
        self._others = others
        self._front = ""
        self._open = OpenAccounts(make, self._moved)
        self._opening = asyncio.Lock()
        self._found: tuple[Found, ...] = ()
        self._problems: dict[str, Problem] = {}
        """Why an account did not open at the last try."""

    def begin_with(self, name: str, shell: ClientShell) -> None:
        """The first account, in front from the start. Nothing of the others is looked at."""
        self._front = name
        self._open.take(name, shell)

    async def look(self) -> None:
        """See anew how each stands."""

        async def work() -> None:
            try:
                self._found = look_over(self._parts, self._open.all)
            except Problem as problem:
                self.show(replace(self.view, problem=safe_line(in_words(problem))))
            self._retell()

        await self._engine.call(work())

    def _retell(self) -> None:
        """Make the lines anew, and tell the one in front what waits in the others. Engine's thread."""
        opened = self._open.all
        statuses = {name: one.shell.status.view for name, one in opened.items()}
        self.show(
            replace(
                self.view,
                lines=tuple(
                    line_of(found, statuses.get(found.name), self._problems.get(found.name), front=self._front)
                    for found in self._found
                ),
            )
        )
        if self._front in opened:
            elsewhere = sum(status.mentions for name, status in statuses.items() if name != self._front)
            user = next((f.profile.user_id for f in self._found if f.name == self._front and f.profile), "")
            opened[self._front].shell.status.beside(len(self._found), elsewhere, safe_line(user))

    def _moved(self, name: str, before: StatusView, now: StatusView) -> None:
        """What happens in one behind is said in front, with the name of whom it happened to."""
        if name != self._front and (words := said_of(name, before, now)):
            self.show(replace(self.view, toast=words, told=self.view.told + 1))
        if shown_of(before) != shown_of(now):
            self._retell()

    async def begin_others(self) -> None:
        """Look at the others when the first one is live, and open them where that is wanted."""
        first = self._open.all[self._front].shell
        for _ in range(round(_LIVE_WITHIN / _LOOK)):
            if first.status.view.connection != "starting":
                break
            await asyncio.sleep(_LOOK)
        await self.look()
        for found in self._found if self._others else ():
            if found.name not in self._open.all and found.standing is Standing.READY:
                await self.open(found.name)

    async def open(self, name: str) -> ClientShell | CannotOpen:
        """Have it open; where another process has it, to be read."""
        async with self._opening:
            if name not in self._open.all:
                try:
                    await self._open.start(name)
                except Problem as problem:
                    self._problems[name] = problem
                    await self.look()
                    asks = isinstance(problem, VaultClosed) and problem.code != "key_lost"
                    words = safe_line(in_words(problem), longest=400)
                    return CannotOpen(words, asks and self._tell_passphrase(""))
                self._problems.pop(name, None)
                await self.look()
            return self._open.all[name].shell

    async def unlock(self, passphrase: str) -> None:
        """Give the vault its passphrase."""
        self._tell_passphrase(passphrase)

    async def come_forward(self, name: str) -> None:
        """Draw this one."""
        opened = self._open.all
        if name not in opened:
            return
        before, self._front = self._front, name
        if before in opened and before != name:
            await opened[before].shell.stand(behind=True)
        await opened[name].shell.stand(behind=False)

        async def tell() -> None:
            self._retell()
            self._parts.profiles.remember_front(name)

        await self._engine.call(tell())

    async def losses(self, name: str) -> tuple[str, ...]:
        """What signing out means."""
        one = self._open.all.get(name)
        return await self._engine.call(losses(one.shell if one else None))

    async def sign_out(self, name: str) -> Told:
        """Close it here, then sign it out."""
        one = self._open.all.get(name)
        if one and one.status.connection == READ_ONLY:
            return await self._ended("Another nookterm has this account: sign out there, or close it.", done=False)
        self.show(replace(self.view, working="Signing out", problem="", result=""))
        if one:
            self._open.drop(name)
            await one.shell.stop()
        try:
            profile = await self._engine.call(sign_out(self._parts, name))
        except Problem as problem:
            return await self._ended(safe_line(in_words(problem)), done=False)
        self._problems.pop(name, None)
        return await self._ended(f"{safe_line(profile.user_id)} is signed out. Nothing of it is left here.", done=True)

    async def close(self, name: str) -> Told:
        """Let it go."""
        one = self._open.all.get(name)
        if name == self._front or one is None:
            words = "This account is in front." if one else "It is not open here."
            return await self._ended(words, done=False)
        if waits := pending_in(one.shell):
            return await self._ended(f"{waits[0]} is not done yet: look at it first.", done=False)
        self._open.drop(name)
        await one.shell.stop()
        return await self._ended(f"{safe_line(name)} is closed here. Its news wait on the server.", done=True)

    async def _ended(self, words: str, *, done: bool) -> Told:
        self.show(replace(self.view, working="", result=words if done else "", problem="" if done else words))
        await self.look()
        return Told(words, done)

    @property
    def shells(self) -> tuple[Shell, ...]:
        """Of all that are open."""
        return tuple(one.shell for one in self._open.all.values())

    def free_name(self, wanted: str = "") -> str:
        """A free name."""
        profiles = self._parts.profiles
        try:
            if wanted and not profiles.has(wanted):
                return wanted
        except WrongUsage:
            return ""
        return another_name(profiles)

    def adding(self, name: str) -> SignInPanel:
        """Sign in under this name."""
        from nookterm.viewmodels.signin import SignInModel

        return SignInModel(self._parts, self._engine.call, name)

    @property
    def pending(self) -> tuple[str, ...]:
        """What drains, wherever."""
        return self._open.pending

    async def decide(self, *, now: bool) -> None:
        """All of that, or none."""
        await self._open.decide(now=now)

    async def stop(self, frame: Frame | None) -> None:
        """Close all."""
        await self._open.stop(self._front, frame)
