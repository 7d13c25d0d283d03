"""The past of a room for newcomers: only what may be given, and fetched only from whom one followed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nookterm.domain.ids import UserId
from nookterm.trust.history import (
    BundleOffer,
    bundle_body,
    is_shareable,
    may_fetch,
    offer_content,
    read_bundle,
    read_offer,
)
from nookterm.trust.refusals import Reason
from tests.trust.chance import ANA, BO, refused
from tests.trust.sessions import OTHER_ROOM, ROOM, Megolm

OPEN, CLOSED, ELSEWHERE = Megolm().at(shared=True), Megolm().at(), Megolm().at(room=OTHER_ROOM, shared=True)
FILE = {"url": "mxc://x/y", "v": "v2"}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("visibility", "shareable"),
    [("shared", True), ("world_readable", True), ("invited", False), ("joined", False), ("", False), ("odd", False)],
)
def test_only_open_history_makes_sessions_shareable(*, visibility: str, shareable: bool) -> None:
    assert is_shareable(visibility) is shareable


def test_a_bundle_gives_what_was_marked_and_names_the_rest() -> None:
    body = bundle_body(ROOM, [OPEN, CLOSED, ELSEWHERE])
    [given], [withheld] = body["room_keys"], body["withheld"]

    assert set(given) == {"algorithm", "room_id", "sender_claimed_keys", "sender_key", "session_id", "session_key"}
    assert given["session_id"] == OPEN.session
    assert (withheld["session_id"], withheld["code"]) == (CLOSED.session, "m.history_not_shared")
    assert CLOSED.session_key not in str(body)
    assert ELSEWHERE.session not in str(body)


def test_a_bundle_reads_as_it_was_written_without_what_only_its_writer_knew() -> None:
    restored = read_bundle(ROOM, bundle_body(ROOM, [OPEN, CLOSED]))

    assert restored.keys == (replace(OPEN, chain=()),)
    assert restored.refused == ()


def test_sessions_of_other_rooms_and_contradictions_are_left_out() -> None:
    body = bundle_body(ROOM, [OPEN])
    other = bundle_body(OTHER_ROOM, [ELSEWHERE])
    mixed = {"room_keys": [*body["room_keys"], *other["room_keys"], "x"], "withheld": [{"session_id": OPEN.session}, 7]}
    restored = read_bundle(ROOM, mixed)

    assert restored.keys == ()
    assert {(session, reason) for _, session, reason in restored.refused} == {
        ("", Reason.UNKNOWN_ALGORITHM),
        (OPEN.session, Reason.TAMPERED),
        (ELSEWHERE.session, Reason.TAMPERED),
    }


@pytest.mark.parametrize("content", [{}, {"withheld": 7}, {"room_keys": []}])
def test_an_empty_bundle_is_an_empty_bundle(content: dict[str, Any]) -> None:
    assert read_bundle(ROOM, content).keys == ()


def test_a_bundle_of_no_list_is_refused() -> None:
    with refused(Reason.MALFORMED):
        read_bundle(ROOM, {"room_keys": {}})


def test_an_offer_reads_as_it_was_written() -> None:
    assert read_offer(BO, offer_content(ROOM, FILE)) == BundleOffer(ROOM, BO, FILE)
    for change in ({"room_id": None}, {"room_id": "#alias:x"}, {"file": None}, {"file": {"url": 7}}):
        with refused(Reason.MALFORMED):
            read_offer(BO, {**offer_content(ROOM, FILE), **change})


@pytest.mark.parametrize(
    ("inviter", "joined", "fetch"),
    [
        (BO, NOON - timedelta(hours=1), True),
        (BO, NOON - timedelta(hours=24), True),
        (BO, NOON - timedelta(hours=25), False),
        (BO, NOON + timedelta(hours=1), False),
        (BO, None, False),
        (None, NOON, False),
        (ANA, NOON, False),
        (UserId("@eve:x"), NOON, False),
    ],
)
def test_a_bundle_is_fetched_only_from_whom_one_followed_in_and_soon_after(
    *, inviter: UserId | None, joined: datetime | None, fetch: bool
) -> None:
    offer = BundleOffer(ROOM, BO, FILE)

    assert may_fetch(offer, ROOM, inviter, joined, NOON) is fetch
    assert not may_fetch(offer, OTHER_ROOM, inviter, joined, NOON)
