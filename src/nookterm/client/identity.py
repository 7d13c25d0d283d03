"""One's own identity: made once, opened on another device, made anew where it is lost. Every step can be repeated."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress

from nookterm.client.adopting import Adopting
from nookterm.client.changes import Changes, TrustChanged
from nookterm.client.errors import NotAllowed, NotFound, Problem, WrongPassword, WrongUsage
from nookterm.client.identity_keys import CROSS_SIGNING, kept_keys, shown_identity
from nookterm.client.new_identity import NewKeys, keep_new_keys, keep_new_storage, new_keys_of, new_storage_of
from nookterm.client.own_state import NONE, READY, UNKNOWN, UNSIGNED, Backup, Confirm, OwnState, Progress, Recovered
from nookterm.client.ports import Auth, Challenge, Gateway, Identities, Secret, Store
from nookterm.client.proving import prove
from nookterm.client.recovery_problems import bad_secret, hidden_key, words_for
from nookterm.client.secret_store import Opened
from nookterm.domain.events import Json
from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.cross_signing import CrossSigningKeys, load_keys, upload_body
from nookterm.trust.entropy import Entropy
from nookterm.trust.identity import MASTER, Identity
from nookterm.trust.pins import Standing
from nookterm.trust.recovery_key import key_from_passphrase, new_passphrase_rule
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.secret_storage import BACKUP, SELF_SIGNING, read_seed

_KIND = "own_identity"


class OwnIdentity:
    """The identity of an open account. Lives on the engine's loop; one thing at a time."""

    def __init__(
        self,
        gateway: Gateway,
        store: Store,
        changes: Changes,
        backup: Backup | None = None,
        entropy: Entropy = os.urandom,
    ) -> None:
        """`backup` is made and read together with it."""
        self._gateway = gateway
        self._store = store
        self._changes = changes
        self._backup = backup
        self._entropy = entropy
        self._steps = Adopting(gateway, store, changes, backup, entropy)
        self._busy = asyncio.Lock()
        self._signed_here = False

    # --- how it stands ----------------------------------------------------------------------------------------------

    def state(self) -> OwnState:
        """From the disk. Where the crypto is not to be had (read-only), as it was last seen."""
        looked = self._store.recall(_KIND, "") or {}
        try:
            identities = self._gateway.identities
        except Problem:
            return OwnState(**looked)
        pin = identities.pin(self._gateway.user_id)
        if pin.standing is Standing.NONE:
            step = NONE if looked else UNKNOWN
        elif pin.standing is Standing.VERIFIED and identities.this_device.signed_by_owner:
            step = READY
        else:
            step = UNSIGNED
        storage = new_storage_of(identities)
        return OwnState(
            step,
            storage=bool(looked.get("storage")) or (storage is not None and storage.done),
            passphrase=bool(looked.get("passphrase")),
            backup=identities.secret(BACKUP) is not None,
            unfinished=new_keys_of(identities, pin.user) is not None or (storage is not None and not storage.done),
            unnoted=storage is not None,
            replaced=pin.standing is Standing.VIOLATED,
            owed=self._steps.signatures.owed,
        )

    async def look(self) -> OwnState:
        """Ask the server how it stands."""
        await shown_identity(self._gateway)
        passphrase = await self._steps.secrets.has_passphrase()
        return self._remember(storage=passphrase is not None, passphrase=bool(passphrase))

    def _remember(self, *, storage: bool, passphrase: bool) -> OwnState:
        before = self._store.recall(_KIND, "")
        with self._store.transaction():
            self._store.remember(_KIND, "", {"storage": storage, "passphrase": passphrase})
            state = self.state()
            fields = {name: getattr(state, name) for name in OwnState.__slots__}
            self._store.remember(_KIND, "", fields)
        if before != fields:
            self._changes.tell(TrustChanged(frozenset({self._gateway.user_id})))
        return state

    # --- the recovery key -------------------------------------------------------------------------------------------

    def recovery_key(self) -> Secret | None:
        """The recovery key that was made here, for as long as nobody has said to have noted it."""
        new = new_storage_of(self._gateway.identities)
        return new.recovery_key if new else None

    def noted(self) -> None:
        """A person has it: it is forgotten here."""
        new = new_storage_of(self._gateway.identities)
        if new and new.done:
            keep_new_storage(self._gateway.identities, None)
            self._changes.tell(TrustChanged(frozenset({self._gateway.user_id})))

    async def new_recovery_key(self, passphrase: Secret | None = None) -> Secret:
        """Put our secrets under a new recovery key. The old one opens only what somebody copied before.

        Raises NotFound (not_here): this device does not have the secrets.
        """
        async with self._busy:
            if kept_keys(self._gateway.identities, await shown_identity(self._gateway)) is None:
                message = "This device does not have the keys of your identity."
                raise NotFound(message, "Unlock it first: `nookterm recover`.", code="not_here")
            return await self._secure(passphrase, anew=True, only=True)

    # --- a first identity, and another one --------------------------------------------------------------------------

    async def set_up(self, *, passphrase: Secret | None = None, confirm: Confirm | None = None) -> Secret:
        """Make the account's first identity, with secret storage and backup. Returns the recovery key.

        What an earlier call has begun goes on, and its recovery key is the same one until it is `noted`.

        Raises:
            WrongUsage (identity_exists): nothing was changed.
            NotAllowed: the server wants to be shown that it is us. Nothing was changed.
            Offline and the like: it may be done or not. Calling it again goes on in both cases.
        """
        async with self._busy:
            shown = await shown_identity(self._gateway)
            waiting = new_keys_of(self._gateway.identities, self._gateway.user_id)
            if waiting and _is(shown, waiting.keys):
                self._steps.adopt(waiting.keys, new=waiting)
            elif _exists(self._gateway.identities, shown):
                keep_new_keys(self._gateway.identities, None)
                if self.recovery_key() is None or kept_keys(self._gateway.identities, shown) is None:
                    raise _exists_already()
            else:
                await self._publish(waiting or self._steps.new_keys(), self._only_first(confirm))
            return await self._secure(passphrase)

    async def reset(self, confirm: Confirm) -> Secret:
        """Replace the identity, the secret storage and the backup. Returns the new recovery key.

        Everybody who was compared has to be compared again, other devices of ours have to be signed again, and what
        only the old backup could open stays closed: whoever calls has said so.

        Raises:
            NotAllowed, WrongPassword: it was not confirmed; nothing was changed.
            Offline and the like: it may be done or not. Calling it again goes on in both cases.
        """
        async with self._busy:
            shown = await shown_identity(self._gateway)
            waiting = new_keys_of(self._gateway.identities, self._gateway.user_id)
            begun = new_storage_of(self._gateway.identities)
            if waiting and _is(shown, waiting.keys):
                self._steps.adopt(waiting.keys, new=waiting)
            elif begun is None or begun.done or kept_keys(self._gateway.identities, shown) is None:
                there = shown.master.public if shown.master else ""
                if waiting is None or waiting.replaces != there:
                    waiting = self._steps.new_keys(there)
                await self._publish(waiting, confirm)
            return await self._secure(None)

    async def _publish(self, new: NewKeys, confirm: Confirm | None) -> None:
        identities, server = self._gateway.identities, self._gateway.key_server
        body = upload_body(new.keys, identities.this_device.device, identities.sign)

        async def ask(auth: Json | None) -> Challenge | None:
            return await server.publish_identity(body, auth)

        try:
            await prove(ask, confirm)
        except (NotAllowed, WrongPassword, WrongUsage):
            # The server said no: these keys are nobody's.
            keep_new_keys(identities, None)
            raise
        self._steps.adopt(new.keys, new=new)

    def _only_first(self, confirm: Confirm | None) -> Confirm:
        """Before a first identity is confirmed: whether somebody else has made one meanwhile."""

        async def ask(challenge: Challenge) -> Auth | None:
            if _exists(self._gateway.identities, await shown_identity(self._gateway)):
                raise _exists_already()
            return await confirm(challenge) if confirm else None

        return ask

    async def _secure(self, passphrase: Secret | None, *, anew: bool = False, only: bool = False) -> Secret:
        """Write the secret storage, one that was begun or a new one. Returns its recovery key."""
        new = new_storage_of(self._gateway.identities)
        if passphrase is not None:
            rule = new_passphrase_rule(self._entropy)
            secret = await asyncio.to_thread(key_from_passphrase, passphrase.reveal(), rule)
            new = self._steps.new_storage(secret=secret, rule=rule, only=only)
        elif new is None or anew:
            new = self._steps.new_storage(only=only)
        await self._steps.finish()
        self._remember(storage=True, passphrase=new.rule is not None)
        return new.recovery_key

    # --- on another device ------------------------------------------------------------------------------------------

    async def recover(self, key_or_passphrase: Secret, progress: Progress | None = None) -> Recovered:
        """Open the identity with the recovery key or passphrase, sign this device, and bring keys from the backup.

        Raises:
            WrongRecoveryKey: which kind of wrong it is stands in its code and words.
            NotFound, ServerTrouble: there is nothing to open, or not what belongs to the identity. Nothing was changed.
        """
        async with self._busy:
            shown = await shown_identity(self._gateway)
            if shown.master is None:
                message = "This account has no identity yet, so there is nothing to recover."
                raise NotFound(message, "`nookterm trust setup` makes one.", code="no_identity")
            opened = await self._steps.secrets.open(key_or_passphrase)
            backup = _backup_key(opened)
            self._steps.adopt(_keys_in(opened, shown), backup=backup)
            signed = await self._try_to_sign()
            await self._steps.meet_again()
            with suppress(Problem):
                await self.look()
        missing = () if backup else (words_for(BACKUP),)
        if backup is None or self._backup is None:
            return Recovered(signed, missing)
        try:
            await self._backup.look()
            return Recovered(signed, missing, await self._backup.restore(progress=progress))
        except Problem as problem:
            return Recovered(signed, missing, trouble=problem.message)

    async def take_secrets(self, secrets: Mapping[str, Secret]) -> bool:
        """Take over secrets that another device of ours has sent, where they belong to the identity that is shown.

        Returns whether they did: then it is proved here, and this device is signed or going to be. While something else
        is going on here they are not looked at: who keeps them is proved by the next answer about our own keys.
        """
        if self._busy.locked():
            return False
        async with self._busy:
            shown = await shown_identity(self._gateway)
            try:
                keys = load_keys(shown, {name: secret.reveal() for name, secret in secrets.items()})
            except Refused:
                return False
            self._steps.adopt(keys)
            await self._try_to_sign()
            await self._steps.meet_again()
            return True

    # --- signatures -------------------------------------------------------------------------------------------------

    async def sign_own_devices(self) -> int:
        """Sign this device, where the identity's keys are here. Returns how many signatures went out now."""
        here = self._gateway.identities.this_device
        self._steps.signatures.owe_device(here.device, here.ed25519)
        with suppress(Problem):
            return await self._steps.signatures.pay()
        return 0

    async def sign_device(self, device: DeviceId, ed25519: str) -> bool:
        """A device of ours was verified: say so. False where the server could not be told yet; it will be."""
        self._steps.signatures.owe_device(device, ed25519)
        return await self._try_to_sign()

    async def sign_user(self, user: UserId, master: str) -> bool:
        """A person was verified: vouch for them. False where the server could not be told yet; it will be."""
        self._steps.signatures.owe_user(user, master)
        return await self._try_to_sign()

    async def _try_to_sign(self) -> bool:
        with suppress(Problem):
            await self._steps.signatures.pay()
        self._changes.tell(TrustChanged(frozenset({self._gateway.user_id})))
        return self._steps.signatures.owed == 0

    async def settle(self) -> int:
        """Go on with what was begun here and could not be ended, without asking anybody. Returns how much was done."""
        if self._busy.locked():
            return 0
        identities = self._gateway.identities
        async with self._busy:
            waiting = new_keys_of(identities, self._gateway.user_id)
            if waiting:
                shown = await shown_identity(self._gateway)
                if _is(shown, waiting.keys):
                    self._steps.adopt(waiting.keys, new=waiting)
                elif shown.master and shown.master.public != waiting.replaces:
                    # Somebody else made one: nobody will ever ask for these.
                    keep_new_keys(identities, None)
            here = identities.this_device
            proved = identities.pin(here.user).standing is Standing.VERIFIED
            if proved and not here.signed_by_owner and not self._signed_here and identities.secret(SELF_SIGNING):
                # Somebody signed in as a new device over an old database, which has the keys. Once a process.
                self._signed_here = True
                self._steps.signatures.owe_device(here.device, here.ed25519)
            return await self._steps.finish()


def _is(shown: Identity, keys: CrossSigningKeys) -> bool:
    return shown.master is not None and shown.master.public == keys.master.public


def _exists(identities: Identities, shown: Identity) -> bool:
    """Whether there is an identity, or was one that the server shows no more or not rightly."""
    hidden = identities.pin(shown.user).standing is Standing.HIDDEN
    return shown.master is not None or hidden or any(fault.about == MASTER for fault in shown.faults)


def _exists_already() -> WrongUsage:
    message = "This account has an identity already, and it stays as it is."
    hint = "`nookterm recover` opens it with the recovery key. `nookterm trust reset` replaces it."
    return WrongUsage(message, hint, code="identity_exists")


def _keys_in(opened: Opened, shown: Identity) -> CrossSigningKeys:
    """The identity's private keys, each compared with its public half."""
    found = {name: secret for name, secret in opened.secrets.items() if name in CROSS_SIGNING}
    try:
        return load_keys(shown, found)
    except Refused as refusal:
        name = refusal.detail
        if refusal.reason is Reason.MISSING and name in found:
            raise hidden_key(name) from None
        raise bad_secret(name, opened.refused.get(name, refusal.reason)) from None


def _backup_key(opened: Opened) -> Secret | None:
    text = opened.secrets.get(BACKUP)
    try:
        return None if text is None else Secret(text) if read_seed(text) else None
    except Refused:
        return None
