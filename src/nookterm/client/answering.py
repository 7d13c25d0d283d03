"""Giving prepared answers to whom they were meant for, and hearing what facilitators tell: after each sync."""

from __future__ import annotations

import contextlib

from nookterm.client.askers import Asker, Askers
from nookterm.client.changes import Happened
from nookterm.client.errors import Problem
from nookterm.client.my_requests import MyRequests
from nookterm.client.session import Session
from nookterm.domain.applying import Hitch, MyRequest, is_open
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.knocking import Told, Word, answers_content, read_word
from nookterm.domain.names import shown_name
from nookterm.domain.outside import question_texts
from nookterm.domain.safe_text import safe_line
from nookterm.domain.vocabulary import WORD


class Answering:
    """What goes on in the rooms of our requests. Safe to run again and again."""

    def __init__(self, session: Session) -> None:
        """Answer as this account."""
        self._session = session
        self._kept = MyRequests(session.store)
        self._askers = Askers(session)

    async def answer(self) -> int:
        """Give prepared answers to the first vetting room of a facilitator whom we know. Returns how many went."""
        done = 0
        for mine in self._kept.all().values():
            if not mine.ref or mine.withdrawn or mine.answered_in or (mine.declined and mine.asked_in):
                continue
            for asker in self._askers.of(mine):
                # What goes wrong in one room keeps nobody else waiting; it is tried again at the next run.
                with contextlib.suppress(Problem):
                    if asker.known and await self._answer(mine, asker):
                        done += 1
                        break
        return done

    async def hear(self) -> int:
        """Take over what facilitators told us about our requests. Returns 0: nothing was done about it."""
        for mine in self._kept.all().values():
            await self._read_back(mine)
            word = self._word(mine) if mine.ref and not mine.withdrawn else None
            if word is None or word == mine.word:
                continue
            self._kept.told(mine, word)
            if word.state is not Told.ASKED or not mine.answered_in:
                self._session.changes.tell(Happened(_said(mine, word), mine.asked_in))
        return 0

    async def _read_back(self, mine: MyRequest) -> None:
        """Read the room of a request from its beginning: where our server is new to it, its news begin at our join."""
        room = self._session.rooms.get(mine.asked_in) if mine.ref and mine.asked_in else None
        store = self._session.store
        if not room or room.membership != Membership.JOIN:
            return
        if store.room(room.room_id).prev_batch or not store.timeline(room.room_id, 1):
            with contextlib.suppress(Problem):
                await self._session.older(room.room_id)

    async def _answer(self, mine: MyRequest, asker: Asker) -> bool:
        """Whether this was the room that the answers were for."""
        await self._session.gateway.key_server.query({asker.user})
        stop = self._askers.stop_at(mine, asker)
        if stop is not None and stop.hitch is Hitch.IDENTITY:
            return False
        await self._enter(mine, asker.room_id)
        # What an invite says of its room is the inviter's server's word; what counts is the room as it is inside.
        inside = self._askers.in_room(self._session.rooms[asker.room_id], mine)
        if inside is None or not inside.known:
            await self._session.gateway.leave(asker.room_id)
            return False
        now = self._kept.of(mine.nook)
        if now is None or now.ref != mine.ref or now.withdrawn or now.answered_in:
            return False
        if self._askers.stop_at(now, inside) is not None or not now.answers or not is_open(now):
            self._kept.asked(now, inside.user, asker.room_id)
            return False
        self._queue(now, inside)
        await self._session.outbox.flush()
        return True

    async def _enter(self, mine: MyRequest, room_id: RoomId) -> None:
        """Go into the room, where we are not yet."""
        if self._session.rooms[room_id].membership == Membership.INVITE:
            await self._session.gateway.join(room_id, mine.via)
            await self._session.sync_once()
            await self._session.refresh_state(room_id)

    def _queue(self, mine: MyRequest, asker: Asker) -> None:
        """Committed together with the mark that they are given, so that they go out once."""
        session = self._session
        entry = next((s.entries[mine.nook] for s in session.rooms.spaces() if mine.nook in s.entries), None)
        questions = {**(question_texts(entry.questions) if entry else {}), **mine.questions}
        content = answers_content(mine.ref, mine.answers, questions)
        with session.store.transaction():
            session.outbox.queue(asker.room_id, "m.room.message", content)
            self._kept.answered(mine, asker.room_id, asker.user, session.clock())

    def _word(self, mine: MyRequest) -> Word | None:
        """The last word of a facilitator whom we know, in the room of this request."""
        if mine.asked_in is None or mine.asked_in not in self._session.rooms:
            return None
        told = map(read_word, self._session.store.marked(mine.asked_in, [WORD]))
        words = [word for word in told if word and self._askers.knows(mine, word.by)]
        return words[-1] if words else None


def _said(mine: MyRequest, word: Word) -> str:
    name, who = safe_line(mine.name), shown_name(word.by, None)
    match word.state:
        case Told.WAITLISTED:
            place = f", place {word.place}" if word.place else ""
            return f"You are on the wait-list of {name}{place}."
        case Told.DECLINED:
            return f"{name}: the answer was no this time."
        case Told.BLOCKED:
            return f"{name} would let you in, but your account turns invites away."
        case Told.APPROVED:
            return f"You are welcome in {name}."
        case _:
            return f"{who} asks you about {name}."
