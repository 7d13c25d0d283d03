"""One's own picture: cleaned and made small here, then put where everybody can fetch it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from nookterm.client.errors import CannotRead
from nookterm.client.session import Session
from nookterm.domain.attachment import Attachment

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes of a file that is looked at."""
_LARGEST = 512 * 1024
_SIDE = 512
"""Pixels: no client shows people larger."""
READERS = "not encrypted: anybody who knows your id, and every server, can fetch it"


async def set_picture(session: Session, path: Path) -> None:
    """Show this picture beside our name, everywhere.

    Raises:
        CannotRead: there is no such file, or it is too large.
        UnsafeFile: it is no picture that could be cleaned; nothing left this machine.

    """
    data = await asyncio.to_thread(_read, path)
    clean = await asyncio.to_thread(session.pictures.clean, data, largest_bytes=_LARGEST, largest_side=_SIDE)
    kind = clean.mimetype.rpartition("/")[2]
    what = Attachment("", "", f"picture.{kind}", clean.mimetype, len(clean.data), None, clean.width, clean.height)
    sent = await session.gateway.upload_bytes(clean.data, what, encrypted=False, most=_LARGEST)
    await session.gateway.picture(sent.address)


def _read(path: Path) -> bytes:
    path = path.expanduser()
    try:
        if path.stat().st_size <= LARGEST_FILE:
            return path.read_bytes()
    except OSError as error:
        message = f"{path.name} cannot be read."
        raise CannotRead(message, "Nothing was sent. Check its path.", code="unreadable") from error
    message = f"{path.name} is larger than {LARGEST_FILE // 2**20} MB."
    raise CannotRead(message, "Nothing was sent. Choose a smaller picture.", code="too_large")
