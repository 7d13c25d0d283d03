"""The private keys of our own identity: kept here, published, and used for the first time."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.client.errors import NotAllowed, ServerTrouble
from nookterm.client.ports import Gateway, Identities, Secret
from nookterm.domain.ids import UserId
from nookterm.trust.cross_signing import CrossSigningKeys, load_keys, new_keys, sign_own_device, upload_body
from nookterm.trust.entropy import Entropy
from nookterm.trust.identity import Identity
from nookterm.trust.refusals import Refused
from nookterm.trust.secret_storage import MASTER, SELF_SIGNING, USER_SIGNING

CROSS_SIGNING = (MASTER, SELF_SIGNING, USER_SIGNING)
_TIMES = 3


def keep_keys(identities: Identities, keys: CrossSigningKeys) -> None:
    """Keep the private halves inside the encrypted database."""
    for name, secret in keys.secrets().items():
        identities.keep_secret(name, Secret(secret))


def kept_secrets(identities: Identities, *more: str) -> dict[str, str]:
    """The cross-signing secrets that are here, and `more` by name."""
    found = {name: identities.secret(name) for name in (*CROSS_SIGNING, *more)}
    return {name: secret.reveal() for name, secret in found.items() if secret}


def kept_keys(identities: Identities, shown: Identity) -> CrossSigningKeys | None:
    """The private halves of the identity that the server shows, where all of them are here."""
    try:
        return load_keys(shown, kept_secrets(identities))
    except Refused:
        return None


async def shown_identity(gateway: Gateway) -> Identity:
    """Our own identity as the server shows it now. Raises ServerTrouble where it says nothing."""
    return (await shown_identities(gateway, ()))[gateway.user_id]


async def shown_identities(gateway: Gateway, users: Iterable[UserId]) -> dict[UserId, Identity]:
    """Our own identity and those of `users`, as far as the server shows them now.

    An answer is set aside where one to a later question came first, so what is missing is asked for again.
    """
    me = gateway.user_id
    wanted, found = {me, *users}, dict[UserId, Identity]()
    for _ in range(_TIMES):
        found |= await gateway.key_server.query(sorted(wanted - found.keys()))
        if found.keys() >= wanted:
            break
    if me not in found:
        raise ServerTrouble("The server says nothing about this account.", "Try again in a moment.", code="not_shown")
    return found


async def publish_new_identity(gateway: Gateway, entropy: Entropy) -> CrossSigningKeys:
    """Give a new account its first identity and sign this device, whose keys the server has. The quick way.

    Only for accounts that were made a moment ago: it does not look whether there is an identity, makes no secret
    storage, and is not resumed where it ends half-way. `OwnIdentity.set_up` does all that.

    Raises:
        NotAllowed: the server wants to be shown that it is us; there is an identity already.
    """
    device = gateway.identities.this_device
    keys = new_keys(device.user, entropy)
    keep_keys(gateway.identities, keys)
    if await gateway.key_server.publish_identity(upload_body(keys, device.device, gateway.identities.sign)):
        raise NotAllowed("The server wants to know first that it is you.", "Sign in again.", code="not_confirmed")
    await sign_this_device(gateway, keys)
    return keys


async def sign_this_device(gateway: Gateway, keys: CrossSigningKeys) -> Identity:
    """Say with our published identity that this device is ours, and learn what the server shows then.

    Raises:
        ServerTrouble: the server does not show this device, or another key under its name. Nothing was signed.
    """
    here = gateway.identities.this_device
    shown = (await shown_identity(gateway)).devices.get(here.device)
    try:
        if shown is None:
            raise ServerTrouble("The server does not show this device.", "Try again in a moment.", code="not_shown")
        body = sign_own_device(keys, shown, expected_ed25519=here.ed25519)
    except Refused as refusal:
        raise ServerTrouble(
            "The server shows another key for this device.", "Nothing was signed.", code="wrong_key"
        ) from refusal
    await gateway.key_server.publish_signatures(body)
    return await shown_identity(gateway)
