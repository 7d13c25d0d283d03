"""What panels ask of the main screen."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId
from nookterm.domain.records import dataclass


@dataclass
class OpenRoom(Message):
    """Show this room's conversation."""

    room_id: RoomId
    thread: EventId | None = None
    """The message whose thread is shown, too."""
    draft: str = ""
    """Words to begin with where nothing is being written."""
    answering: EventId | None = None
    """The message that is answered, too."""


@dataclass
class ShowThread(Message):
    """Show the thread under a message of the open room, beside it where there is room, and write in it."""

    event_id: EventId


@dataclass
class OpenMember(Message):
    """Show the page of somebody in the open room."""

    user: UserId


@dataclass
class GoTo(Message):
    """Go to a message of any room; where one is not in that room, to its door."""

    room_id: RoomId | None
    event_id: EventId | None = None
    ask: str = ""
    """The address of a room that one is not in."""
    found: str = ""
    """The hit that leads there: what else was found stays beside the conversation, where there is room."""


@dataclass
class GoOnward(Message):
    """Show where the open room, which is closed, goes on."""


@dataclass
class SearchHere(Message):
    """Find messages in the open room."""


@dataclass
class ShareMessage(Message):
    """Begin to share this message as a highlight."""

    room_id: RoomId
    event_id: EventId
    others: tuple[EventId, ...] = ()
    """All that are shared in one, where that is more than this one, in the order of the room."""
    thread: bool = False
    """With the answers to it."""


@dataclass
class AskToJoin(Message):
    """Show a nook's card, with the form that asks to join it."""

    room_id: RoomId


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
class ShowSeen(Message):
    """Show who has read up to this message."""

    room_id: RoomId
    event_id: EventId


@dataclass
class OpenFile(Message):
    """Show what can be done with the file of this message."""

    room_id: RoomId
    event_id: EventId


@dataclass
class ShareFile(Message):
    """Begin to share a file of this machine in the open room."""

    path: str


@dataclass
class LongPaste(Message):
    """Many lines were pasted: ask how they are meant."""

    text: str
    insert: Callable[[str], None]
    """Puts words where they were to go."""


@dataclass
class OpenPage(Message):
    """Hand an address of the web to the system's browser; its reader has said yes."""

    url: str


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


@dataclass
class ShowInvite(Message):
    """Show who invites us to this room, and what one can do about it."""

    room_id: RoomId


@dataclass
class RoomWish(Message):
    """Do this with a room of the list: `menu`, `level`, `favourite`, `up`, `down`, `low`, `read`, `unread`."""

    act: str
    room_id: RoomId
