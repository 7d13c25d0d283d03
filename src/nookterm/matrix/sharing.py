"""Encrypting for a room: first the key to everybody who may read and to nobody else, then the message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nio.api import Api
from nio.crypto import InboundGroupSession, OlmDevice, OutboundGroupSession
from nio.exceptions import EncryptionError

from nookterm.client.errors import Unencryptable
from nookterm.client.ports import SendContent
from nookterm.domain.ids import RoomId
from nookterm.matrix import policy
from nookterm.matrix.encryption import Rotation
from nookterm.matrix.hardened import MEGOLM, HardenedOlm
from nookterm.matrix.hostile import HOSTILE
from nookterm.matrix.keys import KeyDuties, in_portions
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.roster import Audience, Roster
from nookterm.matrix.tables import atomic
from nookterm.trust.withheld import EVENT, Code, withheld_content

_MOST_ROUNDS = 5
"""How often a key is shared before one message, where the room does not come to rest meanwhile."""


class Sharing:
    """The room keys that this device makes. One caller at a time for each room."""

    def __init__(self, olm: HardenedOlm, keys: KeyDuties, roster: Roster) -> None:
        self._olm = olm
        self._keys = keys
        self._roster = roster
        self._sessions: dict[str, OutboundGroupSession] = {}
        self._restored = olm.restored
        self._told_why: set[str] = set()
        """Devices that know that we could not reach them, by their curve25519 keys."""

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
        """The room's key, once everybody who may read has it and nobody else.

        While it is on its way somebody may leave, or a device be removed: so this ends with a round that had nothing
        to ask and nothing to send.
        """
        tried: set[str] = set()
        for _ in range(_MOST_ROUNDS):
            audience, fresh = await self._roster.of(room_id)
            session = self._current(room_id, rotation)
            worn = session is None or session.expired
            ask = (audience.joined - self._keys.asked) | self._keys.doubtful(audience.everybody)
            due = self._keys.due(ask | audience.invited if fresh or worn else ask)
            if due:
                self._keys.asked |= await self._keys.query(due) & audience.joined
            entitled = self._entitled(audience)
            if session is None or worn or session.users_shared_with - entitled.keys():
                session = self._new_session(room_id, rotation)
            lacking = [entitled[who] for who in sorted(entitled.keys() - session.users_shared_with)]
            if not await self._share(room_id, session, lacking, tried) and not fresh and not due:
                session.mark_as_shared()
                return session
        raise server_trouble("Who may read the room changes faster than keys can be handed out.")

    def _entitled(self, audience: Audience) -> dict[tuple[str, str], OlmDevice]:
        """The devices that get the key, by user and name; not this one, which made it."""
        devices = self._olm.device_store
        devices.fetch(audience.everybody)
        found = {
            (user, name): device
            for user in audience.everybody
            for name, device in devices[user].items()
            if policy.may_receive(device)
        }
        found.pop((self._olm.user_id, self._olm.device_id), None)
        return found

    def notice(self, room_id: str, session_id: str, place: int) -> None:
        """A message of ours came back. One that we have yet to send shows that a newer copy of us has sent it."""
        session = self._sessions.get(room_id) or self._olm.store.load_outbound(room_id)
        if session is not None and session.id == session_id and place >= session.message_index:
            self._olm.stop_sending()

    def _current(self, room_id: RoomId, rotation: Rotation) -> OutboundGroupSession | None:
        """The key in use, also over a restart."""
        if self._restored != self._olm.restored:
            self._sessions.clear()
            self._restored = self._olm.restored
        session = self._sessions.get(room_id) or self._olm.store.load_outbound(room_id)
        if session is None or session.creation_time > datetime.now():  # noqa: DTZ005 - nio's own clock
            # Made in the future: the clock was set back, and its age would never come.
            return None
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

    async def _say_why(self, room_id: RoomId, session_id: str, unreachable: list[OlmDevice]) -> None:
        """Tell devices, once, why they do not get a key: then they can say so instead of "cannot be read"."""
        told = withheld_content(
            Code.NO_OLM, self._olm.device_id, self._olm.account.identity_keys["curve25519"], room_id, session_id
        )
        messages: dict[str, dict[str, Any]] = {}
        for device in unreachable:
            if device.curve25519 not in self._told_why:
                self._told_why.add(device.curve25519)
                messages.setdefault(device.user_id, {})[device.id] = told
        if messages:
            await self._keys.deliver(messages, EVENT)

    async def _share(
        self, room_id: RoomId, session: OutboundGroupSession, devices: list[OlmDevice], tried: set[str]
    ) -> bool:
        """Send the key to `devices`. Those in `tried` are not asked for a one-time key again; others get into it.

        False where there was nothing to ask and nothing to send.
        """
        self._olm.session_store.fetch(device.curve25519 for device in devices)
        strange = [d for d in devices if d.curve25519 not in tried and not self._olm.has_session(d)]
        tried |= {device.curve25519 for device in strange}
        if strange:
            await self._keys.claim(strange)
            await self._say_why(
                room_id, session.id, [device for device in strange if not self._olm.has_session(device)]
            )
        key = {"algorithm": MEGOLM, "room_id": room_id, "session_id": session.id, "session_key": session.session_key}
        ready = [device for device in devices if self._olm.has_session(device)]
        for portion in in_portions(ready):
            # Sessions are looked up anew each time: they may be loaded again, or end, while a request is under way.
            with atomic(self._olm.store.connection):
                messages = self._olm.seal(portion, "m.room_key", key)
            await self._keys.deliver(messages)
            session.users_shared_with |= {(user, name) for user, sealed in messages.items() for name in sealed}
            self._olm.store.save_outbound(room_id, session)
        return bool(strange or ready)
