"""Leaving the open room, an invite, or what was left before: what it means, and each way on with its question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from nookterm.client.errors import Problem
from nookterm.client.leaving import Leaving, Parting
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import Kind, title
from nookterm.viewmodels.act_page import PagePanel, PageView
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.members import Act, Line
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.room_panel_work import ActsModel
from nookterm.viewmodels.safety import mark
from nookterm.viewmodels.words import ago, people

_LONGEST = 300
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""What an invite shows of a room carries no times: they are read as the beginning of 1970."""
_READ_ONLY = Notice("Another nookterm has this account.", ("Nothing is changed from here.", "Leave it there."))
_LOST = "What is said from now on. What you read so far stays on this disk until you forget the room."
_BACK = {
    "public": "You can walk in again at any time.",
    "knock": "To come back you ask at the door, like everybody.",
    "restricted": "You can walk in again as long as you are in its space.",
    "knock_restricted": "You can walk in again as long as you are in its space, else you ask.",
}
_INVITED_BACK = "To come back somebody in it has to invite you."


@dataclass(frozen=True, slots=True)
class StepLine:
    """A room that is left, or stays. Safe text."""

    name: str
    done: bool = False
    note: str = ""
    """A warning, or why it stays."""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class LeavingView(PageView):
    """What leaving means, or what an invite is."""

    steps: tuple[StepLine, ...] = ()
    """The rooms of a space that would be left with it, the space last."""
    space: RoomId | None = None
    """The space that lists this room; it can be left, too."""


class LeavingPanel(PagePanel[LeavingView], Protocol):
    """The way out of a room."""

    async def begin(self, room_id: RoomId | None = None) -> None:
        """Show what leaving the open room means, or what this invite is."""


class LeavingModel(ActsModel[LeavingView]):
    """Stands between the screen and the way out."""

    def __init__(self) -> None:
        """No room is open."""
        super().__init__(LeavingView(), "Then you can leave it here.")

    async def begin(self, room_id: RoomId | None = None) -> None:
        """Show it."""
        await self._begin(room_id)

    async def do(self, act: Act, words: str = "", way: str = "") -> None:
        """Carry an act out; or show what leaving the space would mean, which no list of rooms opens."""
        if act.word == "space":
            await self.begin(self.view.space)
        else:
            await super().do(act, words, way)

    async def _show_room(self, hub: Hub, room: Room) -> None:
        """What is known is enough."""
        if hub.read_only:
            self.show(LeavingView(face=Face.PROBLEM, notice=_READ_ONLY))
        else:
            self._draw(hub, room)

    def _draw(self, hub: Hub, room: Room) -> None:
        now = self.view
        if now.problem:
            return  # Which of the rooms are left stays to be seen.
        made = _invited(hub, room) if room.membership is Membership.INVITE else _leaving(hub, room)
        self.show(replace(made, result=now.result, leads_to=now.leads_to))

    async def _carry_out(self, hub: Hub, room_id: RoomId, act: Act, *_unused: str) -> str:
        use, room = Leaving(hub.session), hub.session.rooms[room_id]
        name = title(room)
        match act.word:
            case "leave" | "decline":
                await use.leave(room_id)
                done = f"You left {name}." if act.word == "leave" else f"The invite to {name} is turned down."
            case "leave_all":
                ended: list[Parting] = []
                try:
                    await use.leave(room_id, with_nooks=True, told=partial(self._told, ended))
                except Problem as problem:
                    if any(one.done for one in ended):
                        problem.hint += " What is left stays left; the same key goes on with the rest."
                    raise
                done = f"You left {name} and {sum(one.done for one in ended) - 1} of its rooms."
            case "silence":
                await hub.session.ignoring.put(room.members[room.me].sender, ignored=True)
                await use.leave(room_id)
                done = f"The invite to {name} is turned down, and who sent it is ignored."
            case "enter":
                await hub.session.gateway.join(room_id, _servers(hub, room))
                await hub.session.sync_once()
                self.show(replace(self.view, leads_to=room_id))
                done = f"You are in {name}."
            case "forget":
                await use.forget(room_id)
                done = f"{name} is forgotten. What was said there is no longer on this disk."
            case _:
                done = ""
        return done

    def _told(self, ended: list[Parting], parting: Parting) -> None:
        ended.append(parting)
        steps = tuple(
            replace(step, done=True) if place < len(ended) and ended[place].done else step
            for place, step in enumerate(self.view.steps)
        )
        self.show(replace(self.view, steps=steps))


def _servers(hub: Hub, room: Room) -> tuple[str, ...]:
    """Servers through which one may come in: the inviter's, and those that a space names."""
    inviter = room.members[room.me].sender.partition(":")[2]
    listed = (c.via for s in hub.session.rooms.spaces() for c in s.children if c.room_id == room.room_id)
    return tuple(dict.fromkeys((inviter, *next(listed, ()))))


def _leaving(hub: Hub, room: Room) -> LeavingView:
    name, use = safe_line(title(room)), Leaving(hub.session)
    base = LeavingView(room.room_id, name, f"Leave {name}", face=Face.CONTENT)
    if room.membership is not Membership.JOIN:
        question = f"Forget {name}? What was said there leaves this disk and cannot be read again."
        here = "what was said stays on this disk" if hub.session.store.oldest(room.room_id) else "nothing of it"
        forget = Act("forget", "forget", question, "forget it")
        return replace(base, head=f"You are not in {name}", facts=(("Here", here, ""),), acts=(forget,))
    others = [m for m in room.who(Membership.JOIN) if m.user != room.me]
    deciding = [shown_name(u, room.name_of(u)) for u in room.facilitators if u != room.me]
    back = _BACK.get(room.join_rule, _INVITED_BACK) if others else ""
    facts: list[Line] = [
        ("You lose", _LOST, ""),
        ("Who stays", f"{people(len(others))}; they see that you left" if others else "nobody", ""),
        (
            "Who decides then",
            ", ".join(safe_line(n) for n in deciding[:5]) or "nobody",
            "" if deciding else "nook-warn",
        ),
        ("Coming back", back or "nobody could let you in again", "" if back else "nook-warn"),
    ]
    if hub.session.rooms.kind(room) is Kind.DIRECT:
        facts = [facts[0], facts[1], ("Coming back", _INVITED_BACK, "")]
    warning = use.warning(room)
    acts = [Act("leave", "leave", f"Leave {name}? {warning}".strip(), "leave")]
    steps: tuple[StepLine, ...] = ()
    if room.is_space and len(plan := use.plan(room.room_id, with_nooks=True)) > 1:
        steps = tuple(map(_step, plan))
        leaves = [one for one in plan if not one.stays]
        risks = sum(bool(one.warning) for one in leaves)
        note = f" {risks} of them carry a warning." if risks else ""
        question = f"Leave {name} and all {len(leaves) - 1} of its rooms that are listed here?{note}"
        acts.append(Act("leave_all", "leave with its nooks", question, "leave them all"))
    space = next(iter(hub.session.rooms.listing(room.room_id)), None)
    if space is not None:
        acts.append(Act("space", f"rather leave {safe_line(title(space), longest=30)}"))
    on = space.room_id if space else None
    return replace(base, facts=tuple(facts), steps=steps, warning=safe_line(warning), acts=tuple(acts), space=on)


def _step(parting: Parting) -> StepLine:
    stays = f"stays: {parting.stays}" if parting.stays else ""
    return StepLine(safe_line(parting.name), parting.done, safe_line(stays or parting.warning), bool(stays))


def _invited(hub: Hub, room: Room) -> LeavingView:
    mine, name = room.members[room.me], safe_line(title(room))
    inviter = mine.sender
    who = safe_line(shown_name(inviter, room.name_of(inviter)))
    known = hub.session.trust.people.known(inviter)
    found = mark(known)
    sure = {"verified": "you compared keys with them", "signed": "not compared"}.get(found.shield, found.note)
    shared = hub.session.rooms.nooks_with(inviter)
    now = hub.session.clock()
    facts: list[Line] = [
        ("Invited by", who + (f", {ago(mine.since, now)}" if mine.since > _NO_TIME else ""), ""),
        ("Their id", safe_line(inviter, longest=255), ""),
        ("Keys", sure or "nothing is known of their devices yet", "nook-warn" if found.shield == "doubt" else ""),
        ("With you in", f"{shared} of your nooks" if shared else "none of your nooks", "" if shared else "nook-warn"),
    ]
    if mine.reason:
        facts.append(("They say", f"“{safe_line(mine.reason, longest=_LONGEST)}”", ""))
    if room.topic:
        facts.append(("Its topic", safe_line(room.topic, longest=_LONGEST), ""))
    note = "Name and topic are what the inviter's server says of it; nobody has checked them."
    if room.is_space:
        facts.append(("It is", "a space: a list of rooms", ""))
    else:
        sealed = "" if room.encrypted else "nook-leaves"
        facts.append(("Encrypted", "yes" if room.encrypted else "no, or not said", sealed))
    acts = (
        Act("enter", "go in", f"Go into {name}? Everybody there sees that you came.", "go in"),
        Act("decline", "decline", f"Turn the invite to {name} down? {who} sees that you did.", "decline"),
        Act(
            "silence", "decline and ignore", f"Turn it down and ignore {who}? The server knows whom you ignore.", "yes"
        ),
    )
    return LeavingView(room.room_id, name, f"Invite to {name}", tuple(facts), note, acts, face=Face.CONTENT)
