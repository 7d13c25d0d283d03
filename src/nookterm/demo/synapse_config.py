"""Everything that the demo's Synapse is told: small, generous, deaf to the outside."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
CONFIG_FILE = "homeserver.yaml"
OUTPUT_FILE = "synapse.out"
_FACTS_FILE = "server.json"
_LOG_FILE = "synapse.log"
_SEED_BYTES = 32
_MAX_UPLOAD = "20M"

TLS_FILES = ("certificate.pem", "key.pem")
"""What a server that talks with another one shows itself with, and the key to it."""

_FREE = {"per_second": 10_000, "burst_count": 100_000}
_LIMITS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "rc_message",
            "rc_registration",
            "rc_registration_token_validity",
            "rc_admin_redaction",
            "rc_joins_per_room",
            "rc_key_requests",
            "rc_3pid_validation",
            "rc_third_party_invite",
            "rc_media_create",
            "rc_delayed_event_mgmt",
            "rc_room_creation",
            "rc_reports",
            "rc_user_directory",
            "rc_profile",
        ),
        _FREE,
    ),
    "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _FREE),
    "rc_joins": dict.fromkeys(("local", "remote"), _FREE),
    "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _FREE),
    "rc_presence": {"per_user": _FREE},
}


@dataclass(frozen=True, slots=True)
class Federation:
    """How a server talks with others: where it listens for them, with whom it talks at all, and how it is known."""

    port: int
    peers: tuple[str, ...]
    """The names of all servers of this world, its own too."""
    certificate: str
    """PEM; the same for all of them, so that each can check whom it talks to."""
    key: str
    """PEM; a secret."""

    @property
    def server_name(self) -> str:
        """An address, so that nobody has to be asked where it is."""
        return f"{HOST}:{self.port}"


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What one demo server keeps from start to start; all but name and port are secrets."""

    server_name: str
    port: int
    as_token: str
    hs_token: str
    registration_secret: str
    macaroon_secret: str
    form_secret: str
    signing_key: str
    federation: Federation | None = None

    @property
    def base_url(self) -> str:
        """Where clients reach it."""
        return f"http://{HOST}:{self.port}"

    def at_port(self, port: int) -> ServerFacts:
        """The same server, listening elsewhere."""
        return replace(self, port=port)


def new_facts(server_name: str, port: int, federation: Federation | None = None) -> ServerFacts:
    """Draw fresh secrets for a server that never ran."""
    seed = base64.b64encode(secrets.token_bytes(_SEED_BYTES)).decode().rstrip("=")
    return ServerFacts(
        server_name=server_name,
        port=port,
        as_token=secrets.token_urlsafe(),
        hs_token=secrets.token_urlsafe(),
        registration_secret=secrets.token_urlsafe(),
        macaroon_secret=secrets.token_urlsafe(),
        form_secret=secrets.token_urlsafe(),
        signing_key=f"ed25519 a_{secrets.token_hex(2)} {seed}",
        federation=federation,
    )


def read_facts(folder: Path) -> ServerFacts | None:
    """The facts that an earlier start left in `folder`, or None."""
    try:
        kept = json.loads((folder / _FACTS_FILE).read_text())
    except FileNotFoundError:
        return None
    said = kept.pop("federation", None)
    federation = Federation(**(said | {"peers": tuple(said["peers"])})) if said else None
    return ServerFacts(**kept, federation=federation)


def write_config(folder: Path, facts: ServerFacts) -> None:
    """Write all files that Synapse reads at start; an older set is replaced."""
    write_private(folder / _FACTS_FILE, json.dumps(asdict(facts), indent=1))
    write_private(folder / "signing.key", facts.signing_key + "\n")
    # YAML contains JSON, so no YAML library is needed to write what Synapse reads.
    write_private(folder / CONFIG_FILE, json.dumps(_homeserver(folder, facts), indent=1))
    write_private(folder / "seeder.yaml", json.dumps(_application_service(facts), indent=1))
    if facts.federation:
        for name, text in zip(TLS_FILES, (facts.federation.certificate, facts.federation.key), strict=True):
            write_private(folder / name, text)
    write_private(folder / "log.yaml", json.dumps(_logging(folder), indent=1))


def write_private(path: Path, text: str) -> None:
    """Write `text` so that nobody but the owner can ever read the file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def last_words(folder: Path, lines: int = 6) -> list[str]:
    """The end of what Synapse printed and logged, for a person who asks why it died."""
    said: list[str] = []
    for name in (_LOG_FILE, OUTPUT_FILE):
        try:
            said += (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
    return [line for line in said if line.strip()][-lines:]


def _homeserver(folder: Path, facts: ServerFacts) -> dict[str, Any]:
    listener = {
        "port": facts.port,
        "type": "http",
        "tls": False,
        "bind_addresses": [HOST],
        "resources": [{"names": ["client"], "compress": False}],
    }
    return {
        "server_name": facts.server_name,
        "public_baseurl": facts.base_url + "/",
        "listeners": [listener, *_listeners_for_servers(facts)],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db"), "cached_statements": 1000}},
        "pid_file": str(folder / "synapse.pid"),
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "max_upload_size": _MAX_UPLOAD,
        "signing_key_path": str(folder / "signing.key"),
        "app_service_config_files": [str(folder / "seeder.yaml")],
        "registration_shared_secret": facts.registration_secret,
        "macaroon_secret_key": facts.macaroon_secret,
        "form_secret": facts.form_secret,
        "enable_registration": True,
        "enable_registration_without_verification": True,
        # The lowest cost that bcrypt knows: these passwords guard nothing but a demo.
        "bcrypt_rounds": 4,
        "allow_public_rooms_without_auth": False,
        "user_directory": {"enabled": True, "search_all_users": True},
        "presence": {"enabled": False},
        "report_stats": False,
        "url_preview_enabled": False,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "notify_appservices_from_worker": "nobody",
        **(_among(folder, facts.federation) if facts.federation else _ALONE),
    }


_ALONE: dict[str, Any] = {
    # No other server is ever asked for anything.
    "federation_domain_whitelist": [],
    # Nor told anything: work that a server alone in the world would do for nobody, with every event.
    "federation_sender_instances": ["nobody"],
    **_LIMITS,
}


def _among(folder: Path, federation: Federation) -> dict[str, Any]:
    """What a server is told that talks with others of its world, and with nobody else; limits as Synapse has them."""
    certificate, key = (str(folder / name) for name in TLS_FILES)
    return {
        "federation_domain_whitelist": list(federation.peers),
        # They are where servers look for nobody: on this machine.
        "ip_range_blacklist": [],
        "tls_certificate_path": certificate,
        "tls_private_key_path": key,
        "federation_custom_ca_list": [certificate],
    }


def _listeners_for_servers(facts: ServerFacts) -> list[dict[str, Any]]:
    if facts.federation is None:
        return []
    return [
        {
            "port": facts.federation.port,
            "type": "http",
            "tls": True,
            "bind_addresses": [HOST],
            "resources": [{"names": ["federation", "keys"], "compress": False}],
        }
    ]


def _application_service(facts: ServerFacts) -> dict[str, Any]:
    """The seeder's own account: may send as anybody here, at any time of the past.

    The name space is not exclusive: for users of an exclusive one Synapse counts no unread messages.
    """
    return {
        "id": "nookterm-demo",
        "url": None,
        "as_token": facts.as_token,
        "hs_token": facts.hs_token,
        "sender_localpart": "_seeder",
        "rate_limited": False,
        "namespaces": {"users": [{"exclusive": False, "regex": "@.*"}], "rooms": [], "aliases": []},
    }


def _logging(folder: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "formatters": {"plain": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
        "handlers": {
            "file": {
                "class": "logging.FileHandler",
                "filename": str(folder / _LOG_FILE),
                "formatter": "plain",
            }
        },
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }
