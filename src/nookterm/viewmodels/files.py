"""Files in a conversation: what a dialog shows of one that came or is to leave, and what a screen may ask."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.attachment import Attachment
from nookterm.domain.events import Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.domain.sending import bytes_in_words, kind_in_words
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.panel import Panel

FILES = frozenset({"image", "file", "video", "audio", "sticker"})
"""Kinds of messages that share something."""


@dataclass(frozen=True, slots=True)
class FilesView:
    """What is under way."""

    progress: str = ""
    """`heron.jpg: 1.2 of 4.5 MB`; empty while nothing moves."""


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file of somebody, before anything of it was fetched."""

    room_id: RoomId
    event_id: EventId
    name: str
    what: str
    """`picture, 1200 × 800, 1.2 MB`, as its sender says."""
    author: str
    caption: str = ""
    encrypted: bool = True
    is_picture: bool = False
    may_open: bool = False
    """Whether it is of a kind that other programs only show."""


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A file of ours, before anything of it left."""

    room_id: RoomId
    path: str
    name: str
    what: str
    """`picture, 2048 × 1536, 1.2 MB instead of 4.5 MB`."""
    tells: tuple[str, ...]
    """What those who get it are told, the most important first."""
    where: str
    readers: str
    """Who can read it: `34 people can read this`."""
    encrypted: bool = True
    cleaned: bool = False
    may_choose: bool = False
    """A picture: as it is, or cleaned."""
    thread: EventId | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture to draw: three bytes for each pixel, row by row; four where it is sheer."""

    name: str
    pixels: bytes
    width: int
    height: int
    moves: bool = False
    sheer: bool = False


@dataclass(frozen=True, slots=True)
class Done(Told):
    """How it went: what to say."""

    path: str = ""
    """Where a file was kept."""


class FilesPanel(Panel[FilesView], Protocol):
    """Files of the open account. Nothing here raises: what goes wrong comes back in words."""

    async def card(self, room_id: RoomId, event_id: EventId) -> FileCard | Done:
        """The file of a message; fetches nothing."""

    async def save(self, card: FileCard) -> Done:
        """Keep it where downloads lie."""

    async def open(self, card: FileCard) -> Done:
        """Keep it, and hand it to the system's program. The caller has asked."""

    async def look(self, card: FileCard, side: int) -> Shown | Done:
        """A picture to draw, its longer side at most so many pixels; kept on no disk."""

    async def emoji(self, address: str, side: int) -> Shown | Done:
        """Somebody's own emoji to draw between words; kept on no disk. Beside whatever else is under way."""

    async def open_page(self, url: str) -> Done:
        """Hand an address of the web to the system's browser. The caller has asked."""

    async def draft(self, path: str, *, as_it_is: bool = False) -> FileDraft | Done:
        """Look at a file that is to leave for the open room."""

    async def send(self, draft: FileDraft, caption: str, name: str = "") -> Done:
        """Share it, exactly as it was shown; with a name, as that."""

    async def stop(self) -> None:
        """End what is under way; nothing of it is kept or sent."""


def file_row(message: Message) -> str:
    """What the timeline says of a shared file: its name and what it is. Safe text; empty where it shares none."""
    if message.attachment is not None and message.kind == "sticker":
        return f"sticker {_name(message.attachment)}  {described(message.attachment).removeprefix('picture, ')}"
    if message.attachment is not None:
        return f"{_name(message.attachment)}  {described(message.attachment)}"
    return f"{safe_line(message.body)}  (cannot be fetched)" if message.kind in FILES else ""


def described(what: Attachment) -> str:
    """`picture, 1200 × 800, 1.2 MB`."""
    return kind_in_words(what) + ("" if what.size is None else f", {bytes_in_words(what.size)}")


def _name(what: Attachment) -> str:
    return safe_line(what.name, longest=80) or "a file without a name"
