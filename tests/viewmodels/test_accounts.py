"""Two real accounts in one process: each with its own store and lock; what is wrong with one never stops the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.engine import Engine
from nookterm.client.holding import is_free
from nookterm.client.ports import Credentials, Gateway, Store, Vault
from nookterm.client.session import Session
from nookterm.domain.ids import RoomId
from nookterm.viewmodels.accounts import CannotOpen
from nookterm.viewmodels.accounts_work import AccountsModel
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import Words
from tests.client.people import Drawer, Person, Village
from tests.viewmodels.screens import shows

Begin = Callable[..., Awaitable[AccountsModel]]


def opening(parts: Parts, name: str, *, read_only: bool) -> Callable[[], Awaitable[OpenAccount]]:
    async def open_it() -> OpenAccount:
        return open_account(parts, name, offline=read_only)

    return open_it


@pytest.fixture
async def begin(people: Village) -> AsyncIterator[Begin]:
    """Begins a client with an account in front; all of them are closed in the end."""
    engine, begun = Engine(), list[AccountsModel]()
    engine.start()

    async def first(
        person: Person,
        *,
        others: bool = False,
        parts: Parts | None = None,
        beside: Callable[[Session], Awaitable[None]] | None = None,
        how: Callable[..., Callable[[], Awaitable[OpenAccount]]] | None = None,
    ) -> AccountsModel:
        await leave(people, person)
        at = parts or people.parts
        phrases: list[str] = []

        def tell(typed: str) -> bool:
            if typed:
                phrases.append(typed)
                people.vault.locked = False
            return True

        def make(name: str, read_only: bool) -> ClientShell:  # noqa: FBT001 - as the model passes it
            more = (beside,) if beside and name != person.name else ()
            open_it = how(name, read_only=read_only) if how else opening(at, name, read_only=read_only)
            return ClientShell(engine, open_it, beside=more)

        model = AccountsModel(at, engine, make, tell_passphrase=tell, others=others)
        shell = make(person.name, read_only=False)
        model.begin_with(person.name, shell)
        await shell.start()
        begun.append(model)
        await model.begin_others()
        return model

    yield first
    for model in begun:
        await model.stop(None)
    engine.stop()


async def leave(people: Village, person: Person) -> None:
    """Somebody closes their own nookterm."""
    await person.account.close()
    people.people.remove(person)


def shell_of(opened: object) -> ClientShell:
    assert isinstance(opened, ClientShell), opened
    return opened


def said(shell: ClientShell) -> list[str]:
    return [entry.body for entry in shell.timeline.view.entries if isinstance(entry, Words)]


async def test_both_live_in_one_process_the_one_behind_sends_and_counts_and_is_in_step_when_it_comes_forward(
    people: Village, begin: Begin
) -> None:
    ana, bo, cy = await people.person("ana"), await people.person("bo"), await people.person("cy")
    here = await people.community(cy, ana, bo)
    await leave(people, bo)
    accounts = await begin(ana, others=False)
    before = accounts.view.line(bo.name)
    assert before
    assert (before.state, before.is_open) == ("not open", False)

    second = shell_of(await accounts.open(bo.name))
    first = shell_of(await accounts.open(ana.name))
    await accounts.come_forward(bo.name)
    await shows(second.status, lambda view: view.connection == "live")
    assert second.status.view.user == bo.id
    await first.timeline.send("from ana")
    await second.timeline.send("from bo")
    await shows(second.timeline, lambda _view: said(second) == ["from ana", "from bo"])
    assert [entry.colour for entry in second.timeline.view.entries if isinstance(entry, Words)][1] == 0
    assert said(first) == ["from ana"], "nothing of the one behind is drawn"

    await cy.sync()
    await cy.say(here.nook, "Ana?", **{"m.mentions": {"user_ids": [ana.id]}})
    seen = await shows(second.status, lambda view: view.elsewhere == 1)
    assert seen.accounts == len(people.parts.profiles.names())
    line = accounts.view.line(ana.name)
    assert line
    assert (line.mentions, line.in_front, line.is_open, line.state) == (1, False, True, "live")
    await accounts.come_forward(ana.name)
    assert said(first) == ["from ana", "from bo", "Ana?"]
    await shows(first.status, lambda view: view.elsewhere == 0)

    await accounts.stop(None)
    assert is_free(people.parts, ana.name)
    assert is_free(people.parts, bo.name)


async def test_nothing_of_the_others_is_loaded_before_the_first_is_live_and_a_crash_behind_stops_only_that_one(
    people: Village, begin: Begin
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    await leave(people, bo)
    parts, opened = people.parts, list[tuple[str, bool]]()

    def gateway_of(credentials: Credentials, store: Store) -> Gateway:
        first_is_live = any(at.session.phase == "live" for at in sessions)
        opened.append((str(credentials.user_id), first_is_live))
        return parts.open_gateway(credentials, store)

    sessions: list[OpenAccount] = []

    async def crash(_session: Session) -> None:
        raise ValueError("a mistake of ours")

    def seen(name: str, *, read_only: bool) -> Callable[[], Awaitable[OpenAccount]]:
        async def open_it() -> OpenAccount:
            account = open_account(watching, name, offline=read_only)
            sessions.append(account)
            return account

        return open_it

    watching = replace(parts, open_gateway=gateway_of)
    accounts = await begin(ana, others=True, parts=watching, beside=crash, how=seen)
    assert opened == [(str(ana.id), False), (str(bo.id), True)]
    assert [account.session.attention.in_view for account in sessions] == [True, False], "what is behind still calls"
    first, second = accounts.shells
    assert await accounts.open(bo.name) is second
    await shows(second.status, lambda view: "made a mistake" in view.detail)
    assert first.status.view.connection == "live"
    assert (await accounts.close(bo.name)).done
    assert is_free(people.parts, bo.name)
    assert not (await accounts.close(ana.name)).done


async def test_one_that_another_process_has_is_read_and_one_that_is_broken_or_locked_says_so(
    people: Village, begin: Begin
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    dee, eli = (await people.profile("dee"))[0], (await people.profile("eli"))[0]
    fay = (await people.profile("fay"))[0]
    profiles = people.parts.profiles
    (profiles.folder(dee) / "profile.json").write_text("{")
    profiles.database(eli).write_bytes(b"no database at all" * 500)
    sealed = Drawer(kind="passphrase", locked=True, kept=people.vault.kept)
    plain = Drawer(kept=people.vault.kept)
    profiles.save(replace(profiles.load(fay), vault="passphrase"))

    def vault(kind: str | None) -> Vault:
        sealed.locked = sealed.locked and people.vault.locked
        return sealed if kind == "passphrase" else plain

    people.vault.locked = True
    people.vault.kept = {}
    accounts = await begin(ana, parts=replace(people.parts, open_vault=vault))
    states = {line.name: line.state for line in accounts.view.lines}
    assert states[bo.name] == "another nookterm has it"
    assert states[dee] == "damaged"

    reading = shell_of(await accounts.open(bo.name))
    await shows(reading.status, lambda view: view.connection == "read-only")
    broken = await accounts.open(eli)
    assert isinstance(broken, CannotOpen)
    assert not broken.asks
    locked = await accounts.open(fay)
    assert locked == CannotOpen("The drawer is locked. Unlock it.", asks=True)
    states = {line.name: line.state for line in accounts.view.lines}
    assert (states[eli], states[fay], states[ana.name]) == ("damaged", "locked", "live")
    assert isinstance(await accounts.open(dee), CannotOpen)

    await accounts.unlock("open sesame")
    opened = shell_of(await accounts.open(fay))
    await shows(opened.status, lambda view: view.connection == "live")
    line = accounts.view.line(fay)
    assert line
    assert not line.why


async def test_signing_out_says_what_is_lost_and_ends_that_account_alone(people: Village, begin: Begin) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    accounts = await begin(ana)
    await leave(people, bo)
    assert "Gone from this machine" in (await accounts.losses(bo.name))[0]
    second = shell_of(await accounts.open(bo.name))
    await second.timeline.open(RoomId(here.nook))
    await second.timeline.send("mine alone")
    await second.timeline.keep_draft("half a thou")
    losses = await accounts.losses(bo.name)
    assert losses[0] == "Lost: 1 draft."
    assert any("in no backup" in words for words in losses)
    told = await accounts.sign_out(bo.name)
    assert told.done
    assert str(bo.id) in told.words
    assert not people.parts.profiles.has(bo.name)
    assert accounts.view.line(bo.name) is None
    assert shell_of(await accounts.open(ana.name)).status.view.connection == "live"
    assert accounts.free_name("work") == "work"
    assert accounts.free_name(ana.name) == "account-2"
    assert accounts.free_name("../x") == ""
