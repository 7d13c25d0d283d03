"""`login`, `logout`, `profiles`."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from nookterm.cli.context import Context
from nookterm.client.account import free_name, sign_in, sign_out
from nookterm.client.errors import WrongUsage
from nookterm.client.ports import Secret


async def login(context: Context) -> None:
    """Sign in. Nothing is asked or sent before the profile's name is known to be free."""
    args = context.args
    free_name(context.parts.profiles, args.profile)
    password = _password(args.password_file, args.user)
    server = await context.parts.doorway.discover(args.homeserver)
    profile = await sign_in(context.parts, server, args.user, password, args.profile)
    fields = {
        "profile": profile.name,
        "user_id": profile.user_id,
        "device_id": profile.device_id,
        "homeserver": profile.homeserver,
        "vault": profile.vault,
    }
    context.printer.row(fields, f"Signed in as {profile.user_id} (profile {profile.name}).")


def _password(file: str | None, user: str) -> Secret:
    if file:
        try:
            return Secret(Path(file).read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError):
            message = f"The password file {file} cannot be read."
            raise WrongUsage(message, "Check its name and rights.") from None
    if not sys.stdin.isatty():
        message = "There is no terminal to ask for the password."
        raise WrongUsage(message, "Use --password-file F.", code="no_terminal")
    return Secret(getpass.getpass(f"Password of {user}: "))


async def logout(context: Context) -> None:
    """Sign out, saying what goes and what stays."""
    profile = await sign_out(context.parts, context.args.profile)
    line = (
        f"Signed out {profile.user_id}. Gone from this machine: its keys, its messages, what was still unsent. "
        "Still on the server: your rooms and what was said there."
    )
    context.printer.row({"profile": profile.name, "user_id": profile.user_id}, line)


async def profiles(context: Context) -> None:
    """List the accounts."""
    rows = (
        ({"profile": p.name, "user_id": p.user_id, "homeserver": p.homeserver, "vault": p.vault}, None)
        for p in context.parts.profiles.all()
    )
    context.printer.rows(rows, "Nobody is signed in here. `nookterm login HOMESERVER USER` signs in.")
