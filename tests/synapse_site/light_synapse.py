"""What the tests' Synapse leaves out, for nobody sees it: four tenths of its work.

Its threads for the database and for JSON (one connection has no use for two threads, and going from one to the other
cost a quarter of its time; its own tests run without them too), its figures for Prometheus, its log of every statement,
what it writes down after each event about delayed events, and a lock in the database against purges, which nothing here
asks for. Requests, rooms, events, rights, syncs and what lies in the database are as they are everywhere.

A part that a later Synapse has no more ends the start of it with an AttributeError: then look here.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.util
import inspect
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PURGES = "new_event_during_purge_lock"
_FIGURES = {"Counter": ("inc",), "Histogram": ("observe",), "Gauge": ("inc", "dec", "set", "set_function")}


def use() -> None:
    """From now on, in this process."""
    _count_nothing(import_module("prometheus_client.metrics"))
    # A list's cache asks for the arguments of its function with every look.
    inspect.getfullargspec = functools.cache(inspect.getfullargspec)
    put(import_module("twisted.enterprise.adbapi").ConnectionPool, "runWithConnection", run_here)
    sys.meta_path.insert(0, _Mender())


def put(place: Any, name: str, what: object) -> None:
    """Replace something that has to be there."""
    getattr(place, name)
    setattr(place, name, what)


def run_here(pool: Any, func: Callable[..., Any], *args: Any, **how: Any) -> Any:
    """What the pool would have a thread of its own do, in the reactor's next turn: others get their turns as before."""
    deferred = import_module("twisted.internet.defer").Deferred()

    def go() -> None:
        try:
            result = pool._runWithConnection(func, *args, **how)
        except BaseException:  # noqa: BLE001 - whoever waits for it gets it, as from a thread
            deferred.errback()
        else:
            deferred.callback(result)

    pool._reactor.callLater(0, go)
    return deferred


def _count_nothing(metrics: Any) -> None:
    def itself(metric: object, *_values: object, **_named: object) -> object:
        return metric

    def nothing(_metric: object, *_args: object, **_how: object) -> None:
        pass

    put(metrics.MetricWrapperBase, "labels", itself)
    put(metrics.MetricWrapperBase, "_raise_if_not_observable", nothing)
    for kind, names in _FIGURES.items():
        for name in names:
            put(getattr(metrics, kind), name, nothing)


def _database(module: Any) -> None:
    async def run_with_connection(
        self: Any,
        func: Callable[..., Any],
        *args: Any,
        db_autocommit: bool = False,
        isolation_level: object = None,
        **how: Any,
    ) -> Any:
        """Without measuring; SQLite has neither of the two settings."""
        del db_autocommit, isolation_level
        engine, server = self.engine, self.server_name

        def begun(conn: Any, *args: Any, **how: Any) -> Any:
            assert not engine.in_transaction(conn)
            known = module.LoggingDatabaseConnection(
                conn=conn, engine=engine, default_txn_name="runWithConnection", server_name=server
            )
            return func(known, *args, **how)

        return await module.make_deferred_yieldable(self._db_pool.runWithConnection(begun, *args, **how))

    def as_it_is(sql: str) -> str:
        return sql

    put(module.DatabasePool, "runWithConnection", run_with_connection)
    put(module.LoggingTransaction, "_make_sql_one_line", staticmethod(as_it_is))


def _server(module: Any) -> None:
    async def write_here(request: Any, encode: Callable[[Any], bytes], answer: Any) -> None:
        module._write_bytes_to_request(request, encode(answer))

    put(module, "_async_write_json_to_request_in_thread", write_here)


def _auth(module: Any) -> None:
    async def here(_reactor: object, work: Callable[..., Any], *args: Any, **how: Any) -> Any:
        """Passwords at the lowest cost take a millisecond."""
        return work(*args, **how)

    put(module, "defer_to_thread", here)


def _names(module: Any) -> None:
    """These letters name a moment in a log that nobody writes."""

    def letters(length: int) -> str:
        return "x" * length

    put(module, "random_string_insecure_fast", letters)


def _delayed_events(module: Any) -> None:
    def nothing(_handler: object) -> None:
        """There are none."""

    put(module.DelayedEventsHandler, "notify_new_event", nothing)


def _locks(module: Any) -> None:
    known = module.WorkerLocksHandler.acquire_read_write_lock

    def acquire(self: Any, name: str, key: str, *, write: bool) -> Any:
        return AsyncExitStack() if name == _PURGES and not write else known(self, name, key, write=write)

    assert module.NEW_EVENT_DURING_PURGE_LOCK_NAME == _PURGES
    put(module.WorkerLocksHandler, "acquire_read_write_lock", acquire)


def _state(module: Any) -> None:
    """Whoever looks for a part of a room's state brings all of it: these rooms are small, and are asked about again."""
    everything = module.StateFilter.all()

    def expanded(_wanted: object) -> Any:
        return everything

    put(module.StateFilter, "return_expanded", expanded)


_MENDS: dict[str, Callable[[Any], None]] = {
    "synapse.handlers.auth": _auth,
    "synapse.handlers.delayed_events": _delayed_events,
    "synapse.handlers.worker_lock": _locks,
    "synapse.http.server": _server,
    "synapse.logging.context": _names,
    "synapse.storage.database": _database,
    "synapse.types.state": _state,
    "synapse.util.clock": _names,
}


class _Mender(importlib.abc.MetaPathFinder):
    """Has a module mended as soon as it is there, before anybody takes something out of it."""

    def __init__(self) -> None:
        self._left = dict(_MENDS)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Of those few modules; the others are found as always."""
        del path, target
        mend = self._left.pop(fullname, None)
        spec = importlib.util.find_spec(fullname) if mend else None
        if mend is None or spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def load_and_mend(module: ModuleType) -> None:
            load(module)
            mend(module)

        spec.loader.exec_module = load_and_mend  # type: ignore[method-assign]  # this one module's loader only
        return spec
