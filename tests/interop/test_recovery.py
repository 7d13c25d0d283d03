"""What one client keeps on the server, the other one opens: with the recovery key and with the passphrase."""

from __future__ import annotations

import pytest

from nookterm.client.ports import Secret
from tests.client.people import Village
from tests.interop.conftest import Elements, Seconds
from tests.interop.neighbours import at_element, room_of, signed_in, talk
from tests.interop.peer import ALL_KEYS, Standing

WORDS = "four words of mine"


@pytest.mark.parametrize("by", ["key", "passphrase"])
async def test_nookterm_becomes_a_trusted_device_of_an_account_made_at_element(
    people: Village, element: Elements, by: str
) -> None:
    bo = await element("bo")
    await bo.register("bo")
    await bo.start()
    key = await bo.set_up(WORDS if by == "passphrase" else None)
    cleo = await at_element(element, "cleo")

    laptop = await signed_in(people, bo.id, bo.password)
    recovered = await laptop.session.trust.identity.recover(Secret(key if by == "key" else WORDS))

    assert recovered.signed
    await bo.sees_signed(bo.id, laptop.session.gateway.device_id)
    await talk(laptop, cleo, await room_of(cleo, laptop))


@pytest.mark.parametrize("by", ["key", "passphrase"])
async def test_element_becomes_a_trusted_device_of_an_account_made_at_nookterm(
    people: Village, element: Elements, by: str
) -> None:
    ana = await people.person("ana", trusted=False)
    key = await ana.session.trust.identity.set_up(passphrase=Secret(WORDS) if by == "passphrase" else None)
    desk = await element("desk")
    await desk.login(ana.id, ana.password.reveal())
    await desk.start()

    await desk.unlock(
        recovery_key=key.reveal() if by == "key" else None, passphrase=WORDS if by == "passphrase" else None
    )

    standing = await desk.standing()
    master = ana.session.gateway.identities.pin(ana.id).seen
    assert standing == Standing(
        public=True, secrets=ALL_KEYS, ready=True, storage=True, signed=True, backup="1", backup_key=True, master=master
    )
    backup = await desk.lines.do("backup")
    assert (backup["trusted"], backup["matches"]) == (True, True)
    cleo = await people.person("cleo")
    await talk(cleo, desk, await room_of(desk, cleo))


async def test_a_wrong_key_opens_nothing_and_changes_nothing(people: Village, element: Elements) -> None:
    bo = await element("bo")
    await bo.register("bo")
    await bo.start()
    await bo.set_up()
    other = await at_element(element, "other")
    key = await other.reset_identity()
    laptop = await signed_in(people, bo.id, bo.password)

    with pytest.raises(Exception, match=r"(?i)key") as caught:
        await laptop.session.trust.identity.recover(Secret(key))

    assert type(caught.value).__name__ == "WrongRecoveryKey"
    assert not await bo.trusts(bo.id, laptop.session.gateway.device_id)


async def test_a_second_engine_opens_what_nookterm_keeps(people: Village, second: Seconds) -> None:
    ana = await people.person("ana", trusted=False)
    key = await ana.session.trust.identity.set_up()
    desk = await second("desk")
    await desk.login(ana.id, ana.password.reveal())

    await desk.unlock(key.reveal())

    shown = await ana.session.gateway.key_server.query([ana.id])
    assert shown[ana.id].devices[desk.device_id].signed_by_owner


async def test_nookterm_opens_what_a_second_engine_keeps(people: Village, second: Seconds) -> None:
    bo = await second("bo")
    key = await bo.sign(WORDS)

    laptop = await signed_in(people, bo.id, "secret of bo")
    recovered = await laptop.session.trust.identity.recover(Secret(key))

    assert recovered.signed
