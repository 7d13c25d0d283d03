"""What stands in for a screen: shells of real accounts on a real engine, and patience until a view says something."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Protocol, TypeVar

from nookterm.client.account import OpenAccount, open_account
from nookterm.client.engine import Engine
from nookterm.client.session import Session
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import TimelineView, Words
from tests.client.people import Person, Village

V_co = TypeVar("V_co", covariant=True)
Work = Callable[[Session], Awaitable[None]]


class Panel(Protocol[V_co]):
    @property
    def view(self) -> V_co: ...


async def shows(panel: Panel[V_co], done: Callable[[V_co], object], patience: float = 20.0) -> V_co:
    """Wait until the panel's view is as wanted."""
    try:
        async with asyncio.timeout(patience):
            while not done(panel.view):  # noqa: ASYNC110 - views change on another thread
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"the view stayed {panel.view}") from None
    return panel.view


def all_sent(view: TimelineView) -> bool:
    """Whether the server has everything that we wrote here."""
    return not any(entry.state for entry in view.entries if isinstance(entry, Words))


class Screens:
    """Opens shells and closes what is left open."""

    def __init__(self, engine: Engine, people: Village) -> None:
        """Run on `engine`."""
        self.engine = engine
        self.people = people
        self.open: list[ClientShell] = []

    async def of(self, person: Person, *beside: Work) -> ClientShell:
        """The shell of somebody whose own nookterm is closed for it."""
        await person.account.close()
        self.people.people.remove(person)
        return await self.named(person.name, *beside)

    async def named(self, name: str, *beside: Work) -> ClientShell:
        """The shell of a profile, started; `beside` is done as long as it is open."""

        async def open_it() -> OpenAccount:
            return open_account(self.people.parts, name)

        shell = ClientShell(self.engine, open_it, UTC, beside=beside)
        await shell.start()
        self.open.append(shell)
        return shell

    async def live(self, person: Person) -> ClientShell:
        """The same, connected."""
        shell = await self.of(person)
        await shows(shell.status, lambda view: view.connection == "live")
        return shell

    async def close(self, shell: ClientShell) -> None:
        self.open.remove(shell)
        await shell.stop()
