"""The desk at work: what waits, from the store and the server; decisions in the undo bar; batches, one by one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from nookterm.client.doors import CLOSED
from nookterm.client.errors import NotTrusted, Offline, Problem
from nookterm.client.interviewing import UNSIGNED_APPLICANT
from nookterm.client.record import Record
from nookterm.domain.desk import Item
from nookterm.domain.ids import RoomId
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.desk import DeskGroup, DeskView, Door, Pending, Plan, Wish
from nookterm.viewmodels.desk_acts import DECISIONS, carry_out, doing, nook_of, turn_door
from nookterm.viewmodels.desk_batch import doing as doing_all
from nookterm.viewmodels.desk_deciding import Bar, Decision
from nookterm.viewmodels.desk_lines import Lines
from nookterm.viewmodels.desk_rooms import Place
from nookterm.viewmodels.desk_running import Run
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.words import age, date_of

_LONGEST_RESULT = 300
_GONE = "That is no longer here. Nothing was done."
_CLEAR = Notice(
    "Nobody waits.",
    (
        "Requests to join your nooks come here by themselves; {go.desk} opens the desk from anywhere",
        "{app.record} shows who was let in or turned away",
        "{desk.back} goes back to the conversation",
    ),
)
_NOT_YOURS = Notice(
    "The desk is for facilitators, and you are one in no nook yet.",
    (
        "{app.found_nook} begins a nook of your own",
        "A facilitator can make you one: {app.facilitators}",
        "{desk.back} goes back to the conversation",
    ),
)


class DeskModel(Model[DeskView]):
    """Keeps the desk in step; holds at most one decision in the bar, and at most one batch."""

    def __init__(self) -> None:
        """Loading, until the doors have been read once."""
        super().__init__(DeskView())
        self._hub: Hub | None = None
        self._items: Mapping[str, Item] = {}
        self._lines = Lines()
        self._bar = Bar(self._drains)
        self._run: Run | None = None
        self._rests: asyncio.Event | None = None
        """Set when the batch, and what has to be told of it, is done."""
        self._apart: asyncio.Task[None] | None = None
        """A batch that runs beside what is decided next."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew from the store. Engine's thread."""
        items = hub.desk_items = hub.desk.known_items()
        self._items = {item.case: item for item in items}
        groups = self._lines.groups(hub, items)
        offline = hub.session.phase == "offline"
        places = self._lines.places.keep(item.room for item in items)
        self.show(
            replace(
                self.view,
                groups=groups,
                summary=_summary(groups, items, hub.session.clock()),
                since=_since(hub, places),
                face=(Face.OFFLINE if offline else Face.CONTENT) if groups else Face.EMPTY,
                notice=_offline_notice() if offline else None if groups else _nothing(hub),
                helpers=tuple((place.room.room_id, place.others) for place in places),
                doors=_doors(places, groups),
            )
        )

    async def refresh(self) -> None:
        """Read the doors anew from the server."""

        async def work(hub: Hub) -> None:
            items = await hub.desk.items()
            hub.desk.remember_listed(items)
            await hub.session.trust.people.look_at(item.user for item in items if item.request and item.user)

        await self._work(work)

    async def do(self, wish: Wish) -> None:
        """Do something about a case: a decision waits in the bar first, the rest is done at once."""

        async def work(hub: Hub) -> None:
            if wish.act == "door":
                await self._turn(hub, wish)
                return
            item = self._items.get(wish.case)
            if item is None:
                self._say(_GONE)
            elif wish.act in DECISIONS:
                await self._decide(Decision(wish.case, doing(hub, wish, item), lambda: self._make(hub, wish, item)))
            else:
                await self._at_once(hub, wish, item)

        await self._work(work)

    async def batch(self, plan: Plan) -> None:
        """Do the same about several cases, when the bar has drained."""

        async def work(hub: Hub) -> None:
            cases = frozenset(line.case for line in plan.meant)
            if cases and not (self._run and self._run.running):
                run = Run(hub, plan, self._items, lambda progress: self.show(replace(self.view, progress=progress)))
                await self._decide(Decision("", doing_all(plan), lambda: self._carry_through(hub, run), cases))

        await self._work(work)

    async def stop(self) -> None:
        """End a batch after the case that is under way; put one away that is over."""

        async def work(_hub: Hub) -> None:
            if self._run and self._run.running:
                self._run.stop()
            else:
                self._run = None
                self.show(replace(self.view, progress=None))

        await self._work(work)

    async def undo(self) -> None:
        """The decision in the bar is not made."""

        async def work(_hub: Hub) -> None:
            if self._bar.take():
                self._say("Not done. Everything is as it was.")

        await self._work(work)

    async def settle(self) -> None:
        """The decision in the bar is made now."""

        async def work(_hub: Hub) -> None:
            await self._bar.make()

        await self._work(work)

    async def end(self) -> None:
        """The account closes: what is in the bar is not made, a batch ends after the case under way."""
        self._bar.take()
        if self._run and self._rests:
            self._run.stop()
            await self._rests.wait()

    async def _decide(self, decision: Decision) -> None:
        """Put a decision into the bar; one about another case that is in it is made first."""
        waits = self._bar.decision
        if waits and (waits.is_about(decision.case) or waits.cases & decision.cases):
            return
        if waits and waits.cases:
            # Many take their time; the next decision has its own seconds meanwhile.
            self._bar.take()
            self._apart = asyncio.create_task(waits.make())
        await self._bar.make()
        self._bar.put(decision)

    async def _turn(self, hub: Hub, wish: Wish) -> None:
        room = hub.session.rooms[RoomId(wish.case)]
        to_open = bool(wish.number)
        text = f"{'Opening' if to_open else 'Closing'} the door of {nook_of(room)}"

        async def make() -> None:
            await self._told(hub, turn_door(hub, room, to_open=to_open))

        await self._decide(Decision(wish.case, text, make))

    async def _make(self, hub: Hub, wish: Wish, item: Item) -> None:
        await self._told(hub, carry_out(hub, wish, item))

    async def _at_once(self, hub: Hub, wish: Wish, item: Item) -> None:
        try:
            self._say(await carry_out(hub, wish, item))
        except NotTrusted as problem:
            if problem.code != UNSIGNED_APPLICANT:
                raise
            # The card knows by now what asking all the same would mean.
            self._say(f"{problem.message} The card says what one can do.")

    async def _told(self, hub: Hub, doing_it: Awaitable[str]) -> None:
        """Make a decision, and say what it came to."""
        try:
            self._say(await doing_it)
        except Problem as problem:
            self._say(_shown(problem))
        self.rebuild(hub)

    async def _carry_through(self, hub: Hub, run: Run) -> None:
        self._run, self._rests = run, asyncio.Event()
        try:
            self._say(await run.go())
            self.rebuild(hub)
            # What the others are told of it was queued, so that it leaves at once.
            await hub.session.outbox.flush(now=True)
            await hub.session.sync_once()
        except Problem as problem:
            self._say(_shown(problem))
        finally:
            self._rests.set()
        self.rebuild(hub)

    def _drains(self, pending: Pending | None) -> None:
        self.show(replace(self.view, pending=pending, result="" if pending else self.view.result))

    def _say(self, words: str) -> None:
        self.show(replace(self.view, result=safe_line(words, longest=_LONGEST_RESULT)))

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> None:
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Offline:
                self.show(replace(self.view, face=Face.OFFLINE, notice=_offline_notice()))
            except Problem as problem:
                self._say(_shown(problem))
            else:
                self.rebuild(hub)

        await hub.do(run())


def _shown(problem: Problem) -> str:
    """What went wrong and the way out, without the ways of the command line: here a key asks for them."""
    ways = (way for way in problem.hint.split(". ") if "`" not in way)
    return f"{problem.message} {'. '.join(ways)}".strip()


def _nothing(hub: Hub) -> Notice:
    return _CLEAR if Record(hub.session).nooks() else _NOT_YOURS


def _offline_notice() -> Notice:
    return Notice("The server cannot be reached.", ("What you see is from before", "Decisions wait until it is back"))


def _summary(groups: tuple[DeskGroup, ...], items: tuple[Item, ...], now: datetime) -> str:
    count = sum(1 for group in groups for line in group.lines if not line.fold)
    waits = [item.since for item in items if item.request and not item.folded and not item.snoozed_until]
    longest = f" · longest wait {age(min(waits), now)}" if waits else ""
    return f"{count} open{longest}" if count else ""


def _since(hub: Hub, places: tuple[Place, ...]) -> str:
    """On how much of the past the lines rest: the shortest of it."""
    starts = [moment for place in places if (moment := hub.desk.history_since(place.room))]
    now = hub.session.clock()
    return f"based on history since {date_of(max(starts), now, hub.zone, hub.forms)}" if starts else ""


def _doors(places: tuple[Place, ...], groups: tuple[DeskGroup, ...]) -> tuple[Door, ...]:
    """The doors at which people can ask, or could until they were closed, where we may change that."""
    waiting = Counter(line.nook_id for group in groups for line in group.lines if line.kind == "ask")
    return tuple(
        Door(place.room.room_id, place.nook, place.room.join_rule != CLOSED, waiting[place.room.room_id])
        for place in places
        if place.has_door
    )
