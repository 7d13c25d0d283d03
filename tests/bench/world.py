"""Accounts of any size, filled through the Store port: no server is needed to measure what only reads the disk."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nookterm.client.ports import RoomRow, Secret, Store
from nookterm.client.profiles import Profile, Profiles
from nookterm.domain.charter import Charter, Question, charter_content
from nookterm.domain.events import Event, MemberChange, Membership, Message, Payload, StateChange, Trust
from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId
from nookterm.domain.vocabulary import CHARTER
from nookterm.store.opening import new_key, open_store
from tests.bench.at_hand import Hand
from tests.bench.places import ROOT, WORLDS

ME = UserId("@mara:nooks.example")
BIG = RoomId("!big:nooks.example")
"""The room that was read last; it has as many messages as asked for."""
MARK = "Last words of the big room"
"""What the newest message of the big room says: on screen, the timeline is there."""
_NOWHERE = "http://127.0.0.1:9"
"""No server answers there: the network is off."""
WORDS = tuple(
    re.findall(
        r"\w+",
        "glaze kiln cone ash slip wheel clay bisque crackle celadon shino salt soda firing trimming handle foot rim "
        "wax resist cobalt rutile tenmoku batch test tile studio member evening Tuesday bring bowl mug plate shelf",
    )
)
_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_SUBSPACES = 20
_BIG_MEMBERS = 150
SPACES = tuple(RoomId(f"!{name}:nooks.example") for name in ("top", *(f"space{n}" for n in range(_SUBSPACES))))
"""The top-level space, then those in it."""

_FORMS = (
    "",
    "<strong>{words}</strong>, <em>so it is</em>",
    "",
    "<ul><li>{words}</li><li><code>{number}</code></li></ul>",
    "",
    '<pre><code class="language-python">for tile in kiln:\n    fire(tile, {number})</code></pre>{words}',
    "",
    '<blockquote>{words}</blockquote><a href="https://x.example/{number}">the recipe</a>',
    "",
    "<table><tr><th>tile</th><th>what became of it</th></tr><tr><td>{number}</td><td>{words}</td></tr></table>",
)
"""What messages have beside their words: every other one has a form, as in a room of people who write with care."""


@dataclass(frozen=True, slots=True)
class Size:
    """How big an account is."""

    rooms: int = 1000
    messages: int = 100_000
    """Over all rooms."""
    big: int = 10_000
    """Of them in the room that was read last."""
    requests: int = 0
    """People who wait at the first nook's door."""
    clear: bool = False
    """The room that was read last is not encrypted: one can write there from a device that nobody has signed."""


def home_at(size: Size, to: Path, homeserver: str) -> Path:
    """A copy of this account whose homeserver answers at `homeserver`."""
    home = copy_of(home_of(size, WORLDS), to)
    profiles = Profiles(home)
    profiles.save(replace(profiles.load("default"), homeserver=homeserver))
    return home


def home_of(size: Size, folder: Path) -> Path:
    """A data folder with this account; made once under `folder` and kept. What a run changes in it is its own risk."""
    sources = [Path(__file__), *sorted((ROOT / "src/nookterm/store").rglob("*.[ps][yq]*"))]
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sources) + json.dumps(asdict(size)).encode())
    home = folder / f"{size.rooms}-{size.messages}-{size.big}-{size.requests}-{code.hexdigest()[:8]}"
    if not (home / "whole").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        _fill(home, size)
        (home / "whole").touch()
    return home


def empty_home(home: Path, homeserver: str) -> Path:
    """A data folder with a signed-in account that has never synced."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    _sign_in(home, homeserver).close()
    return home


def copy_of(home: Path, to: Path) -> Path:
    """A copy that a run may change."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to)
    return to


def open_home(home: Path) -> Store:
    """The account's database, opened for work in this process."""
    return open_store(home / "accounts" / "default" / "account.db", _key(home), create=False)


def _key(home: Path) -> Secret:
    profile = Profiles(home).load("default")
    key = Hand(home / "hand.json").load(profile.key_name)
    assert key is not None
    return key


def _sign_in(home: Path, homeserver: str) -> Store:
    """Make the profile with its key and token, and its database."""
    profile = Profile("default", homeserver, ME, DeviceId("BENCHDEV"), "demo")
    key, hand, profiles = new_key(), Hand(home / "hand.json"), Profiles(home)
    hand.save(profile.key_name, key)
    hand.save(profile.token_name, Secret("syt_of_nobody"))
    profiles.save(profile)
    return open_store(profiles.database("default"), key, create=True)


def _fill(home: Path, size: Size) -> None:
    with closing(_sign_in(home, _NOWHERE)) as store:
        Filling(store, size).run()


class Filling:
    """Writes an account into a store: one space, sub-spaces, nooks of five people, two big ones."""

    def __init__(self, store: Store, size: Size) -> None:
        self._store = store
        self._size = size
        self._random = random.Random(7)  # noqa: S311 - the same world each time
        self._number = 0

    def run(self) -> None:
        """Write everything, a transaction for each room."""
        rooms = [BIG, *(RoomId(f"!room{n}:nooks.example") for n in range(1, max(1, self._size.rooms - _SUBSPACES - 1)))]
        top, *spaces = SPACES
        direct = [rooms[0], *spaces]
        self._space(top, "Kiln Collective", direct)
        for number, space in enumerate(spaces):
            self._space(space, f"Group {number:02}", rooms[1 + number :: len(spaces)])
        each = max(1, (self._size.messages - self._size.big) // max(1, len(rooms) - 1))
        for number, room_id in enumerate(rooms):
            people = _BIG_MEMBERS if number % 200 == 0 and number else 12 if room_id == BIG else 5
            self._nook(room_id, number, people, self._size.big if room_id == BIG else each)
        with self._store.transaction():
            self._store.remember("last_room", "", {"room_id": BIG})
            self._store.set_position("s1_of_nobody")

    def _space(self, room_id: RoomId, name: str, children: list[RoomId]) -> None:
        listed = [("m.space.child", child, {"via": ["nooks.example"]}) for child in children]
        with self._store.transaction():
            self._store.save_state(
                self._state(room_id, name, 12, [("m.room.topic", "", {"topic": name}), *listed], space=True)
            )
            self._store.save_room(RoomRow(room_id))

    def _nook(self, room_id: RoomId, number: int, people: int, messages: int) -> None:
        charter = Charter(
            f"Room {number} for glazes.", "Potters.", cap=_BIG_MEMBERS, questions=(Question("q1", "Why?"),)
        )
        more: list[tuple[str, str, Any]] = [(CHARTER, "", charter_content(charter))]
        if not (self._size.clear and room_id == BIG):
            more.append(("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}))
        with self._store.transaction():
            self._store.save_state(self._state(room_id, f"Nook {number:03}", people, more))
            if room_id == BIG:
                self._store.save_state(self._knocks(room_id))
            said = self._said(room_id, people, messages)
            self._store.add_events(said)
            self._store.save_room(RoomRow(room_id, unread=number % 7, read_up_to=EventId(f"${room_id}-{messages - 1}")))

    def _state(
        self, room_id: RoomId, name: str, people: int, more: list[tuple[str, str, Any]], *, space: bool = False
    ) -> Iterator[Event]:
        levels = {"users": {ME: 100}, "users_default": 0, "events_default": 0, "state_default": 50, "invite": 50}
        create = {"room_version": "11", "creator": ME} | ({"type": "m.space"} if space else {})
        parts = [
            ("m.room.create", "", create),
            ("m.room.name", "", {"name": name}),
            ("m.room.power_levels", "", levels),
            ("m.room.join_rules", "", {"join_rule": "knock"}),
            ("m.room.history_visibility", "", {"history_visibility": "invited"}),
            ("m.room.guest_access", "", {"guest_access": "forbidden"}),
            *more,
        ]
        for type_, key, content in parts:
            yield self._event(room_id, ME, StateChange(type_, key, content))
        for number in range(people):
            user = ME if number == 0 else person(number)
            yield self._event(room_id, user, MemberChange(user, Membership.JOIN, f"Person {number}"))

    def _knocks(self, room_id: RoomId) -> Iterator[Event]:
        for number in range(self._size.requests):
            user = UserId(f"@asks{number:04}:elsewhere.example")
            change = MemberChange(user, Membership.KNOCK, f"Asker {number}", f"I would like to join, number {number}.")
            yield self._event(room_id, user, change)

    def _said(self, room_id: RoomId, people: int, messages: int) -> Iterator[Event]:
        for number in range(messages):
            words = " ".join(self._random.choices(WORDS, k=self._random.randint(4, 22)))
            body = MARK if room_id == BIG and number == messages - 1 else words
            sender = person(1 + self._random.randrange(max(1, people - 1)))
            html = _FORMS[number % len(_FORMS)].format(words=words, number=number)
            said = Message("text", body, html=html if body is words and html else None)
            yield self._event(room_id, sender, said, EventId(f"${room_id}-{number}"), encrypted=True)

    def _event(
        self,
        room_id: RoomId,
        sender: UserId,
        payload: Payload,
        event_id: EventId | None = None,
        *,
        encrypted: bool = False,
    ) -> Event:
        self._number += 1
        at = _START + timedelta(seconds=20 * self._number % 25_000_000)
        trust = Trust.SIGNED if encrypted else Trust.NONE
        return Event(event_id or EventId(f"$state-{self._number}"), room_id, sender, at, payload, encrypted, trust)


def person(number: int) -> UserId:
    """Somebody in the rooms."""
    return UserId(f"@person{number}:nooks.example")
