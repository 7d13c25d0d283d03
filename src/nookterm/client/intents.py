"""Work that a process asks of the one that holds the account: committed, taken once, answered (docs/adr/0007)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

from nookterm.client.changes import OutboxChanged
from nookterm.client.errors import Offline, Problem
from nookterm.client.ports import Clock, Intent, Store
from nookterm.client.session import Session
from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId, TxnId

CarryOut = Callable[[Session, tuple[str, ...]], Awaitable[Json]]
"""Does what the words of a command line ask for, with the holder's session. Returns what the asker is to print."""

GIVE_WAY = ("give way",)
"""Words that no command line has: let the account go, if you can do without it."""
STAYS = "stays"
"""In the answer to `GIVE_WAY`: whether the holder keeps the account."""
_LEFT = "left"
"""In an answer: the holder ended before it was done."""

_LOOK = 0.1
"""Seconds between two looks of the holder. A look costs microseconds and reads nothing."""
_ASK = 0.05
"""Seconds between two looks of the asker."""
_IS_FREE = 0.25
"""Seconds between two questions whether anybody has the account at all."""
_GRACE = 1.5
"""Seconds that an answer may be late: a command that was begun has the same time limit, and says more about it."""
_KEPT = timedelta(minutes=5)
_AFTER_A_PROBLEM = 1.0


class Unfinished(Problem):
    """The holder ended while it carried something out: nobody knows how far it came."""


class Holder:
    """Does what other processes ask, in the order they asked, for as long as this one has the account."""

    def __init__(self, session: Session, carry_out: CarryOut, give_way: Callable[[], None] | None = None) -> None:
        """`give_way` lets the account go; None: this process keeps it."""
        self._session = session
        self._carry_out = carry_out
        self._give_way = give_way
        self._news = asyncio.Event()
        self._queued: frozenset[TxnId] = frozenset()

    async def run(self) -> None:
        """Serve until cancelled."""
        self._queued = frozenset(row.txn_id for row in self._session.store.outgoing())
        tasks = [asyncio.create_task(work()) for work in (self._watch, self._serve)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        """Notice what others committed: intents, and messages to be sent."""
        seen = None
        while True:
            version = self._session.store.commits_elsewhere()
            if version != seen:
                seen = version
                self._news.set()
                self._look_into_outbox()
            await asyncio.sleep(_LOOK)

    def _look_into_outbox(self) -> None:
        rows = self._session.store.outgoing()
        rooms: set[RoomId] = {row.room_id for row in rows if row.txn_id not in self._queued}
        self._queued = frozenset(row.txn_id for row in rows)
        if rooms:
            self._session.changes.tell(OutboxChanged(frozenset(rooms)))

    async def _serve(self) -> None:
        store = self._session.store
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                store.drop_intents(self._session.clock() - _KEPT)
                for intent in store.waiting_intents():
                    await self._take(intent)
            except Problem:
                # The disk is full, or somebody writes for long: the askers go on waiting.
                await asyncio.sleep(_AFTER_A_PROBLEM)
                self._news.set()

    async def _take(self, intent: Intent) -> None:
        """Begin one, unless nobody waits for it any longer, and answer it."""
        store = self._session.store
        if intent.until < self._session.clock() or not store.take_intent(intent.id):
            return
        if intent.words == GIVE_WAY:
            store.answer_intent(intent.id, {STAYS: self._give_way is None})
            if self._give_way:
                self._give_way()
            return
        try:
            answer = await self._carry_out(self._session, intent.words)
        except asyncio.CancelledError:
            store.answer_intent(intent.id, {_LEFT: True})
            raise
        store.answer_intent(intent.id, answer)


async def ask(
    store: Store, words: tuple[str, ...], *, clock: Clock, seconds: float, is_free: Callable[[], bool]
) -> Json | None:
    """Ask the holder, and wait for its answer. None: nobody has the account any more, and nothing was begun.

    `is_free` tells whether nobody has the account. A wait that is cancelled takes back what was not begun.
    Raises Offline after `seconds` without an answer, Unfinished where the holder ended in the middle of it.
    """
    now = clock()
    intent = Intent(uuid4().hex, words, now, now + timedelta(seconds=seconds))
    store.add_intent(intent)
    try:
        answer = await _answer_to(store, intent, seconds, is_free)
    except asyncio.CancelledError:
        store.withdraw_intent(intent.id)
        raise
    if answer and _LEFT in answer:
        raise _unfinished()
    return answer


async def _answer_to(store: Store, intent: Intent, seconds: float, is_free: Callable[[], bool]) -> Json | None:
    time = asyncio.get_running_loop().time
    end, next_question, seen = time() + seconds, time() + _IS_FREE, None
    while True:
        version = store.commits_elsewhere()
        if version != seen:
            seen = version
            answer = _read(store, intent)
            if answer is not None:
                return answer
        if time() >= next_question:
            next_question = time() + _IS_FREE
            if is_free():
                return None if store.withdraw_intent(intent.id) else _last_words(store, intent)
        if time() >= end and store.withdraw_intent(intent.id):
            raise _too_late("Nothing was done.")
        if time() >= end + _GRACE:
            raise _too_late("It was begun and may still happen: look before you try again.")
        await asyncio.sleep(_ASK)


def _read(store: Store, intent: Intent) -> Json | None:
    found = store.intent(intent.id)
    if found is None:
        raise _unfinished()
    if found.answer is not None:
        store.drop_intent(intent.id)
    return found.answer


def _last_words(store: Store, intent: Intent) -> Json:
    """What a holder that is gone had answered before. Raises Unfinished."""
    answer = _read(store, intent)
    if answer is None:
        store.drop_intent(intent.id)
        raise _unfinished()
    return answer


def _unfinished() -> Unfinished:
    return Unfinished(
        "The nookterm that had begun this ended before it was done.",
        "It may have happened: look before you try again.",
        code="unfinished",
    )


def _too_late(what: str) -> Offline:
    return Offline(
        f"The nookterm that has this account did not answer in time. {what}",
        "Give it more time with --timeout, or look at what it is doing.",
        code="timeout",
    )
