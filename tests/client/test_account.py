"""Signing in makes everything or nothing; opening changes nothing that is not right; signing out leaves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nookterm.client.account import open_account, sign_in, sign_out
from nookterm.client.errors import (
    Busy,
    CannotWrite,
    NotSignedIn,
    Offline,
    SignedOut,
    StoreDamaged,
    VaultClosed,
    WrongPassword,
    WrongUsage,
)
from nookterm.client.ports import Homeserver, Secret
from nookterm.client.profiles import Profile, Profiles
from nookterm.domain.ids import DeviceId, UserId
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy


def at(people: Village) -> Homeserver:
    return Homeserver(people.server.base_url, ())


async def test_signing_in_makes_a_profile_a_key_and_an_encrypted_database(people: Village) -> None:
    them = people.server.register("dora")
    profile = await sign_in(people.parts, at(people), them.user_id, Secret(them.password), None)
    assert (profile.name, profile.user_id, profile.vault) == ("default", them.user_id, "demo")
    assert Profiles(people.home).all() == (profile,)
    database = Profiles(people.home).database("default")
    assert not database.read_bytes().startswith(b"SQLite format 3")
    token = people.vault.load(profile.token_name)
    assert token is not None
    for path in people.home.rglob("*"):
        if path.is_file():
            assert token.reveal().encode() not in path.read_bytes()
            assert path.stat().st_mode & 0o077 == 0
    account = open_account(people.parts, None)
    assert account.session.store.position() is None
    await account.session.sync_once()
    await account.close()


async def test_a_second_account_needs_a_name_of_its_own(people: Village) -> None:
    one, two = people.server.register("dora"), people.server.register("emil")
    await sign_in(people.parts, at(people), one.user_id, Secret(one.password), None)
    with pytest.raises(WrongUsage, match="is signed in as profile default") as caught:
        await sign_in(people.parts, at(people), two.user_id, Secret(two.password), None)
    assert caught.value.code == "already_signed_in"
    await sign_in(people.parts, at(people), two.user_id, Secret(two.password), "work")
    profiles = Profiles(people.home)
    assert [p.name for p in profiles.all()] == ["default", "work"]
    assert profiles.chosen(None).name == "default"
    assert profiles.chosen("work").user_id == two.user_id


async def test_a_wrong_password_makes_nothing(people: Village) -> None:
    them = people.server.register("dora")
    with pytest.raises(WrongPassword):
        await sign_in(people.parts, at(people), them.user_id, Secret("guess"), None)
    assert people.vault.kept == {}
    assert Profiles(people.home).all() == ()


async def test_a_locked_vault_opens_nothing_and_creates_nothing(people: Village) -> None:
    name, _ = await people.profile("dora")
    people.vault.locked = True
    before = sorted(people.home.rglob("*"))
    with pytest.raises(VaultClosed):
        open_account(people.parts, name)
    assert sorted(people.home.rglob("*")) == before


async def test_a_vault_that_lost_the_key_leaves_the_database_as_it_is(people: Village) -> None:
    name, _ = await people.profile("dora")
    people.vault.kept.clear()
    with pytest.raises(VaultClosed, match="does not hold the key"):
        open_account(people.parts, name)
    assert Profiles(people.home).database(name).exists()


async def test_a_missing_database_is_never_replaced_by_an_empty_one(people: Village) -> None:
    name, _ = await people.profile("dora")
    database = Profiles(people.home).database(name)
    database.unlink()
    with pytest.raises(StoreDamaged, match="is missing"):
        open_account(people.parts, name)
    assert not database.exists()


async def test_a_broken_database_lets_the_account_go_again(people: Village) -> None:
    name, _ = await people.profile("dora")
    database = Profiles(people.home).database(name)
    whole = database.read_bytes()
    database.write_bytes(b"x" * len(whole))
    with pytest.raises(StoreDamaged):
        open_account(people.parts, name)
    database.write_bytes(whole)
    await open_account(people.parts, name).close()


async def test_one_process_at_a_time_and_any_number_that_only_look(people: Village) -> None:
    name, _ = await people.profile("dora")
    account = open_account(people.parts, name)
    with pytest.raises(Busy):
        open_account(people.parts, name)
    looking = open_account(people.parts, name, offline=True)
    assert looking.session.gateway.user_id == account.session.gateway.user_id
    assert looking.session.gateway.device_id == account.session.gateway.device_id
    with pytest.raises(Offline, match="needs the server"):
        await looking.session.sync_once()
    with pytest.raises(AttributeError):
        _ = looking.session.gateway._no_such_thing  # type: ignore[attr-defined]  # what copy and pickle ask for
    await looking.close()
    await account.close()
    await open_account(people.parts, name).close()


async def test_signing_out_ends_the_device_and_removes_key_token_and_files(people: Village) -> None:
    name, password = await people.profile("dora")
    kept = dict(people.vault.kept)
    profile = await sign_out(people.parts, name)
    assert people.vault.kept == {}
    assert not Profiles(people.home).folder(name).exists()
    token = next(secret for key, secret in kept.items() if key.endswith("access-token"))
    with pytest.raises(OSError, match="401"):
        people.server.call("GET", "/_matrix/client/v3/account/whoami", token=token.reveal())
    again = await sign_in(people.parts, at(people), profile.user_id, password, name)
    assert again.device_id != profile.device_id


async def test_one_can_sign_out_while_the_server_is_away(people: Village, proxy: FaultyProxy) -> None:
    name, _ = await people.profile("dora", url=proxy.url)
    await proxy.shut()
    await sign_out(people.parts, name)
    assert Profiles(people.home).all() == ()


async def test_one_can_sign_out_of_an_account_that_cannot_be_opened(people: Village) -> None:
    name, _ = await people.profile("dora")
    people.vault.locked = True
    await sign_out(people.parts, name)
    assert Profiles(people.home).all() == ()


async def test_signing_in_again_where_files_were_left_keeps_them_aside(people: Village) -> None:
    name, password = await people.profile("dora")
    profiles = Profiles(people.home)
    profile = profiles.load(name)
    (profiles.folder(name) / "profile.json").unlink()
    await sign_in(people.parts, at(people), profile.user_id, password, name)
    assert len([p for p in profiles.folder(name).iterdir() if p.suffix == ".aside"]) == 1


async def test_an_account_whose_session_ended_says_so(people: Village) -> None:
    dora = await people.person("dora")
    await dora.session.gateway.logout()
    with pytest.raises(SignedOut):
        await dora.sync()


def some(name: str) -> Profile:
    return Profile(name, "https://river.example", UserId("@dora:river.example"), DeviceId("D"), "demo")


def test_a_profile_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    profiles.save(some("dora"))
    assert profiles.load("dora") == some("dora")
    assert profiles.chosen(None) == some("dora"), "the only one needs no name"


def test_choosing_asks_back_where_it_is_not_clear(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    with pytest.raises(NotSignedIn, match="Nobody is signed in"):
        profiles.chosen(None)
    with pytest.raises(NotSignedIn, match="no profile called work"):
        profiles.chosen("work")
    for name in ("dora", "work"):
        profiles.save(some(name))
    with pytest.raises(WrongUsage, match=r"dora \| work"):
        profiles.chosen(None)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "-x", ".hidden", "x" * 65, "a\nb"])
def test_a_profile_name_never_leaves_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongUsage, match="cannot be a profile's name"):
        Profiles(tmp_path).folder(name)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"homeserver": 1', "null"])
def test_a_profile_that_makes_no_sense_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    profiles = Profiles(tmp_path)
    profiles.save(some("dora"))
    path = profiles.folder("dora") / "profile.json"
    path.write_text(text)
    with pytest.raises(StoreDamaged, match="cannot be read"):
        profiles.load("dora")
    assert path.read_text() == text


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "accounts").write_text("a file where a folder should be")
    with pytest.raises(CannotWrite, match="cannot be written"):
        Profiles(tmp_path).save(some("dora"))
    assert os.listdir(tmp_path) == ["accounts"]  # noqa: PTH208 - names are what is compared


def test_a_secret_never_prints() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {vars(Profile)}"
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2")
    assert secret != Secret("hunter3")
    assert secret != "hunter2"
    assert len({secret, Secret("hunter2")}) == 1
