"""Asking to join: the request that leaves, the answers that stay here, and where each request of mine stands."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nookterm.client.errors import Problem, WrongUsage
from nookterm.client.ports import Summary
from nookterm.client.rooms import Rooms
from nookterm.client.session import Session
from nookterm.domain.applying import MyRequest, State, my_state
from nookterm.domain.charter import Charter
from nookterm.domain.events import Json, Membership, moment
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.knocking import reason_with_ref
from nookterm.domain.space import title

_KIND = "request"
_NO_TIME = moment(None)
"""What one sees of a room before one is in it comes without times."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A request of mine and where it stands now."""

    request: MyRequest
    state: State


class Asking:
    """The applicant's side of vetting."""

    def __init__(self, session: Session) -> None:
        """Ask as this account."""
        self._session = session

    async def knock(
        self, room: str, *, answers: Mapping[str, str] | None = None, reason: str = "", via: Sequence[str] = ()
    ) -> Standing:
        """Ask to join. Answers are kept here, encrypted, and never go into the public request.

        Raises:
            WrongUsage: an answer to a question that the nook does not ask, or one that is too long.

        """
        session = self._session
        route = tuple(via) or self._via(room)
        summary = await session.gateway.summary(room, route)
        charter = self._charter(summary.room_id)
        given = _checked(answers or {}, charter)
        already = session.rooms.get(summary.room_id)
        if already and already.membership == Membership.JOIN:
            message = f"You are already in {title(already)}."
            raise WrongUsage(message, "Nothing was sent.", code="already_in")
        ref = base64.b32encode(secrets.token_bytes(4)).decode("ascii")[:6]
        mine = MyRequest(summary.room_id, _name(summary), ref, session.clock(), given, route)
        self._keep(mine)
        try:
            await session.gateway.knock(summary.room_id, reason_with_ref(reason, ref), route)
        except Problem:
            self._forget(mine)
            raise
        await session.sync_once()
        return self.standing(mine)

    async def withdraw(self, room_id: RoomId) -> Standing:
        """Take a request back; prepared answers are thrown away."""
        mine = self.request(room_id)
        room = self._session.rooms.get(room_id)
        if mine is None or room is None or room.membership != Membership.KNOCK:
            message = "You have no open request there."
            raise WrongUsage(message, "`nookterm requests` lists yours.", code="no_request")
        await self._session.gateway.leave(room_id)
        mine = replace(mine, withdrawn=True, answers={})
        self._keep(mine)
        await self._session.sync_once()
        return self.standing(mine)

    def all(self) -> tuple[Standing, ...]:
        """My requests, newest first; also those that another client of mine made."""
        rooms = self._session.rooms
        kept = {mine.nook: mine for mine in map(_read, self._session.store.recall_all(_KIND).values()) if mine}
        joined = {room.room_id for room in rooms.joined()}
        kept = {nook: mine for nook, mine in kept.items() if mine.ref or nook in joined}
        for room in rooms.values():
            if room.membership == Membership.KNOCK and room.room_id not in kept:
                since = room.members[room.me].since
                known = since if since > _NO_TIME else self._session.clock()
                kept[room.room_id] = MyRequest(room.room_id, title(room), "", known)
        return tuple(self.standing(m) for m in sorted(kept.values(), key=lambda m: m.sent_at, reverse=True))

    def standing(self, mine: MyRequest) -> Standing:
        """Where a request stands now."""
        room = self._session.rooms.get(mine.nook)
        membership = room.membership if room else Membership.LEAVE
        return Standing(mine, my_state(mine, membership, self._session.clock()))

    def request(self, room_id: RoomId) -> MyRequest | None:
        """The request to this nook that this machine made."""
        return _read(self._session.store.recall(_KIND, room_id))

    def asked(self, mine: MyRequest, facilitator: UserId) -> None:
        """Remember who asks us, where there are no prepared answers to give."""
        if mine.asked_by != facilitator:
            self._keep(replace(mine, asked_by=facilitator))

    def answered(self, mine: MyRequest, vetting_room: RoomId, facilitator: UserId) -> None:
        """Remember that the answers have gone to a vetting room."""
        self._keep(replace(mine, answered_in=vetting_room, asked_by=facilitator))

    def declined(self, mine: MyRequest) -> None:
        """The answer was no; an invite that comes later anyway is asked about."""
        self._keep(replace(mine, declined=True, answers={}))

    def fulfilled(self, mine: MyRequest) -> None:
        """We are in. What was agreed to with the request is spent: who leaves and is invited again is asked again."""
        self._keep(replace(mine, ref="", answers={}))

    def _via(self, room: str) -> tuple[str, ...]:
        listed = (c.via for s in self._session.rooms.spaces() for c in s.children if c.room_id == room)
        return next(listed, (server_of(room),) if server_of(room) else ())

    def _charter(self, room_id: RoomId) -> Charter | None:
        return next((s.entries[room_id] for s in self._session.rooms.spaces() if room_id in s.entries), None)

    def _keep(self, mine: MyRequest) -> None:
        with self._session.store.transaction():
            self._session.store.remember(_KIND, mine.nook, _written(mine))

    def _forget(self, mine: MyRequest) -> None:
        with self._session.store.transaction():
            self._session.store.remember(_KIND, mine.nook, None)


def facilitator_of(rooms: Rooms, nook: RoomId, user: UserId) -> bool:
    """Whether a space that we are in, and that lists `nook`, names `user` among those who may ask its applicants."""
    listing = (s for s in rooms.spaces() if any(c.room_id == nook for c in s.children))
    return any(user in entry.facilitators for space in listing if (entry := space.entries.get(nook)))


def _checked(answers: Mapping[str, str], charter: Charter | None) -> Mapping[str, str]:
    asked = {q.id: q for q in charter.questions} if charter else {}
    for key, text in answers.items():
        if asked and key not in asked:
            message = f"This nook asks no question {key}."
            raise WrongUsage(message, f"Its questions: {', '.join(asked)}.")
        longest = asked[key].longest if key in asked else 500
        if len(text) > longest:
            message = f"The answer to {key} has {len(text)} characters; {longest} fit."
            raise WrongUsage(message, "Shorten it and ask again.")
    return dict(answers)


def _name(summary: Summary) -> str:
    return summary.name or summary.room_id


def _written(mine: MyRequest) -> dict[str, object]:
    return {
        "nook": mine.nook,
        "name": mine.name,
        "ref": mine.ref,
        "sent_at": mine.sent_at.isoformat(),
        "answers": dict(mine.answers),
        "via": list(mine.via),
        "withdrawn": mine.withdrawn,
        "declined": mine.declined,
        "answered_in": mine.answered_in,
        "asked_by": mine.asked_by,
    }


def _read(kept: Json | None) -> MyRequest | None:
    if not kept:
        return None
    answered, asked = kept.get("answered_in"), kept.get("asked_by")
    return MyRequest(
        nook=RoomId(str(kept["nook"])),
        name=str(kept["name"]),
        ref=str(kept["ref"]),
        sent_at=datetime.fromisoformat(str(kept["sent_at"])),
        answers={str(k): str(v) for k, v in dict(kept.get("answers") or {}).items()},
        via=tuple(str(v) for v in kept.get("via") or ()),
        withdrawn=bool(kept.get("withdrawn")),
        declined=bool(kept.get("declined")),
        answered_in=RoomId(str(answered)) if answered else None,
        asked_by=UserId(str(asked)) if asked else None,
    )
