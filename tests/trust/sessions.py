"""Megolm sessions to put into backups, files and bundles. They are new on each run: vodozemac makes their keys."""

from __future__ import annotations

from vodozemac import GroupSession, InboundGroupSession

from nookterm.domain.ids import RoomId
from nookterm.trust.room_keys import RoomKey
from nookterm.trust.signing import SigningKey

ROOM = RoomId("!room:river.example")
OTHER_ROOM = RoomId("!other:river.example")
SENDER_KEY = "A" * 43
SENDER_ED25519 = SigningKey(bytes(32)).public
FORWARDER = "C" * 42 + "E"


class Megolm:
    """One session, exportable at every index."""

    def __init__(self) -> None:
        outbound = GroupSession()
        self.session_id: str = outbound.session_id
        self._inbound = InboundGroupSession(outbound.session_key)

    def export(self, index: int = 0) -> str:
        exported = self._inbound.export_at(index)
        assert exported is not None
        return exported.to_base64()

    def at(self, index: int = 0, room: RoomId = ROOM, *, shared: bool = False) -> RoomKey:
        return RoomKey(
            room,
            self.session_id,
            self.export(index),
            index,
            SENDER_KEY,
            SENDER_ED25519,
            (FORWARDER,),
            shared_history=shared,
        )
