"""Whether its owner wants a backup of keys: said once in the account data, for all of their clients."""

from __future__ import annotations

from nookterm.client.ports import KeyServer
from nookterm.trust.backup import PREFERENCE, wants_backup

BEFORE = "m.org.matrix.custom.backup_disabled"
"""Where Element said it before the spec had a place (1.19)."""


async def is_wanted(server: KeyServer) -> bool | None:
    """What was chosen on any client; None where nothing was."""
    wanted = wants_backup(await server.account_data(PREFERENCE))
    if wanted is not None:
        return wanted
    disabled = (await server.account_data(BEFORE)).get("disabled")
    return not disabled if isinstance(disabled, bool) else None


async def want(server: KeyServer, *, on: bool) -> None:
    """Choose; where an older client looks, too, if it ever said something there."""
    await server.set_account_data(PREFERENCE, {"enabled": on})
    if "disabled" in await server.account_data(BEFORE):
        await server.set_account_data(BEFORE, {"disabled": not on})
