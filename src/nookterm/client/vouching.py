"""What follows from a comparison that both sides have ended well: a pin, a signature, and secrets for a new device."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Protocol

from nookterm.client.beside import Beside
from nookterm.client.errors import Changed, Problem
from nookterm.client.ports import Gateway
from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.pins import Standing, Verified
from nookterm.trust.secret_storage import SECRETS
from nookterm.trust.signing import ED25519
from nookterm.trust.verification import Flow

_LOOKS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each look whether the other device has signed this one: before, it gives us no secrets."""


class Signer(Protocol):
    """Signs as our identity (client/identity.py). What cannot be signed yet is owed, and follows by itself."""

    async def sign_user(self, user: UserId, master: str) -> bool:
        """Vouch for a person's master key. False where it is owed."""

    async def sign_device(self, device: DeviceId, ed25519: str) -> bool:
        """Say that a device with this key is ours. False where it is owed."""


class Asker(Protocol):
    """Asks other devices of ours for secrets (client/gossip.py)."""

    async def ask(self, names: Collection[str]) -> object:
        """Ask for these."""


Tell = Callable[[str, Problem], None]
"""Takes the transaction of a flow, and what has to be said about its result."""


class Vouching:
    """Acts on flows that are done: only what `Flow.verified` names is ever believed."""

    def __init__(
        self,
        gateway: Gateway,
        signer: Callable[[], Signer],
        asker: Callable[[], Asker],
        moved: Callable[[UserId], Awaitable[None]],
        *,
        looks: tuple[float, ...] = _LOOKS,
    ) -> None:
        """`moved` is told of whom something else is believed now."""
        self._gateway = gateway
        self._signer = signer
        self._asker = asker
        self._moved = moved
        self._looks = looks
        self.beside = Beside()
        """What is told to the server, or owed."""

    def follow(self, flow: Flow, tell: Tell) -> None:
        """Draw the consequences. What is believed is kept before this returns; the server is told beside it."""
        try:
            work = self._own(flow) if flow.with_ourselves else self._person(flow)
        except Problem as problem:
            tell(flow.txn, problem)
            return
        self.beside.begin(self._run(flow.txn, work, tell))

    async def _run(self, txn: str, work: Callable[[], Awaitable[bool]], tell: Tell) -> None:
        try:
            if not await work():
                message = "This is kept here. Others learn of it when the server is back."
                tell(txn, Problem(message, "There is nothing to do.", code="signature_waits"))
        except Problem as problem:
            tell(txn, problem)

    # --- a person ---------------------------------------------------------------------------------------------------

    def _person(self, flow: Flow) -> Callable[[], Awaitable[bool]]:
        master = self._believe(flow)
        user = flow.them.user

        async def work() -> bool:
            # First what is owed is written down: whatever happens then, the signature follows.
            signed = await self._signer().sign_user(user, master)
            await self._moved(user)
            return signed

        return work

    def _believe(self, flow: Flow) -> str:
        """Keep that this master key is theirs. Raises Changed where the server shows another one by now."""
        master, user = flow.them.master, flow.them.user
        if master is None or flow.verified.get(master.key_id) != master.public:
            message = "Nothing that both devices trust was proved by this."
            hint = "First make one of them trusted: `nookterm trust setup` or `nookterm recover`."
            raise Changed(message, hint, code="nothing_proved")
        pin = self._gateway.identities.note(user, Verified(master.public))
        if pin.standing is not Standing.VERIFIED or pin.verified != master.public:
            message = f"The server shows another identity of {user} by now. Nothing was verified."
            raise Changed(message, "Compare again. If that happens once more, tell who runs the server.",
                          code="identity_changed")  # fmt: skip
        return master.public

    # --- a device of ours -------------------------------------------------------------------------------------------

    def _own(self, flow: Flow) -> Callable[[], Awaitable[bool]]:
        other = flow.other
        key = flow.verified.get(ED25519 + other.device) if other else None
        if flow.me.master is None:
            self._believe(flow)
            return self._become_one_of_us
        if other is None or key is None:
            # By a code, two devices that both trust the identity already learn nothing new.
            return self._nothing

        async def work() -> bool:
            return await self._signer().sign_device(other.device, key)

        return work

    async def _nothing(self) -> bool:
        return True

    async def _become_one_of_us(self) -> bool:
        """Wait for the other device to sign this one, which knows now whose it is, and ask for the secrets then."""
        me = self._gateway.user_id
        with suppress(Problem):
            # Wished for at once: that outlives this process.
            await self._asker().ask(SECRETS)
        await self._moved(me)
        for pause in self._looks:
            if self._gateway.identities.this_device.signed_by_owner:
                break
            await asyncio.sleep(pause)
            await self._gateway.key_server.query([me])
        await self._asker().ask(SECRETS)
        await self._moved(me)
        return True
