"""A signed-in account at work: its rooms, its outbox, one sync step at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import field, replace
from functools import partial

from nookterm.client.activity import Activity
from nookterm.client.attention import Attention
from nookterm.client.changes import Changes, ConnectionChanged, News, RoomsChanged
from nookterm.client.errors import CannotWrite, Offline, Problem, ServerTrouble, SignedOut, StoreDamaged, Throttled
from nookterm.client.exceptions import Exceptions
from nookterm.client.ignoring import Ignoring
from nookterm.client.levels import Levels
from nookterm.client.outbox import Outbox
from nookterm.client.patience import wait_after
from nookterm.client.people import People
from nookterm.client.ports import Clock, Gateway, Pictures, RoomUpdate, Store, SyncStep
from nookterm.client.reading import Reading
from nookterm.client.receipts import Receipts
from nookterm.client.rooms import Rooms
from nookterm.client.tags import RoomTags
from nookterm.client.trusting import Trusting
from nookterm.client.typing import Typing
from nookterm.client.weaving import weave
from nookterm.domain.events import Event, Json, MemberChange, Membership, Redaction, moment
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass
from nookterm.domain.room import StateKey, state_key

_LONG_POLL = 30.0
_LOOK_FOR_ROOM = 10.0
"""Seconds after which a full disk is tried again, at the latest."""
_READS = 5
"""How often a room's whole state is asked for while news keep overtaking the answer."""
_AT_THE_DOOR = frozenset({Membership.INVITE, Membership.KNOCK})


@dataclass(slots=True)
class Session:
    """One account, open. Lives on one event loop; nothing here is for another thread."""

    gateway: Gateway
    store: Store
    clock: Clock
    changes: Changes
    rooms: Rooms
    outbox: Outbox
    reading: Reading
    trust: Trusting
    pictures: Pictures
    ignoring: Ignoring
    levels: Levels
    tags: RoomTags
    activity: Activity
    receipts: Receipts
    typing: Typing
    attention: Attention = field(default_factory=Attention)
    phase: str = "starting"
    complete: bool = False
    """Whether the last step left nothing to fetch; until then rooms may be missing here."""
    _syncing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _poll: asyncio.Task[Json] | None = None
    _hurried: int = 0
    """How many steps that do not wait are under way."""
    _state_steps: Counter[RoomId] = field(default_factory=Counter)
    """How often steps have brought state of each room."""

    @classmethod
    def open(cls, gateway: Gateway, store: Store, clock: Clock, pictures: Pictures) -> Session:
        """Open on a store; needs no network."""
        changes = Changes()
        outbox = Outbox(store, gateway, changes, clock)
        receipts, typing = Receipts(store, changes, gateway.user_id), Typing(gateway, store, changes, clock)
        for heard in (receipts, typing):
            changes.listen(heard.heed)
        reading = Reading(gateway, store, changes, receipts)
        rooms = Rooms(store, gateway.user_id)
        trust = Trusting(gateway, store, clock, changes, rooms)
        trust.exceptions = Exceptions(gateway, store, clock, changes, rooms, outbox)
        trust.people = People(gateway, changes, rooms, outbox)
        ignoring = Ignoring(gateway, store, changes, rooms)
        lists = Levels(gateway, store, changes, rooms), RoomTags(gateway, store, changes), Activity(store, clock)
        parts = (gateway, store, clock, changes, rooms, outbox, reading, trust, pictures, ignoring)
        session = cls(*parts, *lists, receipts, typing)
        trust.people.read_again = partial(_read_again, session)
        return session

    async def sync_once(self, wait: float = 0.0) -> SyncStep | None:
        """Fetch; in one transaction decrypt, fold, store with the new position; then tell; then pay crypto debts.

        A step that does not wait cuts short one that does, which then returns None: the news come with this one.
        """
        if wait:
            async with self._syncing:
                raw = await self._wait_for_news(wait)
                return None if raw is None else await self._take(raw)
        self._hurried += 1
        try:
            if self._poll:
                self._poll.cancel()
            async with self._syncing:
                return await self._take(await self.gateway.fetch_sync(self.store.position(), 0.0))
        finally:
            self._hurried -= 1

    async def _wait_for_news(self, wait: float) -> Json | None:
        if self._hurried:
            return None
        self._poll = asyncio.create_task(self.gateway.fetch_sync(self.store.position(), wait))
        try:
            raw = None
            with contextlib.suppress(asyncio.CancelledError):
                raw = await self._poll
            # Also where the answer came in the same moment: whoever is told to end must not wait for the next one.
            if (task := asyncio.current_task()) and task.cancelling():
                raise asyncio.CancelledError
            return raw
        finally:
            self._poll.cancel()
            self._poll = None

    async def _take(self, raw: Json) -> SyncStep:
        self.trust.begin_step()
        try:
            with self.store.transaction():
                step = self.gateway.digest_sync(raw)
                touched = self._fold(step)
                self.store.set_position(step.next_batch)
        except BaseException:
            self.gateway.forget_crypto()
            self.forget_account()
            raise
        self.complete = step.complete
        self._tell(touched)
        self.changes.tell(_news(step))
        await _read_again(self)
        if step.arrived:
            await self.trust.take(step.arrived)
        return step

    def forget_account(self) -> None:
        """Read anew what is kept of our account data: a transaction was rolled back, or another process wrote."""
        for kept in (self.levels, self.tags, self.activity):
            kept.forget()

    async def catch_up(self) -> None:
        """Steps until nothing is left to fetch."""
        await self.sync_once()
        while not self.complete:
            await self.sync_once()

    def take_late(self, events: tuple[Event, ...]) -> None:
        """Store events that became readable after all."""
        try:
            with self.store.transaction():
                self._add_late(events)
        except BaseException:
            # The crypto takes them for told: loaded anew, it reads them once more.
            self.gateway.forget_crypto()
            raise
        self._tell({event.room_id for event in events})
        self.changes.tell(News(late=events, complete=self.complete))

    def _add_late(self, events: tuple[Event, ...]) -> None:
        # Only where they have a place: one that is not stored (any more) would stand behind the newest.
        here = [event for event in events if self.store.event(event.room_id, event.event_id)]
        self.store.add_events(here)
        for room_id in {event.room_id for event in here}:
            self.store.save_room(self.reading.recount(self.store.room(room_id)))

    def _tell(self, touched: set[RoomId]) -> None:
        if touched:
            self.rooms.refresh(touched)
            self.changes.tell(RoomsChanged(frozenset(touched)))

    def _fold(self, step: SyncStep) -> set[RoomId]:
        touched = {event.room_id for event in step.decrypted_late}
        self._add_late(step.decrypted_late)
        if step.present is not None:
            touched |= self._drop_out(step.present)
        self.levels.fold(step)
        touched |= self.ignoring.fold(step)
        for update in step.rooms:
            touched.add(update.room_id)
            self._fold_room(update)
        return touched | self.outbox.step_ended({update.room_id for update in step.rooms if update.limited})

    def _fold_room(self, update: RoomUpdate) -> None:
        room_id, store = update.room_id, self.store
        self._state_steps[room_id] += bool(update.state)
        self.trust.fold(update)
        self.tags.fold(update)
        self.activity.fold(update)
        if update.membership in _AT_THE_DOOR:
            store.drop_state(room_id)
        if update.whole:
            self._replace_state(room_id, update.state)
        else:
            store.save_state(update.state)
        row = weave(store, update)
        self._settle(room_id, update.timeline)
        store.save_room(self.reading.fold(row, update))
        self.receipts.fold(update)
        self.typing.fold(update)

    def _replace_state(self, room_id: RoomId, state: tuple[Event, ...]) -> None:
        """The whole state instead of what was known: an inviter's tale, or what a restored server never heard of.

        But once seen encrypted from inside, a room is always encrypted, whatever a server says later.
        """
        known = self.rooms.get(room_id)
        before = self.store.state(room_id) if known and known.membership == Membership.JOIN else ()
        self.store.drop_state(room_id)
        self.store.save_state(event for event in before if state_key(event) == StateKey("m.room.encryption", ""))
        self.store.save_state(state)

    def _drop_out(self, present: frozenset[RoomId]) -> set[RoomId]:
        """The rooms that the server no longer lists: we left them elsewhere, and no step told it."""
        me = self.gateway.user_id
        gone = {
            room.room_id
            for room in self.rooms.values()
            if room.membership in {Membership.JOIN, *_AT_THE_DOOR} and room.room_id not in present
        }
        left = MemberChange(me, Membership.LEAVE)
        self.store.save_state(Event(EventId(f"~left~{me}"), room_id, me, moment(0), left) for room_id in gone)
        return gone

    def _settle(self, room_id: RoomId, events: tuple[Event, ...]) -> None:
        """What newly stored events end: words that were taken back, and our own sends that have arrived."""
        for event in events:
            if isinstance(event.payload, Redaction):
                self.store.redact(room_id, event.payload.target)
        self.outbox.echoed(events)

    async def refresh_state(self, room_id: RoomId) -> None:
        """Read a room's whole state from the server.

        An answer that a sync step has overtaken may be older than what that step brought: it is asked for again.
        """
        for _ in range(_READS):
            known = self._state_steps[room_id]
            state = await self.gateway.room_state(room_id)
            if self._state_steps[room_id] == known:
                break
        with self.store.transaction():
            self._replace_state(room_id, state)
        self._tell({room_id})

    async def fill_gaps(self, room_id: RoomId, pages: int = 5, before: EventId | None = None) -> bool:
        """Fetch what is missing inside a room's timeline, newest gap first. True when there was anything to fetch.

        `before`: first the gap right before this event.
        """
        filled = False
        for _ in range(pages):
            gaps = self.store.gaps(room_id)
            if not gaps:
                break
            after, token = (before, gaps[before]) if before and before in gaps else list(gaps.items())[-1]
            page = await self.gateway.messages(room_id, token, 50)
            with self.store.transaction():
                self.store.fill_gap(room_id, after, page.events, page.end)
                self._settle(room_id, page.events)
            filled = True
        if filled:
            self._tell({room_id})
        return filled

    async def older(self, room_id: RoomId, limit: int = 50) -> bool:
        """Fetch a page of the past from the server. False when the room's beginning is here."""
        row = self.store.room(room_id)
        known = self.store.timeline(room_id, 1)
        if row.prev_batch is None and known:
            return False
        page = await self.gateway.messages(room_id, row.prev_batch, limit)
        if self.store.room(room_id).prev_batch != row.prev_batch:
            # The past begins elsewhere by now: this page would leave a hole.
            return True
        with self.store.transaction():
            self.store.add_events(page.events, older=True)
            self._settle(room_id, page.events)
            self.store.save_room(replace(self.store.room(room_id), prev_batch=page.end))
        self._tell({room_id})
        return page.end is not None

    def set_phase(self, phase: str, detail: str = "") -> None:
        """Tell how the connection stands."""
        self.phase = phase
        self.changes.tell(ConnectionChanged(phase, detail))

    async def run(self) -> None:
        """Sync and flush until cancelled or signed out; waits grow to a minute while the server is away."""
        failures = 0
        while True:
            try:
                await self.sync_once(0.0 if self.phase != "live" else _LONG_POLL)
            except SignedOut as problem:
                self.set_phase("signed out", str(problem))
                return
            except (Offline, Throttled, ServerTrouble, Problem) as problem:
                wait = wait_after(problem, failures).total_seconds()
                if isinstance(problem, CannotWrite):
                    wait = min(wait, _LOOK_FOR_ROOM)
                failures += 1
                # News stay on the server while they cannot be kept here: the position has not moved.
                phase = "not stored" if isinstance(problem, CannotWrite | StoreDamaged) else "offline"
                self.set_phase(phase, f"{problem.message} Next try in {round(wait)} s.")
                await asyncio.sleep(wait)
            else:
                failures = 0
                _show_progress(self)

    async def close(self) -> None:
        """Close the connection and the store."""
        await self.typing.close()
        await self.trust.close()
        await self.gateway.close()
        self.store.close()


def _news(step: SyncStep) -> News:
    """What of a step somebody may want to be called for."""
    invites = frozenset(update.room_id for update in step.rooms if update.membership is Membership.INVITE)
    events = tuple(event for update in step.rooms for event in update.timeline)
    return News(events, step.decrypted_late, invites, step.complete, unbroken=step.present is None)


def _show_progress(session: Session) -> None:
    """Live while the server's rooms are all here; starting (again) where many have to be fetched."""
    phase = "live" if session.complete else "starting"
    if session.phase != phase:
        session.set_phase(phase)


async def _read_again(session: Session) -> None:
    """Show what a decision allows, at once and without the server; then pay what the crypto owes, and store that."""
    _look_again(session, session.gateway.look_again())
    _look_again(session, await session.gateway.after_sync())


def _look_again(session: Session, late: tuple[Event, ...]) -> None:
    if late:
        session.take_late(late)
    identities, store = session.gateway.identities, session.store
    owed = identities.owed_ratings()
    if owed:
        with store.transaction():
            rated = [store.rerate(user, trust) for user, trust in owed.items()]
            for user in owed:
                identities.rated(user)
        session.changes.tell(RoomsChanged(frozenset().union(*rated)))
    if session.outbox.held:
        session.outbox.hurry(session.outbox.held.moved(identities.revision))
