"""An account in use by one command: opened, caught up, its duties done, and closed again."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import field

from nookterm.cli.output import Printer
from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.duties import Duties
from nookterm.client.errors import Busy, Offline, Problem, ServerTrouble, Throttled
from nookterm.client.holding import open_in_turn
from nookterm.client.retention import Retention
from nookterm.client.session import Session
from nookterm.client.settings import Settings
from nookterm.domain.records import dataclass

_PATIENCE = 10.0
"""Seconds that somebody who only wants to look waits for a command that is at work."""
_SAVING = 3.0
"""Seconds that a command may take longer for putting new keys into the backup; the next one goes on."""
_TIDYING = 1.0
"""Seconds that a command may take longer for letting old messages go; the next one goes on."""


OFFLINE = "offline"
"""The phase of a session without the server."""
BESIDE = "beside"
"""The phase of a session that reads what another process writes."""


class HeldElsewhere(Busy):
    """Another process has the account: it is asked to do this (cli/handing.py)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every command gets."""

    parts: Parts
    printer: Printer
    args: argparse.Namespace
    words: tuple[str, ...] = ()
    """The command line that `args` was read from."""
    lent: Session | None = None
    """The open account of the process that does this for another one."""
    settings: Settings = field(default_factory=Settings)


@asynccontextmanager
async def acting(context: Context) -> AsyncIterator[Session]:
    """The account, caught up with the server. Raises Offline with --offline.

    Where another process has the account, it leaves the command by HeldElsewhere before anything was done or printed.
    """
    args = context.args
    if args.offline:
        message = f"`{args.command}` needs the server."
        raise Offline(message, "Leave out --offline.", code="offline")
    if context.lent:
        # Its duties are done by the one that lends it: two at once could do one of them twice.
        await in_time(catch_up(context.lent, act=False), args.timeout)
        yield context.lent
        return
    try:
        account = open_account(context.parts, args.profile)
    except Busy as problem:
        raise HeldElsewhere(problem.message, problem.hint, problem.retry_after, problem.code) from None
    async with caught_up(context, account) as session:
        yield session


@asynccontextmanager
async def reading(context: Context, *, fresh: bool = False) -> AsyncIterator[Session]:
    """The account for looking: caught up where it can be, else as the store has it (in use elsewhere, or no network).

    The session's phase says which: `beside` or `offline`. With `fresh`, a process that has the account looks.
    """
    args = context.args
    if context.lent or (fresh and not args.offline):
        async with acting(context) as session:
            yield session
        return
    if not args.offline:
        try:
            account = await open_in_turn(context.parts, args.profile, min(args.timeout, _PATIENCE))
        except Busy:
            pass
        else:
            async with caught_up(context, account, anyway=True) as session:
                yield session
            return
    account = open_account(context.parts, args.profile, offline=True)
    account.session.set_phase(OFFLINE if args.offline else BESIDE)
    account.session.receipts.obey(context.settings)
    try:
        yield account.session
    finally:
        await account.close()


@asynccontextmanager
async def caught_up(
    context: Context,
    account: OpenAccount,
    *,
    first: Callable[[Session], None] | None = None,
    anyway: bool = False,
) -> AsyncIterator[Session]:
    """The session of an account of ours, caught up; the account is closed afterwards.

    `first` is done before anything is asked of the server. `anyway`: where that cannot be reached, say so and go on
    with what is here.
    """
    session, args = account.session, context.args
    session.receipts.obey(context.settings)
    try:
        if first:
            first(session)
        try:
            await in_time(catch_up(session, act=not args.no_act), args.timeout)
        except (Offline, ServerTrouble, Throttled) as problem:
            if not anyway:
                raise
            session.set_phase(OFFLINE)
            context.printer.remark(f"{problem.message} This is what was here before.")
        yield session
        if not args.no_act and session.phase != OFFLINE:
            await session.trust.carrying.leave(_SAVING)
            with contextlib.suppress(Problem):
                await Retention.of(context.settings).once_a_day(session, _TIDYING)
    finally:
        await account.close()


async def catch_up(session: Session, *, act: bool) -> None:
    """Sync until nothing new comes, send what was queued, and carry out what was agreed to."""
    await session.catch_up()
    if session.outbox.next_try() is not None:
        await session.outbox.flush(now=True)
        await session.catch_up()
    if act:
        while await Duties(session).run():
            await session.catch_up()


async def in_time(work: Awaitable[None], seconds: float) -> None:
    """Wait for `work`. Raises Offline after so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        message = f"The server did not answer within {seconds:g} s."
        raise Offline(message, "Try again, or give it more with --timeout.", code="timeout") from None
