"""Signing in: a server, what it offers, a name and a password."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from nookterm.client.account import Parts, sign_in
from nookterm.client.errors import Problem
from nookterm.client.ports import Homeserver, Secret
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Do
from nookterm.viewmodels.model import Model, Notice


@dataclass(frozen=True, slots=True)
class SignInView:
    """The welcome screen."""

    step: str = "server"
    """server, password, working, done."""
    server: str = ""
    """The homeserver that was found."""
    doing: str = ""
    """What goes on now, while `step` is working."""
    notice: Notice | None = None
    """What went wrong; typing goes on."""


class SignInModel(Model[SignInView]):
    """Walks from a server's name to a signed-in profile."""

    def __init__(self, parts: Parts, do: Do, profile: str | None) -> None:
        """`profile`: the new profile's name, None for the default one."""
        super().__init__(SignInView())
        self._parts = parts
        self._do = do
        self._profile = profile
        self._found: Homeserver | None = None

    async def discover(self, server: str) -> None:
        """Find the homeserver."""

        async def work() -> None:
            found = await self._parts.doorway.discover(server)
            if "m.login.password" not in found.flows:
                message = f"{server} does not let people sign in by password."
                raise Problem(message, "Other ways to sign in come with a later version.")
            self._found = found
            self.show(SignInView("password", safe_line(found.url)))

        await self._work(work, SignInView("server"), f"Looking for {safe_line(server)}")

    async def sign_in(self, user: str, password: str) -> None:
        """Sign in."""
        found = self._found
        if found is None:
            return

        async def work() -> None:
            await sign_in(self._parts, found, user.strip(), Secret(password), self._profile)
            self.show(SignInView("done", safe_line(found.url)))

        await self._work(work, SignInView("password", safe_line(found.url)), "Signing in")

    async def back(self) -> None:
        """Choose another server."""
        self._found = None
        self.show(SignInView())

    async def _work(self, work: Callable[[], Awaitable[None]], before: SignInView, doing: str) -> None:
        self.show(replace(before, step="working", doing=doing))

        async def run() -> None:
            try:
                await work()
            except Problem as problem:
                hint = (safe_line(problem.hint, longest=300),) if problem.hint else ()
                self.show(replace(before, notice=Notice(safe_line(problem.message, longest=300), hint)))

        await self._do(run())
