"""Two facilitators on two servers do something about the same request in the same moment, again and again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from nookterm.client.errors import Changed, Problem
from nookterm.domain.acts import knock_case, read_act
from nookterm.domain.desk import Kind
from nookterm.domain.events import MemberChange, Membership
from nookterm.domain.vetting import Request
from nookterm.domain.vocabulary import ACT
from tests.client.people import Community, Person
from tests.federation.sides import sees, settled
from tests.federation.stage import Stage, request_of

_DOOR = (Kind.ASK, Kind.CONFLICT)
"""Lines about a request; whoever came in is also somebody to be greeted."""
_PATIENCE = 20.0
_APART = 0.12
"""Seconds by which one of them may come later: about as long as news takes over the river."""


@dataclass
class Scene:
    """A pair of facilitators on two servers, and what their races came to."""

    stage: Stage
    ends: list[str] = field(default_factory=list)

    @property
    def ana(self) -> Person:
        return self.stage.ana

    @property
    def cy(self) -> Person:
        return self.stage.cy

    @property
    def place(self) -> Community:
        return self.stage.place

    async def asked(self, dice: random.Random) -> tuple[Person, Request, Request]:
        """Somebody of either server asks; both facilitators have it on their desks."""
        bob = await self.stage.asks(dice.choice(self.stage.banks.sides), reason="Hello.")
        return bob, await request_of(self.ana, bob.id), await request_of(self.cy, bob.id)

    async def both(self, dice: random.Random, hers: Awaitable[object], his: Awaitable[object]) -> list[str]:
        """Let both act, one of them a little later; what each was told."""
        ana_waits, cy_waits = dice.uniform(0, _APART), dice.uniform(0, _APART)
        return list(await asyncio.gather(_told(hers, ana_waits), _told(his, cy_waits)))


async def _told(act: Awaitable[object], wait: float) -> str:
    await asyncio.sleep(wait)
    try:
        await act
    except Changed as problem:
        return f"too late: {problem.message}"
    except Problem as problem:
        return f"{type(problem).__name__}: {problem.message}"
    return "done"


async def two_approve(scene: Scene, dice: random.Random) -> None:
    """However close: one invite counts, the person gets in, nothing is left on either desk."""
    bob, hers, his = await scene.asked(dice)
    told = await scene.both(dice, scene.ana.vetting.approve(hers.case), scene.cy.vetting.approve(his.case))
    assert "done" in told, told
    assert all(words == "done" or words.startswith("too late") for words in told), told
    assert await settled(scene.place.nook, bob.id, scene.ana, scene.cy) == Membership.INVITE
    await _comes_in(scene, bob)
    assert await settled(scene.place.nook, bob.id, scene.ana, scene.cy) == Membership.JOIN
    await _same_desks(scene, bob, Membership.JOIN, clash=False)
    page = await scene.ana.session.gateway.messages(scene.place.nook, None, 50, ("m.room.member",))
    again = any(isinstance(e.payload, MemberChange) and _is_third(e.payload, bob) for e in page.events)
    scene.ends.append(f"{_who_won(told)}: joined{', with a third invite' if again else ''}")


def _is_third(change: MemberChange, bob: Person) -> bool:
    return change.user == bob.id and "once more" in (change.reason or "")


async def one_approves_one_declines(scene: Scene, dice: random.Random) -> None:
    """Where both went through, both desks ask humans to settle it; whoever has come in stays in."""
    bob, hers, his = await scene.asked(dice)
    if dice.random() < 0.5:
        acts = scene.ana.vetting.approve(hers.case), scene.cy.vetting.decline(his.case)
    else:
        acts = scene.ana.vetting.decline(hers.case), scene.cy.vetting.approve(his.case)
    told = await scene.both(dice, *acts)
    assert "done" in told, told
    assert all(words == "done" or words.startswith("too late") for words in told), told
    end = await settled(scene.place.nook, bob.id, scene.ana, scene.cy)
    clash = told == ["done", "done"]
    await _same_desks(scene, bob, end, clash=clash)
    if clash:
        await scene.ana.vetting.settle(hers.case, "They stay.")
        await _same_acts(scene, hers.case, "settled")
        await _same_desks(scene, bob, end, clash=False)
    scene.ends.append(f"{_who_won(told)}: {end}")


async def two_claim(scene: Scene, dice: random.Random) -> None:
    """Both desks name the same one of them."""
    bob, hers, his = await scene.asked(dice)
    told = await scene.both(dice, scene.ana.vetting.claims.claim(hers.case), scene.cy.vetting.claims.claim(his.case))
    assert "done" in told, told

    await _same_acts(scene, hers.case)
    known = [r for who in (scene.ana, scene.cy) for r in who.vetting.known_requests() if r.user == bob.id]
    (holder,) = {request.holder for request in known}
    assert holder in {scene.ana.id, scene.cy.id}
    scene.ends.append(f"{_who_won(told)}: both desks name the same one")


async def _comes_in(scene: Scene, bob: Person) -> None:
    """What open clients do after each sync, until the newcomer is in."""
    async with asyncio.timeout(2 * _PATIENCE):
        while bob.session.rooms[scene.place.nook].membership != Membership.JOIN:
            for who in (bob, scene.ana, scene.cy):
                await who.session.sync_once(0.1)
                await who.duties.run()


def _who_won(told: list[str]) -> str:
    ana, cy = (words == "done" for words in told)
    return "both were told yes" if ana and cy else "the later one was told who was faster"


def acts_on_case(who: Person, place: Community, case: str) -> set[tuple[str, str]]:
    """The acts on a case that have come to somebody: what, and by whom."""
    events = who.session.store.marked(place.facilitators, [ACT])
    return {(act.act, act.event_id) for event in events if (act := read_act(event)) and act.case == case}


async def _same_acts(scene: Scene, case: str, needed: str = "") -> None:
    """Each has their own acts; when both have the same, all of them have crossed the river. `needed`: one of them."""

    def same() -> bool:
        hers, his = (acts_on_case(who, scene.place, case) for who in (scene.ana, scene.cy))
        return bool(hers) and hers == his and (not needed or needed in {act for act, _ in hers})

    async with asyncio.timeout(_PATIENCE):
        while not same():
            # As an open client does: what waits for a limit goes out when it may.
            await asyncio.gather(scene.ana.session.outbox.flush(), scene.cy.session.outbox.flush())
            await asyncio.gather(scene.ana.session.sync_once(0.1), scene.cy.session.sync_once(0.1))


async def _same_desks(scene: Scene, bob: Person, end: Membership, *, clash: bool) -> None:
    case = knock_case(scene.place.nook, bob.id)
    await _same_acts(scene, case)
    lists = []
    for who in (scene.ana, scene.cy):
        await sees(who, partial(_has, who, scene.place, bob, end), f"{bob.id} as {end}")
        items = [item for item in who.desk.known_items() if item.user == bob.id and item.kind in _DOOR]
        lists.append([(item.case, item.kind, item.user) for item in items])
    assert lists[0] == lists[1]
    assert [kind for _, kind, _ in lists[0]] == ([Kind.CONFLICT] if clash else [])


def _has(who: Person, place: Community, bob: Person, end: Membership) -> bool:
    member = who.session.rooms[place.nook].members.get(bob.id)
    return (member.membership if member else Membership.LEAVE) == end


async def one_declines_while_they_come_in(scene: Scene, dice: random.Random) -> None:
    """Welcomed by one: where the other's decline was too late, whoever has come in stays in.

    Where it was in time, humans are asked. It may then have fallen on somebody who came in between the last look at
    the door and the removal: the protocol has no removal of a request only.
    """
    bob, hers, his = await scene.asked(dice)
    await scene.cy.vetting.approve(his.case)
    came_in = False

    async def comes_in() -> None:
        nonlocal came_in
        await sees(bob, lambda: bob.session.rooms[scene.place.nook].membership == Membership.INVITE, "the invite")
        await bob.duties.run()
        came_in = bob.session.rooms[scene.place.nook].membership == Membership.JOIN

    told = await scene.both(dice, scene.ana.vetting.decline(hers.case), comes_in())
    end = await settled(scene.place.nook, bob.id, scene.ana, scene.cy)
    in_time = told[0] == "done"
    if not in_time or not came_in:
        assert (end == Membership.JOIN) == came_in, (told, end)
    await _same_desks(scene, bob, end, clash=in_time)
    scene.ends.append(f"{'done' if told[0] == 'done' else 'told too late'}: {end}")


async def one_approves_while_they_withdraw(scene: Scene, dice: random.Random) -> None:
    """Nobody comes in who has taken the request back, and nobody is left waiting."""
    bob, hers, _ = await scene.asked(dice)
    told = await scene.both(dice, scene.ana.vetting.approve(hers.case), bob.asking.withdraw(scene.place.nook))
    await bob.sync()
    await bob.duties.run()
    end = await settled(scene.place.nook, bob.id, scene.ana, scene.cy)
    assert end in {Membership.LEAVE, Membership.INVITE}, told
    assert bob.session.rooms[scene.place.nook].membership != Membership.JOIN
    scene.ends.append(str(end))


RACES: Mapping[str, Callable[[Scene, random.Random], Awaitable[None]]] = {
    "approve and approve": two_approve,
    "approve and decline": one_approves_one_declines,
    "claim and claim": two_claim,
    "decline and come in": one_declines_while_they_come_in,
    "approve and withdraw": one_approves_while_they_withdraw,
}
STAGES = (
    ("approve and approve", "claim and claim"),
    ("approve and decline",),
    ("decline and come in", "approve and withdraw"),
)
"""Races that can be run twice each on one stage: a decision is three sends, and ten may leave at once."""
