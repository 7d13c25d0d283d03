"""Levels, favourites and marks of rooms: the same in every client of an account, here at once, and never lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nookterm.client.changes import Change
from nookterm.client.errors import NotAllowed
from nookterm.client.marking import Marking
from nookterm.client.ports import RoomSpec
from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.domain.room_order import Tags
from tests.client.people import Person, Village
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import Account

PLACED = {"order": 0.5}


async def alone(people: Village, *, url: str = "", way: str = "auto") -> tuple[Person, RoomId]:
    """Ana in a room of her own."""
    people.way = way
    ana = await people.person("ana", url=url, trusted=False)
    people.way = "auto"
    room_id = await ana.session.gateway.create_room(RoomSpec("kitchen"))
    await ana.sync()
    return ana, room_id


async def elsewhere(people: Village, ana: Person) -> Any:
    """Another client of Ana's: `(method, path, body)` on the server."""
    token = await asyncio.to_thread(people.server.login, Account(ana.id, ana.password.reveal()))

    async def call(method: str, path: str, body: object = None) -> Any:
        return await asyncio.to_thread(people.server.call, method, f"/_matrix/client/v3{path}", body or {}, token)

    return call


@pytest.mark.parametrize("way", ["sliding", "classic"])
async def test_what_another_client_says_of_a_room_comes_with_the_sync(people: Village, way: str) -> None:
    ana, room_id = await alone(people, way=way)
    levels, tags = ana.session.levels, ana.session.tags
    assert (levels.of(room_id), tags.of(room_id)) == (Level.ALL, Tags())
    call = await elsewhere(people, ana)
    about = f"/user/{ana.id}/rooms/{room_id}"
    mutes = [{"kind": "event_match", "key": "room_id", "pattern": room_id}]
    await call("PUT", f"/pushrules/global/override/{room_id}", {"actions": [], "conditions": mutes})
    await call("PUT", f"{about}/tags/m.favourite", PLACED)
    await call("PUT", f"{about}/tags/u.garden", {})
    await call("PUT", f"{about}/account_data/m.marked_unread", {"unread": True})
    await ana.sync()
    assert levels.of(room_id) is Level.MUTE
    assert tags.of(room_id) == Tags({"m.favourite": 0.5, "u.garden": None}, marked=True)
    await ana.reopen()
    assert ana.session.levels.of(room_id) is Level.MUTE
    assert ana.session.tags.of(room_id).favourite
    await call("DELETE", f"/pushrules/global/override/{room_id}")
    await call("PUT", f"/pushrules/global/room/{room_id}", {"actions": ["dont_notify"]})
    await call("DELETE", f"{about}/tags/m.favourite")
    await call("PUT", f"{about}/account_data/m.marked_unread", {"unread": False})
    await ana.sync()
    assert ana.session.levels.of(room_id) is Level.MENTIONS
    assert ana.session.tags.of(room_id) == Tags({"u.garden": None})


async def test_what_is_chosen_offline_holds_at_once_and_is_told_later(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await alone(people, url=proxy.url)
    session, told = ana.session, list[Change]()
    session.changes.listen(told.append)
    with proxy.rule("/pushrules", "drop_before"), proxy.rule("/rooms/", "drop_before"):
        assert await session.levels.put(room_id, Level.MUTE)
        assert not await session.levels.put(room_id, Level.MUTE), "it is so already"
        assert await session.tags.favourite(room_id, on=True)
        assert await session.tags.mark(room_id, unread=True)
    assert told
    await ana.reopen()
    session = ana.session
    assert session.levels.of(room_id) is Level.MUTE
    assert session.tags.of(room_id) == Tags({"m.favourite": 0.5}, marked=True)
    assert await session.levels.deliver() == 1
    assert await session.tags.deliver() == 2
    assert not session.levels.owed.all()
    assert not session.tags.owed.all()
    for _ in range(2):
        assert session.levels.of(room_id) is Level.MUTE
        assert session.tags.of(room_id) == Tags({"m.favourite": 0.5}, marked=True)
        await ana.sync()
    call = await elsewhere(people, ana)
    about = f"/user/{ana.id}/rooms/{room_id}"
    assert await call("GET", f"{about}/tags") == {"tags": {"m.favourite": PLACED}}
    assert await call("GET", f"{about}/account_data/m.marked_unread") == {"unread": True}
    rule = await call("GET", f"/pushrules/global/override/{room_id}")
    assert (rule["actions"], rule["enabled"]) == (["dont_notify"], True)


async def test_other_rules_and_tags_stay_and_what_a_server_refuses_is_not_kept(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, room_id = await alone(people, url=proxy.url)
    session = ana.session
    call = await elsewhere(people, ana)
    about = f"/user/{ana.id}/rooms/{room_id}"
    await call("PUT", "/pushrules/global/content/kiln", {"pattern": "kiln", "actions": ["notify"]})
    await call("PUT", f"/pushrules/global/room/{room_id}", {"actions": ["dont_notify"]})
    await call("PUT", f"{about}/tags/m.lowpriority", {"order": 0.1})
    await call("PUT", f"{about}/tags/u.garden", {})
    await call("PUT", f"{about}/account_data/com.famedly.marked_unread", {"unread": True})
    await ana.sync()
    assert session.tags.of(room_id).low
    assert session.tags.of(room_id).marked, "also by the name of before"
    await session.levels.put(room_id, Level.MUTE)
    await session.tags.favourite(room_id, on=True)
    await session.tags.mark(room_id, unread=False)
    await ana.sync()
    assert session.tags.of(room_id) == Tags({"m.favourite": 0.5, "u.garden": None})
    assert await call("GET", f"{about}/account_data/com.famedly.marked_unread") == {"unread": False}
    assert session.levels.of(room_id) is Level.MUTE
    await session.levels.put(room_id, Level.MENTIONS)
    assert session.levels.of(room_id) is Level.MENTIONS, "the room's own rule holds again"
    rules = (await call("GET", "/pushrules/"))["global"]
    assert [rule["rule_id"] for rule in rules["room"]] == [room_id]
    assert room_id not in [rule["rule_id"] for rule in rules["override"]]
    assert "kiln" in [rule["rule_id"] for rule in rules["content"]]
    with proxy.rule("/pushrules", "403"), pytest.raises(NotAllowed):
        await session.levels.put(room_id, Level.ALL)
    with proxy.rule("/tags/", "403"), pytest.raises(NotAllowed):
        await session.tags.low(room_id, on=True)
    await ana.sync()
    assert session.levels.of(room_id) is Level.MENTIONS
    assert session.tags.of(room_id).favourite
    assert await session.levels.deliver() == await session.tags.deliver() == 0


async def test_reading_by_hand_takes_threads_and_the_mark_along(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(bo, ana)
    marking = Marking(ana.session)
    root = await bo.say(here.nook, "opened the kiln")
    await bo.say(here.nook, "and?", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})
    await ana.sync()
    assert await marking.unread(here.nook)
    assert marking.waiting() == (here.nook,)
    assert ana.session.activity.at(here.nook)
    assert await marking.read_all() == 1
    row = ana.session.store.room(here.nook)
    assert (row.unread, row.mentions, ana.session.tags.of(here.nook).marked) == (0, 0, False)
    assert not await marking.read(here.nook)
    assert marking.waiting() == ()
    at = ana.session.activity.at(here.nook)
    await ana.reopen()
    assert ana.session.activity.at(here.nook) == at, "kept on disk"
