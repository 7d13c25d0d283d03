"""Encrypting for a room: first the key to everybody who may read and to nobody else, then the message."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from nio.api import Api
from nio.crypto import InboundGroupSession, OlmDevice, OutboundGroupSession, Session
from nio.exceptions import EncryptionError

from nookterm.client.errors import Unencryptable
from nookterm.client.ports import SendContent
from nookterm.domain.ids import RoomId
from nookterm.matrix import policy
from nookterm.matrix.encryption import Rotation
from nookterm.matrix.hardened import HOSTILE, MEGOLM, HardenedOlm
from nookterm.matrix.keys import KeyDuties, in_portions
from nookterm.matrix.roster import Roster
from nookterm.matrix.tables import atomic


class Sharing:
    """The room keys that this device makes. Its callers hold the crypto lock."""

    def __init__(self, olm: HardenedOlm, keys: KeyDuties, roster: Roster) -> None:
        self._olm = olm
        self._keys = keys
        self._roster = roster
        self._sessions: dict[str, OutboundGroupSession] = {}

    async def encrypt(self, room_id: RoomId, what: SendContent, rotation: Rotation) -> dict[str, Any]:
        """The content of an `m.room.encrypted` event, after its key went to all who may read it.

        A device that has no one-time key left is passed over and tried again at the next send.

        Raises:
            Unencryptable: it cannot be encrypted; nothing was sent into the room.
            Problem: the server could not be asked; nothing was sent into the room.
        """
        session = await self._ready(room_id, rotation)
        payload = {"type": what.type, "content": dict(what.content), "room_id": room_id}
        try:
            ciphertext = session.encrypt(Api.to_json(payload))
            # Kept before it leaves: no place in the row is ever used for two messages.
            self._olm.store.save_outbound(room_id, session)
        except (*HOSTILE, EncryptionError) as error:
            raise Unencryptable(
                "The message could not be encrypted.", "Nothing was sent.", code="unencryptable"
            ) from error
        content = {
            "algorithm": MEGOLM,
            "sender_key": self._olm.account.identity_keys["curve25519"],
            "ciphertext": ciphertext,
            "session_id": session.id,
            "device_id": self._olm.device_id,
        }
        relation = what.content.get("m.relates_to")
        return content if relation is None else content | {"m.relates_to": relation}

    async def _ready(self, room_id: RoomId, rotation: Rotation) -> OutboundGroupSession:
        audience, fresh = await self._roster.of(room_id)
        session = self._current(room_id, rotation)
        worn = session is None or session.expired
        ask = (audience.joined - self._keys.asked) | (self._olm.users_for_key_query & audience.everybody)
        if fresh or worn:
            ask |= audience.invited
        heard = await self._keys.query(ask)
        self._keys.asked |= heard & audience.joined
        entitled = [device for user in sorted(audience.everybody) for device in self._entitled(user)]
        names = {(device.user_id, device.id) for device in entitled}
        if session is None or worn or session.users_shared_with - names:
            session = self._new_session(room_id, rotation)
        lacking = [device for device in entitled if (device.user_id, device.id) not in session.users_shared_with]
        await self._share(room_id, session, lacking)
        session.mark_as_shared()
        return session

    def _entitled(self, user: str) -> list[OlmDevice]:
        own = (self._olm.user_id, self._olm.device_id)
        devices = self._olm.device_store.active_user_devices(user)
        return [device for device in devices if (user, device.id) != own and policy.may_receive(device)]

    def _current(self, room_id: RoomId, rotation: Rotation) -> OutboundGroupSession | None:
        """The key in use, also over a restart."""
        session = self._sessions.get(room_id) or self._olm.store.load_outbound(room_id)
        if session is not None:
            session.max_age, session.max_messages = rotation.age, rotation.messages
            self._sessions[room_id] = session
        return session

    def _new_session(self, room_id: RoomId, rotation: Rotation) -> OutboundGroupSession:
        session = OutboundGroupSession()
        session.max_age, session.max_messages = rotation.age, rotation.messages
        ours = self._olm.account.identity_keys
        copy = InboundGroupSession(session.session_key, ours["ed25519"], ours["curve25519"], room_id)
        self._olm.store.save_group_session(copy)
        self._sessions[room_id] = session
        return session

    async def _share(self, room_id: RoomId, session: OutboundGroupSession, devices: list[OlmDevice]) -> None:
        await self._keys.claim(device for device in devices if not self._olm_session(device))
        key = {"algorithm": MEGOLM, "room_id": room_id, "session_id": session.id, "session_key": session.session_key}
        for portion in in_portions([device for device in devices if self._olm_session(device)]):
            messages: defaultdict[str, dict[str, Any]] = defaultdict(dict)
            with atomic(self._olm.store.connection):
                for device in portion:
                    messages[device.user_id][device.id] = self._olm._olm_encrypt(
                        self._olm_session(device), device, "m.room_key", key
                    )
            await self._keys.deliver(messages)
            session.users_shared_with |= {(device.user_id, device.id) for device in portion}
            self._olm.store.save_outbound(room_id, session)

    def _olm_session(self, device: OlmDevice) -> Session | None:
        # Looked up anew each time: the machine may be loaded again while a request is under way.
        return self._olm.session_store.get(device.curve25519)
