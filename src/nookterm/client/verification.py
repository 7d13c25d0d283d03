"""Comparing keys with a person or with another device of ours: asked, answered, carried through, and what follows."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace

from nookterm.client.changes import Changes
from nookterm.client.errors import Changed, Problem, WrongUsage
from nookterm.client.ports import Arrived, Clock, Gateway, Store
from nookterm.client.rooms import Rooms
from nookterm.client.verification_flows import Flows, this_side
from nookterm.client.verification_inbox import Inbox
from nookterm.client.verification_post import new_txn
from nookterm.client.verification_requests import Requests
from nookterm.client.verification_subjects import Subjects, check_ready
from nookterm.client.vouching import Vouching
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.trust import reciprocate, sas, verifying
from nookterm.trust.entropy import Entropy
from nookterm.trust.qr_code import encode_qr, read_pasted, write_pasted
from nookterm.trust.refusals import Refused
from nookterm.trust.verification import CancelCode, Flow, Phase, Step

_AGAIN = 1.0
"""Seconds."""


class Verifications:
    """The verifications of an open account. Lives on the engine's loop.

    An answer moves its flow at once and returns when what it says to the other side has left. Nothing is answered by
    itself, but a request that crosses one of ours.
    """

    def __init__(
        self,
        gateway: Gateway,
        store: Store,
        clock: Clock,
        changes: Changes,
        rooms: Rooms,
        vouching: Vouching,
        *,
        entropy: Entropy = os.urandom,
        pause: float = _AGAIN,
    ) -> None:
        """`vouching` signs what was verified. `pause`: seconds before a send that failed is tried again."""
        self._gateway = gateway
        self._clock = clock
        self._entropy = entropy
        self._flows = Flows(gateway, clock, changes, entropy, self._ended, pause=pause)
        self._requests = Requests(store, rooms, clock, gateway.user_id)
        self._subjects = Subjects(gateway, changes, rooms)
        self._vouching = vouching
        self._inbox = Inbox(gateway, clock, self._flows, self._requests)
        self._asking = asyncio.Lock()

    @property
    def flows(self) -> Mapping[str, Flow]:
        """By transaction, in the order in which they began; those that ended, for a minute."""
        return self._flows.all

    def problem(self, txn: str) -> Problem | None:
        """Why it ended, or what about its result is still open. None: nothing to say."""
        return self._flows.problems.get(txn)

    # --- asking -----------------------------------------------------------------------------------------------------

    async def ask_person(self, user: UserId, room: RoomId | None = None) -> str:
        """Ask a person, in `room` or the direct room with them, which is made if need be. Returns the transaction.

        Raises:
            NotTrusted: this device is not trusted yet. NotAllowed (no_identity): they have nothing to compare.
        """
        if user == self._gateway.user_id:
            return await self.ask_devices()
        async with self._asking:
            them = await self._subjects.person(user)
            if txn := self._flows.asked_by(user):
                await self.accept(txn)
                return txn
            where = room or await self._subjects.room_with(user)
            self._flows.take_back(user)
            me = this_side(self._gateway)
            content = verifying.room_request(me, user)
            with self._inbox.asking_in(where):
                request = await self._gateway.key_server.send_to_room(where, "m.room.message", content, new_txn())
                self._flows.begin(Step(verifying.asked_in_room(me, them, where, request, self._clock())))
        return request

    async def ask_devices(self, device: DeviceId | None = None) -> str:
        """Ask another device of ours, or all of them: the first that answers goes on. Returns the transaction.

        Raises:
            NotFound: there is no other device, or not this one. NotAllowed (no_identity): nothing to compare yet.
        """
        async with self._asking:
            them, devices = await self._subjects.own_devices(device)
            if asked := self._flows.asked_by(them.user, devices):
                await self.accept(asked)
                return asked
            self._flows.take_back(them.user)
            txn = new_txn()
            self._flows.begin(verifying.ask_devices(this_side(self._gateway), them, devices, txn, self._clock()))
        await self._flows.post.drained(txn)
        return txn

    # --- answers of the person in front -----------------------------------------------------------------------------

    async def accept(self, txn: str) -> None:
        """Go on with a request. Raises NotTrusted where it is another person's and this device is not trusted yet."""
        flow = self._open(txn)
        if flow.phase is Phase.ASKED:
            me = this_side(self._gateway)
            if not flow.with_ourselves:
                check_ready(me)
            flow = replace(flow, me=me)
        await self._move(verifying.agree(flow))

    async def compare(self, txn: str) -> None:
        """Begin with the emoji."""
        await self._move(sas.start(self._open(txn)))

    async def same(self, txn: str) -> None:
        """Both sides show the same; or: their device calls our code right."""
        flow = self._open(txn)
        await self._move(reciprocate.confirm(flow) if flow.phase is Phase.SCANNED else sas.confirm(flow))

    async def differ(self, txn: str) -> None:
        """The two sides differ, so somebody may be in between."""
        flow = self._open(txn)
        if flow.phase is Phase.SCANNED:
            await self._move(verifying.cancel(flow, CancelCode.KEY_MISMATCH))
        else:
            await self._move(sas.mismatch(flow))

    async def cancel(self, txn: str) -> None:
        """End it, or turn a request down."""
        await self._move(verifying.cancel(self._open(txn)))

    async def show_code(self, txn: str) -> str | None:
        """Our QR code as text to be pasted; None where none can be shown."""
        flow = self._open(txn)
        if self._flows.code(txn) is None:
            await self._move(reciprocate.show(flow, self._entropy))
        code = self._flows.code(txn)
        return None if code is None else write_pasted(code)

    def code_bytes(self, txn: str) -> bytes | None:
        """The same for a picture: one segment in byte mode."""
        code = self._flows.code(txn)
        return None if code is None else encode_qr(code)

    async def read_code(self, txn: str, text: str) -> None:
        """Read their code, as text. Raises WrongUsage where it is none; it goes on then."""
        flow = self._open(txn)
        try:
            code = read_pasted(text)
        except Refused as refusal:
            message = "This is not a code of the other side."
            hint = "Copy all of it, from the first letter to the last."
            raise WrongUsage(message, hint, code="bad_code") from refusal
        await self._move(reciprocate.read(flow, code))

    def _open(self, txn: str) -> Flow:
        flow = self._flows.all.get(txn)
        if flow is None or flow.over:
            raise Changed("This comparison is over.", "Begin a new one.", code="verification_over")
        return flow

    async def _move(self, step: Step) -> None:
        self._flows.move(step)
        await self._flows.post.drained(step.flow.txn)

    # --- what comes, and time ---------------------------------------------------------------------------------------

    async def take(self, arrived: tuple[Arrived, ...]) -> None:
        """Take what came. Waits for nobody, and never raises a `Problem`."""
        self._inbox.take(arrived)

    async def expire(self) -> None:
        """End what has taken too long; open requests of the process before, or that could not be looked at."""
        self._flows.expire()
        self._inbox.look_again()

    async def settled(self) -> None:
        """Wait until all that came is looked at, and all that is to be said has left."""
        await self._inbox.beside.settled()
        await self._flows.post.drained()
        await self._vouching.beside.settled()

    async def close(self) -> None:
        """Send and look at nothing more."""
        await self._inbox.beside.close()
        await self._flows.post.close()
        await self._vouching.beside.close()

    def _ended(self, flow: Flow) -> None:
        self._requests.forget(flow.txn)
        if flow.phase is Phase.DONE:
            self._vouching.follow(flow, self._flows.say)
