"""What panels ask of the main screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from nookterm.domain.ids import EventId, RoomId


@dataclass
class OpenRoom(Message):
    """Show this room's conversation."""

    room_id: RoomId


@dataclass
class ShareMessage(Message):
    """Begin to share this message as a highlight."""

    room_id: RoomId
    event_id: EventId
