"""Somebody at nookterm and somebody at another client in one room: what both sides' tests say again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from nookterm.client.account import keep
from nookterm.client.ports import Homeserver, RoomSpec, Secret
from nookterm.domain.events import Event, Message, Unreadable
from nookterm.domain.ids import EventId, RoomId, UserId
from tests.client.people import Person, Village
from tests.interop.peer import Peer

T = TypeVar("T")
SECONDS = 20.0


async def keep_up(person: Person) -> None:
    """What an open client does all the time: news, and what is due about keys."""
    await person.session.sync_once(0.5)
    await person.session.trust.expire()
    await person.session.trust.settle()


async def until(person: Person, ask: Callable[[], T | None], what: Callable[[], str] | str) -> T:
    """Have the person sync, and do what is due, until there is an answer; `what` was waited for when there is none."""
    try:
        async with asyncio.timeout(SECONDS):
            while (answer := ask()) is None:
                await keep_up(person)
            return answer
    except TimeoutError:
        raise AssertionError(f"waited {SECONDS:g} s for {what if isinstance(what, str) else what()}") from None


def _stored(person: Person, room_id: RoomId, event_id: EventId) -> Event | None:
    return person.session.store.event(room_id, event_id)


async def hears(person: Person, room_id: RoomId, event_id: EventId) -> tuple[str, str]:
    """The words of a message and how sure we are of its sender, once nookterm can read it."""

    def readable() -> tuple[str, str] | None:
        event = _stored(person, room_id, event_id)
        return (event.payload.body, str(event.trust)) if event and isinstance(event.payload, Message) else None

    return await until(person, readable, lambda: f"{event_id}; it is {_stored(person, room_id, event_id)}")


async def cannot_hear(person: Person, room_id: RoomId, event_id: EventId, why: str) -> str:
    """The words that stand in the message's place, once `why` is among them."""

    def hidden() -> str | None:
        event = _stored(person, room_id, event_id)
        unreadable = event and isinstance(event.payload, Unreadable) and why in event.payload.why
        return event.payload.why if unreadable and event and isinstance(event.payload, Unreadable) else None

    return await until(person, hidden, lambda: f"{why!r} in place of {_stored(person, room_id, event_id)}")


async def room_of(peer: Peer, *guests: Person, history: str = "shared") -> RoomId:
    """An encrypted room that the peer made and the guests are in."""
    room_id = await peer.room(*(guest.id for guest in guests), history=history)
    for guest in guests:
        await guest.enter(room_id)
        await peer.sees_member(room_id, guest.id)
    return room_id


async def room_at(person: Person, *guests: Peer, history: str = "shared") -> RoomId:
    """An encrypted room that somebody at nookterm made and the peers are in."""
    spec = RoomSpec("talk", encrypted=True, history=history, invite=tuple(guest.id for guest in guests))
    room_id = await person.session.gateway.create_room(spec)
    await person.sync()
    for guest in guests:
        await guest.join(room_id)
    await person.sync()
    return room_id


async def signed_in(people: Village, user: UserId, password: str) -> Person:
    """A new device at nookterm of an account that exists, with nothing but its password: nobody has signed it yet."""
    profile = f"device-{len(people.people)}"
    home = Homeserver(people.server.base_url, ())
    credentials = await people.parts.doorway.login(home, user, Secret(password), profile)
    keep(people.parts, people.vault, credentials, profile)
    device = Person(people.parts, profile, Secret(password))
    people.people.append(device)
    await device.sync()
    return device


async def at_element(element: Callable[[str], Awaitable[Peer]], name: str, *, kept: bool = False) -> Peer:
    """Somebody new at Element, with an identity as it makes one, who lets in nothing but signed devices."""
    peer = await element(name)
    await peer.register(name)
    await peer.start(kept=kept)
    await peer.set_up()
    return peer


async def talk(ana: Person, bo: Peer, room: RoomId, trust: str = "signed") -> None:
    """Both say something, and the other one reads it with nothing to worry about."""
    said = await ana.say(room, "from nookterm")
    seen = await bo.reads(room, said)
    assert (seen.body, seen.shield, seen.encrypted) == ("from nookterm", "none", True)
    answered = await bo.say(room, "from Element")
    assert await hears(ana, room, answered) == ("from Element", trust)


async def talking(bo: Peer, ana: Person) -> RoomId:
    """A room at Element where each has heard the other one."""
    room = await room_of(bo, ana)
    await talk(ana, bo, room)
    return room
