"""Both ways to sync, on a real Synapse: whichever brings the news, the same ends up here, whatever broke in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from nookterm.client.errors import NotFound
from nookterm.client.ports import RoomSpec, SyncStep
from nookterm.domain.events import Event, MemberChange, Membership, StateChange
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.matrix.sliding_sync import grown
from nookterm.matrix.sync_position import Position, read_position
from tests.client.people import TEXT, Person, Village
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import Account

pytestmark = pytest.mark.live
GHOST = UserId("@ghost:river.example")
WAYS = ("sliding", "classic")
NOOK = RoomSpec("kitchen", encrypted=True, join_rule="knock", history="joined")
YARD = RoomSpec("yard", join_rule="public", history="shared")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """One way to sync."""
    return str(request.param)


async def person(people: Village, name: str, way: str = "auto") -> Person:
    """Somebody new who asks for news in this way, also after a restart."""
    people.way = way
    somebody = await people.person(name)
    people.way = "auto"
    return somebody


async def back(people: Village, who: Person, way: str) -> None:
    """A restart, from now on with this way."""
    people.way = way
    who.parts = people.parts
    await who.reopen()
    people.way = "auto"


async def elsewhere(people: Village, who: Person, method: str, path: str, body: object = None) -> Any:
    """Something that somebody does on another device of theirs."""
    token = await asyncio.to_thread(people.server.login, Account(who.id, who.password.reveal()))
    return await asyncio.to_thread(people.server.call, method, f"/_matrix/client/v3{path}", body or {}, token)


async def raise_to(who: Person, room_id: RoomId, whom: Person, level: int) -> None:
    """Somebody gives another person a power level, or takes it away."""
    for event in await who.session.gateway.room_state(room_id):
        if isinstance(event.payload, StateChange) and event.payload.type == "m.room.power_levels":
            users = event.payload.content["users"] | {whom.id: level}
            content = {**event.payload.content, "users": users}
            await who.session.gateway.set_state(room_id, "m.room.power_levels", "", content)


def standing(who: Person, room_id: RoomId) -> Membership:
    """What somebody is in a room, as far as they know."""
    return who.room(room_id).membership if room_id in who.session.rooms else Membership.LEAVE


def place(who: Person) -> Position:
    """Where the sync of somebody goes on."""
    position = read_position(who.session.store.position())
    assert position is not None
    return position


def misplace(who: Person, change: Callable[[Position], Position]) -> None:
    """Let the kept position be another one."""
    with who.session.store.transaction():
        who.session.store.set_position(change(place(who)).text())


def unknown_connection(position: Position) -> Position:
    """As when the server has dropped the connection after a week."""
    return replace(position, pos=f"99999999/{position.pos.partition('/')[2]}")


def from_the_future(position: Position) -> Position:
    """As when an old copy of the server was restored: it has not come so far yet."""
    head, _, rest = position.pos.partition("s")
    late = "999999999_" + rest.partition("_")[2]
    return replace(position, pos=f"{head}s{late}", to_device=position.to_device and "999999999")


def garbage(position: Position) -> Position:
    """Something that the server never gave."""
    return replace(position, pos="never given")


BREAKS = [
    ("sliding", unknown_connection),
    ("sliding", from_the_future),
    ("classic", garbage),
    ("classic", from_the_future),
]


async def test_every_change_of_ones_own_membership_and_power_arrives(people: Village, way: str) -> None:
    ana, bo = await person(people, "ana"), await person(people, "bo", way)
    room_id = await ana.session.gateway.create_room(NOOK)
    gateway = ana.session.gateway

    await bo.session.gateway.knock(room_id, "may I")
    await bo.sync()
    assert standing(bo, room_id) == Membership.KNOCK
    await ana.sync()
    assert [m.user for m in ana.room(room_id).who(Membership.KNOCK)] == [bo.id]
    await gateway.kick(room_id, bo.id, "not yet")
    await bo.sync()
    assert standing(bo, room_id) == Membership.LEAVE
    assert (bo.room(room_id).members[bo.id].sender, bo.room(room_id).members[bo.id].reason) == (ana.id, "not yet")

    await gateway.invite(room_id, bo.id)
    await bo.sync()
    assert standing(bo, room_id) == Membership.INVITE
    await bo.enter(room_id)
    assert standing(bo, room_id) == Membership.JOIN
    assert {m.user for m in bo.room(room_id).who(Membership.JOIN)} == {ana.id, bo.id}

    for level in (50, 0):
        await raise_to(ana, room_id, bo, level)
        await bo.sync()
        assert bo.room(room_id).power.of(bo.id) == level

    await elsewhere(people, bo, "POST", f"/rooms/{quote(room_id)}/leave")
    await bo.sync()
    assert standing(bo, room_id) == Membership.LEAVE
    await gateway.invite(room_id, bo.id)
    await bo.enter(room_id)
    assert standing(bo, room_id) == Membership.JOIN
    await elsewhere(people, ana, "POST", f"/rooms/{quote(room_id)}/ban", {"user_id": bo.id, "reason": "spam"})
    await bo.sync()
    assert standing(bo, room_id) == Membership.BAN
    assert bo.room(room_id).name == "kitchen"
    last = bo.session.store.timeline(room_id, 1)[-1].payload
    assert isinstance(last, MemberChange)
    assert (last.user, last.membership, last.reason) == (bo.id, Membership.BAN, "spam")


@pytest.mark.parametrize(("way", "lose"), BREAKS)
async def test_what_happened_while_the_place_in_the_news_was_lost_is_noticed(
    people: Village, way: str, lose: Callable[[Position], Position]
) -> None:
    ana, bo = await person(people, "ana"), await person(people, "bo", way)
    stays, kicked, left, refused, withdrawn, asked = [
        await ana.session.gateway.create_room(replace(YARD, name=name, join_rule="knock", invite=(bo.id,)))
        for name in ("stays", "kicked", "left", "refused", "withdrawn", "asked")
    ]
    await bo.enter(stays, kicked, left)
    for room_id in (refused, withdrawn):
        await bo.session.gateway.leave(room_id)
        await bo.session.gateway.knock(room_id)
    await raise_to(ana, stays, bo, 50)
    await bo.say(stays, "mine")
    await ana.say(stays, "before")
    await bo.sync()
    assert bo.room(stays).power.of(bo.id) == 50
    assert [standing(bo, room) for room in (stays, refused, asked)] == ["join", "knock", "invite"]

    await bo.account.close()
    await raise_to(ana, stays, bo, 0)
    for number in range(8):
        await ana.post(stays, {"msgtype": "m.text", "body": f"{number}"})
    await ana.session.gateway.kick(kicked, bo.id, "bye")
    await ana.session.gateway.kick(refused, bo.id, "no")
    for room_id in (left, withdrawn, asked):
        await elsewhere(people, bo, "POST", f"/rooms/{quote(room_id)}/leave")
    invited = await ana.session.gateway.create_room(replace(NOOK, invite=(bo.id,)))
    bo._open()
    misplace(bo, lose)
    # Somebody whom a server that was restored from an old copy has never seen coming.
    ghost = Event(EventId("$ghost"), stays, GHOST, bo.parts.clock(), MemberChange(GHOST, Membership.JOIN))
    bo.session.store.save_state([ghost])
    bo.session.outbox.queue(stays, TEXT, {"msgtype": "m.text", "body": "written before"})
    await bo.session.catch_up()

    assert [standing(bo, room) for room in (stays, kicked, left, refused, withdrawn, asked, invited)] == [
        "join", "leave", "leave", "leave", "leave", "leave", "invite",
    ]  # fmt: skip
    assert bo.room(kicked).members[bo.id].reason == "bye"
    assert bo.room(refused).members[bo.id].sender == ana.id
    assert bo.room(left).name == "left"
    assert bo.room(stays).power.of(bo.id) == 0
    assert {m.user for m in bo.room(stays).who(Membership.JOIN)} == {ana.id, bo.id}
    quiet = await bo.session.sync_once()
    assert quiet is not None
    assert (quiet.rooms, quiet.present, place(bo).unsure) == ((), None, False)
    assert bo.heard(stays) == ["mine", "before", *map(str, range(8))]
    await bo.session.outbox.flush(now=True)
    await ana.sync()
    assert ana.heard(stays)[-1] == "written before"


async def test_a_room_that_is_sent_from_the_start_again_is_neither_doubled_nor_loses_its_gap(
    people: Village, way: str
) -> None:
    ana, bo = await person(people, "ana"), await person(people, "bo", way)
    room_id = await ana.session.gateway.create_room(YARD)
    await bo.enter(room_id)
    await ana.say(room_id, "before")
    await bo.sync()
    for number in range(33):
        await ana.post(room_id, {"msgtype": "m.text", "body": f"{number}"})
    await bo.sync()
    (gap,) = bo.session.store.gaps(room_id)
    for _ in range(2):
        misplace(bo, unknown_connection if way == "sliding" else garbage)
        await bo.session.catch_up()
        assert list(bo.session.store.gaps(room_id)) == [gap]
    assert len(set(bo.heard(room_id))) == len(bo.heard(room_id))
    while await bo.session.fill_gaps(room_id):
        pass
    assert bo.heard(room_id) == ["before", *map(str, range(33))]


@pytest.mark.parametrize(("first", "then"), [("sliding", "classic"), ("classic", "sliding")])
async def test_a_switch_of_the_source_loses_no_key_and_takes_none_twice(people: Village, first: str, then: str) -> None:
    ana, bo = await person(people, "ana"), await person(people, "bo", first)
    room_id = await ana.session.gateway.create_room(replace(NOOK, invite=(bo.id,)))
    await bo.enter(room_id)
    await ana.say(room_id, "one")
    # Its key came with this step; the server has not been told yet that it arrived.
    await bo.session.catch_up()
    heard = place(bo).heard
    assert heard
    await back(people, bo, then)
    step = await bo.session.sync_once()
    assert step is not None
    assert (step.dropped, place(bo).kind) == (0, then)
    await bo.session.catch_up()

    # Away once more, and a new key is made meanwhile.
    await bo.account.close()
    cora = await person(people, "cora")
    await ana.session.gateway.invite(room_id, cora.id)
    await cora.enter(room_id)
    await cora.session.gateway.leave(room_id)
    await ana.sync()
    await ana.say(room_id, "two")
    bo._open()
    await back(people, bo, first)
    await bo.session.catch_up()
    assert bo.heard(room_id) == ["one", "two"]
    await bo.say(room_id, "three")
    await ana.sync()
    assert ana.heard(room_id)[-1] == "three"


async def test_messages_to_a_device_arrive_after_the_server_went_back(people: Village) -> None:
    ana, bo = await person(people, "ana"), await person(people, "bo", "sliding")
    room_id = await ana.session.gateway.create_room(replace(NOOK, invite=(bo.id,)))
    await bo.enter(room_id)
    await ana.say(room_id, "a key comes")
    misplace(bo, from_the_future)
    await bo.session.catch_up()
    assert bo.heard(room_id) == ["a key comes"]
    assert int(place(bo).to_device or 0) < 999999999


async def test_many_messages_to_a_device_all_come_before_the_step_is_complete(people: Village, way: str) -> None:
    bo = await person(people, "bo", way)
    token = await asyncio.to_thread(people.server.login, Account(bo.id, bo.password.reveal()))
    devices = {bo.id: {bo.session.gateway.device_id: {"n": 1}}}
    for number in range(130):
        where = f"/_matrix/client/v3/sendToDevice/org.nookterm.test/{number}"
        await asyncio.to_thread(people.server.call, "PUT", where, {"messages": devices}, token)
    step = await bo.session.sync_once()
    assert step is not None
    assert not step.complete
    await bo.session.catch_up()
    raw = await bo.session.gateway.fetch_sync(bo.session.store.position(), 0.0)
    assert raw["to_device"]["events"] == []


async def test_receipts_and_typing_arrive_and_a_threads_receipt_is_not_the_rooms(people: Village, way: str) -> None:
    ana, bo = await person(people, "ana"), await person(people, "bo", way)
    room_id = await ana.session.gateway.create_room(YARD)
    await bo.enter(room_id)
    one = await ana.say(room_id, "one")
    thread = {"m.relates_to": {"rel_type": "m.thread", "event_id": one}}
    two = await ana.say(room_id, "two", **thread)
    await bo.sync()
    assert bo.session.store.room(room_id).unread == 2
    where = f"/rooms/{quote(room_id)}/receipt/m.read.private/"
    await elsewhere(people, bo, "POST", where + quote(two), {"thread_id": one})
    await bo.sync()
    assert bo.session.store.room(room_id).read_up_to is None
    await elsewhere(people, bo, "POST", where + quote(one))
    await elsewhere(people, ana, "PUT", f"/rooms/{quote(room_id)}/typing/{quote(ana.id)}", {"typing": True})
    step = await bo.session.sync_once()
    assert step is not None
    assert [room.typing for room in step.rooms] == [(ana.id,)]
    # What was said in the thread has been read there.
    assert (bo.session.store.room(room_id).read_up_to, bo.session.store.room(room_id).unread) == (one, 0)


async def test_one_time_keys_are_filled_up_and_new_devices_are_noticed(people: Village, way: str) -> None:
    ana, bo = await person(people, "ana"), await person(people, "bo", way)
    room_id = await ana.session.gateway.create_room(replace(NOOK, invite=(bo.id,)))
    await bo.enter(room_id)
    await ana.sync()
    await bo.say(room_id, "hello")
    await bo.sync()

    def left() -> int:
        counts = people.server.call("POST", "/_matrix/client/v3/keys/upload", {}, bo.token)["one_time_key_counts"]
        return int(counts.get("signed_curve25519", 0))

    full = left()
    claim = {"one_time_keys": {bo.id: {bo.session.gateway.device_id: "signed_curve25519"}}}
    ana_token = await asyncio.to_thread(people.server.login, Account(ana.id, ana.password.reveal()))
    for _ in range(full // 2 + 5):
        await asyncio.to_thread(people.server.call, "POST", "/_matrix/client/v3/keys/claim", claim, ana_token)
    assert left() < full // 2
    await bo.sync()
    assert left() == full

    # A step that says nothing of devices makes nobody be asked for anew; a new device of Ana's does.
    step = await bo.session.sync_once()
    assert step is not None
    people.way = "auto"
    second = Person(people.parts, *await again(people, ana))
    people.people.append(second)
    await second.session.catch_up()
    await second.recovers(await ana.identity_keys())
    await bo.session.catch_up()
    await bo.say(room_id, "to both")
    await second.session.catch_up()
    assert second.heard(room_id)[-1] == "to both"


async def again(people: Village, who: Person) -> tuple[str, Any]:
    """A second device of somebody: its profile and password."""
    from nookterm.client.account import keep
    from nookterm.client.ports import Homeserver

    at = Homeserver(people.server.base_url, ())
    credentials = await people.parts.doorway.login(at, who.id, who.password, "a second one")
    name = f"{who.name}-second"
    keep(people.parts, people.vault, credentials, name)
    return name, who.password


async def test_the_window_grows_in_steps_survives_a_restart_and_sends_nothing_twice(
    people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = 6
    monkeypatch.setattr("nookterm.matrix.sliding_sync.FIRST", few)
    ana = await person(people, "ana")
    token = await asyncio.to_thread(people.server.login, Account(ana.id, ana.password.reveal()))
    rooms = set()
    for number in range(32):
        spec = {"name": f"room {number}", "preset": "private_chat"}
        made = await asyncio.to_thread(people.server.call, "POST", "/_matrix/client/v3/createRoom", spec, token)
        rooms.add(RoomId(made["room_id"]))
    profile, password = await again(people, ana)
    bo = Person(people.parts, profile, password)
    people.people.append(bo)

    first = await bo.session.sync_once()
    assert first is not None
    assert (len(first.rooms), first.complete, place(bo).window) == (few, False, few)
    assert len(bo.session.rooms) == few
    await bo.sync()
    assert (len(bo.session.rooms), place(bo).window) == (grown(few), grown(few))
    await bo.reopen()
    steps: list[SyncStep] = []
    while not bo.session.complete:
        step = await bo.session.sync_once()
        assert step is not None
        steps.append(step)
    assert [len(step.rooms) for step in steps] == [len(rooms) - grown(few)]
    assert set(bo.session.rooms) == rooms
    assert all(room.power.may_decide(ana.id) for room in bo.session.rooms.values())
    quiet = await bo.session.sync_once()
    assert quiet is not None
    assert (quiet.rooms, quiet.complete) == ((), True)


async def test_a_server_without_sliding_sync_is_asked_in_the_classic_way(people: Village, proxy: FaultyProxy) -> None:
    ana = await person(people, "ana")
    room_id = await ana.session.gateway.create_room(YARD)
    bo = await people.person("bo", url=proxy.url)
    assert place(bo).kind == "sliding"
    await bo.enter(room_id)
    with proxy.rule("simplified_msc3575", "unrecognized"):
        await ana.say(room_id, "hello")
        await bo.session.catch_up()
        assert (place(bo).kind, bo.heard(room_id)) == ("classic", ["hello"])
        await bo.sync()
        await back(people, bo, "sliding")
        with pytest.raises(NotFound, match="no sliding sync"):
            await bo.sync()
        await back(people, bo, "auto")
    await ana.say(room_id, "again")
    await bo.session.catch_up()
    assert (place(bo).kind, bo.heard(room_id)) == ("sliding", ["hello", "again"])


async def test_who_is_sent_the_key_is_asked_anew_after_a_break(people: Village) -> None:
    ana, bo, cora = await person(people, "ana"), await person(people, "bo"), await person(people, "cora")
    room_id = await ana.session.gateway.create_room(replace(NOOK, invite=(bo.id, cora.id)))
    for who in (bo, cora):
        await who.enter(room_id)
    await ana.sync()
    await ana.say(room_id, "with cora")
    await cora.session.gateway.leave(room_id)
    misplace(ana, unknown_connection)
    await ana.session.catch_up()
    await ana.say(room_id, "without cora")
    session = ana.session.gateway
    assert {m.user for m in await session.members(room_id, Membership.JOIN)} == {ana.id, bo.id}
    raw = await cora.session.gateway.fetch_sync(cora.session.store.position(), 0.0)
    cora.session.gateway.digest_sync(raw)
    assert len(raw["to_device"]["events"]) == 1
    own = [e.payload for e in ana.session.store.state(room_id) if isinstance(e.payload, MemberChange)]
    assert (cora.id, Membership.LEAVE) in {(change.user, change.membership) for change in own}
