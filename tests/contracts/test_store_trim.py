"""What every Store promises about letting the past go: only what is old, and the way back stays known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from nookterm.client.ports import FROM_EVENT, Keep, RoomRow, RoomUpdate, Store
from nookterm.client.weaving import weave
from nookterm.domain.events import Edit, Event, Membership, Message, Reaction, StateChange
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.domain.search import Search, words
from nookterm.store.opening import new_key, open_store
from tests.contracts.sample_events import ROOM, START, event, names
from tests.contracts.store_double import MemoryStore

NOW = START + timedelta(days=3)
OURS = Message("text", "act", blocks={"org.nookterm.act": {"v": 1}})


@pytest.fixture(params=["database", "double"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "double":
        yield MemoryStore()
        return
    opened = open_store(tmp_path / "account.db", new_key(), create=True)
    yield opened
    opened.close()


def since(minute: int) -> Keep:
    return Keep(NOW, START + timedelta(minutes=minute))


def said(names_: str, first: int = 0) -> list[Event]:
    """One message a minute, each with its name as its only word."""
    return [event(name, minute=first + number) for number, name in enumerate(names_)]


def here(store: Store) -> list[str]:
    return names(store.timeline(ROOM, 100))


def test_what_is_older_goes_with_its_words_and_the_rest_stays(store: Store) -> None:
    store.add_events(said("abcd"))
    store.add_events([event("x", room=RoomId("!other"))])
    assert store.trim(ROOM, since(2)) == (EventId("$a"), EventId("$b"))
    assert here(store) == ["c", "d"]
    assert store.search(Search(words("a"))) == ()
    assert names(store.search(Search(words("c")))) == ["c"]
    assert names(store.timeline(RoomId("!other"), 5)) == ["x"]
    assert store.trim(ROOM, since(2)) == ()


def test_without_a_limit_everything_stays(store: Store) -> None:
    store.add_events(said("abcd"))
    assert store.trim(ROOM, Keep(NOW)) == ()
    assert store.trim(RoomId("!unknown"), since(9)) == ()
    assert store.room(ROOM) == RoomRow(ROOM)


def test_only_the_newest_messages_stay_with_what_came_between_them(store: Store) -> None:
    store.add_events(
        [*said("ab"), event("r", Reaction(EventId("$b"), "👍")), *said("c"), event("s", Reaction(EventId("$c"), "👍"))]
    )
    assert store.trim(ROOM, Keep(NOW, messages=9)) == ()
    assert names_of(store.trim(ROOM, Keep(NOW, messages=2))) == ["a"]
    assert names_of(store.trim(ROOM, Keep(NOW, messages=1))) == ["b", "r"]
    assert here(store) == ["c", "s"]


def names_of(ids: tuple[EventId, ...]) -> list[str]:
    return [event_id[1:] for event_id in ids]


def test_the_way_back_is_marked_and_what_comes_back_stands_in_its_place(store: Store) -> None:
    store.add_events(said("abcdef"))
    store.save_room(RoomRow(ROOM, unread=2, prev_batch="older", read_up_to=EventId("$e"), draft="half"))
    store.trim(ROOM, since(4))
    assert store.room(ROOM) == RoomRow(ROOM, 2, 0, f"{FROM_EVENT}$d", EventId("$e"), "half")
    store.add_events(list(reversed(said("abcd"))), older=True)
    assert here(store) == list("abcdef")


def test_it_goes_in_small_steps_each_of_which_is_whole(store: Store) -> None:
    store.add_events(said("abcdef"))
    for gone, left, past in (("ab", "cdef", "b"), ("cd", "ef", "d"), ("e", "f", "e"), ("", "f", "e")):
        assert names_of(store.trim(ROOM, since(5), 2)) == list(gone)
        assert here(store) == list(left)
        assert store.room(ROOM).prev_batch == f"{FROM_EVENT}${past}"


def test_a_room_may_lose_all_and_begins_again_with_what_comes(store: Store) -> None:
    store.add_events(said("ab"))
    assert len(store.trim(ROOM, since(9))) == 2
    assert here(store) == []
    store.add_events(said("c"))
    store.add_events(list(reversed(said("ab"))), older=True)
    assert here(store) == ["a", "b", "c"]


def test_state_unsent_messages_and_drafts_stay(store: Store) -> None:
    topic = event("t", StateChange("m.room.topic", "", {"topic": "Fish"}), encrypted=False)
    store.save_state([topic])
    store.add_events([topic, *said("ab")])
    store.save_room(RoomRow(ROOM, draft="half a sent"))
    assert len(store.trim(ROOM, since(9))) == 3
    assert store.state(ROOM) == (topic,)
    assert store.room(ROOM).draft == "half a sent"
    assert store.outgoing(TxnId("none")) == ()


def test_our_own_blocks_stay_with_their_edits_and_find_their_place_again(store: Store) -> None:
    past = [*said("a"), event("act", OURS, minute=1), *said("b", 2), event("act2", OURS, minute=3)]
    about = [event("e", Edit(EventId("$act"), Message("text", "better")), minute=4), *said("c", 5)]
    store.add_events([*past, *about, *said("d", 20)])
    assert names_of(store.trim(ROOM, since(20))) == ["a", "b", "c"]
    assert here(store) == ["act", "act2", "e", "d"]
    assert names(store.search(Search(words("better")))) == ["act"]
    assert store.room(ROOM).prev_batch == f"{FROM_EVENT}$c"
    assert store.trim(ROOM, since(20)) == ()
    store.add_events([about[1], about[0], past[3], past[2]], older=True)
    assert here(store) == ["act", "b", "act2", "e", "c", "d"]
    store.add_events([past[1], past[0]], older=True)
    assert here(store) == ["a", "act", "b", "act2", "e", "c", "d"]
    assert names_of(store.trim(ROOM, since(20))) == ["a", "b", "c"]
    assert here(store) == ["act", "act2", "e", "d"]
    assert len(store.trim(ROOM, Keep(NOW, START + timedelta(minutes=20), blocks=False))) == 3
    assert here(store) == ["d"]


def test_news_go_behind_what_stayed_aside(store: Store) -> None:
    store.add_events([event("act", OURS), *said("a", 1)])
    store.trim(ROOM, since(9))
    store.add_events(said("b", 10))
    store.add_events(said("a", 1), older=True)
    assert here(store) == ["act", "a", "b"]


def test_a_server_that_repeats_the_past_puts_it_where_it_was(store: Store) -> None:
    past = [*said("a"), event("act", OURS, minute=1), *said("b", 2)]
    store.add_events([*past, *said("cd", 3)])
    store.trim(ROOM, since(3))
    assert store.oldest(ROOM) == "$c"
    news = (*said("b", 2), *said("cd", 3), *said("e", 5))
    store.save_room(weave(store, RoomUpdate(ROOM, Membership.JOIN, timeline=news, limited=True, prev_batch="t9")))
    assert here(store) == ["act", "b", "c", "d", "e"]
    assert store.room(ROOM).prev_batch == "t9"


def test_a_room_of_which_only_our_own_blocks_stayed_begins_anew(store: Store) -> None:
    store.add_events([event("act", OURS), *said("a", 1)])
    store.trim(ROOM, since(9))
    assert store.oldest(ROOM) is None
    update = RoomUpdate(ROOM, Membership.JOIN, timeline=tuple(said("b", 20)), limited=True, prev_batch="t9")
    store.save_room(weave(store, update))
    assert store.gaps(ROOM) == {}
    assert (here(store), store.room(ROOM).prev_batch) == (["act", "b"], "t9")


def test_gaps_of_the_past_go_with_it(store: Store) -> None:
    store.add_events(said("a"))
    store.add_gap(ROOM, "t1")
    store.add_events(said("bc", 1))
    store.add_gap(ROOM, "t2")
    store.add_events(said("de", 3))
    store.trim(ROOM, since(2))
    assert store.gaps(ROOM) == {EventId("$d"): "t2"}
    store.trim(ROOM, since(3))
    assert store.gaps(ROOM) == {}
    assert store.room(ROOM).prev_batch == "t2"


def at(name: str, moment: datetime) -> Event:
    one = event(name)
    return Event(one.event_id, one.room_id, one.sender, moment, one.payload, one.encrypted, one.trust)


def test_a_forged_old_date_takes_no_newer_message_with_it(store: Store) -> None:
    store.add_events([*said("ab", 5), at("forged", START - timedelta(days=300)), *said("c", 9)])
    assert store.trim(ROOM, since(5)) == ()
    assert here(store) == ["a", "b", "forged", "c"]


def test_a_date_in_the_future_keeps_nothing_here_for_ever(store: Store) -> None:
    store.add_events([*said("a"), at("forged", NOW + timedelta(days=9000)), *said("bc", 1)])
    assert names_of(store.trim(ROOM, since(2))) == ["a", "forged", "b"]


def test_nothing_goes_where_the_clock_of_this_machine_seems_wrong(store: Store) -> None:
    store.add_events(said("ab"))
    assert store.trim(ROOM, Keep(START - timedelta(days=30), START + timedelta(days=1), messages=1)) == ()
