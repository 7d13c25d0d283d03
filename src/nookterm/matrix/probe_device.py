"""Looking our own device over on the server, for `doctor`: what the server holds for us and hands out in our name."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from typing import Any

from nio.crypto import OlmAccount

from nookterm.client.errors import NotFound, Problem, SignedOut
from nookterm.client.ports import Credentials
from nookterm.domain.checkup_account import DeviceFacts
from nookterm.matrix.devices import signed_by
from nookterm.matrix.http import V1, Http, path
from nookterm.matrix.tokens import Tokens
from nookterm.matrix.upload import SIGNED
from nookterm.matrix.wire import as_count, as_list, as_object, as_text


async def look_at_device(credentials: Credentials, patience: float) -> DeviceFacts:
    """What the server says about our device, within `patience` seconds. Never raises for what a server does."""
    facts = DeviceFacts()
    tokens = Tokens(credentials)
    http = Http(credentials.homeserver, tokens=tokens)
    try:
        async with asyncio.timeout(patience):
            # The first one alone: where the token has expired, it is renewed before the others ask.
            await _listed(http, credentials, facts)
            for part in (_keys, _counts, _capabilities, _uploads):
                await part(http, credentials, facts)
    except TimeoutError:
        facts.trouble = ("The server did not answer in time.", "Try again, or give it more with --timeout.")
    except SignedOut as problem:
        facts.ended = True
        facts.trouble = (problem.message, problem.hint)
    except Problem as problem:
        facts.trouble = (problem.message, problem.hint)
    finally:
        await tokens.close()
        await http.close()
    return facts


def own_key(connection: Any, pickle_key: str) -> str | None:
    """The signing key of the device whose crypto lies in a database; None where it has none yet."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'crypto_account'").fetchone():
        return None
    row = connection.execute("SELECT pickle FROM crypto_account").fetchone()
    if row is None:
        return None
    return str(OlmAccount.from_pickle(row[0].encode(), pickle_key).identity_keys["ed25519"])


async def _listed(http: Http, who: Credentials, facts: DeviceFacts) -> None:
    answer = await http.call("GET", path("devices"))
    names = {as_text(as_object(device).get("device_id")) for device in as_list(answer.get("devices"))}
    facts.is_listed = who.device_id in names
    facts.other_devices = len(names - {who.device_id})


async def _keys(http: Http, who: Credentials, facts: DeviceFacts) -> None:
    answer = await http.call("POST", path("keys", "query"), {"device_keys": {who.user_id: [who.device_id]}})
    found = as_object(as_object(as_object(answer.get("device_keys")).get(who.user_id)).get(who.device_id))
    key = as_text(as_object(found.get("keys")).get(f"ed25519:{who.device_id}")) or ""
    facts.keys = key if signed_by(found, who.user_id, who.device_id, key) else ""
    master = as_object(as_object(answer.get("master_keys")).get(who.user_id))
    facts.has_identity = bool(master)
    signer = as_object(as_object(as_object(answer.get("self_signing_keys")).get(who.user_id)).get("keys"))
    facts.is_signed = any(_vouches(found, who, key) for key in signer.values() if isinstance(key, str))


def _vouches(device: Mapping[str, Any], who: Credentials, key: str) -> bool:
    return signed_by(device, who.user_id, key, key)


def _counts_only() -> str:
    """A sync without rooms and without a position: it tells how many keys are left, and takes nothing from the queue.

    Synapse gives the same answer to the same question for two minutes, so no two are quite the same.
    """
    room = {"rooms": [], "timeline": {"limit": 1 + secrets.randbelow(1 << 20)}, "account_data": {"types": []}}
    return json.dumps({"presence": {"types": []}, "account_data": {"types": []}, "room": room})


async def _counts(http: Http, _who: Credentials, facts: DeviceFacts) -> None:
    answer = await http.call("GET", path("sync"), query=[("filter", _counts_only()), ("timeout", "0")])
    facts.one_time_keys = as_count(as_object(answer.get("device_one_time_keys_count")).get(SIGNED)) or 0
    unused = answer.get("device_unused_fallback_key_types")
    facts.fallback_key = SIGNED in unused if isinstance(unused, list) else None


async def _capabilities(http: Http, _who: Credentials, facts: DeviceFacts) -> None:
    answer = await http.call("GET", path("capabilities"))
    versions = as_object(as_object(answer.get("capabilities")).get("m.room_versions"))
    facts.room_default = as_text(versions.get("default")) or ""
    facts.room_versions = frozenset(as_object(versions.get("available")))


async def _uploads(http: Http, _who: Credentials, facts: DeviceFacts) -> None:
    try:
        answer = await http.call("GET", path("media", "config", root=V1))
    except NotFound:
        return
    facts.upload_limit = as_count(answer.get("m.upload.size"))
