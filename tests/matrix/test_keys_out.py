"""Who gets the keys of what is said, whatever the server shows: only devices that their owner has signed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from nio.crypto import OlmDevice, TrustState

from nookterm.client.errors import IdentityChanged, NotTrusted
from nookterm.client.ports import SendContent
from nookterm.domain.ids import DeviceId, TxnId, UserId
from nookterm.trust.pins import Acknowledged, Standing, Verified, Withdrawn
from nookterm.trust.policy import NO_EXCEPTION, UnsignedRule
from nookterm.trust.signing import add_signature
from tests.bench.key_server import ME, listed
from tests.matrix.key_lab import ANA, BO, NOOK, SHED, KeyLab, key_lab
from tests.matrix.owners import Owner

WITHHELD = "/m.room_key.withheld/"


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[KeyLab]:
    async with key_lab(tmp_path) as running:
        running.room(NOOK, ANA, BO)
        running.room(SHED, ANA)
        yield running


def told(lab: KeyLab) -> dict[tuple[str, str], str]:
    """Which devices were told that they get no key, and by which code."""
    bodies = [body["messages"] for where, body in lab.asked if WITHHELD in where]
    return {
        (user, name): content["code"]
        for body in bodies
        for user, all_ in body.items()
        for name, content in all_.items()
    }


def changed(lab: KeyLab, *users: str) -> None:
    """The server says that something about these people is another thing now."""
    lab.news(device_lists={"changed": list(users)})


async def new_identity(lab: KeyLab, user: str) -> str:
    """The server shows another identity of somebody from here on. Returns its master key."""
    lab.world.owners[user] = Owner(user)
    changed(lab, user)
    await lab.gateway.after_sync()
    return lab.world.owners[user].keys.master.public


async def test_a_device_that_the_server_added_gets_no_key_and_is_told_why(lab: KeyLab) -> None:
    lab.person(BO, "BO1", "ADDED")
    lab.world.unsigned.add((BO, "ADDED"))

    await lab.say(NOOK)

    assert lab.keyed() == {(ANA, "ANA1"), (BO, "BO1")}
    assert told(lab) == {(BO, "ADDED"): "m.unverified"}


async def test_a_device_is_told_once_for_each_key_and_not_for_each_message_or_start(lab: KeyLab) -> None:
    lab.world.unsigned.add((BO, "BO2"))
    for _ in range(3):
        await lab.say(NOOK)
    assert lab.times(WITHHELD) == 1

    lab.gateway.forget_crypto()
    lab.gateway._crypto._sharing._sessions.clear()
    await lab.say(NOOK)
    assert lab.times(WITHHELD) == 1

    lab.gateway._crypto._sharing._sessions[NOOK].message_count = 10**6
    await lab.say(NOOK)
    assert lab.times(WITHHELD) == 2


async def test_a_device_signed_by_somebody_elses_key_gets_nothing(lab: KeyLab) -> None:
    forger = Owner(BO)
    answer = lab.world.query([BO])

    async def swapped(body: dict[str, Any]) -> dict[str, Any] | None:
        if BO not in body["device_keys"]:
            return None
        told = lab.world.query(body["device_keys"])
        # Bo's own master key, and a self-signing key that it has never signed.
        told["self_signing_keys"][BO] = forger.public["self_signing_key"]
        told["device_keys"][BO] = {name: forger.signs(device) for name, device in answer["device_keys"][BO].items()}
        return told

    lab.hooks["/keys/query"] = swapped
    await lab.say(NOOK)

    assert lab.keyed() == {(ANA, "ANA1")}
    assert set(told(lab)) == {(BO, "BO1"), (BO, "BO2")}


async def test_a_device_whose_keys_are_swapped_gets_nothing_under_either(lab: KeyLab) -> None:
    await lab.say(NOOK)
    before = lab.session(NOOK)
    lab.asked.clear()

    lab.person(BO, "BO1", "BO2")
    changed(lab, BO)
    await lab.say(NOOK)

    assert lab.session(NOOK) != before
    assert lab.keyed() == {(ANA, "ANA1")}


async def test_of_somebody_whose_identity_is_hidden_no_device_gets_anything_and_others_do(lab: KeyLab) -> None:
    await lab.say(NOOK)
    lab.asked.clear()
    owner = lab.world.owners.pop(BO)
    changed(lab, BO)

    await lab.say(NOOK)

    assert lab.gateway.identities.pin(UserId(BO)).standing is Standing.HIDDEN
    assert lab.keyed() == {(ANA, "ANA1")}
    assert set(told(lab).values()) == {"m.unverified"}
    lab.world.owners[BO] = owner
    changed(lab, BO)
    await lab.say(NOOK)
    assert (BO, "BO1") in lab.keyed()


async def test_somebody_without_an_identity_gets_nothing(lab: KeyLab) -> None:
    del lab.world.owners[BO]

    await lab.say(NOOK)

    assert lab.keyed() == {(ANA, "ANA1")}
    assert set(told(lab)) == {(BO, "BO1"), (BO, "BO2")}


async def test_a_device_that_is_signed_later_gets_the_key_that_is_in_use(lab: KeyLab) -> None:
    lab.world.unsigned.add((BO, "BO2"))
    await lab.say(NOOK)
    before = lab.session(NOOK)

    lab.world.unsigned.clear()
    changed(lab, BO)
    await lab.say(NOOK)

    assert (BO, "BO2") in lab.keyed()
    assert lab.session(NOOK) == before


@pytest.mark.parametrize("how", ["unsigned", "barred"])
async def test_a_device_that_loses_its_place_makes_a_new_key(lab: KeyLab, how: str) -> None:
    await lab.say(NOOK)
    before = lab.session(NOOK)
    lab.asked.clear()

    if how == "unsigned":
        lab.world.unsigned.add((BO, "BO2"))
        changed(lab, BO)
    else:
        lab.gateway.identities.bar(UserId(BO), DeviceId("BO2"), barred=True)
    await lab.say(NOOK)

    assert lab.session(NOOK) != before
    assert lab.keyed() == {(ANA, "ANA1"), (BO, "BO1")}
    assert told(lab) == {(BO, "BO2"): "m.unverified" if how == "unsigned" else "m.blacklisted"}


# --- identities that change -------------------------------------------------------------------------------------------


async def test_a_changed_identity_stops_what_that_person_could_read_until_somebody_looked(lab: KeyLab) -> None:
    await lab.say(NOOK)
    master = await new_identity(lab, BO)
    lab.asked.clear()

    with pytest.raises(IdentityChanged, match=BO) as met:
        await lab.say(NOOK)
    await lab.say(SHED)

    assert met.value.code == "identity_changed"
    assert lab.keyed() == {(ANA, "ANA1")}
    assert lab.times("/send/") == 1
    lab.gateway.identities.note(UserId(BO), Acknowledged(master))
    await lab.say(NOOK)
    assert lab.times("/send/") == 2


async def test_a_change_before_the_first_word_of_this_process_stops_it_too(lab: KeyLab) -> None:
    await lab.say(NOOK)
    lab.world.owners[BO] = Owner(BO)
    lab.gateway._crypto.changes_missed()

    with pytest.raises(IdentityChanged):
        await lab.say(NOOK)

    assert lab.times("/send/") == 1


async def test_after_a_verification_only_giving_it_up_or_verifying_again_lets_words_out(lab: KeyLab) -> None:
    identities, bo = lab.gateway.identities, UserId(BO)
    await lab.say(NOOK)
    identities.note(bo, Verified(lab.world.owners[BO].keys.master.public))
    await lab.say(NOOK)
    master = await new_identity(lab, BO)

    with pytest.raises(IdentityChanged):
        await lab.say(NOOK)
    identities.note(bo, Acknowledged(master))
    with pytest.raises(IdentityChanged):
        await lab.say(NOOK)
    identities.note(bo, Withdrawn(master))
    await lab.say(NOOK)

    assert identities.pin(bo).standing is Standing.PINNED


async def test_everybody_who_has_to_be_looked_at_is_named(lab: KeyLab) -> None:
    crowd = [f"@u{number}:lab.example" for number in range(5)]
    for user in crowd:
        lab.person(user, "D")
    lab.room(NOOK, *crowd)
    await lab.say(NOOK)
    for user in crowd:
        lab.world.owners[user] = Owner(user)
    changed(lab, *crowd)

    with pytest.raises(IdentityChanged) as met:
        await lab.say(NOOK)

    assert "@u0:lab.example, @u1:lab.example, @u2:lab.example and 2 more have another identity" in met.value.message


@pytest.mark.parametrize("hidden_first", [False, True])
async def test_a_device_of_a_replaced_identity_gets_nothing_however_the_server_shows_it(
    lab: KeyLab, *, hidden_first: bool
) -> None:
    await lab.say(NOOK)
    stolen = lab.world.query([BO])["device_keys"][BO]["BO1"]
    if hidden_first:
        del lab.world.accounts[BO]["BO1"]
    master = await new_identity(lab, BO)
    lab.gateway.identities.note(UserId(BO), Acknowledged(master))
    # Its keys as they are known, and a signature of its own that is none: no device, and still on the list.
    stolen["signatures"][BO]["ed25519:BO1"] = "A" * 86

    async def shows(body: dict[str, Any]) -> dict[str, Any]:
        told = lab.world.query(body["device_keys"])
        told["device_keys"].get(BO, {})["BO1"] = stolen
        return told

    lab.hooks["/keys/query"] = shows
    changed(lab, BO)
    lab.asked.clear()
    await lab.say(NOOK)

    assert (BO, "BO1") not in lab.keyed()
    assert (BO, "BO2") in lab.keyed()


@pytest.mark.parametrize("how", ["barred", "removed"])
async def test_what_is_sealed_for_a_device_does_not_leave_when_it_has_lost_its_place_meanwhile(
    lab: KeyLab, how: str
) -> None:
    await lab.say(NOOK)
    device = lab.gateway.identities.devices(UserId(BO))[DeviceId("BO1")]
    assert await lab.gateway.key_server.send_sealed("m.dummy", {}, [device]) == [device]
    lab.asked.clear()

    if how == "barred":
        lab.gateway.identities.bar(UserId(BO), device.device, barred=True)
    else:
        del lab.world.accounts[BO]["BO1"]
        changed(lab, BO)
        await lab.gateway.after_sync()

    assert await lab.gateway.key_server.send_sealed("m.dummy", {}, [device]) == []
    assert lab.keyed() == set()


# --- this device ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacking", ["signature", "identity", "proof"])
async def test_a_device_that_is_not_signed_by_our_proved_identity_says_nothing(lab: KeyLab, lacking: str) -> None:
    ours = lab.world.own["MINE"]["signatures"][ME]
    if lacking == "signature":
        for name in [name for name in ours if name != "ed25519:MINE"]:
            del ours[name]
    elif lacking == "identity":
        lab.world.own_identity = {}
    else:
        # The server shows another identity, which has signed this device: that proves nothing.
        other = Owner(ME)
        lab.world.own_identity = other.public
        lab.world.own["MINE"] = other.signs(lab.world.own["MINE"])
    changed(lab, ME)

    with pytest.raises(NotTrusted) as met:
        await lab.say(NOOK)

    assert met.value.code == "not_trusted"
    assert lab.times("/sendToDevice/") == lab.times("/send/") == 0


async def test_our_own_other_devices_get_the_key_once_they_are_signed(lab: KeyLab) -> None:
    lab.world.accounts[ME] = {"OTHER": vodozemac.Account()}
    other = listed(ME, "OTHER", lab.world.accounts[ME]["OTHER"])
    lab.world.own["OTHER"] = Owner(ME).signs(other)
    changed(lab, ME)
    await lab.say(NOOK)
    assert (ME, "OTHER") not in lab.keyed()
    assert told(lab) == {(ME, "OTHER"): "m.unverified"}

    key = lab.identity.self_signing
    lab.world.own["OTHER"] = add_signature(other, ME, key.key_id, key.sign)
    changed(lab, ME)
    await lab.say(NOOK)
    assert (ME, "OTHER") in lab.keyed()


async def test_a_device_that_ended_here_and_is_still_listed_gets_nothing(lab: KeyLab) -> None:
    """Who copied an old database may hold its keys, and a server may go on to list them."""
    lab.world.accounts[ME] = {"EARLIER": vodozemac.Account()}
    lab.world.own["EARLIER"] = listed(ME, "EARLIER", lab.world.accounts[ME]["EARLIER"])
    keys = {kind.partition(":")[0]: key for kind, key in lab.world.own["EARLIER"]["keys"].items()}
    ended = OlmDevice(ME, "EARLIER", keys, deleted=True, trust_state=TrustState.verified)
    lab.gateway._crypto._olm.store.save_devices([ended])
    lab.gateway.forget_crypto()
    changed(lab, ME)

    await lab.say(NOOK)

    assert (ME, "EARLIER") not in lab.keyed()
    assert told(lab) == {(ME, "EARLIER"): "m.unverified"}


async def test_reactions_leave_as_before_for_they_are_not_encrypted(lab: KeyLab) -> None:
    await new_identity(lab, BO)
    relation = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": "+"}}

    await lab.gateway.send(NOOK, SendContent("m.reaction", relation), TxnId("r"))

    assert lab.times("/send/m.reaction/") == 1


# --- a room's exception -----------------------------------------------------------------------------------------------


async def test_an_exception_lets_unsigned_devices_read_and_its_end_changes_the_key(lab: KeyLab) -> None:
    identities = lab.gateway.identities
    lab.world.unsigned.add((BO, "BO2"))
    del lab.world.owners[ANA]
    identities.set_rule(NOOK, UnsignedRule(everybody=True))
    await lab.say(NOOK)
    during = lab.session(NOOK)
    assert lab.keyed() == {(ANA, "ANA1"), (BO, "BO1"), (BO, "BO2")}
    lab.asked.clear()

    identities.set_rule(NOOK, NO_EXCEPTION)
    await lab.say(NOOK)

    assert lab.session(NOOK) != during
    assert lab.keyed() == {(BO, "BO1")}


async def test_an_exception_is_for_its_room_and_its_people_alone(lab: KeyLab) -> None:
    lab.world.unsigned |= {(ANA, "ANA1"), (BO, "BO2")}
    lab.gateway.identities.set_rule(NOOK, UnsignedRule(people=frozenset({UserId(ANA)})))

    await lab.say(SHED)
    assert lab.keyed() == set()
    await lab.say(NOOK)

    assert lab.keyed() == {(ANA, "ANA1"), (BO, "BO1")}


async def test_an_exception_goes_around_no_changed_identity(lab: KeyLab) -> None:
    lab.gateway.identities.set_rule(NOOK, UnsignedRule(everybody=True))
    await lab.say(NOOK)
    await new_identity(lab, BO)

    with pytest.raises(IdentityChanged):
        await lab.say(NOOK)


async def test_whom_an_exception_covers_may_speak_from_an_unsigned_device_and_not_as_somebody_else(lab: KeyLab) -> None:
    lab.gateway.identities.set_rule(NOOK, UnsignedRule(people=frozenset({UserId(ME)})))
    ours = lab.world.own["MINE"]["signatures"][ME]
    for name in [name for name in ours if name != "ed25519:MINE"]:
        del ours[name]
    changed(lab, ME)
    await lab.say(NOOK)
    with pytest.raises(NotTrusted):
        await lab.say(SHED)

    lab.world.own_identity = Owner(ME).public
    changed(lab, ME)
    with pytest.raises(NotTrusted):
        await lab.say(NOOK)
