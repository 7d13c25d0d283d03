"""A way to the key server that breaks at a chosen call: the process dies there, or the network does."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any, cast

from nookterm.client.errors import Offline
from nookterm.client.ports import KeyServer
from nookterm.matrix.gateway import NioGateway
from tests.client.people import Person


class Died(BaseException):
    """The process ended here."""


@dataclass
class Breaking:
    """Stands before the real one and counts. Nothing of it is asked any more once it broke."""

    real: KeyServer
    at: int = 0
    """Which call breaks, from 1; 0: none."""
    after: bool = False
    """Whether the server has done it by then."""
    dies: bool = True
    """Else the network breaks, for this call and all later ones."""
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.real, name)
        if not inspect.iscoroutinefunction(real):
            return real

        async def call(*words: Any, **more: Any) -> Any:
            self.calls.append(name)
            if self.at and len(self.calls) >= self.at:
                if self.after and len(self.calls) == self.at:
                    await real(*words, **more)
                raise Died if self.dies else Offline("The server is away.", code="unreachable")
            return await real(*words, **more)

        return call

    def mend(self) -> None:
        """From here on it works."""
        self.at = 0


def break_keys(person: Person, at: int = 0, *, after: bool = False, dies: bool = True) -> Breaking:
    """Put it before the person's key server."""
    gateway = cast("Any", person.session.gateway)
    assert isinstance(gateway, NioGateway)
    breaking = Breaking(gateway.key_server, at, after, dies)
    cast("Any", gateway)._key_server = breaking
    return breaking
