"""What the tests' Synapse leaves out is there to be left out, and its database keeps its promises without threads."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests import quick_synapse

_HELD_AGAINST_IT = """
import inspect
import light_synapse
light_synapse.use()
from prometheus_client import Counter, Gauge
from synapse.handlers import auth, delayed_events, worker_lock
from synapse.http import server
from synapse.logging import context
from synapse.storage import database
from synapse.types import state
from synapse.util import clock
from twisted.enterprise import adbapi
for what in (
    Counter.inc, Gauge.labels, auth.defer_to_thread, delayed_events.DelayedEventsHandler.notify_new_event,
    worker_lock.WorkerLocksHandler.acquire_read_write_lock, server._async_write_json_to_request_in_thread,
    context.random_string_insecure_fast, clock.random_string_insecure_fast, database.DatabasePool.runWithConnection,
    database.LoggingTransaction._make_sql_one_line, state.StateFilter.return_expanded,
    adbapi.ConnectionPool.runWithConnection,
):
    assert what.__module__ == "light_synapse", what
assert state.StateFilter.none().return_expanded().is_full()
"""


def test_everything_that_is_left_out_is_still_where_it_was() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _HELD_AGAINST_IT],
        env=os.environ | {"PYTHONPATH": quick_synapse.SITE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Begins work on a database as Synapse does, with a table `said`; `turn()` gives the reactor its next turn."""
    run_here: Any = runpy.run_path(str(Path(quick_synapse.SITE) / "light_synapse.py"))["run_here"]
    reactor: Any = import_module("twisted.internet.testing").MemoryReactorClock()
    pool: Any = import_module("twisted.enterprise.adbapi").ConnectionPool(
        "sqlite3", str(tmp_path / "a.db"), cp_reactor=reactor, check_same_thread=False
    )

    def begin(work: Callable[..., Any], *args: object) -> Any:
        return run_here(pool, work, *args)

    begin.turn = lambda: reactor.advance(0)  # type: ignore[attr-defined]
    begin(_do, "CREATE TABLE said (words)")
    reactor.advance(0)
    yield begin
    for connection in pool.connections.values():
        connection.close()


def test_work_on_the_database_is_done_in_the_next_turn_and_stays(database: Any) -> None:
    one, two = database(_do, "INSERT INTO said VALUES (1)"), database(_do, "SELECT words FROM said")
    assert not one.called
    assert not two.called
    database.turn()
    assert two.result == [(1,)]


def test_work_that_fails_says_so_and_leaves_nothing(database: Any) -> None:
    failed = database(_do, "INSERT INTO said VALUES (1)", "INSERT INTO nowhere VALUES (1)")
    after = database(_do, "SELECT words FROM said")
    database.turn()
    assert "no such table: nowhere" in failed.result.getErrorMessage()
    failed.addErrback(lambda _failure: None)
    assert after.result == []


def _do(connection: Any, *statements: str) -> list[Any]:
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    return list(cursor.fetchall())
