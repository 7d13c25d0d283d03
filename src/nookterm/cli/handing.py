"""A command that finds the account in use: the process that has it carries it out and answers."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from nookterm.cli.context import Context, HeldElsewhere
from nookterm.cli.recording import replay
from nookterm.client.account import Parts, open_account
from nookterm.client.holding import is_free
from nookterm.client.intents import Unfinished, ask
from nookterm.domain.events import Json

Command = Callable[[Context], Awaitable[None]]
_AGAIN = frozenset({"join", "leave", "claim", "desk", "snooze", "wake", "record", "upgrade"})
"""Commands that lead to the same when they are carried out twice."""


async def run_command(command: Command, context: Context) -> None:
    """Run a command here, or have it done by the process that has the account. Raises the Problem it ends in."""
    args = context.args
    end, again = time.monotonic() + args.timeout, args.command in _AGAIN
    while True:
        try:
            await command(context)
        except HeldElsewhere:
            left = max(0.0, end - time.monotonic())
        else:
            return
        try:
            answer = await hand_over(context.parts, args.profile, context.words, left)
        except Unfinished:
            if not again:
                raise
            again, answer = False, None
        if answer is not None:
            replay(answer, context.printer)
            return


async def hand_over(parts: Parts, profile: str | None, words: tuple[str, ...], seconds: float) -> Json | None:
    """The holder's answer to a command line; None where nobody has the account any more. Raises as `ask`."""
    account = open_account(parts, profile, beside=True)
    try:
        return await ask(
            account.session.store, words, clock=parts.clock, seconds=seconds, is_free=lambda: is_free(parts, profile)
        )
    finally:
        await account.close()
