"""The server's search, on a real one: open rooms alone, nothing twice, filters that it does not know, no network."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC

import pytest

from nookterm.client.errors import Offline, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.search import Finder
from nookterm.client.server_search import ServerSearch
from nookterm.domain.ids import RoomId
from nookterm.domain.search import Search, spoken
from tests.client.people import Person, Village
from tests.faults.proxy import FaultyProxy


async def square(person: Person) -> RoomId:
    """An open room with more in it than comes with a first sync."""
    room = await person.session.gateway.create_room(RoomSpec("square", join_rule="public", history="shared"))
    await person.session.outbox.send(room, "m.room.message", {"msgtype": "m.text", "body": "the heron stands at dawn"})
    await fill(person, room, [*(f"heron number {n}" for n in range(3)), *(f"line {n}" for n in range(22))])
    return room


async def fill(person: Person, room: RoomId, bodies: list[str]) -> None:
    """Say many things, in no order."""
    await asyncio.gather(*(person.post(room, {"msgtype": "m.text", "body": body}) for body in bodies))


def read(person: Person, line: str) -> Search:
    finder = Finder(person.session.store, person.session.rooms, person.id)
    return finder.read(line, person.session.clock(), UTC)


async def test_only_open_rooms_are_named_and_only_what_is_not_here_comes_back(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo", url=proxy.url)
    open_room = await square(ana)
    here = await people.community(ana, bo)
    await bo.enter(open_room)
    await bo.say(here.nook, "a heron in the nook")
    await ana.post(open_room, {"msgtype": "m.text", "body": "a heron that came by sync"})
    await bo.sync()
    use, line = ServerSearch(bo.session), "heron"
    query = read(bo, line)
    local = {hit.event.event_id for hit in Finder(bo.session.store, bo.session.rooms, bo.id).find(query)}
    proxy.sent = []

    found = await use.find(query, spoken(line))

    bodies = [hit.said.message.body for hit in found.hits]
    assert "the heron stands at dawn" in bodies
    assert "a heron that came by sync" not in bodies, "it is on this disk and found there"
    assert not local & {hit.event.event_id for hit in found.hits}
    asked = [sent for sent in proxy.sent if b"/search" in sent]
    assert asked
    for sent in asked:
        body = json.loads(sent.partition(b"\r\n\r\n")[2])["search_categories"]["room_events"]
        assert body["search_term"] == "heron"
        assert open_room in body["filter"]["rooms"]
        assert not {here.nook, here.facilitators} & set(body["filter"]["rooms"])
    assert not any(here.nook.encode() in sent for sent in asked)
    # Nothing was asked before somebody wished it.
    proxy.sent = []
    Finder(bo.session.store, bo.session.rooms, bo.id).find(query)
    assert proxy.sent == []

    # Filters that a server does not know hold all the same.
    assert [h.said.message.body for h in (await use.find(read(bo, '"stands at" heron'), "stands at heron")).hits] == [
        "the heron stands at dawn"
    ]
    assert (await use.find(read(bo, "heron before:2020"), "heron")).hits == ()
    assert (await use.find(read(bo, "heron -number -dawn"), "heron")).hits == ()
    assert (await use.find(read(bo, "heron has:file"), "heron")).hits == ()
    assert {h.said.sender for h in (await use.find(read(bo, f"heron from:{ana.id}"), "heron")).hits} == {ana.id}

    with pytest.raises(WrongUsage, match="encrypted"):
        await use.find(read(bo, f"heron in:{here.nook}"), "heron")
    with pytest.raises(WrongUsage, match="words alone"):
        await use.find(read(bo, "has:file"), spoken("has:file"))
    with proxy.rule("/search", "drop_before"), pytest.raises(Offline):
        await use.find(query, "heron")
    bo.session.phase = "offline"
    with pytest.raises(Offline, match="cannot be asked"):
        await use.find(query, "heron")


async def test_pages_go_on_where_the_last_one_ended_and_an_edit_stands_for_its_message(
    people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nookterm.client.server_search._PAGE", 4)
    ana, bo = await people.person("ana"), await people.person("bo")
    room = await ana.session.gateway.create_room(RoomSpec("square", join_rule="public", history="shared"))
    first = await ana.post(room, {"msgtype": "m.text", "body": "an owl at the start"})
    new: dict[str, object] = {"msgtype": "m.text", "body": "an otter at the start"}
    edit: dict[str, object] = {
        **new,
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    }
    await ana.post(room, edit)
    await fill(ana, room, [f"owl {n}" for n in range(9)])
    await fill(ana, room, [f"line {n}" for n in range(22)])
    await bo.enter(room)
    use, query = ServerSearch(bo.session), read(bo, "owl")

    page = await use.find(query, "owl")
    seen = [hit.said.event_id for hit in page.hits]
    while page.next:
        page = await use.find(query, "owl", page.next)
        seen += [hit.said.event_id for hit in page.hits]
    assert len(seen) == len(set(seen)) == 10
    assert seen[-1] == first
    found = (await use.find(read(bo, "otter"), "otter")).hits
    assert [(hit.said.event_id, hit.said.message.body) for hit in found] == [(first, "an otter at the start")]


def test_the_server_gets_the_words_that_are_looked_for_and_nothing_else() -> None:
    assert spoken('heron "at  dawn" -night from:ana in:"glaze lab" has:file before:2026') == "heron at dawn"
    assert spoken("from:ana -x") == ""
    assert spoken("Café") == "Café"
