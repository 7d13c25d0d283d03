"""Transactions on the connection that the crypto borrows, and content that no database would expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Model, SqliteDatabase, TextField

from nookterm.client.errors import CannotWrite, StoreDamaged
from nookterm.client.ports import Keep, RoomRow
from nookterm.domain.events import Edit, Message, Other, StateChange, Trust, parse_payload
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.search import Search, words
from nookterm.store.codec import decode, encode, from_row, to_row
from nookterm.store.opening import new_key, open_store
from nookterm.store.sql import SqlStore
from tests.contracts.sample_events import BEN, ROOM, START, event, names
from tests.domain.builders import json_values


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(tmp_path / "store.db", new_key(), create=True)
    yield opened
    opened.close()


class Borrowed(SqliteDatabase):  # type: ignore[misc] # peewee has no types
    """Peewee on the lent connection, as the crypto's store uses it."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(None)
        self.init("lent")
        self.store = store

    def _connect(self) -> Any:
        return self.store.connection


class Key(Model):  # type: ignore[misc] # peewee has no types
    name = TextField(primary_key=True)


class Interrupted(Exception):
    pass


def test_keys_and_timeline_are_undone_together(store: SqlStore) -> None:
    crypto = Borrowed(store)
    with crypto.bind_ctx([Key]):
        crypto.create_tables([Key])

        def half() -> None:
            with store.transaction():
                Key.create(name="k1")
                store.add_events([event("a")])
                raise Interrupted

        with pytest.raises(Interrupted):
            half()
        assert (Key.select().count(), store.timeline(ROOM, 1)) == (0, ())
        with store.transaction():
            Key.create(name="k1")
            store.add_events([event("a")])
        assert (Key.select().count(), names(store.timeline(ROOM, 1))) == (1, ["a"])


def test_the_store_joins_a_transaction_that_the_crypto_began(store: SqlStore) -> None:
    crypto = Borrowed(store)

    def half() -> None:
        with crypto.atomic():
            assert store.in_transaction
            store.set_position("s1")
            raise Interrupted

    with pytest.raises(Interrupted):
        half()
    assert store.position() is None
    with crypto.atomic():
        store.set_position("s2")
    assert store.position() == "s2"
    assert not store.in_transaction


def test_nothing_is_kept_of_a_transaction_that_was_rolled_back_underneath(store: SqlStore) -> None:
    """SQLite does so by itself on some errors of the disk; whoever passes over that must not write the second half."""

    def go_on() -> None:
        with store.transaction():
            store.add_events([event("a")])
            store.connection.execute("ROLLBACK")
            with pytest.raises(CannotWrite):
                store.set_position("s1")

    with pytest.raises(CannotWrite):
        go_on()
    assert (store.position(), store.timeline(ROOM, 1)) == (None, ())
    store.set_position("s2")
    assert store.position() == "s2"


def test_a_full_disk_met_by_the_crypto_is_told_like_one_met_by_the_store(store: SqlStore) -> None:
    crypto = Borrowed(store)
    with crypto.bind_ctx([Key]):
        crypto.create_tables([Key])
        pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
        store.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(CannotWrite), store.transaction():
            Key.create(name="k" * 100_000)


def test_words_of_a_redacted_message_are_not_left_in_the_index(store: SqlStore) -> None:
    store.add_events([event("a", "heron"), event("b", "stays")])
    store.redact(ROOM, EventId("$a"))
    tables = ("events", "words_data", "words_content", "words_idx")
    left = [row for table in tables for row in store.connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - named above
    assert b"stays" in repr(left).encode()
    assert b"heron" not in repr(left).encode()


def test_nothing_is_left_of_what_was_let_go(store: SqlStore) -> None:
    store.add_events([event("a", "heron"), event("b", "stays", minute=9)])
    assert store.trim(ROOM, Keep(START + timedelta(days=1), START + timedelta(minutes=5))) == ("$a",)
    tables = ("events", "words_data", "words_content", "words_idx")
    left = [row for table in tables for row in store.connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - named above
    assert b"stays" in repr(left).encode()
    assert b"heron" not in repr(left).encode()


def test_the_file_shrinks_when_much_is_let_go(tmp_path: Path) -> None:
    path, keep = tmp_path / "big.db", Keep(START + timedelta(days=9), START + timedelta(minutes=5))
    store = open_store(path, new_key(), create=True)
    store.add_events(event(f"e{n}", "x" * 3000) for n in range(900))
    store.add_events([event("new", minute=9)])
    while store.compact():
        pass
    before = path.stat().st_size
    while store.trim(ROOM, keep):
        pass
    steps = 0
    while store.compact():
        steps += 1
    assert steps > 1
    assert path.stat().st_size < before / 5
    assert (store.is_whole(), names(store.timeline(ROOM, 9))) == (True, ["new"])
    store.close()


def test_a_file_of_the_first_version_shrinks_once_it_is_worth_it(tmp_path: Path) -> None:
    path, key = tmp_path / "old.db", new_key()
    store = open_store(path, key, create=True)
    store.connection.execute("PRAGMA auto_vacuum = NONE")
    store.connection.execute("VACUUM")
    store.add_events(event(f"e{n}", "x" * 3000) for n in range(300))
    while store.compact():
        pass
    before = path.stat().st_size
    while store.trim(ROOM, Keep(START + timedelta(days=9), START + timedelta(minutes=5))):
        pass
    while store.compact():
        pass
    assert path.stat().st_size < before / 5
    assert store.connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    store.close()


def test_a_search_never_walks_through_the_messages(store: SqlStore) -> None:
    asked: list[str] = []
    store.add_events([event("a"), event("b", sender=BEN)])
    store.connection.set_trace_callback(asked.append)
    until = START + timedelta(days=1)
    found = store.search(Search(words("b"), words("c"), frozenset({BEN}), frozenset({ROOM}), START, until, frozenset()))
    store.connection.set_trace_callback(None)
    assert names(found) == ["b"]
    (sql,) = [line for line in asked if "MATCH" in line]
    steps = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert [step.split(" ")[0] for step in steps] == ["SCAN", "SEARCH"]
    assert "VIRTUAL TABLE INDEX" in steps[0]


def test_ids_and_numbers_beyond_every_range_are_stored_as_near_as_possible(store: SqlStore) -> None:
    room = RoomId("!half\ud800")
    store.save_room(RoomRow(room, unread=10**30, mentions=-(10**30), draft="\udfff"))
    found = store.room(room)
    assert (found.unread, found.mentions, found.draft) == (2**63 - 1, -(2**63), "\N{REPLACEMENT CHARACTER}")
    odd = event("a\ud800", room=room)
    assert store.add_events([odd]) == ("$a\N{REPLACEMENT CHARACTER}",)
    assert store.add_events([odd]) == ()
    assert store.event(room, odd.event_id) == store.timeline(room, 1)[0]


def test_every_moment_a_server_can_name_comes_back_exactly(store: SqlStore) -> None:
    for moment in (
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 999999, UTC),
    ):
        one = replace(event(str(moment.year)), sent_at=moment)
        store.add_events([one])
        assert store.event(ROOM, one.event_id) == one
    assert [e.sent_at.year for e in store.timeline(ROOM, 5)] == [1, 9999, 2026]


def test_many_messages_of_one_second_are_all_found(store: SqlStore) -> None:
    store.add_events([event(f"e{n}", "same") for n in range(300)])
    assert names(store.search(Search(words("same")), 2)) == ["e299", "e298"]
    assert len(store.search(Search(words("same")), 1000)) == 300


@given(
    content=json_values,
    type_=st.sampled_from(["m.room.message", "m.reaction", "m.room.member", "x"]),
    key=st.none() | st.text(),
)
def test_whatever_a_server_sends_can_be_written_and_read(content: object, type_: str, key: str | None) -> None:
    written = to_row(event("a", parse_payload(type_, content, key)))
    again = to_row(from_row(written))
    assert again == written


def test_content_nested_without_end_counts_as_empty() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    quite: Any = {}
    for _ in range(150):
        quite = {"a": quite}
    assert decode(encode(StateChange("x", "", quite))) == StateChange("x", "", {})
    assert decode(encode(Edit(EventId("$a"), Message("text", "b", blocks=quite)))) == Edit(
        EventId("$a"), Message("text", "b")
    )
    assert decode(encode(StateChange("x", "", {"a": deep}))) == StateChange("x", "", {})
    assert decode(encode(Message("text", "body", blocks={"org.nookterm.act": deep}))) == Message("text", "body")
    shallow: dict[str, Any] = {"a": [[[{"b": {}}]]] * 100}
    assert decode(encode(StateChange("x", "", shallow))) == StateChange("x", "", shallow)


def test_content_that_is_no_json_counts_as_empty_and_read_only_objects_are_fine() -> None:
    assert decode(encode(StateChange("x", "", {"a": object()}))) == StateChange("x", "", {})
    assert decode(encode(StateChange("x", "", {"a": 10**5000}))) == StateChange("x", "", {})
    assert decode(encode(StateChange("x", "", MappingProxyType({"a": 1})))) == StateChange("x", "", {"a": 1})


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"k":"message"}', '{"k":"member","user":1,"membership":"x"}', '{"k":[]}', "null"]
)
def test_a_row_without_sense_is_an_unknown_event(text: str) -> None:
    assert decode(text) == Other("unknown")
    row = ("$a", "!r", "@u", 0, text, 1, "made up", None)
    assert from_row(row).trust is Trust.UNPROVED


def test_a_store_damaged_while_it_is_open_says_so(tmp_path: Path) -> None:
    path, key = tmp_path / "other.db", new_key()
    store = open_store(path, key, create=True)
    store.add_events([event(f"e{n}", "x" * 3000) for n in range(50)])
    store.close()
    store = open_store(path, key, create=False)
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 + 50] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        store.timeline(ROOM, 50)
    store.close()


def test_no_question_about_one_event_walks_through_its_whole_room(store: SqlStore) -> None:
    """Found by measuring: a room of 50,000 messages took two seconds for each sync step."""
    asked: list[str] = []
    store.add_events([event("a"), event("e", Edit(EventId("$a"), Message("text", "b")))])
    store.connection.set_trace_callback(asked.append)
    store.add_events([event("b"), event("f", Edit(EventId("$a"), Message("text", "c")))])
    store.related(ROOM, EventId("$a"))
    store.redact(ROOM, EventId("$a"))
    store.connection.set_trace_callback(None)
    questions = {sql for sql in asked if sql.lstrip().startswith("SELECT") and "FROM events" in sql}
    assert len(questions) > 5
    for sql in questions:
        steps = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        walks = [step for step in steps if "events" in step and step.endswith("events_by_position (room_id=?)")]
        assert not [step for step in steps if step.startswith("SCAN events")], sql
        assert not walks or sql.count("max(position)") or sql.count("min(position)"), sql


def test_what_was_read_is_kept_until_an_account_is_closed(store: SqlStore, tmp_path: Path) -> None:
    store.add_events([event("one", "hello")])
    first, second = store.event(ROOM, EventId("$one")), store.event(ROOM, EventId("$one"))
    assert first is second
    open_store(tmp_path / "other.db", new_key(), create=True).close()
    third = store.event(ROOM, EventId("$one"))
    assert third == first
    assert third is not first
