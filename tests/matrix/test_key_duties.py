"""Asking for keys while servers are slow, dead or poor, and people come and go: nobody waits, nobody is missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nookterm.client.errors import ServerTrouble
from nookterm.matrix.lazy import MOST_SESSIONS
from tests.matrix.key_lab import ANA, BO, CLEO, NOOK, SHED, KeyLab, hang, key_lab


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[KeyLab]:
    async with key_lab(tmp_path) as running:
        yield running


async def test_a_server_that_never_answers_keeps_no_other_room_waiting(lab: KeyLab) -> None:
    lab.room(SHED, ANA)
    lab.room(NOOK, CLEO)
    await lab.say(SHED)

    async def dead(body: dict[str, Any]) -> None:
        if CLEO in body["device_keys"]:
            await asyncio.sleep(3600)

    lab.hooks["/keys/query"] = dead
    stuck = asyncio.create_task(lab.say(NOOK))
    async with asyncio.timeout(5):
        await _until(lambda: any(CLEO in body.get("device_keys", {}) for _, body in lab.asked))
        await lab.say(SHED)

    assert not stuck.done()
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)


async def test_what_a_sync_owes_keeps_no_message_waiting(lab: KeyLab) -> None:
    lab.room(SHED, ANA)
    await lab.say(SHED)
    lab.gateway._crypto._olm.users_for_key_query.add(CLEO)
    lab.hooks["/keys/query"] = hang
    owing = asyncio.create_task(lab.gateway.after_sync())

    async with asyncio.timeout(5):
        await _until(lambda: lab.times("/keys/query") > 1)
        await lab.say(SHED)

    assert not owing.done()
    owing.cancel()
    await asyncio.gather(owing, return_exceptions=True)


async def test_somebody_who_is_being_asked_about_is_asked_about_again_before_a_message(lab: KeyLab) -> None:
    lab.room(NOOK, BO)
    await lab.say(NOOK)
    del lab.world.accounts[BO]["BO2"]
    before = lab.session(NOOK)
    first: list[int] = []

    async def once(_body: dict[str, Any]) -> None:
        first.append(1)
        if len(first) == 1:
            await asyncio.sleep(3600)

    lab.hooks["/keys/query"] = once
    lab.news(device_lists={"changed": [BO]})
    owing = asyncio.create_task(lab.gateway.after_sync())
    async with asyncio.timeout(5):
        await _until(lambda: first)
        await lab.say(NOOK)

    assert lab.session(NOOK) != before
    owing.cancel()
    await asyncio.gather(owing, return_exceptions=True)


async def test_two_rooms_of_the_same_people_do_not_keep_each_other_asking(lab: KeyLab) -> None:
    lab.room(NOOK, ANA, BO)
    lab.room(SHED, ANA, BO)

    async def slow(_body: dict[str, Any]) -> None:
        await asyncio.sleep(0.02)

    lab.hooks["/keys/query"] = slow
    await asyncio.gather(*(lab.say(room) for room in (NOOK, SHED) * 3), lab.gateway.after_sync())
    lab.news(device_lists={"changed": [ANA, BO]})
    before = lab.times("/keys/query")
    await asyncio.gather(*(lab.say(room) for room in (NOOK, SHED) * 3), lab.gateway.after_sync())

    assert lab.times("/send/") == 12
    assert lab.times("/keys/query") - before <= 3


async def test_an_answer_that_comes_late_does_not_bring_a_removed_device_back(lab: KeyLab) -> None:
    duties = lab.gateway._crypto._keys
    release = asyncio.Event()
    old = {"device_keys": {BO: lab.world.devices(BO)}}

    async def first_late(_body: dict[str, Any]) -> dict[str, Any] | None:
        if lab.times("/keys/query") == 1:
            await release.wait()
            return old
        return None

    lab.hooks["/keys/query"] = first_late
    early = asyncio.create_task(duties.query({BO}))
    await _until(lambda: lab.times("/keys/query") == 1)
    del lab.world.accounts[BO]["BO2"]
    assert await duties.query({BO}) == {BO}
    release.set()

    assert await early == {BO}
    assert [d.id for d in lab.gateway._crypto._olm.device_store.active_user_devices(BO)] == ["BO1"]


async def test_who_leaves_while_the_key_is_on_its_way_cannot_read_the_message(lab: KeyLab) -> None:
    lab.room(NOOK, ANA, BO)
    used: list[str] = []

    async def leaves(_body: dict[str, Any]) -> None:
        used.append(lab.session(NOOK))
        if len(used) == 1:
            lab.moves(NOOK, BO, "leave")

    lab.hooks["/sendToDevice/"] = leaves
    await lab.say(NOOK)

    sent = next(body for where, body in reversed(lab.asked) if "/send/" in where)
    assert len(set(used)) == 2
    assert sent["session_id"] == used[-1]
    newest = next(body for where, body in reversed(lab.asked) if "/sendToDevice/" in where)
    assert set(newest["messages"]) == {ANA}


async def test_a_device_that_is_removed_while_the_key_is_on_its_way_cannot_read_the_message(lab: KeyLab) -> None:
    lab.room(NOOK, BO)
    used: list[str] = []

    async def removed(_body: dict[str, Any]) -> None:
        used.append(lab.session(NOOK))
        if lab.world.accounts[BO].pop("BO2", None):
            lab.news(device_lists={"changed": [BO]})
            await lab.gateway.after_sync()

    lab.hooks["/sendToDevice/"] = removed
    await lab.say(NOOK)

    sent = next(body for where, body in reversed(lab.asked) if "/send/" in where)
    assert sent["session_id"] == used[-1] != used[0]
    newest = next(body for where, body in reversed(lab.asked) if "/sendToDevice/" in where)
    assert list(newest["messages"][BO]) == ["BO1"]


async def test_a_room_that_never_comes_to_rest_is_not_written_into(lab: KeyLab) -> None:
    lab.room(NOOK, ANA)

    async def flickers(_body: dict[str, Any]) -> None:
        lab.moves(NOOK, BO, "leave" if BO in lab.members[NOOK] else "join")

    lab.hooks["/sendToDevice/"] = flickers
    with pytest.raises(ServerTrouble):
        await lab.say(NOOK)

    assert lab.times("/send/") == 0


async def test_a_device_without_keys_costs_a_question_now_and_then_and_not_one_for_each_message(lab: KeyLab) -> None:
    now = 1000.0
    lab.gateway._crypto._keys._clock = lambda: now
    lab.room(NOOK, ANA, BO)
    lab.empty.add("BO2")

    for _ in range(10):
        await lab.say(NOOK)
    assert lab.times("/keys/claim") == 2
    assert (BO, "BO2") not in lab.keyed()

    now += 16
    await lab.say(NOOK)
    assert lab.times("/keys/claim") == 3
    now += 16
    await lab.say(NOOK)
    assert lab.times("/keys/claim") == 3

    lab.empty.clear()
    now += 1000
    await lab.say(NOOK)
    assert (BO, "BO2") in lab.keyed()


async def test_a_device_that_cannot_be_reached_is_told_so_once(lab: KeyLab) -> None:
    lab.room(NOOK, ANA, BO)
    lab.empty.add("BO2")

    for _ in range(3):
        await lab.say(NOOK)

    (told,) = [body["messages"] for where, body in lab.asked if "/m.room_key.withheld/" in where]
    assert list(told) == [BO]
    assert {name: content["code"] for name, content in told[BO].items()} == {"BO2": "m.no_olm"}


async def test_a_device_without_keys_is_asked_at_once_when_its_owner_changed_something(lab: KeyLab) -> None:
    lab.room(NOOK, BO)
    lab.empty.add("BO2")
    for _ in range(3):
        await lab.say(NOOK)
    lab.empty.clear()

    lab.news(device_lists={"changed": [BO]})
    await lab.say(NOOK)

    assert (BO, "BO2") in lab.keyed()


async def test_a_dead_server_is_waited_for_once_and_not_before_each_message(lab: KeyLab) -> None:
    lab.room(NOOK, ANA, CLEO)
    claimed: list[set[str]] = []

    async def away(body: dict[str, Any]) -> dict[str, Any]:
        claimed.append(set(body["one_time_keys"]))
        keys = {user: {n: lab.world.one_time_key(user, n) for n in names} for user, names in _alive(body)}
        return {"one_time_keys": keys, "failures": {"dead.example": {"message": "no answer"}}}

    lab.hooks["/keys/claim"] = away
    for _ in range(4):
        await lab.say(NOOK)

    assert claimed == [{ANA, CLEO}]


def _alive(body: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    return [(user, names) for user, names in body["one_time_keys"].items() if user != CLEO]


async def test_a_rollback_in_the_middle_of_handing_out_keys_uses_no_place_of_a_ratchet_twice(lab: KeyLab) -> None:
    lab.room(NOOK, ANA, BO)

    async def rolled_back(_body: dict[str, Any]) -> None:
        lab.connection.execute("BEGIN")
        lab.news(device_lists={"changed": [BO]})
        lab.connection.execute("ROLLBACK")
        lab.gateway.forget_crypto()

    lab.hooks["/sendToDevice/"] = lab.hooks["/keys/claim"] = rolled_back
    await lab.say(NOOK)
    lab.hooks.clear()
    lab.gateway._crypto._sharing._sessions[NOOK].message_count = 10**6
    await lab.say(NOOK)

    bodies = [
        next(iter(content["ciphertext"].values()))["body"]
        for where, body in lab.asked
        if "/sendToDevice/" in where
        for devices in body["messages"].values()
        for content in devices.values()
    ]
    assert len(bodies) == len(set(bodies)) >= 6
    megolm = [body["ciphertext"] for where, body in lab.asked if "/send/" in where]
    assert len(set(megolm)) == 2


async def test_a_start_reads_nobodys_devices_and_sessions_and_a_message_only_those_it_needs(lab: KeyLab) -> None:
    lab.room(NOOK, ANA, BO)
    lab.room(SHED, CLEO)
    await lab.say(NOOK)
    await lab.say(SHED)

    lab.gateway.forget_crypto()
    olm = lab.gateway._crypto._olm
    assert (olm.device_store._entries, olm.session_store._entries) == ({}, {})
    await lab.say(NOOK)

    assert CLEO not in olm.device_store._entries
    assert lab.times("/keys/claim") == 2


async def test_a_flood_of_first_messages_leaves_few_sessions_and_the_newest_works(lab: KeyLab) -> None:
    lab.room(NOOK, ANA)
    await lab.say(NOOK)
    olm = lab.gateway._crypto._olm
    device = next(iter(olm.device_store[ANA].values()))
    for _ in range(3 * MOST_SESSIONS):
        (signed,) = lab.world.one_time_key(ANA, "ANA1").values()
        olm.create_session(signed["key"], device.curve25519)

    (kept,) = lab.connection.execute("SELECT count(*) FROM crypto_olm").fetchone()
    newest = olm.session_store[device.curve25519][0].id
    lab.gateway.forget_crypto()

    assert kept == MOST_SESSIONS
    assert olm.session_store[device.curve25519][0].id == newest


async def test_a_flood_under_many_names_ends_no_session_with_anybody_known(lab: KeyLab) -> None:
    lab.room(NOOK, ANA, BO)
    await lab.say(NOOK)
    olm = lab.gateway._crypto._olm
    flood = [(f"s{n}", f"stranger {n}", "", f"2999-01-01T00:00:{n:02}", "") for n in range(9)]
    lab.connection.executemany("INSERT INTO crypto_olm VALUES (?, ?, ?, ?, ?)", flood)

    olm.store.end_strangers(2)

    kept = [key for (key,) in lab.connection.execute("SELECT sender_key FROM crypto_olm")]
    known = {device.curve25519 for user in (ANA, BO) for device in olm.device_store[user].values()}
    assert set(kept) == known | {"stranger 7", "stranger 8"}


async def test_after_a_gap_that_nobody_can_tell_everything_is_asked_anew(lab: KeyLab) -> None:
    lab.room(NOOK, BO)
    await lab.say(NOOK)
    asked = lab.times("/keys/query"), lab.times("/members")
    await lab.say(NOOK)
    assert (lab.times("/keys/query"), lab.times("/members")) == asked

    lab.person(BO, "BO3")
    lab.gateway._crypto.changes_missed()
    await lab.say(NOOK)

    assert (BO, "BO3") in lab.keyed()


async def test_a_fallback_key_whose_upload_was_not_answered_goes_up_once(lab: KeyLab) -> None:
    account = lab.gateway._crypto._olm.account._account
    account.generate_fallback_key()
    (lost,) = account.fallback_key
    lab.news(device_unused_fallback_key_types=["signed_curve25519"])
    await lab.gateway.after_sync()

    lab.news(device_unused_fallback_key_types=[])
    await lab.gateway.after_sync()

    uploads = [body["fallback_keys"] for where, body in lab.asked if where.endswith("/keys/upload")]
    (again,) = uploads
    assert again
    assert f"signed_curve25519:{lost}" not in again


async def _until(done: Any) -> None:
    while not done():  # noqa: ASYNC110 - what is waited for happens in a server, which knows no event of ours
        await asyncio.sleep(0.01)
