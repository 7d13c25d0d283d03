"""Files that people share: fetched within limits into a folder of ours, opened and proved before they get a name."""

from __future__ import annotations

import contextlib
import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path

from nookterm.client.errors import NotFound, Problem
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


class Media:
    """The Gateway's methods for files."""

    _http: Http

    async def download(self, what: Attachment, folder: Path, most: int = LARGEST) -> Path:
        """Fetch a file into `folder` (which is there), readable by its owner alone. Returns where it is.

        Nothing is ever overwritten, and a file that is not what the message promised leaves nothing behind.

        Raises:
            Problem: `too_large`, `tampered` (its content is not what the sender encrypted), `unopenable`.
            NotFound: the server does not have it.
            CannotWrite: the folder does not take it.
        """
        opener = Opener(what.secret) if what.secret is not None else None
        where = path("media", "download", what.server, what.media_id, root=V1)
        with unfinished(folder) as (number, part):
            async with streamed(self._http, "GET", where, timeout=_PATIENCE, headers=_AS_IT_IS) as answer:
                if (answer.content_length or 0) > most:
                    raise _too_large(most)
                size = 0
                async for piece in answer.content.iter_chunked(_PIECE):
                    size += len(piece)
                    if size > most:
                        raise _too_large(most)
                    write(number, opener.open(piece) if opener else piece, folder)
            if opener:
                opener.prove()
            return named(part, folder, file_name(what.name))

    async def upload(self, file: Path, *, encrypted: bool, most: int = LARGEST) -> Attachment:
        """Send a file to the server, encrypted first if so wished; then the server learns neither name nor kind.

        Raises:
            Problem: `too_large` for us or for the server, `unreadable`.
        """
        size = _size(file)
        allowed = min(most, await self._largest_upload() or most)
        if size > allowed:
            raise _too_large(allowed)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        sealers: list[Sealer] = []
        headers = {"Content-Type": "application/octet-stream" if encrypted else kind, "Content-Length": str(size)}
        where = path("upload", root="/_matrix/media/v3")

        def body() -> AsyncIterator[bytes]:
            sealers.extend([Sealer()] if encrypted else [])
            return _pieces(file, size, sealers[-1] if sealers else None)

        async with streamed(self._http, "POST", where, timeout=_PATIENCE, headers=headers, body=body) as answer:
            told = as_object(read_json(await answer.content.read(_PIECE)))
        place = place_of(told.get("content_uri"))
        if place is None:
            raise server_trouble("It took the file and did not say under which name.")
        return Attachment(*place, file.name, kind, size, sealers[-1].secret() if sealers else None)

    async def _largest_upload(self) -> int | None:
        with contextlib.suppress(NotFound):
            return as_count((await self._http.call("GET", path("media", "config", root=V1))).get("m.upload.size"))
        return None


def _size(file: Path) -> int:
    try:
        if file.is_file():
            return file.stat().st_size
    except OSError as error:
        raise _unreadable(file) from error
    raise _unreadable(file)


async def _pieces(file: Path, size: int, sealer: Sealer | None) -> AsyncIterator[bytes]:
    """The first `size` bytes of a file. A file that shrinks meanwhile breaks the request off."""
    left = size
    try:
        with file.open("rb") as source:
            while left and (piece := source.read(min(_PIECE, left))):
                left -= len(piece)
                yield sealer.seal(piece) if sealer else piece
    except OSError as error:
        raise _unreadable(file) from error
    if left:
        raise _unreadable(file)


def _too_large(most: int) -> Problem:
    return Problem(f"The file is larger than {most // (1024 * 1024)} MB.", "It was left where it is.", code="too_large")


def _unreadable(file: Path) -> Problem:
    return Problem(f"{file.name} cannot be read.", "Nothing was sent.", code="unreadable")
