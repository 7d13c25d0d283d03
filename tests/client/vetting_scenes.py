"""Beginnings of stories about vetting: facilitators, applicants, and what became known of them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from nookterm.domain.acts import Act, read_act
from nookterm.domain.charter import Charter
from nookterm.domain.events import MemberChange
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vetting import Request
from tests.client.people import CHARTER, Community, Person, Village

GIVEN = {"q1": "because", "q2": "last year"}


async def two_facilitators(people: Village, url: str = "", **charter: int) -> tuple[Person, Person, Community]:
    """Ana, whose way to the server is `url`, and Cy; `charter`: what is other than in the usual one."""
    ana, cy = await people.person("ana", url=url), await people.person("cy")
    terms: Charter = replace(CHARTER, **charter)  # type: ignore[arg-type]  # the fields named by the tests are numbers
    here = await people.community(ana, cy, charter=terms)
    await people.helper(here, ana, cy)
    return ana, cy, here


async def an_applicant(
    people: Village, facilitator: Person, here: Community, name: str = "bob", *, answers: bool = False, reason: str = ""
) -> tuple[Person, Request]:
    """Somebody who has asked, and their request as a facilitator saw it."""
    bob = await people.person(name)
    await bob.enter(here.space)
    await bob.asking.knock(here.nook, answers=GIVEN if answers else {}, reason=reason)
    return bob, await facilitator.request_of(bob.id)


async def from_elsewhere(
    people: Village, facilitator: Person, here: Community, name: str = "bob", reason: str = "Hello"
) -> Request:
    """The request of somebody who asked with another app, and whose side of it does not matter."""
    server = people.server
    account = server.register(name)
    server.call("POST", f"/_matrix/client/v3/knock/{quote(here.nook)}", {"reason": reason}, server.login(account))
    return await facilitator.request_of(UserId(account.user_id))


def acts_seen(who: Person, here: Community) -> list[Act]:
    """The acts in the facilitators' room, as somebody has it."""
    events = who.session.store.timeline(here.facilitators, 200)
    return [act for event in events if (act := read_act(event))]


def words_seen(who: Person, here: Community) -> list[str]:
    """Which acts those are."""
    return [act.act for act in acts_seen(who, here)]


def vetting_room(who: Person) -> Room:
    """The one vetting room that somebody is in."""
    (room,) = [room for room in who.session.rooms.joined() if room.vets]
    return room


async def told(who: Person) -> str:
    """The last thing that an applicant reads in their vetting room, once their client has looked."""
    await who.sync()
    await who.duties.run()
    await who.sync()
    return who.heard(vetting_room(who).room_id)[-1]


def reasons(who: Person, nook: RoomId) -> list[str]:
    """The public words of requests that somebody's store still has."""
    events = [*who.session.store.timeline(nook, 200), *who.session.store.state(nook)]
    return [e.payload.reason for e in events if isinstance(e.payload, MemberChange) and e.payload.reason]
