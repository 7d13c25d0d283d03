"""The same attack on plain matrix-nio and on our engine: where nio falls ours stands. Fails when nio is mended."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from nio import AsyncClient, AsyncClientConfig, JoinedMembersResponse, KeysQueryResponse, MegolmEvent, SyncResponse
from nio.api import Api
from nio.crypto import InboundGroupSession, OlmDevice, OutboundGroupSession
from nio.events import BadEvent
from nio.events import Event as NioEvent
from unpaddedbase64 import encode_base64

from nookterm.client.errors import IdentityChanged, Offline
from nookterm.client.ports import Credentials, Secret, SendContent
from nookterm.domain.attachment import Attachment
from nookterm.domain.events import Message, StateChange, Trust, Unreadable
from nookterm.domain.ids import DeviceId, RoomId, TxnId, UserId
from nookterm.domain.power import read_power
from nookterm.domain.room import room_from_state
from nookterm.matrix.devices import learn_devices
from nookterm.matrix.gateway import NioGateway
from tests.matrix.fake_server import answer, fake_server
from tests.matrix.owners import Owner, answer_of, show, trust_this_device
from tests.matrix.people import open_database

ME, BO, CLEO = UserId("@me:river.example"), UserId("@bo:river.example"), UserId("@cleo:river.example")
DEVICE = DeviceId("MYDEVICE")
NOOK = RoomId("!nook:river.example")
MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}


@dataclass
class Stranger:
    """Somebody's device that sends what it likes."""

    user_id: str = BO
    device_id: str = "BODEVICE"
    olm: vodozemac.Account = field(default_factory=vodozemac.Account)
    session: vodozemac.GroupSession = field(default_factory=vodozemac.GroupSession)

    @property
    def keys(self) -> dict[str, str]:
        return {"ed25519": self.olm.ed25519_key.to_base64(), "curve25519": self.olm.curve25519_key.to_base64()}

    def device(self) -> OlmDevice:
        return OlmDevice(self.user_id, self.device_id, self.keys)

    def room_key(self) -> InboundGroupSession:
        keys = self.keys
        return InboundGroupSession(self.session.session_key.to_base64(), keys["ed25519"], keys["curve25519"], NOOK)

    def says(self, what: object, event_id: str = "$said", **changes: object) -> dict[str, Any]:
        """An encrypted event around any plaintext."""
        content = MEGOLM | {
            "sender_key": self.keys["curve25519"],
            "ciphertext": self.session.encrypt(json.dumps(what).encode()).to_base64(),
            "session_id": self.session.session_id,
            "device_id": self.device_id,
        }
        event = {"event_id": event_id, "type": "m.room.encrypted", "sender": self.user_id, "content": content}
        return event | {"origin_server_ts": 1_760_000_000_000} | changes

    def whispers(self, to: dict[str, str], one_time_key: str, payload: object) -> dict[str, Any]:
        """A to-device event around any payload."""
        session = self.olm.create_outbound_session(
            vodozemac.Curve25519PublicKey.from_base64(to["curve25519"]),
            vodozemac.Curve25519PublicKey.from_base64(one_time_key),
        )
        kind, body = session.encrypt(json.dumps(payload).encode()).to_parts()
        return self.to_device(to, kind, encode_base64(body))

    def to_device(self, to: dict[str, str], kind: int, body: str) -> dict[str, Any]:
        content = {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": self.keys["curve25519"],
            "ciphertext": {to["curve25519"]: {"type": kind, "body": body}},
        }
        return {"type": "m.room.encrypted", "sender": self.user_id, "content": content}

    def uploaded(self, **changes: str) -> dict[str, Any]:
        """Our device as `/keys/query` lists it."""
        keys = {f"{kind}:{self.device_id}": key for kind, key in (self.keys | changes).items()}
        told = {"algorithms": [], "device_id": self.device_id, "user_id": self.user_id, "keys": keys}
        signature = self.olm.sign(Api.to_canonical_json(told).encode()).to_base64()
        return told | {"signatures": {self.user_id: {f"ed25519:{self.device_id}": signature}}}


def introduce(gateway: NioGateway, *strangers: Stranger, signed: bool = True) -> dict[str, Owner]:
    """The server shows devices, each with an owner who has `signed` it. Returns the owners by user."""
    owners = {stranger.user_id: Owner(stranger.user_id) for stranger in strangers}
    for user, owner in owners.items():
        show(gateway, user, owner.answer(*[s.uploaded() for s in strangers if s.user_id == user], signed=signed))
    return owners


@dataclass
class Pair:
    """Plain nio and our gateway, each on a disk of its own, as the same person in the same room."""

    folder: Path
    url: str = "http://127.0.0.1:9"
    nio: AsyncClient = field(init=False)
    ours: NioGateway = field(init=False)
    connection: Any = None

    def __post_init__(self) -> None:
        self.open_nio()
        self.open_ours()

    def open_nio(self) -> None:
        config = AsyncClientConfig(store_sync_tokens=True, pickle_key="only in tests", max_timeouts=1)
        self.nio = AsyncClient(self.url, ME, DEVICE, store_path=str(self.folder), config=config)
        self.nio.restore_login(ME, DEVICE, "token")

    def open_ours(self) -> None:
        self.connection = open_database(self.folder / "ours.db")
        credentials = Credentials(self.url, ME, DEVICE, Secret("token"))
        self.ours = NioGateway(credentials, self.connection, "only in tests")

    async def restart(self) -> None:
        await self.close()
        self.__post_init__()

    async def close(self) -> None:
        await self.nio.close()
        self.nio.store.database.close()
        await self.ours.close()
        self.connection.close()

    def meet(self, *strangers: Stranger) -> None:
        """Both know the devices and the room keys of these people."""
        for stranger in strangers:
            self.nio.olm.device_store.add(stranger.device())
            self.nio.olm.inbound_group_store.add(stranger.room_key())
            introduce(self.ours, stranger)
            self.ours._crypto._olm.store.save_group_session(stranger.room_key())

    async def both(self, news: dict[str, Any]) -> Any:
        """The same sync for both. Returns our step."""
        await self.nio.receive_response(SyncResponse.from_dict(json.loads(json.dumps(news))))
        return self.ours.digest_sync(news)


@pytest.fixture
async def pair(tmp_path: Path) -> Any:
    both = Pair(tmp_path)
    yield both
    await both.close()


def news(*timeline: object, token: str = "s1", **more: object) -> dict[str, Any]:
    room = {
        "timeline": {"events": list(timeline), "limited": False, "prev_batch": "p"},
        "state": {"events": []},
        "ephemeral": {"events": []},
        "account_data": {"events": []},
        "summary": {},
        "unread_notifications": {},
    }
    sections: dict[str, Any] = {"join": {NOOK: room}, "invite": {}, "leave": {}}
    told: dict[str, Any] = {"next_batch": token, "rooms": sections, "to_device": {"events": []}}
    return told | {"device_one_time_keys_count": {}, "device_lists": {"changed": [], "left": []}} | more


def state(type_: str, content: object, key: str = "", sender: str = ME) -> dict[str, Any]:
    event = {"event_id": f"${type_}{key}", "type": type_, "state_key": key, "sender": sender, "content": content}
    return event | {"origin_server_ts": 1_760_000_000_000}


def furnished() -> dict[str, Any]:
    """The first sync of a nook with bo in it."""
    return news(
        state("m.room.create", {"room_version": "11"}),
        state("m.room.member", {"membership": "join"}, ME),
        state("m.room.member", {"membership": "join"}, BO),
        state("m.room.encryption", MEGOLM),
        token="s0",
    )


def _held(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("escaped.txt"))


def text(body: str) -> dict[str, Any]:
    return {"type": "m.room.message", "room_id": NOOK, "content": {"msgtype": "m.text", "body": body}}


def timeline(step: Any) -> list[Any]:
    return [event for room in step.rooms for event in room.timeline]


# --- what members send ------------------------------------------------------------------------------------------------


async def test_encrypted_state_changes_plain_nios_room_and_not_ours(pair: Pair) -> None:
    bo = Stranger()
    pair.meet(bo)
    await pair.both(furnished())
    claims = [
        {"type": "m.room.member", "state_key": CLEO, "content": {"membership": "join"}, "room_id": NOOK},
        {"type": "m.room.name", "state_key": "", "content": {"name": "HACKED"}, "room_id": NOOK},
    ]

    step = await pair.both(news(*(bo.says(claim, f"${n}") for n, claim in enumerate(claims))))

    assert CLEO in pair.nio.rooms[NOOK].users, "nio would send the room key to an outsider"
    assert pair.nio.rooms[NOOK].name == "HACKED"
    (room,) = step.rooms
    assert room.state == ()
    assert all(isinstance(event.payload, Unreadable) for event in room.timeline)


async def test_a_forged_sender_passes_plain_nio_and_is_not_shown_by_ours(pair: Pair) -> None:
    bo, cleo = Stranger(), Stranger(CLEO, "CLEODEVICE")
    pair.meet(bo, cleo)
    await pair.both(furnished())
    forged = bo.says(text("I owe bo five euros"), sender=CLEO)
    seen: list[NioEvent] = []
    pair.nio.add_event_callback(lambda _room, event: seen.append(event), NioEvent)

    step = await pair.both(news(forged))

    assert (seen[-1].sender, seen[-1].decrypted) == (CLEO, True)
    (ours,) = timeline(step)
    assert isinstance(ours.payload, Unreadable)
    assert "somebody else" in ours.payload.why


async def test_a_message_played_again_after_a_restart_passes_plain_nio_and_not_ours(pair: Pair) -> None:
    bo = Stranger()
    pair.meet(bo)
    await pair.both(furnished())
    pair.nio.olm.store.save_inbound_group_session(bo.room_key())
    once = bo.says(text("pay five euros"))
    await pair.both(news(once))

    await pair.restart()
    again = MegolmEvent.from_dict(once | {"event_id": "$copy"})
    again.room_id = NOOK
    step = pair.ours.digest_sync(news(once | {"event_id": "$copy"}, token="s2"))

    assert pair.nio.olm.decrypt_megolm_event(again).body == "pay five euros"
    assert [type(event.payload) for event in timeline(step)] == [Unreadable]


async def test_a_key_from_a_file_proves_the_sender_for_plain_nio_and_not_for_ours(pair: Pair) -> None:
    bo = Stranger()
    await pair.both(furnished())
    exported = bo.room_key().export_session(0)
    keys = bo.keys
    pair.nio.olm.device_store.add(bo.device())
    pair.nio.olm.store.save_device_keys({BO: {bo.device_id: bo.device()}})
    pair.nio.verify_device(pair.nio.olm.device_store[BO][bo.device_id])
    pair.nio.olm.inbound_group_store.add(
        InboundGroupSession.import_session(exported, keys["ed25519"], keys["curve25519"], NOOK)
    )
    olm = pair.ours._crypto._olm
    olm.store.save_devices([bo.device()])
    assert olm.take_exported(NOOK, bo.session.session_id, keys["curve25519"], keys["ed25519"], exported)
    said = bo.says(text("whoever wrote the file can have written this"))
    event = MegolmEvent.from_dict(said)
    event.room_id = NOOK

    (ours,) = timeline(pair.ours.digest_sync(news(said)))

    assert pair.nio.olm.decrypt_megolm_event(event).verified
    assert isinstance(ours.payload, Message)
    assert ours.trust is Trust.UNPROVED


async def test_a_message_without_the_old_hints_is_unreadable_for_plain_nio_alone(pair: Pair) -> None:
    bo = Stranger()
    pair.meet(bo)
    said = bo.says(text("as the spec has it since 1.3"))
    for hint in ("sender_key", "device_id"):
        del said["content"][hint]

    assert isinstance(NioEvent.parse_encrypted_event(said), BadEvent)
    (ours,) = timeline(pair.ours.digest_sync(news(said)))
    assert isinstance(ours.payload, Message)


# --- what strangers send ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["AAAA", "not base 64 !", ""], ids=["too short", "no base64", "nothing"])
async def test_garbage_stops_plain_nio_after_it_stored_the_token_and_ours_goes_on(pair: Pair, body: str) -> None:
    bo = Stranger()
    pair.meet(bo)
    await pair.both(furnished())
    to_nio = {"events": [bo.to_device(pair.nio.olm.account.identity_keys, 0, body)]}
    to_ours = {"events": [bo.to_device(pair.ours._crypto._olm.account.identity_keys, 0, body)]}
    said = bo.says(text("in the same response"))

    with pytest.raises(ValueError):  # noqa: PT011 - vodozemac has many of them
        await pair.nio.receive_response(SyncResponse.from_dict(news(said, token="lost", to_device=to_nio)))
    step = pair.ours.digest_sync(news(said, to_device=to_ours))

    assert pair.nio.store.load_sync_token() == "lost", "the rest of this response never comes again"
    assert step.dropped == 1
    assert [type(event.payload) for event in timeline(step)] == [Message]


async def test_a_used_one_time_key_works_twice_for_plain_nio_and_once_for_ours(pair: Pair) -> None:
    bo = Stranger()
    for account in (pair.nio.olm.account, pair.ours._crypto._olm.account):
        account.generate_one_time_keys(1)
    messages = []
    for olm in (pair.nio.olm, pair.ours._crypto._olm):
        olm.save_account()
        keys = olm.account.identity_keys
        payload = {
            "type": "m.dummy",
            "sender": BO,
            "sender_device": bo.device_id,
            "keys": {"ed25519": bo.keys["ed25519"]},
            "recipient": ME,
            "recipient_keys": {"ed25519": keys["ed25519"]},
            "content": {},
        }
        (one_time_key,) = olm.account.one_time_keys["curve25519"].values()
        messages.append(bo.whispers(keys, one_time_key, payload))
    await pair.nio.receive_response(SyncResponse.from_dict(news(to_device={"events": [messages[0]]})))
    pair.ours.digest_sync(news(to_device={"events": [messages[1]]}))

    await pair.restart()

    assert list(pair.nio.olm.account.one_time_keys["curve25519"])
    assert not list(pair.ours._crypto._olm.account.one_time_keys["curve25519"])


async def test_with_no_one_time_key_left_plain_nio_makes_none_and_ours_does(pair: Pair) -> None:
    for olm in (pair.nio.olm, pair.ours._crypto._olm):
        olm.account.shared = True
    pair.nio.olm.uploaded_key_count = 50
    gone = news(device_one_time_keys_count={"signed_curve25519": 0}, device_unused_fallback_key_types=[])

    await pair.both(gone)

    assert not pair.nio.should_upload_keys
    assert pair.ours._crypto._own._prepare()
    body = pair.ours._crypto._own._upload_body()
    assert (len(body["one_time_keys"]), len(body["fallback_keys"])) == (50, 1)
    pair.nio.olm.uploaded_key_count = 0
    assert "fallback_keys" not in pair.nio.olm.share_keys()


async def test_one_broken_device_stops_plain_nios_key_query_and_not_ours(pair: Pair) -> None:
    bo, cleo = Stranger(), Stranger(CLEO, "CLEODEVICE")
    told = {"device_keys": {CLEO: {"CLEODEVICE": cleo.uploaded(ed25519="!!!")}, BO: {bo.device_id: bo.uploaded()}}}
    response = KeysQueryResponse(told["device_keys"], {})

    with pytest.raises(ValueError):  # noqa: PT011
        pair.nio.olm.handle_response(response)
    heard = learn_devices(pair.ours._crypto._olm, told, {BO, CLEO})

    assert not pair.nio.olm.device_store[BO]
    assert heard == {BO, CLEO}
    assert list(pair.ours._crypto._olm.device_store[BO]) == [bo.device_id]
    assert not pair.ours._crypto._olm.device_store[CLEO]


# --- sending ----------------------------------------------------------------------------------------------------------


async def test_before_the_sync_told_plain_nio_sends_in_clear_and_ours_asks_first(tmp_path: Path) -> None:
    what = {"msgtype": "m.text", "body": "a secret"}
    sent = answer(200, {"event_id": "$sent"})
    async with (
        fake_server(sent) as by_nio,
        fake_server(answer(200, MEGOLM), answer(200, {"chunk": []}), answer(200, {}), sent) as by_ours,
    ):
        pair = Pair(tmp_path, by_nio.url)
        await pair.nio.receive_response(SyncResponse.from_dict(news(state("m.room.create", {}))))
        await pair.nio.room_send(NOOK, "m.room.message", what, "t1")
        await pair.close()
        pair.url = by_ours.url
        pair.open_ours()
        trust_this_device(pair.ours)
        await pair.ours.send(NOOK, SendContent("m.room.message", what), TxnId("t2"))
        await pair.ours.close()
        pair.connection.close()

    assert ["/send/m.room.message/" in head for head in by_nio.asked] == [True]
    assert [head.split()[1].rpartition("/rooms/")[2].split("/")[1].partition("?")[0] for head in by_ours.asked] == [
        "state",
        "members",
        "state",
        "send",
    ]
    assert "/send/m.room.encrypted/" in by_ours.asked[-1]


async def test_a_cancelled_send_blocks_plain_nios_room_for_ever_and_not_ours(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = Stranger()
    pair.meet(bo)
    await pair.both(furnished())
    pair.nio.rooms[NOOK].members_synced = True

    async def never(*_: object, **_more: object) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(pair.nio, "keys_claim", never)
    monkeypatch.setattr(pair.ours._http, "call", never)
    what = SendContent("m.room.message", {"msgtype": "m.text", "body": "x"})
    for sending in (
        pair.nio.room_send(NOOK, what.type, dict(what.content), "t1", ignore_unverified_devices=True),
        pair.ours.send(NOOK, what, TxnId("t1")),
    ):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await sending
    monkeypatch.undo()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await pair.nio.room_send(NOOK, what.type, dict(what.content), "t2", ignore_unverified_devices=True)
    with pytest.raises(Offline):
        async with asyncio.timeout(5):
            await pair.ours.send(NOOK, what, TxnId("t2"))


async def test_the_rooms_own_rotation_is_not_known_to_plain_nio(pair: Pair) -> None:
    often = MEGOLM | {"rotation_period_msgs": 1, "rotation_period_ms": 7_200_000}
    await pair.both(news(state("m.room.encryption", often)))

    pair.nio.olm.create_outbound_group_session(NOOK)
    ours = await pair.ours._crypto.rooms.rotation(NOOK)

    assert pair.nio.olm.outbound_group_sessions[NOOK].max_messages == 100
    assert ours is not None
    assert (ours.messages, ours.age.total_seconds()) == (1, 7200)


async def test_a_member_missing_from_the_list_keeps_plain_nios_key(pair: Pair) -> None:
    """Ours compares the list with whom the key went to, see `test_who_left_cannot_read_what_is_said_next`."""
    await pair.both(furnished())
    pair.nio.olm.create_outbound_group_session(NOOK)
    before = pair.nio.olm.outbound_group_sessions[NOOK]

    await pair.nio.receive_response(JoinedMembersResponse([], NOOK))

    assert BO not in pair.nio.rooms[NOOK].users
    assert pair.nio.olm.outbound_group_sessions[NOOK] is before


async def test_plain_nio_forgets_its_room_keys_with_the_process_and_ours_goes_on_with_them(pair: Pair) -> None:
    pair.nio.olm.create_outbound_group_session(NOOK)
    session = OutboundGroupSession()
    pair.ours._crypto._olm.store.save_outbound(NOOK, session)

    await pair.restart()

    assert NOOK not in pair.nio.olm.outbound_group_sessions
    kept = pair.ours._crypto._olm.store.load_outbound(NOOK)
    assert kept is not None
    assert kept.id == session.id


# --- who is who -------------------------------------------------------------------------------------------------------


async def _listed(pair: Pair, owner: Owner, *devices: dict[str, Any]) -> None:
    """The server shows these devices of bo to both."""
    shown = answer_of(BO, owner.public, devices)
    await pair.nio.receive_response(KeysQueryResponse(json.loads(json.dumps(shown["device_keys"])), {}))
    show(pair.ours, BO, shown)


def _given_by_plain_nio(pair: Pair, *strangers: Stranger) -> set[tuple[str, str]]:
    """Whom nio hands its next room key, as it does for whoever has not compared every device by hand."""
    for stranger in strangers:
        stranger.olm.generate_one_time_keys(1)
        ((_, key),) = stranger.olm.one_time_keys.items()
        stranger.olm.mark_keys_as_published()
        pair.nio.olm.create_session(key.to_base64(), stranger.keys["curve25519"])
    pair.nio.olm.create_outbound_group_session(NOOK)
    given, _ = pair.nio.olm.share_group_session(NOOK, [BO], ignore_unverified_devices=True)
    return set(given)


async def test_a_device_that_the_server_added_gets_plain_nios_keys_and_is_heard_and_not_ours(pair: Pair) -> None:
    bo, added, owner = Stranger(), Stranger(device_id="ADDED"), Owner(BO)
    await pair.both(furnished())
    await _listed(pair, owner, owner.signs(bo.uploaded()), added.uploaded())

    assert (BO, "ADDED") in _given_by_plain_nio(pair, bo, added)
    readers = pair.ours._crypto._sharing._verdicts.readers(NOOK, {BO})
    assert (set(readers.entitled), set(readers.refused)) == ({(BO, "BODEVICE")}, {(BO, "ADDED")})

    pair.nio.olm.inbound_group_store.add(added.room_key())
    pair.ours._crypto._olm.store.save_group_session(added.room_key())
    seen: list[NioEvent] = []
    pair.nio.add_event_callback(lambda _room, event: seen.append(event), NioEvent)
    (ours,) = timeline(await pair.both(news(added.says(text("I am bo")))))
    assert (seen[-1].sender, seen[-1].decrypted) == (BO, True)
    assert isinstance(ours.payload, Unreadable)


async def test_plain_nio_does_not_see_that_somebody_has_another_identity_and_ours_stops(pair: Pair) -> None:
    bo, other = Stranger(), Stranger(device_id="OTHER")
    first, second = Owner(BO), Owner(BO)
    trust_this_device(pair.ours)
    await pair.both(furnished())
    await _listed(pair, first, first.signs(bo.uploaded()))
    await _listed(pair, second, second.signs(other.uploaded()))

    assert (BO, "OTHER") in _given_by_plain_nio(pair, other)
    with pytest.raises(IdentityChanged, match=BO):
        pair.ours._crypto._sharing._verdicts.readers(NOOK, {BO}).check()


# --- rooms ------------------------------------------------------------------------------------------------------------


async def test_a_knock_and_a_leave_are_lost_on_plain_nio_and_told_by_ours(pair: Pair) -> None:
    await pair.both(furnished())
    told = news()
    told["rooms"] = {
        "join": {},
        "invite": {},
        "leave": {NOOK: {"timeline": {"events": [], "limited": False, "prev_batch": "p"}, "state": {"events": []}}},
        "knock": {"!door:river.example": {"knock_state": {"events": []}}},
    }

    step = await pair.both(told)

    assert NOOK in pair.nio.rooms
    assert [(room.room_id, str(room.membership)) for room in step.rooms] == [
        (NOOK, "leave"),
        ("!door:river.example", "knock"),
    ]


async def test_an_upgraded_space_of_version_12_is_one_for_ours_alone(pair: Pair) -> None:
    create = {"room_version": "12", "type": "m.space", "predecessor": {"room_id": "!old:river.example"}}
    space = RoomId("!domainless")
    told = news()
    told["rooms"]["join"] = {space: told["rooms"]["join"][NOOK]}
    told["rooms"]["join"][space]["timeline"]["events"] = [state("m.room.create", create, sender=BO)]

    (room,) = (await pair.both(told)).rooms

    assert pair.nio.rooms[space].room_type is None
    assert room_from_state(space, ME, room.state).is_space


async def test_who_was_demoted_keeps_their_power_for_plain_nio_and_not_for_ours(pair: Pair) -> None:
    await pair.both(furnished())
    await pair.both(news(state("m.room.power_levels", {"users": {ME: 100, BO: 50}}), token="s1"))

    step = await pair.both(news(state("m.room.power_levels", {"users": {ME: 100}}), token="s2"))

    assert pair.nio.rooms[NOOK].power_levels.users[BO] == 50
    payload = step.rooms[0].state[0].payload
    assert isinstance(payload, StateChange)
    assert read_power(payload.content, None, None).of(BO) == 0


# --- what gets out ----------------------------------------------------------------------------------------------------


async def test_plain_nio_puts_the_token_into_an_address_and_the_text_into_the_log(pair: Pair) -> None:
    bo = Stranger()
    pair.meet(bo)
    await pair.both(furnished())
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    loggers = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict) if name.startswith("nio")]
    before = [(log, log.level) for log in loggers]
    for log in loggers:
        log.addHandler(handler)
        log.setLevel(logging.DEBUG)
    broken = {"type": "m.room.message", "room_id": NOOK, "content": {"msgtype": "m.text", "body": ["the heron's nest"]}}
    try:
        await pair.nio.receive_response(SyncResponse.from_dict(news(bo.says(broken, "$1"), token="s3")))
        loud = out.getvalue()
    finally:
        for log, level in before:
            log.removeHandler(handler)
            log.setLevel(level)

    assert "the heron's nest" in loud
    assert "access_token=token" in str(await pair.nio.mxc_to_http("mxc://river.example/abc"))


async def test_a_file_name_of_the_servers_leads_plain_nio_out_of_the_folder_and_not_ours(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    evil = answer(200, b"x", 'Content-Disposition: attachment; filename="../escaped.txt"')
    async with fake_server(evil) as server:
        pair = Pair(tmp_path, server.url)
        await pair.nio.download("mxc://river.example/abc", save_to=inside)
        target = await pair.ours.download(Attachment("river.example", "abc", "../escaped.txt"), inside)
        await pair.close()

    assert _held(tmp_path) == ["escaped.txt", "inside/escaped.txt"]
    assert target == inside / "escaped.txt"
