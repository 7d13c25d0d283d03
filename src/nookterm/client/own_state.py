"""How our own identity stands, in words that a screen can hold; nothing here loads the cryptography."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from nookterm.client.ports import Auth, Challenge
from nookterm.domain.records import dataclass

Confirm = Callable[[Challenge], Awaitable[Auth | None]]
"""Answers what the server wants before it changes an identity (client/proving.py); None gives up."""
Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much."""

UNKNOWN, NONE, UNSIGNED, READY = "unknown", "none", "unsigned", "ready"
"""The steps of `OwnState`."""


@dataclass(frozen=True, slots=True)
class OwnState:
    """What this device knows of its own account's identity."""

    step: str = UNKNOWN
    """unknown: nobody has asked the server yet. none: there is no identity. unsigned: there is one, and this device is
    not proved to belong to it. ready: it does."""
    storage: bool = False
    """Whether secrets are kept on the server, under a recovery key."""
    passphrase: bool = False
    """Whether a passphrase opens them too."""
    backup: bool = False
    """Whether this device holds the key of a backup."""
    unfinished: bool = False
    """Whether something that was begun here waits for the server; it goes on by itself."""
    unnoted: bool = False
    """Whether a recovery key was made here that nobody has said to have kept."""
    replaced: bool = False
    """Whether the server shows another identity than the one that was ours."""
    owed: int = 0
    """Signatures that wait for the server."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery came to. The identity is proved and this device is signed, or going to be."""

    signed: bool
    """Whether the server has the signature; else it follows by itself."""
    missing: tuple[str, ...] = ()
    """What was not in the secret storage, in words."""
    restored: int | None = None
    """How many keys of messages came from the backup; None where there is none that we can open."""
    trouble: str = ""
    """Why the backup could not be read (fully); the rest is done."""


class Backup(Protocol):
    """What the identity needs of the key backup (client/backup.py)."""

    async def create(self) -> str:
        """Make a new one, and keep its key here. Returns the version."""

    async def look(self) -> object:
        """See which one there is, and use it if its key is here."""

    async def restore(self, *, progress: Progress | None = None) -> int:
        """Fetch the keys in it. Returns how many were better than what was here."""
