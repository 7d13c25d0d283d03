"""What a verification says to the other side: in order, one line for each, and tried again where the network fails."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import field
from uuid import uuid4

from nookterm.client.errors import Offline, Problem, ServerTrouble, Throttled
from nookterm.client.ports import Gateway
from nookterm.domain.ids import RoomId, TxnId
from nookterm.domain.records import dataclass
from nookterm.trust.verification import Flow, Outgoing

_MAY_PASS = (Offline, ServerTrouble, Throttled)
_PAUSE = 1.0
"""Seconds before the second try."""
_LONGEST_PAUSE = 10.0


def new_txn() -> TxnId:
    """A name for one send, so that a second try of it never arrives twice."""
    return TxnId(f"nt-{uuid4().hex}")


@dataclass(frozen=True, slots=True)
class _Letter:
    room: RoomId | None
    event: Outgoing
    txn: TxnId = field(default_factory=new_txn)


class Post:
    """The lines of all verifications. Lives on one event loop."""

    def __init__(self, gateway: Gateway, failed: Callable[[str, Problem], None], pause: float = _PAUSE) -> None:
        """`failed` is told which flow cannot say what it has to, and why; the rest of its line is thrown away."""
        self._gateway = gateway
        self._failed = failed
        self._pause = pause
        self._lines: dict[str, deque[_Letter]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def put(self, flow: Flow, events: tuple[Outgoing, ...]) -> None:
        """Let these leave, behind what this flow said before."""
        letters = [_Letter(flow.room, event) for event in events if flow.room is not None or event.devices]
        if not letters or self._closed:
            return
        self._lines.setdefault(flow.txn, deque()).extend(letters)
        working = self._tasks.get(flow.txn)
        if working is None or working.done():
            self._tasks[flow.txn] = asyncio.get_running_loop().create_task(self._work(flow.txn))

    async def drained(self, txn: str | None = None) -> None:
        """Wait until all that this flow (None: any) had to say has left, or could not."""
        while tasks := [task for name, task in self._tasks.items() if txn in {None, name} and not task.done()]:
            await asyncio.wait(tasks)

    def forget(self, txn: str) -> None:
        """Nothing more will be said by this flow."""
        task = self._tasks.get(txn)
        if task and task.done():
            del self._tasks[txn], self._lines[txn]

    async def close(self) -> None:
        """Send nothing more."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, txn: str) -> None:
        while letter := next(iter(self._lines[txn]), None):
            try:
                await self._deliver(letter)
            except Problem as problem:
                self._lines[txn].clear()
                self._failed(txn, problem)
            else:
                self._lines[txn].popleft()

    async def _deliver(self, letter: _Letter) -> None:
        try:
            await self._send(letter)
        except _MAY_PASS as problem:
            await asyncio.sleep(min(max(problem.retry_after or 0.0, self._pause), _LONGEST_PAUSE))
            await self._send(letter)

    async def _send(self, letter: _Letter) -> None:
        server, event = self._gateway.key_server, letter.event
        if letter.room is not None:
            await server.send_to_room(letter.room, event.type, event.content, letter.txn)
            return
        messages = {event.user: dict.fromkeys(event.devices, event.content)}
        await server.send_to_devices(event.type, messages, letter.txn)
