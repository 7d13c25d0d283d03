"""What a person wants gone from this disk goes, comes back when they scroll to it, and nothing that is needed goes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from nookterm.client.ports import FROM_EVENT
from nookterm.client.retention import Retention
from nookterm.client.settings import Setting, Settings
from nookterm.domain.applying import State
from nookterm.domain.events import Unreadable
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.search import Search, words
from nookterm.domain.sharing import ShareState
from tests.client.people import Person, Village
from tests.client.test_session import pair
from tests.client.test_vetting import asked, two_facilitators
from tests.faults.proxy import FaultyProxy

A_WEEK = Retention(days=7)


async def all_of(who: Person, room_id: RoomId) -> list[str]:
    """Scroll back to the beginning."""
    while await who.session.older(room_id, 3):
        pass
    return who.heard(room_id)


async def test_old_messages_leave_and_come_back_readable_and_in_order_when_one_scrolls_back(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    for number in range(6):
        await bo.say(room_id, f"heron {number}")
    await ana.sync()
    before = await all_of(ana, room_id)
    whole = ana.session.store.timeline(room_id, 100)
    people.watch.forward(days=8)
    assert await A_WEEK.once_a_day(ana.session) >= 6
    assert ana.heard(room_id) == []
    assert ana.session.store.search(Search(words("heron"))) == ()
    await bo.say(room_id, "heron news")
    await ana.sync()
    assert ana.heard(room_id) == ["heron news"]
    assert await all_of(ana, room_id) == [*before, "heron news"]
    assert ana.session.store.timeline(room_id, 100)[: len(whole)] == whole
    assert len(ana.session.store.search(Search(words("heron")))) == 7


async def test_the_newest_messages_of_each_room_stay_and_the_rest_can_be_fetched(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    for number in range(6):
        await bo.say(room_id, str(number))
    await ana.sync()
    before = await all_of(ana, room_id)
    assert await Retention(messages=2).once_a_day(ana.session) > 0
    assert ana.heard(room_id) == ["4", "5"]
    assert await ana.session.older(room_id, 2)
    assert ana.heard(room_id) == ["2", "3", "4", "5"]
    assert await all_of(ana, room_id) == before


async def test_a_page_that_was_under_way_while_the_past_was_let_go_leaves_no_hole(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    for number in range(6):
        await bo.say(room_id, str(number))
    await ana.sync()
    before = await all_of(ana, room_id)
    await Retention(messages=4).once_a_day(ana.session)
    with proxy.rule("/messages", "pause") as rule:
        scrolling = asyncio.create_task(ana.session.older(room_id, 1))
        await rule.has_hit()
        await Retention(messages=2).once_a_day(ana.session)
        rule.released.set()
        assert await scrolling
    assert ana.heard(room_id) == ["4", "5"]
    assert await all_of(ana, room_id) == before


async def test_it_happens_once_a_day_and_at_once_when_the_setting_changes(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    people.watch.forward(days=9)
    assert await A_WEEK.once_a_day(ana.session) > 0
    await bo.say(room_id, "written eight days and more ago, by this clock")
    await ana.sync()
    assert await A_WEEK.once_a_day(ana.session) == 0
    people.watch.forward(hours=23)
    assert await A_WEEK.once_a_day(ana.session) == 0
    people.watch.forward(hours=2)
    assert await A_WEEK.once_a_day(ana.session) == 1
    await bo.say(room_id, "one more")
    await ana.sync()
    assert await Retention(days=2).once_a_day(ana.session) == 1


async def test_without_a_setting_nothing_goes_but_the_copies_of_old_migrations(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    await bo.say(room_id, "still here")
    await ana.sync()
    copy = people.parts.profiles.database(ana.name).with_name("account.db.schema-1")
    copy.write_bytes(b"what an earlier version left")
    assert Retention.of(Settings()) == Retention()
    assert await Retention().once_a_day(ana.session) == 0
    assert copy.exists()
    people.watch.forward(days=29)
    assert await Retention().once_a_day(ana.session) == 0
    assert ana.heard(room_id)[-1] == "still here"
    assert not copy.exists()
    kept = Settings({"keep.days": Setting("keep.days", 30), "keep.messages_per_room": Setting("x", 5)})
    assert Retention.of(kept) == Retention(30, 5)


async def test_nobody_waits_any_longer_for_the_key_of_a_message_that_went(people: Village) -> None:
    ana, _bo, room_id = await pair(people)
    secret = EventId("$never-readable")
    row = (secret, room_id, "a session", ana.id, "{}")
    ana.session.store.connection.execute("INSERT INTO crypto_waiting VALUES (?, ?, ?, ?, ?)", row)
    locked = Unreadable("a session", "no key")
    newest = ana.session.store.timeline(room_id, 1)[0]
    ana.session.store.add_events([replace(newest, event_id=secret, payload=locked)])
    people.watch.forward(days=8)
    await A_WEEK.once_a_day(ana.session)
    assert ana.session.store.event(room_id, secret) is None
    assert ana.session.store.connection.execute("SELECT count(*) FROM crypto_waiting").fetchone() == (0,)


async def test_a_consent_given_long_ago_can_still_be_taken_back(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    source = await bo.say(here.nook, "well, I think iron makes it blue")
    share = await bo.sharing.share(bo.room(here.nook), [source], "Iron makes it blue.")
    await ana.sharing.publish(share.request)
    await bo.sync()
    people.watch.forward(days=400)
    for who in (ana, bo):
        assert await A_WEEK.once_a_day(who.session) > 0
        assert "well, I think iron makes it blue" not in who.heard(here.nook)
        assert [h.body for h in who.sharing.board()] == ["Iron makes it blue."]
        assert who.sharing.find(share.request).state == ShareState.PUBLISHED
    assert (await bo.sharing.withdraw(share.request)).state == ShareState.WITHDRAWN
    await ana.sync()
    await ana.duties.run()
    await bo.sync()
    assert bo.sharing.board() == ()


async def test_what_an_applicant_answered_stays_while_they_wait_and_goes_when_the_case_is_closed(
    people: Village,
) -> None:
    ana, _cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here, answers=True)
    await ana.vetting.interviews.vet(request.case)
    await bob.sync()
    await bob.duties.run()
    await ana.sync()
    (room,) = [r for r in ana.session.rooms.joined() if r.vets]
    before = len(ana.session.store.timeline(room.room_id, 100))
    people.watch.forward(days=8)
    assert await A_WEEK.once_a_day(ana.session) > 0
    assert len(ana.session.store.timeline(room.room_id, 100)) == before
    (waiting,) = await ana.vetting.requests()
    assert ana.vetting.answers(waiting) == {"q1": "because", "q2": "last year"}
    await ana.vetting.approve(request.case)
    await bob.sync()
    await bob.duties.run()
    assert bob.asking.all()[0].state == State.JOINED
    await ana.sync()
    people.watch.forward(days=8)
    await A_WEEK.once_a_day(ana.session)
    assert ana.session.store.timeline(room.room_id, 100) == ()


async def test_the_past_from_an_event_that_the_server_has_no_more_is_at_its_end(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    await bo.say(room_id, "here")
    await ana.sync()
    row = ana.session.store.room(room_id)
    ana.session.store.save_room(replace(row, prev_batch=f"{FROM_EVENT}$purged-long-ago"))
    assert not await ana.session.older(room_id)
    assert ana.session.store.room(room_id).prev_batch is None
    assert ana.heard(room_id)[-1] == "here"


async def test_it_stops_when_its_time_is_up_and_goes_on_the_next_time(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    await bo.say(room_id, "old")
    await ana.sync()
    people.watch.forward(days=8)
    assert await A_WEEK.once_a_day(ana.session, seconds=-1) == 0
    assert ana.heard(room_id)[-1] == "old"
    assert await A_WEEK.once_a_day(ana.session, seconds=60) > 0
    assert ana.heard(room_id) == []


async def test_a_client_that_stays_open_does_it_by_itself(people: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, _bo, room_id = await pair(people)
    people.watch.forward(days=8)
    monkeypatch.setattr("nookterm.client.retention._AFTER_THE_START", 0.0)
    changed = asyncio.Event()
    ana.session.changes.listen(lambda _change: changed.set())
    running = asyncio.create_task(A_WEEK.run(ana.session))
    async with asyncio.timeout(20):
        await changed.wait()
    assert ana.session.store.timeline(room_id, 9) == ()
    running.cancel()
