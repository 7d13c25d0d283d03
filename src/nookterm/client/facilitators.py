"""Making somebody a facilitator, or letting them step back: one act of a few steps, shown first, repeatable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nookterm.client.charters import Charters
from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.client.session import Session
from nookterm.client.surroundings import Surroundings, around, fresh, set_levels, written
from nookterm.domain.charter import charter_content
from nookterm.domain.drift import may_fix, stripped
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.power import FACILITATOR
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vocabulary import ENTRY

_LEVELS = "m.room.power_levels"
_PRESENT = frozenset({Membership.JOIN, Membership.INVITE})


@dataclass(frozen=True, slots=True)
class Step:
    """One of the things that have to be so. `words` holds names that people chose."""

    what: str
    """`power`, `board`, `helpers` or `card`."""
    room: RoomId
    words: str
    done: bool
    """It is so already."""
    mine: bool = True
    """Whether we have the power for it; else `beyond` says who has."""
    beyond: str = ""


Told = Callable[[Step], None]
"""Called with each step once it is done."""


class Facilitators:
    """Who decides in a nook: power in it and on the board, a seat in the facilitators' room, a name on the card."""

    def __init__(self, session: Session) -> None:
        """Act as this account."""
        self._session = session

    async def look(self, nook_id: RoomId) -> Room:
        """The nook, with everything around it read anew."""
        return (await fresh(self._session, nook_id)).nook

    def plan_add(self, nook: Room, user: UserId) -> tuple[Step, ...]:
        """What makes `user` a facilitator, in order; what is done already says so.

        The card comes last: applicants trust who is named there, so that must hold by then.
        """
        return self._plan_add(around(self._session.rooms, nook), user)

    def _plan_add(self, here: Surroundings, user: UserId) -> tuple[Step, ...]:
        nook, who = here.nook, self._name(here.nook, user)
        creator = user in nook.power.creators
        words = f"{who} can decide in {title(nook)}" + (", as one of its founders, for ever" if creator else "")
        steps = [self._power_step("power", nook, words, done=nook.power.may_decide(user))]
        if here.board:
            words = f"{who} can publish in {title(here.board)}"
            steps.append(self._power_step("board", here.board, words, done=here.board.power.of(user) >= FACILITATOR))
        if helpers := here.helpers:
            member = helpers.members.get(user)
            there = member is not None and member.membership in _PRESENT
            able = helpers.power.may_invite(helpers.me)
            words = f"{who} is invited to {title(helpers)}"
            beyond = "" if able or there else _who_can(helpers, helpers.power.invite)
            steps.append(Step("helpers", helpers.room_id, words, there, able, beyond))
        elif unknown := next((room.facilitation for room in (nook, *here.spaces) if room.facilitation), None):
            words, beyond = f"{who} is invited to the facilitators' room", "somebody who is in it can"
            steps.append(Step("helpers", unknown, words, done=False, mine=False, beyond=beyond))
        named = {*nook.facilitators, user}
        return (*steps, *self._card_steps(here, named, f"{who} is named"))

    def plan_remove(self, nook: Room, user: UserId) -> tuple[Step, ...]:
        """What lets `user` step back, in order: first the card, so that nobody hands them answers any more.

        A card that has to be proposed comes after the power: it names those who have that by then.
        """
        return self._plan_remove(around(self._session.rooms, nook), user)

    def _plan_remove(self, here: Surroundings, user: UserId) -> tuple[Step, ...]:
        nook, who = here.nook, self._name(here.nook, user)
        cards = self._card_steps(here, {*nook.facilitators} - {user}, f"{who} is no longer named")
        words, done = f"{who} no longer decides in {title(nook)}", not nook.power.may_decide(user)
        steps = [*(card for card in cards if card.mine), _demotion("power", nook, user, words, done=done)]
        steps += [card for card in cards if not card.mine]
        return (*steps, *(() if self._elsewhere(here, user) else self._farewell(here, user, who)))

    def _farewell(self, here: Surroundings, user: UserId, who: str) -> list[Step]:
        """What only somebody who facilitates nothing else here leaves behind."""
        steps: list[Step] = []
        if board := here.board:
            words, done = f"{who} no longer publishes in {title(board)}", board.power.of(user) < FACILITATOR
            steps.append(_demotion("board", board, user, words, done=done))
        if helpers := here.helpers:
            member = helpers.members.get(user)
            gone = member is None or member.membership not in _PRESENT
            able = user == helpers.me or helpers.power.may_kick(helpers.me, user)
            beyond = "" if able or gone else _who_can(helpers, helpers.power.kick)
            steps.append(Step("helpers", helpers.room_id, f"{who} leaves {title(helpers)}", gone, able, beyond))
        return steps

    def warning(self, nook: Room, user: UserId) -> str:
        """What should be known before `user` steps back; empty where there is nothing."""
        left = [other for other in nook.facilitators if other != user]
        if len(left) == 1:
            name = self._name(nook, left[0])
            return f"{name} would be the only facilitator of {title(nook)}: who asks while they are away has to wait."
        return ""

    async def add(self, nook: Room, user: UserId, told: Told | None = None) -> tuple[Step, ...]:
        """Make a member a facilitator: what is missing is carried out. Stopped half way, it can be repeated.

        Raises:
            WrongUsage: they are not in the nook.
            NotAllowed: we may not give power in the nook. Nothing was changed.

        """
        here = await fresh(self._session, nook.room_id)
        member = here.nook.members.get(user)
        if member is None or member.membership != Membership.JOIN:
            message = f"{user} is not in {title(here.nook)}."
            raise WrongUsage(message, "Only members can become facilitators. Let them in first.", code="not_a_member")
        return await self._carry_out(here, user, self._plan_add(here, user), FACILITATOR, told)

    async def remove(self, nook: Room, user: UserId, told: Told | None = None) -> tuple[Step, ...]:
        """Let somebody (or ourselves) step back: what is left of their part is taken away. Can be repeated.

        Raises:
            NotAllowed: their power in the nook is not ours to take, or nobody would be left. Nothing was changed.

        """
        here = await fresh(self._session, nook.room_id)
        if here.nook.facilitators == (user,):
            message = f"{self._name(here.nook, user)} is the only facilitator of {title(here.nook)}."
            raise NotAllowed(message, "Make somebody else a facilitator first.", code="last_one")
        return await self._carry_out(here, user, self._plan_remove(here, user), None, told)

    async def _carry_out(
        self, here: Surroundings, user: UserId, plan: tuple[Step, ...], level: int | None, told: Told | None
    ) -> tuple[Step, ...]:
        core = next(step for step in plan if step.what == "power")
        if not (core.done or core.mine):
            message = f"You may not change who decides in {title(here.nook)}: {core.beyond}."
            away = "They can leave the nook, or the nook can move house." if _founded(here.nook, user) else ""
            raise NotAllowed(message, f"Nothing was changed. {away}".strip(), code="not_allowed")
        ended: list[Step] = []
        for step in plan:
            now = step
            if not step.done and (step.mine or (step.what == "card" and here.helpers)):
                await self._do(here, user, step, level)
                now = replace(step, done=step.mine)
            ended.append(now)
            if told:
                told(now)
        await self._session.sync_once()
        return tuple(ended)

    async def _do(self, here: Surroundings, user: UserId, step: Step, level: int | None) -> None:
        gateway, rooms = self._session.gateway, self._session.rooms
        room = rooms[step.room]
        match step.what:
            case "power" | "board":
                users = dict(_users(self._session, room))
                users.pop(user, None)
                if level is not None:
                    users[user] = max(level, room.power.invite, room.power.kick) if step.what == "power" else level
                elif room.power.users_default >= FACILITATOR:
                    users[user] = 0
                await set_levels(self._session, room, {"users": users})
            case "helpers" if level is not None:
                await gateway.invite(room.room_id, user, f"You help in {title(here.nook)}.")
            case "helpers" if user == room.me:
                await gateway.leave(room.room_id)
            case "helpers":
                await gateway.kick(room.room_id, user)
            case _ if step.mine:
                card = rooms[step.room].entries[here.nook.room_id]
                names = set(rooms[here.nook.room_id].facilitators) - {user} | ({user} if level is not None else set())
                content = charter_content(replace(stripped(card), facilitators=tuple(sorted(names))))
                await gateway.set_state(step.room, ENTRY, here.nook.room_id, content)
            case _:
                await Charters(self._session).propose(here.nook)
                return
        if (step.what, user) != ("helpers", room.me):
            await self._session.refresh_state(step.room)

    def _power_step(self, what: str, room: Room, words: str, *, done: bool) -> Step:
        needed = max(FACILITATOR, room.power.invite, room.power.kick)
        mine = may_fix(room, _LEVELS) and room.power.of(room.me) >= needed
        return Step(what, room.room_id, words, done, mine, "" if mine or done else _who_can(room, _needed(room)))

    def _card_steps(self, here: Surroundings, named: set[UserId], words: str) -> list[Step]:
        steps: list[Step] = []
        for space in here.spaces:
            if held := space.entries.get(here.nook.room_id):
                mine, done = may_fix(space, ENTRY), set(held.facilitators) == named
                able = "it is proposed to those who can" if here.helpers else _who_can(space, _needed(space, ENTRY))
                beyond = "" if mine or done else able
                text = f"{words} on the entry card in {title(space)}"
                steps.append(Step("card", space.room_id, text, done, mine, beyond))
        return steps

    def _elsewhere(self, here: Surroundings, user: UserId) -> bool:
        """Whether somebody facilitates another nook of the same facilitators' room, or the space itself."""
        rooms, nook = self._session.rooms, here.nook.room_id
        entries = (e for space in here.spaces for room_id, e in space.entries.items() if room_id != nook)
        others = (rooms[r] for r in (here.helpers.facilitates if here.helpers else ()) if r != nook and r in rooms)
        return any(user in entry.facilitators for entry in entries) or any(
            room.membership == Membership.JOIN and room.power.may_decide(user) for room in others
        )

    def _name(self, nook: Room, user: UserId) -> str:
        return shown_name(user, nook.name_of(user))


def _users(session: Session, room: Room) -> Mapping[UserId, int]:
    found = written(session, room.room_id, _LEVELS).get("users")
    return found if isinstance(found, Mapping) else {}


def _needed(room: Room, event_type: str = _LEVELS) -> int:
    return room.power.events.get(event_type, room.power.state_default)


def _founded(room: Room, user: UserId) -> bool:
    return user in room.power.creators


def _demotion(what: str, room: Room, user: UserId, words: str, *, done: bool) -> Step:
    """Taking power: theirs has to be less than ours, or be our own; a founder's (room version 12) stays."""
    above = user == room.me or room.power.of(room.me) > room.power.of(user)
    mine = may_fix(room, _LEVELS) and above and not _founded(room, user)
    if mine or done:
        return Step(what, room.room_id, words, done, mine)
    who = _who_can(room, max(_needed(room), room.power.of(user) + 1))
    beyond = "founders of a room keep their power for ever" if _founded(room, user) else who
    return Step(what, room.room_id, words, done, mine, beyond)


def _who_can(room: Room, level: int) -> str:
    able = [m.user for m in room.who(Membership.JOIN) if room.power.of(m.user) >= level]
    names = ", ".join(shown_name(user, room.name_of(user)) for user in able[:3])
    return f"{names} can" if names else "nobody there can"
