"""The client with a screen: an account, its view-models, the terminal program."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

from nookterm.cli.main import need_terminal
from nookterm.cli.wiring import home_folder, parts_for
from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.engine import Engine
from nookterm.client.errors import NotSignedIn, Problem
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.signin import SignInModel


def run_client(args: argparse.Namespace) -> int:
    """Open the chosen account, or the welcome screen where nobody is signed in. Returns the exit code."""
    need_terminal()
    parts = parts_for(home_folder())
    engine = Engine()
    engine.start()
    try:
        if not _signed_in(parts, args.profile) and not _welcome(parts, engine, args.profile):
            return 0
        shell = ClientShell(engine, opener(parts, args.profile))
        return open_client(shell)
    finally:
        engine.stop()


def opener(parts: Parts, profile: str | None) -> Callable[[], Awaitable[OpenAccount]]:
    """Opens a signed-in account, on the engine's thread."""

    async def open_it() -> OpenAccount:
        return open_account(parts, profile)

    return open_it
