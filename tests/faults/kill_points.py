"""The named places at which a process can be killed, put around the real parts from outside: nothing in them knows."""

from __future__ import annotations

import functools
import inspect
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from nookterm.client.begun_copies import BegunCopies
from nookterm.client.ports import Outgoing
from nookterm.client.session import Session
from nookterm.matrix import keys
from nookterm.matrix.crypto_store import CryptoStore
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.held_keys import HeldRoomKeys
from nookterm.store import migrating
from nookterm.store.database import Database
from nookterm.store.sql import SqlStore

Test = Callable[..., bool]


def _always(*_args: object, **_more: object) -> bool:
    return True


@dataclass
class Killer:
    """Counts how often a place is passed, and ends this process there by SIGKILL at the `nth` time."""

    nth: int
    passed: int = 0

    def here(self) -> None:
        self.passed += 1
        if self.passed == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)


Install = Callable[[Killer], None]


@dataclass(frozen=True)
class Point:
    """A place, what has to be going on for a process to come by, and how often it comes by at least."""

    install: Install
    most: int = 1
    needs: frozenset[str] = frozenset()


def _around(owner: Any, name: str, killer: Killer, *, ends: bool, when: Test = _always) -> None:
    """Kill right before, or (`ends`) right after, a call of `owner.name` for which `when` holds."""
    real = getattr(owner, name)

    @functools.wraps(real)
    def call(*args: Any, **more: Any) -> Any:
        counts = when(*args, **more)
        if counts and not ends:
            killer.here()
        result = real(*args, **more)
        if counts and ends:
            killer.here()
        return result

    @functools.wraps(real)
    async def call_later(*args: Any, **more: Any) -> Any:
        counts = when(*args, **more)
        if counts and not ends:
            killer.here()
        result = await real(*args, **more)
        if counts and ends:
            killer.here()
        return result

    setattr(owner, name, call_later if inspect.iscoroutinefunction(real) else call)


def before(owner: Any, name: str, when: Test = _always) -> Install:
    return lambda killer: _around(owner, name, killer, ends=False, when=when)


def after(owner: Any, name: str, when: Test = _always) -> Install:
    return lambda killer: _around(owner, name, killer, ends=True, when=when)


def commit(name: str, *, done: bool, when: Test = _always) -> Install:
    """Right before, or (`done`) right after, the outermost COMMIT of a transaction in which the store's `name` ran."""

    def install(killer: Killer) -> None:
        marks: list[str] = []
        real_work, real_commit = getattr(SqlStore, name), Database._commit

        @functools.wraps(real_work)
        def work(*args: Any, **more: Any) -> Any:
            if when(*args, **more):
                marks.append(name)
            return real_work(*args, **more)

        @functools.wraps(real_commit)
        def commits(self: Database, *, inside: bool) -> None:
            counts = bool(marks) and not inside
            if counts and not done:
                killer.here()
            real_commit(self, inside=inside)
            if counts:
                marks.clear()
                if done:
                    killer.here()

        setattr(SqlStore, name, work)
        Database._commit = commits  # type: ignore[method-assign]  # that is what the test is about

    return install


def request(path: str) -> Install:
    """Before the first byte of a request leaves."""
    return before(aiohttp.ClientSession, "_request", lambda _session, _method, url, **_more: path in str(url))


def written(path: str) -> Install:
    """The request is written; nothing of its answer has been read. The server may have done it or not."""
    return before(aiohttp.ClientResponse, "start", lambda answer, _connection: path in str(answer.url))


def answered(path: str) -> Install:
    """The server did it: the first line of its answer is here, and nothing has been made of it yet."""
    return after(aiohttp.ClientResponse, "start", lambda answer, _connection: path in str(answer.url))


def portions_of_one(install: Install) -> Install:
    """The same while messages to devices leave one by one, so that there is something between two of them."""

    def both(killer: Killer) -> None:
        keys._DEVICES_A_REQUEST = 1
        install(killer)

    return both


def _is_new(_store: object, row: Outgoing) -> bool:
    return row.state == "queued" and row.attempts == 0


def _is_sent(_store: object, row: Outgoing) -> bool:
    return row.state == "sent"


_NEWCOMER = frozenset({"newcomer"})
"""A new device has signed in: its keys are asked for and claimed."""
_GUEST = frozenset({"newcomer", "speaks"})
"""The same, and its first words come in a session that it began."""
_FEW_KEYS = frozenset({"few keys"})
"""Strangers took our one-time keys: new ones are made and uploaded."""
_GAP = frozenset({"gap"})
"""More was said than a sync brings: the rest is fetched afterwards."""

POINTS: Mapping[str, Point] = {
    "before the outbox commit": Point(commit("save_outgoing", done=False, when=_is_new), 4),
    "after the outbox commit": Point(commit("save_outgoing", done=True, when=_is_new), 4),
    "send: before the first byte": Point(request("/send/"), 4),
    "send: written, no answer yet": Point(written("/send/"), 4),
    "send: accepted, answer not read": Point(answered("/send/"), 4),
    "send: noted, before the echo": Point(after(SqlStore, "save_outgoing", _is_sent), 4),
    "echo: folded, not committed": Point(commit("drop_outgoing", done=False)),
    "sync: written, no answer yet": Point(written("/sync"), 3),
    "sync: mid to-device": Point(after(HardenedOlm, "take"), 4),
    "sync: between keys and position": Point(before(SqlStore, "set_position"), 3),
    "sync: before its commit": Point(commit("set_position", done=False), 3),
    "sync: committed, not told": Point(commit("set_position", done=True), 3),
    "sync: one-time key used, not saved": Point(before(CryptoStore, "save_account"), 1, _GUEST),
    "keys/upload: saved, not sent": Point(request("/keys/upload"), 1, _FEW_KEYS),
    "keys/upload: written, no answer yet": Point(written("/keys/upload"), 1, _FEW_KEYS),
    "keys/upload: done, answer not read": Point(answered("/keys/upload"), 1, _FEW_KEYS),
    "keys/query: written, no answer yet": Point(written("/keys/query"), 1, _GUEST),
    "keys/query: answer not read": Point(answered("/keys/query"), 1, _GUEST),
    "late: sender proved, event not kept": Point(before(Session, "take_late"), 1, _GUEST),
    "keys/claim: before the first byte": Point(request("/keys/claim"), 1, _NEWCOMER),
    "keys/claim: done, answer not read": Point(answered("/keys/claim"), 1, _NEWCOMER),
    "keys/claim: session made, not kept": Point(before(CryptoStore, "save_session"), 2, _NEWCOMER),
    "room key: between two portions": Point(portions_of_one(request("/sendToDevice/")), 4),
    "room key: portion delivered, answer not read": Point(portions_of_one(answered("/sendToDevice/")), 4),
    "room key: portion delivered, not noted": Point(portions_of_one(before(CryptoStore, "save_outbound")), 4),
    "room key: place in the row kept, message not sent": Point(after(CryptoStore, "save_outbound"), 4),
    "gap: page asked for": Point(written("/messages"), 1, _GAP),
    "gap: page put in, not committed": Point(commit("fill_gap", done=False), 1, _GAP),
    "gap: page committed": Point(commit("fill_gap", done=True), 1, _GAP),
}
"""By name; a life (tests/faults/victim.py) that has what a point needs passes it at least `most` times."""


@dataclass
class _Steps:
    """Counts what a migration has done so far."""

    killer: Killer
    real: Callable[[str], Any] = field(default=migrating._statements)

    def __call__(self, script: str) -> Any:
        for statement in self.real(script):
            yield statement
            self.killer.here()


def _between_statements(killer: Killer) -> None:
    migrating._statements = _Steps(killer)


MIGRATION_POINTS: Mapping[str, Point] = {
    "migration: before the copy": Point(before(migrating, "copy_privately")),
    "migration: after the copy": Point(after(migrating, "copy_privately")),
    "migration: between statements": Point(_between_statements, 3),
}
"""While a database is brought to a newer schema."""

BACKUP_POINTS: Mapping[str, Point] = {
    "backup: sealed, not sent": Point(request("/room_keys/keys"), 3),
    "backup: filed, answer not read": Point(answered("/room_keys/keys"), 3),
    "backup: filed, not marked": Point(before(HeldRoomKeys, "saved"), 3),
    "backup: marked, not committed": Point(after(HeldRoomKeys, "saved"), 3),
}
"""While keys go into a backup, in three batches."""

PUBLISH_POINTS: Mapping[str, Point] = {
    "publish: a step taken, not remembered": Point(before(BegunCopies, "keep"), 4),
    "publish: queued, not committed": Point(commit("save_outgoing", done=False, when=_is_new), 3),
    "publish: before the first byte": Point(request("/send/"), 3),
    "publish: accepted, answer not read": Point(answered("/send/"), 3),
    "publish: told, not forgotten": Point(before(BegunCopies, "forget")),
}
"""While a highlight is claimed, put on the board, and told of."""
