"""What comes about verifications: requests are looked at with fresh keys first, everything else goes to its flow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nookterm.client.beside import Beside
from nookterm.client.errors import Problem
from nookterm.client.ports import Arrived, Clock, Gateway
from nookterm.client.verification_flows import Flows, incoming_of, this_side
from nookterm.client.verification_requests import Requests
from nookterm.domain.ids import RoomId
from nookterm.trust import verifying
from nookterm.trust.refusals import Refused
from nookterm.trust.verification import PREFIX, REQUEST, Flow, Incoming, Phase, Step

_MOST_EARLY = 50


class Inbox:
    """Reads what came, in its order. Asking the server happens beside it: nobody waits for that."""

    def __init__(self, gateway: Gateway, clock: Clock, flows: Flows, requests: Requests) -> None:
        self._gateway = gateway
        self._clock = clock
        self._flows = flows
        self._requests = requests
        self._opening: dict[str, list[Arrived]] = {}
        """Requests whose sender is asked about just now, each with what came after it."""
        self._early: dict[RoomId, list[Arrived]] = {}
        """What came in rooms into which a request of ours is on its way: perhaps answers to it."""
        self.beside = Beside()
        """Senders that are asked about."""

    def take(self, arrived: tuple[Arrived, ...]) -> None:
        """Take what came with a sync step."""
        for event in arrived:
            if event.type.startswith(PREFIX):
                self._hear(event)

    def look_again(self) -> None:
        """Look at kept requests: of the process before, or whose sender could not be asked about."""
        for txn, event in list(self._requests.kept()):
            if txn not in self._flows.all and txn not in self._opening:
                self._look_at(txn, event)

    @contextmanager
    def asking_in(self, room_id: RoomId) -> Iterator[None]:
        """A request goes into this room: an answer may be here before we know what the request is called."""
        self._early.setdefault(room_id, [])
        try:
            yield
        finally:
            early = self._early.pop(room_id, [])
            self.take(tuple(early))

    def _hear(self, event: Arrived) -> None:
        incoming = incoming_of(event)
        asks = event.type == REQUEST
        txn = event.event_id if asks and event.room_id is not None else incoming.txn
        if txn is None or (event.device is not None and incoming.device not in {None, event.device.device}):
            # Whoever sealed it has to be the device that it says it is from.
            return
        if txn in self._flows.all:
            if not asks:
                self._flows.hear(txn, event)
        elif txn in self._opening:
            self._opening[txn] += [event] if len(self._opening[txn]) < _MOST_EARLY else []
        elif asks:
            if not self._is_ours(event, incoming) and self._requests.let_in(txn, event):
                self._look_at(txn, event)
        elif event.room_id in self._early and len(self._early[event.room_id]) < _MOST_EARLY:
            self._early[event.room_id].append(event)

    def _is_ours(self, event: Arrived, incoming: Incoming) -> bool:
        """Whether we asked: this device, or in a room any device of ours."""
        mine = event.sender == self._gateway.user_id
        return mine and (event.room_id is not None or incoming.device == self._gateway.device_id)

    def _look_at(self, txn: str, event: Arrived) -> None:
        self._opening[txn] = []
        self.beside.begin(self._open(txn, event))

    async def _open(self, txn: str, event: Arrived) -> None:
        """Begin the flow of a request with what the server says now of the keys of whoever asks."""
        later: list[Arrived] = []
        try:
            found = await self._gateway.key_server.query({event.sender, self._gateway.user_id})
        except Problem:
            # It stays kept, and is looked at again while it is open.
            return
        finally:
            later = self._opening.pop(txn)
        them = found.get(event.sender)
        if them is None:
            return
        incoming, me = incoming_of(event), this_side(self._gateway)
        try:
            flow = verifying.was_asked(me, them, incoming, self._clock(), room=event.room_id, sent_at=event.sent_at)
        except Refused:
            self._requests.forget(txn)
            return
        self._begin(flow)
        self.take(tuple(later))

    def _begin(self, theirs: Flow) -> None:
        """Put a request before our person; one that crosses ours is no question any more.

        Both sides decide alike: the request of the smaller name goes on, and whoever made the other one agrees to it.
        """
        ours = next((flow for flow in self._flows.all.values() if _cross(flow, theirs)), None)
        if ours is None:
            self._flows.begin(Step(theirs), asked=True)
        elif (ours.me.user, ours.me.device) < (theirs.them.user, str(theirs.device)):
            self._requests.forget(theirs.txn)
        else:
            self._flows.move(verifying.cancel(ours))
            self._flows.begin(Step(theirs), asked=True)
            self._flows.move(verifying.agree(theirs))


def _cross(ours: Flow, theirs: Flow) -> bool:
    """Whether we asked the very side that asks us now."""
    if ours.phase is not Phase.REQUESTED or ours.them.user != theirs.them.user:
        return False
    return not ours.with_ourselves or theirs.device in ours.asked
