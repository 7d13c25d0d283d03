"""The backup of room keys on a real server: made, filled, replaced, deleted, forged, and read on another device."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from vodozemac import GroupSession, InboundGroupSession

from nookterm.client.account import open_account
from nookterm.client.backup import KeyBackup
from nookterm.client.backup_preference import BEFORE
from nookterm.client.backup_state import BackupState, BackupStep
from nookterm.client.changes import Change, KeysChanged
from nookterm.client.errors import NotFound, NotTrusted, Offline, ServerTrouble
from nookterm.client.ports import RoomSpec, Secret
from nookterm.client.upkeep import Upkeep
from nookterm.domain.events import Message, Trust, Unreadable
from nookterm.domain.ids import EventId, RoomId
from nookterm.trust.backup import (
    PREFERENCE,
    batches,
    new_backup_key,
    open_all,
    read_version,
    seal_session,
    version_body,
)
from nookterm.trust.room_keys import RoomKey
from nookterm.trust.sealed_box import BoxKey
from nookterm.trust.secret_storage import BACKUP, read_seed, write_seed
from tests.client.interrupted import Died, break_keys
from tests.client.people import Person, Village
from tests.client.test_identity import another_device

ROOM = RoomId("!somewhere:else")


def backup(person: Person) -> KeyBackup:
    return person.session.trust.backup


def key_of(person: Person) -> BoxKey:
    secret = person.session.gateway.identities.secret(BACKUP)
    assert secret is not None
    return BoxKey(read_seed(secret.reveal()))


def give_key(to: Person, key: BoxKey) -> None:
    to.session.gateway.identities.keep_secret(BACKUP, Secret(write_seed(key.secret)))


def made_up(number: int, room: RoomId = ROOM) -> list[RoomKey]:
    found = []
    for _ in range(number):
        outbound = GroupSession()
        exported = InboundGroupSession(outbound.session_key).export_at(0)
        assert exported is not None
        found.append(RoomKey(room, outbound.session_id, exported.to_base64(), 0, "A" * 43))
    return found


async def filed(person: Person, version: str) -> dict[str, RoomKey]:
    """What lies in the backup, opened."""
    answer = await person.session.gateway.key_server.filed_keys(version)
    return {key.session: key for key in open_all(key_of(person), answer).keys}


async def filled(people: Village, *said: str) -> tuple[Person, RoomId, list[EventId]]:
    """Ana, with a backup that has the key of what she said."""
    ana = await people.person("ana")
    room = await ana.session.gateway.create_room(RoomSpec("notes", encrypted=True))
    await ana.sync()
    events = [await ana.say(room, words) for words in said]
    await backup(ana).create()
    assert await backup(ana).save(30)
    return ana, room, events


def payload_of(person: Person, room: RoomId, event_id: EventId) -> Any:
    event = person.session.store.event(room, event_id)
    assert event is not None
    return event.payload


async def scroll_back(person: Person, room: RoomId) -> None:
    while await person.session.older(room):
        pass


# --- making and finding ---------------------------------------------------------------------------------------------


async def test_before_anybody_asked_nothing_is_known_and_then_that_there_is_none(people: Village) -> None:
    ana = await people.person("ana")
    assert backup(ana).state().step is BackupStep.UNKNOWN

    assert (await backup(ana).look()).step is BackupStep.NONE
    assert "no backup" in backup(ana).state().words
    assert not backup(ana).is_stale


async def test_a_new_backup_is_ours_takes_all_keys_and_says_so(people: Village) -> None:
    ana, _, _ = await filled(people, "one", "two")

    state = backup(ana).state()
    assert (state.step, state.trusted, state.has_key, state.unsaved) == (BackupStep.ON, "our_key", True, 0)
    assert state.here == state.on_server == len(await filed(ana, state.version)) > 0
    assert state.way_out == ""
    preference = await ana.session.gateway.key_server.account_data(PREFERENCE)
    assert preference == {"enabled": True}


async def test_it_is_signed_by_the_identity_and_by_the_device(people: Village) -> None:
    ana, _, _ = await filled(people, "one")
    answer = await ana.session.gateway.key_server.backup_version()
    assert answer
    shown = (await ana.session.gateway.key_server.query([ana.id]))[ana.id]
    assert shown.master

    signatures = answer["auth_data"]["signatures"][ana.id]
    assert set(signatures) == {shown.master.key_id, f"ed25519:{ana.session.gateway.device_id}"}


async def test_a_device_that_is_not_trusted_makes_no_backup(people: Village) -> None:
    ana = await people.person("ana", trusted=False)

    with pytest.raises(NotTrusted):
        await backup(ana).create()

    assert await ana.session.gateway.key_server.backup_version() is None


@pytest.mark.parametrize("after", [False, True])
async def test_a_backup_that_was_being_made_in_a_crash_is_made_once_and_its_key_is_here(
    people: Village, *, after: bool
) -> None:
    ana = await people.person("ana")
    breaking = break_keys(ana, 1, after=after)
    with pytest.raises(Died):
        await backup(ana).create()
    breaking.mend()
    await ana.reopen()

    version = await backup(ana).create()

    assert version == "1"
    assert backup(ana).state().has_key


async def test_a_crash_after_the_server_made_it_is_found_out_by_looking(people: Village) -> None:
    ana = await people.person("ana")
    breaking = break_keys(ana, 2)
    with pytest.raises(Died):
        await backup(ana).create()
    breaking.mend()
    await ana.reopen()

    assert (await backup(ana).look()).step is BackupStep.ON
    assert backup(ana).state().has_key


# --- what goes in ---------------------------------------------------------------------------------------------------


async def test_only_keys_of_signed_devices_are_said_to_be_verified(people: Village) -> None:
    ana, room, _ = await filled(people, "one")
    ana.session.gateway.room_keys.take(made_up(1))
    await backup(ana).save(30)

    answer = await ana.session.gateway.key_server.filed_keys(backup(ana).state().version)

    flags = {where: [s["is_verified"] for s in part["sessions"].values()] for where, part in answer["rooms"].items()}
    assert flags[ROOM] == [False]
    assert flags[room] == [True] * len(flags[room])


async def test_a_key_that_got_better_goes_in_again(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    (key,) = made_up(1)
    inbound = InboundGroupSession.import_session(_exported(key))
    later = inbound.export_at(7)
    assert later
    keys = ana.session.gateway.room_keys
    keys.take([replace(key, session_key=later.to_base64(), first_index=7)])
    assert await backup(ana).save(30) == 1

    assert keys.take([key]) == 1
    assert backup(ana).state().unsaved == 1
    assert await backup(ana).save(30) == 1

    assert (await filed(ana, backup(ana).state().version))[key.session].first_index == 0
    assert backup(ana).state().unsaved == 0


def _exported(key: RoomKey) -> Any:
    from vodozemac import ExportedSessionKey

    return ExportedSessionKey(key.session_key)


async def test_a_key_that_gets_better_while_it_is_under_way_stays_unsaved(people: Village) -> None:
    ana = await people.person("ana")
    version = await backup(ana).create()
    (key,) = made_up(1)
    inbound = InboundGroupSession.import_session(_exported(key))
    later = inbound.export_at(7)
    assert later
    keys = ana.session.gateway.room_keys
    worse = replace(key, session_key=later.to_base64(), first_index=7)
    keys.take([worse])

    keys.take([key])
    keys.saved(version, [worse])

    assert keys.how_many_unsaved(version) == 1


async def test_who_does_not_want_a_backup_has_nothing_put_in_and_may_change_their_mind(people: Village) -> None:
    ana, room, _ = await filled(people, "one")
    assert (await backup(ana).switch(on=False)).step is BackupStep.OFF
    await ana.say(room, "said without a backup")
    ana.session.gateway.room_keys.take(made_up(1))
    unsaved = backup(ana).state().unsaved

    assert await backup(ana).save(30) == 0
    assert (backup(ana).state().unsaved, unsaved > 0) == (unsaved, True)

    assert (await backup(ana).switch(on=True)).step is BackupStep.ON
    assert await backup(ana).save(30) == unsaved


async def test_the_choice_of_another_client_counts(people: Village) -> None:
    ana, _, _ = await filled(people, "one")
    await ana.session.gateway.key_server.set_account_data(PREFERENCE, {"enabled": False})

    assert (await backup(ana).look()).step is BackupStep.OFF


async def test_what_an_older_client_chose_counts_until_somebody_chooses_again(people: Village) -> None:
    ana, _, _ = await filled(people, "one")
    server = ana.session.gateway.key_server
    await server.set_account_data(PREFERENCE, {"enabled": "perhaps"})
    await server.set_account_data(BEFORE, {"disabled": True})
    assert (await backup(ana).look()).step is BackupStep.OFF

    assert (await backup(ana).switch(on=True)).step is BackupStep.ON

    assert await server.account_data(BEFORE) == {"disabled": False}


@pytest.mark.parametrize("batch", [1, 2])
async def test_a_kill_between_the_upload_and_its_mark_loses_nothing_and_doubles_nothing(
    people: Village, batch: int
) -> None:
    ana = await people.person("ana")
    version = await backup(ana).create()
    keys = made_up(500)
    ana.session.gateway.room_keys.take(keys)
    breaking = break_keys(ana, batch, after=True)
    with pytest.raises(Died):
        await backup(ana).save(30)
    breaking.mend()
    await ana.reopen()

    assert backup(ana).state().unsaved == 500 - (batch - 1) * 200
    while await backup(ana).save_some():
        pass

    assert set(await filed(ana, version)) == {key.session for key in keys}
    assert backup(ana).state().on_server == 500


# --- replaced, deleted, foreign -------------------------------------------------------------------------------------


async def test_a_backup_replaced_while_keys_go_in_stops_it_and_says_so(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(300))
    assert await backup(ana).save_some() == 200
    stranger = new_backup_key(os.urandom)
    await ana.session.gateway.key_server.create_backup(version_body(stranger, ana.id, ()))

    assert await backup(ana).save(30) == 0

    state = backup(ana).state()
    assert (state.step, state.trusted, state.unsaved) == (BackupStep.REPLACED, "none", 300)
    assert "replaced" in state.words
    assert state.way_out
    assert ana.session.gateway.room_keys.count() == 300
    await ana.reopen()
    assert (await backup(ana).look()).step is BackupStep.REPLACED
    answer = await ana.session.gateway.key_server.filed_keys(state.version)
    assert answer["rooms"] == {}


async def test_a_backup_that_another_device_of_ours_made_anew_is_gone_on_with(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(3))
    await backup(ana).save(30)
    new = new_backup_key(os.urandom)
    signers = list(backup(ana)._new._signers())
    version = await ana.session.gateway.key_server.create_backup(version_body(new, ana.id, signers))
    ana.session.gateway.room_keys.take(made_up(1))

    assert await backup(ana).save_some() == 0
    state = backup(ana).state()
    assert (state.step, state.version, state.trusted, state.has_key) == (BackupStep.ON, version, "signed", False)
    assert "its key is on another device" in state.words
    assert await backup(ana).save(30) == 4
    with pytest.raises(NotFound) as caught:
        await backup(ana).restore()
    assert caught.value.code == "no_backup_key"

    give_key(ana, new)
    assert len(await filed(ana, version)) == 4


async def test_a_deleted_backup_stops_it_and_loses_nothing_here(people: Village) -> None:
    ana = await people.person("ana")
    version = await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(3))
    await ana.session.gateway.key_server.delete_backup(version)

    assert await backup(ana).save(30) == 0
    assert backup(ana).state().step is BackupStep.GONE
    assert "deleted" in backup(ana).state().words
    assert (await backup(ana).look()).step is BackupStep.GONE
    with pytest.raises(NotFound) as caught:
        await backup(ana).restore()
    assert caught.value.code == "no_backup"

    again = await backup(ana).create()
    assert await backup(ana).save(30) == 3
    assert len(await filed(ana, again)) == 3


async def test_nothing_goes_into_a_backup_that_nothing_shows_to_be_ours(people: Village) -> None:
    ana = await people.person("ana")
    stranger = new_backup_key(os.urandom)
    await ana.session.gateway.key_server.create_backup(version_body(stranger, ana.id, ()))
    ana.session.gateway.room_keys.take(made_up(3))

    assert (await backup(ana).look()).step is BackupStep.FOREIGN
    assert await backup(ana).save(30) == 0
    assert "nookterm recover" in backup(ana).state().way_out


async def test_a_backup_that_only_a_device_has_signed_is_not_ours_without_its_key(people: Village) -> None:
    ana = await people.person("ana")
    ana.session.gateway.room_keys.take(made_up(3))
    key = new_backup_key(os.urandom)
    own_device = [signer for signer in backup(ana)._new._signers() if signer[0].endswith(ana.session.gateway.device_id)]
    await ana.session.gateway.key_server.create_backup(version_body(key, ana.id, own_device))

    assert (await backup(ana).look()).step is BackupStep.FOREIGN
    give_key(ana, key)
    assert (await backup(ana).look()).step is BackupStep.ON
    ana.session.gateway.identities.keep_secret(BACKUP, None)

    assert await backup(ana).save(30) == 0
    assert backup(ana).state().step is BackupStep.REPLACED
    assert backup(ana).state().unsaved == 3


async def test_a_backup_of_an_unknown_kind_is_nobodys(people: Village) -> None:
    ana = await people.person("ana")
    server = ana.session.gateway.key_server
    await server.create_backup({"algorithm": "m.megolm_backup.v9", "auth_data": {"public_key": "x"}})

    assert (await backup(ana).look()).step is BackupStep.FOREIGN


async def test_a_server_that_refuses_its_own_version_is_not_asked_for_ever(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(1))
    server: Any = ana.session.gateway.key_server

    async def refuse(version: str, _body: object) -> tuple[int, dict[str, str]]:
        return 403, {"errcode": "M_WRONG_ROOM_KEYS_VERSION", "current_version": version}

    server.file_keys = refuse
    with pytest.raises(ServerTrouble):
        await backup(ana).save_some()
    assert backup(ana).state().trouble


# --- what comes back ------------------------------------------------------------------------------------------------


async def test_another_device_reads_the_past_and_is_shown_no_proof_of_who_said_it(people: Village) -> None:
    ana, room, (said, _) = await filled(people, "one", "two")
    second = await another_device(people, ana)
    await scroll_back(second, room)
    assert isinstance(payload_of(second, room, said), Unreadable)
    await backup(second).look()
    give_key(second, key_of(ana))
    progress: list[tuple[int, int]] = []

    better = await backup(second).restore(progress=lambda done, of: progress.append((done, of)))

    assert better == backup(ana).state().on_server
    assert (progress[0], progress[-1]) == ((0, better), (better, better))
    event = second.session.store.event(room, said)
    assert event
    assert isinstance(event.payload, Message)
    assert event.trust is Trust.UNPROVED
    assert backup(second).state().unsaved == 0
    assert await backup(second).restore() == 0


async def test_a_room_and_a_single_key_come_alone(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    here, there = made_up(3), made_up(2, RoomId("!there:else"))
    ana.session.gateway.room_keys.take([*here, *there])
    await backup(ana).save(30)
    second = await another_device(people, ana)
    give_key(second, key_of(ana))

    assert await backup(second).restore(room=ROOM, session=here[0].session) == 1
    assert await backup(second).restore(room=ROOM) == 2
    assert await backup(second).restore() == 2


async def test_a_cancelled_restore_keeps_what_came(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(1100))
    while await backup(ana).save_some():
        pass
    second = await another_device(people, ana)
    give_key(second, key_of(ana))

    def stop(done: int, _of: int) -> None:
        if done:
            task.cancel()

    task = asyncio.create_task(backup(second).restore(progress=stop))
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 0 < second.session.gateway.room_keys.count() < 1100
    rest = 1100 - second.session.gateway.room_keys.count()
    assert await backup(second).restore() == rest


async def test_a_message_that_waits_brings_its_key_and_no_other(people: Village) -> None:
    ana, room, (said, _) = await filled(people, "one", "two")
    ana.session.gateway.room_keys.take(made_up(5))
    await backup(ana).save(30)
    second = await another_device(people, ana)
    give_key(second, key_of(ana))
    await backup(second).look()
    await scroll_back(second, room)

    assert await second.session.trust.settle() > 0

    assert isinstance(payload_of(second, room, said), Message)
    assert not list(second.session.gateway.room_keys.all(ROOM))


async def test_a_key_that_is_not_in_the_backup_is_not_asked_for_all_the_time(people: Village) -> None:
    ana, room, _ = await filled(people, "one")
    second = await another_device(people, ana)
    give_key(second, key_of(ana))
    await backup(second).look()
    await second.session.gateway.key_server.delete_backup(backup(second).state().version)
    await scroll_back(second, room)
    asked = break_keys(second).calls
    assert await backup(second).fetch_missing() == 0
    assert asked == ["filed_keys"]

    assert await backup(second).fetch_missing() == 0

    assert asked == ["filed_keys"]


# --- what a server may try ------------------------------------------------------------------------------------------


async def test_a_session_that_the_server_made_up_replaces_nothing_and_proves_nothing(people: Village) -> None:
    ana, room, (said,) = await filled(people, "one")
    version = await ana.session.gateway.key_server.backup_version()
    assert version
    found = read_version(version)
    held = next(key for key in ana.session.gateway.room_keys.all(room))
    forged = replace(made_up(1, room)[0], session=held.session, sender_key=held.sender_key)
    (own,) = made_up(1, room)
    body = {
        "rooms": {
            room: {
                "sessions": {
                    held.session: seal_session(found, forged, os.urandom, verified=True),
                    own.session: seal_session(found, own, os.urandom, verified=True),
                }
            }
        }
    }
    await ana.session.gateway.key_server.file_keys(found.version, body)

    assert await backup(ana).restore() == 1

    assert next(key for key in ana.session.gateway.room_keys.all(room) if key.session == held.session) == held
    event = ana.session.store.event(room, said)
    assert event
    assert event.trust is Trust.OWN


async def test_one_broken_entry_stops_no_other(people: Village) -> None:
    ana = await people.person("ana")
    version = await backup(ana).create()
    keys = made_up(3)
    (body,) = batches(read_version(await _shown(ana)), [(key, False) for key in keys], os.urandom)
    sessions = body["rooms"][ROOM]["sessions"]
    sessions[keys[0].session]["session_data"]["mac"] = "AAAAAAAAAAA"
    sessions["not this one"] = sessions[keys[1].session]
    await ana.session.gateway.key_server.file_keys(version, body)

    assert await backup(ana).restore() == 2


async def _shown(person: Person) -> dict[str, Any]:
    found = await person.session.gateway.key_server.backup_version()
    assert found
    return dict(found)


# --- beside the rest ------------------------------------------------------------------------------------------------


async def test_keys_go_in_and_come_back_beside_the_rest(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(450))
    told: list[Change] = []
    ana.session.changes.listen(told.append)

    there = asyncio.Event()
    ana.session.changes.listen(lambda _: there.set() if backup(ana).state().unsaved == 0 else None)
    ana.session.trust.carrying.save_soon()
    ana.session.trust.carrying.save_soon()
    async with asyncio.timeout(30):
        await there.wait()
    second = await another_device(people, ana)
    give_key(second, key_of(ana))
    second.session.trust.carrying.restore_soon()
    await second.session.trust.carrying.leave(30)

    assert KeysChanged() in told
    assert second.session.gateway.room_keys.count() == 450


async def test_an_open_account_puts_its_keys_in_by_itself(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(3))
    there = asyncio.Event()
    ana.session.changes.listen(lambda _: there.set() if backup(ana).state().unsaved == 0 else None)
    ana.session.set_phase("live")
    upkeep = asyncio.create_task(Upkeep(ana.session).run())
    await asyncio.sleep(0)  # It listens from here on.
    ana.session.changes.tell(KeysChanged())
    async with asyncio.timeout(30):
        await there.wait()
    upkeep.cancel()

    assert len(await filed(ana, backup(ana).state().version)) == 3


async def test_what_brings_keys_is_stopped_when_somebody_says_so(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(3))
    await backup(ana).save(30)
    second = await another_device(people, ana)
    give_key(second, key_of(ana))
    carrying = second.session.trust.carrying

    carrying.restore_soon()
    carrying.stop_restoring()
    carrying.stop_restoring()
    await carrying.leave(10)

    assert second.session.gateway.room_keys.count() == 0


async def test_a_server_that_hangs_holds_up_nobody_who_leaves(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(3))
    server: Any = ana.session.gateway.key_server

    async def hang(*_what: object) -> None:
        await asyncio.sleep(3600)

    server.file_keys = hang
    async with asyncio.timeout(20):
        await ana.session.trust.carrying.leave(0.2)

    assert backup(ana).state().unsaved == 3


async def test_one_thing_that_does_not_work_keeps_no_other_from_being_done(people: Village) -> None:
    ana, room, (said,) = await filled(people, "one")
    second = await another_device(people, ana)
    give_key(second, key_of(ana))
    await backup(second).look()
    await scroll_back(second, room)
    gossip: Any = second.session.trust.gossip

    async def fail() -> int:
        raise Offline("The server is away.")

    gossip.settle = fail
    assert await second.session.trust.settle() == 1
    assert isinstance(payload_of(second, room, said), Message)
    with pytest.raises(Offline):
        await second.session.trust.settle()


async def test_beside_another_process_the_state_is_told_without_numbers(people: Village) -> None:
    ana = await people.person("ana")
    version = await backup(ana).create()
    beside = open_account(people.parts, ana.name, offline=True)

    state = beside.session.trust.backup.state()
    await beside.close()

    assert state == BackupState(BackupStep.ON, version, "our_key", on_server=0)


async def test_what_is_left_to_do_when_a_process_ends_is_ended_with_it(people: Village) -> None:
    ana = await people.person("ana")
    await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(450))
    ana.session.trust.carrying.save_soon()
    await ana.reopen()

    assert await backup(ana).save(30) >= 50


# --- nothing leaks --------------------------------------------------------------------------------------------------


async def test_no_secret_is_in_what_is_shown_of_it(people: Village, caplog: pytest.LogCaptureFixture) -> None:
    ana, _, _ = await filled(people, "one")
    secret = write_seed(key_of(ana).secret)
    shown = repr(backup(ana).state()) + repr(key_of(ana)) + caplog.text + str(vars(backup(ana)))

    assert secret not in shown
    assert all(key.session_key not in shown + repr(key) for key in ana.session.gateway.room_keys.all())


def _states() -> Iterator[BackupState]:
    for step in BackupStep:
        yield BackupState(step)
        yield BackupState(step, has_key=True)


@pytest.mark.parametrize("state", _states(), ids=lambda state: f"{state.step}-{state.has_key}")
def test_every_state_has_words_and_each_that_is_not_well_a_way_out(state: BackupState) -> None:
    well = state.step is BackupStep.UNKNOWN or (state.step is BackupStep.ON and state.has_key)

    assert state.words.endswith(".")
    assert bool(state.way_out) is not well
