"""Signing in in a browser, for those at a terminal: the address, Enter to open it, and what comes back or is pasted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import termios
from collections.abc import Iterator

from nookterm.cli.alone import has_terminal, show
from nookterm.cli.answers import Answers
from nookterm.client.browser import has_browser, open_page
from nookterm.client.errors import Problem
from nookterm.client.ports import Doorway, Homeserver, Secret
from nookterm.client.sso import InBrowser, find_provider, in_browser
from nookterm.domain.safe_text import safe_line


async def token_from_browser(doorway: Doorway, server: Homeserver, provider: str | None, *, paste: bool) -> Secret:
    """Wait for a browser to come back, and for what is typed meanwhile. `paste`: open none.

    Raises:
        Problem: nobody came back, or, where only pasting was left, nothing good was pasted.
    """
    by = find_provider(server, provider)
    async with in_browser(doorway, server, by.id) as way:
        can_open = not paste and has_terminal() and has_browser(os.environ)
        show(f"Sign in in a browser:\n  {safe_line(way.address, longest=4000)}")
        if can_open:
            show("Enter opens it here. Or paste the address where another browser ended up.")
        elif paste or has_terminal():
            show(
                f"It ends on a page that begins with {way.comes_back_to.rpartition('/')[0]}/ and may not open there. "
                "Paste the whole address of that page."
            )
        if not paste and not has_terminal():
            return await way.token()
        with _unseen():
            return await _first_of(way, can_open=can_open, only=paste)


async def _first_of(way: InBrowser, *, can_open: bool, only: bool) -> Secret:
    coming = asyncio.ensure_future(way.token())
    hearing = asyncio.ensure_future(_hear(way, can_open=can_open))
    try:
        await asyncio.wait({coming, hearing}, return_when=asyncio.FIRST_COMPLETED)
        if only and not coming.done() and (problem := hearing.result()):
            raise problem
        return await coming
    finally:
        for task in (coming, hearing):
            task.cancel()
        await asyncio.gather(coming, hearing, return_exceptions=True)


async def _hear(way: InBrowser, *, can_open: bool) -> Problem | None:
    """Take what is typed: an empty line opens the browser, others are pasted. What was wrong last, at the end of it."""
    answers, wrong = Answers(), Problem("Nothing was pasted.", "Nothing was changed.", code="no_token")
    while (line := await answers.line()) is not None:
        try:
            if line.strip():
                way.paste(line)
                return None
            if can_open:
                await open_page(way.address)
                show("Your browser has it. Come back here when you have signed in there.")
        except Problem as problem:
            wrong = problem
            show(str(problem))
    return wrong


@contextlib.contextmanager
def _unseen() -> Iterator[None]:
    """What is pasted is as good as a password: a terminal does not show it."""
    if not sys.stdin.isatty():
        yield
        return
    there = sys.stdin.fileno()
    before = termios.tcgetattr(there)
    quiet = [*before]
    quiet[3] = int(before[3]) & ~termios.ECHO
    termios.tcsetattr(there, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(there, termios.TCSADRAIN, before)
