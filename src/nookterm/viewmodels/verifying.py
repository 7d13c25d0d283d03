"""Comparing keys at work: what a person begins and answers, each answer bound to the request that the page showed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from nookterm.domain.ids import DeviceId, UserId
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.verify import Step, VerifyView
from nookterm.viewmodels.verify_pages import VerifyPages

if TYPE_CHECKING:
    from nookterm.client.verification import Verifications


class VerifyModel(VerifyPages):
    """The intents of the dialog. Only `differ` and `end` end anything."""

    async def ask_person(self, user: UserId) -> None:
        """Ask a person to compare keys."""
        await self._begin(lambda verifications: verifications.ask_person(user))

    async def ask_device(self, device: DeviceId | None) -> None:
        """Ask another device of ours; None: all of them, and the first that answers goes on."""
        await self._begin(lambda verifications: verifications.ask_devices(device))

    async def _begin(self, begin: Callable[[Verifications], Awaitable[str]]) -> None:
        async def work(hub: Hub) -> None:
            self._txn = ""
            self.show(VerifyView(Step.WAITING, title="Comparing keys", headline="Asking."))
            txn = await begin(hub.session.trust.verifications)
            self._txn = txn
            self._opened.add(txn)

        await self._work(work)

    async def look(self) -> None:
        """A person sees the page: its end will be shown, too."""

        async def work(hub: Hub) -> None:
            if self.view.txn:
                self._opened.add(self.view.txn)
            await hub.session.trust.expire()

        await self._work(work)

    async def tick(self) -> None:
        """Time has passed."""
        await self._work(lambda hub: hub.session.trust.expire())

    async def again(self) -> None:
        """Show what was put off."""

        async def work(_hub: Hub) -> None:
            self._aside.clear()

        await self._work(work)

    async def accept(self, txn: str) -> None:
        """Go on with a request."""
        await self._work(lambda hub: hub.session.trust.verifications.accept(txn))

    async def later(self, txn: str) -> None:
        """Leave a request open, or put the page of one that has ended away. Nothing is said to anybody."""

        async def work(_hub: Hub) -> None:
            self._aside.add(txn)
            if self.view.txn == txn and self.view.ended:
                self.show(VerifyView())

        await self._work(work)

    async def compare(self, txn: str) -> None:
        """Begin with the pictures."""

        async def work(hub: Hub) -> None:
            self._codes.pop(txn, None)
            await hub.session.trust.verifications.compare(txn)

        await self._work(work)

    async def show_code(self, txn: str) -> None:
        """Show a code of ours."""

        async def work(hub: Hub) -> None:
            code = await hub.session.trust.verifications.show_code(txn)
            if code:
                self._codes[txn] = code

        await self._work(work)

    async def read_code(self, txn: str, text: str) -> None:
        """Read their code, as text."""
        await self._work(lambda hub: hub.session.trust.verifications.read_code(txn, text))

    async def match(self, txn: str) -> None:
        """Both sides show the same."""
        await self._work(lambda hub: hub.session.trust.verifications.same(txn))

    async def differ(self, txn: str) -> None:
        """The two sides differ."""
        await self._work(lambda hub: hub.session.trust.verifications.differ(txn))

    async def end(self, txn: str) -> None:
        """End it, and say so to the other side."""
        await self._work(lambda hub: hub.session.trust.verifications.cancel(txn))
