"""On a full disk nothing is lost: news wait on the server, what cannot be kept is not sent, and all goes on later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nookterm.client.errors import CannotWrite
from nookterm.client.session import Session
from nookterm.domain.events import Event, Trust, Unreadable
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import Words
from tests.client.people import TEXT, Village
from tests.viewmodels.screens import Screens, all_sent, shows

LONG = "a very long story " * 1500


@contextmanager
def full_disk(session: Session) -> Iterator[None]:
    """The database's file cannot grow by a single page."""
    pages = session.store.connection.execute("PRAGMA page_count").fetchone()[0]
    session.store.connection.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        session.store.connection.execute("PRAGMA max_page_count = 1000000")


def bodies(shell: ClientShell) -> list[str]:
    return [entry.body for entry in shell.timeline.view.entries if isinstance(entry, Words)]


async def test_a_sync_that_cannot_be_stored_leaves_the_position_and_is_taken_again(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await bo.sync()
    for number in range(4):
        await ana.say(here.nook, f"{number} {LONG}")
    before = bo.session.store.position()
    with full_disk(bo.session):
        with pytest.raises(CannotWrite):
            await bo.sync()
        assert bo.session.store.position() == before
        assert bo.heard(here.nook) == []
        with pytest.raises(CannotWrite):
            bo.session.outbox.queue(here.nook, TEXT, {"msgtype": "m.text", "body": LONG * 10})
        assert bo.session.store.outgoing() == ()
    await bo.sync()
    assert [body[:1] for body in bo.heard(here.nook)] == ["0", "1", "2", "3"]


async def test_what_was_proved_and_could_not_be_stored_is_proved_again(
    people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    said = await ana.say(here.nook, "whose words are these?")
    session = bo.session
    prove, execute = session.gateway.after_sync, session.store.connection.execute

    async def then_the_disk_refuses() -> tuple[Event, ...]:
        proved = await prove()
        execute("PRAGMA query_only = ON")
        return proved

    monkeypatch.setattr(session.gateway, "after_sync", then_the_disk_refuses)
    with pytest.raises(CannotWrite):
        await bo.sync()
    monkeypatch.undo()
    execute("PRAGMA query_only = OFF")
    event = session.store.event(here.nook, said)
    assert event is not None
    assert isinstance(event.payload, Unreadable)
    await bo.sync()
    event = session.store.event(here.nook, said)
    assert event is not None
    assert event.trust is Trust.SIGNED


async def test_the_screen_says_it_gives_the_words_back_and_goes_on(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(bo)
    await shell.timeline.open(here.nook)
    assert shell._hub is not None
    session = shell._hub.session
    with full_disk(session):
        for number in range(4):
            await ana.say(here.nook, f"{number} {LONG}")
        stopped = await shows(shell.status, lambda view: view.connection == "not stored")
        assert "cannot be written" in stopped.detail
        kept = [await shell.timeline.send(LONG) for _ in range(6)]
        assert kept[-1] is False
        unsent = shell.timeline.view.notice
        assert unsent is not None
        assert "cannot be written" in unsent.headline
    await shows(shell.status, lambda view: view.connection == "live")
    await shows(shell.timeline, lambda _view: {body[:1] for body in bodies(shell)} >= {"0", "1", "2", "3"})
    await shows(shell.timeline, all_sent)
    await ana.sync()
    assert ana.heard(here.nook).count(LONG.strip()) == sum(kept)
