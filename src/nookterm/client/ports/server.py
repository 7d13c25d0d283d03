"""The homeserver as the use cases see it: what is asked of it and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from nookterm.client.ports.beyond import ServerSearch, Upgrades
from nookterm.client.ports.secrets import Secret
from nookterm.client.ports.trust import Arrived, Identities, KeyServer, RoomKeys
from nookterm.domain.attachment import LARGEST, Attachment
from nookterm.domain.events import Event, Json, Membership
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.domain.receipts import MAIN, Receipt
from nookterm.domain.records import dataclass
from nookterm.domain.room import Member

MAIN_THREAD = MAIN
"""What the spec calls everything that is in no thread."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A signed-in device."""

    homeserver: str
    """Base URL without a trailing slash."""
    user_id: UserId
    device_id: DeviceId
    token: Secret
    refresh: Secret | None = None
    """Buys a new token when this one has expired; None where the token does not expire."""
    expires_at: datetime | None = None
    """When the token expires, by the clock of this machine."""
    keeper: TokenKeeper | None = field(default=None, compare=False, repr=False)
    """Is told what becomes of the tokens."""
    signed_in_after: DeviceId | None = None
    """This sign-in goes on with what that device left in the database; the same device where only its token ended."""


class TokenKeeper(Protocol):
    """Who remembers what becomes of a device's tokens, so that the next start knows it."""

    def renewed(self, credentials: Credentials) -> None:
        """Keep new tokens. Called before they are used for the first time. Raises VaultClosed: then they are not."""

    def ended(self, code: str) -> None:
        """The server takes our token no more; `code` as in `SignedOut`. Never raises."""


@dataclass(frozen=True, slots=True)
class RoomUpdate:
    """What one sync step says about one room."""

    room_id: RoomId
    membership: Membership
    """Which section of the sync it came in: join, invite, knock, leave."""
    state: tuple[Event, ...] = ()
    """Clear-text state as it is after `timeline`, in order. Stripped for invite and knock."""
    timeline: tuple[Event, ...] = ()
    limited: bool = False
    """Events are missing before `timeline`."""
    prev_batch: str | None = None
    unread: int | None = None
    mentions: int | None = None
    typing: tuple[UserId, ...] | None = None
    read_up_to: EventId | None = None
    """Our own newest read receipt, where this step brought one; those for one thread alone do not count."""
    read_all: EventId | None = None
    """The newest of them that is for all threads as well."""
    read_threads: Mapping[EventId, EventId] = field(default_factory=dict)
    """Our own newest receipt for each thread that has one, by its root."""
    whole: bool = False
    """`state` is all that there is: what was known before and is not in it does not hold any more."""
    account: Mapping[str, Json] = field(default_factory=dict)
    """Our own account data about this room that came with this step, by type."""
    account_whole: bool = False
    """`account` is all that there is of it."""
    receipts: tuple[Receipt, ...] = ()
    """Of others, as they told everybody: how far they have read."""


@dataclass(frozen=True, slots=True)
class SyncStep:
    """One sync response, parsed and decrypted, not yet stored."""

    next_batch: str
    rooms: tuple[RoomUpdate, ...] = ()
    decrypted_late: tuple[Event, ...] = ()
    """Events that earlier steps could not read and that now can be."""
    dropped: int = 0
    """Broken or hostile pieces that were set aside."""
    complete: bool = True
    """Whether all that the server had is here. Else more steps have to follow before anybody acts on it."""
    arrived: tuple[Arrived, ...] = ()
    """What came about keys: verifications, secrets, bundles. Not stored; whoever needs it takes it after the commit."""
    present: frozenset[RoomId] | None = None
    """After a break in the chain of steps: all rooms that we are still in, invited to, or turned out of."""
    account: Mapping[str, Json] = field(default_factory=dict)
    """Our own account data that is about no room and came with this step, by type; push rules are of it."""
    account_whole: bool = False
    """`account` is all that there is of it."""


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """A room to be made; maps to `POST /createRoom`."""

    name: str
    """Empty: none, as for a room between two people."""
    topic: str = ""
    is_space: bool = False
    preset: str = "private_chat"
    encrypted: bool = False
    join_rule: str = "invite"
    history: str = "invited"
    power: Mapping[str, Any] = field(default_factory=dict)
    """`power_level_content_override`."""
    state: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    """More initial state: (type, state key, content)."""
    invite: tuple[UserId, ...] = ()
    is_direct: bool = False
    creators: tuple[UserId, ...] = ()
    """Who founds it with us, for ever (`additional_creators`, from room version 12 on; older ones do not heed it)."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A room as seen from outside (`/hierarchy`, `room_summary`)."""

    room_id: RoomId
    name: str | None
    topic: str | None
    members: int
    join_rule: str
    is_space: bool
    encrypted: bool
    children: tuple[RoomId, ...] = ()
    via: tuple[str, ...] = ()


FROM_EVENT = "event:"
"""Before an event id: a place in a room's past that `Gateway.messages` knows beside the server's own tokens. The event
itself is the newest of the page."""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a room's past, newest first."""

    events: tuple[Event, ...]
    end: str | None
    """Where the next page begins; None at the room's beginning."""


@dataclass(frozen=True, slots=True)
class SendContent:
    """What to send: an event type and its clear content. The Gateway encrypts where the room is encrypted."""

    type: str
    content: Mapping[str, Any]


Progress = Callable[[int, int | None], None]
"""Told how many bytes are through, and of how many where that is known. Called often, on the engine's thread."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An event with what was said around it, newest first."""

    events: tuple[Event, ...]
    start: str | None
    """Where the past before them begins; None at the room's beginning."""


class Syncing(Protocol):
    """News and the crypto that reads them."""

    async def fetch_sync(self, since: str | None, timeout: float) -> Json:
        """Ask for news since a kept position (`SyncStep.next_batch`), waiting up to `timeout` seconds.

        Changes nothing here. A position that the server has lost is no problem: the step then says what it takes.
        """

    def digest_sync(self, raw: Json) -> SyncStep:
        """Take keys, decrypt, parse. Synchronous, so that it can run inside one store transaction."""

    async def after_sync(self) -> tuple[Event, ...]:
        """Send what the crypto owes (uploads, queries, claims). Events that became readable by it are returned."""

    def look_again(self) -> tuple[Event, ...]:
        """Events that can be shown since a pin, a device or an exception moved. No network; right after a decision."""

    def forget_crypto(self) -> None:
        """Load the crypto objects anew from the store, after a rollback."""


class RoomActs(Protocol):
    """What one does in a room, or about being in it."""

    async def send(self, room_id: RoomId, what: SendContent, txn_id: TxnId) -> EventId:
        """Send, encrypted where the room is (asks the server if unknown). One `txn_id` never makes two events."""

    async def redact(self, room_id: RoomId, event_id: EventId, txn_id: TxnId, reason: str | None = None) -> EventId:
        """Take an event back."""

    async def set_state(self, room_id: RoomId, type_: str, key: str, content: Mapping[str, Any]) -> EventId:
        """Set a piece of state (never encrypted)."""

    async def create_room(self, spec: RoomSpec) -> RoomId:
        """Make a room."""

    async def join(self, room: str, via: Sequence[str] = ()) -> RoomId:
        """Join by id or alias."""

    async def knock(self, room: str, reason: str = "", via: Sequence[str] = ()) -> RoomId:
        """Ask to join."""

    async def leave(self, room_id: RoomId, reason: str = "") -> None:
        """Leave; also turns down an invite and withdraws a knock."""

    async def invite(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Invite; also lets in somebody who asked."""

    async def kick(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Remove; also turns down somebody who asked. The caller checks the membership first."""

    async def ban(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Keep somebody out, whatever they are now; also ends their request. The caller checks the power first."""

    async def unban(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Let somebody ask, or be invited, who was kept out. The caller checks the membership and the power first."""

    async def forget(self, room_id: RoomId) -> None:
        """Let the server forget that we were in a room; only after a sync step has shown that we left.

        Synapse 1.163 answers the next sliding sync with an error 500 where it is forgotten before that.
        """

    async def report(self, room_id: RoomId, event_id: EventId, reason: str) -> None:
        """Tell the server's administrator about an event; they cannot read it where the room is encrypted."""

    async def report_user(self, user: UserId, reason: str) -> None:
        """Tell the server's administrators about a person. Raises NotFound where the server has no such door."""

    async def mark_read(
        self, room_id: RoomId, event_id: EventId, thread: str | None = None, *, public: bool = False
    ) -> None:
        """Tell the server that we read up to here: everywhere, in one thread, or outside of threads.

        `thread` is a thread's root, or `MAIN_THREAD`. `public`: everybody in the room is told. But for one thread our
        own clients are also told where what is new begins (`m.fully_read`).
        """

    async def type(self, room_id: RoomId, lasting: float) -> None:
        """Tell everybody in a room that we are writing, for so many seconds at most; 0: that we are not."""

    async def name_alias(self, alias: str, room_id: RoomId) -> None:
        """Let an address of our own server lead to a room. Raises Changed where it leads somewhere."""

    async def drop_alias(self, alias: str) -> None:
        """End an address."""


class RoomReads(Protocol):
    """What the server has of a room right now."""

    async def member(self, room_id: RoomId, user: UserId) -> Member | None:
        """One person's membership as the server has it now; None for those who never had one."""

    async def members(self, room_id: RoomId, membership: Membership | None = None) -> tuple[Member, ...]:
        """The membership list as the server has it now."""

    async def room_state(self, room_id: RoomId) -> tuple[Event, ...]:
        """The whole current state."""

    async def messages(self, room_id: RoomId, start: str | None, limit: int, types: Sequence[str] = ()) -> Page:
        """A page of the past before `start` (None: from now), decrypted where keys are here.

        `start` is a token, or `FROM_EVENT` and an id; a page from an event that the server has no more is the last.
        `types`: only events of these types, as the server has them (encrypted ones are `m.room.encrypted`).
        """

    async def event(self, room_id: RoomId, event_id: EventId) -> Event:
        """One event, decrypted where the key is here."""

    async def around(self, room_id: RoomId, event_id: EventId, limit: int) -> Surroundings:
        """An event and some `limit` before and behind it, decrypted where keys are here. Raises NotFound."""

    async def event_at(self, room_id: RoomId, moment: datetime) -> EventId:
        """The first event of a room at or after a moment. Raises NotFound where nothing is as late."""

    async def hierarchy(self, space: RoomId) -> tuple[Summary, ...]:
        """A space and what it lists, a page of all depths, as people see it who are not inside."""

    async def summary(self, room: str, via: Sequence[str] = ()) -> Summary:
        """A room before joining."""

    async def resolve(self, alias: str) -> tuple[RoomId, tuple[str, ...]]:
        """The room of an alias and servers that know it."""


class OwnProfile(Protocol):
    """What others see of us."""

    async def display_name(self, name: str | None = None) -> str | None:
        """Our own display name; sets it first where `name` is given."""

    async def picture(self, address: str) -> None:
        """Show the picture at this `mxc://` address beside our name; an empty one takes it away."""

    async def name_in_room(self, room_id: RoomId, name: str) -> None:
        """Set our display name in one room alone; what else our membership there says stays."""


class OwnRooms(Protocol):
    """What we keep about our rooms on the server, for all our clients: tags, marks, and what may call us."""

    async def push_rules(self) -> Json:
        """The rules by which servers and clients notify (`m.push_rules`)."""

    async def put_push_rule(self, kind: str, rule_id: str, body: Json) -> None:
        """Write a rule of our own, enabled; one with this id is replaced."""

    async def drop_push_rule(self, kind: str, rule_id: str) -> None:
        """Delete a rule of our own; nothing happens where there is none."""

    async def put_tag(self, room_id: RoomId, tag: str, content: Json) -> None:
        """Tag a room; other tags stay."""

    async def drop_tag(self, room_id: RoomId, tag: str) -> None:
        """Take a tag from a room."""

    async def set_room_account_data(self, room_id: RoomId, type_: str, content: Json) -> None:
        """Replace a piece of account data about a room."""


class Media(Protocol):
    """Files on the server."""

    async def download(self, what: Attachment, folder: Path, most: int = LARGEST, told: Progress | None = None) -> Path:
        """Fetch a file of at most `most` bytes into a folder, under a harmless name that is free there."""

    async def fetch(self, what: Attachment, most: int, told: Progress | None = None) -> bytes:
        """A file's content, proved to be what was shared, and kept on no disk."""

    async def upload(
        self, file: Path, *, encrypted: bool, most: int = LARGEST, told: Progress | None = None
    ) -> Attachment:
        """Send a file of at most `most` bytes to the server, encrypted first if so wished."""

    async def upload_bytes(
        self, data: bytes, what: Attachment, *, encrypted: bool, most: int = LARGEST, told: Progress | None = None
    ) -> Attachment:
        """The same for content that is in no file; `what` says name, kind and measures, and gets place and secret."""


class Gateway(Syncing, RoomActs, RoomReads, OwnProfile, OwnRooms, Upgrades, ServerSearch, Media, Protocol):
    """One signed-in device on a homeserver. Every method may raise a `Problem`."""

    @property
    def user_id(self) -> UserId:
        """Whose account it is."""

    @property
    def device_id(self) -> DeviceId:
        """Which device this is."""

    @property
    def identities(self) -> Identities:
        """Whose keys are whose, as this device knows it."""

    @property
    def room_keys(self) -> RoomKeys:
        """The room keys that this device has."""

    @property
    def key_server(self) -> KeyServer:
        """The server's part in who is who."""

    async def logout(self) -> None:
        """End this device on the server."""

    async def close(self) -> None:
        """Close connections. Never sends."""
