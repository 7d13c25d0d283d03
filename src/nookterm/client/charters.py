"""A nook's charter and its copies: shown as changes first, written step by step, proposed where we lack the power."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.client.mending import Mending
from nookterm.client.queue import LISTED
from nookterm.client.session import Session
from nookterm.client.surroundings import Surroundings, around, fresh, is_desk_of, written
from nookterm.domain.acts import act_content
from nookterm.domain.cards import Proposal, card_case, may_accept, proposal_content, waiting_cards
from nookterm.domain.charter import Charter, CharterProblem, charter_content, checked, short_topic
from nookterm.domain.drift import Drift, drifts, may_fix, stripped
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.rewording import HISTORY_WORDS, rewordings
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vocabulary import ACT, CHARTER, ENTRY


class Way(StrEnum):
    """How a change comes about."""

    WRITE = "write"
    PROPOSE = "propose"
    """We lack the power there: it waits on the desk of those who have it."""
    BEYOND = "beyond"
    """We lack the power, and there is nobody whom we could ask from here."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that writing a charter changes. `before` and `after` hold people's own text."""

    what: str
    """`charter`, `history`, `topic` or `card`."""
    room: RoomId
    label: str
    before: str
    after: str
    way: Way = Way.WRITE


Told = Callable[[Change], None]
"""Called after each change that was carried out."""


class Charters:
    """Reads and writes charters. The one in the nook is the truth; topic and entry cards follow it."""

    def __init__(self, session: Session) -> None:
        """Write as this account."""
        self._session = session

    def of(self, nook: Room) -> Charter:
        """The charter, or where there is none one that begins with the topic."""
        return stripped(nook.charter) if nook.charter else Charter(purpose=nook.topic or "", history=_wish(nook))

    async def look(self, nook_id: RoomId) -> Charter:
        """The charter as the server has it now."""
        return self.of((await fresh(self._session, nook_id)).nook)

    def plan(self, nook: Room, charter: Charter) -> tuple[Change, ...]:
        """What `write` would change, against what was last read here; empty where all is as it should be.

        Raises:
            WrongUsage: the charter cannot be (see `domain.charter.checked`).

        """
        return self._plan(around(self._session.rooms, nook), _checked(charter))

    def _plan(self, here: Surroundings, charter: Charter) -> tuple[Change, ...]:
        nook, room = here.nook, here.nook.room_id
        new = _checked(charter)
        if nook.charter is None:
            found = [Change("charter", room, "Charter", "", "a first one")]
        else:
            words = rewordings(self.of(nook), new)
            found = [Change("charter", room, one.label, one.before, one.after) for one in words]
        found = [replace(one, way=_power(nook, CHARTER)) for one in found]
        if (topic := short_topic(new)) != (nook.topic or ""):
            found.append(Change("topic", room, "Topic", nook.topic or "", topic, way=_power(nook, "m.room.topic")))
        if nook.history != new.history:
            before, after = HISTORY_WORDS.get(nook.history, "something unknown"), HISTORY_WORDS[new.history]
            way = _power(nook, "m.room.history_visibility")
            found.append(Change("history", room, "What the server lets newcomers read", before, after, way=way))
        found += [change for space in here.spaces if (change := self._card_change(here, space, new))]
        return tuple(found)

    def _card_change(self, here: Surroundings, space: Room, charter: Charter) -> Change | None:
        held, card = space.entries.get(here.nook.room_id), self._card(here.nook, charter)
        if held == card:
            return None
        way = _power(space, ENTRY)
        if way is not Way.WRITE and here.helpers:
            waiting = waiting_cards(self._session.store.marked(here.helpers.room_id, [ACT]), self._session.rooms)
            if any(p.case == card_case(here.nook.room_id, space.room_id) and p.card == card for p in waiting):
                return None
            way = Way.PROPOSE
        before = "" if held is None else "an older copy"
        return Change("card", space.room_id, f"Entry card in {title(space)}", before, "a copy of the charter", way)

    def _card(self, nook: Room, charter: Charter) -> Charter:
        """What the spaces are to hold: the charter, and who may ask its applicants."""
        return replace(charter, facilitators=nook.facilitators)

    async def write(
        self, nook: Room, charter: Charter, *, read: Charter | None = None, told: Told | None = None
    ) -> tuple[Change, ...]:
        """Carry out what is missing, and give back what was done or proposed. Stopped half way, it can be repeated.

        `read`: the charter that the writer began from.

        Raises:
            WrongUsage: the charter cannot be.
            NotAllowed: we may not change this nook's charter. Nothing was changed.
            Changed: somebody else has written another charter since `read`. Nothing was changed.

        """
        charter = stripped(_checked(charter))
        here = await fresh(self._session, nook.room_id)
        now = self.of(here.nook)
        if not may_fix(here.nook, CHARTER):
            message = f"You may not change the charter of {title(here.nook)}."
            raise NotAllowed(message, "Ask one of its facilitators.", code="not_allowed")
        if read is not None and now not in (stripped(read), charter):
            message = "Somebody else has written another charter since you began."
            raise Changed(message, "Nothing was changed. Look at theirs first.", code="changed")
        plan = self._plan(here, charter)
        done: list[Change] = []
        for change in plan:
            if change.way is Way.BEYOND:
                continue
            if change.what != "charter" or not any(one.what == "charter" for one in done):
                await self._carry_out(change, here, charter)
            done.append(change)
            if told:
                told(change)
        await self._look_again(here)
        return tuple(done)

    async def _carry_out(self, change: Change, here: Surroundings, charter: Charter) -> None:
        gateway, nook = self._session.gateway, here.nook.room_id
        match change.what:
            case "charter":
                unknown = written(self._session, nook, CHARTER)
                await gateway.set_state(nook, CHARTER, "", {**unknown, **charter_content(charter)})
            case "topic":
                await gateway.set_state(nook, "m.room.topic", "", {"topic": short_topic(charter)})
            case "history":
                content = {"history_visibility": charter.history}
                await gateway.set_state(nook, "m.room.history_visibility", "", content)
            case _ if change.way is Way.PROPOSE:
                await self._propose(here, change.room, self._card(here.nook, charter))
            case _:
                card = charter_content(self._card(here.nook, charter))
                await gateway.set_state(change.room, ENTRY, nook, card)

    async def propose(self, nook: Room) -> tuple[Proposal, ...]:
        """Ask those who have the power to put this nook's card where it is missing or old. Gives back what waits.

        Raises:
            NotFound: there is no facilitators' room to ask in.

        """
        here = await fresh(self._session, nook.room_id)
        charter = self.of(here.nook)
        if here.helpers is None:
            message = f"{title(here.nook)} has no facilitators' room that you are in."
            raise NotFound(message, "Ask an admin of the space to copy the card.", code="no_facilitation")
        for space in here.spaces:
            change = self._card_change(here, space, charter)
            if change and change.way is Way.PROPOSE:
                await self._propose(here, space.room_id, self._card(here.nook, charter))
        return tuple(p for p in self.waiting() if p.nook == nook.room_id)

    async def _propose(self, here: Surroundings, space_id: RoomId, card: Charter) -> None:
        assert here.helpers is not None  # noqa: S101 - only planned where there is one
        me, name = self._session.gateway.user_id, title(here.nook)
        who, where = shown_name(me, here.nook.name_of(me)), title(self._session.rooms[space_id])
        body = f"{who} asks to put the new entry card of {name} into {where}."
        content = proposal_content(here.nook.room_id, space_id, card, body)
        await self._session.outbox.send(here.helpers.room_id, "m.room.message", content)
        await self._session.sync_once()

    def waiting(self) -> tuple[Proposal, ...]:
        """Every proposed card that waits in a facilitators' room that we are in, oldest first."""
        rooms, store = self._session.rooms, self._session.store
        desks = (room for room in rooms.joined() if room.facilitates and room.encrypted)
        found = [
            proposal
            for desk in desks
            for proposal in waiting_cards(store.marked(desk.room_id, [ACT]), rooms)
            if is_desk_of(rooms, desk, proposal.nook)
        ]
        return tuple(sorted(found, key=lambda p: (p.at, p.event_id)))

    async def accept(self, case: str, *, read: EventId | None = None) -> Proposal:
        """Put a proposed card into its space: the nook's charter as it is now, where we are in the nook.

        `read`: the proposal that was read; without it the one that was last listed to this profile counts.

        Raises:
            NotFound: no such proposal waits.
            NotAllowed: we may not write cards in that space.
            Changed: another card is proposed by now.

        """
        proposal = self._waiting(case)
        listed = self._session.store.recall(LISTED, case)
        seen = read or (listed.get("event") if listed else None)
        if seen and proposal.event_id != seen:
            message = "Another entry card is proposed by now."
            raise Changed(message, "Nothing was done. Look at the new one first.", code="changed")
        await self._session.refresh_state(proposal.space)
        rooms = self._session.rooms
        space, nook = rooms[proposal.space], rooms.get(proposal.nook)
        if not may_accept(proposal, rooms, self._session.gateway.user_id):
            raise _no_power(space)
        card, name = proposal.card, "a nook"
        if nook and nook.membership == Membership.JOIN:
            here = (await fresh(self._session, nook.room_id)).nook
            name = title(here)
            card = self._card(here, self.of(here)) if here.charter else card
        await self._session.gateway.set_state(space.room_id, ENTRY, proposal.nook, charter_content(card))
        await self._end(proposal, f"The entry card of {name} is in {title(space)} now.")
        return proposal

    async def refuse(self, case: str, words: str = "") -> Proposal:
        """Say that a proposed card is not to stand; `words` for those who proposed it.

        Raises:
            NotFound: no such proposal waits.
            NotAllowed: it is not ours, and we may not write cards in that space.

        """
        proposal, me = self._waiting(case), self._session.gateway.user_id
        if proposal.sender != me and not may_accept(proposal, self._session.rooms, me):
            raise _no_power(self._session.rooms[proposal.space])
        await self._end(proposal, "The proposed entry card does not come into the space.", words)
        return proposal

    async def _end(self, proposal: Proposal, body: str, words: str = "") -> None:
        """Tell the other facilitators that this case is over."""
        desk = next(
            room
            for room in self._session.rooms.joined()
            if room.facilitates and self._session.store.event(room.room_id, proposal.event_id)
        )
        content = act_content("settled", proposal.case, proposal.nook, f"{body} {words}".strip(), words=words)
        await self._session.outbox.send(desk.room_id, "m.room.message", content)
        await self._session.sync_once()
        await self._session.refresh_state(proposal.space)

    def _waiting(self, case: str) -> Proposal:
        found = next((proposal for proposal in self.waiting() if proposal.case == case), None)
        if found is None:
            message = f"No entry card waits under {case}."
            raise NotFound(message, "`nookterm desk` lists what waits.", code="unknown_case")
        return found

    def nooks(self) -> tuple[Room, ...]:
        """What is looked after here: the nooks, and listed rooms with a charter that are not encrypted, as yet."""
        rooms = self._session.rooms
        bare = (r for r in rooms.joined() if r.charter and not r.is_space and not r.encrypted)
        return (*rooms.nooks(), *(room for room in bare if rooms.listing(room.room_id)))

    def drifts(self, nook: Room) -> tuple[Drift, ...]:
        """What is set otherwise than it should be, as it is known here."""
        here = around(self._session.rooms, nook)
        return drifts(nook, here.spaces, here.linked, here.before)

    async def fix(self, nook: Room, drift: Drift) -> bool:
        """Set right one thing. False where it was right already. Raises as `Mending.fix`."""
        return await Mending(self._session).fix(nook, drift)

    async def _look_again(self, here: Surroundings) -> None:
        await fresh(self._session, here.nook.room_id)


def _checked(charter: Charter) -> Charter:
    try:
        return checked(charter)
    except CharterProblem as problem:
        raise WrongUsage(str(problem), "Change it and try again.", code="charter") from None


def _no_power(space: Room) -> NotAllowed:
    message = f"You may not write entry cards in {title(space)}."
    return NotAllowed(message, "One of its admins can.", code="not_allowed")


def _power(room: Room, event_type: str) -> Way:
    return Way.WRITE if may_fix(room, event_type) else Way.BEYOND


def _wish(nook: Room) -> str:
    """A nook without a charter keeps the history that it has."""
    return nook.history if nook.history in HISTORY_WORDS else "invited"
