"""A highlight's picture: fetched and cleaned for those who are asked, and once more for the board."""

from __future__ import annotations

import asyncio
import hashlib

from nookterm.client.errors import Changed, WrongUsage
from nookterm.client.ports import CleanPicture
from nookterm.client.session import Session
from nookterm.domain.attachment import Attachment
from nookterm.domain.events import Event, Message
from nookterm.domain.limits import Limits
from nookterm.domain.room import Room
from nookterm.domain.share_request import SharedPicture
from nookterm.domain.sharing import Share

_LARGEST_SOURCE = 32 * 1024 * 1024
"""Bytes of a picture that is cleaned."""
_NAMES = {"image/png": "picture.png"}


class SharePictures:
    """Brings a picture from a nook to its board, and nothing of where it came from."""

    def __init__(self, session: Session) -> None:
        """Fetch and send as this account."""
        self._session = session

    async def for_nook(self, source: Event | None, limits: Limits) -> SharedPicture:
        """Clean the picture of a message, and bring it to the server for the nook, encrypted under a new key.

        Raises:
            WrongUsage: there is no picture, the space takes none, or it cannot be cleaned (UnsafeFile).

        """
        file = source.payload.attachment if source and isinstance(source.payload, Message) else None
        if file is None:
            message = "That message has no picture that could be shared."
            raise WrongUsage(message, "Choose one that has.", code="no_picture")
        if not limits.max_media_bytes:
            message = "This space's board takes no pictures."
            raise WrongUsage(message, "Share the words alone.", code="no_pictures")
        gateway, pictures = self._session.gateway, self._session.pictures
        data = await gateway.fetch(file, _LARGEST_SOURCE)
        clean = await asyncio.to_thread(pictures.clean, data, largest_bytes=limits.max_media_bytes)
        sent = await gateway.upload_bytes(clean.data, _bare(clean), encrypted=True)
        return SharedPicture(hashlib.sha256(clean.data).hexdigest(), sent, clean.width, clean.height)

    async def checked(self, share: Share, limits: Limits) -> CleanPicture:
        """The very picture that was agreed to, proved to be it and to be clean, whoever cleaned it.

        Raises Changed where it is another one; UnsafeFile where it tells more than it shows.
        """
        asked = share.asks.picture
        file = asked.file if asked else None
        if asked is None or file is None:
            message = "The picture of this highlight is not here."
            raise Changed(message, "Begin a new one.", code="changed")
        data = await self._session.gateway.fetch(file, limits.max_media_bytes)
        if hashlib.sha256(data).hexdigest() != asked.sha256:
            message = "The picture is not the one that was agreed to."
            raise Changed(message, "Begin a new highlight from the message itself.", code="changed")
        return await asyncio.to_thread(self._session.pictures.check, data, largest_bytes=limits.max_media_bytes)

    async def for_board(self, picture: CleanPicture, board: Room) -> Attachment:
        """Bring it to the server anew: under another key where the board is encrypted, in clear where it is not."""
        return await self._session.gateway.upload_bytes(picture.data, _bare(picture), encrypted=board.encrypted)


def _bare(clean: CleanPicture) -> Attachment:
    """A picture without a story: no name of a file, nothing but what is to be seen in it."""
    name = _NAMES.get(clean.mimetype, "picture.jpg")
    return Attachment("", "", name, clean.mimetype, len(clean.data), width=clean.width, height=clean.height)
