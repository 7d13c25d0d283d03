"""Making a device trusted with nobody behind it: views that a test sets, intents that are written down."""

from __future__ import annotations

from nookterm.viewmodels.first_trust import FirstTrustView
from nookterm.viewmodels.model import Model

Done = list[tuple[object, ...]]


class FakeFirstTrust(Model[FirstTrustView]):
    """Shows what it is told to show."""

    def __init__(self, view: FirstTrustView, done: Done) -> None:
        super().__init__(view)
        self.done = done

    async def look(self) -> None:
        self.done.append(("look at trust",))

    async def back(self) -> None:
        self.done.append(("back",))

    async def later(self) -> None:
        self.done.append(("later",))

    async def set_up(self) -> None:
        self.done.append(("set_up",))

    async def new_key(self) -> None:
        self.done.append(("new_key",))

    async def replace(self) -> None:
        self.done.append(("replace",))

    async def replace_now(self) -> None:
        self.done.append(("replace_now",))

    async def answer(self, password: str | None) -> None:
        self.done.append(("answer", password))

    async def save(self, place: str) -> None:
        self.done.append(("save", place))

    async def ask(self) -> None:
        self.done.append(("ask",))

    async def prove(self, typed: str) -> None:
        self.done.append(("prove", typed))

    async def noted(self) -> None:
        self.done.append(("noted",))

    async def recover(self, typed: str) -> None:
        self.done.append(("recover", typed))
