"""Secrets between two devices of an account, on a real server: asked for, handed over, checked, and refused."""

from __future__ import annotations

import os
from typing import Any

import pytest

from nookterm.client.account import sign_in
from nookterm.client.backup_state import BackupStep
from nookterm.client.gossip import Gossip
from nookterm.client.own_state import READY
from nookterm.client.ports import Arrived, Homeserver, Secret
from nookterm.trust.backup import new_backup_key
from nookterm.trust.gossip import REQUEST, SEND
from nookterm.trust.pins import Verified
from nookterm.trust.secret_storage import BACKUP, MASTER, SECRETS, SELF_SIGNING, USER_SIGNING, write_seed
from tests.client.interrupted import break_keys
from tests.client.people import Person, Village
from tests.client.test_backup import backup, give_key, key_of, made_up
from tests.client.test_identity import another_device, master_of, own

CROSS_SIGNING = (MASTER, SELF_SIGNING, USER_SIGNING)


def gossip(person: Person) -> Gossip:
    return person.session.trust.gossip


def held(person: Person) -> set[str]:
    return {name for name in SECRETS if person.session.gateway.identities.secret(name)}


def device(person: Person) -> Any:
    return person.session.gateway.identities.this_device


async def two_devices(people: Village, *, signed: bool = True) -> tuple[Person, Person]:
    """Ana's first device, which has everything, and her second, which compared keys with it."""
    first = await people.person("ana")
    second = await another_device(people, first)
    await first.sync()
    second.session.gateway.identities.note(first.id, Verified(await master_of(second)))
    if signed:
        await sign(first, second)
    return first, second


async def sign(first: Person, second: Person) -> None:
    await own(first).sign_device(device(second).device, device(second).ed25519)
    await second.sync()


async def talk(*people: Person) -> None:
    """Everybody hears what was said to their devices, and does what is due."""
    for _ in range(2):
        for somebody in people:
            await somebody.sync()
            await somebody.session.trust.settle()


# --- asked, and answered --------------------------------------------------------------------------------------------


async def test_a_device_that_was_signed_gets_all_four_secrets_and_stands_on_its_own(people: Village) -> None:
    first, second = await two_devices(people)
    first.session.gateway.room_keys.take(made_up(3))
    await backup(first).create()
    await backup(first).save(30)
    assert held(second) == set()

    assert await gossip(second).ask() == 4
    await talk(first, second)

    assert held(second) == set(SECRETS)
    assert own(second).state().step == READY
    state = backup(second).state()
    assert (state.step, state.has_key) == (BackupStep.ON, True)
    await second.session.trust.carrying.leave(30)
    assert second.session.gateway.room_keys.count() == 3
    assert second.session.store.recall_all("secret_request") == {}


async def test_whoever_got_the_secrets_hands_them_on(people: Village) -> None:
    first, second = await two_devices(people)
    await gossip(second).ask(CROSS_SIGNING)
    await talk(first, second)
    await sign_in(people.parts, Homeserver(people.server.base_url, ()), first.name, first.password, "third")
    third = Person(people.parts, "third", first.password)
    people.people.append(third)
    await third.sync()
    third.session.gateway.identities.note(third.id, Verified(await master_of(third)))
    await second.sync()
    await sign(second, third)

    await gossip(third).ask(CROSS_SIGNING)
    await talk(second, third)  # The first one hears nothing any more.

    assert held(third) == set(CROSS_SIGNING)


async def test_what_is_here_already_is_not_asked_for(people: Village) -> None:
    first, second = await two_devices(people)
    await backup(first).create()
    give_key(second, key_of(first))

    assert await gossip(second).ask() == 3


async def test_a_key_of_another_backup_counts_as_missing(people: Village) -> None:
    first, second = await two_devices(people)
    await backup(first).create()
    give_key(second, new_backup_key(os.urandom))

    assert await gossip(second).ask([BACKUP]) == 1
    await talk(first, second)

    assert key_of(second) == key_of(first)


async def test_a_backup_that_another_device_made_is_read_without_anybody_asking_for_its_key(people: Village) -> None:
    first, second = await two_devices(people)
    await backup(first).create()
    await backup(second).look()
    assert not backup(second).state().has_key

    await talk(second, first, second)

    assert backup(second).state().has_key


async def test_before_it_is_signed_a_device_asks_nobody_and_then_by_itself(people: Village) -> None:
    first, second = await two_devices(people, signed=False)
    assert await gossip(second).ask(CROSS_SIGNING) == 0
    await talk(first, second)
    assert held(second) == set()

    await sign(first, second)
    await talk(second, first)

    assert held(second) == set(CROSS_SIGNING)


async def test_a_wish_survives_a_restart_and_not_a_day(people: Village) -> None:
    first, second = await two_devices(people, signed=False)
    await gossip(second).ask(CROSS_SIGNING)
    await second.reopen()
    people.watch.forward(days=1)
    await sign(first, second)
    await talk(second, first)
    assert held(second) == set()

    await gossip(second).ask(CROSS_SIGNING)
    await second.reopen()
    await talk(second, first)

    assert held(second) == set(CROSS_SIGNING)


async def test_a_question_without_an_answer_is_asked_again_and_then_given_up(people: Village) -> None:
    first, second = await two_devices(people)
    calls = break_keys(second).calls
    await gossip(second).ask([BACKUP, MASTER])
    assert calls.count("send_to_devices") == 1  # There is no backup whose key could be asked for.

    for _ in range(10):
        people.watch.forward(hours=1)
        await gossip(second).settle()

    assert calls.count("send_to_devices") == 12  # Six questions, each taken back.
    assert second.session.store.recall_all("secret_request") == {}
    await talk(first, second)
    assert held(second) == set()


async def test_an_answer_that_could_not_leave_leaves_later(people: Village) -> None:
    first, second = await two_devices(people)
    await gossip(second).ask([MASTER])
    breaking = break_keys(first, 1, dies=False)
    await first.sync()
    assert breaking.calls
    breaking.mend()
    assert held(second) == set()

    await talk(first, second)

    assert held(second) == {MASTER}


# --- refused --------------------------------------------------------------------------------------------------------


async def test_a_device_that_nobody_signed_gets_nothing_until_it_is_signed(people: Village) -> None:
    first, second = await two_devices(people, signed=False)
    content = {"action": "request", "name": MASTER, "requesting_device_id": device(second).device, "request_id": "r"}
    await second.session.gateway.key_server.send_to_devices(REQUEST, {first.id: {device(first).device: content}})
    calls = break_keys(first).calls
    await talk(first)
    assert "send_sealed" not in calls

    await sign(first, second)
    await talk(first)

    assert calls.count("send_sealed") == 1
    await talk(second)
    assert held(second) == set(), "it never said that it asked, so the answer is unasked"


async def test_a_device_that_somebody_shut_out_gets_nothing_is_not_asked_and_not_believed(people: Village) -> None:
    first, second = await two_devices(people)
    first.session.gateway.identities.bar(first.id, device(second).device, barred=True)
    second.session.gateway.identities.bar(first.id, device(first).device, barred=True)
    assert await gossip(second).ask() == 0
    content = {"action": "request", "name": MASTER, "requesting_device_id": device(second).device, "request_id": "r"}
    await second.session.gateway.key_server.send_to_devices(REQUEST, {first.id: {device(first).device: content}})
    calls = break_keys(first).calls
    await talk(first)
    assert "send_sealed" not in calls

    second.session.gateway.identities.bar(first.id, device(first).device, barred=False)
    await gossip(second).ask()
    second.session.gateway.identities.bar(first.id, device(first).device, barred=True)
    first.session.gateway.identities.bar(first.id, device(second).device, barred=False)
    await talk(first)
    assert calls.count("send_sealed") > 0
    await talk(second)
    assert held(second) == set(), "the answers came through a device that is shut out there"


async def test_a_question_that_was_taken_back_is_not_answered(people: Village) -> None:
    first, second = await two_devices(people, signed=False)
    server = second.session.gateway.key_server
    for action in ("request", "request_cancellation"):
        content = {"action": action, "name": MASTER, "requesting_device_id": device(second).device, "request_id": "r"}
        await server.send_to_devices(REQUEST, {first.id: {device(first).device: content}})
    calls = break_keys(first).calls
    await talk(first)
    await sign(first, second)
    await talk(first)

    assert "send_sealed" not in calls


async def test_nobody_else_gets_anything_whatever_they_say(people: Village) -> None:
    first, _ = await two_devices(people)
    mallory = await people.person("mallory")
    content = {"action": "request", "name": MASTER, "requesting_device_id": device(mallory).device, "request_id": "r"}
    await mallory.session.gateway.key_server.send_to_devices(REQUEST, {first.id: {device(first).device: content}})
    calls = break_keys(first).calls

    await talk(first)

    assert "send_sealed" not in calls


async def test_a_secret_that_nobody_asked_for_is_not_kept(people: Village) -> None:
    first, second = await two_devices(people)
    secret = first.session.gateway.identities.secret(MASTER)
    assert secret
    await first.session.gateway.key_server.query([first.id])
    to = first.session.gateway.identities.devices(first.id)[device(second).device]
    content = {"request_id": "never", "name": MASTER, "secret": secret.reveal()}
    assert await first.session.gateway.key_server.send_sealed(SEND, content, [to])

    await talk(second)

    assert held(second) == set()


@pytest.mark.parametrize("name", [MASTER, BACKUP])
async def test_a_secret_that_belongs_to_nothing_of_ours_is_not_kept(people: Village, name: str) -> None:
    first, second = await two_devices(people)
    await backup(first).create()
    wrong = Secret(write_seed(new_backup_key(os.urandom).secret))
    first.session.gateway.identities.keep_secret(name, wrong)

    await gossip(second).ask([name])
    await talk(first, second)

    assert name not in held(second)


async def test_an_answer_in_clear_or_from_nobody_we_asked_is_not_kept(people: Village) -> None:
    first, second = await two_devices(people)
    await gossip(second).ask([MASTER])
    (request_id,) = second.session.store.recall_all("secret_request")
    secret = first.session.gateway.identities.secret(MASTER)
    assert secret
    content = {"request_id": request_id, "secret": secret.reveal()}
    sender = second.session.gateway.identities.devices(first.id)[device(first).device]

    await gossip(second).take([Arrived(SEND, first.id, content)])
    await gossip(second).take([Arrived(SEND, first.id, content, sender)])
    await gossip(second).take([Arrived(SEND, first.id, content, device(second), encrypted=True)])
    assert held(second) == set()

    await gossip(second).take([Arrived(SEND, first.id, content, sender, encrypted=True)])
    assert held(second) == {MASTER}


async def test_a_question_is_answered_once_and_one_for_what_is_not_here_never(people: Village) -> None:
    first, second = await two_devices(people)
    calls = break_keys(first).calls
    for name, request_id in ((MASTER, "one"), (MASTER, "one"), (BACKUP, "two")):
        content = {"action": "request", "name": name, "requesting_device_id": device(second).device}
        await gossip(first).take([Arrived(REQUEST, first.id, content | {"request_id": request_id})])

    assert calls.count("send_sealed") == 1
    assert gossip(first).given_to(device(second).device) == 1
    assert gossip(first)._answers.waiting == 0


async def test_who_cannot_be_reached_is_tried_again_for_a_while(people: Village) -> None:
    first, second = await two_devices(people)
    await gossip(second).ask([MASTER])
    server: Any = break_keys(first)
    reached: list[str] = []

    async def nobody(type_: str, *_what: object) -> list[object]:
        reached.append(type_)
        return []

    server.send_sealed = nobody
    await first.sync()
    assert gossip(first)._answers.waiting == 1
    await gossip(first).settle()

    assert len(reached) > 1
    people.watch.forward(minutes=11)
    await gossip(first).settle()
    assert gossip(first)._answers.waiting == 0


async def test_a_device_whose_identity_is_not_proved_asks_nobody(people: Village) -> None:
    first = await people.person("ana")
    second = await another_device(people, first)
    await first.sync()
    await sign(first, second)

    assert await gossip(second).ask() == 0


async def test_malformed_questions_change_nothing(people: Village) -> None:
    first = await people.person("ana")
    calls = break_keys(first).calls

    broken: list[dict[str, Any]] = [{}, {"action": 1}, {"requesting_device_id": [], "request_id": {}}]
    for content in (*broken, {"action": "request"}):
        await gossip(first).take([Arrived(REQUEST, first.id, content)])
        await gossip(first).take([Arrived(SEND, first.id, content, encrypted=True)])
    assert await gossip(first).settle() == 0

    assert "send_sealed" not in calls


async def test_many_questions_of_devices_that_are_not_signed_fill_no_memory(people: Village) -> None:
    first = await people.person("ana")
    for number in range(50):
        content = {"action": "request", "name": MASTER, "requesting_device_id": f"D{number}", "request_id": "r"}
        await gossip(first).take([Arrived(REQUEST, first.id, content)])

    assert gossip(first)._answers.waiting == 20
    people.watch.forward(minutes=11)
    await gossip(first).settle()
    assert gossip(first)._answers.waiting == 0
