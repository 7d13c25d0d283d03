"""An open account for a screen: all panels, fed from the engine's thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, tzinfo
from functools import partial

from nookterm.client.account import OpenAccount
from nookterm.client.changes import (
    Change,
    ConnectionChanged,
    DraftMade,
    News,
    OutboxChanged,
    RoomOpened,
    RoomsChanged,
    VerificationsChanged,
)
from nookterm.client.engine import Engine
from nookterm.client.errors import Problem
from nookterm.client.intents import CarryOut, Holder
from nookterm.client.session import Session
from nookterm.client.upkeep import Upkeep
from nookterm.domain.ids import RoomId
from nookterm.domain.safe_text import safe_line
from nookterm.formatting.reading import hurried
from nookterm.viewmodels.about import AboutModel
from nookterm.viewmodels.applying import RequestsModel
from nookterm.viewmodels.calling import CallingModel
from nookterm.viewmodels.care_work import CaringModel
from nookterm.viewmodels.charter import CharterModel
from nookterm.viewmodels.facilitating import DeskModel
from nookterm.viewmodels.facilitators import FacilitatorsModel
from nookterm.viewmodels.files_work import FilesModel
from nookterm.viewmodels.finding import DirectoryModel
from nookterm.viewmodels.first_trust import FirstTrustModel
from nookterm.viewmodels.founding import FoundModel
from nookterm.viewmodels.frame import Frame, keep_frame
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.messages_work import MessagesModel
from nookterm.viewmodels.people import PeopleModels
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.reading_along import read_along
from nookterm.viewmodels.record import RecordModel
from nookterm.viewmodels.redrawing import Redrawing
from nookterm.viewmodels.returning import OpenHere, ReturnModel
from nookterm.viewmodels.room_addresses import RoomAddresses
from nookterm.viewmodels.searching_work import SearchModel
from nookterm.viewmodels.seen_work import SeenModel
from nookterm.viewmodels.settings_work import SettingsModel
from nookterm.viewmodels.sharing import HighlightsModel
from nookterm.viewmodels.status import READ_ONLY, SIGNED_OUT, StatusModel
from nookterm.viewmodels.talk import TimelineModel
from nookterm.viewmodels.talk_beside import ThreadModel
from nookterm.viewmodels.tour_work import TourModel
from nookterm.viewmodels.tree import TreeModel, first_nook
from nookterm.viewmodels.trusting import TrustModel
from nookterm.viewmodels.verifying import VerifyModel

_BATCH = 0.05
_AFTER_A_MISTAKE = 5.0
_LAST_ROOM = "last_room"
_AT_ONCE = 20
_DOORS_AT_ONCE = 2
"""Rooms that are read without a pause."""


class ClientShell:
    """The view-models of one account. Opens it, keeps every view in step, closes it."""

    def __init__(
        self,
        engine: Engine,
        open_it: Callable[[], Awaitable[OpenAccount]],
        zone: tzinfo | None = None,
        carry_out: CarryOut | None = None,
        let_go: Callable[[Session], Awaitable[None]] | None = None,
        beside: Sequence[Callable[[Session], Awaitable[None]]] = (),
        settings: SettingsModel | None = None,
    ) -> None:
        """`open_it` runs on the engine's thread; an account that another process has is only read.

        `carry_out` does what other processes ask this one, `let_go` keeps no more of the past than is wanted, and
        `beside` is done beside all else, as long as it has the account.
        """
        self._engine = engine
        self._open_it = open_it
        self._carry_out = carry_out
        self._let_go = let_go
        self._beside = beside
        self._zone = zone or datetime.now().astimezone().tzinfo
        self._begun: Future[None] | None = None
        self._account: OpenAccount | None = None
        self._hub: Hub | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._taking: asyncio.Task[None] | None = None
        """Opens the account anew when the process that had it is gone."""
        self._redrawing = Redrawing(self._anew, self._talk, self._counts)
        self._echoed = 0.0
        """When our own words were last shown ahead of the next frame."""
        self._listed = False
        """Whether what our spaces list has been read since one of them changed."""
        self._behind = False
        """Whether another account is drawn: this one syncs, and of its views only the status is kept in step."""
        self.tree = TreeModel()
        self.timeline = TimelineModel()
        self.side = ThreadModel(self.timeline)
        self.about = AboutModel()
        self.desk = DeskModel()
        self.directory = DirectoryModel()
        self.requests = RequestsModel()
        self.highlights = HighlightsModel()
        self.trust, self.first_trust = TrustModel(), FirstTrustModel()
        self.verify = VerifyModel()
        self.status = StatusModel()
        self.found = FoundModel()
        self.charter, self.facilitators = CharterModel(), FacilitatorsModel()
        self.messages = MessagesModel(self.timeline)
        self.people = PeopleModels()
        self.caring = CaringModel()
        self.files = FilesModel()
        self.files.markdown = lambda: self.timeline.markdown
        self.record = RecordModel()
        self.search = SearchModel()
        self.seen = SeenModel(self.timeline)
        self.settings = settings or SettingsModel()
        self.returning = ReturnModel(engine.call)
        self.addresses, self.calling, self.tour = RoomAddresses(), CallingModel(), TourModel()

    def begin(self) -> Future[None]:
        """Open the account and make the first views, from the store alone, while other things are loaded. Once."""
        if self._begun is None:
            self._begun = self._engine.submit(self._open())
        return self._begun

    async def start(self) -> None:
        """Paint from the store, then connect. Raises the Problem where the account cannot be opened."""
        await asyncio.shield(asyncio.wrap_future(self.begin()))
        await self._engine.call(self._go_on())

    async def stand(self, *, behind: bool) -> None:
        """Behind another account, or in front: what is seen first is in step when this returns, the rest soon after."""
        was, self._behind = self._behind, behind

        async def catch_up(hub: Hub) -> None:
            for rebuild in (self.timeline.rebuild, self.tree.rebuild, self.status.rebuild):
                rebuild(hub)
            self._redrawing.again()

        if was and not behind and self._hub:
            await self._engine.call(catch_up(self._hub))

    async def _rebuild(self) -> None:
        for rebuild in self._rebuilds():
            rebuild()
            await asyncio.sleep(0)

    async def _open(self) -> None:
        account = await self._open_it()
        assert self._zone is not None  # noqa: S101 - a local time always has a zone
        hub = Hub.of(account.session, self._engine.call, self._zone, read_only=account.held is None)
        self._account, self._hub = account, hub
        self.status.again = self._redrawing.again
        for model in (
            self.settings, self.timeline, self.side, self.desk, self.directory, self.requests, self.highlights,
            self.found, self.verify, self.charter, self.facilitators,
            self.caring, self.record, self.messages, self.people, self.files, self.search,
            self.seen,
        ):  # fmt: skip
            model.attach(hub)
        self.addresses.attach(hub)
        self.calling.attach(hub)
        self.tour.attach(hub)
        self.trust.attach(hub, account.profile.vault, account.profile.homeserver)
        self.first_trust.attach(hub, account.profile.homeserver)
        if account.parts and account.held:
            here = OpenHere(account.session.store, lambda: self._stop(None), self._open_again)
            self.returning.attach(account.parts, account.profile, here)
            if account.profile.ended:
                self.status.connection(SIGNED_OUT, "")
        last = account.session.store.recall(_LAST_ROOM, "")
        rooms = account.session.rooms
        kept = RoomId(str(last.get("room_id"))) if last else None
        hub.open_room = kept if kept in rooms else first_nook(rooms)
        account.session.changes.listen(self._on_change)
        if self.tree.recall(hub):
            # The colours of code come with the next time, behind the first frame.
            with hurried():
                self.timeline.rebuild(hub)
        else:
            for rebuild in self._rebuilds():
                rebuild()

    async def _open_again(self) -> None:
        """Open anew what was closed for a new sign-in."""
        await self._open()
        await self._go_on()

    async def _go_on(self) -> None:
        """Read the rooms that the first views did not need, a few at a time, then connect."""
        account, hub = self._account, self._hub
        assert account is not None and hub is not None  # noqa: PT018, S101 - opened before
        for _ in range(0, len(hub.session.rooms), _AT_ONCE):
            hub.session.rooms.read_some(_AT_ONCE)
            await asyncio.sleep(0)
        await self._anew()
        works = self._works(account, hub)
        self._tasks = [asyncio.create_task(self._kept_going(work)) for work in works]

    def _works(self, account: OpenAccount, hub: Hub) -> Sequence[Callable[[], Awaitable[None]]]:
        """What goes on as long as the account is open."""
        session = account.session
        if account.held is None:
            session.set_phase(READ_ONLY)
            self._listed = True
            return [self._redrawing.run, lambda: self._read_along(account), self.settings.watch_file]

        async def listing() -> None:
            await self.first_trust.watch_over()
            if not self._listed:
                await self._list(hub)

        upkeep = Upkeep(session, before=listing)
        works: list[Callable[[], Awaitable[None]]] = [self._redrawing.run, session.run, upkeep.run]
        works.append(self.settings.watch_file)
        if self._carry_out:
            account.held.serve()
            works.append(Holder(session, self._carry_out).run)
        if let_go := self._let_go:
            works.append(lambda: let_go(session))
        works += [partial(work, session) for work in self._beside]
        return works

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
        if isinstance(change, News):
            return
        self.trust.heed(change)
        self.status.heed(change)
        if isinstance(change, ConnectionChanged):
            self.status.connection(change.phase, safe_line(change.detail))
        elif isinstance(change, RoomOpened) and self._account and self._account.held:
            # Whatever ends the program, the next start begins here.
            self._account.session.store.remember(_LAST_ROOM, "", {"room_id": change.room})
        elif isinstance(change, DraftMade) and self._hub:
            self._hub.drafts[change.room] += 1
        elif isinstance(change, RoomsChanged) and _is_about_a_space(self._hub, change):
            self._listed = self._hub is not None and self._hub.read_only
        elif isinstance(change, VerificationsChanged) and self._hub:
            self.verify.rebuild(self._hub)
        if isinstance(change, RoomsChanged | OutboxChanged) and self._hub and self._hub.open_room in change.rooms:
            self._redrawing.here()
            if isinstance(change, OutboxChanged) and time.monotonic() - self._echoed > _BATCH:
                # Who has pressed Enter waits for their own words, and for nothing else.
                self.timeline.rebuild(self._hub)
                self._echoed = time.monotonic()
        self._redrawing.heed(change, by_itself=asyncio.current_task() in {None, *self._tasks})

    async def _anew(self) -> None:
        """Make all views anew, behind what the desk needs of each nook.

        That is read a few rooms at a time: behind a step that touched all of them it takes seconds, and neither what is
        sent nor what comes into the open room waits for it.
        """
        if self._hub and not self._behind:
            for number, _ in enumerate(self._hub.desk.prepare()):
                if number % _DOORS_AT_ONCE == 0:
                    await asyncio.sleep(0)
                    self._redrawing.follow()
        await self._rebuild()

    def _talk(self) -> None:
        if self._hub and not self._behind:
            self.timeline.rebuild(self._hub)
            self.side.rebuild(self._hub)

    def _counts(self) -> None:
        if self._hub and not self._behind:
            self.tree.rebuild(self._hub)
            self.status.rebuild(self._hub)

    def _rebuilds(self) -> list[Callable[[], None]]:
        """What makes each view anew, the open room's first."""
        hub = self._hub
        if hub is None:
            return []
        if self._behind:
            return [partial(self.status.rebuild, hub)]
        models = (
            self.timeline, self.side, self.trust, self.desk, self.tree, self.about, self.status, self.verify,
            self.requests, self.highlights, self.first_trust, self.people, self.calling,
        )  # fmt: skip
        rebuilds: list[Callable[[Hub], None]] = [model.rebuild for model in models]
        if hub.listings or self._listed:
            rebuilds.append(self.directory.rebuild)
        return [partial(rebuild, hub) for rebuild in rebuilds]

    async def _read_along(self, account: OpenAccount) -> None:
        """Show what another process does with the account; take the account when that one is gone."""
        await read_along(account)
        self._taking = asyncio.create_task(self._take_over())

    async def _take_over(self) -> None:
        """Open again, now that nobody has the account: where one only read along one can write."""
        room = self._hub.open_room if self._hub else None
        await self._stop(None)
        self._listed = False
        try:
            await self._open()
        except Problem as problem:
            self.status.connection("offline", safe_line(in_words(problem)))
            return
        if room and self._hub:
            self._hub.open_room = room
        await self._go_on()
        if self._hub and not self._hub.read_only:
            self.status.toast("The other nookterm is closed. You can write here now.")

    async def _list(self, hub: Hub) -> None:
        """Read what our spaces list; a change that comes meanwhile asks for another reading."""
        self._listed = True
        try:
            await self.directory._read(hub)  # noqa: SLF001 - the same room of the house
        except Problem:
            self._listed = False
            raise
        self._redrawing.again()

    async def stop(self, frame: Frame | None = None) -> None:
        """Remember where we were and what was on the screen, and close the account."""
        await self._engine.call(self._stop(frame))

    async def _stop(self, frame: Frame | None) -> None:
        tasks = [*self._tasks, *([self._taking] if self._taking else [])]
        ending = [task for task in tasks if task is not asyncio.current_task()]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self.trust.close()
        await self.desk.end()
        await self.messages.end()
        if self._account and self._hub:
            if self._hub.open_room and not self._hub.read_only:
                with self._account.session.store.transaction():
                    self._account.session.store.remember(_LAST_ROOM, "", {"room_id": self._hub.open_room})
                    self.tree.remember(self._hub)
                self.timeline.rebuild(self._hub)
                keep_frame(self._account.session.store, frame, self.timeline.view)
            await self._account.close()
            self._account = None


def _is_about_a_space(hub: Hub | None, change: RoomsChanged) -> bool:
    rooms = hub.session.rooms if hub else {}
    return any(room_id in rooms and rooms[room_id].is_space for room_id in change.rooms)
