"""Who has the account: waiting for one's turn, and seeing that nobody has it."""

from __future__ import annotations

import asyncio
import time

from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.errors import Busy

_PAUSE = 0.1


def is_free(parts: Parts, name: str | None) -> bool:
    """Whether no process has the account just now."""
    try:
        with parts.hold(parts.profiles.folder(parts.profiles.chosen(name).name)):
            return True
    except Busy:
        return False


async def open_in_turn(parts: Parts, name: str | None, seconds: float) -> OpenAccount:
    """Open the account as soon as those who do not stay are done. Raises Busy where another one stays, or is slow."""
    end = time.monotonic() + seconds
    while True:
        try:
            return open_account(parts, name)
        except Busy as problem:
            if problem.retry_after is None or time.monotonic() >= end:
                raise
        await asyncio.sleep(_PAUSE)
