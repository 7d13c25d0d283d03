"""How a send reaches the server: with our token, or dated by the demo's application service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.client.ports import Credentials, Secret
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.matrix.http import Http, Query, path
from nookterm.matrix.parsing import REDACTION
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.stamp import Stamp
from nookterm.matrix.wire import as_text


class Sender:
    """Puts events into rooms."""

    def __init__(self, http: Http, credentials: Credentials, stamp: Stamp | None) -> None:
        self._http = http
        self._credentials = credentials
        self._stamp = stamp

    @property
    def dated(self) -> bool:
        """Whether the application service sends for us, just now."""
        return self._stamp is not None and self._stamp.now() is not None

    async def put_event(self, room_id: RoomId, type_: str, content: Mapping[str, Any], txn_id: TxnId) -> EventId:
        """Send a message event."""
        return await self._put(path("rooms", room_id, "send", type_, txn_id), content)

    async def put_state(self, room_id: RoomId, type_: str, key: str, content: Mapping[str, Any]) -> EventId:
        """Set a piece of state."""
        where = path("rooms", room_id, "state", type_)
        return await self._put(f"{where}/{path(key, root='').lstrip('/')}" if key else f"{where}/", content)

    async def put_redaction(self, room_id: RoomId, event_id: EventId, txn_id: TxnId, reason: str | None) -> EventId:
        """Take an event back."""
        because = {"reason": reason} if reason else {}
        if self.dated:
            # Synapse dates no `/redact`; since room version 11 a redaction may be sent like any other event.
            return await self.put_event(room_id, REDACTION, because | {"redacts": event_id}, txn_id)
        return await self._put(path("rooms", room_id, "redact", event_id, txn_id), because)

    async def _put(self, where: str, content: Mapping[str, Any]) -> EventId:
        query: Query = ()
        token: Secret | None = None
        moment = self._stamp.now() if self._stamp else None
        if self._stamp and moment is not None:
            # With the device named, the server marks the echo with our transaction id, as for our own sends.
            who = [("user_id", self._credentials.user_id), ("device_id", self._credentials.device_id)]
            query = [("ts", str(moment)), *who]
            token = self._stamp.token
        answer = await self._http.call("PUT", where, content, query=query, token=token)
        event_id = as_text(answer.get("event_id"))
        if not event_id:
            raise server_trouble("It took the message and did not say under which name.")
        return EventId(event_id)
