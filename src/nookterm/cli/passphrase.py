"""Asking for the vault's passphrase at the terminal: once for a process, and never while a screen is drawn."""

from __future__ import annotations

import getpass
import sys

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret


class Passphrase:
    """What the person typed. Call it to get it; it asks only where it may."""

    def __init__(self, *, is_new: bool) -> None:
        """`is_new`: there is no sealed file yet, so it is chosen now, and typed twice."""
        self._is_new = is_new
        self._typed: Secret | None = None
        self._may_ask = sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def possible(self) -> bool:
        """Whether there is a terminal to ask at, or an answer already."""
        return self._may_ask or self._typed is not None

    def __call__(self) -> Secret:
        """The passphrase. Raises VaultClosed where nobody can be asked now."""
        if self._typed is None:
            if not self._may_ask:
                message = "The vault's passphrase is needed, and nobody can be asked now."
                raise VaultClosed(message, "Nothing was changed. Start nookterm again.", code="vault")
            self._typed = self._choose() if self._is_new else _ask("Passphrase of nookterm's vault: ")
        return self._typed

    def forget(self) -> None:
        """It was wrong: ask again."""
        self._typed = None

    def tell(self, passphrase: Secret) -> None:
        """It was typed elsewhere, for a vault that exists."""
        self._typed = passphrase

    def hush(self) -> None:
        """A screen is drawn from here on: ask no more."""
        self._may_ask = False

    def _choose(self) -> Secret:
        print("There is no keyring here. A passphrase will seal your keys on this machine.", file=sys.stderr)
        first = _ask("Choose a passphrase: ")
        if _ask("The same once more: ") != first:
            message = "The two passphrases differ."
            raise VaultClosed(message, "Nothing was created. Try again.", code="wrong_passphrase")
        return first


def _ask(prompt: str) -> Secret:
    return Secret(getpass.getpass(prompt))
