"""The homeserver as the use cases see it: what is asked of it and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from nookterm.client.ports.secrets import Secret
from nookterm.client.ports.trust import Arrived, Identities, KeyServer, RoomKeys
from nookterm.domain.attachment import LARGEST, Attachment
from nookterm.domain.events import Event, Json, Membership
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.domain.room import Member

SYNC_WAYS = ("auto", "sliding", "classic")
"""How a Gateway may ask for news; auto: as the server offers."""


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
class Homeserver:
    """What discovery found."""

    url: str
    flows: tuple[str, ...]
    """Ways to log in: `m.login.password`, `m.login.sso`, ..."""
    versions: tuple[str, ...] = ()


class Doorway(Protocol):
    """The server as it looks before one has signed in."""

    async def discover(self, server: str) -> Homeserver:
        """Find the homeserver of a server name or URL (spec: Client-Server API, server discovery)."""

    async def login(
        self, server: Homeserver, user: str, password: Secret, device_name: str, device_id: DeviceId | None = None
    ) -> Credentials:
        """Sign in by password: a new device, or `device_id` once more. Raises WrongPassword."""

    async def register(self, server: Homeserver, localpart: str, password: Secret, device_name: str) -> Credentials:
        """Make an account where the server lets anyone (`m.login.dummy`)."""

    async def is_valid(self, credentials: Credentials) -> bool:
        """Whether the server takes this token."""

    async def end(self, credentials: Credentials) -> None:
        """End a device on the server; nothing happens where it has ended already."""


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
    """Our own newest read receipt, where this step brought one."""
    whole: bool = False
    """`state` is all that there is: what was known before and is not in it does not hold any more."""


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


class Gateway(Protocol):
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

    async def forget(self, room_id: RoomId) -> None:
        """Let the server forget that we were in a room; only after a sync step has shown that we left.

        Synapse 1.163 answers the next sliding sync with an error 500 where it is forgotten before that.
        """

    async def report(self, room_id: RoomId, event_id: EventId, reason: str) -> None:
        """Tell the server's administrator about an event; they cannot read it where the room is encrypted."""

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

    async def hierarchy(self, space: RoomId) -> tuple[Summary, ...]:
        """A space and what it lists, a page of all depths, as people see it who are not inside."""

    async def summary(self, room: str, via: Sequence[str] = ()) -> Summary:
        """A room before joining."""

    async def resolve(self, alias: str) -> tuple[RoomId, tuple[str, ...]]:
        """The room of an alias and servers that know it."""

    async def mark_read(self, room_id: RoomId, event_id: EventId) -> None:
        """Tell the server that we read up to here (private receipt)."""

    async def display_name(self, name: str | None = None) -> str | None:
        """Our own display name; sets it first where `name` is given."""

    async def download(self, what: Attachment, folder: Path, most: int = LARGEST) -> Path:
        """Fetch a file of at most `most` bytes into a folder, under a harmless name that is free there."""

    async def upload(self, file: Path, *, encrypted: bool, most: int = LARGEST) -> Attachment:
        """Send a file of at most `most` bytes to the server, encrypted first if so wished."""

    async def logout(self) -> None:
        """End this device on the server."""

    async def close(self) -> None:
        """Close connections. Never sends."""
