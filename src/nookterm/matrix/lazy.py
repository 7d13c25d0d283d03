"""nio's two memories, filled only with what is asked for: a start does not grow with everybody ever met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from nio.crypto import DeviceStore, OlmDevice, Session, SessionStore

MOST_SESSIONS = 6
"""Olm sessions kept with one device. A flood of first messages ends the oldest of its own, nobody else's."""
NEVER = datetime(1970, 1, 1)  # noqa: DTZ001 - nio's times have no zone
"""When a session was used that can only decrypt: another copy of this database may have gone on with it."""
_MOST_AT_HAND = 5_000
"""Devices, or users, that are kept in memory."""


class _Entries(dict[str, Any]):
    """A dictionary that reads what it lacks from the database."""

    def __init__(self, load: Callable[[Iterable[str]], Mapping[str, Any]], empty: Callable[[], Any]) -> None:
        super().__init__()
        self._load = load
        self._empty = empty

    def __missing__(self, key: str) -> Any:
        self.fetch((key,))
        return self[key]

    def fetch(self, keys: Iterable[str]) -> None:
        """Read what is missing of `keys`, by one query."""
        missing = {key for key in keys if key not in self}
        if missing:
            found = self._load(missing)
            self.update({key: found.get(key) or self._empty() for key in missing})


class OlmSessions(SessionStore):  # type: ignore[misc]  # nio ships no types
    """The Olm sessions, by the other device's curve25519 key, the one used last first."""

    def __init__(
        self,
        load: Callable[[Iterable[str]], Mapping[str, list[Session]]],
        forget: Callable[[Iterable[Session]], None],
    ) -> None:
        """`load` reads the sessions of some keys, `forget` deletes sessions for good."""
        self._entries = _Entries(load, list)
        self._forget = forget

    def add(self, sender_key: str, session: Session) -> bool:
        """Take in a new session; the oldest of too many are ended."""
        added = super().add(sender_key, session)
        mine = self._entries[sender_key]
        if len(mine) > MOST_SESSIONS:
            self._forget(mine[MOST_SESSIONS:])
            del mine[MOST_SESSIONS:]
        return bool(added)

    def get(self, sender_key: str) -> Session | None:
        """The session to encrypt with; None where there is none, or only such as must not be used for that."""
        return next((session for session in self._entries[sender_key] if session.use_time > NEVER), None)

    def fetch(self, sender_keys: Iterable[str]) -> None:
        """Read the sessions of many devices by one query."""
        self._entries.fetch(sender_keys)

    def trim(self) -> None:
        """Let go of everything where it has become much: all of it is in the database."""
        if len(self._entries) > _MOST_AT_HAND:
            self._entries.clear()


class Devices(DeviceStore):  # type: ignore[misc]  # nio ships no types
    """Everybody's devices, by user."""

    def __init__(self, load: Callable[[Iterable[str]], Mapping[str, dict[str, OlmDevice]]]) -> None:
        """`load` reads the devices of some users."""
        self._entries = _Entries(load, dict)

    def fetch(self, users: Iterable[str]) -> None:
        """Read the devices of many users by one query."""
        self._entries.fetch(users)

    def trim(self) -> None:
        """Let go of everything where it has become much."""
        if len(self._entries) > _MOST_AT_HAND:
            self._entries.clear()
