"""Room keys as they lie in the database: what is better, what is saved, who may have them, how quickly it is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nio.crypto import InboundGroupSession
from vodozemac import ExportedSessionKey, GroupSession
from vodozemac import InboundGroupSession as Inbound

from nookterm.domain.ids import EventId, RoomId
from nookterm.matrix.gateway import NioGateway
from nookterm.matrix.held_keys import HeldRoomKeys
from nookterm.matrix.tables import make_tables
from nookterm.trust.provenance import Provenance
from nookterm.trust.room_keys import HeldKey, RoomKey, keep_better
from tests.contracts.test_plain_nio import CLEO, NOOK, Stranger, introduce, news, text, timeline
from tests.matrix.people import open_database
from tests.matrix.test_digest import CREDENTIALS

HERS, HIS = "A" * 43, "C" * 42 + "E"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Any]:
    opened = open_database(tmp_path / "a.db")
    yield opened
    opened.close()


@pytest.fixture
def gateway(connection: Any) -> NioGateway:
    return NioGateway(CREDENTIALS, connection, "only in tests")


@pytest.fixture
def keys(gateway: NioGateway) -> HeldRoomKeys:
    return gateway.room_keys


def made_up(room: RoomId = NOOK, maker: str = HERS) -> RoomKey:
    outbound = GroupSession()
    exported = Inbound(outbound.session_key).export_at(0)
    assert exported
    return RoomKey(room, outbound.session_id, exported.to_base64(), 0, maker)


def at(key: RoomKey, index: int) -> RoomKey:
    exported = Inbound.import_session(ExportedSessionKey(key.session_key)).export_at(index)
    assert exported
    return replace(key, session_key=exported.to_base64(), first_index=index)


# --- provenance -------------------------------------------------------------------------------------------------------


def test_what_comes_second_hand_says_so_and_what_its_maker_sent_does_not(gateway: NioGateway) -> None:
    olm, bo = gateway._crypto._olm, Stranger()
    olm.store.save_group_session(bo.room_key())
    gateway.room_keys.take([made_up()])

    chains = [
        bool(session.forwarding_chain)
        for key in gateway.room_keys.all()
        for session in olm.store.group_sessions(key.room, key.session)
    ]
    assert sorted(chains) == [False, True]


def test_a_first_hand_key_that_is_extended_stays_first_hand_and_as_shareable_as_it_was(gateway: NioGateway) -> None:
    olm, bo = gateway._crypto._olm, Stranger()
    beginning = bo.room_key()
    bo.session.encrypt(b"x")
    olm.store.save_group_session(bo.room_key(), shared=False)
    earlier = RoomKey(NOOK, beginning.id, beginning.export_session(0), 0, bo.keys["curve25519"], shared_history=True)

    assert gateway.room_keys.take([earlier]) == 1

    best = olm.store.best_group_session(NOOK, beginning.id)
    assert best
    held, shared = best
    assert (held.first_known_index, held.forwarding_chain, shared) == (0, [], False)
    assert held.ed25519 == bo.keys["ed25519"]


def test_what_its_maker_sent_is_carried_on_before_what_somebody_else_claims(gateway: NioGateway) -> None:
    olm, bo = gateway._crypto._olm, Stranger()
    beginning = bo.room_key()
    bo.session.encrypt(b"x")
    olm.store.save_group_session(bo.room_key())
    claimed = RoomKey(NOOK, beginning.id, beginning.export_session(0), 0, HIS)
    gateway.room_keys.take([claimed])

    (key,) = gateway.room_keys.all()

    assert (key.sender_key, key.first_index) == (bo.keys["curve25519"], 1)


def forged(key: RoomKey, index: int) -> RoomKey:
    """Another ratchet under the same name: what whoever keeps a backup could put there."""
    from nookterm.trust.encoding import decode_base64, encode_base64

    raw = bytearray(decode_base64(at(key, index).session_key))
    raw[5:133] = bytes(128)
    return replace(key, session_key=encode_base64(bytes(raw)), first_index=index)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["maker", "import", "forged"]), st.integers(0, 4)), min_size=1, max_size=7))
def test_what_is_kept_is_what_the_rule_says(tmp_path_factory: Any, steps: list[tuple[str, int]]) -> None:
    """The rule is `trust.room_keys.keep_better`; what its maker sends comes before all that was imported."""
    connection = open_database(tmp_path_factory.mktemp("db") / "a.db")
    gateway = NioGateway(CREDENTIALS, connection, "only in tests")
    key, held = made_up(), None
    for how, index in steps:
        found = forged(key, index) if how == "forged" else at(key, index)
        if how == "maker":
            session = InboundGroupSession.import_session(found.session_key, HIS, key.sender_key, key.room)
            session.forwarding_chain = []
            gateway._crypto._olm.store.save_group_session(session)
            held = _from_the_maker(held, found)
        else:
            gateway.room_keys.take([found])
            held = keep_better(held, found)
    (kept,) = gateway.room_keys.all()
    (one,) = gateway._crypto._olm.store.group_sessions(key.room, key.session)
    connection.close()

    assert held
    assert (kept.session_key, kept.first_index) == (held.key.session_key, held.key.first_index)
    assert bool(one.forwarding_chain) is (held.provenance is Provenance.SECOND_HAND)


def _from_the_maker(held: HeldKey | None, found: RoomKey) -> HeldKey:
    if held and keep_better(HeldKey(found, Provenance.DIRECT), held.key).key != found:
        # What was here runs into it from further back: it is the same.
        return HeldKey(held.key, Provenance.DIRECT)
    if held and held.provenance is Provenance.DIRECT and held.key.first_index <= found.first_index:
        return held
    return HeldKey(found, Provenance.DIRECT)


# --- shareable --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["shared_history", "org.matrix.msc3061.shared_history", "m.shared_history"])
@pytest.mark.parametrize(
    ("value", "counts"), [(True, True), (False, False), ("true", False), (1, False), (None, False)]
)
def test_a_room_key_says_itself_whether_newcomers_may_have_it(
    gateway: NioGateway, name: str, value: object, *, counts: bool
) -> None:
    olm, bo = gateway._crypto._olm, Stranger()
    session = bo.session
    content = {"algorithm": "m.megolm.v1.aes-sha2", "room_id": NOOK, "session_id": session.session_id}
    payload = {
        "keys": {"ed25519": bo.keys["ed25519"]},
        "content": {**content, "session_key": _text(session), name: value},
    }

    assert olm._take_room_key(bo.keys["curve25519"], payload)

    (key,) = gateway.room_keys.all()
    assert key.shared_history is counts


def _text(session: Any) -> str:
    key = session.session_key
    return key if isinstance(key, str) else str(key.to_base64())


def test_which_messages_a_newcomer_could_read_is_known_by_their_keys(gateway: NioGateway) -> None:
    olm, bo, cleo = gateway._crypto._olm, Stranger(), Stranger(CLEO, "CLEODEVICE")
    introduce(gateway, bo, cleo)
    for somebody, shared in ((bo, True), (cleo, False)):
        olm.store.save_group_session(somebody.room_key(), shared=shared)
    said = [bo.says(text("one"), "$1"), cleo.says(text("two"), "$2"), bo.says(text("three"), "$3")]
    timeline(gateway.digest_sync(news(*said)))

    asked = [EventId(name) for name in ("$1", "$2", "$3", "$4")]
    assert gateway.room_keys.given(NOOK, asked) == {"$1", "$3"}
    assert gateway.room_keys.given(RoomId("!other:x"), asked) == frozenset()


# --- saved ------------------------------------------------------------------------------------------------------------


def test_each_version_of_a_backup_needs_all_keys_anew(keys: HeldRoomKeys) -> None:
    keys.take([made_up(), made_up()])
    batch = [key for key, _ in keys.unsaved("1", 10)]
    keys.saved("1", batch)

    assert (keys.how_many_unsaved("1"), keys.how_many_unsaved("2"), keys.how_many_unsaved("0")) == (0, 2, 2)
    assert len(keys.unsaved("2", 10)) == 2


def test_two_claims_to_one_session_are_one_key_to_save_and_come_to_an_end(keys: HeldRoomKeys) -> None:
    key = made_up()
    keys.take([at(key, 3)])
    keys.take([replace(key, sender_key=HIS)])
    assert keys.how_many_unsaved("1") == 1

    keys.saved("1", [found for found, _ in keys.unsaved("1", 10)])

    assert keys.how_many_unsaved("1") == 0


def test_a_worse_claim_that_was_saved_leaves_the_better_one_to_save(keys: HeldRoomKeys) -> None:
    key = made_up()
    keys.take([at(key, 3)])
    batch = [found for found, _ in keys.unsaved("1", 10)]
    keys.take([key])

    keys.saved("1", batch)

    assert [found.first_index for found, _ in keys.unsaved("1", 10)] == [0]


def test_what_came_from_a_backup_is_in_it_and_in_no_other(keys: HeldRoomKeys) -> None:
    key, held = made_up(), made_up()
    keys.take([held])
    keys.take([key, held], from_backup="1")

    assert keys.how_many_unsaved("1") == 0
    assert keys.how_many_unsaved("2") == 2


def test_a_key_that_is_better_here_than_in_the_backup_is_still_to_be_saved(keys: HeldRoomKeys) -> None:
    key = made_up()
    keys.take([key])

    assert keys.take([at(key, 4)], from_backup="1") == 0

    assert keys.how_many_unsaved("1") == 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(["take", "backup", "save"])), max_size=14)
)
def test_saved_means_that_the_backup_has_the_best_there_is(
    tmp_path_factory: Any, steps: list[tuple[int, int, str]]
) -> None:
    """Against a server that keeps the better one of each key, whatever comes in which order."""
    connection = open_database(tmp_path_factory.mktemp("db") / "a.db")
    keys = NioGateway(CREDENTIALS, connection, "only in tests").room_keys
    sessions = [made_up() for _ in range(3)]
    filed: dict[str, int] = {}
    for which, index, what in steps:
        key = at(sessions[which], index)
        if what == "take":
            keys.take([key])
        elif what == "backup":
            filed[key.session] = min(index, filed.get(key.session, index))
            keys.take([key], from_backup="1")
        else:
            batch = [found for found, _ in keys.unsaved("1", 2)]
            filed |= {k.session: min(k.first_index, filed.get(k.session, 9)) for k in batch}
            keys.saved("1", batch)
    unsaved = {found.session for found, _ in keys.unsaved("1", 10)}
    best = {found.session: found.first_index for found in keys.all()}
    connection.close()

    assert {name: index for name, index in best.items() if name not in unsaved and filed[name] > index} == {}


# --- found quickly ----------------------------------------------------------------------------------------------------


def test_what_is_unsaved_is_found_by_an_index(connection: Any) -> None:
    from nookterm.matrix import held_keys

    make_tables(connection)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {held_keys._UNSAVED} LIMIT 200", ("1", "1")).fetchall()

    steps = [row[3] for row in plan if "crypto_megolm" in row[3]]
    assert len(steps) == 3
    assert all("USING COVERING INDEX crypto_megolm_saved" in step for step in steps)


def test_only_keys_that_matter_to_what_is_read_are_looked_at_again(gateway: NioGateway) -> None:
    bo = Stranger()
    waited = RoomKey(NOOK, bo.session.session_id, bo.room_key().export_session(0), 0, bo.keys["curve25519"])
    gateway.digest_sync(news(bo.says(text("waits"))))
    arrived = gateway._crypto._olm.arrived

    gateway.room_keys.take([made_up() for _ in range(20)])
    assert not arrived
    gateway.room_keys.take([waited])
    assert arrived == {(NOOK, bo.session.session_id)}


def test_a_key_that_reaches_further_back_is_used_at_once(gateway: NioGateway) -> None:
    bo = Stranger()
    olm = gateway._crypto._olm
    introduce(gateway, bo)
    beginning = bo.room_key()
    first = bo.says(text("before"), "$before")
    olm.store.save_group_session(bo.room_key())
    timeline(gateway.digest_sync(news(bo.says(text("after"), "$after"))))

    gateway.room_keys.take([RoomKey(NOOK, beginning.id, beginning.export_session(0), 0, bo.keys["curve25519"])])
    (event,) = timeline(gateway.digest_sync(news(first, token="s2")))

    assert getattr(event.payload, "body", "") == "before"


def test_sessions_that_messages_wait_for_are_named_newest_first(gateway: NioGateway) -> None:
    bo, cleo = Stranger(), Stranger()
    gateway.digest_sync(news(bo.says(text("one"), "$1"), cleo.says(text("two"), "$2")))

    names = [(NOOK, cleo.session.session_id), (NOOK, bo.session.session_id)]
    assert gateway.room_keys.missing() == names
    assert gateway.room_keys.missing(NOOK) == names
    assert gateway.room_keys.missing(RoomId("!other:x")) == []


def test_all_keys_are_read_page_by_page_also_while_others_come(keys: HeldRoomKeys) -> None:
    rooms = [RoomId(f"!{n % 7}:x") for n in range(1100)]
    keys.take([made_up(room) for room in rooms])

    reading = keys.all()
    first = next(reading)
    keys.take([made_up(RoomId("!z:x"))])

    assert 1 + sum(1 for _ in reading) == 1101
    assert keys.count() == 1101
    assert sum(1 for _ in keys.all(first.room)) == rooms.count(first.room)


def test_a_database_of_an_earlier_nookterm_gets_its_columns_and_indexes(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "old.db")
    connection.execute(
        "CREATE TABLE crypto_megolm (room_id TEXT NOT NULL, session_id TEXT NOT NULL, sender_key TEXT NOT NULL,"
        " signing_key TEXT NOT NULL, first_index INTEGER NOT NULL, pickle TEXT NOT NULL,"
        " PRIMARY KEY (room_id, session_id, sender_key)) WITHOUT ROWID"
    )

    make_tables(connection)

    columns = {row[1] for row in connection.execute("PRAGMA table_info(crypto_megolm)")}
    indexes = {row[1] for row in connection.execute("PRAGMA index_list(crypto_megolm)")}
    assert {"imported", "shared", "saved_in"} <= columns
    assert "crypto_megolm_saved" in indexes
    connection.close()
