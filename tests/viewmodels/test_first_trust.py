"""The page after a first sign-in ends trusted; what was begun goes on, and nothing that exists is replaced unasked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from nookterm.client.account import sign_in
from nookterm.client.ports import Homeserver, Secret
from nookterm.viewmodels.first_trust import FirstTrustModel, FirstTrustView, Stage, typed_so_far
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.tour import TourView, Whose, steps
from tests.client.people import Person, Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, shows


async def signed_in_again(people: Village, of: Person) -> str:
    """A second profile of the account that has never asked its server anything."""
    name = f"{of.name}-second"
    await sign_in(people.parts, Homeserver(people.server.base_url, ()), of.name, of.password, name)
    return name


async def at(model: FirstTrustModel, stage: Stage) -> FirstTrustView:
    return await shows(model, lambda view: view.stage is stage)


async def noted(shell: ClientShell) -> str:
    """Read the recovery key from the page, and prove it."""
    model = shell.first_trust
    key = (await at(model, Stage.KEY)).key
    assert key is not None
    await model.ask()
    view = await at(model, Stage.PROVE)
    await model.prove(key.reveal().split()[view.group - 1])
    await at(model, Stage.DONE)
    return key.reveal()


async def test_a_new_account_is_offered_an_identity_and_ends_trusted(people: Village, screens: Screens) -> None:
    name, _password = await people.profile("ana", trusted=False)
    shell = await screens.named(name)
    model = shell.first_trust
    assert model.view.wanted
    await model.look()
    await at(model, Stage.OFFER)

    await model.set_up()

    view = await at(model, Stage.KEY)
    assert view.key is not None
    assert view.trusted
    await model.ask()
    view = await at(model, Stage.PROVE)
    assert view.key is not None
    groups = view.key.reveal().split()
    assert 1 <= view.group <= len(groups)
    await model.prove("nope")
    assert model.view.notice is not None
    assert model.view.stage is Stage.PROVE
    await model.prove(f" {groups[view.group - 1]} ")
    view = await at(model, Stage.DONE)
    assert view.key is None
    assert not view.wanted
    await _is_shown_around_once(screens, shell, name)


async def _is_shown_around_once(screens: Screens, shell: ClientShell, name: str) -> None:
    """Whoever did not get to see the tour the first time is still new; whoever saw it is not."""
    assert shell.tour.view.wanted
    await screens.close(shell)
    shell = await screens.named(name)
    assert shell.tour.view.wanted
    await shell.tour.begin()
    assert shell.tour.view == TourView(steps(Whose()))
    await screens.close(shell)
    shell = await screens.named(name)
    assert not shell.tour.view.wanted
    await shell.tour.begin()
    assert shell.tour.view == TourView(steps(Whose()))


async def test_a_second_device_says_what_is_wrong_with_a_key_and_opens_with_the_right_one(
    people: Village, screens: Screens
) -> None:
    ana = await people.person("ana", trusted=False)
    key = (await ana.session.trust.identity.set_up()).reveal()
    shell = await screens.named(await signed_in_again(people, ana))
    model = shell.first_trust
    assert model.view.wanted
    await model.look()
    view = await at(model, Stage.UNLOCK)
    assert (view.storage, view.passphrase, view.replaced) == (True, False, False)

    await model.recover(f"{key[:7]}0{key[8:]}")
    view = await at(model, Stage.UNLOCK)
    assert view.notice is not None
    assert "Character 7 (in group 2)" in view.notice.headline
    await model.recover(key)

    view = await at(model, Stage.DONE)
    assert view.words[0] == "This device is trusted now."
    assert not view.wanted


async def test_it_comes_up_by_itself_until_somebody_says_later(people: Village, screens: Screens) -> None:
    ana = await people.person("ana", trusted=False)
    shell = await screens.live(ana)
    await shows(shell.first_trust, lambda view: view.wanted)

    await shell.first_trust.later()
    assert not shell.first_trust.view.wanted
    await screens.close(shell)

    again = await screens.named(ana.name)
    await shows(again.status, lambda view: view.connection == "live")
    await again.first_trust.watch_over()
    assert not again.first_trust.view.wanted
    await again.first_trust.look()
    await at(again.first_trust, Stage.OFFER)


async def test_who_is_trusted_is_not_asked(people: Village, screens: Screens) -> None:
    ana = await people.person("ana")
    shell = await screens.live(ana)
    await shell.first_trust.look()

    view = await at(shell.first_trust, Stage.DONE)

    assert view.trusted
    assert not view.wanted


async def test_another_identity_is_asked_for_twice_and_a_wrong_password_changes_nothing(
    people: Village, screens: Screens
) -> None:
    ana = await people.person("ana")
    shell = await screens.named(await signed_in_again(people, ana))
    model = shell.first_trust
    await model.look()
    view = await at(model, Stage.UNLOCK)
    assert not view.storage
    await model.replace()
    await at(model, Stage.REPLACE)

    task = asyncio.create_task(model.replace_now())
    view = await at(model, Stage.CONFIRM)
    assert (view.link, view.refused) == ("", False)
    await model.answer("guess")
    await shows(model, lambda view: view.stage is Stage.CONFIRM and view.refused)
    await model.answer(None)
    await task
    view = await at(model, Stage.REPLACE)
    assert view.notice is not None

    task = asyncio.create_task(model.replace_now())
    await at(model, Stage.CONFIRM)
    await model.answer(ana.password.reveal())
    await task
    assert await noted(shell)
    await model.look()
    assert (await at(model, Stage.DONE)).trusted


async def test_the_key_goes_into_a_file_of_ones_own_and_never_over_one(
    people: Village, screens: Screens, tmp_path: Path
) -> None:
    name, _password = await people.profile("ana", trusted=False)
    shell = await screens.named(name)
    model = shell.first_trust
    await model.look()
    await model.set_up()
    key = (await at(model, Stage.KEY)).key
    taken, file = tmp_path / "taken", tmp_path / "key"
    taken.write_text("mine")

    await model.save(str(taken))
    assert model.view.notice is not None
    assert taken.read_text() == "mine"
    await model.save(str(file))

    assert model.view.saved == str(file)
    assert key is not None
    assert file.read_text().strip() == key.reveal()
    assert file.stat().st_mode & 0o777 == 0o600
    await model.noted()
    assert (await at(model, Stage.DONE)).key is None


async def test_a_server_that_is_away_is_said_and_asked_again(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    name, _password = await people.profile("ana", url=proxy.url, trusted=False)
    shell = await screens.named(name)
    model = shell.first_trust
    await shows(shell.status, lambda view: view.connection == "live")
    with proxy.rule("/keys/query", "drop_before"):
        await proxy.drop_connections()
        await model.look()
        assert (await at(model, Stage.AWAY)).notice is not None
    await model.look()
    await at(model, Stage.OFFER)
    with proxy.rule("/account_data/", "drop_before"):
        await proxy.drop_connections()
        await model.set_up()
        view = await at(model, Stage.OFFER)
        assert view.notice is not None
    await model.set_up()
    await at(model, Stage.KEY)


@pytest.mark.parametrize(
    ("typed", "words", "warn"),
    [
        ("", "48 characters in groups of four. Spaces do not matter.", False),
        ("EsTc 9rqN", "8 of 48 characters, all good so far. Spaces do not matter.", False),
        ("EsTc 0rqN", "Character 5 cannot be in a recovery key: 0, O, I and l never occur.", True),
        ("EsTc " * 12, "48 of 48 characters. Spaces do not matter.", False),
        ("EsTc " * 13, "52 characters: a recovery key has 48.", True),
    ],
)
def test_what_is_typed_is_counted_while_it_is_typed(typed: str, words: str, *, warn: bool) -> None:
    assert typed_so_far(typed, passphrase=False) == (words, "warn" if warn else "")


def test_a_passphrase_is_not_called_wrong_while_it_is_typed() -> None:
    words, warn = typed_so_far("seven herons, and a lot of them", passphrase=True)
    assert "passphrase" in words
    assert not warn


def test_the_view_never_prints_the_recovery_key() -> None:
    view = FirstTrustView(key=Secret("EsTc 9rqN"))
    assert "EsTc" not in repr(view)
