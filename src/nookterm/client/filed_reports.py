"""Reports on their way, as this disk remembers them: what was done of each, and when somebody may go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from nookterm.client.errors import Problem
from nookterm.client.patience import LONGEST_WAIT, wait_after
from nookterm.client.ports import Clock, Store
from nookterm.domain.events import Json
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.reports import Nature

_KIND = "reporting"


@dataclass(frozen=True, slots=True)
class Filed:
    """A report on its way, or there."""

    nook: RoomId
    event: EventId
    accused: UserId
    nature: Nature
    readers: tuple[UserId, ...]
    """Who reads it."""
    quote: str = ""
    words: str = ""
    room: RoomId | None = None
    """Its room, once it is made."""
    invited: tuple[UserId, ...] = ()
    told: tuple[UserId, ...] = ()
    """Those for whom the report was said: who is asked in later gets it said once more, to be able to read it."""
    again_at: datetime | None = None
    """Nobody else goes on with it before: somebody is at it, or the server asked for a pause."""
    tries: int = 0
    person: bool = False
    """Whether it is about somebody as a whole: `event` says then how they stand in the nook."""

    @property
    def waiting(self) -> tuple[UserId, ...]:
        """Who could not be asked in yet."""
        return tuple(user for user in self.readers if user not in self.invited)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not self.waiting and self.told == self.invited


class FiledReports:
    """The reports of this account that are not all there yet."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Kept in `store`."""
        self._store = store
        self._clock = clock

    def all(self) -> tuple[Filed, ...]:
        """Each of them."""
        return tuple(filed for kept in self._store.recall_all(_KIND).values() if (filed := _read(kept)))

    def one(self, event_id: EventId) -> Filed | None:
        """The one about this message."""
        return _read(self._store.recall(_KIND, event_id))

    def keep(self, filed: Filed) -> Filed:
        """As long as something is left to do; for a while it is ours alone."""
        return self._put(replace(filed, again_at=self._clock() + timedelta(seconds=LONGEST_WAIT)))

    def put_off(self, filed: Filed, problem: Problem) -> Filed:
        """Go on when the server is likely to let us."""
        wait = wait_after(problem, filed.tries)
        return self._put(replace(filed, again_at=self._clock() + wait, tries=filed.tries + 1))

    def forget(self, filed: Filed) -> None:
        """Nothing will come of it."""
        with self._store.transaction():
            self._store.remember(_KIND, filed.event, None)

    def _put(self, filed: Filed) -> Filed:
        with self._store.transaction():
            self._store.remember(_KIND, filed.event, None if filed.is_done else _written(filed))
        return filed


def _written(filed: Filed) -> Mapping[str, object]:
    return {
        "nook": filed.nook,
        "event": filed.event,
        "accused": filed.accused,
        "nature": str(filed.nature),
        "readers": list(filed.readers),
        "quote": filed.quote,
        "words": filed.words,
        "room": filed.room,
        "invited": list(filed.invited),
        "told": list(filed.told),
        "again_at": filed.again_at.isoformat() if filed.again_at else None,
        "tries": filed.tries,
        "person": filed.person,
    }


def _read(kept: Json | None) -> Filed | None:
    if not kept:
        return None
    room, again = kept.get("room"), kept.get("again_at")
    return Filed(
        nook=RoomId(str(kept["nook"])),
        event=EventId(str(kept["event"])),
        accused=UserId(str(kept["accused"])),
        nature=Nature(str(kept["nature"])),
        readers=tuple(UserId(str(user)) for user in kept["readers"]),
        quote=str(kept["quote"]),
        words=str(kept["words"]),
        room=RoomId(str(room)) if room else None,
        invited=tuple(UserId(str(user)) for user in kept["invited"]),
        told=tuple(UserId(str(user)) for user in kept["told"]),
        again_at=datetime.fromisoformat(str(again)) if again else None,
        tries=int(kept["tries"]),
        person=kept.get("person") is True,
    )
