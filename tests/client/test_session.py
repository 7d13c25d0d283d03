"""A sync step is taken whole or not at all; counts, gaps and the connection's phases are what people see of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from nookterm.client.changes import Change, ConnectionChanged, RoomsChanged
from nookterm.client.errors import Offline
from nookterm.client.ports import RoomSpec, RoomUpdate
from nookterm.domain.events import Event, Membership, Message, StateChange, Trust
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.search import Search, words
from tests.client.people import Person, Village
from tests.faults.proxy import FaultyProxy


async def pair(people: Village, *, encrypted: bool = True, url: str = "") -> tuple[Person, Person, RoomId]:
    """Ana (behind `url`) and Bo in a room of Bo's."""
    ana, bo = await people.person("ana", url=url), await people.person("bo")
    room_id = await bo.session.gateway.create_room(
        RoomSpec("kitchen", encrypted=encrypted, history="joined", invite=(ana.id,))
    )
    await ana.enter(room_id)
    await bo.sync()
    await ana.sync()
    return ana, bo, room_id


async def test_a_step_that_breaks_leaves_everything_as_it_was(people: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bo, room_id = await pair(people)
    await bo.session.outbox.send(room_id, "m.room.message", {"msgtype": "m.text", "body": "with a new key"})
    before, rows = ana.session.store.position(), ana.session.store.rooms()
    told: list[Change] = []
    ana.session.changes.listen(told.append)

    def full_disk(_events: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("nookterm.client.outbox.Outbox.echoed", lambda _self, events: full_disk(events))
        with pytest.raises(OSError, match="full"):
            await ana.sync()
    assert ana.session.store.position() == before
    assert ana.session.store.rooms() == rows
    assert told == []
    assert "with a new key" not in ana.heard(room_id)
    await ana.sync()
    assert ana.heard(room_id)[-1] == "with a new key"
    await bo.say(room_id, "and the next")
    await ana.reopen()
    await ana.sync()
    assert ana.heard(room_id)[-2:] == ["with a new key", "and the next"]


async def test_what_an_invite_said_of_a_room_gives_way_to_what_it_is(people: Village) -> None:
    bo = await people.person("bo")
    ana = await people.person("ana")
    room_id = await bo.session.gateway.create_room(RoomSpec("kitchen", invite=(ana.id,)))
    await ana.sync()
    told = StateChange("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    ana.session.store.save_state([Event(EventId("~told"), room_id, bo.id, people.watch(), told)])
    ana.session.rooms.refresh([room_id])
    assert ana.room(room_id).encrypted
    await ana.enter(room_id)
    assert not ana.room(room_id).encrypted


async def test_a_room_that_was_seen_encrypted_stays_so_whatever_the_server_says(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    state = [e for e in ana.session.store.state(room_id) if getattr(e.payload, "type", "") != "m.room.encryption"]
    with ana.session.store.transaction():
        ana.session._fold_room(RoomUpdate(room_id, Membership.JOIN, tuple(state), whole=True))
    ana.session.rooms.refresh([room_id])
    assert ana.room(room_id).encrypted
    assert {m.user for m in ana.room(room_id).who(Membership.JOIN)} == {ana.id, bo.id}


async def test_a_step_cut_off_on_the_way_is_asked_for_again(people: Village, proxy: FaultyProxy) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    await bo.say(room_id, "still there")
    before = ana.session.store.position()
    with proxy.rule("/sync", "half"), pytest.raises(Exception, match=r"problem|reached"):
        await ana.sync()
    assert ana.session.store.position() == before
    await ana.sync()
    assert ana.heard(room_id) == ["still there"]


async def polling(who: Person) -> None:
    """Wait until a long poll of theirs is on its way."""
    async with asyncio.timeout(10):
        while who.session._poll is None:  # noqa: ASYNC110 - nothing tells that a request has left
            await asyncio.sleep(0.01)


async def test_a_quick_step_cuts_a_long_poll_short(people: Village) -> None:
    ana, _bo, _room = await pair(people)
    waiting = asyncio.create_task(ana.session.sync_once(30.0))
    await polling(ana)
    async with asyncio.timeout(10):
        step = await ana.session.sync_once()
        assert step is not None
        assert await waiting is None


async def test_a_long_poll_brings_news_as_they_come(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    waiting = asyncio.create_task(ana.session.sync_once(30.0))
    await bo.say(room_id, "news")
    async with asyncio.timeout(20):
        await waiting
        while "news" not in ana.heard(room_id):
            await ana.session.sync_once(5.0)


async def test_a_long_poll_that_begins_while_a_quick_step_waits_steps_back(people: Village) -> None:
    ana, _bo, _room = await pair(people)
    async with asyncio.timeout(10):
        quick, slow, other = await asyncio.gather(
            ana.session.sync_once(), ana.session.sync_once(30.0), ana.session.sync_once()
        )
    assert quick is not None
    assert slow is None
    assert other is not None


async def test_cancelling_a_long_poll_ends_it(people: Village) -> None:
    ana, _bo, _room = await pair(people)
    waiting = asyncio.create_task(ana.session.sync_once(30.0))
    await polling(ana)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await ana.sync()
    assert ana.session.store.position()


async def test_whoever_is_told_to_end_ends_though_the_answer_came_in_the_same_moment(
    people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is done while it is cancelled gives its answer and forgets the cancelling."""
    ana, _bo, room_id = await pair(people)
    fetch = ana.session.gateway.fetch_sync

    async def done_all_the_same(position: str | None, wait: float) -> Mapping[str, Any]:
        try:
            return await fetch(position, wait)
        except asyncio.CancelledError:
            return await fetch(position, 0.0)

    monkeypatch.setattr(ana.session.gateway, "fetch_sync", done_all_the_same)
    before = ana.session.store.position()
    waiting = asyncio.create_task(ana.session.sync_once(30.0))
    await polling(ana)
    waiting.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert ana.session.store.position() == before, "the answer was thrown away, and comes again"
    await ana.say(room_id, "hello")
    assert ana.heard(room_id) == ["hello"]


async def test_messages_of_others_are_unread_and_ones_own_are_read(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    await ana.say(room_id, "hello")
    await bo.say(room_id, "one")
    await bo.say(room_id, "two", **{"m.mentions": {"user_ids": [ana.id]}})
    await ana.sync()
    row = ana.session.store.room(room_id)
    assert (row.unread, row.mentions) == (2, 1)
    await ana.say(room_id, "I have read it")
    row = ana.session.store.room(room_id)
    assert (row.unread, row.mentions) == (0, 0)


async def test_being_named_counts_in_a_room_that_one_has_never_read(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    await bo.say(room_id, "welcome", **{"m.mentions": {"user_ids": [ana.id]}})
    await ana.sync()
    row = ana.session.store.room(room_id)
    assert (row.read_up_to, row.unread, row.mentions) == (None, 1, 1)
    await bo.session.gateway.set_state(room_id, "m.room.topic", "", {"topic": "pots"})
    await ana.sync()
    assert ana.session.store.room(room_id).mentions == 1


async def test_what_was_seen_stays_read_over_a_restart_and_on_other_devices(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    await ana.say(room_id, "hello")
    await bo.say(room_id, "one")
    await ana.sync()
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    await ana.session.reading.mark(room_id)
    await ana.session.reading.mark(room_id)
    assert told == [RoomsChanged(frozenset({room_id}), by_reading=True)]
    assert sum(line.startswith("POST") and "read_markers" in line for line in proxy.lines) == 1
    await ana.reopen()
    assert ana.session.store.room(room_id).unread == 0
    await bo.say(room_id, "two")
    await ana.sync()
    assert ana.session.store.room(room_id).unread == 1


async def test_a_gap_is_filled_in_its_place(people: Village) -> None:
    ana, bo, room_id = await pair(people, encrypted=False)
    await bo.say(room_id, "before")
    await ana.sync()
    for number in range(75):
        await bo.post(room_id, {"msgtype": "m.text", "body": f"{number}"})
    await ana.sync()
    assert len(ana.session.store.gaps(room_id)) == 1
    assert await ana.session.fill_gaps(room_id)
    while await ana.session.fill_gaps(room_id):
        pass
    assert ana.heard(room_id) == ["before", *map(str, range(75))]
    assert not ana.session.store.gaps(room_id)


async def test_the_past_is_fetched_page_by_page_to_its_beginning(people: Village) -> None:
    bo = await people.person("bo")
    room_id = await bo.session.gateway.create_room(RoomSpec("old", history="shared", join_rule="public"))
    for number in range(40):
        await bo.post(room_id, {"msgtype": "m.text", "body": f"{number}"})
    ana = await people.person("ana")
    await ana.enter(room_id)
    assert "0" not in ana.heard(room_id)
    pages = 0
    while await ana.session.older(room_id, 10):
        pages += 1
    assert pages >= 2
    assert ana.heard(room_id) == [*map(str, range(40))]
    assert not await ana.session.older(room_id)


async def test_a_redacted_message_loses_its_words_here_too(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    event_id = await bo.say(room_id, "a slip of the tongue")
    await ana.sync()
    await bo.session.outbox.send(room_id, "m.room.redaction", {"redacts": event_id})
    await ana.sync()
    assert "a slip of the tongue" not in ana.heard(room_id)
    assert ana.session.store.search(Search(words("tongue"))) == ()


async def test_nobodys_words_are_theirs_before_that_is_proved(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    event_id = await bo.say(room_id, "mine")
    await ana.sync()
    kept = ana.session.store.event(room_id, event_id)
    assert kept is not None
    assert isinstance(kept.payload, Message)
    assert kept.trust not in {Trust.UNPROVED, Trust.NONE}


async def phase(told: list[Change], wanted: str) -> ConnectionChanged:
    """The next change to the phase `wanted`."""
    async with asyncio.timeout(20):
        while True:
            found = [c for c in told if isinstance(c, ConnectionChanged) and c.phase == wanted]
            if found:
                told.clear()
                return found[0]
            await asyncio.sleep(0.02)


async def test_the_client_tells_when_the_server_goes_and_comes_back_by_itself(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    running = asyncio.create_task(ana.session.run())
    await phase(told, "live")
    port = proxy.port
    await proxy.shut()
    gone = await phase(told, "offline")
    assert "Next try in 1 s." in gone.detail
    await bo.say(room_id, "while you were away")
    await proxy.open(port)
    await phase(told, "live")
    assert ana.heard(room_id)[-1] == "while you were away"
    running.cancel()


async def test_the_client_is_live_only_when_all_rooms_are_here(
    people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nookterm.matrix.sliding_sync.FIRST", 2)
    bo = await people.person("bo")
    ana = Person(people.parts, *await people.profile("ana"))
    people.people.append(ana)
    for number in range(7):
        await bo.session.gateway.create_room(RoomSpec(f"room {number}", invite=(ana.id,)))
    here: list[tuple[str, int]] = []

    def note(change: Change) -> None:
        if isinstance(change, ConnectionChanged):
            here.append((change.phase, len(ana.session.rooms)))

    ana.session.changes.listen(note)
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    running = asyncio.create_task(ana.session.run())
    await phase(told, "live")
    assert here == [("live", 7)]
    running.cancel()


async def test_a_server_that_answers_with_errors_is_offline_and_left_in_peace(
    people: Village, proxy: FaultyProxy
) -> None:
    ana = await people.person("ana", url=proxy.url)
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    with proxy.rule("/sync", "429") as rule:
        running = asyncio.create_task(ana.session.run())
        said = await phase(told, "offline")
        assert "Next try in 7 s." in said.detail or "Next try in 8 s." in said.detail
        assert rule.hits == 1
    running.cancel()


async def test_a_session_that_was_ended_elsewhere_stops_and_keeps_what_is_here(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    await bo.say(room_id, "kept")
    await ana.sync()
    await ana.session.gateway.logout()
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    async with asyncio.timeout(10):
        await ana.session.run()
    assert ana.session.phase == "signed out"
    assert isinstance(told[-1], ConnectionChanged)
    assert "Sign in again" in told[-1].detail
    assert ana.heard(room_id) == ["kept"]


async def test_a_listener_that_left_hears_nothing(people: Village) -> None:
    ana = await people.person("ana")
    told: list[Change] = []
    leave = ana.session.changes.listen(told.append)
    leave()
    leave()
    ana.session.set_phase("live")
    assert told == []


async def test_the_server_being_away_is_offline_for_a_single_step(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana", url=proxy.url)
    await proxy.shut()
    with pytest.raises(Offline):
        await ana.sync()


async def test_a_look_at_a_room_does_not_undo_what_a_step_brought_meanwhile(
    people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bo, room_id = await pair(people)
    read, looks = ana.session.gateway.room_state, 0

    async def overtaken(room: RoomId) -> tuple[Event, ...]:
        nonlocal looks
        answer, looks = await read(room), looks + 1
        if looks == 1:
            await bo.session.gateway.set_state(room_id, "m.room.name", "", {"name": "pantry"})
            await ana.sync()
        return answer

    monkeypatch.setattr(ana.session.gateway, "room_state", overtaken)
    await ana.session.refresh_state(room_id)
    assert (ana.room(room_id).name, looks) == ("pantry", 2)
