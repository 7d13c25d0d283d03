"""Beginning a community: a space with its highlights and facilitators' room, and nooks in it."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.session import Session
from nookterm.client.surroundings import set_levels, written
from nookterm.domain.charter import Charter, CharterProblem, charter_content, checked, short_topic
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.power import ADMIN
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vocabulary import CARE, CHARTER, ENTRY, FACILITATES, FACILITATION, HIGHLIGHTS, KNOWS, VERSION

_LONGEST_NAME = 64
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
        CARE: 0,
        KNOWS: 0,
    },
}
_SPACE_POWER = {"events_default": 100, "state_default": 50, "invite": 50, "events": {"m.room.tombstone": 150}}
_MAY_REACT = {"m.reaction": 0, "m.room.redaction": 0}
"""Everybody reacts, and takes their own reaction back; somebody else's words take the level `redact` all the same."""
_HIGHLIGHTS_POWER = {"events_default": 50, "invite": 50, "events": {**_MAY_REACT, "m.room.tombstone": 150}}


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
        """Make a space, its highlights room and its facilitators' room.

        The space comes last and is whole at once: where this breaks off, there is either no space yet, and rooms that
        nobody is led to, or one that lacks nothing but its facilitators' room naming it in return.
        """
        name = _named(name)
        gateway = self._session.gateway
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
            )
        )
        via = self._via(highlights_id)
        space_id = await gateway.create_room(
            RoomSpec(
                name,
                topic,
                is_space=True,
                join_rule="public",
                history="shared",
                power=_SPACE_POWER,
                state=(
                    (HIGHLIGHTS, "", {"v": VERSION, "room_id": highlights_id, "via": via}),
                    (FACILITATION, "", {"v": VERSION, "room_id": facilitators_id, "via": via}),
                    ("m.space.child", highlights_id, {"via": via, "order": "00", "suggested": True}),
                ),
            )
        )
        await gateway.set_state(facilitators_id, FACILITATES, space_id, {"v": VERSION})
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

    async def nook(self, space: Room, name: str, charter: Charter, *, with_creator: UserId | None = None) -> RoomId:
        """Make a nook in `space`: encrypted, history as its charter wishes, people ask to come in.

        `with_creator`: somebody who founds it with us and is invited. Since room version 12 nobody can ever take away
        a founder's power; in older rooms they get an admin's.

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
                history=charter.history,
                power=_NOOK_POWER,
                state=tuple(state),
                creators=(with_creator,) if with_creator else (),
                invite=(with_creator,) if with_creator else (),
            )
        )
        if with_creator:
            await self._seat(nook_id, with_creator)
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

    async def _seat(self, nook_id: RoomId, creator: UserId) -> None:
        """Where the server's room version knows no second founder: an admin's power instead."""
        await self._session.refresh_state(nook_id)
        nook = self._session.rooms[nook_id]
        if creator not in nook.power.creators:
            users = written(self._session, nook_id, "m.room.power_levels").get("users", {})
            await set_levels(self._session, nook, {"users": {**users, creator: ADMIN}})

    def _may_list(self, space: Room) -> None:
        if not space.power.may_set(self._session.gateway.user_id, "m.space.child"):
            message = f"You may not add rooms to {title(space)}."
            raise NotAllowed(message, "Ask one of its admins, or found a space of your own.")

    def _via(self, room_id: RoomId) -> list[str]:
        """Servers through which the room can be found; newer room ids name none, so it is our own."""
        return [server_of(room_id) or server_of(self._session.gateway.user_id)]


def _named(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > _LONGEST_NAME:
        message = f"A name has 1 to {_LONGEST_NAME} characters."
        raise WrongUsage(message, "Choose another one.")
    return kept
