"""`read --follow`: prints what comes until interrupted, by its own connection or beside the process that has one."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from nookterm.cli.context import BESIDE, Context, catch_up, in_time
from nookterm.cli.said import fill, print_said
from nookterm.cli.serving import carry_out_with
from nookterm.client.account import OpenAccount, open_account, session_over
from nookterm.client.changes import Change, RoomsChanged
from nookterm.client.errors import Busy
from nookterm.client.holding import is_free
from nookterm.client.intents import Holder
from nookterm.client.session import Session
from nookterm.client.upkeep import Upkeep
from nookterm.domain.ids import EventId, RoomId

_FOLLOWED = 50
"""How many events back it looks for what it has not printed."""
_LOOK = 0.15
_IS_FREE = 0.7
"""Seconds between two questions whether the account can be taken over."""
_AFTER_YOU = 3.0
"""Seconds in which whoever asked for the account takes it."""


class Follower:
    """Follows one room. Has the account while nobody else wants it, and then does what other commands ask for."""

    def __init__(self, context: Context) -> None:
        """Nothing was printed yet."""
        self._context = context
        self._room: RoomId | None = None
        self._seen: frozenset[EventId] = frozenset()
        self._known: dict[EventId, dict[str, Any]] = {}
        """How each message was when it was printed."""
        self._patient_until = 0.0
        """By the monotonic clock: not to take the account before."""

    async def run(self) -> None:
        """Follow until interrupted. Raises SignedOut where the session ends meanwhile."""
        while True:
            account = self._take()
            if account is None:
                await self._beside()
            else:
                await self._holding(account)

    def _take(self) -> OpenAccount | None:
        """The account, where it can be had."""
        args = self._context.args
        if args.offline or time.monotonic() < self._patient_until:
            return None
        with suppress(Busy):
            return open_account(self._context.parts, args.profile)
        return None

    async def _begin(self, session: Session) -> RoomId:
        """Print what is there, once."""
        if self._room is not None:
            return self._room
        args = self._context.args
        room = session.rooms.named(args.room)
        before = EventId(args.before) if args.before else None
        if session.phase != BESIDE and before is None:
            await fill(session, room, args.limit)
        here_now = session.rooms[room.room_id]
        self._seen = print_said(self._context, session, here_now, args.limit, before, known=self._known)
        here = session.store.timeline(room.room_id, _FOLLOWED)
        self._seen |= {event.event_id for event in here}
        self._room = room.room_id
        return self._room

    def _print(self, session: Session, room_id: RoomId) -> None:
        room = session.rooms[room_id]
        self._seen = print_said(self._context, session, room, _FOLLOWED, None, self._seen, self._known)

    async def _beside(self) -> None:
        """Follow the store, into which another process writes, until nobody has the account."""
        context, args = self._context, self._context.args
        account = open_account(context.parts, args.profile, offline=True)
        session, seen, question = account.session, None, time.monotonic() + _IS_FREE
        session.set_phase(BESIDE)
        was_free = False
        try:
            room_id = await self._begin(session)
            while True:
                version = session.store.commits_elsewhere()
                if version != seen:
                    seen = version
                    session.rooms.refresh({room_id})
                    self._print(session, room_id)
                now = time.monotonic()
                if now >= max(question, self._patient_until) and not args.offline:
                    question = now + _IS_FREE
                    # Free twice in a row: not only while it goes from one hand into another.
                    was_free, before = is_free(context.parts, args.profile), was_free
                    if was_free and before:
                        return
                await asyncio.sleep(_LOOK)
        finally:
            await account.close()

    async def _holding(self, account: OpenAccount) -> None:
        """Follow by our own connection, and serve, until somebody asks for the account."""
        context, session = self._context, account.session
        tasks: list[asyncio.Task[None]] = []
        try:
            if self._room is None:
                await in_time(catch_up(session, act=not context.args.no_act), context.args.timeout)
            room_id = await self._begin(session)
            news, wanted = asyncio.Event(), asyncio.Event()

            def listen(change: Change) -> None:
                if isinstance(change, RoomsChanged) and room_id in change.rooms:
                    news.set()

            def give_way() -> None:
                wanted.set()
                news.set()

            session.changes.listen(listen)
            holder = Holder(session, carry_out_with(context.parts), give_way)
            works = (session.run, holder.run, Upkeep(session, act=not context.args.no_act).run)
            tasks = [asyncio.create_task(work()) for work in works]
            for task in tasks:
                task.add_done_callback(lambda _ended: news.set())
            if account.held:
                account.held.serve()
            news.set()
            while not wanted.is_set():
                await news.wait()
                news.clear()
                self._look_after(tasks, account)
                self._print(session, room_id)
            self._patient_until = time.monotonic() + _AFTER_YOU
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await account.close()

    def _look_after(self, tasks: list[asyncio.Task[None]], account: OpenAccount) -> None:
        """Only the sync ends by itself, with the session. Raises SignedOut, or what went wrong."""
        for task in tasks:
            if task.done():
                task.result()
                raise session_over(self._context.parts.profiles.load(account.profile.name))
