"""A device's tokens in use: renewed once for all requests that find them expired, and kept before they are used."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nookterm.client.errors import CannotWrite, NotAllowed, NotFound, SignedOut, VaultClosed
from nookterm.client.ports import Credentials, Secret
from nookterm.matrix.http import Http, path
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.wire import as_count, as_text

_EARLY = timedelta(seconds=10)
"""Renewed so long before it expires: what is under way then still arrives in time."""
_LAST_PATIENCE = 3.0
_LONGEST_LIFE = 10 * 365 * 24 * 3600 * 1000


def now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Tokens:
    """The tokens of one device. Many requests may use it at once."""

    def __init__(self, credentials: Credentials, clock: Callable[[], datetime] = now) -> None:
        """Begin with the tokens of `credentials`; its keeper is told what becomes of them."""
        self._now = credentials
        self._clock = clock
        self._renewal: asyncio.Task[None] | None = None

    async def token(self) -> Secret:
        """The token to use now, renewed first where its time is up. Raises Offline and its like."""
        ends = self._now.expires_at
        if self._now.refresh and ends and ends - _EARLY <= self._clock():
            # Our clock may be wrong: where it cannot be renewed, the server says whether the old one still holds.
            with contextlib.suppress(SignedOut, VaultClosed, CannotWrite):
                await self._renew()
        return self._now.token

    async def instead_of(self, used: Secret, problem: SignedOut) -> Secret:
        """Another token than the one that was refused with `problem`. Raises it where there is none."""
        # Whoever renewed it meanwhile has also ended the old one; servers call that a hard end.
        if used == self._now.token:
            if problem.code != "soft_logout" or not self._now.refresh:
                raise self._ended(problem)
            try:
                await self._renew()
            except SignedOut:
                raise self._ended(problem) from problem
        return self._now.token

    def refused(self, used: Secret, problem: SignedOut) -> None:
        """A token that had just been renewed was refused too."""
        if used == self._now.token:
            self._ended(problem)

    def _ended(self, problem: SignedOut) -> SignedOut:
        if self._now.keeper:
            self._now.keeper.ended(problem.code)
        return problem

    async def _renew(self) -> None:
        """One renewal at a time; whoever stops waiting for it leaves it to the others."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._bought())
        await asyncio.shield(self._renewal)

    async def _bought(self) -> None:
        """Spend the refresh token. It stays good until what it bought is used, so a lost answer harms nobody."""
        held = self._now
        assert held.refresh is not None  # noqa: S101 - both callers looked
        http = Http(held.homeserver)
        try:
            answer = await http.call("POST", path("refresh"), {"refresh_token": held.refresh.reveal()})
        except (SignedOut, NotAllowed, NotFound) as refused:
            raise SignedOut(
                "This session has expired, and the server does not renew it.",
                "Sign in again; everything on this machine stays.",
                code="soft_logout",
            ) from refused
        finally:
            await http.close()
        bought = with_tokens(held, answer, self._clock())
        if bought.keeper:
            # Before the first use, which ends the old ones: a crash in between must find either pair whole.
            bought.keeper.renewed(bought)
        self._now = bought

    async def close(self) -> None:
        """Give a renewal that is under way a moment to be kept; cut short, the old refresh token buys it again."""
        if self._renewal is not None and not self._renewal.done():
            await asyncio.wait([self._renewal], timeout=_LAST_PATIENCE)
            self._renewal.cancel()
        if self._renewal is not None:
            await asyncio.gather(self._renewal, return_exceptions=True)


def with_tokens(credentials: Credentials, answer: Mapping[str, Any], at: datetime) -> Credentials:
    """`credentials` with what `/login` or `/refresh` answered at that time.

    Raises:
        ServerTrouble: there is no token in it.
    """
    token, refresh = as_text(answer.get("access_token")), as_text(answer.get("refresh_token"))
    if not token:
        raise server_trouble("It let us in and gave no token.")
    life = as_count(answer.get("expires_in_ms"))
    ends = None if life is None or life > _LONGEST_LIFE else at + timedelta(milliseconds=life)
    return replace(
        credentials, token=Secret(token), refresh=Secret(refresh) if refresh else credentials.refresh, expires_at=ends
    )
