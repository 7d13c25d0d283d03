"""Comparing keys between two accounts: what people see, what is believed after it, and every way of disturbing it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nookterm.client.changes import VerificationsChanged
from nookterm.client.errors import Changed, NotAllowed, NotFound, NotTrusted, Offline, Problem, WrongUsage
from nookterm.client.ports import Arrived
from nookterm.client.verification_requests import MOST, MOST_OF_ONE
from nookterm.domain.events import Json, Membership
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.trust.pins import Standing
from nookterm.trust.secret_storage import SECRETS
from nookterm.trust.signing import add_signature, new_signing_key
from nookterm.trust.verification import REQUEST, CancelCode, Cancelled, Phase
from tests.client.verifying import NOON, TALK, End, Parcel, World, comparing, own_devices, two_people
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, TABLET, chance
from tests.trust.people import Person, person

BOTH_DONE = (Phase.DONE, Phase.DONE)
CY = UserId("@cy:dale.example")


# --- the way it goes --------------------------------------------------------------------------------------------------


async def test_two_people_compare_emoji_and_vouch_for_each_other() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()

    assert (ana.phase, bo.phase) == (Phase.REQUESTED, Phase.ASKED)
    assert ana.flow.txn == bo.flow.txn == txn
    assert ana.flow.room == bo.flow.room == TALK
    await comparing(world, ana, bo)
    assert ana.flow.code is not None
    assert ana.flow.code == bo.flow.code
    await ana.same()
    await bo.same()
    assert not ana.believes | bo.believes
    await world.run()

    assert (ana.phase, bo.phase) == BOTH_DONE
    assert ana.believes == {bo.who.keys.master.public}
    assert bo.believes == {ana.who.keys.master.public}
    assert ana.pin(BO).standing is bo.pin(ANA).standing is Standing.VERIFIED
    assert {user for body in world.signatures for user in body} == {ANA, BO}
    assert (ana.moved, bo.moved) == ([BO], [ANA])
    assert world.sent == ["m.room.message", "ready", "start", "accept", "key", "key", "mac", "mac", "done", "done"]
    assert ana.verifications.problem(txn) is bo.verifications.problem(txn) is None


async def test_a_new_device_is_signed_by_the_old_one_and_asks_for_the_secrets_then() -> None:
    world, phone, laptop = own_devices()
    txn = await laptop.verifications.ask_devices()
    await world.run()
    assert phone.flow.room is None
    await comparing(world, laptop, phone)
    await phone.same()
    await laptop.same()
    await world.run()

    assert (phone.phase, laptop.phase) == BOTH_DONE
    assert laptop.pin(ANA).standing is Standing.VERIFIED
    assert laptop.this_device.signed_by_owner
    assert laptop.asked_for == [*SECRETS, *SECRETS]
    assert [list(body[ANA]) for body in world.signatures] == [[LAPTOP]]
    assert phone.asked_for == []
    assert laptop.verifications.problem(txn) is None


async def test_a_code_is_shown_as_text_read_and_confirmed() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await bo.verifications.accept(txn)
    await world.run()

    code = await bo.verifications.show_code(txn)
    assert code is not None
    assert code == await bo.verifications.show_code(txn)
    assert (bo.verifications.code_bytes(txn) or b"").startswith(b"MATRIX")
    with pytest.raises(WrongUsage, match="not a code"):
        await ana.verifications.read_code(txn, "not a code")
    await ana.verifications.read_code(txn, f" {code[:40]}\n{code[40:]} ")
    await world.run()
    assert (ana.phase, bo.phase) == (Phase.CONFIRMED, Phase.SCANNED)
    assert not ana.believes | bo.believes
    await bo.same()
    await world.run()

    assert (ana.phase, bo.phase) == BOTH_DONE
    assert ana.believes == {bo.who.keys.master.public}
    assert bo.believes == {ana.who.keys.master.public}


@pytest.mark.parametrize("new_shows", [True, False])
async def test_a_new_device_is_proved_by_a_code_in_both_directions(*, new_shows: bool) -> None:
    world, phone, laptop = own_devices()
    txn = await phone.verifications.ask_devices(LAPTOP)
    await world.run()
    await laptop.verifications.accept(txn)
    await world.run()
    shower, reader = (laptop, phone) if new_shows else (phone, laptop)
    await reader.verifications.read_code(txn, await shower.verifications.show_code(txn) or "")
    await world.run()
    await shower.same()
    await world.run()

    assert (phone.phase, laptop.phase) == BOTH_DONE
    assert laptop.pin(ANA).standing is Standing.VERIFIED
    assert [list(body[ANA]) for body in world.signatures] == [[LAPTOP]]


async def test_two_trusted_devices_of_one_person_may_compare_and_nothing_else_changes() -> None:
    world, phone, _ = own_devices(TABLET)
    tablet = next(end for end in world.ends if end.device == TABLET)
    txn = await phone.verifications.ask_devices(TABLET)
    await world.run()
    await tablet.verifications.accept(txn)
    await world.run()
    await tablet.verifications.read_code(txn, await phone.verifications.show_code(txn) or "")
    await world.run()
    await phone.same()
    await world.run()

    assert (phone.phase, tablet.phase) == BOTH_DONE
    assert tablet.verifications.problem(txn) is phone.verifications.problem(txn) is None
    assert tablet.asked_for == phone.asked_for == []


async def test_every_step_is_told() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()

    assert VerificationsChanged(frozenset({txn})) in ana.told
    assert bo.told == [VerificationsChanged(frozenset({txn}))]


# --- nothing answers by itself ----------------------------------------------------------------------------------------


async def test_a_request_is_never_answered_by_itself() -> None:
    world, ana, bo = two_people()
    await ana.verifications.ask_person(BO)
    await world.run()
    await world.pass_(minutes=9)

    assert bo.phase is Phase.ASKED
    assert world.sent == ["m.room.message"]


async def test_a_request_can_be_turned_down() -> None:
    world, ana, bo = two_people()
    await ana.verifications.ask_person(BO)
    await world.run()
    await bo.verifications.cancel(bo.flow.txn)
    await world.run()

    assert ana.flow.cancelled == Cancelled(CancelCode.USER, by_us=False)
    with pytest.raises(Changed, match="is over"):
        await ana.verifications.compare(ana.flow.txn)
    with pytest.raises(Changed, match="is over"):
        await ana.verifications.accept("$nothing")


async def test_whoever_is_not_trusted_themselves_cannot_verify_others() -> None:
    world, ana, bo = two_people(bo_trusted=False)
    with pytest.raises(NotTrusted, match="not trusted yet"):
        await bo.verifications.ask_person(ANA)
    await ana.verifications.ask_person(BO)
    await world.run()
    with pytest.raises(NotTrusted, match="not trusted yet"):
        await bo.verifications.accept(bo.flow.txn)
    assert bo.phase is Phase.ASKED

    bo.holds_keys = True
    await bo.query([BO])
    await bo.verifications.accept(bo.flow.txn)
    await world.run()
    assert (ana.phase, bo.phase) == (Phase.READY, Phase.READY)


# --- disturbances -----------------------------------------------------------------------------------------------------


async def test_a_difference_that_people_see_ends_it_for_both_and_nobody_is_believed() -> None:
    world, ana, bo = two_people()
    await ana.verifications.ask_person(BO)
    await world.run()
    await comparing(world, ana, bo)
    await ana.same()
    await bo.verifications.differ(bo.flow.txn)
    await world.run()

    assert bo.flow.cancelled == Cancelled(CancelCode.MISMATCHED_SAS, by_us=True)
    assert ana.flow.cancelled == Cancelled(CancelCode.MISMATCHED_SAS, by_us=False)
    assert not ana.believes | bo.believes
    assert world.signatures == []


async def test_a_code_that_their_device_does_not_call_right_is_no_proof() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await bo.verifications.accept(txn)
    await world.run()
    await ana.verifications.read_code(txn, await bo.verifications.show_code(txn) or "")
    await world.run()
    await bo.verifications.differ(txn)
    await world.run()

    assert ana.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=False)
    assert not ana.believes | bo.believes


async def test_ten_minutes_end_it_although_nobody_does_anything() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await bo.verifications.accept(txn)
    await world.run()
    await world.pass_(minutes=10, seconds=1)

    assert (ana.phase, bo.phase) == (Phase.CANCELLED, Phase.CANCELLED)
    assert ana.flow.cancelled is not None
    assert ana.flow.cancelled.code is CancelCode.TIMEOUT
    await world.pass_(seconds=59)
    assert list(ana.verifications.flows) == list(bo.verifications.flows) == [txn]
    await world.pass_(seconds=2)
    assert (ana.verifications.flows, bo.verifications.flows) == ({}, {})


@pytest.mark.parametrize("minutes", [-11, -10.1, 5.1, 11])
async def test_requests_from_long_ago_or_from_the_future_are_not_shown(minutes: float) -> None:
    world, ana, bo = two_people()
    await ana.verifications.ask_person(BO)
    [_, parcel] = world.under_way
    parcel.what = replace(parcel.what, sent_at=moved(minutes))
    await world.run()

    assert bo.verifications.flows == {}
    assert bo.told == []


def moved(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def test_whoever_has_no_identity_is_not_asked() -> None:
    world, ana, _ = two_people()
    world.forge = lambda _end, user, answer: {"device_keys": answer["device_keys"]} if user == BO else answer
    with pytest.raises(NotAllowed, match="no identity") as caught:
        await ana.verifications.ask_person(BO)
    assert caught.value.code == "no_identity"
    assert world.sent == []


async def test_a_device_that_poses_as_an_identity_is_never_asked() -> None:
    """CVE-2022-39250: the master key as a device id."""
    _, ana, bo = two_people()
    bo.who.add_device(DeviceId(bo.who.keys.master.public))
    with pytest.raises(NotAllowed, match="poses as"):
        await ana.verifications.ask_person(BO)


async def test_a_person_about_whom_nothing_can_be_learned_is_not_asked() -> None:
    world, ana, _ = two_people()
    with pytest.raises(Problem, match="did not answer"):
        await ana.verifications.ask_person(CY)
    world.deaf = True
    with pytest.raises(Offline):
        await ana.verifications.ask_person(BO)
    assert world.sent == []


async def test_asking_oneself_asks_the_other_devices_those_first_that_can_help() -> None:
    world, _phone, laptop = own_devices(TABLET)
    await laptop.verifications.ask_person(ANA)
    assert laptop.flow.asked == (PHONE, TABLET)
    await world.run()
    with pytest.raises(NotFound, match="called NOPE"):
        await laptop.verifications.ask_devices(DeviceId("NOPE"))


async def test_a_single_device_has_nobody_to_compare_with() -> None:
    _, ana, bo = two_people()
    with pytest.raises(NotFound, match="No other device"):
        await ana.verifications.ask_devices()
    bo.world.forge = lambda _end, _user, answer: {"device_keys": answer["device_keys"]}
    with pytest.raises(NotAllowed, match="no identity"):
        await bo.verifications.ask_devices()


async def test_the_first_device_that_answers_goes_on_and_the_others_learn_it() -> None:
    world, phone, laptop = own_devices(TABLET)
    tablet = next(end for end in world.ends if end.device == TABLET)
    txn = await laptop.verifications.ask_devices()
    await world.run()
    assert phone.phase is tablet.phase is Phase.ASKED
    await tablet.verifications.accept(txn)
    await world.run()

    assert laptop.flow.device == TABLET
    assert (tablet.phase, phone.phase) == (Phase.READY, Phase.ELSEWHERE)


async def test_of_two_devices_that_answer_at_once_in_a_room_the_first_in_the_servers_order_goes_on() -> None:
    world, ana, bo = two_people()
    bo.who.add_device(TABLET)
    tablet = End(world, bo.who, TABLET)
    tablet.live_in(TALK, ANA)
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await bo.verifications.accept(txn)
    await tablet.verifications.accept(txn)
    await world.run()

    assert ana.flow.device == PHONE
    assert (bo.phase, tablet.phase) == (Phase.READY, Phase.ELSEWHERE)
    await ana.verifications.compare(txn)
    await world.run()
    assert (ana.phase, bo.phase, tablet.phase) == (Phase.COMPARING, Phase.COMPARING, Phase.ELSEWHERE)


async def test_another_device_of_ours_sees_what_is_answered_in_a_room() -> None:
    world, ana, bo = two_people()
    bo.who.add_device(TABLET)
    tablet = End(world, bo.who, TABLET)
    tablet.live_in(TALK, ANA)
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await tablet.verifications.accept(txn)
    await world.run()

    assert (tablet.phase, bo.phase) == (Phase.READY, Phase.ELSEWHERE)


# --- crossing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ana_first", [True, False])
async def test_of_two_requests_that_cross_one_goes_on_and_both_have_agreed(*, ana_first: bool) -> None:
    world, ana, bo = two_people()
    one, other = (ana, bo) if ana_first else (bo, ana)
    await one.verifications.ask_person(other.user_id)
    await other.verifications.ask_person(one.user_id)
    await world.run()

    going = [{flow.txn: flow.phase for flow in end.verifications.flows.values() if not flow.over} for end in (ana, bo)]
    assert going[0] == going[1]
    assert list(going[0].values()) == [Phase.READY]


async def test_own_devices_that_ask_each_other_at_once_agree_on_one_request() -> None:
    world, phone, laptop = own_devices(TABLET)
    tablet = next(end for end in world.ends if end.device == TABLET)
    await phone.verifications.ask_devices()
    await laptop.verifications.ask_devices()
    await world.run()

    [both] = {flow.txn for flow in phone.verifications.flows.values() if not flow.over} & {
        flow.txn for flow in laptop.verifications.flows.values() if not flow.over
    }
    assert phone.verifications.flows[both].phase is laptop.verifications.flows[both].phase is Phase.READY
    assert not [flow for flow in tablet.verifications.flows.values() if not flow.over]


async def test_whoever_asks_a_person_that_waits_for_an_answer_has_answered() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    assert await bo.verifications.ask_person(ANA) == txn
    await world.run()
    assert (ana.phase, bo.phase) == (Phase.READY, Phase.READY)

    world, phone, laptop = own_devices()
    txn = await phone.verifications.ask_devices()
    await world.run()
    assert await laptop.verifications.ask_devices() == txn


async def test_asking_again_takes_the_first_request_back() -> None:
    world, ana, bo = two_people()
    first = await ana.verifications.ask_person(BO)
    await world.run()
    second = await ana.verifications.ask_person(BO)
    await world.run()

    assert bo.verifications.flows[first].phase is Phase.CANCELLED
    assert bo.verifications.flows[second].phase is Phase.ASKED


# --- floods -----------------------------------------------------------------------------------------------------------


def request(sender: UserId, txn: str, device: DeviceId = PHONE, **more: object) -> Arrived:
    content = {"from_device": device, "methods": ["m.sas.v1"], "transaction_id": txn,
               "timestamp": int(NOON.timestamp() * 1000)}  # fmt: skip
    return Arrived(REQUEST, sender, content | more)


async def test_one_person_cannot_fill_the_screen_with_requests() -> None:
    world, _ana, bo = two_people()
    for number in range(30):
        await bo.verifications.take((request(ANA, f"flood{number}"),))
    await world.run()
    assert len(bo.verifications.flows) == MOST_OF_ONE
    for flow in list(bo.verifications.flows.values()):
        await bo.verifications.cancel(flow.txn)
    await bo.verifications.take((request(ANA, "later"),))
    await world.run()
    assert "later" not in bo.verifications.flows


async def test_all_others_together_cannot_either() -> None:
    world, _, bo = two_people()
    crowd = [UserId(f"@p{number}:river.example") for number in range(30)]
    bo.live_in(TALK, *crowd)
    for user in crowd:
        world.people[user] = person(user, PHONE)
        await bo.verifications.take((request(user, f"from{user}"),))
    await world.run()

    assert len(bo.verifications.flows) == MOST


async def test_a_crowd_does_not_keep_our_own_devices_from_asking() -> None:
    world, phone, laptop = own_devices()
    crowd = [UserId(f"@p{number}:river.example") for number in range(MOST)]
    phone.live_in(TALK, *crowd)
    for user in crowd:
        await phone.verifications.take((request(user, f"from{user}"),))
    txn = await laptop.verifications.ask_devices()
    await world.run()
    assert txn in phone.verifications.flows


async def test_strangers_and_people_in_rooms_that_we_have_left_cannot_ask() -> None:
    world, ana, bo = two_people()
    world.people[CY] = person(CY, PHONE)
    await bo.verifications.take((request(CY, "stranger"),))
    bo.live_in(TALK, ANA, membership=Membership.LEAVE)
    await bo.verifications.take((request(ANA, "no room of ours"),))
    await ana.verifications.ask_person(BO, TALK)
    await world.run()

    assert bo.verifications.flows == {}


async def test_requests_to_somebody_else_in_the_room_are_not_ours() -> None:
    world, ana, bo = two_people()
    cy = End(world, person(CY, PHONE))
    for end in (ana, bo, cy):
        end.live_in(TALK, *({ANA, BO, CY} - {end.user_id}))
    await ana.verifications.ask_person(CY, TALK)
    await world.run()

    assert bo.verifications.flows == {}
    assert cy.phase is Phase.ASKED


async def test_nobody_can_take_the_name_of_a_request_in_a_room() -> None:
    world, ana, bo = two_people()
    await bo.verifications.take((request(ANA, "$event0"),))
    await ana.verifications.ask_person(BO)
    await world.run()

    assert bo.flow.room == TALK


async def test_whoever_seals_a_message_has_to_be_the_device_that_it_names() -> None:
    world, _, bo = two_people()
    other = world.people[ANA].identity().devices[PHONE]
    lie = replace(request(ANA, "sealed", TABLET), device=other, encrypted=True)
    await bo.verifications.take((lie, replace(request(ANA, "honest"), device=other, encrypted=True)))
    await world.run()

    assert list(bo.verifications.flows) == ["honest"]


async def test_broken_requests_and_events_about_nothing_change_nothing() -> None:
    world, _, bo = two_people()
    nothing = Arrived("m.key.verification.start", ANA, {"transaction_id": "unknown"})
    nameless = Arrived("m.key.verification.start", ANA, {})
    other = Arrived("m.secret.request", ANA, {})
    broken = request(ANA, "broken", methods="all")
    own = request(BO, "mine")
    bo.live_in(TALK, ANA)
    await bo.verifications.take((nothing, nameless, other, broken, own, request(ANA, "x" * 300)))
    await world.run()

    assert bo.verifications.flows == {}
    assert world.sent == []


async def test_a_flood_of_events_in_one_flow_is_not_followed() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    relates = {"rel_type": "m.reference", "event_id": txn}
    for number in range(60):
        noise = Arrived("m.key.verification.done", ANA, {"m.relates_to": relates}, room_id=TALK,
                        event_id=EventId(f"$noise{number}"), sent_at=NOON)  # fmt: skip
        await bo.verifications.take((noise,))
    await world.run()
    assert bo.flow.over


# --- the network ------------------------------------------------------------------------------------------------------


async def test_a_send_that_fails_once_is_tried_again_in_its_place() -> None:
    world, ana, bo = two_people()
    await ana.verifications.ask_person(BO)
    await world.run()
    await comparing(world, ana, bo)
    await ana.same()
    world.refusals = [Offline("The server is away.")]
    await bo.same()
    await world.run()

    assert (ana.phase, bo.phase) == BOTH_DONE
    assert world.sent[-4:] == ["mac", "mac", "done", "done"]


async def test_a_send_that_fails_for_good_ends_it_with_words() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    world.refusals = [Offline("The server is away.")] * 2
    await bo.verifications.accept(txn)
    await world.run()

    assert bo.phase is ana.phase is Phase.CANCELLED
    problem = bo.verifications.problem(txn)
    assert problem is not None
    assert "The server is away" in problem.message
    assert problem.code == "not_sent"


async def test_a_room_is_made_where_there_is_none_and_the_one_they_have_come_into_is_taken_before() -> None:
    world, ana, _ = two_people()
    lonely = End(world, ana.who)
    await lonely.verifications.ask_person(BO)
    [[room, spec]] = lonely.rooms_made
    assert lonely.flow.room == room
    assert (spec.name, spec.encrypted, spec.is_direct, spec.invite) == ("", True, True, (BO,))
    assert lonely.account_data_of["m.direct"] == {BO: [room]}

    empty, here = RoomId("!0empty:river.example"), RoomId("!1here:river.example")
    lonely.live_in(empty, invited=(BO,))
    lonely.live_in(here, BO)
    await lonely.verifications.ask_person(BO)
    assert lonely.flow.room == here
    await world.close()


async def test_a_room_is_asked_in_although_it_cannot_be_listed_as_direct() -> None:
    world, ana, _ = two_people()
    lonely = End(world, ana.who)
    lonely.account_data_of["m.direct"] = None
    await lonely.verifications.ask_person(BO)
    assert len(lonely.rooms_made) == 1
    await world.close()


async def test_a_server_that_says_nothing_about_ourselves_is_not_believed() -> None:
    world, phone, _ = own_devices()
    world.people.clear()
    with pytest.raises(Problem, match="nothing about this account"):
        await phone.verifications.ask_devices()


async def test_answers_that_make_no_sense_just_then_do_nothing() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    for act in (ana.verifications.accept, ana.verifications.compare, ana.verifications.same, bo.verifications.compare):
        await act(txn)
    assert await ana.verifications.show_code(txn) is None
    assert ana.verifications.code_bytes(txn) is None
    await world.run()
    assert world.sent == ["m.room.message"]


async def test_somebody_about_whom_the_server_is_silent_just_now_is_looked_at_later() -> None:
    world, ana, bo = two_people()
    await ana.verifications.ask_person(BO)
    who = world.people.pop(ANA)
    await world.run()
    assert bo.verifications.flows == {}
    world.people[ANA] = who
    await world.pass_(seconds=30)
    assert bo.phase is Phase.ASKED


async def test_nobody_is_asked_about_for_ever() -> None:
    world, ana, bo = two_people()
    await ana.verifications.ask_person(BO)
    world.people.pop(ANA)
    await world.run()
    await world.pass_(minutes=11)
    asked = len(bo.asked_about)
    assert asked > 0
    await world.pass_(minutes=1)
    assert len(bo.asked_about) == asked


async def test_what_a_server_forbids_is_not_tried_again() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    world.refusals = [NotAllowed("You may not write here.")] * 2
    await bo.verifications.accept(txn)
    await world.run()

    assert bo.phase is Phase.CANCELLED
    assert world.sent == ["m.room.message"]


async def test_a_request_that_cannot_be_looked_at_now_is_looked_at_later() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    world.deaf = True
    await world.run()
    assert bo.verifications.flows == {}
    world.deaf = False
    await world.pass_(seconds=30)

    assert list(bo.verifications.flows) == [txn]


async def test_a_request_outlives_a_restart_until_it_is_answered() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await bo.verifications.take((request(ANA, "by device"),))
    await world.run()
    bo.open()
    await world.pass_(minutes=1)
    assert set(bo.verifications.flows) == {txn, "by device"}
    assert bo.verifications.flows[txn].began == NOON
    await bo.verifications.cancel("by device")
    bo.open()
    await world.pass_(minutes=1)
    assert set(bo.verifications.flows) == {txn}
    bo.open()
    await world.pass_(minutes=10)
    assert bo.verifications.flows == {}


async def test_events_that_come_while_somebody_is_asked_about_wait_for_the_answer() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await ana.verifications.cancel(txn)
    [_echo, asks, _again, ends] = world.under_way
    world.under_way.clear()
    await bo.verifications.take((asks.what, ends.what))
    await world.settle()

    assert bo.flow.cancelled == Cancelled(CancelCode.USER, by_us=False)


async def test_an_answer_may_be_here_before_the_name_of_its_request() -> None:
    world, ana, bo = two_people()
    send = ana.send_to_room

    async def slowly(room_id: RoomId, type_: str, content: Json, txn_id: TxnId) -> EventId:
        name = await send(room_id, type_, content, txn_id)
        if type_ == "m.room.message":
            await world.deliver(1)
            await bo.verifications.accept(name)
            for parcel in list(world.under_way):
                if parcel.to is ana:
                    world.under_way.remove(parcel)
                    await ana.verifications.take((parcel.what,))
        return name

    ana.send_to_room = slowly  # type: ignore[method-assign]  # the response that is late
    await ana.verifications.ask_person(BO)
    await world.run()
    assert (ana.phase, bo.phase) == (Phase.READY, Phase.READY)


async def test_what_is_told_twice_counts_once() -> None:
    world, ana, bo = two_people()

    def twice(arrived: Arrived) -> Arrived:
        world.under_way.extend(Parcel(end, arrived) for end in world.ends if end.user_id != arrived.sender)
        return arrived

    world.bend = twice
    await ana.verifications.ask_person(BO)
    await world.run()
    await comparing(world, ana, bo)
    await ana.same()
    await bo.same()
    await world.run()

    assert (ana.phase, bo.phase) == BOTH_DONE


async def almost_done() -> tuple[World, End, End, str]:
    """Everything is said; the last words are under way."""
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await comparing(world, ana, bo)
    await ana.same()
    await bo.same()
    while {parcel.what.type for parcel in world.under_way} - {"m.key.verification.done"}:
        await world.deliver()
    return world, ana, bo, txn


async def test_closing_ends_what_is_under_way_here() -> None:
    world, ana, bo, txn = await almost_done()
    world.slow = asyncio.Event()
    for parcel in world.under_way:
        await parcel.to.verifications.take((parcel.what, request(ANA, "one more")))
    asking = asyncio.create_task(bo.verifications.cancel("nothing"))
    await bo.verifications.take((request(ANA, "another"),))
    said = len(world.sent)
    phone = asyncio.create_task(ana.verifications.ask_person(BO))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await world.close()
    phone.cancel()
    assert isinstance((await asyncio.gather(asking, phone, return_exceptions=True))[0], Changed)

    assert bo.verifications.flows[txn].phase is Phase.DONE
    assert world.signatures == []
    assert len(world.sent) == said


async def test_what_came_of_one_that_nobody_looks_at_any_more_is_not_said() -> None:
    world, ana, bo, txn = await almost_done()
    world.slow = asyncio.Event()
    for parcel in world.under_way:
        await parcel.to.verifications.take((parcel.what,))
    world.now += timedelta(minutes=2)
    await ana.verifications.expire()
    assert txn not in ana.verifications.flows
    world.deaf = True
    world.slow.set()
    await world.settle()

    assert ana.verifications.problem(txn) is None
    assert str(bo.verifications.problem(txn)) == "The server is away."


async def test_closing_leaves_unsaid_what_has_not_left() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    world.slow = asyncio.Event()
    accepting = asyncio.create_task(bo.verifications.accept(txn))
    await asyncio.sleep(0)
    await world.close()
    await accepting
    assert world.sent == ["m.room.message"]


# --- servers that lie -------------------------------------------------------------------------------------------------


async def finished(world: World, one: End, other: End) -> None:
    """Both people say yes to whatever they see."""
    await comparing(world, one, other)
    for end in (one, other):
        if end.phase is Phase.COMPARING:
            await end.same()
    await world.run()


async def test_a_server_that_shows_one_side_another_master_key_is_found_out() -> None:
    world, ana, bo = two_people()
    mallory = person(BO, PHONE, seed="mallory").answer()
    mallory["device_keys"] = bo.who.answer()["device_keys"]
    world.forge = lambda end, user, answer: mallory if (end, user) == (ana, BO) else answer
    await ana.verifications.ask_person(BO)
    await world.run()
    await finished(world, ana, bo)

    assert ana.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert ana.phase is bo.phase is Phase.CANCELLED
    assert not ana.believes | bo.believes
    assert world.signatures == []


async def test_a_server_that_shows_one_side_another_device_key_is_found_out() -> None:
    world, phone, laptop = own_devices()
    forged = person(ANA, PHONE)
    forged.device_keys[LAPTOP] = forged.device_keys[PHONE]
    lie = two_keys(forged)
    world.forge = lambda end, _user, answer: answer | {"device_keys": lie} if end is phone else answer
    await laptop.verifications.ask_devices()
    await world.run()
    await finished(world, laptop, phone)

    assert phone.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert laptop.phase is Phase.CANCELLED
    assert laptop.pin(ANA).standing is not Standing.VERIFIED
    assert world.signatures == []


def two_keys(forged: Person) -> dict[str, object]:
    """The documents of a person whose laptop is another one than the real one."""
    forged.device_keys.pop(LAPTOP)
    forged.seed = "another laptop"
    key = new_signing_key(chance("another laptop"))
    bare = {
        "user_id": ANA,
        "device_id": LAPTOP,
        "algorithms": [],
        "keys": {f"ed25519:{LAPTOP}": key.public, f"curve25519:{LAPTOP}": key.public},
    }
    return {ANA: {**forged.documents, LAPTOP: add_signature(bare, ANA, f"ed25519:{LAPTOP}", key.sign)}}


async def test_a_master_key_that_is_swapped_in_the_middle_is_not_believed() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await comparing(world, ana, bo)
    mallory = person(BO, PHONE, seed="mallory").answer()
    world.forge = lambda end, user, answer: mallory if (end, user) == (ana, BO) else answer
    await ana.query([BO])
    await ana.same()
    await bo.same()
    await world.run()

    problem = ana.verifications.problem(txn)
    assert problem is not None
    assert problem.code == "identity_changed"
    assert not ana.believes
    assert all(BO not in body for body in world.signatures)


async def test_a_mac_over_no_key_verifies_nothing() -> None:
    """What plain nio takes for a verification."""
    world, ana, bo = two_people()
    world.bend = lambda event: replace(event, content={**event.content, "mac": {}}) if event.type.endswith(
        "mac") else event  # fmt: skip
    await ana.verifications.ask_person(BO)
    await world.run()
    await finished(world, ana, bo)

    assert CancelCode.KEY_MISMATCH in {end.flow.cancelled.code for end in (ana, bo) if end.flow.cancelled}
    assert not ana.believes | bo.believes


async def test_two_devices_without_trust_prove_nothing_to_each_other() -> None:
    world, phone, laptop = own_devices()
    phone.holds_keys = False
    txn = await laptop.verifications.ask_devices()
    await world.run()
    await finished(world, laptop, phone)

    assert (phone.phase, laptop.phase) == BOTH_DONE
    assert {getattr(end.verifications.problem(txn), "code", "") for end in (phone, laptop)} == {"nothing_proved"}
    assert phone.pin(ANA).standing is laptop.pin(ANA).standing is Standing.PINNED
    assert world.signatures == []


async def test_what_cannot_be_signed_now_is_said() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await comparing(world, ana, bo)
    ana.owes = True
    world.deaf = False
    await ana.same()
    await bo.same()
    await world.run()

    problem = ana.verifications.problem(txn)
    assert problem is not None
    assert problem.code == "signature_waits"
    assert ana.believes == {bo.who.keys.master.public}


async def test_a_signature_that_the_server_refuses_is_said() -> None:
    world, ana, bo = two_people()
    txn = await ana.verifications.ask_person(BO)
    await world.run()
    await comparing(world, ana, bo)
    await ana.same()

    def then_away(event: Arrived) -> Arrived:
        world.deaf = event.type.endswith("done")
        return event

    world.bend = then_away
    await bo.same()
    await world.run()

    assert {str(end.verifications.problem(txn)) for end in (ana, bo)} == {"The server is away."}


# --- every order ------------------------------------------------------------------------------------------------------

ACTS: tuple[Callable[[End], Awaitable[object]], ...] = (
    lambda end: end.verifications.accept(end.flow.txn),
    lambda end: end.verifications.compare(end.flow.txn),
    lambda end: end.same(),
    lambda end: end.verifications.differ(end.flow.txn),
    lambda end: end.verifications.cancel(end.flow.txn),
    lambda end: end.verifications.ask_person(BO if end.user_id == ANA else ANA),
)
KINDS = ("deliver",) * 8 + ("next",) * 8 + ("drop", "double", "delay", "shuffle", "act")
MOVES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 1)), max_size=80)
NEXT = {Phase.ASKED: 0, Phase.READY: 1, Phase.COMPARING: 2}
"""What a person does who wants to get on with it."""


@settings(max_examples=100, deadline=None)
@given(MOVES)
def test_no_order_of_messages_verifies_what_the_other_side_did_not_show(
    moves: list[tuple[str, int, int]],
) -> None:
    async def play() -> None:
        world, ana, bo = two_people()
        await ana.verifications.ask_person(BO)
        for what, number, side in moves:
            await move(world, (ana, bo)[side], what, number)
        await world.run()
        for one, other in ((ana, bo), (bo, ana)):
            for flow in one.verifications.flows.values():
                if flow.verified:
                    assert one.said_same[flow.txn] is not None
                    assert one.said_same[flow.txn] == other.said_same[flow.txn]
                    assert set(flow.verified.values()) == {
                        other.this_device.ed25519,
                        other.who.keys.master.public,
                    }
            assert one.believes <= {other.who.keys.master.public}
            if one.believes:
                assert any(flow.verified for flow in one.verifications.flows.values())
        await world.close()

    asyncio.run(play())


async def move(world: World, end: End, what: str, number: int) -> None:
    """One thing that happens. What makes no sense just then does nothing."""
    if what in {"act", "next"}:
        chosen = number if what == "act" else NEXT.get(end.phase) if end.verifications.flows else None
        if end.verifications.flows and chosen is not None:
            with contextlib.suppress(Changed):
                await ACTS[chosen](end)
        return
    if not world.under_way:
        return
    place = number % len(world.under_way)
    if what == "deliver":
        await world.deliver()
    elif what == "shuffle":
        await world.deliver(place)
    elif what == "drop":
        world.under_way.pop(place)
    elif what == "double":
        world.under_way.append(world.under_way[place])
    else:
        world.under_way.append(world.under_way.pop(place))


# --- nonsense ---------------------------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8),
    st.sampled_from([ANA, BO, PHONE, "m.sas.v1", "m.reciprocate.v1", "$event0", "txn", "\ud800"]),
)  # fmt: skip
VALUES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = ("from_device", "methods", "timestamp", "transaction_id", "to", "method", "key", "mac", "keys", "commitment",
         "code", "secret", "hashes", "m.relates_to", "short_authentication_string")  # fmt: skip
CONTENTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
TYPES = ("request", "ready", "start", "accept", "key", "mac", "done", "cancel", "nothing")


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(TYPES), CONTENTS, st.sampled_from([ANA, BO, CY]), st.booleans()), max_size=12)
)
def test_nonsense_from_anybody_breaks_nothing_and_verifies_nobody(
    events: list[tuple[str, dict[str, object], UserId, bool]],
) -> None:
    async def play() -> None:
        broken: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: broken.append(context))
        world, ana, bo = two_people()
        txn = await ana.verifications.ask_person(BO)
        await world.run()
        device = request(ANA, "txn")
        await bo.verifications.take((device,))
        await world.run()
        if len(events) % 2:
            await comparing(world, ana, bo)
        for number, (kind, content, sender, in_room) in enumerate(events):
            relates = {"m.relates_to": {"rel_type": "m.reference", "event_id": txn}, "transaction_id": "txn"}
            type_, whole = f"m.key.verification.{kind}", relates | content
            place = (TALK, EventId(f"$nonsense{number}"), NOON) if in_room else (None, None, None)
            room, name, sent_at = place
            await bo.verifications.take((Arrived(type_, sender, whole, room_id=room, event_id=name, sent_at=sent_at),))
            await world.run()
        await world.close()
        await asyncio.sleep(0)
        assert broken == []
        assert not ana.believes | bo.believes

    asyncio.run(play())
