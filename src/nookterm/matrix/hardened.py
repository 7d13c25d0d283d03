"""nio's Olm machine with its holes closed: what strangers send is judged piece by piece and never raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import vodozemac
from nio.crypto import InboundGroupSession, OlmAccount
from nio.crypto.olm_machine import Olm
from nio.exceptions import EncryptionError
from unpaddedbase64 import decode_base64

from nookterm.matrix.crypto_store import CryptoStore
from nookterm.matrix.wire import as_object, as_text

HOSTILE = (
    ValueError,  # all of vodozemac's errors, broken JSON, broken UTF-8
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    EncryptionError,
)
"""What parsing and decrypting a stranger's bytes may raise. Errors of the database are not among them."""
OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
RoomKey = tuple[str, str]
"""Room id and session id."""


class HardenedOlm(Olm):  # type: ignore[misc]  # nio ships no types
    """One device's Olm machine. Reads to-device messages; makes sessions; leaves all decisions to its callers."""

    store: CryptoStore
    account: OlmAccount

    def __init__(self, store: CryptoStore) -> None:
        """Load the device of `store`, or make its identity there."""
        self.arrived: set[RoomKey] = set()
        """Room keys that came since somebody last looked."""
        super().__init__(store.user_id, store.device_id, store)

    def reload(self) -> None:
        """Forget what is in memory and load it from the store: after a rollback, or ratchets would run apart."""
        self.load()
        self.account = self.store.load_account() or self.account
        self.arrived.clear()
        self.wedged_devices.clear()
        self.outgoing_to_device_messages.clear()

    def take(self, raw: object) -> bool:
        """Take one to-device message as the server delivered it. False where it was broken, hostile or not for us."""
        message = as_object(raw)
        if message.get("type") != "m.room.encrypted":
            return True
        try:
            return self._take_encrypted(message)
        except HOSTILE:
            return False

    def _take_encrypted(self, message: Mapping[str, Any]) -> bool:
        content = as_object(message.get("content"))
        sender, sender_key = as_text(message.get("sender")), as_text(content.get("sender_key"))
        ours = as_object(as_object(content.get("ciphertext")).get(self.account.identity_keys["curve25519"]))
        body = as_text(ours.get("body"))
        if content.get("algorithm") != OLM or not sender or not sender_key or not body:
            return False
        vodozemac.Curve25519PublicKey.from_base64(sender_key)
        if ours.get("type") == 0:
            first = vodozemac.PreKeyMessage.from_base64(body)
            try:
                return self.decrypt(sender, sender_key, first) is not None
            except HOSTILE:
                # Perhaps a lost session of ours, not malice: begin anew with that device (at most once an hour).
                self._mark_device_for_unwedging(sender, sender_key)
                return False
            finally:
                # nio saves before the message uses its one-time key up; saved after, the key cannot be used again.
                self.save_account()
        if ours.get("type") == 1:
            return self.decrypt(sender, sender_key, vodozemac.AnyOlmMessage.normal(decode_base64(body))) is not None
        return False

    def _handle_olm_event(self, sender: str, sender_key: str, payload: Mapping[str, Any]) -> str | None:  # noqa: ARG002 - nio's
        """Act on a decrypted message. nio has proved that `sender_key` wrote it, for us, in the name of `sender`."""
        kind = as_text(payload.get("type"))
        if kind == "m.room_key":
            return kind if self._take_room_key(sender_key, payload) else None
        return kind

    def _take_room_key(self, sender_key: str, payload: Mapping[str, Any]) -> bool:
        content = as_object(payload.get("content"))
        room_id, session_id, key = (as_text(content.get(name)) for name in ("room_id", "session_id", "session_key"))
        signing_key = as_text(as_object(payload.get("keys")).get("ed25519"))
        if content.get("algorithm") != MEGOLM or not room_id or not session_id or not key or not signing_key:
            return False
        session = InboundGroupSession(key, signing_key, sender_key, room_id)
        if session.id != session_id:
            return False
        if self.store.save_group_session(session):
            self.arrived.add((room_id, session_id))
        return True

    def proved(self, user: str, session: InboundGroupSession) -> bool:
        """Whether a known device of `user` made this room key."""
        if user == self.user_id and session.sender_key == self.account.identity_keys["curve25519"]:
            return bool(session.ed25519 == self.account.identity_keys["ed25519"])
        if user not in self.device_store.users or session.forwarding_chain:
            return False
        return any(
            device.curve25519 == session.sender_key and device.ed25519 == session.ed25519
            for device in self.device_store[user].values()
        )

    def is_own(self, session: InboundGroupSession) -> bool:
        """Whether this very device made the room key."""
        return bool(session.sender_key == self.account.identity_keys["curve25519"])
