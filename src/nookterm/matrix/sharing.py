"""Encrypting for a room: first the key to everybody who may read and to nobody else, then the message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nio.api import Api
from nio.crypto import InboundGroupSession, OlmDevice, OutboundGroupSession
from nio.exceptions import EncryptionError

from nookterm.client.errors import Unencryptable
from nookterm.client.ports import SendContent
from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId
from nookterm.matrix.encryption import Rotation
from nookterm.matrix.hardened import MEGOLM, SHARED_HISTORY, HardenedOlm
from nookterm.matrix.hostile import HOSTILE
from nookterm.matrix.keys import KeyDuties, in_portions
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.roster import Roster
from nookterm.matrix.tables import atomic
from nookterm.matrix.verdicts import Readers, Verdicts
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.withheld import EVENT, Code, withheld_content

_MOST_ROUNDS = 5
"""How often a key is shared before one message, where the room does not come to rest meanwhile."""


class Sharing:
    """The room keys that this device makes. One caller at a time for each room."""

    def __init__(self, olm: HardenedOlm, keys: KeyDuties, roster: Roster, verdicts: Verdicts) -> None:
        self._olm = olm
        self._keys = keys
        self._roster = roster
        self._verdicts = verdicts
        self._sessions: dict[str, OutboundGroupSession] = {}
        self._restored = olm.restored
        self._told_why: set[str] = set()
        """Devices that know that we could not reach them, by their curve25519 keys."""

    async def encrypt(self, room_id: RoomId, what: SendContent, rotation: Rotation) -> dict[str, Any]:
        """The content of an `m.room.encrypted` event, after its key went to all who may read it.

        A device that has no one-time key left is passed over and tried again at the next send.

        Raises:
            NotTrusted, IdentityChanged: nobody could read it, or somebody unknown could; nothing left.
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
            readers = self._verdicts.readers(room_id, audience.everybody)
            readers.check()
            entitled = readers.entitled
            gone = session is None or worn or session.users_shared_with - entitled.keys()
            if session is None or gone or self._is_shared(room_id, session.id) != audience.shares_past:
                session = self._new_session(room_id, rotation, shared=audience.shares_past)
            lacking = [entitled[who] for who in sorted(entitled.keys() - session.users_shared_with)]
            shared = await self._share(room_id, session, lacking, tried)
            told = await self._say_no(room_id, session, readers)
            if not shared and not told and not fresh and not due:
                session.mark_as_shared()
                return session
        raise server_trouble("Who may read the room changes faster than keys can be handed out.")

    async def send_sealed(self, type_: str, content: Json, devices: Sequence[DeviceKeys]) -> Sequence[DeviceKeys]:
        """Send one content to devices over Olm, apart from any room. Returns those that could be reached."""
        store = self._olm.device_store
        store.fetch({device.user for device in devices})
        known = {device: store[device.user].get(device.device) for device in devices}
        wanted = {
            device: there
            for device, there in known.items()
            if there is not None
            and not (there.deleted or there.blacklisted)
            and (there.ed25519, there.curve25519) == (device.ed25519, device.curve25519)
        }
        self._olm.session_store.fetch(there.curve25519 for there in wanted.values())
        await self._keys.claim([there for there in wanted.values() if not self._olm.has_session(there)])
        ready = [device for device, there in wanted.items() if self._olm.has_session(there)]
        for portion in in_portions([wanted[device] for device in ready]):
            with atomic(self._olm.store.connection):
                messages = self._olm.seal(portion, type_, content)
            await self._keys.deliver(messages)
        return ready

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

    def _is_shared(self, room_id: str, session_id: str) -> bool:
        """Whether newcomers may have this key: it holds for all that is said with it, so another rule ends it."""
        return self._olm.store.is_shared(room_id, session_id)

    def _new_session(self, room_id: RoomId, rotation: Rotation, *, shared: bool) -> OutboundGroupSession:
        session = OutboundGroupSession()
        session.max_age, session.max_messages = rotation.age, rotation.messages
        ours = self._olm.account.identity_keys
        copy = InboundGroupSession(session.session_key, ours["ed25519"], ours["curve25519"], room_id)
        self._olm.store.save_group_session(copy, shared=shared)
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

    async def _say_no(self, room_id: RoomId, session: OutboundGroupSession, readers: Readers) -> bool:
        """Tell devices, once for each key, that they do not get it and why. False where nobody had to be told."""
        new = [device for who, device in readers.refused.items() if who not in session.users_ignored]
        ours = self._olm.account.identity_keys["curve25519"]
        told = {
            code: withheld_content(code, self._olm.device_id, ours, room_id, session.id)
            for code in {code for _, code in new}
        }
        codes = {(device.user_id, device.id): code for device, code in new}
        for portion in in_portions([device for device, _ in new]):
            messages: dict[str, dict[str, Any]] = {}
            for device in portion:
                messages.setdefault(device.user_id, {})[device.id] = told[codes[device.user_id, device.id]]
            await self._keys.deliver(messages, EVENT)
            session.users_ignored |= {(device.user_id, device.id) for device in portion}
            self._olm.store.save_outbound(room_id, session)
        return bool(new)

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
        # `m.shared_history` besides would be a second name for the one that Element reads, which it takes for an error.
        key |= dict.fromkeys(SHARED_HISTORY[:2], self._is_shared(room_id, session.id))
        ready = [device for device in devices if self._olm.has_session(device)]
        for portion in in_portions(ready):
            # Sessions are looked up anew each time: they may be loaded again, or end, while a request is under way.
            with atomic(self._olm.store.connection):
                messages = self._olm.seal(portion, "m.room_key", key)
            await self._keys.deliver(messages)
            session.users_shared_with |= {(user, name) for user, sealed in messages.items() for name in sealed}
            self._olm.store.save_outbound(room_id, session)
        return bool(strange or ready)
