"""Files that people share: fetched within limits into a folder of ours, opened and proved before they get a name."""

from __future__ import annotations

import contextlib
import mimetypes
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from nookterm.client.errors import NotFound, Problem
from nookterm.client.ports import Progress
from nookterm.domain.attachment import LARGEST, Attachment, file_name, place_of
from nookterm.matrix.file_cipher import Opener, Sealer
from nookterm.matrix.http import V1, Http, path
from nookterm.matrix.new_file import named, unfinished, write
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.streaming import streamed
from nookterm.matrix.wire import as_count, as_object, read_json

_PATIENCE = 900.0
"""Seconds for a whole file."""
_PIECE = 1 << 16
_AS_IT_IS = {"Accept-Encoding": "identity"}
"""Not packed: what unpacks on its way may become any size."""
_UNKNOWN = "application/octet-stream"


class Media:
    """The Gateway's methods for files."""

    _http: Http

    async def download(self, what: Attachment, folder: Path, most: int = LARGEST, told: Progress | None = None) -> Path:
        """Fetch a file into `folder` (which is there), readable by its owner alone. Returns where it is.

        Nothing is ever overwritten, and a file that is not what the message promised leaves nothing behind.

        Raises:
            Problem: `too_large`, `tampered` (its content is not what the sender encrypted), `unopenable`.
            NotFound: the server does not have it.
            CannotWrite: the folder does not take it.
        """
        with unfinished(folder) as (number, part):
            await self._fetched(what, lambda piece: write(number, piece, folder), most, told)
            return named(part, folder, file_name(what.name))

    async def fetch(self, what: Attachment, most: int, told: Progress | None = None) -> bytes:
        """A file's content, kept in memory alone. Raises as `download`."""
        content = bytearray()
        await self._fetched(what, content.extend, most, told)
        return bytes(content)

    async def upload(
        self, file: Path, *, encrypted: bool, most: int = LARGEST, told: Progress | None = None
    ) -> Attachment:
        """Send a file to the server, encrypted first if so wished; then the server learns neither name nor kind.

        Raises:
            Problem: `too_large` for us or for the server, `unreadable`.
        """
        size = _size(file)
        kind = mimetypes.guess_type(file.name)[0] or _UNKNOWN
        what = Attachment("", "", file.name, kind, size)
        return await self._sent(what, partial(_pieces, file, size), encrypted=encrypted, most=most, told=told)

    async def upload_bytes(
        self, data: bytes, what: Attachment, *, encrypted: bool, most: int = LARGEST, told: Progress | None = None
    ) -> Attachment:
        """The same for content that is in no file; `what` says name, kind and measures. Raises as `upload`."""
        known = replace(what, size=len(data))
        return await self._sent(known, partial(_cut, data), encrypted=encrypted, most=most, told=told)

    async def _fetched(self, what: Attachment, take: Callable[[bytes], None], most: int, told: Progress | None) -> None:
        """Hand a file's content on, piece by piece; it is proved only when this returns."""
        opener = Opener(what.secret) if what.secret is not None else None
        where = path("media", "download", what.server, what.media_id, root=V1)
        async with streamed(self._http, "GET", where, timeout=_PATIENCE, headers=_AS_IT_IS) as answer:
            if (answer.content_length or 0) > most:
                raise _too_large(most)
            size = 0
            async for piece in answer.content.iter_chunked(_PIECE):
                size += len(piece)
                if size > most:
                    raise _too_large(most)
                take(opener.open(piece) if opener else piece)
                if told:
                    told(size, answer.content_length)
        if opener:
            opener.prove()

    async def _sent(
        self,
        what: Attachment,
        pieces: Callable[[], AsyncIterator[bytes]],
        *,
        encrypted: bool,
        most: int,
        told: Progress | None,
    ) -> Attachment:
        size = what.size or 0
        allowed = min(most, await self._largest_upload() or most)
        if size > allowed:
            raise _too_large(allowed)
        sealers: list[Sealer] = []
        headers = {"Content-Type": _UNKNOWN if encrypted else what.mimetype, "Content-Length": str(size)}
        where = path("upload", root="/_matrix/media/v3")

        def body() -> AsyncIterator[bytes]:
            sealers.extend([Sealer()] if encrypted else [])
            return _on_its_way(pieces(), sealers[-1] if sealers else None, size, told)

        async with streamed(self._http, "POST", where, timeout=_PATIENCE, headers=headers, body=body) as answer:
            place = place_of(as_object(read_json(await answer.content.read(_PIECE))).get("content_uri"))
        if place is None:
            raise server_trouble("It took the file and did not say under which name.")
        secret = sealers[-1].secret() if sealers else None
        return replace(what, server=place[0], media_id=place[1], secret=secret)

    async def _largest_upload(self) -> int | None:
        with contextlib.suppress(NotFound):
            return as_count((await self._http.call("GET", path("media", "config", root=V1))).get("m.upload.size"))
        return None


async def _on_its_way(
    pieces: AsyncIterator[bytes], sealer: Sealer | None, size: int, told: Progress | None
) -> AsyncIterator[bytes]:
    done = 0
    async for piece in pieces:
        yield sealer.seal(piece) if sealer else piece
        done += len(piece)
        if told:
            told(done, size)


def _size(file: Path) -> int:
    try:
        if file.is_file():
            return file.stat().st_size
    except OSError as error:
        raise _unreadable(file) from error
    raise _unreadable(file)


async def _pieces(file: Path, size: int) -> AsyncIterator[bytes]:
    """The first `size` bytes of a file. A file that shrinks meanwhile breaks the request off."""
    left = size
    try:
        with file.open("rb") as source:
            while left and (piece := source.read(min(_PIECE, left))):
                left -= len(piece)
                yield piece
    except OSError as error:
        raise _unreadable(file) from error
    if left:
        raise _unreadable(file)


async def _cut(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]


def _too_large(most: int) -> Problem:
    limit = f"{most // (1024 * 1024)} MB" if most >= 1024 * 1024 else f"{most} bytes"
    return Problem(f"The file is larger than {limit}.", "It was left where it is.", code="too_large")


def _unreadable(file: Path) -> Problem:
    return Problem(f"{file.name} cannot be read.", "Nothing was sent.", code="unreadable")
