"""Keys that one client has put into the backup, the other one reads old messages with."""

from __future__ import annotations

from nookterm.client.backup_state import BackupStep
from nookterm.client.ports import Secret
from nookterm.domain.events import Trust
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_of, signed_in, until


async def test_nookterm_reads_the_past_out_of_a_backup_of_element(people: Village, element: Elements) -> None:
    bo, cleo = await element("bo"), await at_element(element, "cleo")
    await bo.register("bo")
    await bo.start()
    key = await bo.set_up()
    room = await bo.room(cleo.id)
    await cleo.join(room)
    await bo.sees_member(room, cleo.id)
    mine, theirs = await bo.say(room, "what Bo said"), await cleo.say(room, "what Cleo said")
    assert (await bo.reads(room, theirs)).body == "what Cleo said"
    await bo.backed_up(2)

    laptop = await signed_in(people, bo.id, bo.password)
    recovered = await laptop.session.trust.identity.recover(Secret(key))

    assert recovered.restored == 2
    await laptop.session.older(room)
    assert (await hears(laptop, room, mine))[0] == "what Bo said"
    # Whoever keeps the backup could have made these keys: Element draws a grey shield, and so do we.
    assert await hears(laptop, room, theirs) == ("what Cleo said", str(Trust.UNPROVED))


async def test_element_reads_the_past_out_of_a_backup_of_nookterm(people: Village, element: Elements) -> None:
    ana, cleo = await people.person("ana", trusted=False), await at_element(element, "cleo")
    key = await ana.session.trust.identity.set_up()
    room = await room_of(cleo, ana)
    mine, theirs = await ana.say(room, "what Ana said"), await cleo.say(room, "what Cleo said")
    await hears(ana, room, theirs)
    while await ana.session.trust.backup.save_some():
        pass

    desk = await element("desk")
    await desk.login(ana.id, ana.password.reveal())
    await desk.start()
    await desk.unlock(recovery_key=key.reveal())

    assert await desk.restore() == (2, 2)
    for event, words in ((mine, "what Ana said"), (theirs, "what Cleo said")):
        seen = await desk.reads(room, event)
        assert (seen.body, seen.shield, seen.reason) == (words, "grey", "authenticity_not_guaranteed")


async def test_both_go_on_filling_one_backup(people: Village, element: Elements) -> None:
    """A device at each client: what either of them hears, the other one finds."""
    ana = await people.person("ana", trusted=False)
    key = await ana.session.trust.identity.set_up()
    desk = await element("desk")
    await desk.login(ana.id, ana.password.reveal())
    await desk.start()
    await desk.unlock(recovery_key=key.reveal())
    cleo = await people.person("cleo")

    room = await room_of(desk, cleo)
    said = await cleo.say(room, "only the desk heard it")
    assert (await desk.reads(room, said)).body == "only the desk heard it"
    await desk.backed_up(1)

    await ana.session.trust.backup.restore()
    await ana.sync()
    assert (await ana.session.trust.backup.look()).version == (await desk.standing()).backup
    assert any(key.room == room for key in ana.session.gateway.room_keys.all())


async def test_a_backup_that_element_made_anew_is_taken_over_with_its_key(people: Village, element: Elements) -> None:
    bo = await at_element(element, "bo")
    laptop = await signed_in(people, bo.id, bo.password)
    await laptop.session.trust.identity.recover(Secret(bo.recovery_key))
    await bo.sees_signed(bo.id, laptop.session.gateway.device_id)
    backup = laptop.session.trust.backup
    old = backup.state().version

    version = await bo.new_backup()

    assert version != old
    await backup.look()
    await until(laptop, lambda: backup.state().has_key or None, lambda: f"the key; {backup.state()}")
    assert (backup.state().version, backup.state().step) == (version, BackupStep.ON)
    room = await bo.room(history="joined")
    await laptop.sync()
    said = await laptop.say(room, "into the new one")
    assert (await bo.reads(room, said)).body == "into the new one"
    while await backup.save_some():
        pass
    assert backup.state().unsaved == 0
