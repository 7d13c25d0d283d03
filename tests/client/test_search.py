"""Finding on this disk: names mean people and rooms, hits read as they read now, mistakes are told with a way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.ports import Store
from nookterm.client.rooms import Rooms
from nookterm.client.search import Finder
from nookterm.domain.events import Edit, Event, MemberChange, Membership, Message, Payload, Reaction, StateChange
from nookterm.domain.ids import EventId, RoomId
from nookterm.store.opening import new_key, open_store
from tests.contracts.sample_events import ANA, BEN, ROOM, START, event

SPACE, KILNS, OLD = RoomId("!space:river.example"), RoomId("!kilns:river.example"), RoomId("!old:river.example")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "account.db", new_key(), create=True)
    yield opened
    opened.close()


@pytest.fixture
def finder(store: Store) -> Finder:
    """Ana, in a space with two nooks that Ben is in, too."""
    create, child = "m.room.create", "m.space.child"
    for room, name in ((SPACE, "Makers"), (ROOM, "Glaze Lab"), (KILNS, "Kilns")):
        kind = {"type": "m.space"} if room == SPACE else {}
        said: dict[str, Payload] = {
            "c": StateChange(create, "", {"room_version": "12", **kind}),
            "n": StateChange("m.room.name", "", {"name": name}),
            "a": MemberChange(ANA, Membership.JOIN, "Ana"),
            "b": MemberChange(BEN, Membership.JOIN, "Ben of the Kilns"),
        }
        if room == SPACE:
            said |= {r: StateChange(child, r, {"via": ["river.example"]}) for r in (ROOM, KILNS, SPACE)}
        store.save_state(event(f"{key}{room}", what, room=room, encrypted=False) for key, what in said.items())
    store.add_events(
        [
            event("one", "blue glaze"),
            event("two", "green glaze", sender=BEN, minute=1),
            event("three", "glaze and\nblue kiln", room=KILNS, minute=2),
            event("left", "glaze of old", room=OLD, minute=3),
        ]
    )
    return Finder(store, Rooms(store, ANA), ANA)


def found(finder: Finder, line: str) -> list[str]:
    hits = finder.find(finder.read(line, START + timedelta(hours=1), UTC))
    return [hit.said.event_id[1:] for hit in hits]


@pytest.mark.parametrize(
    ("line", "hits"),
    [
        ("glaze", ["left", "three", "two", "one"]),
        ("glaze from:@ben:river.example", ["two"]),
        ("glaze from:@Ben", ["two"]),
        ("glaze from:ben", ["two"]),
        ('glaze from:"ben of the KILNS"', ["two"]),
        ("from:me", ["left", "three", "one"]),
        ("glaze from:ana from:ben in:Kilns", ["three"]),
        ("glaze from:@stranger:elsewhere.example", []),
        ('in:"glaze lab"', ["two", "one"]),
        ("in:!nook:river.example blue", ["one"]),
        ("in:Makers glaze", ["three", "two", "one"]),
        ("before:2026-03-01", []),
        ("on:today blue", ["three", "one"]),
    ],
)
def test_names_mean_people_and_rooms(finder: Finder, line: str, hits: list[str]) -> None:
    assert found(finder, line) == hits


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("from:nobody", NotFound, "Nobody in your rooms is called nobody"),
        ("in:nowhere", NotFound, "No room of yours is called nowhere"),
        ("before:soon", WrongUsage, "soon is no date"),
        ("", WrongUsage, "no word"),
    ],
)
def test_a_query_that_cannot_be_meant_is_told_with_a_way_out(
    finder: Finder, line: str, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        found(finder, line)
    assert getattr(caught.value, "hint", "")


def test_a_hit_reads_as_it_reads_now_and_shows_the_line_that_was_meant(finder: Finder, store: Store) -> None:
    below = Message("text", "first words", thread=EventId("$one"), reply_to=EventId("$two"))
    better = Message("text", "other line\nnow teal words")
    store.add_events([event("t", below, minute=4), event("e", Edit(EventId("$t"), better), minute=5)])
    store.add_events([event("r", Reaction(EventId("$t"), "👍"), sender=BEN, encrypted=False)])
    (hit,) = finder.find(finder.read("teal", START, UTC))
    assert (hit.line, hit.said.edited, hit.said.message.body) == ("now teal words", True, better.body)
    assert (hit.said.message.thread, hit.said.message.reply_to) == ("$one", "$two")
    assert hit.said.reactions == (("👍", (BEN,)),)
    assert (hit.room.name, hit.event.event_id) == ("Glaze Lab", "$t")


def test_pages_go_on_behind_the_last_hit(finder: Finder) -> None:
    query = finder.read("glaze", START, UTC)
    first = finder.find(query, 3)
    last: Event = first[-1].event
    assert [hit.said.event_id for hit in finder.find(query, 3, last)] == ["$one"]


def test_a_room_of_which_nothing_else_is_known_has_its_id(finder: Finder) -> None:
    (hit,) = finder.find(finder.read("old", START, UTC))
    assert (hit.room.room_id, hit.room.name) == (OLD, None)


def test_ignored_people_are_found_only_when_they_are_asked_for_and_fill_no_ones_place(
    finder: Finder, store: Store
) -> None:
    store.remember("ignored", "", {"users": [ANA]})
    assert found(finder, "glaze") == ["two"]
    assert found(finder, "from:me blue") == ["three", "one"]
    hits = finder.find(finder.read("glaze", START + timedelta(hours=1), UTC), limit=1)
    assert [hit.said.event_id for hit in hits] == ["$two"], "the pages before it held nobody else"
