"""Who is writing in which room just now, and telling that we are, where a person wants that. Nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta

from nookterm.client.changes import Change, Changes, ConnectionChanged, RoomsChanged, SettingsChanged
from nookterm.client.errors import Problem
from nookterm.client.ignoring import ignored_users
from nookterm.client.ports import Clock, Gateway, RoomUpdate, Store
from nookterm.client.settings import Settings
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

TELL, SHOW = "typing.send", "typing.show"
HEARD_FOR = timedelta(seconds=120)
"""After this long nobody is taken to be writing still: servers say when it ends, but a word of them may be lost."""
_LASTING = 20.0
"""Seconds that we ask the server to believe that we are writing."""
_RENEW = 10.0
"""Seconds between two words to the server that we still are."""
_REST = 6.0
"""Seconds without a key after which we are not writing any more."""
_AFTER_FAILURE = 10.0
_LAST_WORD = 1.0
"""Seconds that closing waits for the server to hear that we have stopped."""
_LIVE = "live"


@dataclass(slots=True)
class Typing:
    """What is heard of others, and what others hear of us. Lives on the engine's loop."""

    gateway: Gateway
    store: Store
    changes: Changes
    clock: Clock
    sends: bool = False
    shown: bool = True
    _heard: dict[RoomId, tuple[tuple[UserId, ...], datetime]] = field(default_factory=dict)
    _live: bool = False
    _wanted: RoomId | None = None
    """The room in which we are writing."""
    _told: RoomId | None = None
    """The room of which the server believes it."""
    _renew_at: float = 0.0
    _not_before: float = 0.0
    _pause: asyncio.TimerHandle | None = None
    _work: asyncio.Task[None] | None = None

    def obey(self, settings: Settings) -> None:
        """Take over what the settings say; where nothing is to be told any more, that is the last thing told."""
        self.sends, self.shown = settings.text(TELL) == "on", settings.text(SHOW) == "on"
        if not self.sends:
            self.rest()

    def heed(self, change: Change) -> None:
        """Take over new settings; without the server nobody is writing. Listens to all changes."""
        if isinstance(change, SettingsChanged):
            self.obey(change.settings)
        elif isinstance(change, ConnectionChanged):
            self._live = change.phase == _LIVE
            if not self._live:
                self._wanted = self._told = None
                gone, self._heard = frozenset(self._heard), {}
                if gone:
                    self.changes.tell(RoomsChanged(gone))

    def fold(self, update: RoomUpdate) -> None:
        """Take what a sync step says of a room."""
        if update.membership is not Membership.JOIN or update.typing == ():
            self._heard.pop(update.room_id, None)
        elif update.typing:
            self._heard[update.room_id] = (update.typing, self.clock())
            asyncio.get_running_loop().call_later(HEARD_FOR.total_seconds(), self._look, update.room_id)

    def who(self, room: Room) -> tuple[UserId, ...]:
        """Others who are in a room and writing there; nobody whom we ignore, nobody where it is not to be shown."""
        users, since = self._heard.get(room.room_id, ((), None))
        if since is None or not self.shown or self.clock() - since >= HEARD_FOR:
            return ()
        unheard = ignored_users(self.store) | {room.me}
        here = {member.user for member in room.who(Membership.JOIN)}
        return tuple(user for user in dict.fromkeys(users) if user in here and user not in unheard)

    def write(self, room_id: RoomId) -> None:
        """A key was pressed where one writes. Told now and then, where it may be and the server is there."""
        if self.sends and self._live:
            self._wanted = room_id
            self._stop_pause()
            self._pause = asyncio.get_running_loop().call_later(_REST, self.rest)
            self._go_on()

    def rest(self) -> None:
        """Nothing is being written: it was sent, taken away or left."""
        self._wanted = None
        self._stop_pause()
        if self._told is not None:
            self._go_on()

    async def close(self) -> None:
        """The last word, where one is due; nobody waits long for it."""
        self._heard = {}
        self.rest()
        work = self._work
        if work is not None and not work.done():
            await asyncio.wait({work}, timeout=_LAST_WORD)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    def _look(self, room_id: RoomId) -> None:
        _, since = self._heard.get(room_id, ((), None))
        if since is not None and self.clock() - since >= HEARD_FOR:
            del self._heard[room_id]
            self.changes.tell(RoomsChanged(frozenset({room_id})))

    def _stop_pause(self) -> None:
        if self._pause:
            self._pause.cancel()
        self._pause = None

    def _go_on(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        """Until the server believes what is so. One word at a time, so that none overtakes another."""
        now: Callable[[], float] = asyncio.get_running_loop().time
        while True:
            wanted, told = self._wanted, self._told
            if told is not None and told != wanted:
                self._told = None
                await self._say(told, 0)
            elif wanted is not None and now() >= max(self._not_before, self._renew_at if told else 0.0):
                if not await self._say(wanted, _LASTING):
                    self._not_before = now() + _AFTER_FAILURE
                    return
                self._told, self._renew_at = wanted, now() + _RENEW
            else:
                return

    async def _say(self, room_id: RoomId, lasting: float) -> bool:
        """False where the server did not hear it: nobody has to know, and it is not said again."""
        try:
            await self.gateway.type(room_id, lasting)
        except Problem:
            return False
        return True
