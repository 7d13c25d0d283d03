"""The Gateway's everyday promises, each on a real Synapse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from nookterm.client.errors import NotAllowed, NotFound, Offline, Problem, SignedOut, WrongPassword, WrongUsage
from nookterm.client.ports import Credentials, Homeserver, NewAccount, RoomSpec, RoomUpdate, Secret, SendContent
from nookterm.domain.events import (
    MemberChange,
    Membership,
    Message,
    Reaction,
    Redaction,
    StateChange,
    Trust,
    Unreadable,
)
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.matrix.doorway import NioDoorway
from nookterm.matrix.http import path
from nookterm.matrix.stamp import Stamp
from tests.live_homeserver import LiveServer
from tests.matrix.people import Crowd, Person

pytestmark = pytest.mark.live
NOOK = RoomSpec("A nook", topic="Among us", encrypted=True, join_rule="knock", history="invited")


@pytest.fixture
async def crowd(homeserver: LiveServer, tmp_path: Path) -> AsyncIterator[Crowd]:
    people = Crowd(homeserver, tmp_path)
    yield people
    await people.go_home()


async def _next_rooms(person: Person) -> tuple[RoomUpdate, ...]:
    """The rooms of the next sync step that has any."""
    known = len(person.steps)
    await person.sync_until(lambda: any(step.rooms for step in person.steps[known:]))
    return person.steps[-1].rooms


async def _nook_of_two(crowd: Crowd) -> tuple[Person, Person, RoomId]:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)
    await ana.gateway.invite(room_id, bo.user_id)
    await bo.gateway.join(room_id)
    await bo.sync()
    await ana.sync()
    return ana, bo, room_id


def _as_the_server_sees_it(crowd: Crowd, who: Person, room_id: RoomId) -> str:
    path = f"/_matrix/client/v3/rooms/{room_id}/messages?dir=b&limit=100&user_id={who.user_id}"
    return json.dumps(crowd.server.call("GET", path, token=crowd.server.as_token))


async def test_two_people_talk_and_the_server_holds_no_word_of_it(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)

    asked = await ana.say(room_id, "where does the heron nest")
    heard = await bo.reads(asked)
    answer = await bo.say(room_id, "behind the old mill")
    await ana.reads(answer)

    assert ana.body(answer) == "behind the old mill"
    assert heard.encrypted
    assert heard.trust is Trust.SIGNED
    held = _as_the_server_sees_it(crowd, ana, room_id)
    assert asked in held
    assert "heron" not in held
    assert "old mill" not in held


async def test_our_own_message_comes_back_as_our_own_with_our_name_for_it(crowd: Crowd) -> None:
    ana, _, room_id = await _nook_of_two(crowd)

    event_id = await ana.gateway.send(
        room_id, SendContent("m.room.message", {"msgtype": "m.text", "body": "x"}), TxnId("mine")
    )

    echo = await ana.reads(event_id)
    assert (echo.trust, echo.txn_id) == (Trust.OWN, TxnId("mine"))


async def test_the_same_send_twice_makes_one_event(crowd: Crowd) -> None:
    ana, _, room_id = await _nook_of_two(crowd)
    what = SendContent("m.room.message", {"msgtype": "m.text", "body": "once"})

    first = await ana.gateway.send(room_id, what, TxnId("again"))

    assert await ana.gateway.send(room_id, what, TxnId("again")) == first


async def test_after_a_restart_old_words_are_read_and_new_ones_sent(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    early = await ana.say(room_id, "before")
    await bo.reads(early)

    await bo.restart()
    await ana.restart()

    again = await bo.gateway.event(room_id, early)
    assert isinstance(again.payload, Message)
    assert (again.payload.body, again.trust) == ("before", Trust.SIGNED)
    later = await bo.say(room_id, "after")
    await ana.reads(later)
    assert ana.body(later) == "after"


async def test_a_restart_needs_no_new_room_key_and_shares_it_with_nobody_twice(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = [await ana.say(room_id, "one"), await ana.say(room_id, "two")]
    for event_id in said:
        await bo.reads(event_id)

    await ana.restart()
    third = await ana.say(room_id, "three")

    raw = await bo.gateway.fetch_sync(bo.since, 0)
    assert not raw.get("to_device", {}).get("events")
    await bo.reads(third)
    assert bo.body(third) == "three"


async def test_nothing_goes_in_clear_into_an_encrypted_room_that_was_made_this_moment(crowd: Crowd) -> None:
    ana = await crowd.person("ana")
    room_id = await ana.gateway.create_room(NOOK)
    await ana.say(room_id, "first word of all")
    # Another device of hers has never heard of the room.
    other = await crowd.person("bo")
    await ana.gateway.invite(room_id, other.user_id)
    await other.gateway.join(room_id)

    await other.say(room_id, "second word of all")

    assert "word of all" not in _as_the_server_sees_it(crowd, ana, room_id)


async def test_a_knock_arrives_with_its_reason_and_who_is_let_in_reads_what_is_said_after(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)
    before = await ana.say(room_id, "before bo was here")

    await bo.gateway.knock(room_id, "I keep bees too")

    def knocks() -> list[MemberChange]:
        changes = (event.payload for step in ana.steps for room in step.rooms for event in room.state)
        return [c for c in changes if isinstance(c, MemberChange) and c.membership is Membership.KNOCK]

    await ana.sync_until(knocks)
    assert [(knock.user, knock.reason) for knock in knocks()] == [(bo.user_id, "I keep bees too")]
    (waiting,) = await ana.gateway.members(room_id, Membership.KNOCK)
    assert waiting.reason == "I keep bees too"

    await ana.gateway.invite(room_id, bo.user_id)
    while_invited = await ana.say(room_id, "bo is invited")
    await bo.gateway.join(room_id)
    after = await ana.say(room_id, "bo is here")
    await bo.reads(after)

    assert bo.body(while_invited) == "bo is invited"
    assert before not in bo.seen


async def test_a_knock_that_is_turned_down_comes_back_as_a_leave_with_the_reason(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)
    await bo.gateway.knock(room_id, "may I")
    await bo.sync()
    assert [room.membership for step in bo.steps for room in step.rooms] == [Membership.KNOCK]

    await ana.gateway.kick(room_id, bo.user_id, "not this time")

    left = [room for room in await _next_rooms(bo) if room.membership is Membership.LEAVE]
    standing = [
        e.payload for e in left[0].state if isinstance(e.payload, MemberChange) and e.payload.user == bo.user_id
    ]
    assert [(bo_is.membership, bo_is.reason) for bo_is in standing] == [(Membership.LEAVE, "not this time")]


async def test_where_only_joined_people_may_read_the_invited_get_no_key(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(replace(NOOK, history="joined"))
    await ana.gateway.invite(room_id, bo.user_id)

    await ana.say(room_id, "among ourselves")
    assert not (await bo.gateway.fetch_sync(bo.since, 0)).get("to_device", {}).get("events")

    await bo.gateway.join(room_id)
    await ana.sync()
    await bo.reads(await ana.say(room_id, "now with bo"))


async def test_who_asks_gets_no_key_before_being_invited(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)
    await bo.gateway.knock(room_id)
    await ana.sync()

    await ana.say(room_id, "among ourselves")

    assert not (await bo.gateway.fetch_sync(bo.since, 0)).get("to_device", {}).get("events")


async def test_who_left_cannot_read_what_is_said_next(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    await bo.reads(await ana.say(room_id, "with bo"))

    await bo.gateway.leave(room_id)
    await ana.sync_until(lambda: any(_left(event.payload, bo) for event in ana.seen.values()))
    secret = await ana.say(room_id, "without bo")

    # A server on bo's side hands him the event all the same.
    path = f"/_matrix/client/v3/rooms/{room_id}/event/{secret}?user_id={ana.user_id}"
    raw = crowd.server.call("GET", path, token=crowd.server.as_token)
    news = dict(await bo.gateway.fetch_sync(bo.since, 0))
    step = bo.gateway.digest_sync(news | {"rooms": {"join": {room_id: {"timeline": {"events": [raw]}}}}})
    assert isinstance(step.rooms[0].timeline[0].payload, Unreadable)


def _left(payload: object, who: Person) -> bool:
    return isinstance(payload, MemberChange) and (payload.user, payload.membership) == (who.user_id, Membership.LEAVE)


async def test_a_new_device_of_a_member_reads_what_is_said_from_then_on(crowd: Crowd) -> None:
    account = crowd.server.register("bo")
    ana, first = await crowd.person("ana"), await crowd.person("bo", account=account)
    room_id = await ana.gateway.create_room(NOOK)
    await ana.gateway.invite(room_id, first.user_id)
    await first.gateway.join(room_id)
    await first.reads(await ana.say(room_id, "to one device"))

    second = await crowd.device(account)
    await first.signs(second)
    await ana.sync()
    event_id = await ana.say(room_id, "to both")

    await second.reads(event_id)
    await first.reads(event_id)


async def test_a_device_made_between_invite_and_joining_reads_from_then_on(crowd: Crowd) -> None:
    account = crowd.server.register("bo")
    ana, first = await crowd.person("ana"), await crowd.person("bo", account=account)
    room_id = await ana.gateway.create_room(NOOK)
    await ana.gateway.invite(room_id, first.user_id)
    while_invited = await ana.say(room_id, "bo is invited")

    # Nobody is told of new devices of somebody who has not joined.
    second = await crowd.device(account)
    await first.signs(second)
    await first.gateway.join(room_id)
    await ana.sync()
    said = await ana.say(room_id, "bo is here")

    for device in (first, second):
        await device.reads(said)
    await first.reads(while_invited)


async def test_a_shared_file_is_sent_encrypted_and_fetched_whole(crowd: Crowd, tmp_path: Path) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    heron, folder = tmp_path / "the heron.png", tmp_path / "fetched"
    heron.write_bytes(bytes(range(256)) * 1000)
    folder.mkdir()

    shared = await ana.gateway.upload(heron, encrypted=True)
    await bo.reads(await ana.say(room_id, "look", **{"org.nookterm.test": shared.content()}))
    fetched = await bo.gateway.download(replace(shared, name="../the heron.png"), folder)

    assert fetched == folder / "the heron.png"
    assert fetched.read_bytes() == heron.read_bytes()
    bare = await bo.gateway.download(replace(shared, name="sealed", secret=None), folder)
    assert bare.read_bytes()[:64] != heron.read_bytes()[:64]
    with pytest.raises(NotFound):
        await bo.gateway.download(replace(shared, media_id="nothing"), folder)
    assert {file.name for file in folder.iterdir()} == {"the heron.png", "sealed"}


async def test_a_file_in_a_room_without_encryption_keeps_its_kind(crowd: Crowd, tmp_path: Path) -> None:
    ana = await crowd.person("ana")
    note = tmp_path / "note.txt"
    note.write_text("clear")

    shared = await ana.gateway.upload(note, encrypted=False)

    assert (shared.mimetype, shared.size, shared.secret) == ("text/plain", 5, None)
    assert (await ana.gateway.download(shared, tmp_path)).name == "note-2.txt"
    with pytest.raises(Problem) as met:
        await ana.gateway.download(shared, tmp_path, most=4)
    assert met.value.code == "too_large"


async def test_reactions_and_redactions_are_understood_by_the_server(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = await ana.say(room_id, "hm")
    relation = {"rel_type": "m.annotation", "event_id": said, "key": "🌿"}

    liked = await bo.gateway.send(room_id, SendContent("m.reaction", {"m.relates_to": relation}), TxnId("like"))
    taken = await ana.gateway.redact(room_id, said, TxnId("oops"), "a slip")

    await ana.sync_until(lambda: taken in ana.seen)
    assert ana.seen[liked].payload == Reaction(said, "🌿")
    assert ana.seen[taken].payload == Redaction(said, "a slip")
    empty = await bo.gateway.event(room_id, said)
    assert isinstance(empty.payload, Message)
    assert empty.payload.body == ""


async def test_a_reply_keeps_its_relation_and_our_blocks_stay_inside(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    said = await ana.say(room_id, "question")
    relation = {"m.in_reply_to": {"event_id": said}}

    answer = await bo.say(
        room_id, "reply", **{"m.relates_to": relation, "org.nookterm.answers": {"v": 1, "word": "kingfisher"}}
    )

    payload = (await ana.reads(answer)).payload
    assert isinstance(payload, Message)
    assert payload.reply_to == said
    assert payload.blocks["org.nookterm.answers"]["word"] == "kingfisher"
    held = _as_the_server_sees_it(crowd, ana, room_id)
    assert said in held
    assert "kingfisher" not in held


async def test_the_past_is_read_page_by_page_newest_first(crowd: Crowd) -> None:
    ana, _, room_id = await _nook_of_two(crowd)
    sent = [await ana.say(room_id, f"word {number}") for number in range(5)]

    first = await ana.gateway.messages(room_id, None, 3)
    second = await ana.gateway.messages(room_id, first.end, 2)

    assert [event.event_id for event in (*first.events, *second.events)] == sent[::-1]
    assert isinstance(second.events[-1].payload, Message)


async def test_a_space_lists_its_nooks_for_people_outside(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    space = await ana.gateway.create_room(RoomSpec("River", is_space=True, preset="public_chat", join_rule="public"))
    nook = await ana.gateway.create_room(NOOK)
    await ana.gateway.set_state(space, "m.space.child", nook, {"via": [crowd.server.server_name]})

    await bo.gateway.join(space)
    river, listed = await bo.gateway.hierarchy(space)

    assert (river.is_space, river.children, river.name) == (True, (nook,), "River")
    assert (listed.room_id, listed.name, listed.join_rule, listed.members) == (nook, "A nook", "knock", 1)
    assert listed.encrypted
    assert listed.via == (crowd.server.server_name,)
    assert (await bo.gateway.summary(nook)).name == "A nook"


async def test_a_room_is_made_as_it_was_described(crowd: Crowd) -> None:
    ana = await crowd.person("ana")
    power = {"invite": 50, "events": {"m.room.encryption": 100}}

    room_id = await ana.gateway.create_room(
        RoomSpec(
            "N",
            encrypted=True,
            join_rule="knock",
            history="invited",
            power=power,
            state=(("org.nookterm.charter", "", {"v": 1}),),
        )
    )

    payloads = [event.payload for event in await ana.gateway.room_state(room_id)]
    state = {payload.type: payload.content for payload in payloads if isinstance(payload, StateChange)}
    assert state["m.room.guest_access"] == {"guest_access": "forbidden"}
    assert state["m.room.history_visibility"] == {"history_visibility": "invited"}
    assert state["m.room.join_rules"]["join_rule"] == "knock"
    assert state["m.room.power_levels"]["invite"] == 50
    assert state["org.nookterm.charter"] == {"v": 1}


async def test_unread_counts_and_our_own_receipt_come_by_sync(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)
    bo.way = "classic"
    await bo.restart()
    said = await ana.say(room_id, "news")
    await bo.reads(said)
    assert [room.unread for step in bo.steps for room in step.rooms][-1] == 1

    await bo.gateway.mark_read(room_id, said)

    (room,) = await _next_rooms(bo)
    assert (room.read_up_to, room.unread) == (said, 0)


async def test_the_demos_stamp_dates_what_is_sent_and_keeps_it_encrypted_by_the_own_device(crowd: Crowd) -> None:
    then = 1_760_000_000_000
    stamp = Stamp(Secret(crowd.server.as_token), lambda: then)
    ana, bo = await crowd.person("ana", stamp=stamp), await crowd.person("bo", stamp=stamp)
    room_id = await ana.gateway.create_room(NOOK)

    await bo.gateway.knock(room_id, "long ago")
    (knock,) = await ana.gateway.members(room_id, Membership.KNOCK)
    await ana.gateway.invite(room_id, bo.user_id)
    await bo.gateway.join(room_id)
    said = await bo.say(room_id, "said in autumn")
    heard = await ana.reads(said)
    taken = await bo.gateway.redact(room_id, said, TxnId("r"), "moved on")
    await ana.sync_until(lambda: taken in ana.seen)
    await ana.gateway.kick(room_id, bo.user_id, "bye")

    assert {round(e.timestamp() * 1000) for e in (knock.since, heard.sent_at, ana.seen[taken].sent_at)} == {then}
    assert heard.trust is Trust.SIGNED
    assert ana.seen[taken].payload == Redaction(said, "moved on")
    assert (await bo.reads(said)).txn_id is not None
    assert "in autumn" not in _as_the_server_sees_it(crowd, ana, room_id)
    (gone,) = await ana.gateway.members(room_id, Membership.LEAVE)
    assert gone.user == bo.user_id


async def test_the_stamp_also_dates_coming_into_a_public_room_and_going(crowd: Crowd) -> None:
    then = 1_760_000_000_000
    bo = await crowd.person("bo", stamp=Stamp(Secret(crowd.server.as_token), lambda: then))
    ana = await crowd.person("ana")
    space = await ana.gateway.create_room(RoomSpec("River", is_space=True, join_rule="public"))
    rule = {"join_rule": "knock_restricted", "allow": [{"type": "m.room_membership", "room_id": space}]}
    inner = await ana.gateway.create_room(RoomSpec("Notices", state=(("m.room.join_rules", "", rule),)))

    await bo.gateway.join(space)
    await bo.gateway.join(inner)
    await bo.gateway.leave(space, "on the road")

    (inside,) = [m for m in await ana.gateway.members(inner, Membership.JOIN) if m.user == bo.user_id]
    (gone,) = await ana.gateway.members(space, Membership.LEAVE)
    assert {round(member.since.timestamp() * 1000) for member in (inside, gone)} == {then}
    assert gone.reason == "on the road"


async def test_many_words_at_once_from_both_sides_are_each_read_once(crowd: Crowd) -> None:
    ana, bo, room_id = await _nook_of_two(crowd)

    sent = await asyncio.gather(
        *(ana.say(room_id, f"ana {n}") for n in range(8)),
        *(bo.say(room_id, f"bo {n}") for n in range(8)),
        ana.sync(),
        bo.sync(),
    )

    said = [EventId(event_id) for event_id in sent if isinstance(event_id, str)]
    for person in (ana, bo):
        for event_id in said:
            await person.reads(event_id)
        assert len({person.body(event_id) for event_id in said}) == 16


async def test_signing_out_ends_the_device_and_every_later_call_says_so(crowd: Crowd) -> None:
    ana = await crowd.person("ana")
    await ana.gateway.logout()

    with pytest.raises(SignedOut):
        await ana.gateway.fetch_sync(ana.since, 0)
    await ana.gateway.logout()


async def test_what_is_forbidden_or_unknown_is_told_apart(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(NOOK)

    with pytest.raises(NotAllowed):
        await bo.gateway.join(room_id)
    with pytest.raises(NotAllowed):
        await bo.say(room_id, "hello")
    with pytest.raises(NotFound):
        await bo.gateway.resolve(f"#nothing:{crowd.server.server_name}")


async def test_a_name_that_a_person_chose_is_kept(crowd: Crowd) -> None:
    ana = await crowd.person("ana")
    assert await ana.gateway.display_name("Ana 🌿") == "Ana 🌿"

    assert await ana.gateway.display_name() == "Ana 🌿"


async def test_a_room_is_found_by_its_alias_and_a_missing_event_is_said_to_be_missing(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo")
    room_id = await ana.gateway.create_room(RoomSpec("Mill", join_rule="public", history="shared"))
    alias = f"#mill-{room_id[1:6].lower().replace('_', 'x')}:{crowd.server.server_name}"
    await ana.gateway._http.call("PUT", path("directory", "room", alias), {"room_id": room_id})

    assert await bo.gateway.resolve(alias) == (room_id, (crowd.server.server_name,))
    assert await bo.gateway.join(alias) == room_id
    said = await ana.say(room_id, "said in the open")
    assert (await bo.reads(said)).encrypted is False
    assert (await bo.gateway.event(room_id, said)).trust is Trust.NONE
    with pytest.raises(NotFound):
        await bo.gateway.event(room_id, EventId("$nothing"))
    with pytest.raises(WrongUsage):
        await bo.gateway.event(room_id, EventId(".."))


async def test_the_way_in_is_found_and_a_wrong_password_is_said_to_be_wrong(homeserver: LiveServer) -> None:
    door = NioDoorway()
    home = await door.discover(homeserver.base_url + "/")
    assert home.url == homeserver.base_url
    assert "m.login.password" in home.flows
    account = homeserver.register("ana")

    short = await door.login(home, account.user_id[1:].partition(":")[0], Secret(account.password), "a test")
    assert short.user_id == account.user_id
    with pytest.raises(WrongPassword):
        await door.login(home, account.user_id, Secret("not it"), "a test")
    with pytest.raises(WrongPassword):
        await door.login(home, "@nobody-at-all:elsewhere.example", Secret("not it"), "a test")


async def test_an_account_is_made_where_anybody_may_and_a_taken_name_is_said_to_be_taken(
    homeserver: LiveServer,
) -> None:
    door, home = NioDoorway(), Homeserver(homeserver.base_url, ())

    wish = NewAccount("newcomer", Secret("a long password"), "a test")
    made = await door.register(home, wish, {"type": "m.login.dummy"})

    assert isinstance(made, Credentials)
    assert made.user_id == f"@newcomer:{homeserver.server_name}"
    with pytest.raises(Exception, match="is taken") as refused:
        await door.register(home, wish)
    assert getattr(refused.value, "code", "") == "user_in_use"


async def test_places_that_are_no_homeserver_are_told_apart() -> None:
    door = NioDoorway()
    silent = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    try:
        with pytest.raises(Offline):
            await door.discover(f"http://127.0.0.1:{port}")
    finally:
        silent.close()
    with pytest.raises(Offline) as unknown:
        await door.discover("https://nobody.invalid")
    assert unknown.value.code == "unknown_server"
    for address in ("http://matrix.example", "ftp://x", "https://user:pw@x", "https://", "a b", "[::1", "x:99999999"):
        with pytest.raises(WrongUsage):
            await door.discover(address)
