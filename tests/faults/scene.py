"""Two people whom nothing happens to, and one who is killed: what must hold afterwards, and whether it does."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from nookterm.client.ports import Homeserver, RoomSpec, Secret
from nookterm.domain.events import Event, Message, Trust, Unreadable
from nookterm.domain.ids import EventId, RoomId, UserId
from tests.client.people import TEXT, Drawer, Person, Village
from tests.faults.kill_points import POINTS
from tests.faults.victim import Ended, Nursery, Plan
from tests.matrix.people import Person as Device

_ENCRYPTION = "m.room.encryption"
_MEGOLM = "m.megolm.v1.aes-sha2"
_PAST_A_SYNC = 35
"""More messages than one sync step brings of a room."""
_WAYS = ("auto", "classic")
"""How the lives of one case ask for news, in turn: each finds what another way left behind."""
_A_STRANGERS_CLAIMS = 30
"""More than half of the one-time keys that a device keeps on its server."""
_BAD_TRUST = frozenset({Trust.NONE, Trust.UNPROVED})


@dataclass
class Case:
    """One death or several in a row, and what was said meanwhile."""

    number: int
    marks: dict[RoomId, EventId]
    """The newest event of each room when it began."""
    ends: list[tuple[str, Ended]] = field(default_factory=list)
    """Point, seed and passing; and what became of the life."""
    asked: dict[RoomId, list[str]] = field(default_factory=dict)
    """What the victim was going to say, in this order."""
    others: dict[RoomId, list[str]] = field(default_factory=dict)
    """What the others said."""
    newcomers: list[Device] = field(default_factory=list)

    @property
    def kept(self) -> set[str]:
        """What the outbox took, so that it must not be lost."""
        return {text for _, ended in self.ends for text in ended.kept}

    @property
    def unsure(self) -> set[str]:
        """What it was given and did not take in time: it may be there or not, but never twice."""
        return {text for _, ended in self.ends for text in ended.asked} - self.kept


@dataclass
class Scene:
    """Ana is killed again and again; Bo and Cy look on."""

    village: Village
    nursery: Nursery
    name: str
    bo: Person
    cy: Person
    loud: RoomId
    """Every message has a room key of its own here."""
    calm: RoomId
    identity: dict[str, str]
    device: str
    cases: int = 0
    claimed: list[str] = field(default_factory=list)
    """The victim's one-time keys that strangers have got."""

    @classmethod
    async def set(cls, village: Village, nursery: Nursery) -> Scene:
        """Everybody is here and has said hello."""
        ana, bo, cy = [await village.person(name) for name in ("ana", "bo", "cy")]
        rooms = []
        for name, messages in (("loud", 1), ("calm", 100)):
            content = {"algorithm": _MEGOLM, "rotation_period_msgs": messages}
            spec = RoomSpec(name, state=((_ENCRYPTION, "", content),), history="shared", invite=(ana.id, cy.id))
            rooms.append(await bo.session.gateway.create_room(spec))
        for guest in (ana, cy):
            await guest.enter(*rooms)
        await bo.sync()
        for somebody in (bo, cy, ana):
            for room in rooms:
                await somebody.say(room, f"hello from {somebody.name}")
        await ana.sync()
        who, device = _identity(ana), ana.session.gateway.device_id
        scene = cls(village, nursery, ana.name, bo, cy, rooms[0], rooms[1], who, device)
        village.people.remove(ana)
        await ana.account.close()
        return scene

    @property
    def rooms(self) -> tuple[RoomId, RoomId]:
        return self.loud, self.calm

    def open(self) -> Person:
        """Ana on her files, in this process."""
        return Person(self.village.parts, self.name, Secret(""))

    def life(self, say: Sequence[tuple[str, str]] = (), **more: Any) -> Ended:
        """A life of Ana in a process of her own."""
        drawer = self.village.vault
        assert isinstance(drawer, Drawer)
        secrets = {name: secret.reveal() for name, secret in drawer.kept.items()}
        return self.nursery.live(Plan(str(self.village.home), self.name, secrets, say=list(say), **more))

    # --- a death ------------------------------------------------------------------------------------------------------

    def case(self) -> Case:
        """From here on is looked at what becomes of things."""
        self.cases += 1
        marks = {room: EventId(self.on_server(room, 30)[-1]["event_id"]) for room in self.rooms}
        return Case(self.cases, marks, asked={r: [] for r in self.rooms}, others={r: [] for r in self.rooms})

    async def kill(self, case: Case, point: str, seed: int) -> None:
        """Let the others talk and Ana die at `point`; the seed says at which passing, and who speaks in which order."""
        chance = random.Random(f"{point}/{seed}")  # noqa: S311 - to be repeated
        await self._news(case, POINTS[point].needs, chance)
        name = f"{case.number}.{len(case.ends)}"
        say = [(room, f"ana {name}.{number}") for number, room in enumerate((*self.rooms, *self.rooms))]
        chance.shuffle(say)
        for room, text in say:
            case.asked[room].append(text)
        fill = list(self.rooms) if "gap" in POINTS[point].needs else []
        nth = chance.randint(1, POINTS[point].most)
        # Synapse answers an old question again from memory for two minutes, with counts and gaps as they were then.
        way = _WAYS[len(case.ends) % len(_WAYS)] if not POINTS[point].needs else _WAYS[0]
        ended = await asyncio.to_thread(self.life, say, point=point, nth=nth, fill=fill, way=way)
        case.ends.append((f"{point}, seed {seed}, passing {nth}, {way}", ended))

    async def _news(self, case: Case, needs: frozenset[str], chance: random.Random) -> None:
        name = f"{case.number}.{len(case.ends)}"
        lines = [(self.bo, self.loud)] * 3 + [(self.cy, self.loud), (self.bo, self.calm)]
        lines += [(self.bo, self.calm)] * (_PAST_A_SYNC if "gap" in needs else 0)
        chance.shuffle(lines)
        for number, (somebody, room) in enumerate(lines):
            text = f"{somebody.name} {name}.{number}"
            await somebody.session.outbox.send(room, TEXT, {"msgtype": "m.text", "body": text})
            case.others[room].append(text)
        if "newcomer" in needs:
            device = await self._newcomer(f"{name}.db")
            case.newcomers.append(device)
            for room in self.rooms if "speaks" in needs else ():
                text = f"newcomer {name} in {room}"
                await device.say(room, text)
                case.others[room].append(text)
        if "few keys" in needs:
            self._claim_ones_keys()

    async def _newcomer(self, file: str) -> Device:
        """Cy signs in once more, on a new device."""
        home = Homeserver(self.village.server.base_url, ())
        credentials = await self.village.parts.doorway.login(home, self.cy.id, self.cy.password, "new")
        device = Device(credentials, self.village.home / file)
        await device.sync()
        await device.recovers(await self.cy.identity_keys())
        _show_no_signature(device)
        return device

    def _claim_ones_keys(self) -> None:
        body = {"one_time_keys": {self._user: {self.device: "signed_curve25519"}}}
        for _ in range(_A_STRANGERS_CLAIMS):
            claimed = self._ask("POST", "/keys/claim", body)["one_time_keys"][self._user][self.device]
            self.claimed += [name for name, signed in claimed.items() if not signed.get("fallback")]

    # --- afterwards ---------------------------------------------------------------------------------------------------

    async def findings(self, case: Case) -> list[str]:
        """What is not as it must be; empty where nothing was lost, doubled, disordered or made unreadable."""
        found = [f"not killed: {name} {ended.trouble}" for name, ended in case.ends if not ended.killed]
        ana = self.open()
        try:
            await _catch_up(ana, self.rooms)
            if any("keys/upload" in name for name, _ in case.ends):
                self._claim_ones_keys()
            found += [f"left in the outbox: {row}" for row in ana.session.store.outgoing()]
            if ana.session.gateway.device_id != self.device or _identity(ana) != self.identity:
                found.append("another device than before")
            for somebody, room in itertools.product((self.bo, ana), self.rooms):
                text = f"{somebody.name} after {case.number}"
                await somebody.session.outbox.send(room, TEXT, {"msgtype": "m.text", "body": text})
                (case.others if somebody is self.bo else case.asked)[room].append(text)
            case.ends.append(
                ("alive", Ended(killed=True, passed=0, asked=[], kept=[f"{ana.name} after {case.number}"]))
            )
            served = {room: self._since(case, room) for room in self.rooms}
            for somebody, room in itertools.product((ana, self.bo, self.cy), self.rooms):
                if room == self.loud:
                    await _catch_up(somebody, self.rooms)
                found += [
                    f"{somebody.name}: {what}" for what in _misread(somebody, room, case.marks[room], served[room])
                ]
            twice = [name for name, times in Counter(self.claimed).items() if times > 1]
            found += [f"one-time key given to two strangers: {name}" for name in twice]
            for room in self.rooms:
                found += self._missaid(case, ana.id, room, len(served[room]))
                found += await _unread(case.newcomers, ana.id, served[room])
        finally:
            await ana.account.close()
            for device in case.newcomers:
                await device.gateway.logout()
                await device.close()
        return found

    def _missaid(self, case: Case, ana: UserId, room: RoomId, count: int) -> list[str]:
        """Bo's reading against what everybody is known to have said."""
        events = self.bo.session.store.timeline(room, count)
        hers = [_body(event) for event in events if event.sender == ana]
        kept = [text for text in case.asked[room] if text in case.kept]
        found = [f"doubled: {text}" for text, times in Counter(map(_body, events)).items() if times > 1]
        found += [f"lost: {text}" for text in kept if text not in hers]
        found += [f"never asked for: {text}" for text in hers if text not in case.kept | case.unsure]
        if [text for text in hers if text in kept] != kept:
            found.append(f"order: {hers}")
        theirs = [_body(event) for event in events if event.sender != ana]
        return found + ([] if theirs == case.others[room] else [f"others: {theirs}, not {case.others[room]}"])

    # --- the server ---------------------------------------------------------------------------------------------------

    def on_server(self, room: RoomId, limit: int = 300) -> list[dict[str, Any]]:
        """What was said in a room last as its server holds it, oldest first."""
        chunk = self._ask("GET", f"/rooms/{quote(room)}/messages?dir=b&limit={limit}")["chunk"]
        return [event for event in reversed(chunk) if event["type"] in {"m.room.encrypted", TEXT}]

    def _since(self, case: Case, room: RoomId) -> list[str]:
        events = [event["event_id"] for event in self.on_server(room)]
        return events[events.index(case.marks[room]) + 1 :]

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        server, mark = self.village.server, "&" if "?" in path else "?"
        where = f"/_matrix/client/v3{path}{mark}user_id={quote(self.bo.id)}"
        return server.call(method, where, body, server.as_token)

    @property
    def _user(self) -> str:
        return f"@{self.name}:{self.village.server.server_name}"


def _show_no_signature(device: Device) -> None:
    """Like a client that does not bring its owner's signature along: who hears from it has to ask the server."""
    olm = device.gateway._crypto._olm
    bare = replace(olm.this_device(), document=olm.device_keys())
    olm.__dict__["this_device"] = lambda: bare


async def _catch_up(person: Person, rooms: Iterable[RoomId]) -> None:
    """Everything that waits on either side is done afterwards."""
    await person.sync()
    if person.session.outbox.next_try() is not None:
        await person.session.outbox.flush(now=True)
        await person.sync()
    for room in rooms:
        while await person.session.fill_gaps(room):
            pass


def _misread(reader: Person, room: RoomId, mark: EventId, served: list[str]) -> list[str]:
    """A store's timeline against the server's."""
    events = reader.session.store.timeline(room, len(served) + 50)
    places = [event.event_id for event in events]
    start = places.index(mark) + 1 if mark in places else 0
    here = [event for event in events[start:] if event.encrypted or isinstance(event.payload, Message)]
    if [event.event_id for event in here] != served:
        return [f"the server has {served}, the store {[(event.event_id, _body(event)) for event in here]}"]
    return [f"{_body(event)!r} by {event.sender}: {event.trust}" for event in here if _is_bad(event)]


async def _unread(devices: Iterable[Device], sender: UserId, served: Iterable[str]) -> list[str]:
    """What new devices cannot read of what `sender` said since they are there."""
    found = []
    for device in devices:
        await device.sync()
        seen = [event for event in device.seen.values() if event.event_id in served and event.sender == sender]
        found += [f"newcomer: {_body(event)!r}: {event.trust}" for event in seen if _is_bad(event)]
        if not seen:
            found.append("newcomer: saw nothing")
    return found


def _identity(person: Person) -> dict[str, str]:
    gateway: Any = person.session.gateway
    return dict(gateway._crypto._olm.account.identity_keys)


def _body(event: Event) -> str:
    return event.payload.body if isinstance(event.payload, Message) else repr(event.payload)


def _is_bad(event: Event) -> bool:
    return isinstance(event.payload, Unreadable) or event.trust in _BAD_TRUST
