"""The words of the command line for getting in: signing in by password or in a browser, making an account."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_account(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """`login`, `register`, `logout`, `profiles`."""
    login = command("login", "sign in")
    login.add_argument("homeserver", metavar="HOMESERVER", help="a server name or URL")
    login.add_argument("user", metavar="USER", nargs="?", default="", help="local part or full id")
    login.add_argument("--password-file", metavar="F", help="read the password from a file instead of asking")
    login.add_argument("--sso", action="store_true", help="in a browser, by one of those whom the server names")
    login.add_argument("--idp", metavar="ID", help="with --sso: by which of them; without, the server asks")
    login.add_argument(
        "--paste", action="store_true", help="with --sso: open no browser, read the address where one ended up"
    )
    login.add_argument(
        "--new-device",
        action="store_true",
        help="where the server removed this device, or its database is lost: go on as a new one",
    )
    register = command("register", "make an account, and sign in on it")
    register.add_argument("homeserver", metavar="HOMESERVER", help="a server name or URL")
    register.add_argument("user", metavar="USER", help="what you want to be called there")
    register.add_argument("--token-file", metavar="F", help="read the registration token from a file")
    register.add_argument("--password-file", metavar="F", help="read the password from a file instead of asking")
    register.add_argument("--agree", action="store_true", help="you have read the server's terms and agree to them")
    command("logout", "sign out and remove the account's keys and database from this machine")
    command("profiles", "the accounts that are signed in here")
