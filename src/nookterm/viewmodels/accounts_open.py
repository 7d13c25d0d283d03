"""The shells of the accounts that one process has open: begun one by one, asked together, closed together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import field

from nookterm.client.errors import Busy
from nookterm.domain.records import dataclass
from nookterm.viewmodels.frame import Frame
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.status import StatusView

Moved = Callable[[str, StatusView, StatusView], None]
"""Gets a name, its status before, and its status now. Called on the engine's thread."""


@dataclass(slots=True)
class OpenOne:
    """An account that this process has open."""

    shell: ClientShell
    stop_watching: Callable[[], None]
    status: StatusView = field(default_factory=StatusView)
    """As it was last told."""


class OpenAccounts:
    """All of them, by the names of their profiles."""

    def __init__(self, make: Callable[[str, bool], ClientShell], moved: Moved) -> None:
        """`make` gives the shell of a profile; the second word: read-only. `moved` hears of every other status."""
        self._make = make
        self._moved = moved
        self._all: Mapping[str, OpenOne] = {}
        """Replaced as a whole: it is read on both threads."""

    @property
    def all(self) -> Mapping[str, OpenOne]:
        """Those that are open now."""
        return self._all

    def take(self, name: str, shell: ClientShell) -> None:
        """It is open, or about to be."""

        def tell(now: StatusView) -> None:
            one = self._all.get(name)
            if one is not None:
                before, one.status = one.status, now
                self._moved(name, before, now)

        self._all = {**self._all, name: OpenOne(shell, shell.status.watch(tell), shell.status.view)}

    def drop(self, name: str) -> OpenOne | None:
        """It is ours no more."""
        gone = self._all.get(name)
        self._all = {key: one for key, one in self._all.items() if key != name}
        if gone:
            gone.stop_watching()
        return gone

    async def start(self, name: str) -> None:
        """Open one behind the others; where another process has it, to be read. Raises the Problem, and drops it."""
        for read_only in (False, True):
            shell = self._make(name, read_only)
            await shell.stand(behind=True)
            shell.calling.look_at(conversation=False)
            self.take(name, shell)
            try:
                await shell.start()
            except Busy:
                self.drop(name)
                if read_only:
                    raise
            except BaseException:
                self.drop(name)
                raise
            else:
                return

    @property
    def pending(self) -> tuple[str, ...]:
        """What drains in any of them."""
        return tuple(words for one in self._all.values() for words in pending_in(one.shell))

    async def decide(self, *, now: bool) -> None:
        """Make these decisions now, or none of them."""
        for one in self._all.values():
            for bar in (one.shell.desk, one.shell.messages):
                await (bar.settle() if now else bar.undo())

    async def stop(self, front: str, frame: Frame | None) -> None:
        """Close all at once; one that cannot be closed well keeps no other from it."""
        everyone, self._all = self._all, {}
        for one in everyone.values():
            one.stop_watching()
        ending = (one.shell.stop(frame if name == front else None) for name, one in everyone.items())
        for went in await asyncio.gather(*ending, return_exceptions=True):
            if went is not None:
                raise went


def pending_in(shell: ClientShell) -> tuple[str, ...]:
    """What drains in one account."""
    bars = (shell.desk.view.pending, shell.messages.view.pending)
    return tuple(bar.text for bar in bars if bar)
