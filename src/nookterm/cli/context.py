"""An account in use by one command: opened, caught up, its duties done, and closed again."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nookterm.cli.output import Printer
from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.duties import Duties
from nookterm.client.errors import Busy, Offline
from nookterm.client.session import Session

_PATIENCE = 10.0
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Context:
    """What every command gets."""

    parts: Parts
    printer: Printer
    args: argparse.Namespace


@asynccontextmanager
async def acting(context: Context) -> AsyncIterator[Session]:
    """The account, caught up with the server. Raises Offline with --offline, Busy where another process has it."""
    args = context.args
    if args.offline:
        message = f"`{args.command}` needs the server."
        raise Offline(message, "Leave out --offline.", code="offline")
    account = await _in_turn(context)
    session = account.session
    try:
        await _in_time(catch_up(session, act=not args.no_act), args.timeout)
        yield session
    finally:
        await account.close()


@asynccontextmanager
async def reading(context: Context) -> AsyncIterator[Session]:
    """The account for looking: caught up where it can be, else as the store has it (offline, or in use elsewhere)."""
    args = context.args
    if not args.offline:
        try:
            async with acting(context) as session:
                yield session
        except Busy:
            pass
        else:
            return
    account = open_account(context.parts, args.profile, offline=True)
    try:
        yield account.session
    finally:
        await account.close()


async def _in_turn(context: Context) -> OpenAccount:
    """Open the account; short commands of one person wait for each other. Raises Busy where it stays in use."""
    patience = min(context.args.timeout, _PATIENCE)
    while True:
        try:
            return open_account(context.parts, context.args.profile)
        except Busy:
            if patience <= 0:
                raise
            patience -= _PAUSE
            await asyncio.sleep(_PAUSE)


async def catch_up(session: Session, *, act: bool) -> None:
    """Sync until nothing new comes, send what was queued, and carry out what was agreed to."""
    await session.sync_once()
    if session.outbox.next_try() is not None:
        await session.outbox.flush(now=True)
        await session.sync_once()
    if act:
        while await Duties(session).run():
            await session.sync_once()


async def _in_time(work: Awaitable[None], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        message = f"The server did not answer within {seconds:g} s."
        raise Offline(message, "Try again, or give it more with --timeout.", code="timeout") from None
