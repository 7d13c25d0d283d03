"""Text that does not print, and the safe place for it."""

from __future__ import annotations

from typing import Protocol


class Secret:
    """Text that does not print. `reveal()` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hold `text`."""
        self._text = text

    def reveal(self) -> str:
        """The text itself: for the wire and the vault only."""
        return self._text

    def __repr__(self) -> str:
        """Never the text."""
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        """Secrets are equal when their texts are."""
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        """By the text."""
        return hash(self._text)


class Vault(Protocol):
    """A safe place for an account's key and token: the system keyring, or a file sealed by a passphrase."""

    @property
    def kind(self) -> str:
        """`keyring`, `passphrase` or `demo`; a profile remembers which one holds its key."""

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret and read it back. Raises VaultClosed, CannotWrite."""

    def load(self, name: str) -> Secret | None:
        """A kept secret; None where there is none. Raises VaultClosed."""

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens where there is none."""
