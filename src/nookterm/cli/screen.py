"""The client with a screen: an account, its view-models, the terminal program."""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path

from nookterm.cli.main import need_terminal
from nookterm.cli.output import exit_code
from nookterm.cli.passphrase import Passphrase
from nookterm.cli.wiring import home_folder, parts_for, passphrase_of
from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.engine import Engine
from nookterm.client.errors import Problem, VaultClosed, WrongUsage
from nookterm.client.profiles import Profile
from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look, run_app
from nookterm.tui.welcome import WelcomeApp
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.signin import SignInModel


def run_client(args: argparse.Namespace) -> int:
    """Open the chosen account, or the welcome screen where nobody is signed in. Returns the exit code."""
    need_terminal()
    home = home_folder()
    parts, look = parts_for(home), read_look(home)
    passphrase = passphrase_of(home)
    welcome = not _is_signed_in(parts, args.profile)
    if welcome:
        if parts.open_vault(None).kind == "passphrase" and not os.environ.get("NOOKTERM_PASSPHRASE_FILE"):
            passphrase()
    else:
        unlock(parts, parts.profiles.chosen(args.profile), passphrase)
    passphrase.hush()
    engine = Engine()
    engine.start()
    try:
        if welcome and not WelcomeApp(SignInModel(parts, engine.call, args.profile), look).run():
            return 0
        opening = Opening(parts, args.profile)
        code = open_client(ClientShell(engine, opening), look)
        return exit_code(opening.problem) if opening.problem else code
    finally:
        engine.stop()


def _is_signed_in(parts: Parts, name: str | None) -> bool:
    everyone = [profile.name for profile in parts.profiles.all()]
    return bool(everyone) if name is None else name in everyone


def unlock(parts: Parts, profile: Profile, passphrase: Passphrase) -> None:
    """Open the account's vault before anything is drawn; a wrong passphrase may be tried again. Raises VaultClosed."""
    for left in (2, 1, 0):
        try:
            parts.open_vault(profile.vault).load(profile.key_name)
        except VaultClosed as problem:
            if problem.code != "wrong_passphrase" or not left or not passphrase.possible:
                raise
            passphrase.forget()
            print(f"{problem.message} {left} more.", file=sys.stderr)
        else:
            return


class Opening:
    """Opens a signed-in account, on the engine's thread, and remembers why it could not be opened."""

    def __init__(self, parts: Parts, profile: str | None) -> None:
        """`profile` is its name; None: the only one."""
        self._parts = parts
        self._profile = profile
        self.problem: Problem | None = None

    async def __call__(self) -> OpenAccount:
        """Open it. Raises the Problem."""
        try:
            return open_account(self._parts, self._profile)
        except Problem as problem:
            self.problem = problem
            raise


def opener(parts: Parts, profile: str | None) -> Callable[[], Awaitable[OpenAccount]]:
    """The way to open a signed-in account, for a shell."""
    return Opening(parts, profile)


def open_client(shell: ClientShell, look: Look | None = None) -> int:
    """Run the client until the person leaves. Returns the exit code."""
    return run_app(NooktermApp(shell, look))


def read_look(home: Path) -> Look:
    """`config.toml` in the data folder (docs/guide/member.md). Raises WrongUsage for a file that makes no sense."""
    path = home / "config.toml"
    if not path.exists():
        return Look(own_themes=home / "themes")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        keys = {str(key): str(value) for key, value in dict(raw.get("keys", {})).items()}
        theme, preset, glyphs = (str(raw.get(key, getattr(Look(), key))) for key in ("theme", "preset", "glyphs"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        message = f"{path} cannot be read: {error}."
        raise WrongUsage(message, "Mend it, or move it away.", code="config") from None
    compact = raw.get("density") == "compact"
    return Look(theme, compact=compact, preset=preset, glyphs=glyphs, keys=keys, own_themes=home / "themes")
