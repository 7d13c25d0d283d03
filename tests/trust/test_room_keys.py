"""Sessions that somebody hands us: proved to be the session they are called, and never better than second hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.trust.encoding import encode_base64
from nookterm.trust.provenance import Provenance
from nookterm.trust.refusals import Reason
from nookterm.trust.room_keys import (
    HeldKey,
    backup_content,
    export_content,
    keep_better,
    read_room_key,
)
from tests.trust.chance import refused
from tests.trust.sessions import FORWARDER, OTHER_ROOM, ROOM, SENDER_KEY, Megolm

MEGOLM = Megolm()
OTHER = Megolm()
CONTENT = export_content(MEGOLM.at(2, shared=True))


@given(st.integers(0, 300))
def test_a_session_reads_as_it_was_written(index: int) -> None:
    key = MEGOLM.at(index, shared=index % 2 == 0)

    assert read_room_key(export_content(key), room=ROOM, session=key.session) == key
    assert read_room_key(backup_content(key), room=ROOM, session=key.session) == key
    assert key.session_key not in repr(key)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"algorithm": "m.megolm.v2"}, Reason.UNKNOWN_ALGORITHM),
        ({"algorithm": None}, Reason.UNKNOWN_ALGORITHM),
        ({"session_key": None}, Reason.MALFORMED),
        ({"session_key": ""}, Reason.MALFORMED),
        ({"session_key": CONTENT["session_key"][:-8]}, Reason.MALFORMED),
        ({"session_key": "\ud800"}, Reason.MALFORMED),
        ({"session_key": OTHER.export()}, Reason.TAMPERED),
        ({"room_id": OTHER_ROOM}, Reason.TAMPERED),
        ({"session_id": OTHER.session_id}, Reason.TAMPERED),
        ({"sender_key": None}, Reason.MALFORMED),
        ({"sender_key": "short"}, Reason.MALFORMED),
    ],
)
def test_a_session_that_is_not_what_it_is_called_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        read_room_key({**CONTENT, **change}, room=ROOM, session=MEGOLM.session_id)


@pytest.mark.parametrize(("room", "session"), [(None, "x"), (ROOM, None), (3, 4)])
def test_a_session_needs_names(room: object, session: object) -> None:
    with refused(Reason.MALFORMED):
        read_room_key({"algorithm": "m.megolm.v1.aes-sha2"}, room=room, session=session)


def test_what_only_describes_a_session_may_be_missing_or_odd() -> None:
    odd = {**CONTENT, "forwarding_curve25519_key_chain": "x", "sender_claimed_keys": {"ed25519": 7},
           "m.shared_history": 1, "shared_history": "yes"}  # fmt: skip
    key = read_room_key(odd, room=ROOM, session=MEGOLM.session_id)

    assert (key.chain, key.claimed_ed25519, key.shared_history) == ((), None, False)
    assert backup_content(key)["sender_claimed_keys"] == {}
    chain = {**CONTENT, "forwarding_curve25519_key_chain": [1, "k", FORWARDER]}
    assert read_room_key(chain, room=ROOM, session=MEGOLM.session_id).chain == (FORWARDER,)


@pytest.mark.parametrize("claimed", [None, 7, "key", "B" * 43, "A" * 43 + "=", encode_base64(b"\x02" + bytes(31))])
def test_a_claim_that_is_no_key_is_no_claim(claimed: object) -> None:
    """Element refuses a whole file for one such claim, so none may leave us."""
    odd = {**CONTENT, "sender_claimed_keys": {"ed25519": claimed}}

    assert read_room_key(odd, room=ROOM, session=MEGOLM.session_id).claimed_ed25519 is None


@pytest.mark.parametrize("name", ["shared_history", "m.shared_history", "org.matrix.msc3061.shared_history"])
def test_shared_history_is_read_under_its_three_names_and_written_under_one(name: str) -> None:
    plain = backup_content(MEGOLM.at(0))
    bare = {key: value for key, value in plain.items() if key != "m.shared_history"}

    assert len(plain) == len(bare) + 1
    assert not [key for key in bare if "shared" in key]
    assert read_room_key({**bare, name: True}, room=ROOM, session=MEGOLM.session_id).shared_history
    assert not read_room_key({**bare, name: "true"}, room=ROOM, session=MEGOLM.session_id).shared_history


def test_a_session_that_nobody_had_is_second_hand() -> None:
    assert keep_better(None, MEGOLM.at(1)) == HeldKey(MEGOLM.at(1), Provenance.SECOND_HAND)


@pytest.mark.parametrize("provenance", Provenance)
def test_an_earlier_start_of_the_same_ratchet_is_taken_and_proves_as_much_as_before(provenance: Provenance) -> None:
    held = HeldKey(replace(MEGOLM.at(5), chain=()), provenance)
    found = replace(MEGOLM.at(2), sender_key="Z" * 43)
    better = keep_better(held, found)

    assert better.provenance is provenance
    assert (better.key.first_index, better.key.session_key) == (2, MEGOLM.export(2))
    assert (better.key.sender_key, better.key.chain) == (SENDER_KEY, ())


@pytest.mark.parametrize("provenance", Provenance)
@pytest.mark.parametrize(
    "found",
    [
        MEGOLM.at(5),
        MEGOLM.at(9),
        MEGOLM.at(2, OTHER_ROOM),
        OTHER.at(2),
        replace(OTHER.at(2), session=MEGOLM.session_id),
    ],
    ids=["the same", "a later start", "another room", "another session", "a ratchet that runs elsewhere"],
)
def test_what_we_hold_is_never_replaced_by_less_or_by_something_else(found: Any, provenance: Provenance) -> None:
    held = HeldKey(MEGOLM.at(5), provenance)

    assert keep_better(held, found) is held


def test_an_index_that_does_not_fit_its_key_is_not_believed() -> None:
    held = HeldKey(MEGOLM.at(5), Provenance.DIRECT)

    assert keep_better(held, replace(MEGOLM.at(9), first_index=1)) is held
