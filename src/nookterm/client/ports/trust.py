"""What the trust use cases need: whose keys are whose, the room keys, and the server's part in both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from nookterm.client.ports.secrets import Secret
from nookterm.domain.events import Json, Trust
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.domain.records import dataclass

if TYPE_CHECKING:
    # The cryptography's libraries load when they are first used: the first frame does not wait for them.
    from nookterm.trust.identity import DeviceKeys, Identity
    from nookterm.trust.pins import Pin, PinEvent
    from nookterm.trust.policy import UnsignedRule, Verdict
    from nookterm.trust.room_keys import RoomKey


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message about keys and not of a conversation, as it came between devices or in a room."""

    type: str
    sender: UserId
    content: Json = field(repr=False)
    device: DeviceKeys | None = None
    """The known device whose Olm session it came through; None: it came in clear text, or nobody knows that device."""
    encrypted: bool = False
    sender_keys: tuple[str, str] | None = field(default=None, repr=False)
    """Curve25519 and (claimed) Ed25519 key behind the Olm session: for a device that is asked about only later."""
    room_id: RoomId | None = None
    event_id: EventId | None = None
    sent_at: datetime | None = None
    """The server's time of a message in a room."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """The server wants to know that it is really us (spec: User-Interactive Authentication)."""

    session: str
    flows: tuple[tuple[str, ...], ...]
    """Each a way through: the stages that it takes, such as `m.login.password` or `m.oauth`."""
    params: Json = field(default_factory=dict)
    done: tuple[str, ...] = ()
    refused: bool = False
    """An earlier answer of ours was wrong."""


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """One of our devices as the server lists them. Name and times are the server's word."""

    device: DeviceId
    name: str = ""
    last_seen: datetime | None = None


class Identities(Protocol):
    """Whose keys are whose, as this device knows it: on disk, without network. For the engine's thread only."""

    @property
    def this_device(self) -> DeviceKeys:
        """The device that runs here; `signed_by_owner` as the server last showed it."""

    @property
    def revision(self) -> int:
        """Another number after anything that verdicts rest on may have changed."""

    def sign(self, message: bytes) -> str:
        """Sign with this device's Ed25519 key; unpadded base64."""

    def pin(self, user: UserId) -> Pin:
        """What is remembered of a person's identity; an empty pin for strangers."""

    def everybody(self) -> Mapping[UserId, Pin]:
        """All people with an identity that was ever seen."""

    def note(self, user: UserId, event: PinEvent) -> Pin:
        """Take one step of a pin (`trust.pins.step`) and keep it. Waiting messages are looked at again after it."""

    def devices(self, user: UserId) -> Mapping[DeviceId, DeviceKeys]:
        """The known devices of a person, but for those that the server does not show any more. Without documents."""

    def verdict(self, room_id: RoomId, user: UserId, device: DeviceId) -> Verdict:
        """What follows for a known device in a room (`trust.policy.judge`), under that room's exception."""

    def barred(self, user: UserId) -> frozenset[DeviceId]:
        """Devices that somebody here shut out by hand."""

    def bar(self, user: UserId, device: DeviceId, *, barred: bool) -> None:
        """Shut a device out of everything that is said from now on, or let it in again."""

    def rule(self, room_id: RoomId) -> UnsignedRule:
        """A room's exception for unsigned devices."""

    def set_rule(self, room_id: RoomId, rule: UnsignedRule) -> None:
        """Keep it. Waiting messages of the room are looked at again after it."""

    def owed_ratings(self) -> Mapping[UserId, Trust]:
        """Whose stored messages are to be rated anew (`Store.rerate`), and as what: they got verified, or lost it."""

    def rated(self, user: UserId) -> None:
        """They have been. In one transaction with it."""

    def secret(self, name: str) -> Secret | None:
        """A private key of ours by its name in secret storage; None where this device does not have it."""

    def keep_secret(self, name: str, secret: Secret | None) -> None:
        """Keep it inside the encrypted database; None forgets it."""


class RoomKeys(Protocol):
    """The Megolm sessions that this device has."""

    def count(self) -> int:
        """How many."""

    def all(self, room_id: RoomId | None = None) -> Iterator[RoomKey]:
        """All of them, or those of a room."""

    def unsaved(self, version: str, limit: int) -> Sequence[tuple[RoomKey, bool]]:
        """Some that are not in this backup yet, each with whether its maker is known and signed by its owner."""

    def how_many_unsaved(self, version: str) -> int:
        """How many are not in this backup."""

    def saved(self, version: str, keys: Iterable[RoomKey]) -> None:
        """These are in this backup now."""

    def take(self, keys: Iterable[RoomKey], *, from_backup: str | None = None) -> int:
        """Keep keys that came second hand where they are better (`trust.room_keys.keep_better`). Returns how many were.

        `from_backup`: the version in which they already are. Messages that can be read now come with the next step.
        """

    def missing(self, room_id: RoomId | None = None) -> Sequence[tuple[RoomId, str]]:
        """The sessions (room, session id) that messages here wait for, newest first."""

    def given(self, room_id: RoomId, events: Collection[EventId]) -> frozenset[EventId]:
        """Those of these events that were read with a key which newcomers may have."""


class KeyServer(Protocol):
    """The server's part. Every method may raise a `Problem`."""

    async def query(self, users: Collection[UserId]) -> Mapping[UserId, Identity]:
        """Ask for identities and devices anew, and learn them. Who is missing in the answer could not be asked for."""

    async def publish_identity(self, body: Json, auth: Json | None = None) -> Challenge | None:
        """`POST /keys/device_signing/upload`. None when it is done, else what the server wants first."""

    async def publish_signatures(self, body: Json) -> None:
        """`POST /keys/signatures/upload`. Raises a Problem also where the server took only some of them."""

    async def account_data(self, type_: str) -> Json:
        """A piece of account data; empty where there is none."""

    async def set_account_data(self, type_: str, content: Json) -> None:
        """Replace it."""

    async def backup_version(self, version: str | None = None) -> Json | None:
        """`GET /room_keys/version`: the newest, or one; None where there is none."""

    async def create_backup(self, body: Json) -> str:
        """`POST /room_keys/version`. Returns the version."""

    async def delete_backup(self, version: str) -> None:
        """Delete a backup with all that is in it."""

    async def file_keys(self, version: str, body: Json) -> tuple[int, Json]:
        """`PUT /room_keys/keys`: HTTP status and answer, for `trust.backup.read_upload`; other failures are raised."""

    async def filed_keys(self, version: str, room_id: RoomId | None = None, session: str | None = None) -> Json:
        """`GET /room_keys/keys`, of all rooms, of one, or one session; always as `{"rooms": ...}`, empty for none."""

    async def send_to_devices(
        self, type_: str, messages: Mapping[UserId, Mapping[DeviceId, Json]], txn_id: TxnId | None = None
    ) -> None:
        """Send in clear text: user -> device -> content. One `txn_id` never delivers twice."""

    async def send_to_room(self, room_id: RoomId, type_: str, content: Json, txn_id: TxnId) -> EventId:
        """Send a piece of a verification into a room in clear text, whatever the room. Refuses everything else."""

    async def send_sealed(self, type_: str, content: Json, devices: Sequence[DeviceKeys]) -> Sequence[DeviceKeys]:
        """Send over Olm. Returns the devices that could be reached."""

    async def upload_sealed(self, data: bytes) -> Json:
        """Encrypt something small and keep it on the server. Returns the spec's `EncryptedFile`."""

    async def download_sealed(self, file: Json, most: int) -> bytes:
        """Fetch and open such a file of at most `most` bytes. Raises Problem where it is not what was promised."""

    async def own_devices(self) -> Sequence[ListedDevice]:
        """Our devices as the server lists them."""

    async def rename_device(self, device: DeviceId, name: str) -> None:
        """Give one another name."""

    async def end_devices(self, devices: Sequence[DeviceId], auth: Json | None = None) -> Challenge | None:
        """Sign devices out. None when it is done, else what the server wants first."""


Auth = Mapping[str, Any]
"""The `auth` object that answers a challenge."""
