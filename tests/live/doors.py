"""A homeserver with more than one door: people known by a real identity provider, newcomers with a token, terms."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nookterm.demo import homeserver as demo
from nookterm.demo.synapse_config import CONFIG_FILE, ServerFacts, write_config
from tests.interop.install import PROVIDER, node
from tests.live_homeserver import LiveServer

WORKS, GUILD = "oidc-works", "oidc-guild"
"""Two ways to be known there; the Guild's people choose their name on the homeserver."""
_SCRIPT = Path(__file__).parent / "provider" / "provider.mjs"
_SECRET = "only for tests"


@dataclass(frozen=True, slots=True)
class Doors:
    """What a test needs to know."""

    server: LiveServer
    provider: str
    """Where the identity provider is."""
    admin: str
    """An administrator's access token."""

    def registration_token(self, uses: int = 1) -> str:
        """A new one, made as whoever runs the server makes it."""
        answer = self.server.call(
            "POST", "/_synapse/admin/v1/registration_tokens/new", {"uses_allowed": uses}, self.admin
        )
        token: str = answer["token"]
        return token


@contextmanager
def open_doors() -> Iterator[Doors]:
    """Start the provider and the homeserver that relies on it (about 6 s)."""
    port, provider_port = demo.free_port(), demo.free_port()
    base, provider = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{provider_port}"
    line = {"port": provider_port, "clients": [_client(base)]}
    with _running([str(node()), str(_SCRIPT), str(PROVIDER.home())], line), pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "write_config", lambda folder, facts: _configure(folder, facts, provider))
        with demo.Homeserver.start(port=port) as server:
            yield Doors(LiveServer.of(server), provider, _administrator(LiveServer.of(server), server))


@contextmanager
def _running(words: list[str], line: object) -> Iterator[None]:
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.stdin.close()


def _client(base: str) -> dict[str, Any]:
    return {
        "client_id": "homeserver",
        "client_secret": _SECRET,
        "redirect_uris": [f"{base}/_synapse/client/oidc/callback"],
    }


def _configure(folder: Path, facts: ServerFacts, provider: str) -> None:
    write_config(folder, facts)
    path = folder / CONFIG_FILE
    more = {
        "oidc_providers": [
            _door(WORKS, "River Works", provider, {"localpart_template": "{{ user.preferred_username }}"}),
            _door(GUILD, "Guild of Potters", provider, {}),
        ],
        "registration_requires_token": True,
        "user_consent": {
            "template_dir": str(_terms(folder)),
            "version": "1.0",
            "require_at_registration": True,
            "policy_name": "House rules",
        },
    }
    path.write_text(json.dumps(json.loads(path.read_text()) | more), encoding="utf-8")


def _terms(folder: Path) -> Path:
    there = folder / "terms" / "en"
    there.mkdir(parents=True, exist_ok=True)
    (there / "1.0.html").write_text("<p>Be kind.</p>", encoding="utf-8")
    (there / "success.html").write_text("<p>Thank you.</p>", encoding="utf-8")
    return folder / "terms"


def _door(idp: str, name: str, provider: str, names: dict[str, str]) -> dict[str, Any]:
    return {
        "idp_id": idp.removeprefix("oidc-"),
        "idp_name": name,
        "issuer": provider,
        "client_id": "homeserver",
        "client_secret": _SECRET,
        "scopes": ["openid", "profile"],
        "skip_verification": True,
        "pkce_method": "always",
        "user_profile_method": "userinfo_endpoint",
        "user_mapping_provider": {"config": {"subject_template": idp + "-{{ user.sub }}", **names}},
    }


def _administrator(live: LiveServer, server: demo.Homeserver) -> str:
    """Whoever has the server's secret can make one (Synapse: Shared-secret registration)."""
    path = "/_synapse/admin/v1/register"
    nonce, name, password = live.call("GET", path)["nonce"], "keeper", "of the server"
    words = b"\x00".join(word.encode() for word in (nonce, name, password, "admin"))
    proof = hmac.new(server.registration_secret.encode(), words, hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": name, "password": password, "admin": True, "mac": proof}
    token: str = live.call("POST", path, body)["access_token"]
    return token
