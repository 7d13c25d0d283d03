"""What every Store promises: one suite, run on the encrypted database and on the double that other tests use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nookterm.client.ports import Outgoing, RoomRow, SendContent, Store
from nookterm.domain.attachment import Attachment
from nookterm.domain.events import (
    Edit,
    Event,
    MemberChange,
    Membership,
    Message,
    Other,
    Payload,
    PollEnd,
    Reaction,
    Redaction,
    StateChange,
    Trust,
    Unreadable,
    Vote,
)
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.domain.polls import Choice, Poll
from nookterm.domain.search import Search, words
from nookterm.store.opening import new_key, open_store
from tests.contracts.sample_events import ANA, BEN, ROOM, START, event, names
from tests.contracts.store_double import MemoryStore

OTHER = RoomId("!other:river.example")
GONE = Message("redacted", "")
HERON = Attachment("river.example", "abc", "heron.png", "image/png", 5, {"iv": "a", "key": {"k": "b"}}, 20, 10, 3)


@pytest.fixture(params=["database", "double"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "double":
        yield MemoryStore()
        return
    opened = open_store(tmp_path / "account.db", new_key(), create=True)
    yield opened
    opened.close()


def find(store: Store, line: str, limit: int = 50) -> tuple[Event, ...]:
    """What a person finds who types a line of words."""
    return store.search(Search(words(line)), limit)


def target(name: str) -> EventId:
    return EventId(f"${name}")


# --- timelines


def test_events_come_back_in_the_order_in_which_they_were_added_whatever_their_clock_says(store: Store) -> None:
    added = store.add_events([event("late", minute=9), event("early", minute=1), event("else", room=OTHER)])
    assert added == (target("late"), target("early"), target("else"))
    assert names(store.timeline(ROOM, 10)) == ["late", "early"]


def test_the_past_is_put_before_what_is_here_newest_first(store: Store) -> None:
    store.add_events([event("c"), event("d")])
    store.add_events([event("b"), event("a")], older=True)
    assert names(store.timeline(ROOM, 10)) == ["a", "b", "c", "d"]


def test_the_past_of_an_empty_room_comes_in_order_too(store: Store) -> None:
    store.add_events([event("b"), event("a")], older=True)
    store.add_events([event("c")])
    assert names(store.timeline(ROOM, 10)) == ["a", "b", "c"]


def test_a_page_holds_the_newest_events_before_one(store: Store) -> None:
    store.add_events([event(name) for name in "abcde"])
    assert names(store.timeline(ROOM, 2)) == ["d", "e"]
    assert names(store.timeline(ROOM, 2, target("d"))) == ["b", "c"]
    assert store.timeline(ROOM, 2, target("a")) == ()
    assert store.timeline(ROOM, 2, target("unknown")) == ()
    assert store.timeline(ROOM, 0) == ()
    assert store.timeline(ROOM, -1) == ()


def test_an_event_is_never_doubled(store: Store) -> None:
    store.add_events([event("a"), event("b")])
    assert store.add_events([event("b"), event("a"), event("c"), event("c")]) == (target("c"),)
    assert store.add_events([event("a")], older=True) == ()
    assert names(store.timeline(ROOM, 10)) == ["a", "b", "c"]


def test_a_message_whose_key_comes_late_becomes_readable_in_its_place(store: Store) -> None:
    store.add_events([event("a", Unreadable("s1", "no key yet")), event("b")])
    store.add_events([event("a", "heron")])
    assert [e.payload for e in store.timeline(ROOM, 10)] == [Message("text", "heron"), Message("text", "b")]
    assert names(find(store, "heron")) == ["a"]


def test_a_readable_message_never_becomes_unreadable_or_another_one(store: Store) -> None:
    store.add_events([event("a", "heron")])
    for other in (
        event("a", Unreadable("s1", "lost")),
        event("a", "forged"),
        event("a", "forged", encrypted=False),
        event("a", "forged", sender=BEN),
    ):
        store.add_events([other])
        found = store.event(ROOM, target("a"))
        assert found is not None
        assert (found.payload, found.encrypted, found.sender) == (Message("text", "heron"), True, ANA)


@pytest.mark.parametrize(("encrypted", "trust"), [(False, Trust.NONE), (True, Trust.UNSIGNED), (True, Trust.UNPROVED)])
def test_a_proof_never_lifts_words_that_it_does_not_prove(store: Store, trust: Trust, *, encrypted: bool) -> None:
    store.add_events([event("a", "forged", encrypted=encrypted, trust=trust)])
    store.add_events([event("a", "heron")])
    found = store.event(ROOM, target("a"))
    assert found is not None
    assert (found.payload, found.encrypted, found.trust) == (Message("text", "heron"), True, Trust.SIGNED)
    assert names(find(store, "heron")) == ["a"]
    assert find(store, "forged") == ()


def test_what_nobody_proves_puts_no_words_said_in_clear_behind_a_lock(store: Store) -> None:
    store.add_events([event("a", "open", encrypted=False, trust=Trust.NONE)])
    store.add_events([event("a", "forged", trust=Trust.UNSIGNED)])
    found = store.event(ROOM, target("a"))
    assert found is not None
    assert (found.payload, found.encrypted, found.trust) == (Message("text", "open"), False, Trust.NONE)


def test_a_second_copy_may_raise_the_trust_and_bring_the_echo(store: Store) -> None:
    store.add_events([event("a", "heron")])
    store.add_events([replace(event("a", "heron", trust=Trust.VERIFIED), txn_id=TxnId("t1"))])
    store.add_events([event("a", "heron", trust=Trust.VERIFIED)])
    found = store.event(ROOM, target("a"))
    assert found is not None
    assert (found.trust, found.txn_id) == (Trust.VERIFIED, "t1")


@pytest.mark.parametrize(
    "payload",
    [
        Message(
            "emote",
            "waves",
            "<b>waves</b>",
            target("r"),
            target("t"),
            frozenset({ANA, BEN}),
            {"org.nookterm.act": {"v": 1}},
        ),
        Message("image", "at the pond", attachment=HERON),
        Edit(target("a"), Message("text", "better")),
        Edit(target("a"), Message("text", "@room", everybody=True), frozenset({BEN}), everybody=True),
        Reaction(target("a"), "🌊"),
        Redaction(target("a"), "spam"),
        Redaction(target("a")),
        MemberChange(BEN, Membership.KNOCK, "Ben", "let me in", Membership.LEAVE, "Benjamin"),
        MemberChange(BEN, Membership.JOIN),
        StateChange("m.room.topic", "", {"topic": "Fish", "deep": [1, 2.5, None, {"x": True}]}),
        Unreadable(None, "broken"),
        Other("m.sticker"),
        Message("text", 'nul \0, quote " and \N{RIGHT-TO-LEFT OVERRIDE} as they came'),
    ],
)
def test_every_kind_of_event_comes_back_as_it_was(store: Store, payload: Payload) -> None:
    original = event("a", payload)
    store.add_events([original])
    assert store.timeline(ROOM, 1) == (original,)
    assert store.event(ROOM, target("a")) == original


def test_a_reaction_keeps_what_its_emoji_is_called(store: Store) -> None:
    store.add_events([event("a"), event("r", Reaction(target("a"), "mxc://x/y", ":celadon:"))])
    kept = store.related(ROOM, target("a"))[0].payload
    assert isinstance(kept, Reaction)
    assert kept.shortcode == ":celadon:"


def test_half_a_surrogate_pair_is_replaced_and_harms_nothing(store: Store) -> None:
    store.add_events([event("a", "half \ud83d of a wave")])
    assert [e.payload for e in store.timeline(ROOM, 1)] == [Message("text", "half \N{REPLACEMENT CHARACTER} of a wave")]
    assert names(find(store, "half wave")) == ["a"]


def test_what_belongs_to_an_event_is_found_in_order(store: Store) -> None:
    about = [
        event("reply", Message("text", "yes", reply_to=target("a"))),
        event("thumb", Reaction(target("a"), "👍"), sender=BEN),
        event("edit", Edit(target("a"), Message("text", "better"))),
        event("below", Message("text", "more", thread=target("a"))),
        event("gone", Redaction(target("a"))),
    ]
    store.add_events([event("a"), *about, event("elsewhere", Reaction(target("x"), "👍"))])
    assert store.related(ROOM, target("a")) == tuple(about)
    assert store.related(OTHER, target("a")) == ()


# --- gaps


def test_a_gap_is_known_by_the_event_after_it(store: Store) -> None:
    store.add_events([event("a")])
    store.add_gap(ROOM, "t1")
    assert store.gaps(ROOM) == {}
    store.add_gap(ROOM, "t2")
    store.add_events([event("m"), event("n")])
    assert store.gaps(ROOM) == {target("m"): "t2"}
    assert names(store.timeline(ROOM, 10)) == ["a", "m", "n"]


def test_a_gap_is_filled_from_its_newer_end_until_it_meets_what_was_known(store: Store) -> None:
    store.add_events([event("a"), event("b")])
    store.add_gap(ROOM, "t1")
    store.add_events([event("m")])
    assert store.fill_gap(ROOM, target("m"), [event("l"), event("k")], "t2") == (target("l"), target("k"))
    assert store.gaps(ROOM) == {target("k"): "t2"}
    assert store.fill_gap(ROOM, target("k"), [event("c"), event("b"), event("a")], "t3") == (target("c"),)
    assert store.gaps(ROOM) == {}
    assert names(store.timeline(ROOM, 10)) == ["a", "b", "c", "k", "l", "m"]


def test_who_has_read_a_timeline_is_told_when_more_changed_than_its_end(store: Store) -> None:
    store.add_events([event("a"), event("b", Unreadable(None, "no key"))])
    before = store.rewrites(ROOM)
    store.add_events([event("c"), event("a"), event("else", room=OTHER)])
    store.add_gap(ROOM, "token")
    store.add_events([event("m")])
    assert store.rewrites(ROOM) == before, "all of it is behind what was read, or was there"
    changes: list[Callable[[], object]] = [
        lambda: store.add_events([event("b", "read after all")]),
        lambda: store.redact(ROOM, target("a")),
        lambda: store.fill_gap(ROOM, target("m"), [event("l")], None),
        lambda: store.add_events([event("old")], older=True),
        lambda: store.add_island(ROOM, [event("island")], "behind"),
    ]
    for change in changes:
        before = store.rewrites(ROOM)
        change()
        assert store.rewrites(ROOM) != before


def test_a_gap_that_reaches_the_beginning_closes(store: Store) -> None:
    store.add_gap(ROOM, "t1")
    store.add_events([event("m")])
    store.fill_gap(ROOM, target("m"), [event("l")], None)
    assert store.gaps(ROOM) == {}
    store.add_events([event("k")], older=True)
    assert names(store.timeline(ROOM, 10)) == ["k", "l", "m"]


def test_nothing_is_put_where_there_is_no_gap(store: Store) -> None:
    store.add_events([event("a"), event("b")])
    assert store.fill_gap(ROOM, target("b"), [event("x")], None) == ()
    assert store.fill_gap(ROOM, target("unknown"), [event("x")], None) == ()
    assert names(store.timeline(ROOM, 10)) == ["a", "b"]


# --- redaction and search


def test_a_redacted_message_keeps_its_place_and_loses_its_words_for_good(store: Store) -> None:
    store.add_events([event("a", Message("text", "heron", thread=target("t"))), event("b")])
    store.redact(ROOM, target("a"))
    store.redact(ROOM, target("unknown"))
    store.add_events([event("a", "heron")])
    assert [e.payload for e in store.timeline(ROOM, 10)] == [replace(GONE, thread=target("t")), Message("text", "b")]
    assert find(store, "heron") == ()


def test_the_edits_of_a_redacted_message_go_with_it(store: Store) -> None:
    store.add_events([event("a", "heron"), event("e", Edit(target("a"), Message("text", "kingfisher")))])
    store.redact(ROOM, target("a"))
    assert find(store, "kingfisher") == ()
    assert "kingfisher" not in repr(store.timeline(ROOM, 10))


def test_a_copy_that_the_server_has_emptied_empties_ours(store: Store) -> None:
    store.add_events([event("a", "heron")])
    store.add_events([event("a", GONE, encrypted=False)])
    assert [e.payload for e in store.timeline(ROOM, 10)] == [GONE]
    assert find(store, "heron") == ()


def test_of_what_cannot_be_read_the_newer_reason_is_kept(store: Store) -> None:
    store.add_events([event("a", Unreadable("s1", "no key yet"))])
    store.add_events([event("a", Unreadable("s1", "its sender gives none"))])
    assert [e.payload for e in store.timeline(ROOM, 10)] == [Unreadable("s1", "its sender gives none")]


@pytest.mark.parametrize(
    ("payload", "left"),
    [
        (Unreadable("s1", "no key yet"), GONE),
        (Edit(target("b"), Message("text", "heron")), Other("m.room.message")),
        (Redaction(target("b"), "heron"), Redaction(target("b"))),
        (
            MemberChange(BEN, Membership.BAN, "heron", "heron", Membership.JOIN, "heron"),
            MemberChange(BEN, Membership.BAN, previous=Membership.JOIN),
        ),
        (StateChange("m.room.create", "", {"type": "m.space"}), StateChange("m.room.create", "", {"type": "m.space"})),
        (Other("m.sticker"), Other("m.sticker")),
    ],
)
def test_a_redaction_leaves_of_each_kind_what_the_room_needs(store: Store, payload: Payload, left: Payload) -> None:
    store.add_events([event("a", payload)])
    store.redact(ROOM, target("a"))
    assert [e.payload for e in store.timeline(ROOM, 1)] == [left]


def test_a_redacted_reaction_counts_no_more(store: Store) -> None:
    store.add_events([event("a"), event("r", Reaction(target("a"), "👍"))])
    store.redact(ROOM, target("r"))
    assert store.related(ROOM, target("a")) == ()


def test_a_redacted_topic_is_gone_from_the_state_and_power_levels_stay(store: Store) -> None:
    topic = event("t", StateChange("m.room.topic", "", {"topic": "heron"}), encrypted=False)
    power = event("p", StateChange("m.room.power_levels", "", {"users": {ANA: 100}, "x": 1}), encrypted=False)
    store.save_state([topic, power])
    store.add_events([topic, power])
    store.redact(ROOM, target("t"))
    store.redact(ROOM, target("p"))
    kept = [StateChange("m.room.power_levels", "", {"users": {ANA: 100}}), StateChange("m.room.topic", "", {})]
    assert [e.payload for e in store.state(ROOM)] == kept


def test_search_finds_all_words_as_prefixes_newest_first(store: Store) -> None:
    store.add_events([event("a", "The heron stands", minute=3), event("b", "heronry, standing water", minute=5)])
    store.add_events([event("c", "HÉRON at the stand", minute=1)], older=True)
    store.add_events([event("d", "only a heron", minute=2)])
    assert names(find(store, "stand heron")) == ["b", "a", "c"]
    assert names(find(store, "stand heron", 1)) == ["b"]
    assert find(store, "stand heron", -1) == ()
    assert find(store, "ero") == ()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        '"',
        'heron"',
        "heron OR",
        "NOT",
        "NEAR(",
        "body:heron",
        "*",
        "^heron",
        "-",
        "🌊",
        "a\0b",
        "\ud83d",
        "(" * 50,
        "'; --",
    ],
)
def test_no_query_breaks_the_search(store: Store, query: str) -> None:
    store.add_events([event("a", "nothing of that")])
    assert find(store, query) in ((), store.timeline(ROOM, 1))


def test_an_operator_in_a_query_is_a_word(store: Store) -> None:
    store.add_events([event("a", "this or that"), event("b", "that")])
    assert names(find(store, "this OR that")) == ["a"]
    assert names(find(store, '"that')) == ["b", "a"]


def test_an_edited_message_is_found_by_its_new_words_only(store: Store) -> None:
    store.add_events([event("a", "heron"), event("e", Edit(target("a"), Message("text", "kingfisher")))])
    assert find(store, "heron") == ()
    assert names(find(store, "kingfisher")) == ["a"]
    store.redact(ROOM, target("e"))
    assert find(store, "kingfisher") == ()
    assert names(find(store, "heron")) == ["a"]


def test_an_edit_that_is_here_before_its_message_counts(store: Store) -> None:
    store.add_events([event("e", Edit(target("a"), Message("text", "kingfisher")))])
    store.add_events([event("a", "heron")], older=True)
    assert names(find(store, "kingfisher")) == ["a"]


@pytest.mark.parametrize(
    "forged",
    [
        event("e", Edit(target("a"), Message("text", "forged")), sender=BEN),
        event("e", Edit(target("a"), Message("text", "forged")), encrypted=False),
        event("e", Edit(target("a"), Message("text", "forged")), trust=Trust.UNPROVED),
    ],
)
def test_a_forged_edit_changes_no_words(store: Store, forged: object) -> None:
    store.add_events([event("a", "heron"), forged])  # type: ignore[list-item] # parametrize loses the type
    assert find(store, "forged") == ()
    assert names(find(store, "heron")) == ["a"]


# --- rooms and state


def test_what_a_person_said_is_rated_anew_where_it_was_proved(store: Store) -> None:
    other = RoomId("!other:river.example")
    store.add_events([event("a"), event("b", trust=Trust.UNSIGNED), event("c", room=other), event("d", sender=BEN)])

    assert store.rerate(ANA, Trust.VERIFIED) == {ROOM, other}
    assert [e.trust for e in store.timeline(ROOM, 9)] == [Trust.VERIFIED, Trust.UNSIGNED, Trust.SIGNED]
    assert [e.trust for e in store.timeline(other, 9)] == [Trust.VERIFIED]

    assert store.rerate(ANA, Trust.SIGNED) == {ROOM, other}
    assert [e.trust for e in store.timeline(ROOM, 9)] == [Trust.SIGNED, Trust.UNSIGNED, Trust.SIGNED]
    assert store.rerate(ANA, Trust.SIGNED) == frozenset()


def test_state_is_replaced_piece_by_piece(store: Store) -> None:
    joined = event("j", MemberChange(BEN, Membership.JOIN), encrypted=False)
    store.save_state([event("n1", StateChange("m.room.name", "", {"name": "Old"}), encrypted=False), joined])
    store.save_state([event("n2", StateChange("m.room.name", "", {"name": "New"}), encrypted=False)])
    assert names(store.state(ROOM)) == ["j", "n2"]
    store.drop_state(ROOM)
    assert store.state(ROOM) == ()


def test_what_came_encrypted_or_is_a_message_never_becomes_state(store: Store) -> None:
    store.save_state([event("n", StateChange("m.room.name", "", {"name": "Forged"})), event("m", encrypted=False)])
    assert store.state(ROOM) == ()


def test_rooms_are_those_with_state_and_a_row_may_be_missing(store: Store) -> None:
    row = RoomRow(ROOM, unread=3, mentions=1, prev_batch="p", read_up_to=target("a"), draft="half a sent")
    store.save_room(RoomRow(ROOM, unread=1))
    store.save_room(row)
    assert store.rooms() == ()
    for room in (ROOM, OTHER):
        store.save_state([event("n", StateChange("m.room.name", "", {"name": "N"}), room=room, encrypted=False)])
    assert store.rooms() == (row, RoomRow(OTHER))
    assert store.room(ROOM) == row
    assert store.room(RoomId("!unknown")) == RoomRow(RoomId("!unknown"))


# --- our own doings


def test_the_outbox_keeps_its_order_when_a_row_changes(store: Store) -> None:
    first = Outgoing(TxnId("t1"), ROOM, SendContent("m.room.message", {"body": "one", "n": [1]}), START)
    second = Outgoing(TxnId("t2"), ROOM, SendContent("m.room.message", {"body": "two"}), START)
    store.save_outgoing(first)
    store.save_outgoing(second)
    failed = replace(first, state="failed", event_id=target("a"), attempts=3, retry_at=START, problem="offline")
    store.save_outgoing(failed)
    assert store.outgoing() == (failed, second)
    assert store.outgoing(TxnId("t2")) == (second,)
    assert store.outgoing(TxnId("unknown")) == ()
    store.drop_outgoing(TxnId("t1"))
    store.drop_outgoing(TxnId("unknown"))
    assert store.outgoing() == (second,)


def test_the_position_is_the_last_one_set(store: Store) -> None:
    assert store.position() is None
    store.set_position("s1")
    store.set_position("s2")
    assert store.position() == "s2"


def test_small_values_are_kept_by_kind_and_key_until_forgotten(store: Store) -> None:
    store.remember("answers", "!a", {"why": "fish", "n": 1})
    store.remember("answers", "!b", {})
    store.remember("settings", "!a", {"theme": "night"})
    assert store.recall("answers", "!a") == {"why": "fish", "n": 1}
    assert store.recall_all("answers") == {"!a": {"why": "fish", "n": 1}, "!b": {}}
    store.remember("answers", "!a", None)
    assert store.recall("answers", "!a") is None
    assert store.recall("settings", "!a") == {"theme": "night"}


# --- transactions


class Interrupted(Exception):
    pass


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    store.add_events([event("a", "heron")])

    def half() -> None:
        with store.transaction():
            store.add_events([event("b", "kingfisher")])
            store.redact(ROOM, target("a"))
            store.set_position("s1")
            raise Interrupted

    with pytest.raises(Interrupted):
        half()
    assert names(store.timeline(ROOM, 10)) == ["a"]
    assert names(find(store, "heron")) == ["a"]
    assert store.position() is None


def test_a_transaction_inside_another_is_undone_with_it(store: Store) -> None:
    def half() -> None:
        with store.transaction():
            with store.transaction():
                store.set_position("s1")
            raise Interrupted

    with pytest.raises(Interrupted):
        half()
    assert store.position() is None


def test_an_inner_part_may_fail_alone(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.set_position("s2")
            raise Interrupted

    with store.transaction():
        store.set_position("s1")
        with pytest.raises(Interrupted):
            fail()
        store.add_events([event("a")])
    assert store.position() == "s1"
    assert names(store.timeline(ROOM, 10)) == ["a"]


# --- places in the past


def test_a_piece_of_the_past_stands_before_everything_with_a_gap_behind_it_that_fills(store: Store) -> None:
    assert store.add_island(ROOM, [event("a")], "t") == (), "there is nothing yet that it could stand before"
    store.add_events([event("m"), event("n")])
    assert store.add_island(ROOM, [event("c"), event("b")], "t1") == (target("c"), target("b"))
    assert names(store.timeline(ROOM, 9)) == ["b", "c", "m", "n"]
    assert store.gaps(ROOM) == {target("m"): "t1"}
    assert store.oldest(ROOM) == target("b")
    store.add_events([event("a")], older=True)
    assert store.fill_gap(ROOM, target("m"), [event("l"), event("c")], "t2") == (target("l"),)
    assert names(store.timeline(ROOM, 9)) == ["a", "b", "c", "l", "m", "n"]
    assert store.gaps(ROOM) == {}


def test_what_comes_behind_an_event_is_found_and_places_grow(store: Store) -> None:
    store.add_events([event(name) for name in "abcd"])
    assert names(store.after(ROOM, target("b"), 9)) == ["c", "d"]
    assert names(store.after(ROOM, target("a"), 1)) == ["b"]
    assert store.after(ROOM, target("unknown"), 9) == ()
    places = [store.place(ROOM, target(name)) for name in "abcd"]
    assert places == sorted(place for place in places if place is not None)
    assert store.place(ROOM, target("unknown")) is None


def test_threads_are_known_by_their_newest_words_and_what_is_new_in_them(store: Store) -> None:
    def below(name: str, root: str) -> Event:
        return event(name, Message("text", name, thread=target(root)))

    store.add_events([event("a"), event("b"), below("c", "a"), below("d", "b"), event("e"), below("f", "a")])
    assert store.threads(ROOM) == (target("a"), target("b"))
    assert names(store.threaded(ROOM, None)) == ["c", "d", "f"]
    assert names(store.threaded(ROOM, store.place(ROOM, target("c")))) == ["d", "f"]
    assert names(store.threaded(ROOM, None, 1)) == ["f"]
    store.redact(ROOM, target("d"))
    assert store.threads(ROOM) == (target("a"),)


def test_polls_are_kept_with_all_their_words_and_found_by_them(store: Store) -> None:
    poll = Poll("Which cone?", (Choice("1", "six"), Choice("2", "ten")), 2, disclosed=False)
    asked = event("p", Message("poll", poll.text, poll=poll))
    about = [event("v", Vote(target("p"), ("1",))), event("x", PollEnd(target("p")))]
    store.add_events([asked, *about])
    assert store.event(ROOM, target("p")) == asked
    assert [e.payload for e in store.related(ROOM, target("p"))] == [e.payload for e in about]
    assert names(find(store, "ten")) == ["p"]
    for name in "vx":
        store.redact(ROOM, target(name))
    assert store.related(ROOM, target("p")) == ()
