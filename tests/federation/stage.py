"""A community over both servers, and pairs of facilitators who work in it, as tests share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from nookterm.domain.charter import Charter, Question
from nookterm.domain.desk import Item
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.vetting import Request
from tests.client.people import Community, Person
from tests.federation.sides import Banks, Side, sees

CHARTER = Charter(purpose="We test glazes.", cap=150, questions=(Question("q1", "Why?"),))


@dataclass
class Town:
    """One community over both servers. Making one takes as long as several tests in it."""

    banks: Banks
    wren: Person
    """Founded it; decides where the others have sent as much as one may at once."""
    place: Community

    @classmethod
    async def begin(cls, banks: Banks) -> Town:
        """A space with a nook, in which there is nobody but Wren."""
        wren = await banks.here.person("wren")
        with banks.hurry():
            return cls(banks, wren, await banks.here.community(wren, charter=CHARTER))

    async def nook(self, charter: Charter = CHARTER) -> Community:
        """Another nook in the same space."""
        with self.banks.hurry():
            made = await self.wren.founding.nook(self.wren.room(self.place.space), "kiln-club", charter)
        return replace(self.place, nook=made)

    async def stage(self, place: Community | None = None, *, apart: bool = True) -> Stage:
        """Two facilitators who have not sent anything yet: what one pair may send at once is not what another may.

        Not `apart`: both are on the first server; the second one is not in their nook then, and hears nothing of it.
        """
        place = place or self.place
        ana = await self.banks.here.person("ana")
        cy = await (self.banks.there if apart else self.banks.here).person("cy")
        for helper in (ana, cy):
            await self.banks.seat(self.wren, helper, place)
        return Stage(self.banks, self.wren, ana, cy, place)


@dataclass
class Stage:
    """Two facilitators and where they work."""

    banks: Banks
    wren: Person
    ana: Person
    """On the first server."""
    cy: Person
    """On the second one."""
    place: Community

    @property
    def nook(self) -> RoomId:
        return self.place.nook

    async def asks(
        self, side: Side, *, reason: str = "", answers: Mapping[str, str] | None = None, name: str = "bob"
    ) -> Person:
        """Somebody new with an account on that side asks to join; both facilitators have it on their desks."""
        bob = await self.banks.applicant(side, self.wren, self.place, name)
        await bob.asking.knock(self.nook, answers=answers, reason=reason)
        for who in (self.ana, self.cy):
            await request_of(who, bob.id)
        return bob

    async def answered(self, bob: Person, by: Person) -> Request:
        """A facilitator asks, Bob's client answers, and the answers are brought to the other facilitators."""
        request = await request_of(by, bob.id)
        # An interview takes most of what one may send at once.
        with self.banks.hurry():
            await by.vetting.interviews.vet(request.case)
        for _ in range(40):
            await bob.session.sync_once(0.1)
            await bob.duties.run()
            await by.session.sync_once(0.1)
            if by.vetting.answers(known_request(by, bob.id)):
                await by.duties.run()
                return known_request(by, bob.id)
        raise AssertionError("no answers came")


def _request(who: Person, user: UserId) -> Request | None:
    return next((r for r in who.vetting.known_requests() if r.user == user), None)


def known_request(who: Person, user: UserId) -> Request:
    """The request as this machine has it now."""
    found = _request(who, user)
    assert found
    return found


async def request_of(who: Person, user: UserId, holds: Callable[[Request], object] = lambda _: True) -> Request:
    """The request on this facilitator's desk, read there, once it is there and what is said of it holds."""

    def found() -> Request | None:
        request = _request(who, user)
        return request if request and holds(request) else None

    request = await sees(who, found, f"{user} on the desk; there: {_request(who, user)}")
    who.vetting.remember_listed((request,))
    return request


async def gone(who: Person, user: UserId) -> None:
    """Nobody waits under this name any more, on this desk."""
    await sees(who, lambda: not _request(who, user), f"{user} to be off the desk")


def lines_of(who: Person, user: UserId | None = None) -> list[tuple[object, ...]]:
    """What everybody's desk has to agree on, from what this machine knows."""
    return [_line(item) for item in who.desk.known_items() if user is None or item.user == user]


def _line(item: Item) -> tuple[object, ...]:
    answers = sorted(item.request.answers.items()) if item.request else []
    fields = (item.case, item.kind, item.group, item.room, item.user, item.event, item.why, item.quote)
    return (*fields, item.holder, item.held_until, item.folded, item.place, answers, sorted(item.details.items()))


async def same_lines(one: Person, other: Person, user: UserId | None = None) -> list[tuple[object, ...]]:
    """The lines on both desks, once they are the same."""
    await sees(one, lambda: True, "news")

    def same() -> bool:
        return lines_of(one, user) == lines_of(other, user)

    for _ in range(60):
        if same():
            return lines_of(one, user)
        await one.session.sync_once(0.1)
        await other.session.sync_once(0.1)
    assert lines_of(one, user) == lines_of(other, user)
    return lines_of(one, user)
