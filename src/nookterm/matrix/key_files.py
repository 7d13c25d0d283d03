"""Room keys that lie on the server, sealed: backups with their versions, and bundles for newcomers."""

from __future__ import annotations

from nookterm.client.errors import NotFound
from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId
from nookterm.matrix.http import Http, path
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.sealed_files import download_sealed, upload_sealed
from nookterm.matrix.wire import as_text

_WRONG_VERSION = frozenset({403, 404})
_WHOLE_BACKUP = 600.0
"""Seconds for all keys of a backup: they may be many megabytes."""


class KeyFiles:
    """The part of the port `KeyServer` that carries room keys."""

    _http: Http

    async def backup_version(self, version: str | None = None) -> Json | None:
        """`GET /room_keys/version`: the newest, or one; None where there is none."""
        try:
            return await self._http.call("GET", path("room_keys", "version", *([version] if version else [])))
        except NotFound as problem:
            if problem.code != "not_found":
                raise
            return None

    async def create_backup(self, body: Json) -> str:
        """`POST /room_keys/version`. Returns the version."""
        answer = await self._http.call("POST", path("room_keys", "version"), body)
        version = as_text(answer.get("version"))
        if not version:
            raise server_trouble("It made a backup and did not say which.")
        return version

    async def delete_backup(self, version: str) -> None:
        """Delete a backup with all that is in it."""
        await self._http.call("DELETE", path("room_keys", "version", version))

    async def file_keys(self, version: str, body: Json) -> tuple[int, Json]:
        """`PUT /room_keys/keys`: HTTP status and answer."""
        where, query = path("room_keys", "keys"), [("version", version)]
        return await self._http.call_expecting(_WRONG_VERSION, "PUT", where, body, query=query)

    async def filed_keys(self, version: str, room_id: RoomId | None = None, session: str | None = None) -> Json:
        """`GET /room_keys/keys`, of all rooms, of one, or one session; always as `{"rooms": ...}`."""
        about = [part for part in (room_id, session if room_id else None) if part]
        try:
            answer = await self._http.call(
                "GET", path("room_keys", "keys", *about), query=[("version", version)], timeout=_WHOLE_BACKUP
            )
        except NotFound as problem:
            if problem.code != "not_found":
                raise
            return {"rooms": {}}
        if room_id is None:
            return answer
        return {"rooms": {room_id: {"sessions": {session: answer}} if session else answer}}

    async def upload_sealed(self, data: bytes) -> Json:
        """Encrypt something small and keep it on the server."""
        return await upload_sealed(self._http, data)

    async def download_sealed(self, file: Json, most: int) -> bytes:
        """Fetch and open such a file."""
        return await download_sealed(self._http, file, most)
