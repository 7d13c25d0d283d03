"""Beginning a community: a space with its highlights and facilitators' room, and nooks in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nookterm.client.errors import NotAllowed, Problem, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.session import Session
from nookterm.domain.charter import Charter, CharterProblem, charter_content, checked
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.power import FACILITATOR
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vocabulary import CHARTER, ENTRY, FACILITATES, FACILITATION, HIGHLIGHTS, VERSION

_LONGEST_NAME = 64
_LONGEST_TOPIC = 1000
_NOOK_POWER = {
    "users_default": 0,
    "events_default": 0,
    "state_default": 50,
    "invite": 50,
    "kick": 50,
    "ban": 50,
    "redact": 50,
    "events": {
        "m.room.encryption": 100,
        "m.room.history_visibility": 100,
        "m.room.power_levels": 100,
        "m.room.tombstone": 150,
        "m.room.server_acl": 100,
        "m.room.join_rules": 50,
        "m.room.pinned_events": 50,
    },
}
_SPACE_POWER = {"events_default": 100, "state_default": 50, "invite": 50, "events": {"m.room.tombstone": 150}}
_HIGHLIGHTS_POWER = {"events_default": 50, "invite": 50, "events": {"m.reaction": 0, "m.room.tombstone": 150}}


@dataclass(frozen=True, slots=True)
class FoundedSpace:
    """The rooms that a space begins with."""

    space_id: RoomId
    highlights_id: RoomId
    facilitators_id: RoomId


class Founding:
    """Makes spaces and nooks with power, history and links set right from the first event."""

    def __init__(self, session: Session) -> None:
        """Found as this account."""
        self._session = session

    async def space(self, name: str, topic: str = "") -> FoundedSpace:
        """Make a space, its highlights room and its facilitators' room."""
        name = _named(name)
        gateway = self._session.gateway
        space_id = await gateway.create_room(
            RoomSpec(name, topic, is_space=True, join_rule="public", history="shared", power=_SPACE_POWER)
        )
        highlights_id = await gateway.create_room(
            RoomSpec(
                f"{name} highlights",
                f"What the nooks of {name} share. Not encrypted: everyone in the space can read it.",
                join_rule="public",
                history="shared",
                power=_HIGHLIGHTS_POWER,
            )
        )
        facilitators_id = await gateway.create_room(
            RoomSpec(
                f"{name} facilitators",
                "Where facilitators note who is on what.",
                encrypted=True,
                history="joined",
                power={"invite": 50, "state_default": 50, "events": {"m.room.tombstone": 150}},
                state=((FACILITATES, space_id, {"v": VERSION}),),
            )
        )
        via = self._via(space_id)
        await gateway.set_state(space_id, HIGHLIGHTS, "", {"v": VERSION, "room_id": highlights_id, "via": via})
        await gateway.set_state(space_id, FACILITATION, "", {"v": VERSION, "room_id": facilitators_id, "via": via})
        await gateway.set_state(
            space_id, "m.space.child", highlights_id, {"via": via, "order": "00", "suggested": True}
        )
        await self._session.sync_once()
        return FoundedSpace(space_id, highlights_id, facilitators_id)

    async def sub_space(self, parent: Room, name: str, topic: str = "") -> RoomId:
        """Make a space inside `parent`, whose highlights and facilitators' room it shares. Raises NotAllowed."""
        name = _named(name)
        self._may_list(parent)
        gateway = self._session.gateway
        via = self._via(parent.room_id)
        above = ("m.space.parent", parent.room_id, {"via": via, "canonical": True})
        space_id = await gateway.create_room(
            RoomSpec(
                name, topic, is_space=True, join_rule="public", history="shared", power=_SPACE_POWER, state=(above,)
            )
        )
        await gateway.set_state(parent.room_id, "m.space.child", space_id, {"via": self._via(space_id)})
        await self._session.sync_once()
        return space_id

    async def nook(self, space: Room, name: str, charter: Charter) -> RoomId:
        """Make a nook in `space`: encrypted, history from the invite on, people ask to come in.

        Raises:
            WrongUsage: the charter cannot be (see `domain.charter.checked`).
            NotAllowed: we may not add rooms to the space.

        """
        name = _named(name)
        try:
            charter = checked(charter)
        except CharterProblem as problem:
            raise WrongUsage(str(problem), "Change it and try again.") from None
        self._may_list(space)
        me = self._session.gateway.user_id
        gateway = self._session.gateway
        via = self._via(space.room_id)
        state = [
            (CHARTER, "", charter_content(charter)),
            ("m.space.parent", space.room_id, {"via": via, "canonical": True}),
        ]
        if space.facilitation:
            state.append((FACILITATION, "", {"v": VERSION, "room_id": space.facilitation, "via": via}))
        nook_id = await gateway.create_room(
            RoomSpec(
                name,
                short_topic(charter),
                encrypted=True,
                join_rule="knock",
                history="invited",
                power=_NOOK_POWER,
                state=tuple(state),
            )
        )
        await gateway.set_state(space.room_id, "m.space.child", nook_id, {"via": self._via(nook_id)})
        entry = replace(charter, facilitators=(me,))
        await gateway.set_state(space.room_id, ENTRY, nook_id, charter_content(entry))
        if (
            space.facilitation
            and (room := self._session.rooms.get(space.facilitation))
            and room.power.may_set(me, FACILITATES)
        ):
            await gateway.set_state(space.facilitation, FACILITATES, nook_id, {"v": VERSION})
        await self._session.sync_once()
        return nook_id

    async def make_facilitator(self, space: Room, nook: Room, user: UserId) -> None:
        """Give a member power to decide in a nook, a place in the facilitators' room, a name on its entry card."""
        gateway = self._session.gateway
        for room in filter(None, (nook, self._session.rooms.get(space.highlights) if space.highlights else None)):
            if room.power.of(user) < FACILITATOR:
                levels = await self._levels(room.room_id)
                levels["users"] = {**levels.get("users", {}), user: FACILITATOR}
                await gateway.set_state(room.room_id, "m.room.power_levels", "", levels)
        helpers = self._session.rooms.get(space.facilitation) if space.facilitation else None
        if helpers and user not in {m.user for m in helpers.members.values() if m.membership in {"join", "invite"}}:
            await gateway.invite(helpers.room_id, user, f"You help in {title(nook)}.")
        held = space.entries.get(nook.room_id)
        if held and user not in held.facilitators:
            entry = replace(held, facilitators=(*held.facilitators, user))
            await gateway.set_state(space.room_id, ENTRY, nook.room_id, charter_content(entry))
        await self._session.sync_once()

    def _may_list(self, space: Room) -> None:
        if not space.power.may_set(self._session.gateway.user_id, "m.space.child"):
            message = f"You may not add rooms to {title(space)}."
            raise NotAllowed(message, "Ask one of its admins, or found a space of your own.")

    async def _levels(self, room_id: RoomId) -> dict[str, dict[str, int]]:
        for event in await self._session.gateway.room_state(room_id):
            payload = event.payload
            if getattr(payload, "type", "") == "m.room.power_levels":
                return dict(getattr(payload, "content", {}))
        message = "The room's power levels could not be read."
        raise Problem(message, "Try again.")

    def _via(self, room_id: RoomId) -> list[str]:
        """Servers through which the room can be found; newer room ids name none, so it is our own."""
        return [server_of(room_id) or server_of(self._session.gateway.user_id)]


def short_topic(charter: Charter) -> str:
    """The charter for people on other clients: purpose, who belongs, and the questions they will be asked."""
    asked = " ".join(f"({n}) {q.text}" for n, q in enumerate(charter.questions, 1))
    parts = (
        charter.purpose,
        f"For {charter.who_belongs}" if charter.who_belongs else "",
        f"We ask: {asked}" if asked else "",
    )
    return " ".join(part if part[-1] in ".!?" else f"{part}." for part in parts if part)[:_LONGEST_TOPIC]


def _named(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > _LONGEST_NAME:
        message = f"A name has 1 to {_LONGEST_NAME} characters."
        raise WrongUsage(message, "Choose another one.")
    return kept
