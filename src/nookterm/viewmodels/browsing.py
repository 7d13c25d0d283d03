"""Something to be done in a browser: its page, where it truly is, the way back, and what can be pasted by hand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import urlsplit

from nookterm.client.browser import has_browser, is_remote, open_page
from nookterm.client.errors import Problem
from nookterm.client.ports import Doorway, Homeserver, Provider, Secret
from nookterm.client.sso import InBrowser, in_browser
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Do
from nookterm.viewmodels.model import Model, Notice
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.problem_words import way_out

LONGEST_ADDRESS = 4000
"""Characters of an address that is shown."""


@dataclass(frozen=True, slots=True)
class BrowserView:
    """What waits for a browser."""

    waiting: bool = False
    title: str = ""
    """What it is for."""
    address: str = ""
    """The page."""
    host: str = ""
    """Whose page that is, whatever its name says."""
    can_open: bool = False
    """Whether there is a browser on this machine."""
    remote: bool = False
    """Whether this machine is reached from another one, to which the browser cannot come back by itself."""
    opened: bool = False
    """Whether the browser here has been told to open it."""
    comes_back: str = ""
    """How the address begins where the browser ends up; empty: it does not come back, one says when it is done."""
    again: bool = False
    """Whether the server says that it is not done yet."""
    notice: Notice | None = None


class BrowserPanel(Panel[BrowserView], Protocol):
    """What waits for a browser."""

    async def open(self) -> None:
        """Open the page in the browser of this machine."""

    async def paste(self, text: str) -> None:
        """Take the address where a browser ended up, copied by hand."""

    async def go_on(self) -> None:
        """Say that it is done, where nothing comes back."""

    async def stop(self) -> None:
        """Give it up; the way back is closed."""


class BrowserModel(Model[BrowserView]):
    """Waits for one browser at a time. Everything but the intents belongs to the engine's thread."""

    def __init__(
        self,
        do: Do,
        opener: Callable[[str], Awaitable[None]] = open_page,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`do` runs work on the engine's thread; `opener` hands a page to the system's browser."""
        super().__init__(BrowserView())
        self._do = do
        self._opener = opener
        self._environ = os.environ if environ is None else environ
        self._said: asyncio.Future[bool] | None = None
        self._way: InBrowser | None = None
        self._address = ""

    async def token(self, doorway: Doorway, server: Homeserver, by: Provider) -> Secret | None:
        """What a browser brings back from signing in; None where it was given up. Raises Problem."""
        async with in_browser(doorway, server, by.id) as way:
            self._way = way
            back = f"{way.comes_back_to.rpartition('/')[0]}/"
            self._ask(f"Sign in with {safe_line(by.name, longest=60)}" if by.name else "Sign in", way.address, back)
            coming = asyncio.ensure_future(way.token())
            either: set[asyncio.Future[Any]] = {coming, self._waits()}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                return coming.result() if coming.done() else None
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
                self._end()

    async def has_visited(self, page: str, what: str, *, again: bool) -> bool:
        """Show a page of the server's, and wait until somebody says that they have been there; False: they give up."""
        self._ask(f"The server wants {what}", page, "")
        self.show(replace(self.view, again=again))
        try:
            return await self._waits()
        finally:
            self._end()

    def _ask(self, title: str, address: str, comes_back: str) -> None:
        self._address = address
        self.show(
            BrowserView(
                waiting=True,
                title=title,
                address=safe_line(address, longest=LONGEST_ADDRESS),
                host=safe_line(urlsplit(address).netloc, longest=255),
                can_open=has_browser(self._environ),
                remote=is_remote(self._environ),
                comes_back=comes_back,
            )
        )

    def _waits(self) -> asyncio.Future[bool]:
        self._said = asyncio.get_running_loop().create_future()
        return self._said

    def _end(self) -> None:
        self._said, self._way, self._address = None, None, ""
        self.show(BrowserView())

    # --- what somebody does meanwhile -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Open the page in the browser of this machine."""

        async def work() -> None:
            if self._address:
                await self._opener(self._address)
                self.show(replace(self.view, opened=True, notice=None))

        await self._try(work)

    async def paste(self, text: str) -> None:
        """Take what was copied out of a browser; what is wrong with it is said, and another try is free."""

        async def work() -> None:
            if self._way:
                self._way.paste(text)

        await self._try(work)

    async def go_on(self) -> None:
        """It is done."""
        await self._say(done=True)

    async def stop(self) -> None:
        """It is given up."""
        await self._say(done=False)

    async def _say(self, *, done: bool) -> None:
        async def work() -> None:
            if self._said and not self._said.done():
                self._said.set_result(done)

        await self._do(work())

    async def _try(self, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            try:
                await work()
            except Problem as problem:
                steps = (safe_line(way_out(problem), longest=300),) if problem.hint else ()
                self.show(replace(self.view, notice=Notice(safe_line(problem.message, longest=300), steps)))

        await self._do(run())
