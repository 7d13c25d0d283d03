"""Files and pictures in conversations: cleaned before they leave, proved before they are kept, never by themselves."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from nookterm.client.errors import CannotWrite, Changed, NotFound, Problem, UnsafeFile, WrongUsage
from nookterm.client.ports import Outgoing, Preview, Progress
from nookterm.client.session import Session
from nookterm.domain.attachment import LARGEST, Attachment, file_name, place_of
from nookterm.domain.events import Membership, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.names import shown_names
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.sending import Told, cleaned_as, may_be_opened
from nookterm.formatting.called import names_to_call
from nookterm.formatting.writing import write_markdown

LARGEST_SHARED = 8 * 1024 * 1024
"""Bytes of a cleaned picture in a conversation."""
SHARED_SIDE = 4096
"""Pixels of its longer side."""
LARGEST_LOOKED_AT = 32 * 1024 * 1024
"""Bytes of a picture that is shown in the terminal."""
LARGEST_EMOJI = 256 * 1024
"""Bytes of a picture that is drawn between words."""
LONGEST_CAPTION = 4000
_USUAL_FOLDER = Path("~/Downloads")
_OPENERS = {"darwin": "open"}
_USUAL_OPENER = "xdg-open"


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that may leave: what it will tell, and the very bytes, or the file that has them."""

    told: Told
    data: bytes | None
    """A picture made anew; None: the file as it lies on the disk."""
    path: Path
    stamp: tuple[int, int]
    """Size and time of change of the file when it was looked at."""


class Files:
    """Files of one account's rooms. Everything here runs on the engine's thread but what takes long."""

    def __init__(self, session: Session, folder: Path | None = None) -> None:
        """`folder`: where files are kept where nothing else is said; made when it is first needed."""
        self._session = session
        self._folder = folder

    async def prepare(self, path: Path, *, as_it_is: bool = False, name: str = "") -> Ready:
        """Look at a file that is to leave. Pictures are cleaned unless `as_it_is`.

        `name` is what it is called for the others; else as on this disk.

        Raises:
            Problem: `unreadable`, `too_large`, `empty_file`.
        """
        size, stamp = _looked_at(path)
        called = file_name(name or path.name)
        kind = mimetypes.guess_type(called)[0] or "application/octet-stream"
        what = Attachment("", "", called, kind, size)
        is_picture = what.kind == "image" or self._session.pictures.is_picture(_beginning(path))
        if not is_picture or as_it_is:
            return Ready(Told(what, size), None, path, stamp)
        try:
            data = await asyncio.to_thread(path.read_bytes)
            clean = await asyncio.to_thread(
                self._session.pictures.clean, data, largest_bytes=LARGEST_SHARED, largest_side=SHARED_SIDE
            )
        except OSError as error:
            raise _unreadable(path) from error
        except UnsafeFile as problem:
            return Ready(Told(what, size, why_not=problem.message), None, path, stamp)
        what = cleaned_as(what, clean.mimetype, clean.width, clean.height, len(clean.data))
        return Ready(Told(what, size, cleaned=True), clean.data, path, stamp)

    async def send(
        self,
        room_id: RoomId,
        ready: Ready,
        caption: str = "",
        *,
        thread: EventId | None = None,
        reply: EventId | None = None,
        told: Progress | None = None,
        markdown: bool = True,
    ) -> Outgoing:
        """Bring a file to the server, then commit the message about it; the caller flushes the outbox.

        The caption may have form, as Markdown, and name people, like any other words (spec: media captions).

        Until the message is committed nobody hears of the file; it is encrypted wherever the room is.

        Raises:
            Changed: the file is not the one that was looked at.
            Problem: as `Gateway.upload`; NotFound: we are not in the room.
        """
        room = self._room(room_id)
        if len(caption) > LONGEST_CAPTION:
            message = f"The words under a file have at most {LONGEST_CAPTION} characters."
            raise WrongUsage(message, "Send the rest as a message.", code="too_long")
        gateway, what = self._session.gateway, ready.told.what
        if ready.data is not None:
            sent = await gateway.upload_bytes(ready.data, what, encrypted=room.encrypted, told=told)
        else:
            if _looked_at(ready.path)[1] != ready.stamp:
                message = f"{ready.path.name} is not what it was when you looked at it."
                raise Changed(message, "Look at it once more. Nothing was sent.", code="changed")
            sent = await gateway.upload(ready.path, encrypted=room.encrypted, told=told)
        shared = Attachment(
            sent.server, sent.media_id, what.name, what.mimetype, sent.size, sent.secret, what.width, what.height
        )
        content = (
            shared.content(caption.strip()) | _captioned(caption.strip(), room, markdown) | _related(thread, reply)
        )
        return self._session.outbox.queue(room_id, "m.room.message", content)

    def shared(self, room_id: RoomId, event_id: EventId) -> Attachment:
        """The file of a message that is here. Raises NotFound."""
        event = self._session.store.event(room_id, event_id)
        payload = event.payload if event else None
        if not isinstance(payload, Message) or payload.attachment is None:
            message = "There is no file that could be fetched in that message."
            raise NotFound(message, "`nookterm read` shows which messages have one.", code="no_file")
        return payload.attachment

    async def download(
        self, room_id: RoomId, event_id: EventId, to: Path | None = None, *, told: Progress | None = None
    ) -> Path:
        """Keep the file of a message, in `to` or the usual folder, under a free and harmless name. Raises Problem."""
        what = self.shared(room_id, event_id)
        return await self._session.gateway.download(what, self._made(to), LARGEST, told)

    async def look(self, room_id: RoomId, event_id: EventId, side: int, *, told: Progress | None = None) -> Preview:
        """The picture of a message, small enough to be drawn, decoded within limits and kept on no disk.

        Raises UnsafeFile for what is no picture that can be read safely, Problem as `Gateway.fetch`.
        """
        what = self.shared(room_id, event_id)
        data = await self._session.gateway.fetch(what, LARGEST_LOOKED_AT, told)
        return await asyncio.to_thread(self._session.pictures.preview, data, largest_side=side)

    async def emoji(self, address: str, side: int) -> Preview:
        """Somebody's own emoji, small enough to be drawn between words, its background clear; kept on no disk.

        Its picture is not encrypted, in no room: the servers see that it is asked for (docs/security-model.md).

        Raises:
            UnsafeFile: it is no picture that can be read safely, or much too large.
            Problem: as `Gateway.fetch`.
        """
        place = place_of(address)
        if place is None:
            message = "That is no address of a picture."
            raise NotFound(message, "Nothing was fetched.", code="no_file")
        data = await self._session.gateway.fetch(Attachment(*place, name="emoji"), LARGEST_EMOJI)
        return await asyncio.to_thread(self._session.pictures.preview, data, largest_side=side, sheer=True)

    def _room(self, room_id: RoomId) -> Room:
        room = self._session.rooms.get(room_id)
        if room is None or room.membership != Membership.JOIN:
            message = "You are not in that room."
            raise NotFound(message, "`nookterm join` or `nookterm knock` first.", code="not_in_room")
        return room

    def _made(self, to: Path | None) -> Path:
        folder = (to or self._folder or _USUAL_FOLDER).expanduser().absolute()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"There is no folder {folder}, and it cannot be made."
            raise CannotWrite(message, "Choose another folder.", code="cannot_write") from error
        return folder


async def open_with_system(path: Path) -> None:
    """Hand a kept file (its whole path) to the program that the system has for it; the caller has asked its owner.

    Raises WrongUsage for kinds that may run something, Problem where the system has no way.
    """
    if not may_be_opened(path.name):
        message = f"{path.name} is of a kind that may run something. nookterm does not open it."
        raise WrongUsage(message, "It is kept; open it yourself if you trust who sent it.", code="not_opened")
    program = shutil.which(_OPENERS.get(sys.platform, _USUAL_OPENER))
    if program is None:
        message = "This system has no program that opens files."
        raise Problem(message, f"It is kept as {path}.", code="no_opener")
    quiet = asyncio.subprocess.DEVNULL
    try:
        # A whole path, as `download` gives it: no name can be an option.
        await asyncio.create_subprocess_exec(
            program, str(path), stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError as error:
        message = f"{path.name} could not be opened."
        raise Problem(message, f"It is kept as {path}.", code="no_opener") from error


def _looked_at(path: Path) -> tuple[int, tuple[int, int]]:
    """Size of a file, and what tells whether it changed. Raises Problem."""
    try:
        found = path.stat()
        readable = path.is_file() and os.access(path, os.R_OK)
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not readable:
        raise _unreadable(path)
    if not found.st_size:
        raise Problem(f"{path.name} is empty.", "Nothing was sent.", code="empty_file")
    if found.st_size > LARGEST:
        message = f"{path.name} is larger than {LARGEST >> 20} MB."
        raise Problem(message, "Nothing was sent.", code="too_large")
    return found.st_size, (found.st_size, found.st_mtime_ns)


def _beginning(path: Path) -> bytes:
    """What a file really is stands in its first bytes, whatever it is called. Raises Problem."""
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> Problem:
    return Problem(f"{path} is no file that can be read.", "Nothing was sent.", code="unreadable")


def _captioned(caption: str, room: Room, markdown: bool) -> dict[str, Any]:  # noqa: FBT001 - handed on
    """The form of the words under a file, and whom they name."""
    if not caption:
        return {"m.mentions": {}}
    names = shown_names(room.who(Membership.JOIN, Membership.INVITE))
    people = [(name, user) for user, name in names.items() if user != room.me]
    said = write_markdown(caption, names_to_call(people), markdown=markdown).content()
    return {key: said[key] for key in ("format", "formatted_body", "m.mentions") if key in said}


def _related(thread: EventId | None, reply: EventId | None) -> dict[str, Any]:
    if thread:
        answered = {"m.in_reply_to": {"event_id": reply or thread}}
        return {"m.relates_to": {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not reply, **answered}}
    return {"m.relates_to": {"m.in_reply_to": {"event_id": reply}}} if reply else {}
