"""Signing in: a server, the ways in that it offers, and the one that somebody takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from nookterm.client.account import Entrance, Parts, by_password, by_token, enter
from nookterm.client.errors import Problem
from nookterm.client.ports import Challenge, Homeserver, Secret
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.browsing import BrowserModel
from nookterm.viewmodels.doors import (
    JOIN,
    PASSWORD,
    DoorLine,
    browser_doors,
    join_door,
    may_join,
    none_of_ours,
    provider_of,
)
from nookterm.viewmodels.hub import Do
from nookterm.viewmodels.joining import JoinModel
from nookterm.viewmodels.model import Model, Notice
from nookterm.viewmodels.problem_words import way_out


@dataclass(frozen=True, slots=True)
class SignInView:
    """The welcome screen."""

    step: str = "server"
    """server, password (the ways in), browser, join, working, done."""
    server: str = ""
    """The homeserver that was found."""
    doing: str = ""
    """What goes on now, while `step` is working."""
    notice: Notice | None = None
    """What went wrong; typing goes on."""
    by_password: bool = True
    """Whether a name and a password are a way in there."""
    doors: tuple[DoorLine, ...] = ()
    """The other ways."""


class SignInModel(Model[SignInView]):
    """Walks from a server's name to a signed-in profile."""

    def __init__(self, parts: Parts, do: Do, profile: str | None, browser: BrowserModel | None = None) -> None:
        """`profile`: the new profile's name, None for the default one. `browser` is what waits for one."""
        super().__init__(SignInView())
        self._parts = parts
        self._do = do
        self._profile = profile
        self._found: Homeserver | None = None
        self._challenge: Challenge | None = None
        self.browser = browser or BrowserModel(do)
        self.joining = JoinModel(parts, do, self.browser, profile)

    async def discover(self, server: str) -> None:
        """Find the homeserver, and the ways in that it offers."""

        async def work() -> None:
            found = await self._parts.doorway.discover(server)
            challenge = await may_join(self._parts.doorway, found)
            doors = (*browser_doors(found), *join_door(challenge))
            by_password = PASSWORD in found.flows
            if not by_password and not doors:
                raise none_of_ours(found)
            self._found, self._challenge = found, challenge
            self.show(SignInView("password", safe_line(found.url), by_password=by_password, doors=doors))

        await self._work(work, SignInView("server"), f"Looking for {safe_line(server)}")

    async def sign_in(self, user: str, password: str) -> None:
        """Sign in by password."""
        found = self._found
        if found is not None:
            entrance = by_password(self._parts, found, user.strip(), Secret(password))
            await self._work(lambda: self._enter(entrance), self._ways(), "Signing in")

    async def choose(self, door: str) -> None:
        """Take one of the other ways in."""
        found, challenge = self._found, self._challenge
        if found is None or self.view.step != "password":
            return
        if door == JOIN and challenge is not None:
            self.joining.begin(found, challenge, lambda: self.show(replace(self.view, step="done")))
            self.show(replace(self._ways(), step="join"))
            return
        by = provider_of(found, door)
        if by is None:
            return

        async def work() -> None:
            self.show(replace(self._ways(), step="browser"))
            token = await self.browser.token(self._parts.doorway, found, by)
            if token is None:
                self.show(self._ways())
                return
            self.show(replace(self._ways(), step="working", doing="Signing in"))
            await self._enter(by_token(self._parts, found, token))

        await self._work(work, self._ways(), "Going to your browser")

    async def back(self) -> None:
        """One step back: from a new account to the ways in, from there to another server."""
        if self.view.step == "join":
            self.show(self._ways())
            return
        self._found = self._challenge = None
        self.show(SignInView())

    async def _enter(self, entrance: Entrance) -> None:
        await enter(self._parts, entrance, self._profile)
        self.show(replace(self.view, step="done", doing=""))

    def _ways(self) -> SignInView:
        return replace(self.view, step="password", doing="", notice=None)

    async def _work(self, work: Callable[[], Awaitable[None]], before: SignInView, doing: str) -> None:
        self.show(replace(before, step="working", doing=doing))

        async def run() -> None:
            try:
                await work()
            except Problem as problem:
                hint = (safe_line(way_out(problem), longest=300),) if problem.hint else ()
                self.show(replace(before, notice=Notice(safe_line(problem.message, longest=300), hint)))

        await self._do(run())
