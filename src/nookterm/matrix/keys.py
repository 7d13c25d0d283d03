"""What the crypto owes the server and asks of it: keys up, other people's keys down, messages to devices."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nookterm.client.errors import Problem
from nookterm.matrix.devices import learn_devices, signed_by
from nookterm.matrix.hardened import HOSTILE, HardenedOlm
from nookterm.matrix.http import Http, path
from nookterm.matrix.tables import atomic
from nookterm.matrix.wire import as_count, as_list, as_object, as_text

if TYPE_CHECKING:
    from nio.crypto import OlmDevice

SIGNED = "signed_curve25519"
_SERVER_PATIENCE = 10_000
"""Milliseconds that our server may wait for other servers."""
_DEVICES_A_REQUEST = 50
_NAME_TAKEN = frozenset({"unknown", "invalid_param"})
_MOST_TRIES = 5
_SILENCE = 60.0
"""Seconds for which a user is not asked for again whose server did not answer."""


class KeyDuties:
    """The network side of one device's keys. Its callers hold the crypto lock."""

    def __init__(self, http: Http, olm: HardenedOlm) -> None:
        self._http = http
        self._olm = olm
        self._on_server: int | None = None
        self._fallback_used = not olm.account.shared
        self._silent_until: dict[str, float] = {}
        self.asked: set[str] = set()
        """Users whose device list we have and are told the changes of."""

    # --- our own keys -----------------------------------------------------------------------------------------------

    def note_counts(self, raw: Mapping[str, Any]) -> None:
        """Take over what a sync response says about our keys on the server (spec: nothing said means none there)."""
        self._on_server = as_count(as_object(raw.get("device_one_time_keys_count")).get(SIGNED)) or 0
        unused = raw.get("device_unused_fallback_key_types")
        self._fallback_used = isinstance(unused, list) and SIGNED not in unused

    async def upload(self) -> None:
        """Send identity, one-time keys and fallback key where the server lacks them."""
        tries = 0
        while self._prepare():
            tries += 1
            try:
                answer = await self._http.call("POST", path("keys", "upload"), self._upload_body())
            except Problem as refused:
                if refused.code not in _NAME_TAKEN or tries == _MOST_TRIES:
                    raise
                # The server has other keys under these names: an older copy of this database was restored.
                self._published()
                continue
            self._olm.account.shared = True
            self._published()
            self._on_server = as_count(as_object(answer.get("one_time_key_counts")).get(SIGNED)) or 0
            self._fallback_used = False
            return

    def _prepare(self) -> bool:
        """Make the keys that the server lacks. False where it lacks none."""
        account = self._olm.account
        pending = bool(account.one_time_keys["curve25519"])
        on_server = self._on_server if account.shared else 0
        few = on_server is not None and on_server < account.max_one_time_keys // 2
        if pending and on_server and not few:
            # An upload whose answer was lost: were they sent again later, one key could serve two strangers.
            self._published()
        if account.shared and not few and not self._fallback_used:
            return False
        if few and not pending:
            account.generate_one_time_keys(account.max_one_time_keys - (on_server or 0))
        if self._fallback_used and not account._account.fallback_key:
            account._account.generate_fallback_key()
        # Saved before they leave: a crash after the upload must not lose the private halves.
        self._olm.save_account()
        return True

    def _published(self) -> None:
        self._olm.account.mark_keys_as_published()
        self._olm.save_account()

    def _upload_body(self) -> dict[str, Any]:
        account = self._olm.account
        body: dict[str, Any] = {
            "one_time_keys": {
                f"{SIGNED}:{name}": self._signed({"key": key})
                for name, key in account.one_time_keys["curve25519"].items()
            },
            "fallback_keys": {
                f"{SIGNED}:{name}": self._signed({"key": key.to_base64(), "fallback": True})
                for name, key in account._account.fallback_key.items()
            },
        }
        if not account.shared:
            body["device_keys"] = self._signed(
                {
                    "algorithms": self._olm._algorithms,
                    "device_id": self._olm.device_id,
                    "user_id": self._olm.user_id,
                    "keys": {f"{kind}:{self._olm.device_id}": key for kind, key in account.identity_keys.items()},
                }
            )
        return body

    def _signed(self, what: dict[str, Any]) -> dict[str, Any]:
        signature = self._olm.sign_json(what)
        return what | {"signatures": {self._olm.user_id: {f"ed25519:{self._olm.device_id}": signature}}}

    # --- other people's ---------------------------------------------------------------------------------------------

    def note_changes(self, lists: Mapping[str, Any]) -> None:
        """Take over `device_lists` of a sync response."""
        known = self.asked | set(self._olm.device_store.users)
        changed = {user for user in as_list(lists.get("changed")) if isinstance(user, str)}
        self._olm.users_for_key_query |= changed & known
        for user in changed:
            self._silent_until.pop(user, None)
        self.asked -= {user for user in as_list(lists.get("left")) if isinstance(user, str)}

    async def query(self, users: Iterable[str]) -> set[str]:
        """Ask for the devices of `users` anew. Returns those that an answer came for; the others stay marked."""
        now = time.monotonic()
        wanted = {user for user in users if self._silent_until.get(user, now) <= now}
        if not wanted:
            return set()
        # Taken off before asking: a change that a sync reports meanwhile marks them once more.
        self._olm.users_for_key_query -= wanted
        heard: set[str] = set()
        try:
            body = {"device_keys": {user: [] for user in sorted(wanted)}, "timeout": _SERVER_PATIENCE}
            answer = await self._http.call("POST", path("keys", "query"), body)
            with atomic(self._olm.store.connection):
                heard = learn_devices(self._olm, answer, wanted)
            self._silent_until |= dict.fromkeys(wanted - heard, now + _SILENCE)
        finally:
            self._olm.users_for_key_query |= wanted - heard
        return heard

    async def claim(self, devices: Iterable[OlmDevice]) -> None:
        """Start Olm sessions with `devices`. Those without a good one-time key are left out and can be asked again."""
        wanted = {(device.user_id, device.id): device for device in devices}
        if not wanted:
            return
        body: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for user, name in wanted:
            body[user][name] = SIGNED
        answer = await self._http.call(
            "POST", path("keys", "claim"), {"one_time_keys": body, "timeout": _SERVER_PATIENCE}
        )
        claimed = as_object(answer.get("one_time_keys"))
        with atomic(self._olm.store.connection):
            for (user, name), device in wanted.items():
                self._start_session(device, as_object(as_object(claimed.get(user)).get(name)))

    def _start_session(self, device: OlmDevice, keys: Mapping[str, Any]) -> None:
        for signed in keys.values():
            key = as_text(as_object(signed).get("key"))
            if not key or not signed_by(signed, device.user_id, device.id, device.ed25519):
                continue
            try:
                session = self._olm.create_session(key, device.curve25519)
            except HOSTILE:
                continue
            if device in self._olm.wedged_devices:
                self._olm.wedged_devices.remove(device)
                self._olm._queue_dummy_message(session, device)
            return

    # --- messages to devices ----------------------------------------------------------------------------------------

    async def repair(self) -> None:
        """Start anew with devices whose Olm session broke, and tell them by an empty message."""
        await self.claim(list(self._olm.wedged_devices))
        for message in list(self._olm.outgoing_to_device_messages):
            await self.deliver({message.recipient: {message.recipient_device: message.content}})
            # The machine may have been loaded again meanwhile, which empties its list.
            if message in self._olm.outgoing_to_device_messages:
                self._olm.outgoing_to_device_messages.remove(message)

    async def deliver(self, messages: Mapping[str, Mapping[str, Any]]) -> None:
        """Send encrypted messages to devices: user id -> device id -> content."""
        where = path("sendToDevice", "m.room.encrypted", uuid.uuid4().hex)
        await self._http.call("PUT", where, {"messages": messages})


def in_portions(devices: list[OlmDevice]) -> Iterable[list[OlmDevice]]:
    """Devices in groups small enough for one request."""
    return (devices[start : start + _DEVICES_A_REQUEST] for start in range(0, len(devices), _DEVICES_A_REQUEST))
