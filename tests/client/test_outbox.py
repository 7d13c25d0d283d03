"""What is written is safe from the moment it is queued, and reaches the server once and in order."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest

from nookterm.client.changes import Change, Changes, Happened, OutboxChanged
from nookterm.client.errors import CannotWrite, NotAllowed, Offline
from nookterm.client.outbox import REDACTION, Outbox
from nookterm.client.ports import RoomSpec
from nookterm.domain.events import Message, Redaction
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.store.opening import open_store
from tests.client.people import TEXT, Person, Village
from tests.faults.proxy import FaultyProxy

SEND = "/send/"


def words(body: str) -> dict[str, object]:
    return {"msgtype": "m.text", "body": body}


async def writer(people: Village, proxy: FaultyProxy, *, encrypted: bool = False) -> tuple[Person, RoomId]:
    """Somebody behind the proxy, in a room of their own."""
    ana = await people.person("ana", url=proxy.url)
    room_id = await ana.session.gateway.create_room(RoomSpec("notes", encrypted=encrypted))
    await ana.sync()
    return ana, room_id


async def said_on_the_server(ana: Person, room_id: RoomId) -> list[str]:
    """Oldest first, as the server has it."""
    page = await ana.session.gateway.messages(room_id, None, 100)
    return [e.payload.body for e in reversed(page.events) if isinstance(e.payload, Message)]


async def test_a_message_is_committed_before_its_first_byte_leaves(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    before = len(proxy.lines)
    row = ana.session.outbox.queue(room_id, TEXT, words("safe"))
    assert len(proxy.lines) == before
    await ana.reopen()
    kept = ana.session.outbox.row(row.txn_id)
    assert kept is not None
    assert kept.what.content == words("safe")
    await ana.session.outbox.flush()
    assert await said_on_the_server(ana, room_id) == ["safe"]


@pytest.mark.parametrize("encrypted", [False, True])
async def test_a_lost_answer_never_makes_a_second_event(people: Village, proxy: FaultyProxy, encrypted: bool) -> None:  # noqa: FBT001
    ana, room_id = await writer(people, proxy, encrypted=encrypted)
    with proxy.rule(SEND, "drop_after"):
        row = ana.session.outbox.queue(room_id, TEXT, words("once"))
        await ana.session.outbox.flush()
        with pytest.raises(Offline) as caught:
            ana.session.outbox.outcome(row.txn_id)
    assert caught.value.code == "queued"
    await ana.reopen()
    await ana.session.outbox.flush(now=True)
    assert await said_on_the_server(ana, room_id) == ["once"]
    await ana.sync()
    assert ana.session.store.outgoing() == ()
    assert ana.heard(room_id) == ["once"]


async def test_an_echo_ends_a_row_whose_answer_was_lost(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    with proxy.rule(SEND, "half"):
        ana.session.outbox.queue(room_id, TEXT, words("once"))
        await ana.session.outbox.flush()
    assert [row.state for row in ana.session.store.outgoing()] == ["queued"]
    await ana.sync()
    assert ana.session.store.outgoing() == ()
    assert ana.session.outbox.next_try() is None


async def test_each_room_keeps_its_order_and_holds_up_no_other(people: Village, proxy: FaultyProxy) -> None:
    ana, first = await writer(people, proxy)
    second = await ana.session.gateway.create_room(RoomSpec("other"))
    with proxy.rule(first.replace("!", "%21"), "drop_before"):
        for number in range(3):
            ana.session.outbox.queue(first, TEXT, words(f"first {number}"))
            ana.session.outbox.queue(second, TEXT, words(f"second {number}"))
        await ana.session.outbox.flush()
    assert await said_on_the_server(ana, first) == []
    assert await said_on_the_server(ana, second) == ["second 0", "second 1", "second 2"]
    await ana.session.outbox.send(first, TEXT, words("first 3"))
    assert await said_on_the_server(ana, first) == ["first 0", "first 1", "first 2", "first 3"]


async def test_sending_waits_behind_what_waits_already(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    with proxy.rule(SEND, "500") as rule:
        ana.session.outbox.queue(room_id, TEXT, words("one"))
        with pytest.raises(Offline) as caught:
            await ana.session.outbox.send(room_id, TEXT, words("two"))
    assert caught.value.code == "queued"
    assert rule.hits == 1
    await ana.session.outbox.flush(now=True)
    assert await said_on_the_server(ana, room_id) == ["one", "two"]


@pytest.mark.parametrize(("fault", "least"), [("500", 0.8), ("502html", 0.8), ("429", 5.6), ("drop_before", 0.8)])
async def test_what_may_pass_is_tried_again_after_a_wait(
    people: Village, proxy: FaultyProxy, fault: str, least: float
) -> None:
    ana, room_id = await writer(people, proxy)
    outbox = ana.session.outbox
    with proxy.rule(SEND, fault):
        row = outbox.queue(room_id, TEXT, words("patience"))
        await outbox.flush()
        held = outbox.row(row.txn_id)
        assert held is not None
        assert (held.state, held.attempts) == ("queued", 1)
        assert held.problem
        wait = outbox.next_try()
        assert wait is not None
        assert least - 0.5 <= wait <= 8.5
        asked = len(proxy.lines)
        await outbox.flush()
        assert len(proxy.lines) == asked, "it was not due"
    people.watch.forward(seconds=10)
    assert outbox.next_try() == 0.0
    await outbox.flush()
    assert await said_on_the_server(ana, room_id) == ["patience"]


async def test_waits_grow_to_a_minute_and_no_longer(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    outbox = ana.session.outbox
    waits = []
    with proxy.rule(SEND, "500"):
        outbox.queue(room_id, TEXT, words("patience"))
        for _ in range(9):
            await outbox.flush(now=True)
            waits.append(outbox.next_try() or 0.0)
    assert waits[3] > waits[0] * 3
    assert waits[-1] <= 60


async def test_what_is_forbidden_fails_and_says_so(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    bo = await people.person("bo")
    told: list[Change] = []
    bo.session.changes.listen(told.append)
    with pytest.raises(NotAllowed) as caught:
        await bo.session.outbox.send(room_id, TEXT, words("let me in"))
    assert "does not allow" in str(caught.value)
    row = bo.session.store.outgoing()[0]
    assert row.state == "failed"
    assert row.problem
    assert told[-1] == OutboxChanged(frozenset({room_id}))
    assert bo.session.outbox.next_try() is None
    await ana.session.gateway.invite(room_id, bo.id)
    await bo.enter(room_id)
    bo.session.outbox.retry_failed()
    await bo.session.outbox.flush()
    assert await said_on_the_server(bo, room_id) == ["let me in"]


async def test_a_failed_message_does_not_stop_the_next_one(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    with proxy.rule(SEND, "403", times=1):
        ana.session.outbox.queue(room_id, TEXT, words("no"))
        await ana.session.outbox.flush()
    await ana.session.outbox.send(room_id, TEXT, words("yes"))
    assert await said_on_the_server(ana, room_id) == ["yes"]


async def test_giving_up_throws_an_unsent_message_away(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    outbox = ana.session.outbox
    row = outbox.queue(room_id, TEXT, words("never"))
    outbox.give_up(row.txn_id)
    outbox.give_up(TxnId("nobody knows this one"))
    await outbox.flush()
    assert await said_on_the_server(ana, room_id) == []
    with pytest.raises(Offline):
        outbox.outcome(row.txn_id)


async def test_what_is_sent_cannot_be_given_up(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    row = ana.session.outbox.queue(room_id, TEXT, words("out"))
    await ana.session.outbox.flush()
    ana.session.outbox.give_up(row.txn_id)
    kept = ana.session.outbox.row(row.txn_id)
    assert kept is not None
    assert kept.state == "sent"
    ana.session.outbox.retry_failed()
    await ana.session.outbox.flush(now=True)
    assert await said_on_the_server(ana, room_id) == ["out"]


async def test_a_message_given_up_while_it_is_on_its_way_does_not_come_back(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, room_id = await writer(people, proxy)
    outbox = ana.session.outbox
    row = outbox.queue(room_id, TEXT, words("never"))
    # What the HTTP library tries once more by itself, after a connection broke, is lost as well.
    with proxy.rule(SEND, "pause", times=1) as rule, proxy.rule(SEND, "drop_before"):
        flushing = asyncio.create_task(outbox.flush())
        await rule.has_hit()
        outbox.give_up(row.txn_id)
        await proxy.drop_connections()
        await flushing
    assert outbox.row(row.txn_id) is None
    await outbox.flush(now=True)
    assert await said_on_the_server(ana, room_id) == []


async def test_a_message_given_up_too_late_says_so_and_is_seen(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    outbox = ana.session.outbox
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    row = outbox.queue(room_id, TEXT, words("out"))
    with proxy.rule(SEND, "pause") as rule:
        flushing = asyncio.create_task(outbox.flush())
        await rule.has_hit()
        outbox.give_up(row.txn_id)
        rule.released.set()
        await flushing
    assert [change.room for change in told if isinstance(change, Happened)] == [room_id]
    assert [kept.state for kept in ana.session.store.outgoing()] == ["sent"]
    await ana.sync()
    assert ana.session.store.outgoing() == ()
    assert ana.heard(room_id) == ["out"]


async def test_a_room_that_hangs_holds_up_no_other(people: Village, proxy: FaultyProxy) -> None:
    ana, first = await writer(people, proxy)
    second = await ana.session.gateway.create_room(RoomSpec("other"))
    with proxy.rule(first.replace("!", "%21"), "pause") as rule:
        ana.session.outbox.queue(first, TEXT, words("slow"))
        ana.session.outbox.queue(second, TEXT, words("quick"))
        flushing = asyncio.create_task(ana.session.outbox.flush())
        await rule.has_hit()
        await ana.session.outbox.send(second, TEXT, words("quicker"))
        assert await said_on_the_server(ana, second) == ["quick", "quicker"]
        rule.released.set()
        await flushing
    assert await said_on_the_server(ana, first) == ["slow"]


async def test_two_sends_at_once_into_one_room_arrive_in_the_order_they_were_made(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, room_id = await writer(people, proxy, encrypted=True)
    outbox = ana.session.outbox
    texts = [str(number) for number in range(8)]
    await asyncio.gather(*(outbox.send(room_id, TEXT, words(text)) for text in texts), outbox.flush(), ana.sync())
    assert await said_on_the_server(ana, room_id) == texts


async def test_many_rooms_with_the_same_people_are_encrypted_for_side_by_side(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    rooms = [await bo.session.gateway.create_room(RoomSpec(n, encrypted=True, invite=(ana.id,))) for n in "abcdef"]
    await ana.enter(*rooms)
    await bo.sync()
    for room_id in rooms:
        ana.session.outbox.queue(room_id, TEXT, words("hello"))
    await ana.session.outbox.flush()
    await bo.sync()
    assert [bo.heard(room_id) for room_id in rooms] == [["hello"]] * 6


async def test_somebody_who_stops_waiting_leaves_the_message_where_it_is(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy, encrypted=True)
    outbox = ana.session.outbox
    with proxy.rule(SEND, "pause") as rule:
        sending = asyncio.create_task(outbox.send(room_id, TEXT, words("once")))
        await rule.has_hit()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        rule.released.set()
    assert [row.state for row in ana.session.store.outgoing()] == ["queued"]
    await outbox.flush()
    await outbox.send(room_id, TEXT, words("and more"))
    assert await said_on_the_server(ana, room_id) == ["once", "and more"]


async def test_what_another_process_queues_goes_out_once(people: Village, proxy: FaultyProxy) -> None:
    """A command beside the client writes a row; the client, which has the account, sends it."""
    ana, room_id = await writer(people, proxy)
    profile = people.parts.profiles.load(ana.name)
    key = people.vault.load(profile.key_name)
    assert key is not None
    beside = open_store(people.parts.profiles.database(ana.name), key, create=False)
    other = Outbox(beside, ana.session.gateway, Changes(), people.watch)
    ana.session.outbox.queue(room_id, TEXT, words("mine"))
    other.queue(room_id, TEXT, words("of the command"))
    await asyncio.gather(ana.session.outbox.flush(), ana.session.outbox.flush())
    assert await said_on_the_server(ana, room_id) == ["mine", "of the command"]
    assert {row.state for row in beside.outgoing()} == {"sent"}
    beside.close()


async def test_what_was_sent_and_lies_in_a_gap_is_not_shown_as_new_for_ever(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, room_id = await writer(people, proxy)
    bo = await people.person("bo")
    await ana.session.gateway.invite(room_id, bo.id)
    await bo.enter(room_id)
    await ana.sync()
    await ana.session.outbox.send(room_id, TEXT, words("mine"))
    await ana.reopen()
    for number in range(40):
        await bo.post(room_id, words(f"bo {number}"))
    await ana.sync()
    assert ana.session.store.outgoing() == (), "it would stand behind what was said since"
    while await ana.session.fill_gaps(room_id):
        pass
    assert ana.heard(room_id)[-41] == "mine"


async def test_a_clock_that_is_put_back_holds_nothing_up(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    with proxy.rule(SEND, "500"):
        ana.session.outbox.queue(room_id, TEXT, words("patience"))
        await ana.session.outbox.flush()
    people.watch.forward(days=-3650)
    await ana.reopen()
    assert ana.session.outbox.next_try() == 0.0
    await ana.session.outbox.flush()
    assert await said_on_the_server(ana, room_id) == ["patience"]


@pytest.mark.parametrize("encrypted", [False, True])
async def test_what_may_be_there_already_is_looked_for_before_it_is_sent_again(
    people: Village,
    proxy: FaultyProxy,
    encrypted: bool,  # noqa: FBT001
) -> None:
    """Servers forget transactions; Synapse does after a day."""
    ana, room_id = await writer(people, proxy, encrypted=encrypted)
    with proxy.rule(SEND, "drop_after"):
        for text in ("one", "two"):
            ana.session.outbox.queue(room_id, TEXT, words(text))
        await ana.session.outbox.flush()
    await ana.reopen()
    people.watch.forward(hours=30)
    before = len(proxy.lines)
    await ana.session.outbox.flush()
    assert sum(SEND in line for line in proxy.lines[before:]) == 1, "the second one had never left"
    assert sum("/messages" in line for line in proxy.lines[before:]) <= 2, "one look for the whole line"
    assert await said_on_the_server(ana, room_id) == ["one", "two"]
    await ana.sync()
    assert ana.session.store.outgoing() == ()


async def test_a_reaction_that_is_there_already_is_no_failure(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    event_id = await ana.say(room_id, "hello")
    relation = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": "+1"}}
    await ana.session.outbox.send(room_id, "m.reaction", relation)
    ana.session.outbox.queue(room_id, "m.reaction", relation)
    await ana.session.outbox.flush()
    await ana.sync()
    assert ana.session.store.outgoing() == ()


async def test_a_full_disk_takes_nothing_half(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    kept = ana.session.outbox.queue(room_id, TEXT, words("before"))
    told: list[Change] = []
    ana.session.changes.listen(told.append)
    connection = ana.session.store.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    filling = (ana.session.outbox.queue(room_id, TEXT, words("x" * 20_000)) for _ in range(50))
    with pytest.raises(CannotWrite) as caught:
        list(filling)
    assert "no space" in caught.value.message
    rows = len(ana.session.store.outgoing())
    assert len(told) == rows - 1, "nobody was told of what was not kept"
    connection.execute("PRAGMA max_page_count = 1000000")
    await ana.reopen()
    assert len(ana.session.store.outgoing()) == rows
    assert ana.session.outbox.row(kept.txn_id) is not None


async def test_a_full_disk_in_the_middle_of_a_send_lets_it_wait(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy, encrypted=True)
    outbox = ana.session.outbox
    outbox.queue(room_id, TEXT, words("patience"))
    connection = ana.session.store.connection
    connection.execute("PRAGMA query_only = ON")
    with contextlib.suppress(CannotWrite):
        await outbox.flush()
    connection.execute("PRAGMA query_only = OFF")
    assert [row.state for row in ana.session.store.outgoing()] == ["queued"]
    await outbox.flush(now=True)
    assert await said_on_the_server(ana, room_id) == ["patience"]


async def test_a_redaction_goes_out_like_a_message(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    event_id = await ana.say(room_id, "oops")
    ana.session.outbox.queue(room_id, REDACTION, {"redacts": event_id, "reason": "a slip"})
    with proxy.rule("/redact/", "drop_after"):
        await ana.session.outbox.flush()
    await ana.session.outbox.flush(now=True)
    assert ana.session.store.outgoing() == ()
    await ana.sync()
    assert ana.heard(room_id) == [""]
    redactions = [e.payload for e in ana.session.store.timeline(room_id, 50) if isinstance(e.payload, Redaction)]
    assert redactions == [Redaction(EventId(event_id), "a slip")]


async def test_a_wait_is_as_long_as_said_by_the_server(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy)
    with proxy.rule(SEND, "429"):
        row = ana.session.outbox.queue(room_id, TEXT, words("patience"))
        await ana.session.outbox.flush()
    kept = ana.session.outbox.row(row.txn_id)
    assert kept is not None
    assert kept.retry_at is not None
    assert kept.retry_at - row.queued_at >= timedelta(seconds=5)


async def test_what_the_server_finds_too_long_fails_and_stays_here(people: Village, proxy: FaultyProxy) -> None:
    ana, room_id = await writer(people, proxy, encrypted=True)
    with pytest.raises(NotAllowed):
        await ana.session.outbox.send(room_id, TEXT, words("x" * 70_000))
    assert [row.state for row in ana.session.store.outgoing()] == ["failed"]
    assert await said_on_the_server(ana, room_id) == []
