"""Making somebody a facilitator of the open nook, or letting them step back: choose, read the steps, say yes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Protocol

from nookterm.client.errors import Problem
from nookterm.client.facilitators import Step
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.problem_words import in_words, way_out

_WAY = ("{app.jump} goes to a nook by its name", "Who decides in it stands here then", "Esc goes back")
_NO_NOOK = Notice("Open a nook first.", _WAY)
_ONLY_NOOKS = Notice("Only nooks have facilitators.", _WAY)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the nook."""

    user: UserId
    name: str
    role: str = ""
    """`facilitator`, `founder`, or empty."""
    facilitates: bool = False
    note: str = ""
    """Why nothing can be changed about them; empty where something can."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One of the things that have to be so."""

    words: str
    done: bool = False
    note: str = ""
    """What it waits for, where it is not ours to do."""


@dataclass(frozen=True, slots=True)
class FacilitatorsView:
    """Who decides in a nook, and what one is about to change."""

    nook: str = ""
    people: tuple[Candidate, ...] = ()
    chosen: Candidate | None = None
    """Whom the steps are about; None: one still chooses."""
    question: str = ""
    steps: tuple[StepLine, ...] = ()
    warning: str = ""
    working: bool = False
    done: str = ""
    """What has been done, when all that we can do is done."""
    problem: str = ""
    face: Face = Face.LOADING
    notice: Notice | None = None


class FacilitatorsPanel(Panel[FacilitatorsView], Protocol):
    """Who decides in the open nook."""

    async def begin(self) -> None:
        """Look who does."""

    async def choose(self, user: UserId) -> None:
        """Show the steps for this person: to make them one, or to let them step back."""

    async def go(self) -> None:
        """Carry out what is missing."""

    async def back(self) -> None:
        """Choose somebody else."""


class FacilitatorsModel(Model[FacilitatorsView]):
    """Stands between the screen and the nook."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        super().__init__(FacilitatorsView())
        self._hub: Hub | None = None
        self._room: RoomId | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def begin(self) -> None:
        """Look at the open nook anew."""
        self.show(FacilitatorsView())
        hub = self._hub
        self._room = hub.open_room if hub else None
        if hub is None or self._room is None:
            self.show(FacilitatorsView(face=Face.EMPTY, notice=_NO_NOOK))
            return
        await hub.do(self._begin(hub, self._room))

    async def _begin(self, hub: Hub, room_id: RoomId) -> None:
        nook = hub.session.rooms.get(room_id)
        if nook is None or nook.is_space or nook not in hub.charters.nooks():
            self.show(FacilitatorsView(face=Face.EMPTY, notice=_ONLY_NOOKS))
            return
        try:
            nook = await hub.facilitators.look(room_id)
        except Problem as problem:
            notice = Notice(safe_line(problem.message), ("Nothing was changed.", safe_line(way_out(problem))))
            self.show(FacilitatorsView(nook=safe_line(title(nook)), face=Face.PROBLEM, notice=notice))
            return
        people = sorted((_candidate(nook, m.user) for m in nook.who(Membership.JOIN)), key=_order)
        self.show(FacilitatorsView(safe_line(title(nook)), tuple(people), face=Face.CONTENT))

    async def choose(self, user: UserId) -> None:
        """Show what would be done."""
        chosen = next((one for one in self.view.people if one.user == user), None)
        if self._hub and self._room and chosen and not chosen.note:
            await self._hub.do(self._choose(self._hub, self._room, chosen))

    async def _choose(self, hub: Hub, room_id: RoomId, chosen: Candidate) -> None:
        nook, use = hub.session.rooms[room_id], hub.facilitators
        removing = chosen.facilitates
        steps = use.plan_remove(nook, chosen.user) if removing else use.plan_add(nook, chosen.user)
        name = self.view.nook
        question = f"Let {chosen.name} step back from {name}?" if removing else f"Make {chosen.name} a facilitator?"
        warning = safe_line(use.warning(nook, chosen.user), longest=300) if removing else ""
        lines = tuple(map(_line, steps))
        now = replace(self.view, chosen=chosen, question=question, steps=lines, warning=warning, done="", problem="")
        self.show(now)

    async def go(self) -> None:
        """Do it; the view follows each step."""
        chosen, hub, room = self.view.chosen, self._hub, self._room
        if hub and room and chosen and not self.view.working:
            self.show(replace(self.view, working=True, problem=""))
            await hub.do(self._go(hub, room, chosen))

    async def _go(self, hub: Hub, room_id: RoomId, chosen: Candidate) -> None:
        use, nook = hub.facilitators, hub.session.rooms[room_id]
        ended: list[Step] = []
        work = use.remove if chosen.facilitates else use.add
        try:
            await work(nook, chosen.user, partial(self._told, ended))
        except Problem as problem:
            words = safe_line(in_words(problem), longest=300)
            left = "What is done stays done; y goes on with the rest." if ended else ""
            self.show(replace(self.view, working=False, problem=f"{words} {left}".strip()))
            return
        waits = any(not step.done for step in ended)
        what = "no longer decides here" if chosen.facilitates else "is a facilitator now"
        done = f"{chosen.name} {what}." + (" What is left waits for others." if waits else "")
        self.show(replace(self.view, working=False, done=done))

    def _told(self, ended: list[Step], step: Step) -> None:
        ended.append(step)
        lines = list(self.view.steps)
        place = len(ended) - 1
        if place < len(lines):
            lines[place] = _line(step)
        self.show(replace(self.view, steps=tuple(lines)))

    async def back(self) -> None:
        """To the list, read anew where something was done."""
        if self.view.done or self.view.problem:
            await self.begin()
        else:
            self.show(replace(self.view, chosen=None, question="", steps=(), warning=""))


def _candidate(nook: Room, user: UserId) -> Candidate:
    name, facilitates = safe_line(shown_name(user, nook.name_of(user))), nook.power.may_decide(user)
    if user in nook.power.creators:
        return Candidate(user, name, "founder", facilitates, "a founder's power stays for ever")
    return Candidate(user, name, "facilitator" if facilitates else "", facilitates)


def _order(candidate: Candidate) -> tuple[bool, str]:
    return candidate.facilitates, candidate.name.casefold()


def _line(step: Step) -> StepLine:
    return StepLine(safe_line(step.words, longest=300), step.done, safe_line(step.beyond, longest=200))
