"""Our own keys on the server: identity, one-time keys and the fallback key, made anew where they are used up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.client.errors import Problem
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.http import Http, path
from nookterm.matrix.wire import as_count, as_object

SIGNED = "signed_curve25519"
_NAME_TAKEN = frozenset({"unknown", "invalid_param"})
_MOST_TRIES = 5


class OwnKeys:
    """What this device owes the server. One caller at a time."""

    def __init__(self, http: Http, olm: HardenedOlm) -> None:
        self._http = http
        self._olm = olm
        self._on_server: int | None = None
        self._fallback_used = not olm.account.shared
        self._offered_at: int | None = None
        """How many the server had when the keys that wait for its answer were offered; None in another process."""

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
                self._offered_at = self._on_server
                answer = await self._http.call("POST", path("keys", "upload"), self._upload_body())
            except Problem as refused:
                if refused.code not in _NAME_TAKEN or tries == _MOST_TRIES:
                    raise
                # The server has other keys under these names: an older copy of this database was restored.
                self._published()
                self._olm.stop_sending()
                continue
            self._olm.account.shared = True
            self._published()
            self._on_server = as_count(as_object(answer.get("one_time_key_counts")).get(SIGNED)) or 0
            self._fallback_used = False
            return

    def _prepare(self) -> bool:
        """Make the keys that the server lacks. False where it lacks none."""
        account = self._olm.account
        if account.shared and self._on_server is not None and not self._fallback_used and account._account.fallback_key:
            # The server has a fresh one: the answer to its upload was lost. Once used, it must not go up again.
            self._published()
        pending = bool(account.one_time_keys["curve25519"])
        on_server = self._on_server if account.shared else 0
        few = on_server is not None and on_server < account.max_one_time_keys // 2
        if pending and self._on_server != self._offered_at:
            # Offered before, and perhaps taken although no answer came: sent again, one key could serve two strangers.
            self._published()
            pending = False
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
            body["device_keys"] = self._olm.device_keys()
        return body

    def _signed(self, what: dict[str, Any]) -> dict[str, Any]:
        signature = self._olm.sign_json(what)
        return what | {"signatures": {self._olm.user_id: {f"ed25519:{self._olm.device_id}": signature}}}
