"""What the use cases need from outside: a server, a disk, a safe place for keys. Three ports and a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from nookterm.domain.events import Event, Json, Membership
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.domain.room import Member


class Secret:
    """Text that does not print. `reveal()` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hold `text`."""
        self._text = text

    def reveal(self) -> str:
        """The text itself: for the wire and the vault only."""
        return self._text

    def __repr__(self) -> str:
        """Never the text."""
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        """Secrets are equal when their texts are."""
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        """By the text."""
        return hash(self._text)


Clock = Callable[[], datetime]
"""The time now, UTC."""


# --- the server -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credentials:
    """A signed-in device."""

    homeserver: str
    """Base URL without a trailing slash."""
    user_id: UserId
    device_id: DeviceId
    token: Secret


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

    async def login(self, server: Homeserver, user: str, password: Secret, device_name: str) -> Credentials:
        """Sign in by password. Raises WrongPassword."""

    async def register(self, server: Homeserver, localpart: str, password: Secret, device_name: str) -> Credentials:
        """Make an account where the server lets anyone (`m.login.dummy`)."""


@dataclass(frozen=True, slots=True)
class RoomUpdate:
    """What one sync step says about one room."""

    room_id: RoomId
    membership: Membership
    """Which section of the sync it came in: join, invite, knock, leave."""
    state: tuple[Event, ...] = ()
    """Clear-text state: the state block, then that of the timeline, in order. Stripped for invite and knock."""
    timeline: tuple[Event, ...] = ()
    limited: bool = False
    """Events are missing before `timeline`."""
    prev_batch: str | None = None
    unread: int | None = None
    mentions: int | None = None
    typing: tuple[UserId, ...] | None = None
    read_up_to: EventId | None = None
    """Our own newest read receipt, where this step brought one."""


@dataclass(frozen=True, slots=True)
class SyncStep:
    """One sync response, parsed and decrypted, not yet stored."""

    next_batch: str
    rooms: tuple[RoomUpdate, ...] = ()
    decrypted_late: tuple[Event, ...] = ()
    """Events that earlier steps could not read and that now can be."""
    dropped: int = 0
    """Broken or hostile pieces that were set aside."""


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """A room to be made; maps to `POST /createRoom`."""

    name: str
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

    async def fetch_sync(self, since: str | None, timeout: float) -> Json:
        """Ask for news, waiting up to `timeout` seconds. Changes nothing here."""

    def digest_sync(self, raw: Json) -> SyncStep:
        """Take keys, decrypt, parse. Synchronous, so that it can run inside one store transaction."""

    async def after_sync(self) -> tuple[Event, ...]:
        """Send what the crypto owes (uploads, queries, claims). Events that became readable by it are returned."""

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

    async def members(self, room_id: RoomId, membership: Membership | None = None) -> tuple[Member, ...]:
        """The membership list as the server has it now."""

    async def room_state(self, room_id: RoomId) -> tuple[Event, ...]:
        """The whole current state."""

    async def messages(self, room_id: RoomId, start: str | None, limit: int) -> Page:
        """A page of the past before `start` (None: from now), decrypted where keys are here."""

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

    async def logout(self) -> None:
        """End this device on the server."""

    async def close(self) -> None:
        """Close connections. Never sends."""


# --- the disk ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox: something to send, committed before the first byte leaves."""

    txn_id: TxnId
    room_id: RoomId
    what: SendContent
    queued_at: datetime
    state: str = "queued"
    """queued, sent (the server has it), failed (a person must decide)."""
    event_id: EventId | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class RoomRow:
    """What the store keeps of a room beside state and timeline."""

    room_id: RoomId
    unread: int = 0
    mentions: int = 0
    prev_batch: str | None = None
    """Where the past continues on the server; None at the beginning."""
    read_up_to: EventId | None = None
    draft: str = ""


class Store(Protocol):
    """One account's encrypted database. Synchronous and quick; used from the engine's thread only."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing. Nested use joins the outer one."""

    @property
    def connection(self) -> Any:
        """The DB-API connection, lent to the crypto so that keys and timeline commit together."""

    def position(self) -> str | None:
        """Where the next sync starts."""

    def set_position(self, token: str) -> None:
        """Remember it."""

    def save_state(self, events: Iterable[Event]) -> None:
        """Replace the room state that these events set."""

    def state(self, room_id: RoomId) -> tuple[Event, ...]:
        """A room's current state."""

    def drop_state(self, room_id: RoomId) -> None:
        """Forget a room's state (before a full list, or when it is only stripped state)."""

    def rooms(self) -> tuple[RoomRow, ...]:
        """Every room that has state here."""

    def save_room(self, row: RoomRow) -> None:
        """Insert or replace."""

    def room(self, room_id: RoomId) -> RoomRow:
        """A room's row; an empty one where there is none."""

    def add_events(self, events: Iterable[Event], *, older: bool = False) -> tuple[EventId, ...]:
        """Append to a room's timeline (or, `older`, put before it, newest first).

        Known ids are updated in place (late decryption), never doubled. Returns the ids that are new.
        """

    def add_gap(self, room_id: RoomId, token: str) -> None:
        """Mark that events are missing right before those added next; `token` is where to fetch them from."""

    def gaps(self, room_id: RoomId) -> Mapping[EventId, str]:
        """Where events are missing: the event right after each gap and the token to fetch from, oldest first."""

    def fill_gap(
        self, room_id: RoomId, after: EventId, events: Iterable[Event], token: str | None
    ) -> tuple[EventId, ...]:
        """Put a page of the past (newest first) into the gap before the event `after`. Returns the ids that are new.

        The gap closes when the page reaches an event that lies before it, or where `token` (the page's end) is None.
        """

    def timeline(self, room_id: RoomId, limit: int, before: EventId | None = None) -> tuple[Event, ...]:
        """The newest `limit` events (before one, exclusive), oldest first."""

    def event(self, room_id: RoomId, event_id: EventId) -> Event | None:
        """One stored event."""

    def related(self, room_id: RoomId, target: EventId) -> tuple[Event, ...]:
        """Events that edit, react to, redact, answer or thread under `target`, in order."""

    def redact(self, room_id: RoomId, event_id: EventId) -> None:
        """Remove the text of an event for good; its place stays."""

    def search(self, query: str, limit: int = 50) -> tuple[Event, ...]:
        """Messages that hold all words of `query` (prefixes), newest first."""

    def save_outgoing(self, row: Outgoing) -> None:
        """Insert or replace by `txn_id`."""

    def outgoing(self) -> tuple[Outgoing, ...]:
        """What has not been echoed yet, in the order it was queued."""

    def drop_outgoing(self, txn_id: TxnId) -> None:
        """The echo has come, or the person gave it up."""

    def remember(self, kind: str, key: str, value: Mapping[str, Any] | None) -> None:
        """Keep a small value of ours (prepared answers, listed requests, dismissals, settings); None forgets it."""

    def recall(self, kind: str, key: str) -> Json | None:
        """A value kept by `remember`."""

    def recall_all(self, kind: str) -> Mapping[str, Json]:
        """All values of a kind, by key."""

    def close(self) -> None:
        """Close the file."""


class Vault(Protocol):
    """A safe place for an account's key and token: the system keyring, or a file sealed by a passphrase."""

    @property
    def kind(self) -> str:
        """`keyring`, `passphrase` or `demo`; a profile remembers which one holds its key."""

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret and read it back. Raises VaultClosed."""

    def load(self, name: str) -> Secret | None:
        """A kept secret; None where there is none. Raises VaultClosed."""

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens where there is none."""
