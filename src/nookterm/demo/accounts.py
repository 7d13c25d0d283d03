"""Accounts on a server that lets nobody make more than a few in a minute: made with the secret that its owner has."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import urllib.request
from typing import Any

from nookterm.client.ports import Credentials, Secret
from nookterm.domain.ids import DeviceId, UserId

_REGISTER = "/_synapse/admin/v1/register"
_PATIENCE = 30


async def make_account(
    base_url: str, secret: Secret, localpart: str, password: Secret, device_name: str
) -> Credentials:
    """A new account with its first device (Synapse: Shared-secret registration). Raises OSError where it is refused."""
    return await asyncio.to_thread(_make, base_url, secret, localpart, password, device_name)


def _make(base_url: str, secret: Secret, localpart: str, password: Secret, device_name: str) -> Credentials:
    nonce = _ask("GET", base_url + _REGISTER)["nonce"]
    words = b"\x00".join(word.encode() for word in (nonce, localpart, password.reveal(), "notadmin"))
    proof = hmac.new(secret.reveal().encode(), words, hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": localpart, "password": password.reveal(), "mac": proof}
    made = _ask("POST", base_url + _REGISTER, body)
    device, token = DeviceId(made["device_id"]), Secret(made["access_token"])
    _ask("PUT", f"{base_url}/_matrix/client/v3/devices/{device}", {"display_name": device_name}, token)
    return Credentials(base_url, UserId(made["user_id"]), device, token)


def _ask(method: str, url: str, body: object = None, token: Secret | None = None) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the demo's own server, on loopback
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token.reveal()}"} if token else {},
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310 - the same
        answer: dict[str, Any] = json.load(response)
    return answer
