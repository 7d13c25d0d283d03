"""The client with a screen: an account, its view-models, the terminal program."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path

from nookterm.cli.main import need_terminal
from nookterm.cli.wiring import home_folder, parts_for
from nookterm.client.account import OpenAccount, Parts, open_account
from nookterm.client.engine import Engine
from nookterm.client.errors import WrongUsage
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
    engine = Engine()
    engine.start()
    try:
        wanted = args.profile or "default"
        if not parts.profiles.all() or not (args.profile is None or _is_here(parts, wanted)):
            model = SignInModel(parts, engine.call, args.profile)
            if not WelcomeApp(model, look).run():
                return 0
        parts.profiles.chosen(args.profile)
        return open_client(ClientShell(engine, opener(parts, args.profile)), look)
    finally:
        engine.stop()


def _is_here(parts: Parts, name: str) -> bool:
    return any(profile.name == name for profile in parts.profiles.all())


def opener(parts: Parts, profile: str | None) -> Callable[[], Awaitable[OpenAccount]]:
    """Opens a signed-in account, on the engine's thread."""

    async def open_it() -> OpenAccount:
        return open_account(parts, profile)

    return open_it


def open_client(shell: ClientShell, look: Look | None = None) -> int:
    """Run the client until the person leaves. Returns the exit code."""
    return run_app(NooktermApp(shell, look))


def read_look(home: Path) -> Look:
    """`config.toml` in the data folder: theme, density and keys. Raises WrongUsage for a file that makes no sense."""
    path = home / "config.toml"
    if not path.exists():
        return Look(own_themes=home / "themes")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        keys = {str(key): str(value) for key, value in dict(raw.get("keys", {})).items()}
        theme, compact = str(raw.get("theme", Look().theme)), raw.get("density") == "compact"
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        message = f"{path} cannot be read: {error}."
        raise WrongUsage(message, "Mend it, or move it away.", code="config") from None
    return Look(theme, compact=compact, keys=keys, own_themes=home / "themes")
