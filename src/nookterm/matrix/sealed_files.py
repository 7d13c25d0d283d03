"""Small files that exist only in memory and, encrypted, on the server: nothing of them ever lies on this disk."""

from __future__ import annotations

from typing import Any

from nookterm.client.errors import Problem
from nookterm.domain.attachment import place_of
from nookterm.domain.events import Json
from nookterm.matrix.file_cipher import Opener, Sealer
from nookterm.matrix.http import V1, Http, path
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.streaming import streamed
from nookterm.matrix.wire import as_object, read_json

_PATIENCE = 300.0
"""Seconds for a whole file."""
_PIECE = 1 << 16


async def upload_sealed(http: Http, data: bytes) -> dict[str, Any]:
    """Encrypt and send. Returns the spec's `EncryptedFile`, which is what opens it again."""
    sealer = Sealer()
    sealed = sealer.seal(data)
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(sealed))}
    where = path("upload", root="/_matrix/media/v3")
    async with streamed(http, "POST", where, timeout=_PATIENCE, headers=headers, body=lambda: sealed) as answer:
        address = as_object(read_json(await answer.content.read(_PIECE))).get("content_uri")
    if place_of(address) is None:
        raise server_trouble("It took the file and did not say under which name.")
    return {**sealer.secret(), "url": address}


async def download_sealed(http: Http, file: Json, most: int) -> bytes:
    """Fetch and open an `EncryptedFile` of at most `most` bytes.

    Raises:
        Problem: `too_large`, `tampered`, `unopenable`, or what the server said.
    """
    opener, place = Opener(file), place_of(file.get("url"))
    if place is None:
        raise Problem("The file cannot be fetched: nobody says where it is.", code="unopenable")
    where = path("media", "download", *place, root=V1)
    pieces: list[bytes] = []
    size = 0
    headers = {"Accept-Encoding": "identity"}
    async with streamed(http, "GET", where, timeout=_PATIENCE, headers=headers) as answer:
        async for piece in answer.content.iter_chunked(_PIECE):
            size += len(piece)
            if size > most:
                raise Problem("The file is larger than it may be.", "Nothing of it was kept.", code="too_large")
            pieces.append(opener.open(piece))
    opener.prove()
    return b"".join(pieces)
