"""Showing what a command would change to the person at the terminal, who says yes or no first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nookterm.cli.alone import ask, has_terminal, show
from nookterm.cli.context import Context, reading
from nookterm.client.errors import WrongUsage
from nookterm.client.session import Session
from nookterm.domain.safe_text import safe_text


async def agree(context: Context, shown: Callable[[Session], Sequence[str]], question: str) -> None:
    """Ask, where there is somebody to ask: not with --yes or --json, nor in a script.

    The lines are made from what is known here; where another process has the account, this one asks all the same.

    Raises:
        WrongUsage: the answer was no. Nothing was changed.

    """
    args = context.args
    if args.yes or args.json or context.lent or not has_terminal():
        return
    async with reading(context) as session:
        lines = shown(session)
    if not lines:
        return
    for line in lines:
        show(safe_text(line))
    if ask(f"{question}? [y/N] ").casefold() not in {"y", "yes"}:
        raise WrongUsage("Nothing was changed.", code="given_up")
