"""The replay guard, the room keys and the reasons for missing ones, as they lie in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nookterm.domain.events import Message, Trust, Unreadable
from nookterm.domain.ids import EventId
from nookterm.matrix.gateway import NioGateway
from nookterm.matrix.played import Played
from nookterm.matrix.tables import make_tables
from tests.contracts.test_plain_nio import BO, CLEO, NOOK, Stranger, introduce, news, text, timeline
from tests.matrix.people import open_database
from tests.matrix.test_digest import CREDENTIALS

NO_KEY = "the key for this message has not arrived"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Any]:
    opened = open_database(tmp_path / "a.db")
    make_tables(opened)
    yield opened
    opened.close()


@pytest.fixture
def gateway(connection: Any) -> NioGateway:
    return NioGateway(CREDENTIALS, connection, "only in tests")


def _take(gateway: NioGateway, stranger: Stranger) -> None:
    """The gateway knows the device, which its owner has signed, and its room key."""
    introduce(gateway, stranger)
    gateway._crypto._olm.store.save_group_session(stranger.room_key())


# --- the replay guard -------------------------------------------------------------------------------------------------


def test_a_message_is_its_first_event_for_ever(connection: Any) -> None:
    guard = Played(connection, "secret")
    assert guard.is_first("!r", "s", 0, "$a")

    for again in (guard, Played(connection, "secret")):
        assert again.is_first("!r", "s", 0, "$a")
        assert not again.is_first("!r", "s", 0, "$b")
        assert again.is_first("!other room", "s", 0, "$b")
        assert again.is_first("!r", "another key", 0, "$b")


def test_places_far_into_a_key_and_out_of_order_are_guarded_alike(connection: Any) -> None:
    places = [5, 2**32 - 1, 99, 100, 0, 101, 10_000_000]
    guard = Played(connection, "secret")
    guard.begin()
    assert all(guard.is_first("!r", "s", place, f"${place}") for place in places)
    guard.end()

    after = Played(connection, "secret")
    assert not any(after.is_first("!r", "s", place, "$copy") for place in places)
    assert all(after.is_first("!r", "s", place, f"${place}") for place in places)
    assert after.is_first("!r", "s", 4, "$4")


def test_the_guard_grows_by_eight_bytes_a_message(connection: Any) -> None:
    guard = Played(connection, "secret")
    guard.begin()
    for place in range(1000):
        guard.is_first("!r", "s", place, f"${place}")
    guard.end()

    rows, size = connection.execute("SELECT count(*), sum(length(marks)) FROM crypto_played").fetchone()
    assert (rows, size) == (10, 8000)


def test_what_was_rolled_back_was_not_played(connection: Any) -> None:
    guard = Played(connection, "secret")
    connection.execute("BEGIN")
    guard.begin()
    guard.is_first("!r", "s", 0, "$a")
    guard.end()
    connection.execute("ROLLBACK")
    guard.forget()

    assert guard.is_first("!r", "s", 0, "$b")


def test_a_copy_beside_the_message_in_one_step_is_seen(gateway: NioGateway) -> None:
    bo = Stranger()
    _take(gateway, bo)
    said = bo.says(text("once"), "$1")

    step = gateway.digest_sync(news(said, said | {"event_id": "$2"}))

    assert [type(event.payload) for event in timeline(step)] == [Message, Unreadable]


def test_a_member_cannot_hide_a_message_by_playing_it_back_before_it_is_read(gateway: NioGateway) -> None:
    """As it is for who scrolls back: the newer copy is met first."""
    bo = Stranger()
    _take(gateway, bo)
    said = bo.says(text("bo's own words"), "$said")

    copy_, original, again = timeline(
        gateway.digest_sync(news(said | {"event_id": "$copy", "sender": CLEO}, said, said | {"event_id": "$later"}))
    )

    assert "somebody else" in _why(copy_)
    assert (type(original.payload), original.trust) == (Message, Trust.SIGNED)
    assert "copy of an earlier" in _why(again)


def test_two_copies_of_somebody_unknown_are_told_apart_when_their_devices_come(gateway: NioGateway) -> None:
    bo = Stranger()
    olm = gateway._crypto._olm
    olm.store.save_group_session(bo.room_key())
    said = bo.says(text("bo's own words"), "$said")
    copy_, original = timeline(gateway.digest_sync(news(said | {"event_id": "$copy", "sender": CLEO}, said)))
    assert "nobody knows" in _why(copy_)
    assert "nobody knows" in _why(original)

    introduce(gateway, bo)
    gateway.forget_crypto()
    late = {event.event_id: event for event in gateway.digest_sync(news(token="s2")).decrypted_late}

    assert list(late) == ["$said"]
    assert late[EventId("$said")].trust is Trust.SIGNED


def test_the_marks_of_an_earlier_nookterm_are_taken_over(connection: Any) -> None:
    connection.execute("CREATE TABLE crypto_seen (room_id, session_id, message_index, event_id)")
    rows = [("!r", "s", place, f"${place}") for place in range(150)]
    connection.executemany("INSERT INTO crypto_seen VALUES (?, ?, ?, ?)", rows)

    guard = Played(connection, "secret")

    assert all(guard.is_first("!r", "s", place, f"${place}") for place in range(150))
    assert not any(guard.is_first("!r", "s", place, "$copy") for place in range(150))
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'crypto_seen'").fetchall()


def test_a_server_cannot_find_a_second_name_by_itself(connection: Any) -> None:
    """The mark depends on a secret, so nobody outside can look for an event id that has the same one."""
    for secret in ("one", "two"):
        Played(connection, secret).is_first("!r", secret, 0, "$same")

    (one,), (two,) = connection.execute("SELECT marks FROM crypto_played").fetchall()
    assert one != two


# --- room keys from elsewhere -----------------------------------------------------------------------------------------


def _exported(stranger: Stranger, place: int) -> tuple[str, str, str, str, str]:
    keys = stranger.keys
    reading = stranger.room_key()
    return NOOK, stranger.session.session_id, keys["curve25519"], keys["ed25519"], reading.export_session(place)


def test_a_key_from_a_file_reads_and_proves_nothing(gateway: NioGateway) -> None:
    bo = Stranger()
    olm = gateway._crypto._olm
    introduce(gateway, bo)
    (before,) = timeline(gateway.digest_sync(news(bo.says(text("before")))))
    assert isinstance(before.payload, Unreadable)

    assert olm.take_exported(*_exported(bo, 1))
    later = bo.says(text("later"), "$later")
    (event,) = timeline(gateway.digest_sync(news(later, token="s2")))

    assert isinstance(event.payload, Message)
    assert event.trust is Trust.UNPROVED


def test_a_key_from_its_maker_makes_an_imported_one_good(gateway: NioGateway) -> None:
    bo = Stranger()
    olm = gateway._crypto._olm
    introduce(gateway, bo)
    first = bo.room_key()
    assert olm.take_exported(*_exported(bo, 0))
    said = bo.says(text("from the beginning"))
    bo.session.encrypt(b"x")

    assert olm.store.save_group_session(bo.room_key())

    (kept,) = olm.store.group_sessions(NOOK, bo.session.session_id)
    assert (kept.first_known_index, kept.forwarding_chain) == (first.first_known_index, [])
    (event,) = timeline(gateway.digest_sync(news(said)))
    assert event.trust is Trust.SIGNED


def test_an_import_that_reaches_further_back_is_taken_when_it_is_the_same_key(gateway: NioGateway) -> None:
    bo = Stranger()
    olm = gateway._crypto._olm
    exported = _exported(bo, 0)
    bo.session.encrypt(b"x")
    olm.store.save_group_session(bo.room_key())

    assert olm.take_exported(*exported)
    assert not olm.take_exported(*exported)

    (kept,) = olm.store.group_sessions(NOOK, bo.session.session_id)
    assert (kept.first_known_index, kept.forwarding_chain) == (0, [])


def test_an_import_never_replaces_what_the_maker_sent_by_something_else(gateway: NioGateway) -> None:
    bo, forger = Stranger(), Stranger()
    olm = gateway._crypto._olm
    bo.session.encrypt(b"x")
    olm.store.save_group_session(bo.room_key())
    keys = bo.keys
    forged = forger.room_key().export_session(0)

    assert not olm.take_exported(NOOK, bo.session.session_id, keys["curve25519"], keys["ed25519"], forged)
    assert not olm.take_exported(NOOK, bo.session.session_id, keys["curve25519"], keys["ed25519"], "nonsense")

    (kept,) = olm.store.group_sessions(NOOK, bo.session.session_id)
    assert kept.first_known_index == 1


# --- why a key is missing ---------------------------------------------------------------------------------------------


def _withheld(sender: str, code: object, session_id: object, room_id: object = NOOK) -> dict[str, Any]:
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "code": code,
        "room_id": room_id,
        "session_id": session_id,
        "sender_key": "A" * 43,
    }
    return {"type": "m.room_key.withheld", "sender": sender, "content": content}


def _why(event: Any) -> str:
    assert isinstance(event.payload, Unreadable)
    return event.payload.why


def test_the_reason_for_a_missing_key_stands_in_the_messages_place(gateway: NioGateway) -> None:
    bo = Stranger()
    told = {"events": [_withheld(BO, "m.unverified", bo.session.session_id)]}

    (event,) = timeline(gateway.digest_sync(news(bo.says(text("x")), to_device=told)))

    assert "not signed" in _why(event)


def test_a_reason_that_comes_after_the_message_is_told_once_and_not_again(gateway: NioGateway) -> None:
    bo = Stranger()
    (event,) = timeline(gateway.digest_sync(news(bo.says(text("x")))))
    assert _why(event) == NO_KEY

    told = {"events": [_withheld(BO, "m.blacklisted", bo.session.session_id)]}
    (late,) = gateway.digest_sync(news(token="s2", to_device=told)).decrypted_late

    assert "blocked" in _why(late)
    assert gateway.digest_sync(news(token="s3")).decrypted_late == ()


def test_a_message_whose_key_was_refused_is_read_when_the_key_comes_after_all(gateway: NioGateway) -> None:
    bo = Stranger()
    said = bo.says(text("after all"))
    told = {"events": [_withheld(BO, "m.unverified", bo.session.session_id)]}
    gateway.digest_sync(news(said, to_device=told))

    olm = gateway._crypto._olm
    introduce(gateway, bo)
    olm.store.save_group_session(bo.room_key())
    (again,) = timeline(gateway.digest_sync(news(bo.says(text("readable"), "$2"), token="s2")))

    assert isinstance(again.payload, Message)


@pytest.mark.parametrize(
    "message",
    [
        _withheld(CLEO, "m.blacklisted", "SESSION"),
        _withheld(BO, "m.blacklisted", "another"),
        _withheld(BO, "m.blacklisted", "SESSION", "!another"),
        _withheld(BO, ["m.blacklisted"], "SESSION"),
        _withheld(BO, "m.blacklisted", None),
        _withheld(BO, "m.blacklisted", "SESSION", {"a": 1}),
        {"type": "m.room_key.withheld", "sender": BO, "content": None},
        {"type": "m.room_key.withheld", "sender": None, "content": {"code": "m.no_olm"}},
        _withheld(BO, "m.blacklisted", "x" * 70_000),
    ],
)
def test_a_reason_of_somebody_else_or_about_something_else_changes_nothing(
    gateway: NioGateway, message: dict[str, Any]
) -> None:
    bo = Stranger()
    sent = json.loads(json.dumps(message).replace("SESSION", bo.session.session_id))

    (event,) = timeline(gateway.digest_sync(news(bo.says(text("x")), to_device={"events": [sent]})))

    assert _why(event) == NO_KEY


def test_somebody_who_could_not_reach_this_device_says_so_for_all_their_messages(gateway: NioGateway) -> None:
    bo, cleo = Stranger(), Stranger(CLEO, "CLEODEVICE")
    told = {"events": [_withheld(BO, "m.no_olm", None, None)]}

    step = gateway.digest_sync(news(bo.says(text("x"), "$1"), cleo.says(text("x"), "$2"), to_device=told))

    assert ["secure channel" in _why(event) for event in timeline(step)] == [True, False]


def test_a_flood_of_reasons_is_kept_within_bounds(connection: Any, gateway: NioGateway) -> None:
    flood = [_withheld(BO, "m.blacklisted", f"s{n}") for n in range(2500)]

    gateway.digest_sync(news(to_device={"events": flood}))

    assert connection.execute("SELECT count(*) FROM crypto_withheld").fetchone() == (2000,)


def test_keys_that_are_passed_on_unasked_are_not_taken(gateway: NioGateway) -> None:
    bo = Stranger()
    olm = gateway._crypto._olm
    olm.account.generate_one_time_keys(1)
    (one_time_key,) = olm.account.one_time_keys["curve25519"].values()
    keys = olm.account.identity_keys
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": NOOK,
        "session_id": bo.session.session_id,
        "session_key": bo.room_key().export_session(0),
        "sender_key": bo.keys["curve25519"],
        "sender_claimed_ed25519_key": bo.keys["ed25519"],
        "forwarding_curve25519_key_chain": [],
    }
    payload = {
        "type": "m.forwarded_room_key",
        "sender": BO,
        "sender_device": bo.device_id,
        "keys": {"ed25519": bo.keys["ed25519"]},
        "recipient": CREDENTIALS.user_id,
        "recipient_keys": {"ed25519": keys["ed25519"]},
        "content": content,
    }

    step = gateway.digest_sync(news(to_device={"events": [bo.whispers(keys, one_time_key, payload)]}))

    assert step.dropped == 0
    assert not olm.store.group_sessions(NOOK, bo.session.session_id)
