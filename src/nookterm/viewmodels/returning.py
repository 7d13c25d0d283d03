"""Signing in again: what became of the session or the database, what is safe, what follows, and the ways in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from nookterm.client.account import Entrance, Parts, by_password, by_token
from nookterm.client.errors import Problem, WrongPassword
from nookterm.client.ports import Homeserver, Secret, Store
from nookterm.client.profiles import Profile
from nookterm.client.returning import Standing, Way, consequences, ended_standing, enter_again, is_back, standing
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.browsing import BrowserModel
from nookterm.viewmodels.doors import PASSWORD, DoorLine, browser_doors, provider_of
from nookterm.viewmodels.hub import Do
from nookterm.viewmodels.model import Model, Notice
from nookterm.viewmodels.problem_words import way_out


@dataclass(frozen=True, slots=True)
class ReturnView:
    """The page on which one signs in again."""

    step: str = "looking"
    """looking, password, working, done; none: nothing has ended."""
    headline: str = ""
    """What happened."""
    words: tuple[str, ...] = ()
    """What is safe and what follows, a sentence each."""
    act: str = "Sign in again"
    """What the button says; names it where the device becomes a new one."""
    stay: str = "Read on"
    """The other way."""
    user: str = ""
    server: str = ""
    notice: Notice | None = None
    """What went wrong just now."""
    by_password: bool = True
    """Whether a password is a way in there, as far as is known."""
    doors: tuple[DoorLine, ...] = ()
    """The other ways, once the server has named them."""


@dataclass(frozen=True, slots=True)
class OpenHere:
    """An account that this process has open. Everything belongs to the engine's thread."""

    store: Store
    let_go: Callable[[], Awaitable[None]]
    """Closes it, so that it can be signed in again."""
    open_again: Callable[[], Awaitable[None]]


class ReturnModel(Model[ReturnView]):
    """Signs one profile in again."""

    def __init__(self, do: Do, browser: BrowserModel | None = None) -> None:
        """`do` runs work on the engine's thread; `browser` is what waits for one."""
        super().__init__(ReturnView())
        self.browser = browser or BrowserModel(do)
        self._do = do
        self._parts: Parts | None = None
        self._profile = ""
        self._here: OpenHere | None = None
        self._at: Standing | None = None
        self._server: Homeserver | None = None

    def attach(self, parts: Parts, profile: Profile, here: OpenHere | None = None) -> None:
        """Whose sign-in it is; `here` where this process has the account open."""
        self._parts, self._profile, self._here, self._at = parts, profile.name, here, None
        self._server = None
        self.show(ReturnView())

    async def look(self) -> None:
        """See how the profile stands."""

        async def work() -> None:
            if self._parts is None:
                return
            profile = self._parts.profiles.load(self._profile)
            if self._here:
                self._at = ended_standing(profile, self._here.store)
            else:
                self._at = standing(self._parts, profile, thorough=True)
            self.show(_page(self._at))
            await self._try_old(self._parts, self._at)
            await self._name_doors(self._parts, self._at)

        await self._run(work, self.view)

    async def _try_old(self, parts: Parts, at: Standing) -> None:
        """Where the server knows the old session after all, no password is needed; else nothing is said."""
        page = self.view
        if page.step != "password" or at.way is Way.ANEW:
            return
        try:
            back = await is_back(parts, at.profile)
        except Problem:
            return
        if back and self.view is page:
            if self._here:
                await self._here.let_go()
                await self._here.open_again()
            self.show(replace(page, step="done"))

    async def _name_doors(self, parts: Parts, at: Standing) -> None:
        """The ways in beside a password; a server that does not answer now is asked for one."""
        page = self.view
        if page.step != "password":
            return
        try:
            self._server = await parts.doorway.discover(at.profile.homeserver)
        except Problem:
            return
        if self.view is page:
            doors = browser_doors(self._server)
            self.show(replace(page, doors=doors, by_password=PASSWORD in self._server.flows or not doors))

    async def sign_in(self, password: str) -> None:
        """Sign in again by password, and open the account where it was open."""
        parts, at, page = self._parts, self._at, self.view
        if parts is None or at is None or page.step != "password":
            return
        server = Homeserver(at.profile.homeserver, ())
        entrance = by_password(parts, server, at.profile.user_id, Secret(password))
        await self._run(lambda: self._enter(parts, at, entrance, page), page)

    async def choose(self, door: str) -> None:
        """Sign in again in the browser, as the same person."""
        parts, at, page, server = self._parts, self._at, self.view, self._server
        by = provider_of(server, door) if server else None
        if parts is None or at is None or server is None or by is None or page.step != "password":
            return

        async def work() -> None:
            self.show(replace(page, step="working", notice=None))
            token = await self.browser.token(parts.doorway, server, by)
            if token is None:
                self.show(page)
                return
            await self._enter(parts, at, by_token(parts, server, token), page)

        await self._run(work, page)

    async def _enter(self, parts: Parts, at: Standing, entrance: Entrance, page: ReturnView) -> None:
        self.show(replace(page, step="working", notice=None))
        if self._here is None:
            await enter_again(parts, at, entrance)
        else:
            await _while_open(parts, at, entrance, self._here)
        self.show(replace(page, step="done", notice=None))

    async def _run(self, work: Callable[[], Awaitable[None]], before: ReturnView) -> None:
        async def run() -> None:
            try:
                await work()
            except Problem as problem:
                hint = "Check it and try again." if isinstance(problem, WrongPassword) else way_out(problem)
                steps = (safe_line(hint, longest=300),) if hint else ()
                self.show(replace(before, notice=Notice(safe_line(problem.message, longest=300), steps)))

        await self._do(run())


async def _while_open(parts: Parts, at: Standing, entrance: Entrance, here: OpenHere) -> None:
    """Sign in again while the account is open; whatever comes of it, it is open again afterwards."""
    closed = False

    async def let_go() -> None:
        nonlocal closed
        await here.let_go()
        closed = True

    try:
        await enter_again(parts, at, entrance, let_go)
    finally:
        if closed:
            await here.open_again()


def _page(at: Standing) -> ReturnView:
    user = safe_line(at.profile.user_id)
    headline = {
        Way.NONE: f"{user} is signed in.",
        Way.SAME: f"The session of {user} has expired.",
        Way.NEW_DEVICE: f"The server has signed this device of {user} out.",
        Way.ANEW: "",
    }[at.way]
    if at.problem:
        headline = safe_line(at.problem.message, longest=300)
    return ReturnView(
        step="none" if at.way is Way.NONE else "password",
        headline=headline,
        words=() if at.way is Way.NONE else consequences(at),
        act="Sign in again" if at.way is Way.SAME else "Sign in as a new device",
        stay="Leave" if at.problem else "Read on",
        user=user,
        server=safe_line(at.profile.homeserver),
    )
