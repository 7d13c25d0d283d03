"""Looking an account and its server over: what is asked of whom, in which order, and what must not be disturbed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import cast

from nookterm.client.account import Parts, is_lost, key_lost, login_again, session_over
from nookterm.client.errors import Busy, Problem, StoreDamaged, VaultClosed
from nookterm.client.ports import Credentials, Store
from nookterm.client.profiles import Profile
from nookterm.client.returning import Checked
from nookterm.client.tokens import Keeper, load_tokens
from nookterm.domain.checkup import Finding, ServerFacts, State, server_findings
from nookterm.domain.checkup_account import DeviceFacts, LocalFacts, device_findings, local_findings
from nookterm.domain.records import dataclass

LookAtServer = Callable[[str, float], Awaitable[ServerFacts]]
LookAtDevice = Callable[[Credentials, float], Awaitable[DeviceFacts]]
OwnKey = Callable[[Store], str | None]


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks, and changes nothing; but an expired token is renewed where nobody else uses the account."""

    parts: Parts
    at_server: LookAtServer
    """The server of a name or URL, within some seconds."""
    at_device: LookAtDevice
    own_key: OwnKey
    patience: float
    """Seconds for everything that asks the network, together."""

    async def server(self, name: str) -> AsyncIterator[Finding]:
        """A server, as strangers see it."""
        for finding in server_findings(await self.at_server(name, self.patience)):
            yield finding

    async def account(self, profile: Profile, *, offline: bool = False) -> AsyncIterator[Finding]:
        """A profile: what is here first, then its server and its device there, unless `offline`."""
        began = asyncio.get_running_loop().time()
        facts = LocalFacts(profile.vault)
        try:
            with self.parts.hold(self.parts.profiles.folder(profile.name)):
                async for finding in self._held(profile, facts, began, offline):
                    yield finding
        except Busy:
            facts.in_use = True
            async for finding in self._held(profile, facts, began, offline):
                yield finding

    async def _held(
        self,
        profile: Profile,
        facts: LocalFacts,
        began: float,
        offline: bool,  # noqa: FBT001 - of this class alone
    ) -> AsyncIterator[Finding]:
        tokens = await asyncio.to_thread(self._look_here, profile, facts)
        for finding in local_findings(facts):
            yield finding
        if offline:
            return
        server = await self.at_server(profile.homeserver, self.patience)
        for finding in server_findings(server):
            yield finding
        if server.trouble is None:
            left = max(1.0, self.patience - (asyncio.get_running_loop().time() - began))
            for finding in await self._device(profile, tokens, facts, left):
                yield finding

    async def _device(
        self, profile: Profile, tokens: Credentials | None, facts: LocalFacts, patience: float
    ) -> tuple[Finding, ...]:
        if profile.ended or (tokens is None and facts.vault_trouble is None):
            over = session_over(profile)
            return (Finding("session", State.PROBLEM, over.message, over.hint),)
        if tokens is None:
            return ()
        if facts.in_use:
            # The other process renews the token; were it spent here, that one would be signed out.
            tokens = replace(tokens, refresh=None)
        else:
            tokens = replace(tokens, keeper=Keeper(self.parts.open_vault(profile.vault), self.parts.profiles, profile))
        device = await self.at_device(tokens, patience)
        if device.ended and facts.in_use:
            words = "Another nookterm is using this account, and has renewed its session just now."
            return (Finding("session", State.NOTE, words, "Look again in a moment, or close the other one first."),)
        return device_findings(device, facts.own_key)

    def _look_here(self, profile: Profile, facts: LocalFacts) -> Credentials | None:
        """Fill in what lies on this machine. Returns the tokens, where the vault gives them."""
        database = self.parts.profiles.database(profile.name)
        try:
            facts.free = shutil.disk_usage(database.parent).free
            facts.size = database.stat().st_size
        except OSError:
            facts.size = None
        try:
            vault = self.parts.open_vault(profile.vault)
            key, tokens = vault.load(profile.key_name), load_tokens(vault, profile)
            if key is None:
                raise key_lost(vault, profile)
        except VaultClosed as problem:
            facts.vault_trouble = (problem.message, problem.hint)
            return None
        try:
            self._read(self.parts.open_store(database, key, create=False, read_only=True), facts)
        except StoreDamaged as problem:
            anew = f" The command for that: {login_again(profile)} --new-device" if is_lost(problem) else ""
            facts.store_trouble = (problem.message, f"{problem.hint}{anew}")
        except Problem as problem:
            facts.store_trouble = (problem.message, problem.hint)
        return tokens

    def _read(self, store: Store, facts: LocalFacts) -> None:
        try:
            facts.is_whole = cast("Checked", store).is_whole()
            if facts.is_whole:
                rows = [row for row in store.outgoing() if row.event_id is None]
                facts.failed = sum(1 for row in rows if row.state == "failed")
                facts.queued = len(rows) - facts.failed
                facts.own_key = self.own_key(store)
        finally:
            store.close()
