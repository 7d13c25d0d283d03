"""When a session ends, nothing on this machine is lost: the person is told, signs in again, and what waited goes on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nookterm.client.account import Parts, open_account, sign_in
from nookterm.client.errors import (
    CannotWrite,
    Problem,
    SignedOut,
    StoreDamaged,
    VaultClosed,
    WrongPassword,
    WrongUsage,
)
from nookterm.client.ports import Credentials, Homeserver, Secret, Store
from nookterm.client.profiles import Profile, Profiles
from nookterm.client.returning import Way, is_back, sign_in_again, standing
from nookterm.client.tokens import Keeper, load_tokens, save_tokens
from nookterm.domain.events import Trust
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.domain.search import Search, words
from nookterm.matrix.tokens import Tokens
from tests.client.people import TEXT, Drawer, Person, Village
from tests.faults.proxy import FaultyProxy


async def signed_in(people: Village, name: str, *, url: str = "") -> Person:
    """Somebody who signed in with a password, as people do: their token expires and can be renewed."""
    them = people.server.register(name)
    password = Secret(them.password)
    at = Homeserver(url or people.server.base_url, ())
    profile = await sign_in(people.parts, at, them.user_id, password, them.user_id[1:].partition(":")[0])
    somebody = Person(people.parts, profile.name, password)
    people.people.append(somebody)
    await somebody.sync()
    await somebody.found_identity()
    return somebody


def kept(people: Village, who: Person) -> Profile:
    return people.parts.profiles.load(who.name)


def at(people: Village, who: Person) -> Homeserver:
    return Homeserver(kept(people, who).homeserver, ())


def tokens(people: Village, who: Person) -> Credentials:
    found = load_tokens(people.vault, kept(people, who))
    assert found is not None
    return found


async def back(people: Village, who: Person, way: Way) -> Profile:
    """Sign in again, from a closed client, and open it."""
    await who.account.close()
    here = standing(people.parts, kept(people, who))
    assert here.way is way
    profile = await sign_in_again(people.parts, here, at(people, who), who.password)
    who._open()
    return profile


def end_on_server(people: Village, who: Person) -> None:
    """Somebody signs this device out from another one."""
    people.server.call("POST", "/_matrix/client/v3/logout", {}, token=tokens(people, who).token.reveal())


# --- tokens that expire ----------------------------------------------------------------------------------------------


async def test_an_expired_token_is_renewed_once_for_all_requests_and_nobody_notices(
    people: Village, proxy: FaultyProxy
) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    before = tokens(people, dora)
    assert before.refresh is not None
    assert before.expires_at is not None
    with proxy.rule("/profile/", "401soft", times=2):
        names = await asyncio.gather(*(dora.session.gateway.display_name() for _ in range(2)))
    assert len(set(names)) == 1
    after = tokens(people, dora)
    assert after.token != before.token
    assert after.refresh != before.refresh
    assert len([line for line in proxy.lines if "/refresh" in line]) == 1
    await dora.reopen()
    await dora.sync()


async def test_a_token_whose_time_is_up_is_renewed_before_it_is_refused(people: Village, proxy: FaultyProxy) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    await dora.account.close()
    past = replace(tokens(people, dora), expires_at=datetime.now(UTC) - timedelta(days=1))
    save_tokens(people.vault, kept(people, dora), past)
    dora._open()
    await dora.sync()
    assert tokens(people, dora).token != past.token
    assert len([line for line in proxy.lines if "/refresh" in line]) == 1


@pytest.mark.parametrize("fault", ["drop_after", "half", "500"])
async def test_a_renewal_whose_answer_is_lost_is_made_again(people: Village, proxy: FaultyProxy, fault: str) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    with proxy.rule("/profile/", "401soft", times=1), proxy.rule("/refresh", fault, times=1):
        with pytest.raises(Problem) as met:
            await dora.session.gateway.display_name()
        assert not isinstance(met.value, SignedOut)
    with proxy.rule("/profile/", "401soft", times=1):
        assert await dora.session.gateway.display_name()
    assert not kept(people, dora).ended


async def test_new_tokens_that_cannot_be_kept_are_not_used_so_that_the_old_ones_stay_good(
    people: Village, proxy: FaultyProxy
) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    before = tokens(people, dora)
    people.vault.locked = True
    with proxy.rule("/profile/", "401soft", times=1), pytest.raises(VaultClosed):
        await dora.session.gateway.display_name()
    people.vault.locked = False
    assert tokens(people, dora) == before
    await dora.reopen()
    with proxy.rule("/profile/", "401soft", times=1):
        assert await dora.session.gateway.display_name()
    assert tokens(people, dora).token != before.token


async def test_a_crash_between_keeping_new_tokens_and_using_them_loses_neither(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    held = tokens(people, dora)
    used = replace(held, keeper=Keeper(people.vault, people.parts.profiles, kept(people, dora)))
    await Tokens(used).instead_of(held.token, SignedOut("It has expired.", code="soft_logout"))
    new = tokens(people, dora)
    assert new.refresh != held.refresh
    # The process has died here. Had it died a moment earlier, the old ones would be in the vault: they are good, too.
    past = replace(held, expires_at=datetime.now(UTC) - timedelta(days=1))
    save_tokens(people.vault, kept(people, dora), past)
    dora._open()
    await dora.sync()
    assert tokens(people, dora).refresh not in {held.refresh, new.refresh}


async def test_a_session_that_the_server_does_not_renew_has_ended_softly(people: Village, proxy: FaultyProxy) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    with proxy.rule("/profile/", "401soft"), proxy.rule("/refresh", "403"), pytest.raises(SignedOut) as met:
        await dora.session.gateway.display_name()
    assert met.value.code == "soft_logout"
    assert kept(people, dora).ended == "soft_logout"


async def test_tokens_lie_in_one_secret_and_older_profiles_work(people: Village) -> None:
    vault = Drawer()
    profile = Profile("dora", "https://river.example", UserId("@dora:river.example"), DeviceId("D"), "demo")
    assert load_tokens(vault, profile) is None
    vault.save(profile.token_name, Secret("syt_old"))
    assert load_tokens(vault, profile) == Credentials(
        profile.homeserver, profile.user_id, profile.device_id, Secret("syt_old")
    )
    ends = datetime(2026, 5, 1, tzinfo=UTC)
    new = replace(
        Credentials(profile.homeserver, profile.user_id, profile.device_id, Secret("syt_new")),
        refresh=Secret("syr_new"),
        expires_at=ends,
    )
    save_tokens(vault, profile, new)
    assert load_tokens(vault, profile) == new
    assert list(vault.kept) == [profile.token_name]


# --- soft logout -----------------------------------------------------------------------------------------------------


async def test_after_a_soft_end_the_same_device_goes_on_and_what_waited_arrives_once(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, dora = await people.person("ana"), await signed_in(people, "dora", url=proxy.url)
    here = await people.community(ana, dora)
    first = await ana.say(here.nook, "before")
    await dora.sync()
    assert "before" in dora.heard(here.nook)
    device = kept(people, dora).device_id
    # The server has the message, the answer is lost, and then the session ends.
    row = dora.session.outbox.queue(here.nook, TEXT, {"msgtype": "m.text", "body": "said once"})
    with proxy.rule("/send/m.room.encrypted", "drop_after"):
        await dora.session.outbox.flush()
    with proxy.rule("/sync", "401soft"), proxy.rule("/refresh", "403"), pytest.raises(SignedOut):
        await dora.sync()
    dora.session.outbox.queue(here.nook, TEXT, {"msgtype": "m.text", "body": "said later"})
    profile = await back(people, dora, Way.SAME)
    assert profile.device_id == device
    assert dora.session.store.event(here.nook, first) is not None
    assert dora.session.store.outgoing()[0].txn_id == row.txn_id
    await dora.session.outbox.flush(now=True)
    for who in (dora, ana):
        await who.sync()
    assert [body for body in ana.heard(here.nook) if body.startswith("said")] == ["said once", "said later"]
    await ana.say(here.nook, "after")
    await dora.sync()
    assert "after" in dora.heard(here.nook)


async def test_an_ended_session_says_so_at_the_next_start_and_asks_no_server(
    people: Village, proxy: FaultyProxy
) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    with proxy.rule("/sync", "401soft"), proxy.rule("/refresh", "403"), pytest.raises(SignedOut):
        await dora.sync()
    await dora.reopen()
    asked = len(proxy.lines)
    with pytest.raises(SignedOut, match="has expired") as met:
        await dora.sync()
    assert len(proxy.lines) == asked
    assert f"nookterm login {proxy.url} {dora.id} --profile {dora.name}" in met.value.hint
    row = dora.session.outbox.queue(RoomId("!x:y"), TEXT, {"body": "kept"})
    await dora.session.outbox.flush(now=True)
    held = dora.session.outbox.row(row.txn_id)
    assert held is not None
    assert held.state == "queued"


async def test_a_wrong_password_changes_nothing(people: Village, proxy: FaultyProxy) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    with proxy.rule("/sync", "401soft"), proxy.rule("/refresh", "403"), pytest.raises(SignedOut):
        await dora.sync()
    await dora.account.close()
    before = (kept(people, dora), dict(people.vault.kept))
    here = standing(people.parts, before[0])
    with pytest.raises(WrongPassword):
        await sign_in_again(people.parts, here, at(people, dora), Secret("guess"))
    assert (kept(people, dora), people.vault.kept) == before
    await sign_in_again(people.parts, here, at(people, dora), dora.password)
    dora._open()
    await dora.sync()


# --- hard logout -----------------------------------------------------------------------------------------------------


async def test_after_a_hard_end_a_new_device_keeps_everything_and_asks_before_it_sends_again(people: Village) -> None:
    ana, dora = await people.person("ana"), await signed_in(people, "dora")
    here = await people.community(ana, dora)
    mine = await dora.say(here.nook, "my own words")
    await ana.say(here.nook, "unearthed")
    await dora.sync()
    old = kept(people, dora)
    dora.session.outbox.queue(here.nook, TEXT, {"msgtype": "m.text", "body": "did it arrive?"})
    end_on_server(people, dora)
    with pytest.raises(SignedOut):
        await dora.sync()
    assert kept(people, dora).ended == "signed_out"
    await ana.say(here.nook, "while away")

    new = await back(people, dora, Way.NEW_DEVICE)
    assert new.device_id != old.device_id
    assert [row.state for row in dora.session.store.outgoing()] == ["failed"]
    assert "may have arrived" in (dora.session.store.outgoing()[0].problem or "")
    assert [event.event_id for event in dora.session.store.search(Search(words("unearthed")))], (
        "search still finds what was read"
    )
    await dora.session.outbox.flush(now=True)
    await dora.sync()
    assert "did it arrive?" not in ana.heard(here.nook)
    assert {"my own words", "unearthed"} <= set(dora.heard(here.nook))
    event = dora.session.store.event(here.nook, mine)
    assert event is not None
    assert sorted(name.rpartition("/")[2] for name in people.vault.kept if str(dora.id) in name) == [
        "access-token",
        "store-key",
    ]
    # The new device reads what is said from now on, and can be read.
    await dora.session.trust.settle()
    await ana.sync()
    await ana.say(here.nook, "welcome back")
    await dora.sync()
    assert "welcome back" in dora.heard(here.nook)
    await dora.session.outbox.resend(dora.session.store.outgoing()[0].txn_id)
    await ana.sync()
    assert ana.heard(here.nook).count("did it arrive?") == 1
    await dora.reopen()
    await dora.sync()


async def test_what_the_old_device_said_is_still_proved_to_be_ones_own(people: Village) -> None:
    ana, dora = await people.person("ana"), await signed_in(people, "dora")
    here = await people.community(ana, dora)
    mine = await dora.say(here.nook, "my own words")
    end_on_server(people, dora)
    with pytest.raises(SignedOut):
        await dora.sync()
    await back(people, dora, Way.NEW_DEVICE)
    again = await dora.session.gateway.event(here.nook, mine)
    assert again.trust is Trust.OWN


async def test_a_server_that_knows_the_token_again_needs_no_password(people: Village, proxy: FaultyProxy) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    with proxy.rule("/sync", "401"), pytest.raises(SignedOut):
        await dora.sync()
    assert kept(people, dora).ended == "signed_out"
    await dora.account.close()
    with proxy.rule("/whoami", "401"):
        assert await is_back(people.parts, kept(people, dora)) is None
    again = await is_back(people.parts, kept(people, dora))
    assert again is not None
    assert not again.ended
    dora._open()
    await dora.sync()


# --- a lost store ----------------------------------------------------------------------------------------------------


async def test_where_the_database_is_lost_a_new_device_begins_and_the_old_file_stays(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    old = kept(people, dora)
    database = people.parts.profiles.database(dora.name)
    whole = database.read_bytes()
    broken = b"\xff" * len(whole)
    database.write_bytes(broken)
    with pytest.raises(StoreDamaged) as met:
        open_account(people.parts, dora.name)
    assert f"nookterm login {old.homeserver} {old.user_id} --profile {dora.name} --new-device" in met.value.hint
    new = await back(people, dora, Way.ANEW)
    await dora.sync()
    assert new.device_id != old.device_id
    (aside,) = database.parent.glob("*.aside")
    assert aside.read_bytes() == broken
    key = people.vault.load(old.key_name)
    assert key is not None
    aside.write_bytes(whole)
    people.parts.open_store(aside, key, create=False, read_only=True).close()


async def test_beginning_anew_that_fails_puts_the_old_file_back_and_ends_the_new_device(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    database = people.parts.profiles.database(dora.name)
    database.write_bytes(b"x" * 5000)
    profile, secrets = kept(people, dora), dict(people.vault.kept)
    here = standing(people.parts, profile)
    full = replace(people.parts, open_store=FullDisk())
    with pytest.raises(CannotWrite):
        await sign_in_again(full, here, at(people, dora), dora.password)
    assert database.read_bytes() == b"x" * 5000
    assert (kept(people, dora), people.vault.kept) == (profile, secrets)
    assert devices(people, dora) == {profile.device_id}


async def test_a_key_that_is_lost_is_a_store_that_is_lost(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    people.vault.delete(kept(people, dora).key_name)
    with pytest.raises(VaultClosed, match="--new-device"):
        open_account(people.parts, dora.name)
    await back(people, dora, Way.ANEW)
    await dora.sync()


async def test_an_old_copy_that_was_put_back_goes_on_as_a_new_device(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    database = people.parts.profiles.database(dora.name)
    copy = database.read_bytes()
    dora._open()
    end_on_server(people, dora)
    with pytest.raises(SignedOut):
        await dora.sync()
    second = await back(people, dora, Way.NEW_DEVICE)
    await dora.sync()
    await dora.account.close()
    database.write_bytes(copy)
    with pytest.raises(StoreDamaged, match="keys in this database are those of") as met:
        open_account(people.parts, dora.name)
    assert "--new-device" in met.value.hint
    here = standing(people.parts, kept(people, dora), thorough=True)
    assert here.way is Way.NEW_DEVICE
    third = await sign_in_again(people.parts, here, at(people, dora), dora.password)
    assert third.device_id != second.device_id
    dora._open()
    await dora.sync()


async def test_a_locked_vault_is_no_reason_to_begin_anew(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    people.vault.locked = True
    with pytest.raises(VaultClosed):
        standing(people.parts, kept(people, dora))
    people.vault.locked = False
    assert standing(people.parts, kept(people, dora)).way is Way.NONE
    with pytest.raises(WrongUsage, match="is signed in"):
        await sign_in_again(people.parts, standing(people.parts, kept(people, dora)), at(people, dora), dora.password)


# --- signing in half way ---------------------------------------------------------------------------------------------


class FullDisk:
    """Opens no database: there is no room for one."""

    def __call__(self, path: Path, key: Secret, *, create: bool, read_only: bool, beside: bool = False) -> Store:
        raise CannotWrite("The disk is full.", "Make room.", code="cannot_write")


class FullProfiles(Profiles):
    """Writes no profile: the disk is full at the last moment."""

    def save(self, profile: Profile) -> None:
        raise CannotWrite(f"{profile.name} cannot be written.", "Make room.", code="cannot_write")


def devices(people: Village, who: Person) -> set[str]:
    """The devices that the server has, as a device of another kind sees them, without that one."""
    login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": who.id}}
    seen = people.server.call("POST", "/_matrix/client/v3/login", login | {"password": who.password.reveal()})
    found = people.server.call("GET", "/_matrix/client/v3/devices", token=seen["access_token"])["devices"]
    return {device["device_id"] for device in found} - {seen["device_id"]}


@pytest.mark.parametrize("fails", ["vault", "disk", "profile"])
async def test_a_sign_in_that_fails_half_way_leaves_nothing_here_and_no_device_there(
    people: Village, fails: str
) -> None:
    them = people.server.register("emil")
    parts: Parts = people.parts
    people.vault.locked = fails == "vault"
    if fails == "disk":
        parts = replace(parts, open_store=FullDisk())
    if fails == "profile":
        parts = replace(parts, profiles=FullProfiles(people.home))
    server = Homeserver(people.server.base_url, ())
    with pytest.raises((VaultClosed, CannotWrite)):
        await sign_in(parts, server, them.user_id, Secret(them.password), "emil")
    people.vault.locked = False
    assert people.vault.kept == {}
    assert not (people.home / "accounts" / "emil").exists()
    seen = people.server.login(them)
    found = people.server.call("GET", "/_matrix/client/v3/devices", token=seen)["devices"]
    assert len(found) == 1, "only the device that looks"
