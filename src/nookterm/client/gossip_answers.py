"""Secrets that another device of ours asks for: handed to devices that are shown to be ours, and to nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

from nookterm.client.ports import Arrived, Clock, Gateway
from nookterm.domain.events import Json
from nookterm.domain.ids import UserId
from nookterm.trust.gossip import SEND, Answer, cancelled_request, judge_request, send_content
from nookterm.trust.refusals import Reason, Refused

_MOST_WAITING = 20
_MOST_ANSWERED = 200
_WAITS = timedelta(minutes=10)
"""How long a question of a device that is not shown to be ours yet is kept: its signature may be on the way."""
_LATER = frozenset({Reason.NOT_TRUSTED, Reason.WRONG_DEVICE})
Question = tuple[str, str]
"""The device that asks, and its name for the question."""


class Answers:
    """What our other devices ask of this one. Lives on the engine's loop."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._waiting: dict[Question, tuple[UserId, Json, datetime]] = {}
        """Questions that may be answered when more is known."""
        self._answered: dict[Question, None] = {}

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return len(self._waiting)

    def given_to(self, device: str) -> int:
        """How many secrets a device has got from this one, since this process began."""
        return sum(asker == device for asker, _ in self._answered)

    async def take(self, event: Arrived) -> None:
        """Take a question, or one that is taken back. Raises Problem; then it is answered later."""
        if event.sender != self._gateway.user_id:
            return
        cancelled = cancelled_request(event.content)
        if cancelled:
            self._waiting.pop(cancelled, None)
            return
        device, request_id = event.content.get("requesting_device_id"), event.content.get("request_id")
        if isinstance(device, str) and isinstance(request_id, str):
            question = (device, request_id)
            if not await self._judge(question, event.sender, event.content) and question in self._waiting:
                # Perhaps only the news of its signature are missing here.
                await self._gateway.key_server.query({event.sender})
                await self._judge(question, event.sender, event.content)

    async def settle(self) -> int:
        """Answer questions of devices that were not signed, or could not be reached, when they asked."""
        now, done = self._clock(), 0
        for question, (sender, content, since) in list(self._waiting.items()):
            if now > since + _WAITS:
                self._waiting.pop(question, None)
            else:
                done += await self._judge(question, sender, content)
        return done

    async def _judge(self, question: Question, sender: UserId, content: Json) -> int:
        """Answer a question, if it may be answered. Returns how many secrets left."""
        identities, me = self._gateway.identities, self._gateway.user_id
        if question in self._answered:
            return 0
        barred = identities.barred(me)
        devices = {name: device for name, device in identities.devices(me).items() if name not in barred}
        try:
            answer = judge_request(sender, content, devices, identities.pin(me), self._gateway.device_id)
        except Refused as refusal:
            if refusal.reason in _LATER and question[0] != self._gateway.device_id:
                self._keep_waiting(question, sender, content)
            return 0
        self._keep_waiting(question, sender, content)
        return await self._hand_over(question, answer)

    def _keep_waiting(self, question: Question, sender: UserId, content: Json) -> None:
        if question not in self._waiting and len(self._waiting) >= _MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting.setdefault(question, (sender, content, self._clock()))

    async def _hand_over(self, question: Question, answer: Answer) -> int:
        secret = self._gateway.identities.secret(answer.name)
        if secret is None:
            self._waiting.pop(question, None)
            return 0
        content = send_content(answer, secret.reveal())
        if not await self._gateway.key_server.send_sealed(SEND, content, [answer.device]):
            return 0
        self._waiting.pop(question, None)
        self._answered[question] = None
        if len(self._answered) > _MOST_ANSWERED:
            del self._answered[next(iter(self._answered))]
        return 1
