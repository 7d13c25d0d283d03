"""nio's Olm machine with its holes closed: what strangers send is judged piece by piece and never raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Protocol

import vodozemac
from nio.api import Api
from nio.crypto import InboundGroupSession, InboundSession, OlmAccount, OlmDevice, Session
from nio.crypto.olm_machine import Olm
from nio.exceptions import EncryptionError
from unpaddedbase64 import decode_base64, encode_base64

from nookterm.client.ports import Arrived
from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix.crypto_store import CryptoStore
from nookterm.matrix.hostile import HOSTILE
from nookterm.matrix.lazy import Devices, OlmSessions
from nookterm.matrix.wire import as_object, as_text, read_json, tame
from nookterm.matrix.withheld import Reasons
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.olm_payload import OlmPayload, write_payload

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
_IN_CLEAR = ("m.key.verification.", "m.secret.request")
_OVER_OLM = ("m.secret.send", "m.room_key_bundle", "io.element.msc4268.room_key_bundle", "m.key.verification.")
SHARED_HISTORY = ("org.matrix.msc3061.shared_history", "shared_history", "m.shared_history")
"""The names under which `m.room_key` says that newcomers may have it; Element's engine reads the first one only."""
_WRITTEN_TO = frozenset({"recipient", "recipient_keys"})
_MOST_UNKNOWN = 100
_MOST_BEGUN = 500
"""Olm sessions that others may begin before those of strangers are looked through."""
_MOST_STRANGERS = 2_000
RoomKey = tuple[str, str]
"""Room id and session id."""


class Judge(Protocol):
    """Who knows whether what came out of Olm is what it says."""

    def check(self, payload: Mapping[str, Any], sender: str, sender_key: str) -> OlmPayload:
        """Raises `Refused` where it is not."""


class HardenedOlm(Olm):  # type: ignore[misc]  # nio ships no types
    """One device's Olm machine. Reads to-device messages; makes sessions; leaves all decisions to its callers."""

    store: CryptoStore
    account: OlmAccount
    session_store: OlmSessions
    device_store: Devices
    judge: Judge
    """Set by whoever knows the people; nothing is taken from devices before."""

    def __init__(self, store: CryptoStore) -> None:
        """Load the device of `store`, or make its identity there."""
        self.arrived: set[RoomKey] = set()
        """Room keys that came, or were refused, since somebody last looked."""
        self.about_keys: list[Arrived] = []
        """What came between devices about keys, but for room keys, since somebody last looked."""
        self.restored = 0
        """How often this database turned out to be an older copy of itself."""
        self.withheld = Reasons(store.connection)
        self.shown_as: DeviceKeys | None = None
        """This device as the server shows it to others, with its owner's signature where there is one."""
        self._begun_by_others = 0
        self._unknown_senders: dict[tuple[str, str], None] = {}
        """Who wrote what could not be opened, by user and curve25519 key, where that device is not known yet."""
        super().__init__(store.user_id, store.device_id, store)

    def reload(self) -> None:
        """Forget what is in memory and load it from the store: after a rollback, or ratchets would run apart.

        What waits to be sent stays: it was made and saved outside of the step that was rolled back.
        """
        self.load()
        self.account = self.store.load_account() or self.account
        self.arrived.clear()
        self.about_keys.clear()

    def stop_sending(self) -> None:
        """Begin anew with everybody: this database is an older copy of itself, and its ratchets have been used."""
        self.store.stop_sending()
        self.session_store = self.store.load_sessions()
        self.restored += 1

    def trim(self) -> None:
        """Let go of what can be read again, and of a flood by strangers. Only where nobody holds a session."""
        self.session_store.trim()
        self.device_store.trim()
        if self._begun_by_others >= _MOST_BEGUN:
            self._begun_by_others = 0
            self.store.end_strangers(_MOST_STRANGERS)
            self.session_store = self.store.load_sessions()

    # --- to-device messages -----------------------------------------------------------------------------------------

    def take(self, raw: object) -> bool:
        """Take one to-device message as the server delivered it. False where it was broken, hostile or not for us."""
        message = as_object(raw)
        try:
            if message.get("type") == "m.room_key.withheld":
                refused = self.withheld.note(as_text(message.get("sender")), as_object(tame(message.get("content"))))
                self.arrived |= {refused} if refused else set()
            elif message.get("type") == "m.room.encrypted":
                return self._take_encrypted(message)
            elif (type_ := as_text(message.get("type"))) and type_.startswith(_IN_CLEAR):
                sender, content = as_text(message.get("sender")), as_object(tame(message.get("content")))
                if sender:
                    self.about_keys.append(Arrived(type_, UserId(tame(sender)), content))
        except HOSTILE:
            return False
        return True

    def _take_encrypted(self, message: Mapping[str, Any]) -> bool:
        content = as_object(message.get("content"))
        sender, sender_key = as_text(message.get("sender")), as_text(content.get("sender_key"))
        ours = as_object(as_object(content.get("ciphertext")).get(self.account.identity_keys["curve25519"]))
        body = as_text(ours.get("body"))
        if (
            content.get("algorithm") != OLM
            or not sender
            or not sender_key
            or not body
            or ours.get("type") not in {0, 1}
        ):
            return False
        vodozemac.Curve25519PublicKey.from_base64(sender_key)
        try:
            text = self._opened(sender, sender_key, _message(ours.get("type"), body))
        except HOSTILE:
            # Perhaps a lost session of ours, not malice: begin anew with that device (at most once an hour).
            self._begin_anew_with(sender, sender_key)
            return False
        payload = as_object(tame(read_json(text)))
        opened = self.judge.check(payload, sender, sender_key)
        if opened.type == "m.room_key":
            return self._take_room_key(sender_key, payload)
        if opened.type.startswith(_OVER_OLM):
            known = self.device_store[sender].get(opened.device.device) if opened.device else None
            shown = opened.device if known is not None and not known.deleted else None
            keys = (sender_key, as_text(as_object(payload.get("keys")).get("ed25519")) or "")
            arrived = Arrived(opened.type, opened.sender, opened.content, shown, encrypted=True, sender_keys=keys)
            self.about_keys.append(arrived)
        return bool(opened.type)

    def _opened(self, sender: str, sender_key: str, message: Any) -> str:
        """The text of an Olm message. Its session, and the account if a one-time key was used up, are saved.

        nio's own way validates against a schema for longer than it decrypts, and saves the account before the key in
        it is used up, so that the same message could use it again.
        """
        text = self._try_decrypt(sender, sender_key, message)
        if text is not None:
            return str(text)
        if not isinstance(message, vodozemac.PreKeyMessage):
            raise EncryptionError("no session fits")
        session = InboundSession(self.account, message, sender_key)
        text = session.decrypt(message)
        self.save_account()
        self.session_store.add(sender_key, session)
        self.save_session(sender_key, session)
        self._begun_by_others += 1
        return str(text)

    def _begin_anew_with(self, user: str, sender_key: str) -> None:
        if self.device_store.device_from_sender_key(user, sender_key):
            self._mark_device_for_unwedging(user, sender_key)
        else:
            self._unknown_senders[user, sender_key] = None
            self.users_for_key_query.add(user)
            if len(self._unknown_senders) > _MOST_UNKNOWN:
                del self._unknown_senders[next(iter(self._unknown_senders))]

    def devices_known_of(self, users: AbstractSet[str]) -> None:
        """The devices of `users` have come: begin anew with those whose messages could not be opened before."""
        for user, sender_key in [who for who in self._unknown_senders if who[0] in users]:
            del self._unknown_senders[user, sender_key]
            self._mark_device_for_unwedging(user, sender_key)

    def _take_room_key(self, sender_key: str, payload: Mapping[str, Any]) -> bool:
        content = as_object(payload.get("content"))
        room_id, session_id, key = (as_text(content.get(name)) for name in ("room_id", "session_id", "session_key"))
        signing_key = as_text(as_object(payload.get("keys")).get("ed25519"))
        if content.get("algorithm") != MEGOLM or not room_id or not session_id or not key or not signing_key:
            return False
        session = InboundGroupSession(key, signing_key, sender_key, room_id)
        if session.id != session_id:
            return False
        if self.store.save_group_session(session, shared=any(content.get(name) is True for name in SHARED_HISTORY)):
            self.arrived.add((room_id, session_id))
        return True

    # --- room keys --------------------------------------------------------------------------------------------------

    def take_exported(
        self, room_id: str, session_id: str, sender_key: str, signing_key: str, exported: str, *, shared: bool = False
    ) -> bool:
        """Take a room key from a backup or a file. Whoever wrote that can have made it, so it proves no sender.

        False where it is broken, or no better than the one that is here.
        """
        try:
            session = InboundGroupSession.import_session(exported, signing_key, sender_key, room_id)
            if session.id != session_id or not self.store.save_group_session(session, imported=True, shared=shared):
                return False
        except HOSTILE:
            return False
        self.arrived.add((room_id, session_id))
        return True

    # --- to devices -------------------------------------------------------------------------------------------------

    def device_keys(self) -> dict[str, Any]:
        """What the server is to show of this device, signed by itself."""
        keys = {
            "algorithms": self._algorithms,
            "device_id": self.device_id,
            "user_id": self.user_id,
            "keys": {f"{kind}:{self.device_id}": key for kind, key in self.account.identity_keys.items()},
        }
        return keys | {"signatures": {self.user_id: {f"ed25519:{self.device_id}": self.sign_json(keys)}}}

    def this_device(self) -> DeviceKeys:
        """What others may know of this device."""
        if self.shown_as is None:
            keys, name = self.account.identity_keys, DeviceId(self.device_id)
            ours = DeviceKeys(UserId(self.user_id), name, keys["ed25519"], keys["curve25519"], signed_by_owner=False)
            self.shown_as = replace(ours, document=self.device_keys())
        return self.shown_as

    def has_session(self, device: OlmDevice) -> bool:
        """Whether something can be encrypted for a device."""
        return self.session_store.get(device.curve25519) is not None

    def seal(self, devices: Sequence[OlmDevice], type_: str, content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """One content for those of many devices that have a session: user id -> device id -> encrypted content.

        The sessions are saved together before anything can leave: no place in a ratchet is used twice.
        """
        keys, us = self.account.identity_keys, self.this_device()
        # The same for everybody, but for whom it is written to.
        payload = write_payload(type_, content, us, us)
        rest = Api.to_json({name: value for name, value in payload.items() if name not in _WRITTEN_TO})
        sealed: dict[str, dict[str, Any]] = {}
        used: list[tuple[str, Session]] = []
        for device in devices:
            session = self.session_store.get(device.curve25519)
            if session is None:
                continue
            who = Api.to_json({"recipient": device.user_id, "recipient_keys": {"ed25519": device.ed25519}})
            kind, body = session.encrypt(f"{who[:-1]},{rest[1:]}").to_parts()
            used.append((device.curve25519, session))
            sealed.setdefault(device.user_id, {})[device.id] = {
                "algorithm": OLM,
                "sender_key": keys["curve25519"],
                "ciphertext": {device.curve25519: {"type": kind, "body": encode_base64(body)}},
            }
        self.store.save_sessions(used)
        return sealed


def _message(kind: object, body: str) -> Any:
    if kind == 0:
        return vodozemac.PreKeyMessage.from_base64(body)
    return vodozemac.AnyOlmMessage.normal(decode_base64(body))
