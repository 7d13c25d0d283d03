"""Several processes and one account: the lock, readers beside a writer, a killed writer, a full disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nookterm.client.errors import Busy, CannotWrite
from nookterm.client.ports import Secret
from nookterm.domain.search import Search, words
from nookterm.store.lock import hold_account
from nookterm.store.opening import new_key, open_store
from tests.contracts.sample_events import ROOM, event, names

HOLD = """
import sys, pathlib
from nookterm.store.lock import hold_account
lock = hold_account(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
WRITE_HALF = """
import sys, pathlib
from nookterm.client.ports import Secret
from nookterm.store.opening import open_store
from tests.contracts.sample_events import event
store = open_store(pathlib.Path(sys.argv[1]), Secret(sys.stdin.readline().strip()), create=False)
store.add_events([event("whole")])
with store.transaction():
    store.connection.execute("PRAGMA cache_size = 5")  # so that half of it is in the log already
    store.add_events([event(f"half{n}", "x" * 500) for n in range(500)])
    store.set_position("half")
    print("ready", flush=True)
    sys.stdin.read()
"""


def start(script: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def key() -> Secret:
    return new_key()


def test_a_second_process_is_told_who_has_the_account_until_that_one_is_gone(tmp_path: Path) -> None:
    lock = tmp_path / "account" / "lock"
    holder = start(HOLD, lock)
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=f"Another nookterm \\(process {holder.pid}\\) has this account"):
            hold_account(lock)
    finally:
        end(holder)
    with hold_account(lock):
        assert lock.read_text() == str(os.getpid())
        assert lock.stat().st_mode & 0o777 == 0o600


def test_the_lock_holds_inside_one_process_too_and_can_be_given_back(tmp_path: Path) -> None:
    first = hold_account(tmp_path / "lock")
    with pytest.raises(Busy):
        hold_account(tmp_path / "lock")
    first.release()
    first.release()
    hold_account(tmp_path / "lock").release()


def test_a_lock_file_with_nonsense_in_it_locks_all_the_same(tmp_path: Path) -> None:
    with hold_account(tmp_path / "lock"):
        (tmp_path / "lock").write_text("\x1b[2J not a number")
        with pytest.raises(Busy, match=r"^Another nookterm has this account"):
            hold_account(tmp_path / "lock")


def test_a_lock_that_cannot_lie_anywhere_is_a_matter_of_writing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite):
        hold_account(tmp_path / "file" / "lock")


def test_a_process_killed_in_the_middle_of_a_transaction_leaves_none_of_it(tmp_path: Path, key: Secret) -> None:
    path = tmp_path / "store.db"
    open_store(path, key, create=True).close()
    writer = start(WRITE_HALF, path)
    try:
        assert writer.stdin
        assert writer.stdout
        writer.stdin.write(f"{key.reveal()}\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "ready\n"
    finally:
        end(writer)
    store = open_store(path, key, create=False)
    assert names(store.timeline(ROOM, 10)) == ["whole"]
    assert store.position() is None
    assert names(store.search(Search(words("whole")))) == ["whole"]
    store.close()


def test_a_reader_sees_what_is_committed_while_another_writes_and_can_change_nothing(
    tmp_path: Path, key: Secret
) -> None:
    writer = open_store(tmp_path / "store.db", key, create=True)
    writer.add_events([event("a")])
    reader = open_store(tmp_path / "store.db", key, create=False, read_only=True)
    with writer.transaction():
        writer.add_events([event("b")])
        assert names(reader.timeline(ROOM, 10)) == ["a"]
    assert names(reader.timeline(ROOM, 10)) == ["a", "b"]
    with reader.transaction():
        assert names(reader.timeline(ROOM, 10)) == ["a", "b"]
        writer.add_events([event("c")])
        assert names(reader.timeline(ROOM, 10)) == ["a", "b"]
    with pytest.raises(CannotWrite):
        reader.set_position("s1")
    assert writer.position() is None
    reader.close()
    writer.close()


def test_two_writers_wait_for_each_other_and_a_long_wait_is_told(tmp_path: Path, key: Secret) -> None:
    first = open_store(tmp_path / "store.db", key, create=True)
    second = open_store(tmp_path / "store.db", key, create=False)
    second.connection.execute("PRAGMA busy_timeout = 1")
    with first.transaction():
        with pytest.raises(Busy):
            second.set_position("s2")
        first.set_position("s1")
    second.add_events([event("a")])
    assert names(first.timeline(ROOM, 1)) == ["a"]
    first.close()
    second.close()


def test_a_full_disk_is_told_and_takes_nothing_away(tmp_path: Path, key: Secret) -> None:
    store = open_store(tmp_path / "store.db", key, create=True)
    store.add_events([event("a")])
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(CannotWrite, match="no space left"):
        store.add_events([event(f"big{n}", "x" * 20_000) for n in range(20)])
    assert not store.in_transaction
    assert names(store.timeline(ROOM, 10)) == ["a"]
    store.connection.execute("PRAGMA max_page_count = 1000000")
    store.add_events([event("b")])
    assert names(store.timeline(ROOM, 10)) == ["a", "b"]
    store.close()


def test_a_full_disk_inside_a_larger_transaction_undoes_all_of_it(tmp_path: Path, key: Secret) -> None:
    store = open_store(tmp_path / "store.db", key, create=True)
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    def step() -> None:
        with store.transaction():
            store.set_position("s1")
            store.add_events([event(f"big{n}", "x" * 20_000) for n in range(20)])

    with pytest.raises(CannotWrite):
        step()
    assert store.position() is None
    store.close()
