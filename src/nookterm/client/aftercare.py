"""What is left to do after a decision: look whether it held, tell who was not told, let go of what was answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from nookterm.client.beside import do_each
from nookterm.client.casework import Casework
from nookterm.client.changes import Happened
from nookterm.client.concluding import WATCHED, Concluding
from nookterm.client.errors import Problem
from nookterm.client.interviewing import Interviews
from nookterm.client.invited_twice import InvitedTwice
from nookterm.client.outbox import REDACTION
from nookterm.client.patience import seconds_until, wait_after
from nookterm.client.queue import LISTED, Acts, called
from nookterm.client.relaying import Relaying
from nookterm.client.session import Session
from nookterm.domain.acts import TERMINAL, Act, counting, knock_case
from nookterm.domain.charter import Charter
from nookterm.domain.events import Json, Membership, Message, StateChange
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.letters import letter_room
from nookterm.domain.room import Room

_LOOKS = (timedelta(seconds=2), timedelta(seconds=10))
"""When to look again after a decline of ours: servers that disagree have agreed by then, as far as was measured."""
_OTHERS_HAVE = timedelta(days=1)
"""For so long the words of a request are left to the client of whoever decided it."""
_TIDY_EVERY = timedelta(minutes=10)
_ALL = 100_000
_IN = frozenset({Membership.INVITE, Membership.JOIN})


class Aftercare(Casework):
    """Duties after decisions. Each looks at what is, and does what is still missing."""

    def __init__(self, session: Session, concluding: Concluding) -> None:
        """Act as this account."""
        super().__init__(session)
        self._concluding = concluding
        self._relaying = Relaying(session)
        self._interviews = Interviews(session)
        self._invited_twice = InvitedTwice(session)
        self._tidied: datetime | None = None
        self._pause_until: datetime | None = None
        self._tries = 0

    async def run(self) -> int:
        """Do what is due. Returns how much was done."""
        return await do_each(
            self._interviews.follow,
            self._concluding.finish,
            self._concluding.tell,
            partial(self._with_pauses, self.watch),
            partial(self._with_pauses, self._invited_twice.run),
            self._relaying.run,
            self._tidy,
        )

    def due_in(self) -> float | None:
        """Seconds until a decision of ours is to be looked at again; None where none is."""
        now = self._session.clock()
        waits = [(_due(note) - now).total_seconds() for note in self._session.store.recall_all(WATCHED).values()]
        declines = max(min(waits), 0.0) if waits else None
        soonest = min((due for due in (declines, self._invited_twice.due_in()) if due is not None), default=None)
        return None if soonest is None else max(soonest, seconds_until(self._pause_until, now))

    async def _with_pauses(self, work: Callable[[], Awaitable[int]]) -> int:
        """Do what has its time, but not again and again where the server asks for a pause, or cannot."""
        if seconds_until(self._pause_until, self._session.clock()):
            return 0
        try:
            done = await work()
        except Problem as problem:
            self._pause_until = self._session.clock() + wait_after(problem, self._tries)
            self._tries += 1
            raise
        self._tries = 0
        return done

    async def watch(self) -> int:
        """Look whether those whom we declined are out, twice: another server may have let them in meanwhile."""
        done, store, now = 0, self._session.store, self._session.clock()
        for case, note in tuple(store.recall_all(WATCHED).items()):
            if now < _due(note):
                continue
            found = await self._is_in(RoomId(str(note["nook"])), UserId(str(note["user"])))
            last = found or now >= datetime.fromisoformat(str(note["at"])) + _LOOKS[-1]
            with store.transaction():
                store.remember(WATCHED, case, None if last else {**note, "looks": int(note.get("looks", 0)) + 1})
            done += found
        return done

    async def _is_in(self, nook: RoomId, user: UserId) -> bool:
        room = self._session.rooms.get(nook)
        if room is None or room.membership != Membership.JOIN:
            return False
        member = await self._session.gateway.member(nook, user)
        if member is None or member.membership not in _IN:
            return False
        await self._session.refresh_state(nook)
        by = "" if member.sender == user else f" {called(room, member.sender)} let them in at the same time."
        text = f"You declined {called(room, user)}, and they are in all the same.{by} The desk shows it."
        self._session.changes.tell(Happened(text, nook))
        return True

    async def _tidy(self) -> int:
        """Scrub and purge, now and then: nothing of that is urgent, and looking costs."""
        now = self._session.clock()
        if self._tidied and timedelta() <= now - self._tidied < _TIDY_EVERY:
            return 0
        done = await do_each(self.scrub, self.purge)
        self._tidied = now
        if done:
            await self._session.outbox.flush()
        return done

    async def scrub(self) -> int:
        """Take back the plain words of requests that are decided, where that is still missing. Returns how many."""
        due = {knock: nook for nook, user, knock in self._decided() if self._concluding.speaks(nook, user, knock)}
        queued = {row.what.content.get("redacts") for row in self._session.store.outgoing()}
        done = 0
        for knock, nook in due.items():
            if knock not in queued:
                self._session.outbox.queue(nook.room_id, REDACTION, {"redacts": knock})
                done += 1
        return done

    def _decided(self) -> Iterator[tuple[Room, UserId, EventId]]:
        """Requests whose words are ours to take back: we decided them, or whoever did lets them stand for a day."""
        me, now, acts = self._session.gateway.user_id, self._session.clock(), Acts(self)
        for nook in self.doors():
            for act in counting(nook, acts.of(nook), now):
                ended = act.act in TERMINAL and act.knock and nook.power.may_redact(me, act.user)
                if ended and act.knock and (act.sender == me or now - act.at > _OTHERS_HAVE):
                    yield nook, act.user, act.knock
        for kept in self._session.store.recall_all(LISTED).values():
            room = self._session.rooms.get(RoomId(str(kept.get("room"))))
            member = room.members.get(UserId(str(kept.get("user")))) if room else None
            if room is None or member is None or member.membership == Membership.KNOCK or not kept.get("knock"):
                continue
            mine = member.sender == me or now - member.since > _OTHERS_HAVE
            if mine and room.membership == Membership.JOIN and room.power.may_redact(me, member.user):
                yield room, member.user, EventId(str(kept["knock"]))

    async def purge(self) -> int:
        """Let go of what applicants answered, when the charter says so. Returns how much went."""
        done, rooms, acts = 0, self._session.rooms, Acts(self)
        # Also where we decide no longer: what we brought is still ours to take back.
        for nook in (*rooms.nooks(), *rooms.spaces()):
            done += self._purge_dossiers(nook, acts.of(nook))
        for room in self._session.rooms.joined():
            if room.vets and room.vets[1] != self._session.gateway.user_id and self._is_old(room, acts):
                await self._leave_behind(room)
                done += 1
        return done

    def _purge_dossiers(self, nook: Room, known: tuple[Act, ...]) -> int:
        """Take back the answers that we brought to the other facilitators."""
        me, now, helpers = self._session.gateway.user_id, self._session.clock(), self.facilitators_room(nook)
        mine = [act for act in known if act.act == "dossier" and act.sender == me and act.sheet is None]
        if not mine:
            return 0
        acts = counting(nook, known, now)
        queued = {row.what.content.get("redacts") for row in self._session.store.outgoing()}
        due = [act for act in mine if act.event_id not in queued and self._is_due(nook, act, acts)]
        for act in due if helpers else ():
            if helpers:
                self._session.outbox.queue(helpers.room_id, REDACTION, {"redacts": act.event_id})
        return len(due)

    def _is_due(self, nook: Room, dossier: Act, acts: tuple[Act, ...]) -> bool:
        ends = [a.at for a in acts if a.case == dossier.case and a.act in TERMINAL and a.at >= dossier.at]
        return self._is_over(nook, dossier.user, ends)

    def _is_over(self, nook: Room, user: UserId, ends: list[datetime]) -> bool:
        """Whether the last word about somebody was said long enough ago. `ends`: the decisions about them."""
        member = nook.members.get(user)
        if not ends and (member is None or member.membership == Membership.KNOCK):
            return False
        days = (nook.charter or Charter()).purge_days
        return self._session.clock() - max(ends or [member.since for member in [member] if member]) > timedelta(days)

    def _is_old(self, room: Room, read: Acts) -> bool:
        """Whether a vetting room has served its time."""
        nook_id, user = room.vets or (None, None)
        nook = self._session.rooms.get(nook_id) if nook_id else None
        if nook is None or user is None or nook.membership != Membership.JOIN:
            return False
        member = nook.members.get(user)
        if member and member.membership == Membership.KNOCK:
            return False
        case = knock_case(nook.room_id, user)
        about = [a for a in counting(nook, read.of(nook), self._session.clock()) if a.case == case]
        named = [a.at for a in about if room.room_id in {a.room, letter_room(a.knock) if a.knock else None}]
        # Anybody can say of their room that it is one; what was said in it would be gone.
        if not named and not self._is_mine(room):
            return False
        begun = min(named, default=about[0].at if about else self._session.clock())
        return self._is_over(nook, user, [a.at for a in about if a.act in TERMINAL and a.at >= begun])

    def _is_mine(self, room: Room) -> bool:
        """Whether we made this room."""
        state = self._session.store.state(room.room_id)
        made = (e for e in state if isinstance(e.payload, StateChange) and e.payload.type == "m.room.create")
        return any(event.sender == self._session.gateway.user_id for event in made)

    async def _leave_behind(self, room: Room) -> None:
        """Leave a vetting room, here and on the server, and keep nothing that was said in it."""
        await self._session.gateway.leave(room.room_id)
        # Seen left before it is forgotten: a server that is asked for news of a forgotten room can fail at it.
        await self._session.sync_once()
        await self._session.gateway.forget(room.room_id)
        store = self._session.store
        with store.transaction():
            for event in store.timeline(room.room_id, _ALL):
                if isinstance(event.payload, Message):
                    store.redact(room.room_id, event.event_id)


def _due(note: Json) -> datetime:
    return datetime.fromisoformat(str(note["at"])) + _LOOKS[min(int(note.get("looks", 0)), len(_LOOKS) - 1)]
