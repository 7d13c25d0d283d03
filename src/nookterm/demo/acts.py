"""Carries out the steps of a world, each through the use case or the Gateway call that its person would use."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from nookterm.client.asking import Asking
from nookterm.client.duties import Duties
from nookterm.client.facilitators import Facilitators
from nookterm.client.founding import Founding as FoundRooms
from nookterm.client.sharing import Sharing
from nookterm.client.vetting import Vetting
from nookterm.demo import moments
from nookterm.demo.contents import MESSAGE, Wording
from nookterm.demo.crossing import crossed
from nookterm.demo.people import People, Somebody
from nookterm.demo.world import (
    Founding,
    HighlightAnswered,
    HighlightAsked,
    HighlightPublished,
    Joining,
    JoinRequest,
    Line,
    Say,
    Step,
    World,
)
from nookterm.domain.consent import Mode
from nookterm.domain.events import StateChange
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.power import FACILITATOR

_POWER = "m.room.power_levels"
_A_WHILE = timedelta(minutes=2)
"""How long people take for each move of a conversation about a request."""
_MODES = {"named": Mode.NAMED, "anonymous": Mode.ANONYMOUS, "no": Mode.DECLINED}


class Acts:
    """The people of a world at work. Knows which room and which event became of what the world names."""

    def __init__(self, world: World, people: People, now: datetime) -> None:
        self.world = world
        self.people = people
        self.rooms: dict[str, RoomId] = {}
        self.last: dict[str, EventId] = {}
        """The newest message of each room."""
        self._now = now
        self._said: dict[str, EventId] = {}
        self._thread_ends: dict[str, EventId] = {}
        self._shares: dict[str, str] = {}
        self._founded = {room.room: room for room in world.rooms}
        self._comings: Counter[str] = Counter()
        self._inside: dict[str, list[str]] = {room.room: [room.founder] for room in world.rooms}
        self._spoke: dict[tuple[str, str], int] = {}
        """(person, room) -> how many had come into the room when this person last spoke there."""
        asked = {step.source: step.asked_by for step in world.steps if isinstance(step, HighlightAsked)}
        seconds = {step.also: step.asked_by for step in world.steps if isinstance(step, HighlightAsked) and step.also}
        self._will_share = asked | seconds

    async def play(self, step: Step) -> None:
        """Let one step happen, at its own time.

        Where servers talk with each other it happens now: they date between themselves what they ask of each other.
        """
        moment = datetime.now().astimezone() if self.world.federated else step.at.on(self._now)
        with moments.at(moment):
            match step:
                case Founding():
                    await self._found(step)
                case Joining():
                    await self._join(step)
                case Line():
                    await self._line(step)
                case JoinRequest():
                    await self._request(step, moment)
                case HighlightAsked():
                    await self._ask(step)
                case HighlightAnswered():
                    await self._answer(step)
                case HighlightPublished():
                    await self._publish(step)
        await self._crossing(step)

    async def _crossing(self, step: Step) -> None:
        """Wait until both servers, where there are two, know what happened: whoever acts next has to know it too."""
        if not self.world.federated:
            return
        place = step.room if isinstance(step, Founding | Joining | Line) else step.nook
        for room in filter(None, (place, self._founded[place].parent)):
            by_home = {self.people.home(name).server_name: name for name in self._inside.get(room, ())}
            if len(by_home) > 1:
                await crossed(self.rooms[room], await self.people.all_of(by_home.values()))

    # --- rooms ------------------------------------------------------------------------------------------------------

    async def _found(self, step: Founding) -> None:
        founder = await self.people.of(step.founder)
        founding, rooms = FoundRooms(founder.session), founder.session.rooms
        if step.kind == "nook":
            await founder.session.sync_once()
            assert step.charter  # noqa: S101 - world_rules: every nook has one
            self.rooms[step.room] = await founding.nook(rooms[self.rooms[step.parent]], step.name, step.charter)
        elif step.kind == "space" and step.parent:
            self.rooms[step.room] = await founding.sub_space(rooms[self.rooms[step.parent]], step.name, step.topic)
        elif step.kind == "space":
            made = await founding.space(step.name, step.topic)
            self.rooms[step.room] = made.space_id
            for room in self.world.rooms:
                if room.kind in {"highlights", "facilitators"} and room.parent == step.room:
                    self.rooms[room.room] = made.highlights_id if room.kind == "highlights" else made.facilitators_id
        else:
            # Made together with its space; here it gets the name that its people gave it.
            await founder.gateway.set_state(self.rooms[step.room], "m.room.name", "", {"name": step.name})
            await founder.gateway.set_state(self.rooms[step.room], "m.room.topic", "", {"topic": step.topic})
        if step.kind != "nook":
            await self._entrust(founder, self.rooms[step.room])

    async def _entrust(self, founder: Somebody, room: RoomId) -> None:
        """Give those who look after nooks their power, before they come."""
        helpers = {name for nook in self.world.nooks for name in (nook.founder, *nook.facilitators)}
        users = {self.people.user(name): FACILITATOR for name in sorted(helpers - {founder.person.id})}
        held = (e.payload for e in await founder.gateway.room_state(room) if isinstance(e.payload, StateChange))
        levels = next((dict(change.content) for change in held if change.type == _POWER), {})
        await founder.gateway.set_state(room, _POWER, "", levels | {"users": levels.get("users", {}) | users})

    async def _join(self, step: Joining) -> None:
        room, room_id = self._founded[step.room], self.rooms[step.room]
        who, founder = await self.people.all_of((step.person, room.founder))
        if room.kind in {"nook", "facilitators"}:
            await founder.gateway.invite(room_id, who.user_id)
        await self._come_in(who, founder, room_id)
        self._inside[step.room].append(step.person)
        self._comings[step.room] += 1
        if step.person in room.facilitators:
            await self._crossing(step)
            await founder.session.sync_once()
            rooms = founder.session.rooms
            await Facilitators(founder.session).add(rooms[room_id], who.user_id)

    async def _come_in(self, who: Somebody, founder: Somebody, room_id: RoomId) -> None:
        if self.people.home(who.person.id) == (home := self.people.home(founder.person.id)):
            await who.gateway.join(room_id)
            return
        with moments.at(None):
            await who.gateway.join(room_id, (home.server_name,))

    # --- talk -------------------------------------------------------------------------------------------------------

    async def _line(self, step: Line) -> None:
        who = await self.people.of(step.sender)
        spoke = self._spoke.get((step.sender, step.room))
        if spoke is not None and spoke < self._comings[step.room]:
            # Somebody came since: only a sync tells whom the key has to reach as well.
            await who.session.sync_once()
        self._spoke[step.sender, step.room] = self._comings[step.room]
        deed = step.deed
        type_, content = Wording(self._said, self._thread_ends, self.people.user).of(deed)
        event_id = await who.session.outbox.send(self.rooms[step.room], type_, content)
        if type_ == MESSAGE and isinstance(deed, Say):
            self.last[step.room] = event_id
            self._said |= {deed.id: event_id} if deed.id else {}
            self._thread_ends |= {deed.thread: event_id} if deed.thread else {}
            if deed.id in self._will_share:
                await (await self.people.of(self._will_share[deed.id])).session.sync_once()

    async def read(self, name: str, room: str) -> None:
        """Mark a room as read by this person, as far as the world says."""
        line = self.world.read.get(room)
        event_id = self._said[line] if line else self.last.get(room)
        if event_id and name in self.world.members(room):
            await (await self.people.of(name)).gateway.mark_read(self.rooms[room], event_id)

    # --- asking to join ---------------------------------------------------------------------------------------------

    async def _request(self, step: JoinRequest, moment: datetime) -> None:
        applicant, nook = await self.people.of(step.person), self.rooms[step.nook]
        if not step.answers:
            home = self.people.home(self._founded[step.nook].founder)
            with moments.at(None if self.world.federated else moment):
                await applicant.gateway.knock(nook, step.reason, (home.server_name,))
            return
        await applicant.session.sync_once()
        with moments.at(None if self.world.federated else moment):
            await Asking(applicant.session).knock(nook, answers=step.answers, reason=step.reason)
        if self.world.federated:
            return
        helper = await self._helper(step.nook)
        vetting = Vetting(helper.session)
        with moments.at(moment + _A_WHILE):
            await helper.session.sync_once()
            waiting = await vetting.requests(helper.session.rooms[nook])
            await vetting.interviews.vet(next(r.case for r in waiting if r.user == applicant.user_id))
        with moments.at(moment + 2 * _A_WHILE):
            await applicant.session.sync_once()
            await Duties(applicant.session).run()
        with moments.at(moment + 3 * _A_WHILE):
            await helper.session.sync_once()
            await vetting.interviews.collect_answers()

    async def _helper(self, nook: str) -> Somebody:
        """Who takes care of a request: a facilitator who is not the one that the demo opens as, if there is one."""
        names = self._founded[nook].facilitators
        return await self.people.of(next((name for name in names if name != self.world.opens_as), names[0]))

    # --- highlights -------------------------------------------------------------------------------------------------

    async def _ask(self, step: HighlightAsked) -> None:
        asker = await self.people.of(step.asked_by)
        await asker.session.sync_once()
        nook = asker.session.rooms[self.rooms[step.nook]]
        sources = [self._said[line] for line in (step.source, step.also) if line]
        share = await Sharing(asker.session).share(nook, sources, step.draft)
        self._shares[step.source] = share.request

    async def _answer(self, step: HighlightAnswered) -> None:
        author = await self.people.of(step.author)
        await author.session.sync_once()
        request = self._shares[step.source]
        await Sharing(author.session).consent(request, _MODES[step.answer])

    async def _publish(self, step: HighlightPublished) -> None:
        publisher = await self.people.of(step.published_by)
        await Sharing(publisher.session).publish(self._shares[step.source])
