"""Being called is quiet unless it is wanted, names nobody, and a flood calls once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from nookterm.client import notifying
from nookterm.client.changes import Called, Change, Happened
from nookterm.client.notifying import Notifier
from nookterm.client.quiet_hours import Quiet
from nookterm.client.settings import Setting, Settings
from nookterm.client.telling import Note
from tests.client.people import Community, Person, Village
from tests.live_homeserver import LiveServer

Door = tuple[Village, Person, Community]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    people = Village(homeserver, tmp_path_factory.mktemp("called"))
    ana = await people.person("ana")
    here = await people.community(ana)
    yield people, ana, here
    await people.go_home()


async def knocks(people: Village, here: Community, name: str) -> Person:
    somebody = await people.person(name, trusted=False)
    await somebody.session.gateway.knock(here.nook)
    return somebody


def settings(**values: str) -> Callable[[], Settings]:
    """As somebody set them; facilitators who wish to be called, unless it says otherwise."""
    held = {"desk.notify": "bell", **{name.replace("_", ".", 1): value for name, value in values.items()}}
    return lambda: Settings({name: Setting(name, value) for name, value in held.items()})


@pytest.mark.asyncio(loop_scope="module")
async def test_a_new_request_is_told_once_without_a_name_and_a_flood_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, ana, here = door
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    await knocks(people, here, "early")
    await ana.sync()
    notifier = Notifier(ana.session, settings())
    assert await notifier.look() == "", "who waited already is no news"
    bob = await knocks(people, here, "bob")
    await ana.sync()
    assert await notifier.look() == "New request in glaze-lab."
    assert await notifier.look() == ""
    assert [change.text for change in told if isinstance(change, Called)] == ["New request in glaze-lab."]
    assert bob.id not in str([change for change in told if isinstance(change, Called)])
    monkeypatch.setattr(notifying, "MANY", 2)
    await knocks(people, here, "eve")
    await ana.sync()
    assert await notifier.look() == "", "one minute has not passed"
    people.watch.forward(minutes=2)
    await knocks(people, here, "fay")
    await ana.sync()
    assert await notifier.look() == "", "a flood was told of a moment ago"
    people.watch.forward(hours=1)
    await knocks(people, here, "gil")
    await ana.sync()
    assert await notifier.look() == "Many people ask to join glaze-lab."


@pytest.mark.asyncio(loop_scope="module")
async def test_where_the_desktop_shows_nothing_the_terminal_is_told_and_neither_gets_the_nooks_name_unasked(
    door: Door,
) -> None:
    people, ana, here = door
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    notes: list[Note] = []

    async def nowhere(note: Note, *, anyhow: bool) -> bool:
        notes.append(note)
        return anyhow

    notifier = Notifier(ana.session, settings(desk_notify="desktop"), show=nowhere)
    await notifier.look()
    people.watch.forward(hours=2)
    await knocks(people, here, "hal")
    await ana.sync()
    await notifier.look()
    assert (notes[0].plain, notes[0].more) == ("Somebody asks to join.", "")
    called = [change for change in told if isinstance(change, Called)]
    assert (called[-1].aloud, "glaze-lab" in called[-1].text) == ("Somebody asks to join.", True)


@pytest.mark.asyncio(loop_scope="module")
async def test_in_quiet_hours_nobody_is_called_and_a_calm_line_says_it_afterwards(door: Door) -> None:
    people, ana, here = door
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    quiet = [Quiet()]
    notifier = Notifier(ana.session, settings(), lambda: quiet[0])
    await notifier.look()
    quiet[0] = Quiet(people.watch())
    people.watch.forward(hours=2)
    await knocks(people, here, "ida")
    await ana.sync()
    assert await notifier.look() == ""
    quiet[0] = Quiet()
    assert await notifier.look() != ""
    assert not [change for change in told if isinstance(change, Called)]
    assert len([change for change in told if isinstance(change, Happened)]) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_it_is_off_unless_it_is_wanted(door: Door) -> None:
    people, ana, here = door
    notifier = Notifier(ana.session)
    await notifier.look()
    people.watch.forward(hours=2)
    await knocks(people, here, "joe")
    await ana.sync()
    assert await notifier.look() == ""
