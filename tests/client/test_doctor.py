"""Looking an account over disturbs nothing: not the process that has it, not its tokens, not what is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nookterm.cli.wiring import pickle_key
from nookterm.client.doctor import Doctor
from nookterm.client.errors import SignedOut
from nookterm.client.ports import Store
from nookterm.client.returning import Way, standing
from nookterm.client.tokens import save_tokens
from nookterm.domain.checkup import Finding, ServerFacts, State
from nookterm.matrix.probe import Probe
from nookterm.matrix.probe_device import look_at_device, own_key
from tests.client.people import Person, Village
from tests.client.test_returning import kept, signed_in, tokens
from tests.faults.proxy import FaultyProxy


async def found(people: Village, who: Person) -> dict[str, Finding]:
    """What is found of somebody's account."""

    async def at_server(name: str, patience: float) -> ServerFacts:
        return await Probe(patience).look(name)

    def key(store: Store) -> str | None:
        return own_key(store.connection, pickle_key(store))

    checker = Doctor(people.parts, at_server, look_at_device, key, 20.0)
    return {finding.check: finding async for finding in checker.account(kept(people, who))}


async def test_beside_a_running_client_nothing_is_renewed(people: Village, proxy: FaultyProxy) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    before = tokens(people, dora)
    seen = await found(people, dora)
    assert "Another nookterm is using it" in seen["database"].message
    assert {check for check, finding in seen.items() if finding.state is State.PROBLEM} == set()
    with proxy.rule("/devices", "401soft"):
        seen = await found(people, dora)
    assert seen["session"].state is State.NOTE
    assert tokens(people, dora) == before
    assert not kept(people, dora).ended
    await dora.sync()


async def test_an_expired_token_is_renewed_where_nobody_has_the_account(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    past = replace(tokens(people, dora), expires_at=datetime.now(UTC) - timedelta(hours=1))
    save_tokens(people.vault, kept(people, dora), past)
    seen = await found(people, dora)
    assert seen["session"].state is State.OK
    assert seen["keys"].state is State.OK
    assert tokens(people, dora).token != past.token
    dora._open()
    await dora.sync()


async def test_a_session_that_ended_is_found_and_written_down(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    token = tokens(people, dora).token.reveal()
    people.server.call("POST", "/_matrix/client/v3/logout", {}, token=token)
    assert (await found(people, dora))["session"].state is State.PROBLEM
    assert kept(people, dora).ended == "signed_out"
    assert "nookterm login" in (await found(people, dora))["session"].hint
    dora._open()
    with pytest.raises(SignedOut):
        await dora.sync()


async def test_keys_that_the_server_changed_are_a_problem(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    profile = kept(people, dora)

    async def at_server(name: str, patience: float) -> ServerFacts:
        return await Probe(patience).look(name)

    checker = Doctor(people.parts, at_server, look_at_device, lambda _store: "another key", 20.0)
    seen = {finding.check: finding async for finding in checker.account(profile)}
    assert seen["keys"].state is State.PROBLEM
    dora._open()


async def test_a_damaged_page_a_locked_vault_and_a_missing_file_are_found(people: Village) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    database = people.parts.profiles.database(dora.name)
    whole = database.read_bytes()
    database.write_bytes(whole[:40_000] + bytes(byte ^ 0xFF for byte in whole[40_000:40_100]) + whole[40_100:])
    seen = await found(people, dora)
    assert (seen["database"].state, "damaged" in seen["database"].message) == (State.PROBLEM, True)
    assert standing(people.parts, kept(people, dora), thorough=True).way is Way.ANEW
    database.write_bytes(whole)
    assert (await found(people, dora))["database"].state is State.OK
    people.vault.locked = True
    seen = await found(people, dora)
    people.vault.locked = False
    assert seen["vault"].state is State.PROBLEM
    assert "session" not in seen
    database.unlink()
    seen = await found(people, dora)
    assert "--new-device" in seen["database"].hint
    assert seen["session"].state is State.OK
    database.write_bytes(whole)
    dora._open()
