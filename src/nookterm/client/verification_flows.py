"""The verifications that are under way in this process: each step kept, told, said to the other side, and ended."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from nookterm.client.changes import Changes, VerificationsChanged
from nookterm.client.errors import Problem
from nookterm.client.ports import Arrived, Clock, Gateway
from nookterm.client.verification_post import Post
from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust import receiving, verifying
from nookterm.trust.entropy import Entropy
from nookterm.trust.pins import Standing
from nookterm.trust.qr_code import QrCode
from nookterm.trust.sas_code import METHOD
from nookterm.trust.verification import (
    OVER,
    QR_SCAN,
    QR_SHOW,
    READY,
    RECIPROCATE,
    CancelCode,
    Flow,
    Incoming,
    Me,
    Phase,
    Shown,
    Step,
)

LINGER = timedelta(minutes=1)
"""How long one that has ended is still shown."""
_MOST_EVENTS = 50
"""Events of one flow that are looked at; a verification has ten."""
_METHODS = (METHOD, QR_SHOW, QR_SCAN, RECIPROCATE)


def this_side(gateway: Gateway) -> Me:
    """Our side as it is now. It vouches for our identity only if that is proved to be ours."""
    device = gateway.identities.this_device
    pin = gateway.identities.pin(device.user)
    master = pin.seen if pin.standing is Standing.VERIFIED else None
    return Me(device.user, device.device, device.ed25519, master, _METHODS)


class Flows:
    """All of them, by transaction. A flow moves at once; what it has to say leaves behind it, in order."""

    def __init__(
        self,
        gateway: Gateway,
        clock: Clock,
        changes: Changes,
        entropy: Entropy,
        ended: Callable[[Flow], None],
        *,
        pause: float,
    ) -> None:
        """`ended` is told of each flow once, when it is over. `pause`: seconds before a second try to send."""
        self._clock = clock
        self._changes = changes
        self._entropy = entropy
        self._ended = ended
        self.post = Post(gateway, self._unsent, pause)
        self.all: OrderedDict[str, Flow] = OrderedDict()
        self.problems: dict[str, Problem] = {}
        self._over_since: dict[str, datetime] = {}
        self._heard: dict[str, set[str]] = {}
        self._was_asked: set[str] = set()
        """Flows that others began."""
        self._ours_first: set[str] = set()
        """Flows in rooms where the server has put our "ready" before that of any other device of ours."""

    def begin(self, step: Step, *, asked: bool = False) -> None:
        """Take a new one. `asked`: others began it."""
        if asked:
            self._was_asked.add(step.flow.txn)
        self.move(step)

    def move(self, step: Step) -> None:
        """Take the next step of a flow."""
        flow, before = step.flow, self.all.get(step.flow.txn)
        self.all[flow.txn] = flow
        self.post.put(flow, step.send)
        if flow == before:
            return
        if flow.over and not (before and before.over):
            self._over_since[flow.txn] = self._clock()
            self._ended(flow)
        self._tell(flow.txn)

    def say(self, txn: str, problem: Problem) -> None:
        """Something has to be said about this flow."""
        if txn in self.all:
            self.problems[txn] = problem
            self._tell(txn)

    def _tell(self, txn: str) -> None:
        self._changes.tell(VerificationsChanged(frozenset({txn})))

    def asked_by(self, user: UserId, devices: Collection[DeviceId] = ()) -> str | None:
        """A request of theirs (or of one of these devices) that waits for our person."""
        asked = (flow for flow in self.all.values() if flow.phase is Phase.ASKED and flow.them.user == user)
        return next((flow.txn for flow in asked if not devices or flow.device in devices), None)

    def take_back(self, user: UserId) -> None:
        """Requests of ours that nobody has answered give way to a new one: Element ends both of two at once."""
        for flow in list(self.all.values()):
            if flow.phase is Phase.REQUESTED and flow.them.user == user:
                self.move(verifying.cancel(flow))

    def hear(self, txn: str, event: Arrived) -> None:
        """Take an event of a flow, each once."""
        flow = self.all[txn]
        incoming = incoming_of(event)
        if flow.over or flow.room != event.room_id or self._repeated(txn, event):
            return
        if self._another_was_first(flow, incoming):
            self.move(Step(replace(flow, phase=Phase.ELSEWHERE, exchange=None)))
        else:
            self.move(receiving.receive(flow, incoming, self._clock(), self._entropy))

    def code(self, txn: str) -> QrCode | None:
        """Our QR code, as long as it is shown."""
        flow = self.all.get(txn)
        return flow.exchange.code if flow and isinstance(flow.exchange, Shown) else None

    def expire(self) -> None:
        """End what has taken too long, and forget what ended a while ago."""
        now = self._clock()
        for flow in list(self.all.values()):
            if not flow.over:
                self.move(verifying.expire(flow, now))
            elif not timedelta() <= now - self._over_since[flow.txn] <= LINGER:
                self._drop(flow.txn)

    def _drop(self, txn: str) -> None:
        del self.all[txn], self._over_since[txn]
        self.problems.pop(txn, None)
        self.post.forget(txn)
        self._heard.pop(txn, None)
        self._was_asked.discard(txn)
        self._ours_first.discard(txn)
        self._tell(txn)

    def _unsent(self, txn: str, problem: Problem) -> None:
        """What the flow had to say could not be sent, twice: the other side would wait in vain."""
        flow = self.all.get(txn)
        if flow is None or flow.over:
            return
        message = f"This could not go on: {problem.message}"
        self.problems[txn] = Problem(message, "Nothing was verified. Begin again.", code="not_sent")
        self.move(verifying.cancel(flow, CancelCode.USER))

    def _repeated(self, txn: str, event: Arrived) -> bool:
        """Whether the very same came before: a page of the past, or a server that tells things twice."""
        heard = self._heard.setdefault(txn, set())
        said = f"{event.type} {event.sender} {json.dumps(event.content, sort_keys=True)}"
        mark = event.event_id or hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
        if mark in heard or len(heard) >= _MOST_EVENTS:
            return True
        heard.add(mark)
        return False

    def _another_was_first(self, flow: Flow, event: Incoming) -> bool:
        """In a room two devices of ours may say "ready" at the same time: the server's order decides who goes on."""
        ours = flow.room is not None and event.type == READY and event.sender == flow.me.user
        if not ours or flow.txn not in self._was_asked:
            return False
        if event.device == flow.me.device:
            self._ours_first.add(flow.txn)
            return False
        return flow.txn not in self._ours_first and flow.phase not in OVER


def incoming_of(event: Arrived) -> Incoming:
    """The event as the arithmetic takes it."""
    return Incoming(event.type, event.sender, event.content, event.event_id)
