"""Somebody at nookterm and somebody at Element who compare keys: the steps that both sides' tests take."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from nookterm.client.verification import Verifications
from nookterm.domain.ids import RoomId
from nookterm.trust.pins import Standing
from nookterm.trust.verification import Flow, Phase
from tests.client.people import Person
from tests.interop.neighbours import hears, until
from tests.interop.peer import Peer
from tests.interop.verifying import Code, Verifying


@dataclass(frozen=True, slots=True)
class Two:
    """A device at nookterm and one at Element: of two people, or of one."""

    ana: Person
    bo: Peer

    @property
    def ours(self) -> Verifications:
        """Nookterm's side."""
        return self.ana.session.trust.verifications

    @property
    def element(self) -> Verifying:
        """The other side."""
        return Verifying(self.bo)

    async def reaches(self, txn: str, *phases: Phase) -> Flow:
        """The flow at nookterm, once it is there."""

        def there() -> Flow | None:
            flow = self.ours.flows.get(txn)
            return flow if flow and flow.phase in phases else None

        return await until(
            self.ana, there, lambda: f"{phases}; it is {(now := self.ours.flows.get(txn)) and now.phase}"
        )

    async def asked_by_nookterm(self) -> str:
        """Ana asks, in a room where it is another person; Bo says yes."""
        mine = self.ana.id == self.bo.id
        await self.bo.sees_device(self.ana.id, self.ana.session.gateway.device_id)
        txn = await (self.ours.ask_devices(self.bo.device_id) if mine else self.ours.ask_person(self.bo.id))
        assert await self.element.asked(self.ana.id) == txn
        await self.element.accept()
        return txn

    async def asked_by_element(self, room: RoomId | None = None) -> str:
        """Bo asks, by to-device messages where no room is named; Ana says yes."""
        if room:
            txn = await self.element.ask_in_room(self.ana.id, room)
        elif self.ana.id == self.bo.id:
            await self.bo.sees_device(self.ana.id, self.ana.session.gateway.device_id)
            txn = await self.element.ask_own()
        else:
            txn = await self.element.ask_device(self.ana.id, self.ana.session.gateway.device_id)
        await self.reaches(txn, Phase.ASKED)
        await self.ours.accept(txn)
        return txn

    async def compare(self, txn: str, *, nookterm_begins: bool = True) -> None:
        """From "ready" to the same emoji on both screens. Element answers our beginning once its person looks."""
        if nookterm_begins:
            await self.reaches(txn, Phase.READY)
            await self.ours.compare(txn)
        else:
            await self.element.start()
        flow, theirs = await asyncio.gather(self.reaches(txn, Phase.COMPARING), self.element.code())
        assert flow.code
        assert theirs == Code(tuple(one.name for one in flow.code.emoji), flow.code.numbers)

    async def agree(self, txn: str) -> None:
        """Both say that they are the same: to the end."""
        await self.element.same()
        await self.ours.same(txn)
        await self.done(txn)

    async def done(self, txn: str) -> None:
        """Both are done, and hold the other one for verified."""
        await self.reaches(txn, Phase.DONE)
        await self.element.done()
        await until(self.ana, lambda: self.stands(Standing.VERIFIED), "a verified pin")

    async def verified(self, room: RoomId) -> None:
        """Each knows the other one for verified, and so does what they say."""
        await self.bo.sees_verified(self.ana.id)
        said = await self.bo.say(room, "it is me")
        assert await hears(self.ana, room, said) == ("it is me", "verified")

    def stands(self, standing: Standing) -> bool | None:
        """Whether this is what Ana's device makes of Bo."""
        return self.ana.session.gateway.identities.pin(self.bo.id).standing is standing or None
