"""One sync response, mutilated in every place: the step never raises, and what was whole is still there."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nookterm.client.ports import Credentials, RoomUpdate, Secret, SyncStep
from nookterm.domain.events import (
    Edit,
    Json,
    MemberChange,
    Membership,
    Message,
    Other,
    Reaction,
    Redaction,
    StateChange,
    Trust,
    Unreadable,
)
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.matrix.gateway import NioGateway
from tests.matrix.people import open_database
from tests.matrix.test_wire import ANY_JSON

ME = UserId("@me:river.example")
CREDENTIALS = Credentials("http://127.0.0.1:9", ME, DeviceId("DEVICE"), Secret("token"))
DEEP: Any = []
for _ in range(3000):
    DEEP = [DEEP]
NASTY: list[Any] = [
    None,
    True,
    -1,
    2**70,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "\ud800",
    "\x1b[2J",
    "x" * 70_000,
    [],
    [None],
    {},
    {"a": {}},
    [{"type": 5}],
    DEEP,
]


def _event(number: int, type_: str, content: object, **more: object) -> dict[str, Any]:
    base = {"event_id": f"${number}", "type": type_, "sender": "@ana:river.example", "content": content}
    return base | {"origin_server_ts": 1_760_000_000_000 + number} | more


NEWS: dict[str, Any] = {
    "next_batch": "s2",
    "to_device": {
        "events": [
            {
                "type": "m.room.encrypted",
                "sender": "@ana:river.example",
                "content": {"algorithm": "x", "ciphertext": {}},
            },
            {"type": "m.room_key_request", "sender": "@ana:river.example", "content": {"action": "request"}},
        ]
    },
    "device_lists": {"changed": ["@ana:river.example"], "left": ["@bo:river.example"]},
    "device_one_time_keys_count": {"signed_curve25519": 50},
    "device_unused_fallback_key_types": ["signed_curve25519"],
    "rooms": {
        "join": {
            "!whole": {"timeline": {"events": [_event(1, "m.room.message", {"msgtype": "m.text", "body": "whole"})]}},
            "!nook": {
                "state": {"events": [_event(2, "m.room.name", {"name": "Nook"}, state_key="")]},
                "timeline": {
                    "limited": True,
                    "prev_batch": "p1",
                    "events": [
                        _event(
                            3,
                            "m.room.member",
                            {"membership": "join", "displayname": "Ana"},
                            state_key="@ana:river.example",
                            unsigned={"prev_content": {"membership": "invite"}},
                        ),
                        _event(
                            4, "m.room.message", {"msgtype": "m.text", "body": "hi"}, unsigned={"transaction_id": "t1"}
                        ),
                        _event(
                            5,
                            "m.room.encrypted",
                            {
                                "algorithm": "m.megolm.v1.aes-sha2",
                                "session_id": "s",
                                "ciphertext": "AAAA",
                                "m.relates_to": {"rel_type": "m.thread", "event_id": "$4"},
                            },
                        ),
                        _event(
                            6,
                            "m.reaction",
                            {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$4", "key": "x"}},
                        ),
                        _event(7, "m.room.redaction", {"reason": "slip"}, redacts="$4"),
                    ],
                },
                "ephemeral": {
                    "events": [
                        {"type": "m.typing", "content": {"user_ids": ["@ana:river.example"]}},
                        {
                            "type": "m.receipt",
                            "content": {
                                "$3": {"m.read": {ME: {"ts": 5}}},
                                "$4": {"m.read.private": {ME: {"ts": 9}}, "m.read": {"@ana:river.example": {"ts": 99}}},
                            },
                        },
                    ]
                },
                "unread_notifications": {"notification_count": 3, "highlight_count": 1},
            },
            "!slid": {
                "state_after": {"events": [_event(21, "m.room.topic", {"topic": "what holds"}, state_key="")]},
                "timeline": {"events": [_event(22, "m.room.topic", {"topic": "what lost"}, state_key="")]},
            },
        },
        "invite": {
            "!asked": {
                "invite_state": {
                    "events": [
                        {
                            "type": "m.room.member",
                            "sender": "@ana:river.example",
                            "state_key": ME,
                            "content": {"membership": "invite"},
                        }
                    ]
                }
            }
        },
        "knock": {
            "!hoped": {
                "knock_state": {
                    "events": [
                        {
                            "type": "m.room.name",
                            "sender": "@ana:river.example",
                            "state_key": "",
                            "content": {"name": "Mill"},
                        }
                    ]
                }
            }
        },
        "leave": {
            "!gone": {
                "timeline": {
                    "events": [_event(8, "m.room.member", {"membership": "leave", "reason": "bye"}, state_key=ME)]
                }
            }
        },
    },
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> NioGateway:
    return NioGateway(CREDENTIALS, open_database(tmp_path_factory.mktemp("digest") / "a.db"), "only in tests")


def _room(step: SyncStep, room_id: str) -> RoomUpdate:
    return next(room for room in step.rooms if room.room_id == room_id)


def _payloads(step: SyncStep, room_id: str) -> list[object]:
    return [event.payload for event in _room(step, room_id).timeline]


def _can_be_stored(step: SyncStep) -> None:
    json.dumps(asdict(step), default=str, allow_nan=False, ensure_ascii=False).encode()


def _places(value: object, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every node below `value`."""
    if here:
        yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*here, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _places(inner, (*here, number))


def _with(place: tuple[str | int, ...], value: Any) -> Json:
    news: Any = copy.deepcopy(NEWS)
    node: Any = news
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = value
    whole: Json = news
    return whole


# A mutation that takes the whole room itself away says nothing about what is left of it.
PLACES = [place for place in _places(NEWS) if "!whole" not in place and place not in {("rooms",), ("rooms", "join")}]


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nonsense_in_any_one_place_costs_that_place_only(gateway: NioGateway, value: object) -> None:
    for place in PLACES:
        step = gateway.digest_sync(_with(place, value))

        assert _payloads(step, "!whole") == [Message("text", "whole")], place
        _can_be_stored(step)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), value=ANY_JSON)
def test_no_json_in_any_place_raises(gateway: NioGateway, place: tuple[str | int, ...], value: object) -> None:
    step = gateway.digest_sync(_with(place, value))

    assert _payloads(step, "!whole") == [Message("text", "whole")]
    _can_be_stored(step)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_JSON)
def test_a_step_of_anything_at_all_is_a_step(gateway: NioGateway, raw: Any) -> None:
    _can_be_stored(gateway.digest_sync(raw))


def test_every_section_is_read(gateway: NioGateway) -> None:
    step = gateway.digest_sync(NEWS)

    nook = _room(step, "!nook")
    assert _payloads(step, "!nook") == [
        MemberChange(UserId("@ana:river.example"), Membership.JOIN, "Ana", previous=Membership.INVITE),
        Message("text", "hi"),
        Unreadable("s", "the key for this message has not arrived"),
        Reaction(EventId("$4"), "x"),
        Redaction(EventId("$4"), "slip"),
    ]
    assert [event.event_id for event in nook.state] == ["$2", "$3"]
    assert (nook.limited, nook.prev_batch, nook.unread, nook.mentions) == (True, "p1", 3, 1)
    assert (nook.typing, nook.read_up_to) == (("@ana:river.example",), "$4")
    assert nook.timeline[1].txn_id == TxnId("t1")
    assert (nook.timeline[2].encrypted, nook.timeline[2].trust) == (True, Trust.NONE)
    assert [(room.room_id, room.membership) for room in step.rooms][3:] == [
        ("!gone", Membership.LEAVE),
        ("!asked", Membership.INVITE),
        ("!hoped", Membership.KNOCK),
    ]
    (invite,) = _room(step, "!asked").state
    assert invite.event_id == f"~m.room.member~{ME}"
    assert invite.payload == MemberChange(ME, Membership.INVITE)
    assert _room(step, "!hoped").state[0].payload == StateChange("m.room.name", "", {"name": "Mill"})
    assert (step.next_batch, step.dropped) == ("s2", 1)


def test_state_that_is_told_as_it_is_now_is_not_worked_out_from_the_timeline(gateway: NioGateway) -> None:
    update = _room(gateway.digest_sync(NEWS), "!slid")

    assert [event.event_id for event in update.state] == ["$21"]
    assert [event.event_id for event in update.timeline] == ["$22"]


@pytest.mark.parametrize(
    ("thread", "read"),
    [({}, "$1"), ({"thread_id": "main"}, "$1"), ({"thread_id": "$0"}, None), ({"thread_id": []}, None)],
)
def test_a_receipt_for_one_thread_says_nothing_about_the_room(
    gateway: NioGateway, thread: dict[str, object], read: str | None
) -> None:
    receipt = {"type": "m.receipt", "content": {"$1": {"m.read.private": {ME: {"ts": 5} | thread}}}}

    step = gateway.digest_sync({"next_batch": "s", "rooms": {"join": {"!a": {"ephemeral": {"events": [receipt]}}}}})

    assert _room(step, "!a").read_up_to == read


def test_what_others_have_read_is_read_where_they_told_everybody_and_makes_sense(gateway: NioGateway) -> None:
    bo, cy = "@bo:river.example", "@cy:river.example"
    told = {
        "$1": {
            "m.read": {bo: {"ts": 5}, cy: {"ts": 7, "thread_id": "main"}, ME: {"ts": 9}},
            "m.read.private": {bo: {"ts": 99}},
        },
        "$2": {"m.read": {bo: {"ts": "late", "thread_id": "$1"}, "nobody": {"ts": 1}, cy: {"ts": 1, "thread_id": 5}}},
        "$3": {"m.read": {cy: "x", bo: {"ts": 10**30, "thread_id": ""}}},
        "$4": 7,
        "$" * 300: {"m.read": {bo: {"ts": 5}}},
    }
    receipt = {"type": "m.receipt", "content": told}

    step = gateway.digest_sync({"next_batch": "s", "rooms": {"join": {"!a": {"ephemeral": {"events": [receipt, 5]}}}}})

    found = {(one.user, one.event_id, one.thread, int(one.at.timestamp() * 1000)) for one in _room(step, "!a").receipts}
    assert found == {(bo, "$1", None, 5), (cy, "$1", "main", 7), (bo, "$2", "$1", 0), (cy, "$3", None, 0)}


def test_a_flood_of_receipts_leaves_the_newest(gateway: NioGateway) -> None:
    crowd = {f"@u{n}:river.example": {"ts": n} for n in range(5000)}
    receipt = {"type": "m.receipt", "content": {"$1": {"m.read": crowd}}}

    step = gateway.digest_sync({"next_batch": "s", "rooms": {"join": {"!a": {"ephemeral": {"events": [receipt]}}}}})

    found = _room(step, "!a").receipts
    assert (len(found), min(int(one.at.timestamp() * 1000) for one in found)) == (500, 4500)


def test_broken_events_are_counted(gateway: NioGateway) -> None:
    events = [5, {}, {"type": "m.room.message"}, _event(9, "m.room.message", "text"), _event(9, "x", {}, state_key=5)]

    step = gateway.digest_sync(
        {"next_batch": "s", "rooms": {"join": {"!a": {"timeline": {"events": events}}, "x": {}}}}
    )

    assert (step.dropped, _payloads(step, "!a")) == (6, [])


def test_an_encrypted_state_event_is_no_state_wherever_it_stands(gateway: NioGateway) -> None:
    evil = _event(10, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"}, state_key="")
    room = {"state": {"events": [evil]}, "timeline": {"events": [evil]}}

    step = gateway.digest_sync({"next_batch": "s", "rooms": {"join": {"!a": room}}})

    assert (_room(step, "!a").state, _room(step, "!a").timeline, step.dropped) == ((), (), 2)


@pytest.mark.parametrize(
    ("type_", "content", "payload"),
    [
        ("m.room.message", {"msgtype": "m.text", "body": "secret"}, Message("redacted", "")),
        ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AA"}, Message("redacted", "")),
        ("m.room.encrypted", {}, Message("redacted", "")),
        ("m.reaction", {"m.relates_to": {"event_id": "$1", "key": "x"}}, Other("m.reaction")),
    ],
)
def test_what_was_taken_back_shows_nothing_though_the_server_left_it_in(
    gateway: NioGateway, type_: str, content: object, payload: object
) -> None:
    taken = _event(11, type_, content, unsigned={"redacted_because": {"sender": ME}})

    step = gateway.digest_sync({"next_batch": "s", "rooms": {"join": {"!a": {"timeline": {"events": [taken]}}}}})

    assert _payloads(step, "!a") == [payload]


def test_an_edit_in_clear_keeps_its_target(gateway: NioGateway) -> None:
    content = {
        "msgtype": "m.text",
        "body": "* new",
        "m.new_content": {"msgtype": "m.text", "body": "new"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"},
    }

    events = [_event(12, "m.room.message", content)]
    step = gateway.digest_sync({"next_batch": "s", "rooms": {"join": {"!a": {"timeline": {"events": events}}}}})

    assert _payloads(step, "!a") == [Edit(EventId("$1"), Message("text", "new"))]


def test_a_rolled_back_step_leaves_nothing_and_never_ends_the_lenders_transaction(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "b.db")
    gateway = NioGateway(CREDENTIALS, connection, "only in tests")

    connection.execute("BEGIN")
    gateway.digest_sync(NEWS)
    assert connection.in_transaction
    assert connection.execute("SELECT count(*) FROM crypto_waiting").fetchone() == (1,)
    connection.execute("ROLLBACK")
    gateway.forget_crypto()

    assert connection.execute("SELECT count(*) FROM crypto_waiting").fetchone() == (0,)
    assert RoomId("!nook") in {room.room_id for room in gateway.digest_sync(NEWS).rooms}
    connection.close()
