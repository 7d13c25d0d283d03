"""Being called is quiet unless it is wanted, names nobody, and a flood calls once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from nookterm.client import notifying
from nookterm.client.changes import Called, Change
from nookterm.client.notifying import Notifier, on_desktop
from nookterm.client.settings import read_settings
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


async def nowhere(_words: str) -> bool:
    return False


@pytest.mark.asyncio(loop_scope="module")
async def test_a_new_request_is_told_once_without_a_name_and_a_flood_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, ana, here = door
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    await knocks(people, here, "early")
    await ana.sync()
    notifier = Notifier(ana.session, "bell")
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
async def test_where_the_desktop_shows_nothing_the_terminal_rings(door: Door) -> None:
    people, ana, here = door
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    notifier = Notifier(ana.session, "desktop", nowhere)
    await notifier.look()
    await knocks(people, here, "hal")
    await ana.sync()
    await notifier.look()
    assert any(isinstance(change, Called) for change in told)


async def test_the_desktop_is_given_words_that_are_no_option_and_no_markup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, seen = tmp_path / "notify-send", tmp_path / "seen"
    program.write_text(
        f"#!/usr/bin/env python3\nimport json, sys\nopen({str(seen)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert await on_desktop("--urgency=critical <b>x</b> $(touch gone) \x1b[31m")
    assert json.loads(seen.read_text()) == [
        "--app-name=nookterm", "--", "nookterm", "--urgency=critical &lt;b&gt;x&lt;/b&gt; $(touch gone) [31m",
    ]  # fmt: skip
    program.write_text("#!/bin/sh\nexit 1\n")
    assert not await on_desktop("x")


async def test_a_machine_without_a_desktop_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not await on_desktop("x")


def test_it_is_quiet_unless_it_is_wanted(tmp_path: Path) -> None:
    assert notifying.notifying(read_settings(tmp_path, {})) is None
    for how in ("bell", "desktop"):
        (tmp_path / "config.toml").write_text(f'[desk]\nnotify = "{how}"\n')
        assert notifying.notifying(read_settings(tmp_path, {})) is not None
    (tmp_path / "config.toml").write_text('[desk]\nnotify = "loud"\n')
    settings = read_settings(tmp_path, {})
    assert notifying.notifying(settings) is None
    assert "desk.notify cannot be 'loud'; it is off or bell or desktop." in settings.trouble[0]
