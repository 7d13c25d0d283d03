"""One's own identity on a real server: made, opened elsewhere, made anew; interrupted anywhere and still whole."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from nookterm.client.account import sign_in
from nookterm.client.errors import (
    NotAllowed,
    NotFound,
    Offline,
    ServerTrouble,
    WrongPassword,
    WrongRecoveryKey,
    WrongUsage,
)
from nookterm.client.identity import OwnIdentity
from nookterm.client.own_state import NONE, READY, UNKNOWN, UNSIGNED
from nookterm.client.ports import Auth, Challenge, Homeserver, Secret
from nookterm.client.proving import page, password_answer, plain_answer, with_password
from nookterm.client.returning import sign_in_again, standing
from nookterm.trust.identity import Identity
from nookterm.trust.pins import Seen, Standing, Verified
from nookterm.trust.secret_storage import BACKUP, DEFAULT_KEY, KEY_PREFIX, MASTER, SECRETS, USER_SIGNING
from nookterm.viewmodels.first_trust import FirstTrustModel
from nookterm.viewmodels.hub import Hub
from tests.client.interrupted import Died, break_keys
from tests.client.people import Person, Village
from tests.trust.chance import mistyped

PASSPHRASE = Secret("seven herons stand in the river")


def own(person: Person) -> OwnIdentity:
    return person.session.trust.identity


async def another_device(people: Village, of: Person) -> Person:
    """The same account on a second profile."""
    name = f"{of.name}-second"
    await sign_in(people.parts, Homeserver(people.server.base_url, ()), of.name, of.password, name)
    second = Person(people.parts, name, of.password)
    people.people.append(second)
    await second.sync()
    return second


async def shown(person: Person) -> Identity:
    return (await person.session.gateway.key_server.query([person.id]))[person.id]


async def master_of(person: Person) -> str:
    identity = await shown(person)
    assert identity.master is not None
    return identity.master.public


def with_the_password(person: Person) -> Any:
    return with_password(person.id, person.password)


# --- the first one --------------------------------------------------------------------------------------------------


async def test_a_first_run_ends_with_a_signed_device_and_a_recovery_key(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    assert own(ana).state().step == UNKNOWN
    assert (await own(ana).look()).step == NONE

    key = await own(ana).set_up()

    assert len(key.reveal().split()) == 12
    state = own(ana).state()
    assert (state.step, state.storage, state.unfinished, state.unnoted) == (READY, True, False, True)
    identity = await shown(ana)
    assert identity.devices[ana.session.gateway.device_id].signed_by_owner
    assert ana.session.gateway.identities.pin(ana.id).standing is Standing.VERIFIED


async def test_the_recovery_key_is_the_same_until_it_is_noted_and_forgotten_here_then(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    key = await own(ana).set_up()
    await ana.reopen()

    assert await own(ana).set_up() == key
    own(ana).noted()

    assert own(ana).recovery_key() is None
    assert not own(ana).state().unnoted
    with pytest.raises(WrongUsage) as refused:
        await own(ana).set_up()
    assert refused.value.code == "identity_exists"


async def test_an_identity_is_never_replaced_unasked(people: Village) -> None:
    ana = await people.person("ana")
    before = await master_of(ana)
    second = await another_device(people, ana)

    with pytest.raises(WrongUsage) as refused:
        await own(second).set_up(confirm=with_the_password(ana))

    assert refused.value.code == "identity_exists"
    assert await master_of(ana) == before
    assert own(second).recovery_key() is None


async def test_an_identity_that_the_server_hides_is_not_replaced_either(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    ana.session.gateway.identities.note(ana.id, Seen("x" * 43))

    with pytest.raises(WrongUsage) as refused:
        await own(ana).set_up()

    assert refused.value.code == "identity_exists"
    assert (await shown(ana)).master is None


async def test_two_devices_at_once_make_one_identity(people: Village) -> None:
    """The other one was quicker between our look and our upload."""
    ana = await people.person("ana", trusted=False)
    second = await another_device(people, ana)
    real = ana.session.gateway.key_server
    breaking = break_keys(ana)

    async def overtaken(*words: Any, **more: Any) -> Any:
        await second.found_identity()
        breaking.__dict__.pop("publish_identity")
        return await real.publish_identity(*words, **more)

    breaking.__dict__["publish_identity"] = overtaken
    with pytest.raises(WrongUsage) as refused:
        await own(ana).set_up(confirm=with_the_password(ana))

    assert refused.value.code == "identity_exists"
    assert own(second).state().step == READY
    assert own(ana).state().step == UNSIGNED


# --- on another device ----------------------------------------------------------------------------------------------


async def test_a_second_device_opens_the_identity_with_the_recovery_key(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    key = await own(ana).set_up()
    second = await another_device(people, ana)
    assert (await own(second).look()).step == UNSIGNED

    done = await own(second).recover(Secret(key.reveal().replace(" ", "\n ")))

    assert done.signed
    assert own(second).state().step == READY
    assert own(second).state().storage
    identity = await shown(ana)
    assert identity.devices[second.session.gateway.device_id].signed_by_owner
    assert len(identity.devices) == 2


async def test_a_second_device_opens_it_with_a_passphrase(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    key = await own(ana).set_up(passphrase=PASSPHRASE)
    second = await another_device(people, ana)
    assert (await own(second).look()).passphrase

    with pytest.raises(WrongRecoveryKey) as wrong:
        await own(second).recover(Secret("seven herons stand in the rain"))
    assert wrong.value.code == "wrong_passphrase"
    assert own(second).state().step == UNSIGNED

    assert (await own(second).recover(PASSPHRASE)).signed
    assert (await own(second).recover(key)).signed


async def test_every_wrong_key_is_called_by_its_mistake(people: Village) -> None:
    ana, bo = await people.person("ana", trusted=False), await people.person("bo", trusted=False)
    key, foreign = await own(ana).set_up(), await own(bo).set_up()
    second = await another_device(people, ana)
    text = key.reveal()
    wrong = {
        text[:7] + "0" + text[8:]: "recovery_letter",
        text[:-5]: "recovery_length",
        mistyped(text, 5): "recovery_typing_error",
        foreign.reveal(): "another_key",
        "seven herons": "recovery_length",
        "": "recovery_length",
    }

    for typed, code in wrong.items():
        with pytest.raises(WrongRecoveryKey) as refused:
            await own(second).recover(Secret(typed))
        assert refused.value.code == code
        assert not typed or typed not in str(refused.value)
    assert own(second).state().step == UNSIGNED
    assert second.session.gateway.identities.secret(MASTER) is None


async def test_an_absurd_passphrase_rule_is_refused_and_the_recovery_key_still_works(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    key = await own(ana).set_up(passphrase=PASSPHRASE)
    second, server = await another_device(people, ana), ana.session.gateway.key_server
    key_id = (await server.account_data(DEFAULT_KEY))["key"]
    content = dict(await server.account_data(KEY_PREFIX + key_id))
    for rounds in (10**9, 1):
        rule = {**content["passphrase"], "iterations": rounds}
        await server.set_account_data(KEY_PREFIX + key_id, {**content, "passphrase": rule})
        with pytest.raises(ServerTrouble) as refused:
            await own(second).recover(PASSPHRASE)
        assert refused.value.code == "passphrase_rounds"

    assert (await own(second).recover(key)).signed


@pytest.mark.parametrize(("name", "content", "code"), [
    (MASTER, {}, "secret_missing"),
    (USER_SIGNING, {}, "secret_missing"),
    (USER_SIGNING, "of master", "damaged_secret"),
])  # fmt: skip
async def test_secrets_that_are_missing_or_swapped_are_named_and_nothing_is_taken_over(
    people: Village, name: str, content: Any, code: str
) -> None:
    ana = await people.person("ana", trusted=False)
    key = await own(ana).set_up()
    server = ana.session.gateway.key_server
    await server.set_account_data(name, await server.account_data(MASTER) if content == "of master" else content)
    second = await another_device(people, ana)

    with pytest.raises((NotFound, ServerTrouble)) as refused:
        await own(second).recover(key)

    assert refused.value.code == code
    assert all(second.session.gateway.identities.secret(one) is None for one in SECRETS)
    assert own(second).state().step == UNSIGNED


async def test_without_an_identity_or_a_storage_that_is_said(people: Village) -> None:
    nobody, ana = await people.person("noor", trusted=False), await people.person("ana")
    second = await another_device(people, ana)

    for person, code in ((nobody, "no_identity"), (second, "no_storage")):
        with pytest.raises(NotFound) as refused:
            await own(person).recover(PASSPHRASE)
        assert refused.value.code == code


async def test_secrets_from_another_device_are_taken_only_if_they_belong(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    second = await another_device(people, ana)
    await own(second).look()

    def sent(person: Person) -> dict[str, Secret]:
        found = {name: person.session.gateway.identities.secret(name) for name in SECRETS}
        return {name: secret for name, secret in found.items() if secret}

    assert not await own(second).take_secrets(sent(bo))
    assert own(second).state().step == UNSIGNED
    assert await own(second).take_secrets(sent(ana))
    assert own(second).state().step == READY


# --- another identity -----------------------------------------------------------------------------------------------


async def test_a_reset_asks_for_the_password_and_what_was_vouched_for_has_to_be_compared_again(people: Village) -> None:
    ana, bo = await people.person("ana", trusted=False), await people.person("bo")
    old_key = await own(ana).set_up()
    own(ana).noted()
    second = await another_device(people, ana)
    await own(second).recover(old_key)
    before, identities = await master_of(ana), ana.session.gateway.identities
    theirs = await master_of(bo)
    await ana.session.gateway.key_server.query([bo.id])
    identities.note(bo.id, Verified(theirs))
    assert await own(ana).sign_user(bo.id, theirs)

    key = await own(ana).reset(with_the_password(ana))

    assert await master_of(ana) != before
    assert own(ana).state().step == READY
    assert identities.pin(bo.id).standing is Standing.VIOLATED
    assert (await own(second).look()).replaced
    with pytest.raises(WrongRecoveryKey) as refused:
        await own(second).recover(old_key)
    assert refused.value.code == "another_key"
    assert (await own(second).recover(key)).signed
    assert (own(second).state().step, own(second).state().replaced) == (READY, False)


async def test_a_reset_that_is_not_confirmed_changes_nothing(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    await own(ana).set_up()
    before = await master_of(ana)

    async def no(_challenge: Challenge) -> Auth | None:
        return None

    with pytest.raises(NotAllowed) as refused:
        await own(ana).reset(no)
    assert refused.value.code == "not_confirmed"
    with pytest.raises(WrongPassword):
        await own(ana).reset(with_password(ana.id, Secret("wrong")))

    assert await master_of(ana) == before
    state = own(ana).state()
    assert (state.step, state.unfinished) == (READY, False)


async def test_a_server_that_wants_a_yes_in_a_browser_is_shown_its_page_and_asked_again_with_the_session(
    people: Village,
) -> None:
    """As Element's own server does it; the one of these tests wants passwords, so its questions are played."""
    ana = await people.person("ana")
    before, real = await master_of(ana), ana.session.gateway.key_server
    breaking = break_keys(ana)
    challenge = Challenge("s1", (("m.oauth",),), {"m.oauth": {"url": "https://account.river.example/reset"}})
    heard: list[Any] = []

    async def asks(body: Any, auth: Any = None) -> Challenge | None:
        heard.append(auth)
        if len(heard) < 3:
            return replace(challenge, refused=auth is not None)
        return await prove_by_password(body)

    async def prove_by_password(body: Any) -> Challenge | None:
        wanted = await real.publish_identity(body)
        assert wanted is not None
        return await real.publish_identity(body, password_answer(wanted, ana.id, ana.password))

    breaking.__dict__["publish_identity"] = asks
    seen: list[str] = []

    async def confirm(asked: Challenge) -> Auth | None:
        seen.append(page(asked, "https://river.example"))
        return plain_answer(asked)

    await own(ana).reset(confirm)

    assert seen == ["https://account.river.example/reset"] * 2
    assert heard == [None, {"session": "s1"}, {"session": "s1"}]
    assert await master_of(ana) != before
    assert own(ana).state().step == READY


async def test_a_reset_whose_answer_was_lost_goes_on_with_the_same_keys(people: Village) -> None:
    ana = await people.person("ana")
    before = await master_of(ana)
    breaking = break_keys(ana, 3, after=True, dies=False)
    with pytest.raises(Offline):
        await own(ana).reset(with_the_password(ana))
    breaking.mend()
    made = await master_of(ana)
    assert made != before

    key = await own(ana).reset(with_the_password(ana))

    assert await master_of(ana) == made
    assert own(ana).state().step == READY
    second = await another_device(people, ana)
    assert (await own(second).recover(key)).signed


async def test_a_new_recovery_key_opens_and_the_old_one_no_more(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    old = await own(ana).set_up()
    second = await another_device(people, ana)
    with pytest.raises(NotFound):
        await own(second).new_recovery_key()

    new = await own(ana).new_recovery_key()

    assert new != old
    with pytest.raises(WrongRecoveryKey):
        await own(second).recover(old)
    assert (await own(second).recover(new)).signed
    assert await master_of(ana) == await master_of(second)


# --- interrupted ----------------------------------------------------------------------------------------------------


async def calls_of_a_set_up(people: Village) -> int:
    somebody = await people.person("count", trusted=False)
    breaking = break_keys(somebody)
    await own(somebody).set_up()
    return len(breaking.calls)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_death_at_any_step_leaves_an_identity_that_somebody_has_the_keys_of(people: Village, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - to be repeated
    calls = await calls_of_a_set_up(people)
    places = [(at, after) for at in range(1, calls + 1) for after in (False, True)]
    for at, after in sorted({*dice.sample(places, 4), (2, seed == 2)}):
        ana = await people.person("ana", trusted=False)
        break_keys(ana, at, after=after)
        with pytest.raises(Died):
            await own(ana).set_up()
        await ana.reopen()

        made = own(ana).recovery_key()
        if dice.random() < 0.5:
            await own(ana).settle()
        key = await own(ana).set_up()

        where = f"died at call {at}, {'after' if after else 'before'} it was done"
        assert made in {None, key}, where
        state = own(ana).state()
        assert (state.step, state.unfinished, state.owed) == (READY, False, 0), where
        identity = await shown(ana)
        assert identity.devices[ana.session.gateway.device_id].signed_by_owner, where
        second = await another_device(people, ana)
        assert (await own(second).recover(key)).signed, where


async def test_offline_in_the_middle_goes_on_by_itself(people: Village) -> None:
    calls = await calls_of_a_set_up(people)
    ana = await people.person("ana", trusted=False)
    breaking = break_keys(ana, calls // 2, dies=False)
    with pytest.raises(Offline):
        await own(ana).set_up()
    assert own(ana).state().unfinished

    breaking.mend()
    while await ana.duties.run():
        pass

    assert not own(ana).state().unfinished
    assert own(ana).state().step == READY
    key = own(ana).recovery_key()
    assert key is not None
    second = await another_device(people, ana)
    assert (await own(second).recover(key)).signed


async def test_keys_that_the_server_never_took_are_dropped_when_somebody_else_made_an_identity(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    breaking = break_keys(ana, 2, dies=False)
    with pytest.raises(Offline):
        await own(ana).set_up()
    second = await another_device(people, ana)
    await second.found_identity()

    breaking.mend()
    await own(ana).settle()

    assert not own(ana).state().unfinished
    assert own(ana).state().step == UNSIGNED
    assert await master_of(ana) == await master_of(second)


async def test_a_signature_that_could_not_leave_is_owed_and_leaves_later(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    theirs = await master_of(bo)
    await ana.session.gateway.key_server.query([bo.id])
    breaking = break_keys(ana, 1, dies=False)
    assert not await own(ana).sign_user(bo.id, theirs)
    await ana.reopen()
    assert own(ana).state().owed == 1
    breaking.mend()

    assert await ana.duties.run() == 1

    assert own(ana).state().owed == 0
    assert ana.session.gateway.identities.pin(bo.id).standing is Standing.VERIFIED
    assert await ana.duties.run() == 0


async def test_nobody_is_vouched_for_whose_key_is_another_by_then(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    old = await master_of(bo)
    break_keys(ana, 1, dies=False)
    assert not await own(ana).sign_user(bo.id, old)
    await own(bo).reset(with_the_password(bo))
    await ana.reopen()

    await own(ana).settle()

    assert own(ana).state().owed == 0
    assert ana.session.gateway.identities.pin(bo.id).standing is Standing.PINNED


async def test_no_secret_is_in_what_can_be_printed(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    break_keys(ana, 2, dies=False)
    with pytest.raises(Offline):
        await own(ana).set_up()
    await ana.reopen()
    from nookterm.client.new_identity import new_keys_of, new_storage_of

    identities = ana.session.gateway.identities
    waiting = new_keys_of(identities, ana.id)
    assert waiting is not None
    key = await own(ana).set_up()
    storage = new_storage_of(identities)
    assert storage is not None

    opened = await own(ana)._steps.secrets.open(key)
    printed = f"{waiting!r} {storage!r} {opened!r} {replace(own(ana).state())!r} {own(ana)!r} {key!r} {identities!r}"

    hidden = [key.reveal(), *(identities.secret(name).reveal() for name in SECRETS if identities.secret(name))]  # type: ignore[union-attr]  # looked
    assert len(hidden) >= 4
    assert not [secret for secret in hidden if secret in printed or secret[:12] in printed]


# --- with a backup --------------------------------------------------------------------------------------------------


async def test_a_second_device_reads_what_was_said_before_it_was_there(people: Village) -> None:
    ana, bo = await people.person("ana", trusted=False), await people.person("bo")
    key = await own(ana).set_up()
    assert own(ana).state().backup
    here = await people.community(bo, ana)
    await bo.say(here.nook, "the kiln is warm")
    await ana.sync()
    await ana.say(here.nook, "then open it")
    await ana.session.trust.backup.save(10)
    second = await another_device(people, ana)
    assert second.heard(here.nook) == []
    told: list[tuple[int, int]] = []

    done = await own(second).recover(key, lambda *far: told.append(far))
    await second.session.catch_up()

    assert (done.restored, done.missing, done.trouble) == (2, (), "")
    assert told[-1] == (2, 2)
    assert second.heard(here.nook) == ["the kiln is warm", "then open it"]
    await second.say(here.nook, "it is open")
    await bo.sync()
    assert bo.heard(here.nook)[-1] == "it is open"


async def test_a_backup_key_that_is_not_kept_with_it_is_said_and_the_rest_is_done(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    key = await own(ana).set_up()
    await ana.session.gateway.key_server.set_account_data(BACKUP, {})
    second = await another_device(people, ana)

    done = await own(second).recover(key)

    assert done.signed
    assert done.missing == ("the key of the backup",)
    assert done.restored is None
    assert own(second).state().step == READY


async def test_a_reset_makes_a_backup_that_the_old_key_does_not_open(people: Village) -> None:
    ana = await people.person("ana", trusted=False)
    await own(ana).set_up()
    secret = ana.session.gateway.identities.secret
    before, old = secret(BACKUP), ana.session.trust.backup.state().version

    await own(ana).reset(with_the_password(ana))

    assert secret(BACKUP) not in {None, before}
    assert ana.session.trust.backup.state().version != old


@pytest.mark.parametrize("first", ["duties", "page"])
async def test_a_new_device_over_an_old_database_signs_itself(people: Village, first: str) -> None:
    """The session ended for good and somebody signed in again: the keys of the identity are still here."""
    ana = await people.person("ana")
    old = ana.session.gateway.device_id
    profile = ana.account.profile
    await ana.session.gateway.logout()
    await ana.account.close()
    people.parts.profiles.save(replace(profile, ended="signed_out"))
    at = standing(people.parts, people.parts.profiles.load(ana.name))
    await sign_in_again(people.parts, at, Homeserver(people.server.base_url, ()), ana.password)
    ana._open()
    await ana.sync()
    assert ana.session.gateway.device_id != old
    assert own(ana).state().step == UNSIGNED

    async def nothing(_work: Any) -> None:
        """Nothing else is carried out."""

    page = FirstTrustModel()
    page.attach(Hub.of(ana.session, nothing, UTC), people.server.base_url)
    if first == "duties":
        await ana.duties.run()
        assert own(ana).state().step == READY
    await page.watch_over()

    assert own(ana).state().step == READY
    assert not page.view.wanted, "nobody is asked for what the device does by itself"


async def test_an_answer_that_was_overtaken_is_asked_for_again(people: Village) -> None:
    """A question of the sync was asked later and answered first: what ours says is not looked at."""
    ana = await people.person("ana", trusted=False)
    real, breaking = ana.session.gateway.key_server, break_keys(ana)
    asked = itertools.count()

    async def query(users: Any) -> Any:
        found = await real.query(users)
        return {} if next(asked) % 2 == 0 else found

    breaking.__dict__["query"] = query

    await own(ana).set_up()

    assert own(ana).state().step == READY
    assert own(ana).state().owed == 0
