"""Asking for a passphrase at the terminal, where there is one."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from nookterm.client.ports import Secret


def asker() -> Callable[[], Secret] | None:
    """The way to ask; None without a terminal."""
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() else None


def _ask() -> Secret:
    return Secret(getpass.getpass("Passphrase of nookterm's vault: "))
