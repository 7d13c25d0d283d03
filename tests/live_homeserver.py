"""A real Synapse for tests, and accounts on it: one server per test session (and per xdist worker)."""

from __future__ import annotations

import itertools
import json
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nookterm.demo.homeserver import Homeserver


class Account(NamedTuple):
    """Somebody who can sign in."""

    user_id: str
    password: str


@dataclass(frozen=True, slots=True)
class LiveServer:
    """What a test needs to know of the running server."""

    base_url: str
    server_name: str
    as_token: str
    """Sends as anybody, with `?ts=` at any time of the past."""
    folder: Path
    """Where everything lies that the server knows."""
    _number: itertools.count[int] = field(default_factory=itertools.count, repr=False)

    @classmethod
    def of(cls, server: Homeserver) -> LiveServer:
        """The facts of a server that runs."""
        return cls(server.base_url, server.server_name, server.as_token, server.folder)

    def register(self, localpart: str) -> Account:
        """A new account that no other test has: a number is added to `localpart`."""
        name, password = f"{localpart}-{next(self._number)}", f"secret of {localpart}"
        answer = self.call(
            "POST",
            "/_matrix/client/v3/register",
            {"username": name, "password": password, "auth": {"type": "m.login.dummy"}, "inhibit_login": True},
        )
        return Account(answer["user_id"], password)

    def login(self, account: Account) -> str:
        """An access token of a new device, for tests that speak plain HTTP."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": account.user_id},
            "password": account.password,
        }
        token: str = self.call("POST", "/_matrix/client/v3/login", body)["access_token"]
        return token

    def call(self, method: str, path: str, body: object = None, token: str = "") -> dict[str, Any]:
        """One request to the server, as JSON. Raises urllib's HTTPError for anything but success."""
        request = urllib.request.Request(  # noqa: S310 - the server is our own, on loopback
            self.base_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - the same
            answer: dict[str, Any] = json.load(response)
        return answer
