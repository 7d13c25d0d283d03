"""Asking to join: the request that leaves, the answers that stay here, and where each request of mine stands."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nookterm.client.askers import OWN_INVITES, Asker, Askers, Stop
from nookterm.client.changes import RoomsChanged
from nookterm.client.directory import Directory
from nookterm.client.errors import NotAllowed, NotFound, Offline, Problem, ServerTrouble, Throttled, WrongUsage
from nookterm.client.letters import Letters
from nookterm.client.my_requests import MyRequests
from nookterm.client.new_request import checked_answers, new_request, user_id
from nookterm.client.ports import Summary
from nookterm.client.session import Session
from nookterm.domain.applying import MyRequest, State, is_late, is_open, my_state
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership, moment
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.knocking import WITHDRAWN, reason_with_ref
from nookterm.domain.own_invites import EARLIER, PERMISSION, all_turned_away, turned_away
from nookterm.domain.records import dataclass
from nookterm.domain.space import title

_NO_TIME = moment(None)
"""What one sees of a room before one is in it comes without times."""
_LATER = (Offline, ServerTrouble, Throttled)


@dataclass(frozen=True, slots=True)
class Standing:
    """A request of mine and where it stands now."""

    request: MyRequest
    state: State
    askers: tuple[Asker, ...] = ()
    """Who asks us about it, while nobody has our answers; facilitators whom we know first."""
    stop: Stop | None = None
    """What stands in its way."""
    late: bool = False
    """Nobody has moved for longer than the nook means to take."""


class Asking:
    """The applicant's side of vetting."""

    def __init__(self, session: Session) -> None:
        """Ask as this account."""
        self._session = session
        self._kept = MyRequests(session.store)
        self._askers = Askers(session)

    async def knock(
        self,
        room: str,
        *,
        answers: Mapping[str, str] | None = None,
        reason: str = "",
        via: Sequence[str] = (),
        confirmed: frozenset[UserId] = frozenset(),
        anyway: bool = False,
    ) -> Standing:
        """Ask to join. Answers are kept here, encrypted, and never go into the public request.

        Where the server cannot be reached after that, the request stays prepared and goes out by itself.

        Args:
            room: an id or alias of a nook or a space.
            answers: by the ids of its questions.
            reason: public words.
            via: servers that know the room.
            confirmed: who may ask us for the answers, besides those whom a space of ours lists.
            anyway: although our own account turns invites away.

        Raises:
            WrongUsage: an answer to a question that the nook does not ask, or one that is too long.
            NotAllowed: our own account turns invites away (code `invites_blocked`), or one cannot ask there
                (`cannot_ask`): then a facilitator can be written to instead.

        """
        session = self._session
        route = tuple(via) or self._via(room)
        summary = await self._look(room, route)
        charter = Directory(session).charter(summary)
        given = checked_answers(answers or {}, charter)
        already = session.rooms.get(summary.room_id)
        if already and already.membership == Membership.JOIN:
            message = f"You are already in {title(already)}."
            raise WrongUsage(message, "Nothing was sent.", code="already_in")
        if await self.invites_blocked(charter) and not anyway:
            message = "Your account turns invites away: nobody could ask you, or let you in."
            hint = (
                "Nothing was sent. Allow invites in the client where you turned them off. `--anyway` asks all the same."
            )
            raise NotAllowed(message, hint, code="invites_blocked")
        if charter:
            # Whose identity was seen now cannot be given another one unnoticed between now and their asking.
            await session.trust.people.look_at(charter.facilitators)
        mine = replace(
            new_request(summary, charter, given, session),
            via=route,
            sent=False,
            reason=reason,
            confirmed=frozenset(map(user_id, confirmed)),
        )
        self._kept.keep(mine)
        try:
            await self.send(mine)
        except _LATER:
            return self.standing(mine)
        return self.standing(self._kept.of(mine.nook) or mine)

    async def send(self, mine: MyRequest) -> None:
        """Let a prepared request out. Where it is refused it did not happen; where the server is away it stays.

        Raises:
            NotAllowed: one cannot ask there (`cannot_ask`).

        """
        reason = reason_with_ref(mine.reason, mine.ref)
        try:
            await self._session.gateway.knock(mine.nook, reason, mine.via)
        except _LATER:
            raise
        except (NotAllowed, NotFound) as problem:
            self._kept.forget(mine)
            raise _cannot_ask(mine.name, problem) from None
        except Problem:
            self._kept.forget(mine)
            raise
        # Only with the room's own word for it: before that it looks as if we had been turned away.
        await self._session.sync_once()
        self._kept.keep(replace(self._kept.of(mine.nook) or mine, sent=True, reason=""))

    async def invites_blocked(self, charter: Charter | None = None) -> bool:
        """Whether our own account turns away the invites that a request needs; remembered for `standing`."""
        server = self._session.gateway.key_server
        try:
            blocked = all_turned_away(await server.account_data(PERMISSION))
            if not blocked and charter:
                who = turned_away(await server.account_data(EARLIER), charter.facilitators)
                blocked = bool(charter.facilitators) and who == set(charter.facilitators)
        except Problem:
            return False
        with self._session.store.transaction():
            self._session.store.remember(OWN_INVITES, "", {"blocked": True} if blocked else None)
        return blocked

    async def write_to(
        self,
        room: str,
        facilitator: str,
        *,
        answers: Mapping[str, str] | None = None,
        reason: str = "",
        via: Sequence[str] = (),
    ) -> Standing:
        """Where one cannot ask at the door: ask a facilitator to be let in. Raises as `Letters`."""
        route = tuple(via) or self._via(room)
        letter = Letters(self._session).write(room, facilitator, answers=answers, reason=reason, via=route)
        return self.standing(await letter)

    async def withdraw(self, room_id: RoomId) -> Standing:
        """Take a request back; prepared answers are thrown away, also those that wait to leave.

        Where the server cannot be reached, this is done as soon as it can.
        """
        mine = self.request(room_id)
        room = self._session.rooms.get(room_id)
        waits = room is not None and room.membership == Membership.KNOCK
        prepared = mine is not None and is_open(mine) and not (mine.sent and mine.written_to is None)
        if mine is None and waits and room:
            # Another client of ours asked.
            mine = MyRequest(room_id, title(room), "", self._session.clock())
        if mine is None or not (waits or prepared):
            message = "You have no open request there."
            raise WrongUsage(message, "`nookterm requests` lists yours.", code="no_request")
        row = self._askers.unsent_answers(mine)
        if row is not None:
            self._session.outbox.give_up(row.txn_id)
        mine = self._kept.keep(replace(mine, withdrawn=True, ending=waits, answers={}, reason=""))
        if waits:
            mine = await self.take_back(mine)
        elif mine.written_to and mine.asked_in:
            await self._session.gateway.leave(mine.asked_in)
            await self._session.sync_once()
        return self.standing(mine)

    async def take_back(self, mine: MyRequest) -> MyRequest:
        """Tell the server that a request is taken back.

        Where our server is not in the room, its leaving would reach nobody: the words before it do.
        """
        if not self._is_near(mine.nook):
            # Where nobody can ask any more, leaving ends it here at least.
            with contextlib.suppress(NotAllowed, NotFound):
                await self._session.gateway.knock(mine.nook, WITHDRAWN, mine.via)
        await self._session.gateway.leave(mine.nook)
        await self._session.sync_once()
        return self._kept.keep(replace(mine, ending=False))

    async def confirm(self, room_id: RoomId, user: str) -> Standing:
        """Say that somebody is a facilitator there: they get our answers. Raises WrongUsage."""
        mine = self.request(room_id)
        if mine is None or not is_open(mine):
            message = "You have no open request there."
            raise WrongUsage(message, "`nookterm requests` lists yours.", code="no_request")
        who = user_id(user)
        if who == self._session.gateway.user_id:
            message = "That is you."
            raise WrongUsage(message, "Name the facilitator who asks you.", code="usage")
        mine = self._kept.keep(replace(mine, confirmed=mine.confirmed | {who}))
        # Whoever does what was agreed to looks again.
        self._session.changes.tell(RoomsChanged(frozenset({room_id})))
        return self.standing(mine)

    def all(self) -> tuple[Standing, ...]:
        """My requests, newest first; also those that another client of mine made."""
        rooms = self._session.rooms
        joined = {room.room_id for room in rooms.joined()}
        kept = {nook: mine for nook, mine in self._kept.all().items() if mine.ref or mine.withdrawn or nook in joined}
        for room in rooms.values():
            ours = kept.get(room.room_id)
            if room.membership == Membership.KNOCK and (ours is None or (ours.withdrawn and not ours.ending)):
                since = room.members[room.me].since
                known = since if since > _NO_TIME else self._session.clock()
                kept[room.room_id] = MyRequest(room.room_id, title(room), "", known)
        return tuple(self.standing(m) for m in sorted(kept.values(), key=lambda m: m.sent_at, reverse=True))

    def standing(self, mine: MyRequest) -> Standing:
        """Where a request stands now."""
        room = self._session.rooms.get(mine.nook)
        membership = room.membership if room else Membership.LEAVE
        now = self._session.clock()
        waits = is_open(mine) and mine.answered_in is None
        askers = self._askers.of(mine) if waits else ()
        unlisted = bool(askers) and not Directory(self._session).is_listed(mine.nook)
        state = my_state(mine, membership, now, asks=unlisted)
        over = state in {State.JOINED, State.DECLINED, State.WITHDRAWN}
        return Standing(mine, state, askers, None if over else self._askers.stop(mine, askers), is_late(mine, now))

    def request(self, room_id: RoomId) -> MyRequest | None:
        """The request to this nook that this machine made."""
        return self._kept.of(room_id)

    async def _look(self, room: str, via: Sequence[str]) -> Summary:
        """A room from outside. Raises NotAllowed where a space of ours lists it and it cannot be seen from there."""
        try:
            return await self._session.gateway.summary(room, via)
        except (NotAllowed, NotFound) as problem:
            if Directory(self._session).is_listed(RoomId(room)):
                raise _cannot_ask(room, problem) from None
            raise

    def _via(self, room: str) -> tuple[str, ...]:
        listed = (c.via for s in self._session.rooms.spaces() for c in s.children if c.room_id == room)
        return next(listed, (server_of(room),) if server_of(room) else ())

    def _is_near(self, room_id: RoomId) -> bool:
        """Whether our server takes part in a room, as far as one can see from outside: one of its people made it so."""
        ours = server_of(self._session.gateway.user_id)
        me = self._session.gateway.user_id
        return any(server_of(e.sender) == ours for e in self._session.store.state(room_id) if e.sender != me)


def _cannot_ask(name: str, problem: Problem) -> NotAllowed:
    message = f"One cannot ask at the door of {name}."
    hint = f"{problem.hint} Write to one of its facilitators instead: `nookterm knock ROOM --to USER`."
    return NotAllowed(message, hint, code="cannot_ask")
