"""Signing in again on the page: it says what is so, a wrong password changes nothing, a right one opens everything."""

from __future__ import annotations

from nookterm.viewmodels.returning import ReturnModel
from nookterm.viewmodels.timeline import Words
from tests.client.people import Village
from tests.client.test_returning import end_on_server, kept, signed_in
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, all_sent, shows


async def test_a_session_that_ends_in_the_open_client_is_signed_in_again_there(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    ana = await people.person("ana")
    dora = await signed_in(people, "dora", url=proxy.url)
    here = await people.community(ana, dora)
    await ana.say(here.nook, "before")
    await dora.sync()
    shell = await screens.live(dora)
    await shell.timeline.open(here.nook)
    with proxy.rule("/sync", "401soft"), proxy.rule("/send/", "401soft"), proxy.rule("/refresh", "403"):
        await proxy.drop_connections()
        await shows(shell.status, lambda view: view.connection == "signed out")
        await shell.timeline.send("written meanwhile")
        await shows(shell.status, lambda view: view.unsent == 1)
    assert [e.body for e in shell.timeline.view.entries if isinstance(e, Words)] == ["before", "written meanwhile"]

    with proxy.rule("/whoami", "401soft"):
        await shell.returning.look()
    view = shell.returning.view
    assert (view.step, view.act, view.stay) == ("password", "Sign in again", "Read on")
    assert "has expired" in view.headline
    assert any("1 unsent message goes out" in words for words in view.words)
    await shell.returning.sign_in("guess")
    assert shell.returning.view.step == "password"
    assert shell.returning.view.notice is not None
    assert shell.status.view.connection == "signed out"

    await shell.returning.sign_in(dora.password.reveal())
    assert shell.returning.view.step == "done"
    await shows(shell.status, lambda view: view.connection == "live")
    await shows(shell.timeline, all_sent)
    await shows(shell.status, lambda view: view.unsent == 0)
    await ana.sync()
    assert ana.heard(here.nook) == ["before", "written meanwhile"]
    await ana.say(here.nook, "after")
    await shows(shell.timeline, lambda view: "after" in [e.body for e in view.entries if isinstance(e, Words)])


async def test_a_server_that_knows_the_session_again_needs_no_password(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    dora = await signed_in(people, "dora", url=proxy.url)
    with proxy.rule("/sync", "401"):
        shell = await screens.of(dora)
        await shows(shell.status, lambda view: view.connection == "signed out")
    await shell.returning.look()
    assert shell.returning.view.step == "done"
    await shows(shell.status, lambda view: view.connection == "live")
    assert not kept(people, dora).ended


async def test_a_device_that_was_removed_asks_about_what_waited(people: Village, screens: Screens) -> None:
    ana, dora = await people.person("ana"), await signed_in(people, "dora")
    here = await people.community(ana, dora)
    dora.session.outbox.queue(here.nook, "m.room.message", {"msgtype": "m.text", "body": "did it arrive?"})
    end_on_server(people, dora)
    shell = await screens.of(dora)
    await shell.timeline.open(here.nook)
    await shows(shell.status, lambda view: view.connection == "signed out")
    await shell.returning.look()
    view = shell.returning.view
    assert view.act == "Sign in as a new device"
    assert any("1 unsent message is held back" in words for words in view.words)
    await shell.returning.sign_in(dora.password.reveal())
    assert shell.returning.view.step == "done", shell.returning.view
    await shows(shell.status, lambda view: view.connection == "live")
    await shows(shell.status, lambda view: view.unsent == 1)
    await shell.timeline.open(here.nook)
    await shows(shell.timeline, lambda view: "may have arrived" in str(view.entries[-1]))
    await shell.timeline.retry()
    await shows(shell.timeline, all_sent)
    await shows(shell.status, lambda view: view.unsent == 0)
    await ana.sync()
    assert ana.heard(here.nook) == ["did it arrive?"]


async def test_a_lost_database_begins_anew_before_anything_is_open(people: Village, screens: Screens) -> None:
    dora = await signed_in(people, "dora")
    await dora.account.close()
    people.parts.profiles.database(dora.name).write_bytes(b"")
    model = ReturnModel(screens.engine.call)
    await model.look()
    assert model.view.step == "looking", "nobody's sign-in yet"
    model.attach(people.parts, kept(people, dora))
    await model.look()
    assert model.view.stay == "Leave"
    assert "is empty" in model.view.headline
    assert "old file is kept" in model.view.words[0]
    await model.sign_in(dora.password.reveal())
    assert model.view.step == "done", model.view
    people.people.remove(dora)
    shell = await screens.named(dora.name)
    await shows(shell.status, lambda view: view.connection == "live")


async def test_nothing_has_ended_where_one_is_signed_in(people: Village, screens: Screens) -> None:
    dora = await signed_in(people, "dora")
    shell = await screens.live(dora)
    await shell.returning.look()
    assert shell.returning.view.step == "none"
    await shell.returning.sign_in(dora.password.reveal())
    assert shell.returning.view.step == "none"
