"""Lines of the desk that are put off, for everybody or for oneself, or that somebody says are dealt with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from nookterm.client.casework import Casework, Outcome, held
from nookterm.client.errors import WrongUsage
from nookterm.client.queue import called
from nookterm.domain.acts import act_content
from nookterm.domain.desk import Group, Item, Kind
from nookterm.domain.desk_acts import ENDED_BY_WORD, LONGEST_SNOOZE, PutOff
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.domain.space import title

_PRIVATE = "desk.snoozed"
_OF_REQUESTS = frozenset({Kind.ASK, Kind.CONFLICT})
"""Lines whose word is that of a request: acts on them name the knock."""


class Snoozes(Casework):
    """Puts lines off, brings them back, and ends those that a word can end."""

    def private(self) -> Mapping[str, PutOff]:
        """What this person put off for themselves."""
        found = {}
        for case, kept in self._session.store.recall_all(_PRIVATE).items():
            event = str(kept.get("event") or "")
            found[case] = PutOff(datetime.fromisoformat(str(kept["until"])), EventId(event) if event else None)
        return found

    async def snooze(self, item: Item, until: datetime, *, shared: bool) -> None:
        """Put a line off. Raises WrongUsage where that cannot be; then nothing was done."""
        now = self._session.clock()
        if not now < until <= now + LONGEST_SNOOZE + timedelta(minutes=1):
            message = f"A line can be put off for up to {LONGEST_SNOOZE.days} days."
            raise WrongUsage(message, "Nothing was done.", code="snooze_length")
        if not shared:
            self._keep(item, until)
            return
        nook = self._shared_room(item)
        words = f"{self.me(nook)} puts off {self._about(item, nook)} until {until:%Y-%m-%d %H:%M} UTC."
        await self._say(item, nook, words, until)

    async def wake(self, item: Item) -> None:
        """Bring a line back, for oneself and, where it was put off for everybody, for everybody."""
        self._keep(item, None)
        if item.snoozed_until is None or item.group == Group.SAFETY:
            return
        nook = self._session.rooms.get(item.room)
        said = [a for a in self.acts(nook) if a.case == item.case and a.act == "snooze"] if nook else []
        now = self._session.clock()
        if nook and any(act.until and act.until > now for act in said[-1:]):
            await self._say(item, nook, f"{self.me(nook)} takes up {self._about(item, nook)} again.", now)

    async def settle(self, item: Item, words: str = "", *, anyway: bool = False) -> Outcome:
        """Tell the others that this line is dealt with: no question, greeted in person, known.

        Raises:
            WrongUsage: lines of this kind end by what is done about them.
            Changed: somebody else is on it.

        """
        if item.kind not in ENDED_BY_WORD:
            message = f"A line of the kind {item.kind} ends when what it tells of does."
            raise WrongUsage(message, "Nothing was done.", code="not_settled_by_word")
        me = self._session.gateway.user_id
        nook = self._room_of_helpers(item)
        if item.holder not in (None, me) and not anyway:
            raise held(nook, item.holder)
        body = f"{self.me(nook)}: {self._about(item, nook)} is dealt with."
        more = {"event": item.event} if item.event else {}
        content = act_content("settled", item.case, nook.room_id, body, user=item.user, words=words, **more)
        self.tell_facilitators(nook, content)
        await self.send_and_see()
        who = called(nook, item.user) if item.user else ""
        return Outcome(item.case, me, "settled", nook.room_id, item.user, who=who)

    def _keep(self, item: Item, until: datetime | None) -> None:
        value = {"until": until.isoformat(), "event": item.event or ""} if until else None
        with self._session.store.transaction():
            for case, kept in self._session.store.recall_all(_PRIVATE).items():
                if datetime.fromisoformat(str(kept["until"])) <= self._session.clock():
                    self._session.store.remember(_PRIVATE, case, None)
            self._session.store.remember(_PRIVATE, item.case, value)

    def _shared_room(self, item: Item) -> Room:
        if item.group == Group.SAFETY:
            message = "What is about safety is put off by each for themselves."
            raise WrongUsage(message, "Nothing was done. `--private` puts it off for you.", code="safety")
        return self._room_of_helpers(item)

    def _room_of_helpers(self, item: Item) -> Room:
        """The nook of a line, where the other facilitators can read what is done about it."""
        nook = self._session.rooms.get(item.room)
        if nook is None or self.facilitators_room(nook) is None:
            message = "There is no facilitators' room in which the others would read of it."
            hint = "Nothing was done. `snooze --private` puts it off for you."
            raise WrongUsage(message, hint, code="no_facilitators_room")
        return nook

    async def _say(self, item: Item, nook: Room, words: str, until: datetime) -> None:
        about = {"knock": item.event} if item.kind in _OF_REQUESTS else {"event": item.event} if item.event else {}
        content = act_content(
            "snooze", item.case, nook.room_id, words, user=item.user, until=until.isoformat(), **about
        )
        self.tell_facilitators(nook, content)
        await self.send_and_see()

    def _about(self, item: Item, nook: Room) -> str:
        return called(nook, item.user) if item.user else f"a case of {title(nook)}"
