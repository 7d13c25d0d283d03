"""Devices without a client: they upload and send whatever a test wants, well-formed or not."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import vodozemac
from nio.api import Api
from unpaddedbase64 import encode_base64

from nookterm.domain.events import Json
from tests.live_homeserver import Account, LiveServer
from tests.matrix.owners import Owner

_TXN = itertools.count()
CLIENT = "/_matrix/client/v3"


@dataclass
class BareDevice:
    """A device that speaks plain HTTP and vodozemac."""

    server: LiveServer
    account: Account
    token: str = field(init=False)
    device_id: str = field(init=False)
    since: str = ""
    olm: vodozemac.Account = field(init=False, default_factory=vodozemac.Account)

    def __post_init__(self) -> None:
        self.token = self.server.login(self.account)
        self.device_id = self.call("GET", "/account/whoami")["device_id"]

    @property
    def user_id(self) -> str:
        return self.account.user_id

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return self.server.call(method, CLIENT + path, body, self.token)

    def signed(self, what: dict[str, Any]) -> dict[str, Any]:
        signature = self.olm.sign(Api.to_canonical_json(what).encode()).to_base64()
        return what | {"signatures": {self.user_id: {f"ed25519:{self.device_id}": signature}}}

    def device_keys(self, **changes: str) -> dict[str, Any]:
        """Our identity; `changes` replace single keys by something else before it is signed."""
        keys = {
            "ed25519": self.olm.ed25519_key.to_base64(),
            "curve25519": self.olm.curve25519_key.to_base64(),
        } | changes
        return self.signed(
            {
                "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
                "device_id": self.device_id,
                "user_id": self.user_id,
                "keys": {f"{kind}:{self.device_id}": key for kind, key in keys.items()},
            }
        )

    def sign_itself(self) -> Owner:
        """Get an identity that has signed this device, whose keys the server has."""
        owner = Owner(self.user_id)
        self.call("POST", "/keys/device_signing/upload", owner.public)
        signed = {self.user_id: {self.device_id: owner.signs(self.device_keys())}}
        answer = self.call("POST", "/keys/signatures/upload", signed)
        assert answer == {"failures": {}}
        return owner

    def one_time_keys(self, count: int) -> dict[str, Any]:
        self.olm.generate_one_time_keys(count)
        keys = {name: key.to_base64() for name, key in self.olm.one_time_keys.items()}
        return {f"signed_curve25519:{name}": self.signed({"key": key}) for name, key in keys.items()}

    def upload(self, **body: object) -> None:
        self.call("POST", "/keys/upload", body)

    def join(self, room_id: str) -> None:
        self.call("POST", f"/join/{quote(room_id)}", {})

    def inbox(self) -> list[Json]:
        """The to-device messages that came since the last look."""
        news = self.call("GET", f"/sync?timeout=0{self.since}")
        # Synapse keeps the answer to a repeated first sync for a while.
        self.since = f"&since={news['next_batch']}"
        events: list[Json] = news.get("to_device", {}).get("events", [])
        return events

    def claim(self, user: str, device: str) -> str | None:
        """A one-time key of somebody; it is gone then."""
        wanted = {"one_time_keys": {user: {device: "signed_curve25519"}}}
        keys = self.call("POST", "/keys/claim", wanted)["one_time_keys"].get(user, {}).get(device, {})
        return next((signed["key"] for signed in keys.values()), None)

    def whisper(self, user: str, device: str, content: object) -> None:
        """Send any content at all as an encrypted to-device message."""
        self.call("PUT", f"/sendToDevice/m.room.encrypted/a{next(_TXN)}", {"messages": {user: {device: content}}})

    def olm_content(self, their_key: str, kind: object, body: object) -> dict[str, Any]:
        return {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": self.olm.curve25519_key.to_base64(),
            "ciphertext": {their_key: {"type": kind, "body": body}},
        }

    def sealed(self, their_key: str, one_time_key: str, plaintext: bytes) -> dict[str, Any]:
        """A correct first Olm message around any plaintext."""
        session = self.olm.create_outbound_session(
            vodozemac.Curve25519PublicKey.from_base64(their_key),
            vodozemac.Curve25519PublicKey.from_base64(one_time_key),
        )
        kind, body = session.encrypt(plaintext).to_parts()
        return self.olm_content(their_key, kind, encode_base64(body))

    def room_key(self, to: Mapping[str, str], room_id: str, session: vodozemac.GroupSession) -> bytes:
        """The plaintext that hands over a room key; `to` names user_id and ed25519 of the receiver."""
        payload = {
            "sender": self.user_id,
            "recipient": to["user_id"],
            "recipient_keys": {"ed25519": to["ed25519"]},
            "keys": {"ed25519": self.olm.ed25519_key.to_base64()},
            "type": "m.room_key",
            "content": {
                "algorithm": "m.megolm.v1.aes-sha2",
                "room_id": room_id,
                "session_id": session.session_id,
                "session_key": session.session_key.to_base64(),
            },
        }
        return json.dumps(payload).encode()
