"""Following a closed room, and upgrading one, at work: known first, then the server; bound to what was shown."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.renewing import Plan, Renewing
from nookterm.client.upgrading import Onward, Upgrading
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.members import Act
from nookterm.viewmodels.onward import OnwardView
from nookterm.viewmodels.onward_lines import (
    before,
    onward_acts,
    onward_facts,
    onward_warning,
    renewing_acts,
    renewing_facts,
)
from nookterm.viewmodels.room_panel_work import ActsModel
from nookterm.viewmodels.words import people

_AWAY = "Where this room leads is looked up when the server is there."


class OnwardModel(ActsModel[OnwardView]):
    """Stands between the screen and the rooms before and after the open one."""

    def __init__(self) -> None:
        """No room is open."""
        super().__init__(OnwardView(), "Then you see here where it goes on.", _AWAY)
        self._version: str | None = None
        self._onward: Onward | None = None
        """What is shown; nothing else is gone to."""
        self._plan: Plan | None = None
        self._looked = False

    async def begin(self, version: str | None = None) -> None:
        """Show where the open room goes on; with a version what upgrading it means."""
        self._version, self._onward, self._plan, self._looked = version, None, None, False
        await self._begin()

    async def older(self) -> RoomId | None:
        """The room that the open one goes on from."""
        hub = self._hub
        if hub is None:
            return None
        found: RoomId | None = None

        async def look() -> None:
            nonlocal found
            found = before(hub, hub.open_room) if hub.open_room else None

        await hub.do(look())
        return found

    async def _look(self, hub: Hub, room_id: RoomId) -> None:
        room = hub.session.rooms[room_id]
        if self._version is not None and (room.closing is None or not Upgrading(hub.session).known(room_id)):
            self._plan = await Renewing(hub.session).plan(room_id, self._version)
        elif self._version is not None:
            self._plan = await Renewing(hub.session).plan(room_id)
        else:
            self._onward = await Upgrading(hub.session).look(room_id)
        self._looked = True

    def _draw(self, hub: Hub, room: Room) -> None:
        name, now = safe_line(title(room)), self.view
        if self._plan is not None:
            made = replace(now, head=f"Upgrade {name}", facts=renewing_facts(self._plan), warning="")
            made = replace(made, acts=() if now.leads_to else renewing_acts(self._plan))
        else:
            onward = self._shown(hub, room)
            if onward is None:
                return
            made = replace(
                now,
                head=f"{name} is closed",
                facts=onward_facts(room, onward, looked=self._looked),
                warning=safe_line(onward_warning(onward), longest=300),
                acts=onward_acts(onward, name) if self._looked else (),
            )
        self.show(self._faced(made, room))

    def _shown(self, hub: Hub, room: Room) -> Onward | None:
        """What was looked up; what came of it since is seen by whoever looks anew."""
        known = Upgrading(hub.session).known(room.room_id)
        if self._onward is None or known is None or known.new != self._onward.new:
            self._onward = known if not self._looked else self._onward
        return self._onward

    async def _carry_out(self, hub: Hub, room_id: RoomId, act: Act, *_unused: str) -> str:
        name = title(hub.session.rooms[room_id])
        if act.word == "renew" and self._plan is not None:
            return await self._renew(hub, self._plan, name)
        onward = self._onward
        if onward is None:
            return ""
        if act.word == "ask":
            await Upgrading(hub.session).ask(onward)
            self._onward = await Upgrading(hub.session).look(room_id)
            return "You asked. Who decides there hears of it; an invite stands among your rooms."
        new = await Upgrading(hub.session).go(onward)
        self.show(replace(self.view, leads_to=new))
        return f"You are in {title(hub.session.rooms[new])}."

    async def _renew(self, hub: Hub, plan: Plan, name: str) -> str:
        def told(words: str) -> None:
            self.show(replace(self.view, working=safe_line(words, longest=200)))

        done = await Renewing(hub.session).renew(plan, told)
        await Upgrading(hub.session).settle()
        self.show(replace(self.view, leads_to=None if done.failed else done.room_id))
        invited = f" {people(len(done.invited))} invited." if done.invited else ""
        failed = f" Not invited: {', '.join(done.failed)}." if done.failed else ""
        return f"{name} goes on in a new room.{invited}{failed}"
