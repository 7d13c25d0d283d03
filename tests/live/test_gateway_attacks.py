"""What hostile people, broken devices, a lying server and a crash cannot do, each on a real Synapse."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from nio.api import Api

from nookterm.client.errors import StoreDamaged
from nookterm.client.ports import RoomSpec, SendContent
from nookterm.domain.events import Event, MemberChange, Message, Other, Redaction, Trust, Unreadable
from nookterm.domain.ids import RoomId, TxnId
from nookterm.matrix.gateway import NioGateway
from tests.live_homeserver import LiveServer
from tests.matrix.attackers import BareDevice
from tests.matrix.people import PICKLE_KEY, Crowd, Person

pytestmark = pytest.mark.live
NOOK = RoomSpec("A nook", encrypted=True, history="invited")


@pytest.fixture
async def crowd(homeserver: LiveServer, tmp_path: Path) -> AsyncIterator[Crowd]:
    people = Crowd(homeserver, tmp_path)
    yield people
    await people.go_home()


async def _nook_of_two(crowd: Crowd) -> tuple[Person, Person, RoomId]:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)
    await _let_in(ana, bo, room_id)
    await bo.meets(ana)
    return ana, bo, room_id


async def _let_in(host: Person, guest: Person, room_id: RoomId) -> None:
    await host.gateway.invite(room_id, guest.user_id)
    await guest.gateway.join(room_id)
    await guest.sync()
    await host.sync()


def _keys(person: Person) -> dict[str, str]:
    return dict(person.gateway._crypto._olm.account.identity_keys)


def _events(step_rooms: Any) -> list[Event]:
    return [event for room in step_rooms for event in room.timeline]


def _encrypted(raw: Any, room_id: RoomId) -> dict[str, Any]:
    """The newest encrypted event of a raw sync."""
    events = raw["rooms"]["join"][room_id]["timeline"]["events"]
    found: dict[str, Any] = next(event for event in reversed(events) if event["type"] == "m.room.encrypted")
    return found


def _news(token: str, room_id: RoomId, *events: object) -> dict[str, Any]:
    return {"next_batch": token, "rooms": {"join": {room_id: {"timeline": {"events": list(events)}}}}}


# --- strangers' to-device messages ------------------------------------------------------------------------------------


async def test_garbage_sent_to_a_device_stops_nothing_and_the_good_message_after_it_is_read(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    mallory = BareDevice(crowd.server, crowd.server.register("mallory"))
    mallory.upload(device_keys=mallory.device_keys())
    theirs = _keys(bo)["curve25519"]
    unknown_key = vodozemac.Curve25519SecretKey().public_key().to_base64()
    plaintexts = (b"\xff\xfe", b"[]", b"{}", b"nonsense", b'{"type": 5, "sender": [], "content": null}', b"[" * 30_000)
    garbage: list[object] = [
        {},
        {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "x", "ciphertext": "x"},
        {"algorithm": ["m.olm"], "sender_key": {}, "ciphertext": {theirs: []}},
        {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "x", "ciphertext": "x", "sender_key": "x"},
        mallory.olm_content(theirs, 0, "AAAA"),
        mallory.olm_content(theirs, 0, "not base 64 !"),
        mallory.olm_content(theirs, 1, "AwoA"),
        mallory.olm_content(theirs, 7, "AAAA"),
        mallory.olm_content(theirs, "0", 5),
        mallory.olm_content(theirs, 0, "") | {"sender_key": "AAAA"},
        mallory.sealed(theirs, unknown_key, b"{}"),
    ]
    for plaintext in plaintexts:
        one_time_key = mallory.claim(bo.user_id, bo.gateway.device_id)
        assert one_time_key
        garbage.append(mallory.sealed(theirs, one_time_key, plaintext))
    for content in garbage:
        mallory.whisper(bo.user_id, bo.gateway.device_id, content)
    said = await ana.say(room_id, "still here")

    await bo.reads(said)

    assert bo.body(said) == "still here"
    assert sum(step.dropped for step in bo.steps) == len(garbage)


async def test_a_room_key_that_came_unencrypted_is_not_taken(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    session = vodozemac.GroupSession()
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": room_id,
        "session_id": session.session_id,
        "session_key": session.session_key.to_base64(),
    }

    bo.gateway.digest_sync(
        {
            "next_batch": "x",
            "to_device": {"events": [{"type": "m.room_key", "sender": ana.user_id, "content": content}]},
        }
    )

    assert not bo.gateway._crypto._olm.store.group_sessions(room_id, session.session_id)


# --- members who lie --------------------------------------------------------------------------------------------------


async def test_encrypted_state_changes_neither_the_room_nor_who_gets_its_keys(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    outsider = await crowd.person("outsider")
    session = await _session_of(bo, room_id)
    claim = {
        "type": "m.room.member",
        "state_key": outsider.user_id,
        "content": {"membership": "join"},
        "room_id": room_id,
    }
    content = _megolm(bo, session, claim)
    sent = await bo.gateway._sender.put_event(room_id, "m.room.encrypted", content, TxnId("evil"))

    await ana.sync_until(lambda: sent in ana.seen)
    secret = await ana.say(room_id, "only for us")
    await outsider.sync()

    assert isinstance(ana.seen[sent].payload, Unreadable)
    states = (event.payload for step in ana.steps for room in step.rooms for event in room.state)
    assert all(not isinstance(p, MemberChange) or p.user != outsider.user_id for p in states)
    assert not outsider.gateway._crypto._olm.store.connection.execute("SELECT 1 FROM crypto_megolm").fetchone()
    await bo.reads(secret)


async def test_an_encrypted_redaction_takes_nothing_back(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = await ana.say(room_id, "stays")
    session = await _session_of(bo, room_id)
    claim = {"type": "m.room.redaction", "content": {"redacts": said}, "room_id": room_id}

    sent = await bo.gateway._sender.put_event(room_id, "m.room.encrypted", _megolm(bo, session, claim), TxnId("evil"))

    await ana.sync_until(lambda: sent in ana.seen)
    assert ana.seen[sent].payload == Other("m.room.redaction")
    assert not isinstance(ana.seen[sent].payload, Redaction)


@pytest.mark.parametrize(
    "plaintext",
    [
        "[]",
        "{",
        '{"type":"m.room.message","content":[],"room_id":"ROOM"}',
        '{"type":"m.room.message","content":{},"room_id":"!x"}',
        "[" * 40_000,
    ],
    ids=["a list", "cut off", "no content", "of another room", "bottomless"],
)
async def test_a_message_with_broken_insides_is_unreadable_and_harms_no_other(crowd: Crowd, plaintext: str) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    session = await _session_of(bo, room_id)
    content = _megolm(bo, session, {}) | {"ciphertext": session.encrypt(plaintext.replace("ROOM", room_id))}

    broken = await bo.gateway._sender.put_event(room_id, "m.room.encrypted", content, TxnId("broken"))
    good = await bo.say(room_id, "and this one is whole")

    await ana.reads(good)
    assert isinstance(ana.seen[broken].payload, Unreadable)


async def _session_of(person: Person, room_id: RoomId) -> Any:
    """The outbound room key that `person` has shared."""
    await person.say(room_id, "so that my key is known")
    return person.gateway._crypto._sharing._sessions[room_id]


def _megolm(person: Person, session: Any, payload: object) -> dict[str, Any]:
    return {
        "algorithm": "m.megolm.v1.aes-sha2",
        "sender_key": _keys(person)["curve25519"],
        "ciphertext": session.encrypt(Api.to_json(payload)),
        "session_id": session.id,
        "device_id": person.gateway.device_id,
    }


@pytest.mark.parametrize("what", ["identity", "curve", "unsigned", "one-time key", "shape"])
async def test_a_member_with_broken_keys_keeps_nobody_else_from_hearing(crowd: Crowd, what: str) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    broken = BareDevice(crowd.server, crowd.server.register("broken"))
    await ana.gateway.invite(room_id, _user(broken))
    broken.join(room_id)
    keys: dict[str, Any] = broken.device_keys()
    if what == "identity":
        keys = broken.device_keys(ed25519="!!!")
    elif what == "curve":
        keys = broken.device_keys(curve25519="AAAA")
    elif what == "unsigned":
        keys["signatures"] = {broken.user_id: {f"ed25519:{broken.device_id}": "AAAA"}}
    elif what == "shape":
        keys["keys"] = {}
    bad = {f"signed_curve25519:{n}": broken.signed({"key": "AAAA"}) for n in range(3)}
    broken.upload(device_keys=keys, one_time_keys=bad if what == "one-time key" else {})
    await ana.sync()

    said = await ana.say(room_id, "to everybody whole")

    await bo.reads(said)
    assert _sealed(broken) == 0


def _sealed(device: BareDevice) -> int:
    """How many encrypted messages came to it."""
    return sum(event["type"] == "m.room.encrypted" for event in device.inbox())


def _user(device: BareDevice) -> Any:
    return device.user_id


async def test_a_device_without_one_time_keys_gets_the_key_as_soon_as_it_has_some(crowd: Crowd) -> None:
    ana, _, room_id = await _nook_of_two(crowd)
    poor = BareDevice(crowd.server, crowd.server.register("poor"))
    await ana.gateway.invite(room_id, _user(poor))
    poor.join(room_id)
    poor.upload(device_keys=poor.device_keys())
    poor.sign_itself()
    await ana.sync()
    await ana.say(room_id, "poor cannot read this yet")
    (told,) = poor.inbox()
    assert (told["type"], told["content"]["code"]) == ("m.room_key.withheld", "m.no_olm")

    poor.upload(one_time_keys=poor.one_time_keys(3))
    await ana.say(room_id, "now poor can")

    assert _sealed(poor) == 1


# --- a server that lies -----------------------------------------------------------------------------------------------


async def test_a_forged_sender_is_never_shown_as_proved(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    cleo = await crowd.person("cleo")
    await _let_in(ana, cleo, room_id)
    await bo.reads(await ana.say(room_id, "known to all"))
    await bo.reads(await cleo.say(room_id, "me too"))
    await ana.say(room_id, "ana's own words")
    raw = copy.deepcopy(dict(await bo.gateway.fetch_sync(bo.since, 0)))
    _encrypted(raw, room_id)["sender"] = cleo.user_id

    step = bo.gateway.digest_sync(raw)

    (forged,) = _events(step.rooms)
    assert forged.sender == cleo.user_id
    assert isinstance(forged.payload, Unreadable)
    assert "somebody else" in forged.payload.why
    assert await bo.gateway.after_sync() == ()


async def test_a_stolen_room_key_does_not_make_the_thief_its_maker(crowd: Crowd) -> None:
    """Mallory, a member, passes ana's room key on to bo as her own before ana's copy comes."""
    ana, bo, room_id = await _nook_of_two(crowd)
    mallory = BareDevice(crowd.server, crowd.server.register("mallory"))
    mallory.upload(device_keys=mallory.device_keys())
    said = await ana.say(room_id, "ana wrote this")
    raw = dict(await bo.gateway.fetch_sync(bo.since, 0))
    outbound = ana.gateway._crypto._sharing._sessions[room_id]
    # The same room key from another sender, index and all.
    stolen = vodozemac.InboundGroupSession(vodozemac.SessionKey(outbound._session.session_key.to_base64()))
    assert stolen.session_id == outbound.id
    one_time_key = mallory.claim(bo.user_id, bo.gateway.device_id)
    assert one_time_key
    to = {"user_id": bo.user_id, "ed25519": _keys(bo)["ed25519"]}
    payload = json.loads(mallory.room_key(to, room_id, vodozemac.GroupSession()))
    payload["content"] |= {"session_id": outbound.id, "session_key": outbound._session.session_key.to_base64()}
    content = mallory.sealed(_keys(bo)["curve25519"], one_time_key, json.dumps(payload).encode())
    theft = {"type": "m.room.encrypted", "sender": mallory.user_id, "content": content}

    bo.gateway.digest_sync({"next_batch": "before", "to_device": {"events": [theft]}})
    bo.gateway.digest_sync(raw)
    await bo.gateway.after_sync()

    seen = await bo.gateway.event(room_id, said)
    assert isinstance(seen.payload, Message)
    assert (seen.sender, seen.trust) == (ana.user_id, Trust.SIGNED)


async def test_a_message_sent_again_under_another_name_is_not_shown_even_after_a_restart(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = await ana.say(room_id, "pay five euros")
    raw = await bo.gateway.fetch_sync(bo.since, 0)
    event = copy.deepcopy(_encrypted(raw, room_id))
    bo.gateway.digest_sync(raw)

    await bo.restart()
    (again,) = _events(bo.gateway.digest_sync(_news("y", room_id, event | {"event_id": "$copy"})).rooms)
    (same,) = _events(bo.gateway.digest_sync(_news("z", room_id, event)).rooms)

    assert isinstance(again.payload, Unreadable)
    assert (same.event_id, isinstance(same.payload, Message)) == (said, True)


async def test_a_room_once_encrypted_stays_so_though_the_server_denies_it(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    await bo.say(room_id, "known to be encrypted")

    deny = {"type": "m.room.encryption", "state_key": "", "sender": ana.user_id, "event_id": "$off", "content": {}}
    bo.gateway.digest_sync(_news("x", room_id, deny))
    await bo.restart()

    assert await bo.gateway._crypto.rooms.rotation(room_id) is not None


async def test_messages_without_the_old_hints_are_read_all_the_same(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    await ana.say(room_id, "no sender key, no device id")
    raw = copy.deepcopy(dict(await bo.gateway.fetch_sync(bo.since, 0)))
    for hint in ("sender_key", "device_id"):
        del _encrypted(raw, room_id)["content"][hint]

    (event,) = _events(bo.gateway.digest_sync(raw).rooms)

    assert isinstance(event.payload, Message)


# --- keys: late, used up, lost ----------------------------------------------------------------------------------------


async def test_a_message_whose_key_comes_late_is_read_when_it_comes(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = await ana.say(room_id, "worth waiting for")
    raw = dict(await bo.gateway.fetch_sync(bo.since, 0))

    (early,) = _events(bo.gateway.digest_sync(raw | {"to_device": {}}).rooms)
    await bo.restart()
    step = bo.gateway.digest_sync({"next_batch": "x", "to_device": raw["to_device"]})

    assert isinstance(early.payload, Unreadable)
    (late,) = step.decrypted_late
    assert isinstance(late.payload, Message)
    assert (late.event_id, late.payload.body) == (said, "worth waiting for")


async def test_a_sender_who_was_unknown_is_proved_as_soon_as_their_devices_are(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)
    await _let_in(ana, bo, room_id)
    said = await ana.say(room_id, "who am I")

    (first,) = _events((await _digest(bo)).rooms)
    (proved,) = await bo.gateway.after_sync()

    assert isinstance(first.payload, Unreadable)
    assert (first.event_id, first.payload.why) == (said, "it came from a device that nobody knows")
    assert (proved.event_id, proved.trust) == (said, Trust.SIGNED)
    assert await bo.gateway.after_sync() == ()


async def _digest(person: Person) -> Any:
    raw = await person.gateway.fetch_sync(person.since, 1)
    person.since = raw["next_batch"]
    return person.gateway.digest_sync(raw)


async def test_used_up_one_time_keys_are_made_anew_and_meanwhile_the_fallback_works(
    crowd: Crowd,
) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)
    mallory = BareDevice(crowd.server, crowd.server.register("mallory"))
    taken = [mallory.claim(bo.user_id, bo.gateway.device_id) for _ in range(53)]
    assert len(set(taken)) == 51, "50 one-time keys, then the fallback again and again"

    await ana.gateway.invite(room_id, bo.user_id)
    await bo.gateway.join(room_id)
    said = await ana.say(room_id, "by the fallback key")
    await bo.restart()
    await bo.reads(said)

    news = await bo.gateway.fetch_sync(bo.since, 0)
    assert news["device_one_time_keys_count"]["signed_curve25519"] == 50
    assert news["device_unused_fallback_key_types"] == ["signed_curve25519"]
    fresh = {mallory.claim(bo.user_id, bo.gateway.device_id) for _ in range(51)}
    assert len(fresh) == 51
    assert not fresh & set(taken)


async def test_an_older_copy_of_the_database_gets_new_keys_up_all_the_same(crowd: Crowd) -> None:
    bo = await crowd.person("bo")
    mallory = BareDevice(crowd.server, crowd.server.register("mallory"))
    older = bo.connection.execute("SELECT pickle FROM crypto_account").fetchone()
    for _ in range(50):
        mallory.claim(bo.user_id, bo.gateway.device_id)
    await bo.sync()
    for _ in range(45):
        mallory.claim(bo.user_id, bo.gateway.device_id)

    bo.connection.execute("UPDATE crypto_account SET pickle = ?", older)
    await bo.restart()
    await bo.sync()

    counts = (await bo.gateway.fetch_sync(bo.since, 0))["device_one_time_keys_count"]
    assert counts["signed_curve25519"] >= 45


async def test_a_database_restored_from_a_copy_uses_no_key_a_second_time(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    await ana.reads(await bo.say(room_id, "before the copy was made"))
    await bo.sync()
    await bo.close()
    copy_, since = bo.file.read_bytes(), bo.since
    bo.__post_init__()
    lost = [await bo.say(room_id, f"{n} after the copy was made") for n in range(3)]
    await ana.reads(lost[-1])
    used = bo.gateway._crypto._sharing._sessions[room_id].id
    await bo.close()

    for leftover in bo.file.parent.glob(f"{bo.file.name}*"):
        leftover.unlink()
    bo.file.write_bytes(copy_)
    bo.__post_init__()
    bo.since = since
    await bo.sync_until(lambda: lost[-1] in bo.seen)
    said = await bo.say(room_id, "from the restored copy")

    await ana.reads(said)
    assert bo.gateway._crypto._sharing._sessions[room_id].id != used
    assert ana.seen[said].trust is Trust.SIGNED
    await bo.reads(await ana.say(room_id, "and back"))


async def test_two_devices_that_lost_their_thread_find_it_again_by_themselves(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    every = ("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 1})
    room_id = await ana.gateway.create_room(RoomSpec("Nook", encrypted=True, history="invited", state=(every,)))
    await _let_in(ana, bo, room_id)
    await bo.reads(await ana.say(room_id, "so far so good"))

    bo.connection.execute("DELETE FROM crypto_olm")
    await bo.restart()
    lost = await ana.say(room_id, "its key is lost")
    await bo.sync()
    await ana.sync_until(lambda: len(ana.gateway._crypto._olm.session_store[_keys(bo)["curve25519"]]) > 1)
    found = await ana.say(room_id, "its key arrives")
    await bo.reads(found)

    assert isinstance(bo.seen[lost].payload, Unreadable)
    assert isinstance((await ana.reads(await bo.say(room_id, "and back"))).payload, Message)


async def test_a_thread_that_was_lost_is_found_again_with_somebody_never_written_to(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    every = ("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 1})
    room_id = await ana.gateway.create_room(RoomSpec("Nook", encrypted=True, history="invited", state=(every,)))
    await _let_in(ana, bo, room_id)
    await bo.reads(await ana.say(room_id, "so far so good"))
    for table in ("crypto_olm", "crypto_devices"):
        bo.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    await bo.restart()

    await ana.say(room_id, "its key is lost")
    await bo.sync()
    await ana.sync_until(lambda: len(ana.gateway._crypto._olm.session_store[_keys(bo)["curve25519"]]) > 1)

    await bo.reads(await ana.say(room_id, "its key arrives"))


async def test_a_crash_before_the_step_was_stored_loses_no_key_and_no_message(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = [await ana.say(room_id, f"word {n}") for n in range(3)]
    raw = await bo.gateway.fetch_sync(bo.since, 0)

    bo.connection.execute("BEGIN")
    first = bo.gateway.digest_sync(raw)
    bo.connection.execute("ROLLBACK")
    bo.gateway.forget_crypto()
    again = bo.gateway.digest_sync(raw)

    for step in (first, again):
        read = {event.event_id: event.payload for event in _events(step.rooms)}
        assert [isinstance(read[event_id], Message) for event_id in said] == [True, True, True]
    answer = await bo.say(room_id, "all there")
    await ana.reads(answer)


async def test_a_process_that_died_in_the_middle_of_a_step_reads_it_at_the_next_start(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = await ana.say(room_id, "kept")
    bo.connection.execute("BEGIN")
    bo.gateway.digest_sync(await bo.gateway.fetch_sync(bo.since, 0))

    await bo.restart()

    await bo.reads(said)


async def test_a_send_that_was_cancelled_halfway_blocks_no_later_one(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    for pause in (0, 0.001, 0.005, 0.02):
        what = SendContent("m.room.message", {"msgtype": "m.text", "body": "never mind"})
        task = asyncio.create_task(ana.gateway.send(room_id, what, TxnId(f"cancelled {pause}")))
        await asyncio.sleep(pause)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    said = await asyncio.wait_for(ana.say(room_id, "this one"), 10)

    await bo.reads(said)


async def test_the_room_key_changes_when_a_device_of_a_member_is_gone(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    await bo.reads(await ana.say(room_id, "with this device"))
    before = ana.gateway._crypto._sharing._sessions[room_id].id
    await ana.say(room_id, "and again")
    assert ana.gateway._crypto._sharing._sessions[room_id].id == before

    await bo.gateway.logout()
    await ana.sync_until(lambda: not _active(ana, bo))
    await ana.say(room_id, "without it")

    assert ana.gateway._crypto._sharing._sessions[room_id].id != before


async def test_the_room_key_changes_as_often_as_the_room_asks(crowd: Crowd) -> None:
    ana = await crowd.person("ana")
    often = ("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 2})
    room_id = await ana.gateway.create_room(RoomSpec("Nook", encrypted=True, state=(often,)))

    used = []
    for word in "abcde":
        await ana.say(room_id, word)
        used.append(ana.gateway._crypto._sharing._sessions[room_id].id)

    assert [used[0] == used[1], used[1] == used[2], used[2] == used[3], used[3] == used[4]] == [
        True,
        False,
        True,
        False,
    ]


def _active(who: Person, of: Person) -> list[Any]:
    return list(who.gateway._crypto._olm.device_store.active_user_devices(of.user_id))


async def test_the_database_of_another_device_is_refused_and_left_as_it_is(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    before = bo.connection.execute("SELECT pickle FROM crypto_account").fetchone()

    with pytest.raises(StoreDamaged):
        NioGateway(ana.credentials, bo.connection, PICKLE_KEY)

    assert bo.connection.execute("SELECT pickle FROM crypto_account").fetchone() == before
