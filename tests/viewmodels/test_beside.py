"""A shell beside another process: one that has the account serves it, one that has not reads along and keeps quiet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC

import pytest

from nookterm.client.account import OpenAccount, open_account
from nookterm.client.errors import Busy
from nookterm.client.intents import ask
from nookterm.client.ports import RoomSpec
from nookterm.client.session import Session
from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.status import READ_ONLY, WHY_READ_ONLY
from nookterm.viewmodels.timeline import Words
from tests.client.people import Person, Village
from tests.viewmodels.screens import Screens, all_sent, shows

Along = Callable[[str], Awaitable[ClientShell]]


@pytest.fixture
async def along(people: Village, screens: Screens) -> AsyncIterator[Along]:
    """Opens shells that only read."""
    opened: list[ClientShell] = []

    async def of(name: str) -> ClientShell:
        async def open_it() -> OpenAccount:
            with suppress(Busy):
                return open_account(people.parts, name)
            return open_account(people.parts, name, offline=True)

        shell = ClientShell(screens.engine, open_it, UTC)
        opened.append(shell)
        await shell.start()
        return shell

    yield of
    for shell in opened:
        await shell.stop()


async def two(people: Village) -> tuple[Person, Person, RoomId]:
    ana, bo = await people.person("ana"), await people.person("bo")
    return ana, bo, (await people.community(ana, bo)).nook


def bodies(shell: ClientShell) -> list[str]:
    return [entry.body for entry in shell.timeline.view.entries if isinstance(entry, Words)]


async def test_a_shell_beside_another_reads_along_and_changes_nothing(
    people: Village, screens: Screens, along: Along
) -> None:
    ana, bo, nook = await two(people)
    holder = await screens.live(ana)
    other = await along(ana.name)
    assert (other.status.view.connection, other.status.view.detail) == (READ_ONLY, WHY_READ_ONLY)
    assert (other.timeline.view.can_write, other.timeline.view.why_not) == (False, f"Read-only: {WHY_READ_ONLY}.")
    await bo.say(nook, "hello")
    await shows(other.timeline, lambda _view: bodies(other) == ["hello"])
    status = await shows(other.status, lambda view: view.unread == 1)
    assert status.connection == READ_ONLY
    await other.timeline.read()
    await other.timeline.keep_draft("half a thou")
    await other.timeline.older()
    assert other.timeline.view.notice is None
    await shows(holder.status, lambda view: view.unread == 1)
    assert holder.timeline.view.draft == ""
    await holder.timeline.send("written by the holder")
    await shows(other.timeline, lambda _view: bodies(other)[-1] == "written by the holder")
    assert await other.directory.join(nook) is False
    assert not (await other.found.found_space("Elsewhere", "")).done


async def test_who_reads_along_can_write_when_the_other_one_is_closed(
    people: Village, screens: Screens, along: Along
) -> None:
    ana, bo, nook = await two(people)
    other = await ana.session.gateway.create_room(RoomSpec("zoo"))
    await ana.sync()
    holder = await screens.live(ana)
    shell = await along(ana.name)
    await shell.timeline.open(other)
    await screens.close(holder)
    await shows(shell.status, lambda view: view.connection == "live")
    assert "You can write here now" in shell.status.view.toast
    assert (shell.timeline.view.room_id, shell.timeline.view.can_write) == (other, True)
    await shell.timeline.open(nook)
    await shell.timeline.send("my turn")
    await shows(shell.timeline, lambda view: bodies(shell)[-1:] == ["my turn"] and all_sent(view))
    await bo.sync()
    assert bo.heard(nook) == ["my turn"]


async def test_a_shell_that_has_the_account_does_what_is_asked_and_sends_what_is_queued_beside_it(
    people: Village, screens: Screens
) -> None:
    ana, bo, nook = await two(people)
    await ana.account.close()
    people.people.remove(ana)
    done: list[tuple[str, ...]] = []

    async def carry_out(session: Session, words: tuple[str, ...]) -> Json:
        done.append(words)
        return {"rooms": len(session.rooms)}

    async def open_it() -> OpenAccount:
        return open_account(people.parts, ana.name)

    shell = ClientShell(screens.engine, open_it, UTC, carry_out=carry_out)
    await shell.start()
    screens.open.append(shell)
    beside = open_account(people.parts, ana.name, beside=True)
    try:
        answer = await ask(beside.session.store, ("join", "x"), clock=people.watch, seconds=20, is_free=lambda: False)
        assert answer == {"rooms": len(beside.session.rooms)}
        beside.session.outbox.queue(nook, "m.room.message", {"msgtype": "m.text", "body": "from beside"})
        await shows(shell.timeline, lambda _view: bodies(shell)[-1:] == ["from beside"])
        await shows(shell.timeline, lambda view: getattr(view.entries[-1], "state", "") == "")
    finally:
        await beside.close()
    await bo.sync()
    assert bo.heard(nook) == ["from beside"]
    assert done == [("join", "x")]
