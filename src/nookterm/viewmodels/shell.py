"""An open account for a screen: all panels, fed from the engine's thread, at most every 50 ms."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo

from nookterm.client.account import OpenAccount
from nookterm.client.changes import Change, ConnectionChanged, Happened, RoomsChanged
from nookterm.client.duties import Duties
from nookterm.client.engine import Engine
from nookterm.client.errors import Problem
from nookterm.domain.charter import Charter, Question
from nookterm.domain.ids import RoomId
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.about import AboutModel
from nookterm.viewmodels.facilitating import DeskModel
from nookterm.viewmodels.finding import DirectoryModel, RequestsModel
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.sharing import HighlightsModel
from nookterm.viewmodels.status import StatusModel
from nookterm.viewmodels.talk import TimelineModel
from nookterm.viewmodels.tree import TreeModel, first_nook

_BATCH = 0.05
_DUTIES_EVERY = 0.5
_LOOK_AGAIN = 30.0
_SOON = 1.0
_AFTER_A_MISTAKE = 5.0
_LAST_ROOM = "last_room"


class ClientShell:
    """The view-models of one account. Opens it, keeps every view in step, closes it."""

    def __init__(
        self, engine: Engine, open_it: Callable[[], Awaitable[OpenAccount]], zone: tzinfo | None = None
    ) -> None:
        """`open_it` runs on the engine's thread."""
        self._engine = engine
        self._open_it = open_it
        self._zone = zone or datetime.now().astimezone().tzinfo
        self._account: OpenAccount | None = None
        self._hub: Hub | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._dirty: asyncio.Event | None = None
        self._due = asyncio.Event()
        """Something changed that may have made a duty due."""
        self._listed = False
        """Whether what our spaces list has been read since one of them changed."""
        self.tree = TreeModel()
        self.timeline = TimelineModel()
        self.about = AboutModel()
        self.desk = DeskModel()
        self.directory = DirectoryModel()
        self.requests = RequestsModel()
        self.highlights = HighlightsModel()
        self.status = StatusModel()
        self.found = FoundModel()

    async def start(self) -> None:
        """Paint from the store, then connect. Raises the Problem where the account cannot be opened."""
        await self._engine.call(self._start())

    async def _start(self) -> None:
        account = await self._open_it()
        assert self._zone is not None  # noqa: S101 - a local time always has a zone
        hub = Hub.of(account.session, self._engine.call, self._zone)
        self._account, self._hub, self._dirty = account, hub, asyncio.Event()
        for model in (self.timeline, self.desk, self.directory, self.requests, self.highlights, self.found):
            model.attach(hub)
        last = account.session.store.recall(_LAST_ROOM, "")
        rooms = account.session.rooms
        kept = RoomId(str(last.get("room_id"))) if last else None
        hub.open_room = kept if kept in rooms else first_nook(rooms)
        account.session.changes.listen(self._on_change)
        self._rebuild()
        works = (self._redraw, account.session.run, self._duties)
        self._tasks = [asyncio.create_task(self._kept_going(work)) for work in works]

    async def _kept_going(self, work: Callable[[], Awaitable[None]]) -> None:
        """A mistake of ours in one of these must not leave a screen that looks alive: it is said, and work goes on."""
        while True:
            try:
                await work()
            except Exception:  # noqa: BLE001 - whatever it was
                self.status.connection("offline", "nookterm made a mistake and tries again.")
                await asyncio.sleep(_AFTER_A_MISTAKE)
            else:
                return

    def _on_change(self, change: Change) -> None:
        if isinstance(change, ConnectionChanged):
            self.status.connection(change.phase, safe_line(change.detail))
        elif isinstance(change, Happened):
            self.status.toast(change.text)
        elif isinstance(change, RoomsChanged) and self._is_about_a_space(change):
            self._listed = False
        if not isinstance(change, Happened):
            self._due.set()
        if self._dirty:
            self._dirty.set()

    def _is_about_a_space(self, change: RoomsChanged) -> bool:
        rooms = self._hub.session.rooms if self._hub else {}
        return any(room_id in rooms and rooms[room_id].is_space for room_id in change.rooms)

    async def _redraw(self) -> None:
        """Make views anew after changes, but not more often than a screen can show."""
        assert self._dirty is not None  # noqa: S101 - set before this task exists
        while True:
            await self._dirty.wait()
            await asyncio.sleep(_BATCH)
            self._dirty.clear()
            self._rebuild()

    def _rebuild(self) -> None:
        hub = self._hub
        if hub is None:
            return
        for model in (self.timeline, self.tree, self.about, self.status, self.desk, self.requests, self.highlights):
            model.rebuild(hub)
        if hub.listings or self._listed:
            self.directory.rebuild(hub)

    async def _duties(self) -> None:
        """Carry out what was agreed to, and send what is due, as long as the client is open."""
        hub = self._hub
        assert hub is not None  # noqa: S101 - set before this task exists
        duties, again = Duties(hub.session), _LOOK_AGAIN
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(again, _next_look(hub.session.outbox.next_try()))):
                    await self._due.wait()
            await asyncio.sleep(_DUTIES_EVERY)
            self._due.clear()
            if hub.session.phase != "live":
                continue
            try:
                if not self._listed:
                    await self._list(hub)
                await duties.run()
                if hub.session.outbox.next_try() == 0.0:
                    await hub.session.outbox.flush()
            except Problem as problem:
                again = max(problem.retry_after or 0.0, _SOON if again == _LOOK_AGAIN else min(again * 2, _LOOK_AGAIN))
            else:
                again = _LOOK_AGAIN

    async def _list(self, hub: Hub) -> None:
        """Read what our spaces list; a change that comes meanwhile asks for another reading."""
        self._listed = True
        try:
            await self.directory._read(hub)  # noqa: SLF001 - the same room of the house
        except Problem:
            self._listed = False
            raise
        if self._dirty:
            self._dirty.set()

    async def stop(self) -> None:
        """Remember where we were and close the account."""
        await self._engine.call(self._stop())

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._account and self._hub:
            if self._hub.open_room:
                with self._account.session.store.transaction():
                    self._account.session.store.remember(_LAST_ROOM, "", {"room_id": self._hub.open_room})
            await self._account.close()
            self._account = None


def _next_look(unsent_in: float | None) -> float:
    """Seconds until the duties look again although nothing changed: an unsent message may be due earlier."""
    return _LOOK_AGAIN if unsent_in is None else min(_LOOK_AGAIN, unsent_in)


class FoundModel:
    """Beginning a community."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def found_space(self, name: str, topic: str) -> str:
        """Make a space. Empty when done, else what went wrong."""

        async def work(hub: Hub) -> None:
            await hub.founding.space(name, topic)

        return await self._work(work)

    async def found_nook(self, name: str, purpose: str, who_belongs: str, cap: int, questions: tuple[str, ...]) -> str:
        """Make a nook in the space of the open room, else the first one. Empty when done, else what went wrong."""

        async def work(hub: Hub) -> None:
            asked = tuple(Question(f"q{n}", text) for n, text in enumerate(filter(str.strip, questions), 1))
            spaces = hub.session.rooms.spaces()
            here = [s for s in spaces if any(c.room_id == hub.open_room for c in s.children)]
            space = next(iter((*here, *spaces)), None)
            if space is None:
                message = "You are in no space yet."
                raise Problem(message, "Found a space first.")
            charter = Charter(purpose=purpose, who_belongs=who_belongs, cap=cap, questions=asked)
            await hub.founding.nook(space, name, charter)

        return await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> str:
        hub = self._hub
        if hub is None:
            return "The account is not open yet."

        async def run() -> str:
            try:
                await work(hub)
            except Problem as problem:
                return safe_line(str(problem), longest=300)
            return ""

        return str(await hub.do(run()))
