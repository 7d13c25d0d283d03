"""Messages that carry a block of ours are found without reading what else was said, on the database and the double."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nookterm.client.ports import Store
from nookterm.domain.events import Edit, Message, Reaction, Redaction, Unreadable
from nookterm.domain.ids import EventId, RoomId
from nookterm.store.migrating import shipped
from nookterm.store.opening import new_key, open_store
from tests.contracts.sample_events import ROOM, event, names
from tests.contracts.store_double import MemoryStore

ASK, ACT = "org.nookterm.highlight.request", "org.nookterm.act"
OTHER = RoomId("!other:river.example")


@pytest.fixture(params=["database", "double"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "double":
        yield MemoryStore()
        return
    opened = open_store(tmp_path / "account.db", new_key(), create=True)
    yield opened
    opened.close()


def carrying(block: str, content: object = 1) -> Message:
    return Message("text", 'about "blocks": and more', blocks={block: {"v": content}})


def target(name: str) -> EventId:
    return EventId(f"${name}")


def test_what_concerns_a_block_or_a_named_event_is_found_to_the_second_degree_in_order(store: Store) -> None:
    store.add_events(
        [
            event("source", Message("text", "words")),
            event("chat", Message("text", "more words")),
            event("asked", replace(carrying(ASK), reply_to=target("source"))),
            event("yes", Message("text", "yes", reply_to=target("asked"))),
            event("reaction", Reaction(target("asked"), "no")),
            event("changed", Edit(target("yes"), Message("text", "no"))),
            event("unreacted", Redaction(target("reaction"))),
            event("too far", Redaction(target("changed"))),
            event("source gone", Redaction(target("source"))),
            event("acted", carrying(ACT)),
            event("about the chat", Reaction(target("chat"), "x")),
        ]
    )
    about = ["asked", "yes", "reaction", "changed", "unreacted"]
    assert names(store.concerning(ROOM, [ASK], [])) == about
    everything = ["source", *about, "source gone", "acted"]
    assert names(store.concerning(ROOM, [ASK, ACT], [target("source"), target("nowhere")])) == everything
    assert names(store.concerning(ROOM, [], [target("chat")])) == ["chat", "about the chat"]
    assert store.concerning(OTHER, [ASK], [target("source")]) == ()
    assert store.concerning(ROOM, [], []) == ()


def test_a_block_is_found_with_everything_that_is_about_its_message_in_order(store: Store) -> None:
    answer = Message("text", "yes", reply_to=target("asked"))
    store.add_events(
        [
            event("before", Reaction(target("asked"), "early")),
            event("asked", carrying(ASK)),
            event("chat", Message("text", 'they said {"blocks":{"org.nookterm.act":1}}')),
            event("edited", Edit(target("asked"), Message("text", "else"))),
            event("answered", answer),
            event("acted", carrying(ACT)),
            event("about the chat", Reaction(target("chat"), "x")),
        ]
    )

    assert names(store.marked(ROOM, [ASK])) == ["before", "asked", "edited", "answered"]
    assert names(store.marked(ROOM, [ASK, ACT])) == ["before", "asked", "edited", "answered", "acted"]
    assert store.marked(OTHER, [ASK]) == ()
    assert store.marked(ROOM, []) == ()


def test_only_rooms_with_the_very_block_are_named(store: Store) -> None:
    store.add_events([event("a", carrying(ASK)), event("b", carrying(ACT), room=OTHER)])

    assert store.rooms_marked(ASK) == {ROOM}
    assert store.rooms_marked(ACT) == {OTHER}
    assert store.rooms_marked("org.nookterm") == frozenset()


def test_what_becomes_readable_later_is_found_and_what_is_taken_back_is_not(store: Store) -> None:
    store.add_events([event("late", Unreadable("session", "no key")), event("gone", carrying(ASK))])
    assert names(store.marked(ROOM, [ASK])) == ["gone"]

    store.add_events([event("late", carrying(ASK))])
    store.redact(ROOM, target("gone"))

    assert names(store.marked(ROOM, [ASK])) == ["late"]


def test_odd_content_of_a_block_keeps_nothing_from_being_stored(store: Store) -> None:
    odd = [math.nan, math.inf, "\ud800", 2**80, {"deep": [[[[]]]]}, None, '"blocks":']
    store.add_events([event(f"odd{n}", carrying(ASK, content)) for n, content in enumerate(odd)])
    store.add_events([event("named oddly", Message("text", "x", blocks={"a\"b'$.[": {}}))])

    assert len(store.marked(ROOM, [ASK])) == len(odd)
    assert store.rooms_marked("a\"b'$.[") == {ROOM}


def test_a_database_of_an_earlier_program_learns_its_blocks(tmp_path: Path) -> None:
    path, key = tmp_path / "account.db", new_key()
    earlier = open_store(path, key, create=True, migrations=[step for step in shipped() if step.number < 4])
    earlier.add_events(
        [event("asked", carrying(ASK)), event("chat"), event("answered", Reaction(target("asked"), "x"))]
    )
    earlier.close()

    store = open_store(path, key, create=False)

    assert names(store.marked(ROOM, [ASK])) == ["asked", "answered"]
    store.close()


@pytest.mark.parametrize("how", ["taken back", "readable", "nothing"])
def test_the_last_frame_is_forgotten_with_the_words_that_were_in_it(tmp_path: Path, how: str) -> None:
    store = open_store(tmp_path / "account.db", new_key(), create=True)
    store.add_events([event("said"), event("late", Unreadable("s", "no key"))])
    store.remember("frame", "", {"text": "said"})

    if how == "taken back":
        store.redact(ROOM, target("said"))
        store.add_events([event("r", Redaction(target("said")))])
    elif how == "readable":
        store.add_events([event("late")])
    else:
        store.add_events([event("more")])

    assert (store.recall("frame", "") is not None) == (how == "nothing")
    store.close()
