"""An account that a command needs to itself, and what such a command may ask at the terminal."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from nookterm.cli.context import Context, caught_up
from nookterm.client.account import OpenAccount, open_account
from nookterm.client.errors import Busy, Offline, WrongUsage
from nookterm.client.own_state import Confirm
from nookterm.client.ports import Auth, Challenge, Secret
from nookterm.client.proving import PASSWORD, page, password_answer, plain_answer, stage
from nookterm.domain.ids import UserId


@asynccontextmanager
async def alone(context: Context) -> AsyncIterator[OpenAccount]:
    """The account, held by this process and caught up. Raises Busy (exit code 7), Offline with --offline."""
    command = context.args.command
    if context.lent:
        message = f"`{command}` needs the account to itself."
        raise Busy(message, "Close the nookterm that has it first.", code="busy")
    if context.args.offline:
        raise Offline(f"`{command}` needs the server.", "Leave out --offline.", code="offline")
    account = open_account(context.parts, context.args.profile)
    async with caught_up(context, account):
        yield account


def has_terminal() -> bool:
    """Whether somebody can be asked, and sees what is printed."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def need_somebody(instead: str) -> None:
    """Raises WrongUsage where nobody can be asked. `instead` is what a script says."""
    if not has_terminal():
        raise WrongUsage("There is no terminal to ask at.", instead, code="no_terminal")


def ask_secret(prompt: str) -> Secret:
    """What somebody types without it being shown."""
    return Secret(getpass.getpass(prompt))


def ask(prompt: str) -> str:
    """What somebody types, without the blanks around it. Ctrl-D is no answer."""
    print(prompt, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def show(words: str) -> None:
    """On the terminal of the person who is there, whatever becomes of the output."""
    print(words, file=sys.stderr, flush=True)


def password_in(file: str | None, user: str) -> Secret:
    """A password from a file, or asked for. Raises WrongUsage."""
    if file:
        try:
            return Secret(Path(file).read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError):
            message = f"The password file {file} cannot be read."
            raise WrongUsage(message, "Check its name and rights.") from None
    need_somebody("Use --password-file F.")
    return ask_secret(f"Password of {user}: ")


def confirming(user: UserId, homeserver: str, password_file: str | None) -> Confirm:
    """Answers the server: with the password of a file, once, else by asking whoever is at the terminal."""

    async def confirm(challenge: Challenge) -> Auth | None:
        wanted = stage(challenge)
        there = page(challenge, homeserver)
        if there:
            return await _by_page(there, challenge)
        if wanted != PASSWORD:
            return plain_answer(challenge) if wanted else None
        if challenge.refused and (password_file or not has_terminal()):
            return None
        if challenge.refused:
            show("That was not the password.")
        return password_answer(challenge, user, password_in(password_file, user))

    return confirm


async def _by_page(there: str, challenge: Challenge) -> Auth | None:
    need_somebody("The server wants a yes in a browser: do this at a terminal.")
    if challenge.refused:
        show("The server has not heard your yes yet.")
    return plain_answer(challenge) if await visited(there, "Say yes on this page") else None


async def visited(there: str, what: str) -> bool:
    """Show a page of the server's, open it where they like, and wait for their word that it is done."""
    from nookterm.client.browser import has_browser, open_page
    from nookterm.domain.safe_text import safe_line

    show(f"{what}, then press Enter here:\n  {safe_line(there, longest=2000)}")
    can_open = has_browser(os.environ)
    while True:
        said = ask(f"Enter goes on, {'o opens the page, ' * can_open}n gives up: ").lower()
        if said != "o" or not can_open:
            return said not in {"n", "no"}
        await open_page(there)
