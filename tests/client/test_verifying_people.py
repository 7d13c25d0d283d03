"""Comparing keys over a real server: between people in rooms, between devices of one person, against a lying server."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from nookterm.client.account import keep
from nookterm.client.changes import Happened, VerificationsChanged
from nookterm.client.errors import Changed, Problem
from nookterm.client.ports import Homeserver
from nookterm.client.proving import with_password
from nookterm.client.upkeep import Upkeep
from nookterm.domain.ids import RoomId, TxnId, UserId
from nookterm.trust.pins import Standing
from nookterm.trust.secret_storage import MASTER, SELF_SIGNING, USER_SIGNING
from nookterm.trust.verification import CancelCode, Flow, Phase
from tests.client.people import Person, Village

_NUMBER = itertools.count()


def flow_of(somebody: Person) -> Flow:
    """The newest."""
    return list(somebody.session.trust.flows.values())[-1]


async def until(there: Callable[[], bool], *everybody: Person) -> None:
    """Everybody keeps in step with the server until something is so."""
    for _ in range(40):
        if there():
            return
        for somebody in everybody:
            await somebody.sync()
            await somebody.session.trust.verifications.settled()
    flows = [
        [(flow.txn, str(flow.phase), flow.cancelled) for flow in p.session.trust.flows.values()] for p in everybody
    ]
    raise AssertionError(f"It did not come to that: {flows}")


def phase(somebody: Person, wanted: Phase) -> Callable[[], bool]:
    return lambda: bool(somebody.session.trust.flows) and flow_of(somebody).phase is wanted


async def another_device(people: Village, somebody: Person) -> Person:
    """Somebody signs in once more, on a device that nobody has signed."""
    name = f"{somebody.name}-{next(_NUMBER)}"
    server = Homeserver(people.server.base_url, ())
    credentials = await people.parts.doorway.login(server, somebody.id, somebody.password, "another")
    keep(people.parts, people.vault, credentials, name)
    device = Person(people.parts, name, somebody.password)
    people.people.append(device)
    await device.sync()
    await somebody.sync()
    return device


async def to_the_emoji(one: Person, other: Person, txn: str) -> None:
    """From a request of `one` to the emoji on both sides."""
    await until(phase(other, Phase.ASKED), one, other)
    await other.session.trust.verifications.accept(txn)
    await until(phase(one, Phase.READY), one, other)
    await one.session.trust.verifications.compare(txn)
    await until(lambda: flow_of(one).phase is flow_of(other).phase is Phase.COMPARING, one, other)


async def to_the_end(one: Person, other: Person, txn: str) -> None:
    await to_the_emoji(one, other, txn)
    for somebody in (one, other):
        await somebody.session.trust.verifications.same(txn)
    await until(lambda: flow_of(one).over and flow_of(other).over, one, other)


def standing(somebody: Person, user: UserId) -> Standing:
    return somebody.session.gateway.identities.pin(user).standing


async def vouches(somebody: Person, other: Person) -> bool:
    """Whether the server has the signature with which one vouches for the other."""
    from nookterm.trust.identity import is_vouched_for

    found = await somebody.session.gateway.key_server.query([somebody.id, other.id])
    key = found[somebody.id].user_signing
    assert key is not None
    return is_vouched_for(found[other.id], key)


async def friends(people: Village) -> tuple[Person, Person]:
    return await people.person("ana"), await people.person("bo")


async def test_two_people_verify_each_other_in_a_direct_room_that_is_made_for_it(people: Village) -> None:
    ana, bo = await friends(people)
    told: list[object] = []
    ana.session.changes.listen(told.append)
    txn = await ana.session.trust.verifications.ask_person(bo.id)
    room = flow_of(ana).room
    assert room is not None
    assert Happened(f"A direct room with {bo.id} was made, to ask them there.", room) in told
    await bo.enter(room)
    await to_the_end(ana, bo, txn)

    assert flow_of(ana).phase is flow_of(bo).phase is Phase.DONE
    assert standing(ana, bo.id) is standing(bo, ana.id) is Standing.VERIFIED
    assert await vouches(ana, bo)
    assert await vouches(bo, ana)
    assert ana.room(room).encrypted
    assert await ana.session.gateway.key_server.account_data("m.direct") == {bo.id: [room]}
    await ana.session.trust.verifications.ask_person(bo.id)
    assert flow_of(ana).room == room


async def test_a_new_device_is_trusted_after_a_look_at_the_old_one(people: Village) -> None:
    phone = await people.person("ana")
    laptop = await another_device(people, phone)
    me = phone.id
    assert not laptop.session.gateway.identities.this_device.signed_by_owner
    txn = await laptop.session.trust.verifications.ask_devices()
    await to_the_end(laptop, phone, txn)

    def has_all() -> bool:
        identities = laptop.session.gateway.identities
        return identities.this_device.signed_by_owner and all(
            identities.secret(name) for name in (MASTER, SELF_SIGNING, USER_SIGNING)
        )

    await until(has_all, laptop, phone)
    assert standing(laptop, me) is Standing.VERIFIED
    assert laptop.session.trust.identity.state().step == "ready"
    assert laptop.session.gateway.identities.secret(MASTER) == phone.session.gateway.identities.secret(MASTER)


async def test_what_the_phone_verified_the_laptop_knows(people: Village) -> None:
    """Our user-signing key has signed it: another device of ours needs no look of its own."""
    ana, bo = await friends(people)
    txn = await ana.session.trust.verifications.ask_person(bo.id)
    await bo.enter(flow_of(ana).room or RoomId(""))
    await to_the_end(ana, bo, txn)
    laptop = await another_device(people, ana)
    txn = await laptop.session.trust.verifications.ask_devices()
    await to_the_end(laptop, ana, txn)
    await until(lambda: laptop.session.gateway.identities.secret(USER_SIGNING) is not None, laptop, ana)
    await laptop.session.gateway.key_server.query([bo.id])

    assert standing(laptop, bo.id) is Standing.VERIFIED


async def test_a_third_device_sees_that_it_is_answered_elsewhere(people: Village) -> None:
    phone = await people.person("ana")
    tablet, laptop = await another_device(people, phone), await another_device(people, phone)
    txn = await phone.session.trust.verifications.ask_devices()
    await until(lambda: phase(tablet, Phase.ASKED)() and phase(laptop, Phase.ASKED)(), phone, tablet, laptop)
    await tablet.session.trust.verifications.accept(txn)
    await until(phase(laptop, Phase.ELSEWHERE), phone, tablet, laptop)

    assert flow_of(phone).device == tablet.session.gateway.device_id


async def test_a_mismatch_and_a_cancel_reach_the_other_side(people: Village) -> None:
    ana, bo = await friends(people)
    txn = await ana.session.trust.verifications.ask_person(bo.id)
    room = flow_of(ana).room or RoomId("")
    await bo.enter(room)
    await to_the_emoji(ana, bo, txn)
    await bo.session.trust.verifications.differ(txn)
    await until(phase(ana, Phase.CANCELLED), ana, bo)
    cancelled = flow_of(ana).cancelled
    assert cancelled is not None
    assert cancelled.code is CancelCode.MISMATCHED_SAS

    txn = await bo.session.trust.verifications.ask_person(ana.id)
    assert flow_of(bo).room == room
    await until(phase(ana, Phase.ASKED), ana, bo)
    await ana.session.trust.verifications.cancel(txn)
    await until(phase(bo, Phase.CANCELLED), ana, bo)
    with pytest.raises(Changed):
        await bo.session.trust.verifications.compare(txn)
    assert standing(ana, bo.id) is not Standing.VERIFIED


async def test_time_runs_out_and_a_request_of_the_past_is_not_shown(people: Village) -> None:
    phone = await people.person("ana")
    laptop = await another_device(people, phone)
    txn = await laptop.session.trust.verifications.ask_devices()
    await until(phase(phone, Phase.ASKED), phone, laptop)
    old = await laptop.session.trust.verifications.ask_devices()
    people.watch.forward(minutes=11)
    for device in (phone, laptop):
        await device.session.trust.expire()
        await device.session.trust.verifications.settled()
    assert phone.session.trust.flows[txn].phase is laptop.session.trust.flows[old].phase is Phase.CANCELLED
    await phone.sync()
    await phone.session.trust.verifications.settled()

    assert old not in phone.session.trust.flows


async def test_requests_that_cross_on_a_real_server_become_one(people: Village) -> None:
    phone = await people.person("ana")
    laptop = await another_device(people, phone)
    await phone.session.trust.verifications.ask_devices()
    await laptop.session.trust.verifications.ask_devices()

    def going(somebody: Person) -> list[str]:
        return [f.txn for f in somebody.session.trust.flows.values() if not f.over and f.phase is Phase.READY]

    await until(lambda: bool(going(phone)) and going(phone) == going(laptop), phone, laptop)


async def test_a_request_that_another_process_of_ours_took_is_still_there(people: Village) -> None:
    phone = await people.person("ana")
    laptop = await another_device(people, phone)
    txn = await laptop.session.trust.verifications.ask_devices()
    await phone.sync()
    await phone.session.trust.verifications.settled()
    await phone.reopen()
    await phone.session.trust.expire()
    await phone.session.trust.verifications.settled()
    assert phone.session.trust.flows[txn].phase is Phase.ASKED


async def test_a_server_that_swaps_keys_is_found_out_on_the_real_way(people: Village) -> None:
    """The server tells Ana that Bo's master key is another one, well signed by itself, and everything else is true."""
    from tests.trust.people import person as made_up

    ana, bo = await friends(people)
    mallory = made_up(bo.id, bo.session.gateway.device_id, seed="mallory").answer()
    keys = ana.session.gateway._crypto._keys  # type: ignore[attr-defined]  # the server's answer, before it is read
    ask = keys._http.call

    async def lie(method: str, where: str, *words: Any, **more: Any) -> Any:
        answer = await ask(method, where, *words, **more)
        if where.endswith("/keys/query") and bo.id in answer.get("master_keys", {}):
            for part in ("master_keys", "self_signing_keys"):
                answer[part][bo.id] = mallory[part][bo.id]
        return answer

    keys._http.call = lie
    txn = await ana.session.trust.verifications.ask_person(bo.id)
    await bo.enter(flow_of(ana).room or RoomId(""))
    await to_the_end(ana, bo, txn)

    codes = {flow.cancelled.code for flow in (flow_of(ana), flow_of(bo)) if flow.cancelled}
    assert codes == {CancelCode.KEY_MISMATCH}
    assert standing(bo, ana.id) is standing(ana, bo.id) is Standing.PINNED


async def test_what_verifications_say_in_a_room_is_in_clear_and_nothing_else_can_be(people: Village) -> None:
    """Whoever sees a broken identity of ours could not read it encrypted, and that is when one verifies again."""
    ana, bo = await friends(people)
    await ana.session.trust.verifications.ask_person(bo.id)
    room = flow_of(ana).room or RoomId("")
    server = ana.session.gateway.key_server
    with pytest.raises(ValueError, match="no part of a verification"):
        await server.send_to_room(room, "m.room.message", {"msgtype": "m.text", "body": "secret"}, TxnId("t"))
    await ana.sync()
    [request] = [e for e in ana.session.store.timeline(room, 50) if e.event_id == flow_of(ana).txn]
    assert not request.encrypted


async def test_whoever_has_a_new_identity_is_compared_again_although_nothing_else_may_be_sent_to_them(
    people: Village,
) -> None:
    ana, bo = await friends(people)
    txn = await ana.session.trust.verifications.ask_person(bo.id)
    room = flow_of(ana).room or RoomId("")
    await bo.enter(room)
    await to_the_end(ana, bo, txn)
    await bo.session.trust.identity.reset(with_password(bo.id, bo.password))
    await until(lambda: standing(ana, bo.id) is Standing.VIOLATED, ana, bo)
    with pytest.raises(Problem):
        await ana.say(room, "are you still you?")

    # Bo gave nobody up: he vouched for Ana with keys that are gone, and has to look again, too.
    txn = await bo.session.trust.verifications.ask_person(ana.id)
    await to_the_end(bo, ana, txn)

    assert flow_of(ana).phase is flow_of(bo).phase is Phase.DONE
    assert standing(ana, bo.id) is standing(bo, ana.id) is Standing.VERIFIED
    assert await vouches(ana, bo)
    # What waited has left by itself.
    await until(lambda: "are you still you?" in bo.heard(room), ana, bo)


async def test_who_is_verified_before_the_secrets_have_come_is_vouched_for_when_they_are_here(people: Village) -> None:
    ana, bo = await friends(people)
    laptop = await another_device(people, ana)
    txn = await laptop.session.trust.verifications.ask_devices()
    await to_the_emoji(laptop, ana, txn)
    for device in (laptop, ana):
        await device.session.trust.verifications.same(txn)
    await until(lambda: ana.session.trust.identity.state().owed == 0 and phase(ana, Phase.DONE)(), laptop, ana)
    held = {name: ana.session.gateway.identities.secret(name) for name in (MASTER, SELF_SIGNING, USER_SIGNING)}
    for name in held:
        # The phone, which has signed the laptop, is as good as away when it is asked for them.
        ana.session.gateway.identities.keep_secret(name, None)
    await until(phase(laptop, Phase.DONE), laptop)
    txn = await laptop.session.trust.verifications.ask_person(bo.id)
    await bo.enter(flow_of(laptop).room or RoomId(""))
    await to_the_end(laptop, bo, txn)

    assert standing(laptop, bo.id) is Standing.VERIFIED
    assert getattr(laptop.session.trust.verifications.problem(txn), "code", "") == "signature_waits"
    assert not await vouches(laptop, bo)
    await laptop.session.trust.identity.take_secrets({name: secret for name, secret in held.items() if secret})
    assert await vouches(laptop, bo)


async def test_the_upkeep_of_an_account_ends_what_takes_too_long(people: Village) -> None:
    phone = await people.person("ana")
    laptop = await another_device(people, phone)
    txn = await laptop.session.trust.verifications.ask_devices()
    people.watch.forward(minutes=11)
    ended = asyncio.Event()
    laptop.session.changes.listen(lambda change: ended.set() if isinstance(change, VerificationsChanged) else None)
    upkeep = asyncio.create_task(Upkeep(laptop.session).run())
    try:
        await asyncio.sleep(0)
        laptop.session.set_phase("offline")
        async with asyncio.timeout(10):
            await ended.wait()
    finally:
        upkeep.cancel()
        await asyncio.gather(upkeep, return_exceptions=True)
    assert laptop.session.trust.flows[txn].phase is Phase.CANCELLED
