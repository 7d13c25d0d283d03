"""Making an account: a name that is free, a password, perhaps a token, terms, and what a server will know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from nookterm.client.account import Parts
from nookterm.client.errors import Problem
from nookterm.client.ports import Challenge, Homeserver, Secret
from nookterm.client.registering import Terms, join, what_is_wanted
from nookterm.domain.ids import UserId, localpart
from nookterm.domain.new_account import WHAT_IT_KNOWS, is_too_short, length_hint, wrong_name
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.browsing import BrowserModel
from nookterm.viewmodels.hub import Do
from nookterm.viewmodels.model import Model, Notice
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.problem_words import way_out


@dataclass(frozen=True, slots=True)
class TermsLine:
    """A document that belongs to a server's terms."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class JoinView:
    """The page on which one makes an account."""

    server: str = ""
    token: bool = False
    """Whether a registration token is wanted."""
    terms: tuple[TermsLine, ...] = ()
    """What one agrees to by making it."""
    browser: str = ""
    """What will have to be done in a browser."""
    knows: tuple[str, ...] = ()
    """What the server will know and not know."""
    name_says: str = ""
    """What is known of the name that was typed."""
    name_good: bool = False
    password_says: str = ""
    working: bool = False
    notice: Notice | None = None


class JoinPanel(Panel[JoinView], Protocol):
    """Making an account."""

    async def look_at_name(self, name: str) -> None:
        """See whether a name is good and free; asked while it is typed."""

    def look_at_password(self, password: str) -> None:
        """Say what its length says."""

    async def make(self, name: str, password: str, again: str, token: str) -> None:
        """Make it, agreeing to the terms that are shown."""


class JoinModel(Model[JoinView]):
    """Makes one account; also the applicant whom the server asks meanwhile."""

    def __init__(self, parts: Parts, do: Do, browser: BrowserModel, profile: str | None) -> None:
        """`profile`: the new profile's name, None for the default one."""
        super().__init__(JoinView())
        self._parts = parts
        self._do = do
        self._browser = browser
        self._profile = profile
        self._found: Homeserver | None = None
        self._terms: tuple[Terms, ...] = ()
        self._typed = ""
        self._done: Callable[[], None] = lambda: None

    def begin(self, found: Homeserver, challenge: Challenge, done: Callable[[], None]) -> None:
        """A server on which one may join; `done` is called when somebody has."""
        wanted = what_is_wanted(challenge)
        self._found, self._done, self._terms, self._typed = found, done, wanted.terms, ""
        lines = (TermsLine(safe_line(t.name, longest=80), safe_line(t.url, longest=300)) for t in wanted.terms)
        browser = ", then ".join(wanted.in_browser)
        self.show(JoinView(safe_line(found.url), wanted.token, tuple(lines), browser, WHAT_IT_KNOWS))

    async def look_at_name(self, name: str) -> None:
        """Say what is wrong with a name, or ask the server; only the last one that was typed counts."""
        name = self._typed = _bare(name)
        wrong = wrong_name(name) if name else ""
        if wrong or not name:
            self.show(replace(self.view, name_says=wrong, name_good=False))
            return

        async def work() -> None:
            found = self._found
            try:
                free = await self._parts.doorway.is_free(found, name) if found else None
            except Problem as problem:
                self._say_of(name, safe_line(problem.message, longest=100), good=False)
            else:
                words = {True: f"{name} is free", False: f"{name} is taken", None: "asked when you go on"}[free]
                self._say_of(name, words, good=free is True)

        await self._do(work())

    def _say_of(self, name: str, words: str, *, good: bool) -> None:
        if name == self._typed:
            self.show(replace(self.view, name_says=words, name_good=good))

    def look_at_password(self, password: str) -> None:
        """Say what its length says."""
        self.show(replace(self.view, password_says=length_hint(password)))

    async def make(self, name: str, password: str, again: str, token: str) -> None:
        """Make the account, its profile here, and be signed in on it."""
        name, before = _bare(name), replace(self.view, notice=None)
        wrong = _wrong(name, password, again)
        if wrong or self._found is None:
            self.show(replace(before, notice=Notice(wrong or "No server was chosen.")))
            return
        found = self._found
        self.show(replace(before, working=True))

        async def work() -> None:
            try:
                given = Secret(token.strip()) if token.strip() else None
                await join(self._parts, found, name, Secret(password), given, self, self._profile)
                self._done()
            except Problem as problem:
                steps = (safe_line(way_out(problem), longest=300),) if problem.hint else ()
                notice = Notice(safe_line(problem.message, longest=300), steps)
                self.show(replace(self.view, working=False, notice=notice))

        await self._do(work())

    async def agrees(self, terms: tuple[Terms, ...]) -> bool:
        """Whether these are the terms that were shown; making the account agrees to them."""
        return set(terms) <= set(self._terms)

    async def has_visited(self, page: str, what: str, *, again: bool) -> bool:
        """Send them to a page of the server's."""
        return await self._browser.has_visited(page, what, again=again)


def _bare(name: str) -> str:
    return localpart(UserId(name.strip()))


def _wrong(name: str, password: str, again: str) -> str:
    """What keeps the server from being asked."""
    if wrong := wrong_name(name):
        return wrong
    if is_too_short(password):
        return f"The password is too short. {length_hint(password)}".strip()
    return "" if password == again else "The two passwords are not the same."
