"""One verification as a value: who with whom, how far, and what may be sent (spec: Key verification framework).

A flow is asked for, answered, carried through by one method and ended. Nothing here waits or sends: every step returns
the next flow and the events that have to leave, in order. `verifying` begins and ends flows, `sas` and
`reciprocate` are the two methods, and `receiving` is the one door for what comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.identity import DeviceKeys, Identity
from nookterm.trust.qr_code import QrCode
from nookterm.trust.sas_code import METHOD, Code, Side
from nookterm.trust.sealed_box import BoxKey
from nookterm.trust.signing import ED25519

PREFIX = "m.key.verification."
REQUEST = PREFIX + "request"
READY = PREFIX + "ready"
START = PREFIX + "start"
ACCEPT = PREFIX + "accept"
KEY = PREFIX + "key"
MAC = PREFIX + "mac"
DONE = PREFIX + "done"
CANCEL = PREFIX + "cancel"

QR_SHOW = "m.qr_code.show.v1"
QR_SCAN = "m.qr_code.scan.v1"
RECIPROCATE = "m.reciprocate.v1"


class Phase(StrEnum):
    """How far a verification is."""

    REQUESTED = "requested"
    """We asked; nobody has answered."""
    ASKED = "asked"
    """They asked; our person has not answered."""
    READY = "ready"
    """Both are willing; nobody has started."""
    STARTED = "started"
    """We started; they have not accepted."""
    ACCEPTED = "accepted"
    """One started, the other accepted; keys are on their way."""
    SCANNED = "scanned"
    """They have read our code; our person has not said whether their device calls it right."""
    COMPARING = "comparing"
    """The emoji are there; our person has not said whether they match."""
    CONFIRMED = "confirmed"
    """Our person said that they match; we wait for theirs."""
    ENDING = "ending"
    """All is checked on our side; we wait to hear that it is on theirs."""
    DONE = "done"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"
    """Another device of ours answered."""


OVER = frozenset({Phase.DONE, Phase.CANCELLED, Phase.ELSEWHERE})


class CancelCode(StrEnum):
    """Why a verification ended without a result (spec: `m.key.verification.cancel`)."""

    USER = "m.user"
    TIMEOUT = "m.timeout"
    UNKNOWN_TRANSACTION = "m.unknown_transaction"
    UNKNOWN_METHOD = "m.unknown_method"
    UNEXPECTED_MESSAGE = "m.unexpected_message"
    KEY_MISMATCH = "m.key_mismatch"
    USER_MISMATCH = "m.user_mismatch"
    INVALID_MESSAGE = "m.invalid_message"
    ACCEPTED = "m.accepted"
    MISMATCHED_COMMITMENT = "m.mismatched_commitment"
    MISMATCHED_SAS = "m.mismatched_sas"


@dataclass(frozen=True, slots=True)
class Me:
    """The device that runs here."""

    user: UserId
    device: DeviceId
    ed25519: str
    master: str | None = None
    """Our master key, if this device has proved it to be ours; then it vouches for it."""
    methods: tuple[str, ...] = (METHOD,)
    """What this device can do; all of them are `METHOD`, `QR_SHOW`, `QR_SCAN` and `RECIPROCATE`."""

    def keys(self) -> dict[str, str]:
        """Return what we let the other side verify, by key id."""
        master = {ED25519 + self.master: self.master} if self.master else {}
        return {ED25519 + self.device: self.ed25519, **master}


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event of a verification as it came, decrypted where it was encrypted."""

    type: str
    sender: UserId
    content: Json
    event_id: EventId | None = None
    """None for to-device events."""

    @property
    def txn(self) -> str | None:
        """The flow that it belongs to; a request in a room is named by its own event id."""
        if self.event_id is None:
            txn = self.content.get("transaction_id")
        else:
            txn = as_object(self.content.get("m.relates_to")).get("event_id")
        return txn if isinstance(txn, str) and txn else None

    @property
    def device(self) -> DeviceId | None:
        """The device that the event says it comes from."""
        device = self.content.get("from_device")
        return DeviceId(device) if isinstance(device, str) and device else None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event that has to leave: to these devices of `user`, or into the flow's room where there are none named."""

    type: str
    content: Mapping[str, Any]
    user: UserId
    devices: tuple[DeviceId, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancelled:
    """How it ended."""

    code: CancelCode | None
    """None: a code of theirs that we do not know."""
    by_us: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """We started, with this content."""

    start: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class Agreed:
    """One started and the other accepted; the keys are on their way."""

    started_by_us: bool
    start: Json = field(repr=False)
    key: BoxKey
    """Ours, for this once."""
    other: DeviceKeys
    shows: frozenset[str]
    """The ways of comparing that both know."""
    commitment: str = ""
    """Theirs, where we started."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The keys are here, and with them what two people compare."""

    ours: Side
    theirs: Side
    other: DeviceKeys
    shows: frozenset[str]
    code: Code = field(repr=False)
    shared: bytes = field(repr=False)
    their_mac: Json | None = field(default=None, repr=False)
    """Where it came before our person had answered."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Our code is on the screen."""

    code: QrCode
    proves: Mapping[str, str]
    """What is proved about them once they have read it and our person has seen that they have."""


@dataclass(frozen=True, slots=True)
class Read:
    """We have read their code, and it was right."""

    proves: Mapping[str, str]


Exchange = Offered | Agreed | Compared | Shown | Read


@dataclass(frozen=True, slots=True)
class Flow:
    """One verification."""

    me: Me
    them: Identity
    """Their keys as they were when it began. A server that changes them meanwhile changes nothing here."""
    txn: str
    phase: Phase
    began: datetime
    room: RoomId | None = None
    """None: by to-device messages."""
    asked: tuple[DeviceId, ...] = ()
    """The devices that we asked, as long as none has answered."""
    device: DeviceId | None = None
    """The one device of theirs that goes on with it."""
    methods: frozenset[str] = frozenset()
    """Theirs."""
    exchange: Exchange | None = None
    cancelled: Cancelled | None = None
    proved: Mapping[str, str] = field(default_factory=dict)
    """Key ids and keys that their MACs prove. Not to be used before they have said "done" too: see `verified`."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.phase in OVER

    @property
    def with_ourselves(self) -> bool:
        """Whether it is between two devices of ours."""
        return self.them.user == self.me.user

    @property
    def common(self) -> frozenset[str]:
        """What both can do, named for our part of it: compare (`METHOD`), show a code, read one."""
        ways = {METHOD: METHOD, QR_SHOW: QR_SCAN, QR_SCAN: QR_SHOW}
        both = frozenset(ours for ours, theirs in ways.items() if ours in self.me.methods and theirs in self.methods)
        return both if RECIPROCATE in self.methods and RECIPROCATE in self.me.methods else both & {METHOD}

    @property
    def other(self) -> DeviceKeys | None:
        """The keys of the device that goes on with it."""
        return None if self.device is None else self.them.devices.get(self.device)

    @property
    def code(self) -> Code | None:
        """What to compare, as long as that is the question."""
        return self.exchange.code if isinstance(self.exchange, Compared) else None

    @property
    def verified(self) -> Mapping[str, str]:
        """Key ids and keys of theirs that may be signed now: none before both sides are done."""
        return self.proved if self.phase is Phase.DONE else {}


@dataclass(frozen=True, slots=True)
class Step:
    """The next flow and what has to leave, in this order."""

    flow: Flow
    send: tuple[Outgoing, ...] = ()
