"""The people of the open room at work: read anew, a page opened, an act carried out after its question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nookterm.client.direct import Direct
from nookterm.client.members import Members
from nookterm.client.own_picture import set_picture
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.roles import Role
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.member_lines import Circle, member_lines, summary
from nookterm.viewmodels.member_page import invite_here, person_page
from nookterm.viewmodels.member_report import reported
from nookterm.viewmodels.members import Act, MembersView
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.room_panel_work import ActsModel

_ALONE = Notice("Nobody else is in here.", ("{members.invite} invites somebody by their Matrix id", "Esc goes back"))


class MembersModel(ActsModel[MembersView]):
    """Stands between the screen and the open room's people."""

    def __init__(self) -> None:
        """No room is open."""
        super().__init__(MembersView(), "Its people stand here then.", "This is who was here when it last could.")
        self._opened: UserId | None = None
        """Whose page is open."""

    async def begin(self, user: UserId | None = None, *, own: bool = False) -> None:
        """Show what is known, then look at the server."""
        self._opened = self._hub.session.gateway.user_id if own and self._hub else user
        await self._begin()

    async def _look(self, hub: Hub, room_id: RoomId) -> None:
        await super()._look(hub, room_id)
        await hub.session.trust.people.look(room_id)

    def _draw(self, hub: Hub, room: Room) -> None:
        circle = Circle.of(hub, room)
        lines = member_lines(circle)
        view = replace(
            self.view,
            lines=lines,
            summary=summary(room),
            invite=invite_here(room),
            person=person_page(circle, self._opened) if self._opened else None,
        )
        self.show(self._faced(view, room, _ALONE if len(lines) <= 1 else None))

    async def open(self, user: UserId | None) -> None:
        """Show somebody's page, or the list again."""
        hub, room_id = self._hub, self.view.room_id
        if hub is None or room_id is None:
            return

        async def work(hub: Hub = hub) -> None:
            self._opened = None
            self.show(replace(self.view, person=None, result="", problem="", leads_to=None))
            if user is not None:
                await hub.session.trust.people.look_at([user])
                self._opened = user
                self._draw(hub, hub.session.rooms[room_id])

        await hub.do(work())

    async def _carry_out(self, hub: Hub, room_id: RoomId, act: Act, words: str, way: str) -> str:
        if act.word in {"name", "nick", "picture"}:
            return await _own(hub, room_id, act.word, words)
        if act.word == "report" and self.view.person:
            return await reported(hub, room_id, self.view.person, words, way)
        use, rooms = Members(hub.session), hub.session.rooms
        whom = self.view.person.user if self.view.person else UserId(words)
        where, name = title(rooms[room_id]), self.view.person.name if self.view.person else words
        match act.word:
            case "message":
                leads_to, _made = await Direct(hub.session.gateway, rooms).room_with(whom)
                await hub.session.sync_once()
                self.show(replace(self.view, leads_to=leads_to))
                done = ""
            case "ignore":
                ignored = whom not in hub.session.ignoring.users()
                await hub.session.ignoring.put(whom, ignored=ignored)
                done = f"You do not hear {name} any more." if ignored else f"You hear {name} again."
            case "invite":
                there = RoomId(way) if way else room_id
                await use.invite(there, whom)
                done = f"{name} is invited to {title(rooms[there])}."
            case "remove":
                await use.remove(room_id, whom, words)
                done = f"{name} is no longer in {where}."
            case "ban":
                await use.ban(room_id, whom, words)
                done = f"{name} is kept out of {where}."
            case "unban":
                await use.unban(room_id, whom)
                done = f"{name} may ask to come into {where} again."
            case "power":
                await use.give(room_id, whom, Role(way))
                done = f"{name} is {_a(way)} in {where} now."
            case _:
                done = ""
        return done


async def _own(hub: Hub, room_id: RoomId, word: str, words: str) -> str:
    """Change how others see you. Returns what was done, in words."""
    if word == "name":
        # The rooms follow when the server comes to it; that is news like any other.
        await hub.session.gateway.display_name(words)
        return f"You are {words} everywhere now."
    if word == "nick":
        await hub.session.gateway.name_in_room(room_id, words)
        await hub.session.refresh_state(room_id)
        return f"You are {words} in {title(hub.session.rooms[room_id])} now."
    await set_picture(hub.session, Path(words))
    return "Your picture is another one now."


def _a(role: str) -> str:
    return f"an {role}" if role[:1] in "aeiou" else f"a {role}"
