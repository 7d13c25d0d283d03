"""Two people and two devices on a real server, comparing and looking after their keys through the view-models."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path

import pytest

from nookterm.client.account import OpenAccount, open_account, sign_in
from nookterm.client.ports import Homeserver
from nookterm.client.proving import with_password
from nookterm.domain.ids import DeviceId
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.tree import RowKind
from nookterm.viewmodels.trust import TrustLine, TrustView
from nookterm.viewmodels.verify import Step, VerifyView
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, shows


def line(view: TrustView, key: str) -> TrustLine | None:
    return next((line for group in view.groups for line in group.lines if line.key == key), None)


async def step(shell: ClientShell, wanted: Step) -> VerifyView:
    return await shows(shell.verify, lambda view: view.step is wanted)


async def test_two_people_compare_and_have_met(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    await people.community(ana, bo)
    here, there = await screens.live(ana), await screens.live(bo)

    await here.verify.ask_person(bo.id)
    await step(here, Step.WAITING)
    await shows(here.verify, lambda view: "the invite is there" in view.words[0])
    asked = await _is_asked(there)
    assert (asked.user_id, asked.with_ourselves) == (ana.id, False)
    assert 8 <= asked.minutes <= 10

    await there.verify.later(asked.txn)
    await step(there, Step.NONE)
    await there.verify.again()
    await there.verify.look()
    await there.verify.accept(asked.txn)
    assert "compare" in (await step(here, Step.CHOOSE)).ways
    await here.verify.compare(asked.txn)
    ours, theirs = await step(here, Step.COMPARE), await step(there, Step.COMPARE)
    assert ours.pictures == theirs.pictures
    assert ours.numbers == theirs.numbers
    assert len(ours.pictures) == 7

    await here.verify.match(ours.txn)
    await step(here, Step.WAITING)
    await there.verify.match(theirs.txn)
    assert "verified" in (await step(here, Step.DONE)).headline
    await step(there, Step.DONE)
    met = await shows(here.trust, lambda view: line(view, f"person {bo.id}"))
    found = line(met, f"person {bo.id}")
    assert found is not None
    assert (found.state, found.meaning, bool(found.when)) == ("met", "nook-safe", True)
    await here.verify.later(ours.txn)
    await step(here, Step.NONE)


async def test_pictures_that_differ_trust_nobody_and_say_so(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    await people.community(ana, bo)
    here, there = await screens.live(ana), await screens.live(bo)

    await here.verify.ask_person(bo.id)
    asked = await _is_asked(there)
    await there.verify.look()
    await there.verify.accept(asked.txn)
    await step(here, Step.CHOOSE)
    code = await _code(here, asked.txn)
    await there.verify.read_code(asked.txn, "no code at all")
    notice = there.verify.view.notice
    assert notice is not None
    assert "not a code" in notice.headline
    await there.verify.compare(asked.txn)
    await step(here, Step.COMPARE)
    await here.verify.differ(asked.txn)

    ended = await step(here, Step.OVER)
    assert ended.warns
    assert "Nothing is trusted" in ended.words[0]
    assert (await step(there, Step.OVER)).warns
    assert code
    assert line(here.trust.view, f"person {bo.id}") is None


async def _is_asked(shell: ClientShell) -> VerifyView:
    """Go into the room to which the request invites, and see who asks."""
    tree = await shows(shell.tree, lambda view: any(row.kind is RowKind.INVITE for row in view.rows))
    room = next(row.room_id for row in tree.rows if row.kind is RowKind.INVITE)
    assert room is not None
    await shell.directory.join(room)
    return await step(shell, Step.ASKED)


async def _code(shell: ClientShell, txn: str) -> str:
    await shell.verify.show_code(txn)
    return shell.verify.view.code


async def test_a_second_device_is_named_shut_out_compared_and_signed_out(people: Village, screens: Screens) -> None:
    ana = await people.person("ana")
    here = await screens.live(ana)
    at = Homeserver(people.server.base_url, ())
    second = await sign_in(people.parts, at, ana.name, ana.password, f"{ana.name}.two")
    there = await screens.named(second.name)
    await shows(there.status, lambda view: view.connection == "live")
    key, device = f"device {second.device_id}", second.device_id

    async def shown(state: str) -> TrustLine:
        view = await shows(here.trust, lambda view: (found := line(view, key)) is not None and found.state == state)
        return line(view, key) or pytest.fail("gone")

    await here.trust.refresh()
    new = await shown("not signed")
    assert (new.look, new.meaning) == (True, "nook-warn")
    assert here.trust.view.to_look_at >= 1
    await shows(here.tree, lambda view: any(row.key == "trust" and row.waiting for row in view.rows))
    await shows(there.trust, lambda view: (own := line(view, key)) is not None and own.state == "not signed")
    mine = line(there.trust.view, key)
    assert mine is not None
    assert mine.here
    assert mine.look
    assert await here.trust.rename(device, "kestrel") == ""
    await here.trust.bar(device, barred=True)
    assert (await shown("shut out")).name == "kestrel"
    await here.trust.bar(device, barred=False)

    await there.verify.ask_device(None)
    asked = await step(here, Step.ASKED)
    assert asked.with_ourselves
    await here.verify.look()
    await here.verify.accept(asked.txn)
    await step(there, Step.CHOOSE)
    await there.verify.compare(asked.txn)
    for shell in (here, there):
        await step(shell, Step.COMPARE)
        await shell.verify.match(asked.txn)
    await step(here, Step.DONE)
    await shown("signed")
    await shows(there.trust, lambda view: (own := line(view, key)) is not None and own.state == "signed")

    leaving = asyncio.create_task(here.trust.sign_out(device))
    first = await shows(here.trust, lambda view: view.ask)
    assert first.ask is not None
    assert "kestrel" in first.ask.what
    await here.trust.prove("not the password")
    await shows(here.trust, lambda view: view.ask is not None and view.ask.tries == 1)
    await here.trust.prove(ana.password.reveal())
    await leaving
    assert here.trust.view.ask is None
    assert here.trust.view.result == "kestrel is signed out."
    assert line(here.trust.view, key) is None
    assert here.trust._hub is not None
    gateway = here.trust._hub.session.gateway
    assert device in gateway.identities.barred(ana.id), "shown again, it would get nothing"


async def test_keys_go_into_a_backup_and_a_file_and_come_back(
    people: Village, screens: Screens, tmp_path: Path
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    nook = (await people.community(ana, bo)).nook
    await ana.say(nook, "Dusty bisque makes celadon crawl.")
    here = await screens.live(ana)
    await here.trust.refresh()
    off = line(here.trust.view, "backup")
    assert off is not None
    assert (off.state, off.look, "trust.back_up" in off.actions) == ("off", True, True)

    await here.trust.back_up()
    await shows(here.trust, lambda view: (on := line(view, "backup")) is not None and on.state == "on")
    assert "Make a new recovery key" in here.trust.view.result
    await here.trust.restore()
    assert here.trust.view.result == "0 keys came from the backup."

    file = tmp_path / "keys.txt"
    assert "at least" in await here.trust.export(str(file), "short")
    assert await here.trust.export(str(file), "seven words are easy") == ""
    assert "exists already" in await here.trust.export(str(file), "seven words are easy")
    assert "does not open" in await here.trust.take_in(str(file), "eight words are easy")
    assert await here.trust.take_in(str(file), "seven words are easy") == ""
    assert "1 known" in here.trust.view.result
    assert here.trust.view.working is None


async def test_beside_another_nookterm_and_without_a_server_it_says_so(
    people: Village, screens: Screens, proxy: FaultyProxy
) -> None:
    ana = await people.person("ana")

    async def read_only() -> OpenAccount:
        return open_account(people.parts, ana.name, offline=True)

    beside = ClientShell(screens.engine, read_only, UTC)
    await beside.start()
    view = await shows(beside.trust, lambda view: view.face is Face.PROBLEM)
    assert view.groups == ()
    await beside.trust.refresh()
    await beside.verify.ask_device(None)
    assert beside.verify.view.notice is not None
    await beside.verify.later("")
    await step(beside, Step.NONE)
    await beside.stop()

    bo = await people.person("bo", url=proxy.url)
    shell = await screens.live(bo)
    await shell.trust.refresh()
    with proxy.rule("", "drop_before"):
        await proxy.drop_connections()
        await shows(shell.trust, lambda view: view.face is Face.OFFLINE)
        own = next(line for line in shell.trust.view.groups[0].lines if line.here)
        assert "reached" in await shell.trust.rename(DeviceId(own.subject), "heron")
        await shell.verify.ask_device(None)
        await step(shell, Step.OVER)
        await shell.trust.refresh()
        assert shell.trust.view.face is Face.OFFLINE


async def test_changed_keys_and_exceptions_are_to_be_looked_at_and_ended(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    nook = (await people.community(ana, bo)).nook
    await ana.session.trust.exceptions.allow(nook)
    await ana.session.outbox.flush()
    here = await screens.live(ana)
    await here.trust.refresh()
    view = await shows(here.trust, lambda view: line(view, f"room {nook}"))
    allowed = line(view, f"room {nook}")
    assert allowed is not None
    assert (allowed.name, allowed.about, allowed.actions) == (
        "glaze-lab",
        "unsigned devices: everybody's",
        ("trust.forbid",),
    )
    await here.trust.forbid(nook)
    await shows(here.trust, lambda view: line(view, f"room {nook}") is None)

    await bo.session.trust.identity.reset(with_password(bo.id, bo.password))
    await bo.say(nook, "I began anew.")
    view = await shows(here.trust, lambda view: line(view, f"person {bo.id}"))
    changed = line(view, f"person {bo.id}")
    assert changed is not None
    assert (changed.state, changed.look, "trust.accept" in changed.actions) == ("changed", True, True)
    await here.trust.accept(bo.id, "another key")
    assert here.trust.view.notice is not None
    await here.trust.accept(bo.id, changed.shown)
    assert "unverified" in here.trust.view.result
    assert line(here.trust.view, f"person {bo.id}") is None
    assert here.trust.view.notice is None
