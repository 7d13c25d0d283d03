"""How the client begins: the account's last frame first, with as little loaded as that takes, then everything else."""

from __future__ import annotations

import argparse
import gc
import os
from contextlib import ExitStack, suppress

from nookterm.cli import home as places
from nookterm.cli.last_frame import LastFrame
from nookterm.cli.look import look_of
from nookterm.cli.main import need_terminal
from nookterm.client.errors import Problem
from nookterm.client.ports import Secret
from nookterm.client.profiles import Profile, Profiles
from nookterm.client.settings import read_settings

_ASKS = "passphrase"
"""The kind of vault that may ask; nothing is drawn before it has its answer."""
_COLLECTS = (1_000_000, 20, 50)
"""How seldom Python looks for garbage in rings during the start: at its own pace a tenth of it goes there."""


def run(args: argparse.Namespace) -> int:
    """Run the client with a screen. Returns the exit code."""
    need_terminal()
    gc.set_threshold(*_COLLECTS)
    with ExitStack() as stack:
        painted = None
        with suppress(Problem, OSError):  # Whatever it is, the client comes to it too, and says it better.
            # The last frame has the columns that one does not want to see.
            painted = None if args.conversation else _last_frame(args.profile, stack)
        from nookterm.cli.screen import run_client

        return run_client(args, painted)


def _last_frame(name: str | None, stack: ExitStack) -> LastFrame | None:
    """Show how the account was left, unless somebody has to be asked first or another process has it."""
    from nookterm.store.lock import hold_account
    from nookterm.store.opening import open_store

    home = places.home_folder()
    look, profiles = look_of(read_settings(home, os.environ), home), Profiles(home)
    profile = profiles.first(name)
    key = _key(profile)
    if key is None:
        return None
    with hold_account(profiles.folder(profile.name) / "account.lock"):
        store = open_store(profiles.database(profile.name), key, create=False, read_only=True)
        try:
            frame = stack.enter_context(LastFrame(look))
            frame.paint(store)
        finally:
            store.close()
    return frame


def _key(profile: Profile) -> Secret | None:
    """What opens the account's database, where that asks nobody."""
    if profile.vault == _ASKS and not os.environ.get("NOOKTERM_PASSPHRASE_FILE"):
        return None
    home = places.home_folder()
    return places.open_vault_of(home, profile.vault, places.passphrase_of(home)).load(profile.key_name)
