"""All that goes on about keys beside the conversations of an account: who takes what came, and what is due after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from nookterm.client.beside import do_each
from nookterm.client.changes import Changes
from nookterm.client.invited import note_invitation
from nookterm.client.ports import Arrived, Clock, Gateway, RoomUpdate, Store
from nookterm.client.rooms import Rooms
from nookterm.domain.records import dataclass

if TYPE_CHECKING:
    from nookterm.client.backup import KeyBackup
    from nookterm.client.carrying import Carrying
    from nookterm.client.exceptions import Exceptions
    from nookterm.client.gossip import Gossip
    from nookterm.client.history import History
    from nookterm.client.identity import OwnIdentity
    from nookterm.client.people import People
    from nookterm.client.verification import Verifications
    from nookterm.trust.verification import Flow


@dataclass(slots=True)
class Trusting:
    """The use cases about trust of one open account. Lives on the engine's loop."""

    gateway: Gateway
    store: Store
    clock: Clock
    changes: Changes
    rooms: Rooms
    exceptions: Exceptions = field(init=False)
    people: People = field(init=False)
    _identity: OwnIdentity | None = None
    _verifications: Verifications | None = None
    _carrying: Carrying | None = None

    @property
    def identity(self) -> OwnIdentity:
        """Our own identity."""
        if self._identity is None:
            from nookterm.client.identity import OwnIdentity

            self._identity = OwnIdentity(self.gateway, self.store, self.changes, self.backup)
        return self._identity

    @property
    def verifications(self) -> Verifications:
        """Comparing keys with people and with our other devices."""
        if self._verifications is None:
            from nookterm.client.verification import Verifications
            from nookterm.client.vouching import Vouching

            vouching = Vouching(self.gateway, lambda: self.identity, lambda: self.gossip, self.people.moved)
            self._verifications = Verifications(
                self.gateway, self.store, self.clock, self.changes, self.rooms, vouching
            )
        return self._verifications

    @property
    def carrying(self) -> Carrying:
        """All that carries keys."""
        if self._carrying is None:
            from nookterm.client.carrying import Carrying

            made = Carrying(self.gateway, self.store, self.clock, self.changes, self.rooms, lambda: self.identity)
            made.reads_again(self._read_again)
            self._carrying = made
        return self._carrying

    async def _read_again(self) -> None:
        if self.people.read_again:
            await self.people.read_again()

    @property
    def backup(self) -> KeyBackup:
        """The backup of room keys."""
        return self.carrying.backup

    @property
    def gossip(self) -> Gossip:
        """Secrets between our own devices."""
        return self.carrying.gossip

    @property
    def history(self) -> History:
        """The past of rooms for newcomers."""
        return self.carrying.history

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The verifications that are under way; loads nothing where there never was one."""
        return self._verifications.flows if self._verifications else {}

    async def expire(self) -> None:
        """End verifications that took too long, and look at requests that wait since the last process."""
        if self._verifications or self.store.recall_all("verification_request"):
            await self.verifications.expire()

    async def settle(self) -> int:
        """What was begun about keys and could not be ended. Returns how much was done."""
        return await do_each(self.identity.settle, self.carrying.settle)

    def fold(self, update: RoomUpdate) -> None:
        """What a step says of one room, inside the step's transaction."""
        note_invitation(self.store, self.gateway.user_id, update, self.clock())

    def begin_step(self) -> None:
        """A step of the sync is about to be read: from here on keys are at hand, and what time has ended is over."""
        self.people.wake()
        self.exceptions.in_time()

    async def take(self, arrived: tuple[Arrived, ...]) -> None:
        """Hand on what came with a sync step that is stored by now. Never raises a `Problem`."""
        if any(event.type.startswith(("m.secret.", "m.room_key_bundle", "io.element.")) for event in arrived):
            await self.carrying.take(arrived)
        if any(event.type.startswith("m.key.verification.") for event in arrived):
            await self.verifications.take(arrived)

    async def close(self) -> None:
        """The session ends: nothing is sent any more."""
        if self._carrying:
            await self._carrying.close()
        if self._verifications:
            await self._verifications.close()
