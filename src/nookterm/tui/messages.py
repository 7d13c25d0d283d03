"""What panels ask of the main screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId


@dataclass
class OpenRoom(Message):
    """Show this room's conversation."""

    room_id: RoomId
    thread: EventId | None = None
    """The message whose thread is shown, too."""
    draft: str = ""
    """Words to begin with where nothing is being written."""


@dataclass
class ShareMessage(Message):
    """Begin to share this message as a highlight."""

    room_id: RoomId
    event_id: EventId


@dataclass
class ReportMessage(Message):
    """Begin to report this message to facilitators."""

    room_id: RoomId
    event_id: EventId


@dataclass
class LeadElsewhere(Message):
    """Begin to lead the author of this message to another nook."""

    room_id: RoomId
    event_id: EventId


@dataclass
class OpenTrust(Message):
    """Make this device trusted: recovery key, another device, or a new identity."""


@dataclass
class ComparePerson(Message):
    """Begin to compare keys with this person."""

    user: UserId


@dataclass
class CompareDevice(Message):
    """Begin to compare keys with this other device of ours; None: with whichever answers."""

    device: DeviceId | None


@dataclass
class WantRecovery(Message):
    """Show the screen of the recovery key."""
