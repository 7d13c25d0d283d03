"""Two devices of one account, one at Element and one at nookterm: compared by emoji, then they share their secrets."""

from __future__ import annotations

import pytest

from nookterm.trust.secret_storage import BACKUP, MASTER, SELF_SIGNING, USER_SIGNING
from tests.client.people import Village
from tests.interop.comparing import Two
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, keep_up, room_of, signed_in, talk, until
from tests.interop.peer import ALL_KEYS


@pytest.mark.parametrize("asks", ["nookterm", "Element"])
async def test_a_new_device_at_nookterm_gets_the_secrets_of_one_at_element(
    people: Village, element: Elements, asks: str
) -> None:
    bo, cleo = await at_element(element, "bo"), await at_element(element, "cleo")
    laptop = await signed_in(people, bo.id, bo.password)
    two = Two(laptop, bo)
    txn = await (two.asked_by_nookterm() if asks == "nookterm" else two.asked_by_element())
    await two.compare(txn)

    await two.agree(txn)

    secret = laptop.session.gateway.identities.secret
    names = (MASTER, SELF_SIGNING, USER_SIGNING, BACKUP)
    await until(laptop, lambda: all(map(secret, names)) or None, "the four secrets")
    await bo.sees_signed(bo.id, laptop.session.gateway.device_id)
    await talk(laptop, cleo, await room_of(cleo, laptop))


@pytest.mark.parametrize("asks", ["nookterm", "Element"])
async def test_a_new_device_at_element_gets_the_secrets_of_one_at_nookterm(
    people: Village, element: Elements, asks: str
) -> None:
    ana = await people.person("ana", trusted=False)
    await ana.session.trust.identity.set_up()
    desk = await element("desk")
    await desk.login(ana.id, ana.password.reveal())
    await desk.start()
    await until(ana, lambda: ana.session.gateway.identities.devices(ana.id).get(desk.device_id), "the new device")
    two = Two(ana, desk)
    txn = await (two.asked_by_nookterm() if asks == "nookterm" else two.asked_by_element())
    await two.compare(txn)

    await two.agree(txn)

    for _ in range(40):
        await keep_up(ana)
        standing = await desk.standing()
        if standing.signed and standing.secrets == ALL_KEYS and standing.backup_key:
            break
    assert (standing.signed, standing.secrets, standing.backup_key) == (True, ALL_KEYS, True)
    cleo = await people.person("cleo")
    await talk(cleo, desk, await room_of(desk, cleo))
