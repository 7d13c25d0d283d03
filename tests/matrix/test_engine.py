"""What holds the engine: the names that we hook, the policy, and the silence of its log."""

from __future__ import annotations

import io
import logging
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from nio.crypto.olm_machine import Olm

from nookterm.client.errors import Busy, CannotWrite, Problem
from nookterm.matrix import startup_check as engine
from nookterm.matrix.gateway import NioGateway
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.quiet import silence
from nookterm.matrix.startup_check import HOOKS, check_engine
from nookterm.matrix.tables import atomic, make_tables
from tests.matrix.people import open_database
from tests.matrix.test_digest import CREDENTIALS, NEWS

EARLIER = [
    ("crypto_megolm", "imported"),
    ("crypto_megolm", "shared"),
    ("crypto_megolm", "saved_in"),
    ("crypto_outbound", "withheld_from"),
]
"""Columns that tables have got since they were first made."""


def test_the_installed_engine_is_the_one_that_our_hooks_fit() -> None:
    check_engine()


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in HOOKS[:-1] for name in names])
def test_another_engine_is_refused_by_name_of_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    monkeypatch.delattr(owner, name)

    with pytest.raises(Problem, match=rf"{owner.__name__}\.{name}") as met:
        check_engine()
    assert met.value.code == "wrong_engine"


def test_every_private_name_that_is_reached_for_is_checked_at_the_start() -> None:
    hooked = {name for _, names in HOOKS for name in names}
    folder = Path(engine.__file__).parent
    reached = {
        name for file in folder.glob("*.py") for name in re.findall(r"\b_?olm\.(_[a-z]\w*)", file.read_text("utf-8"))
    }
    own = set(re.findall(r"self\.(_[a-z]\w*)", (folder / "hardened.py").read_text("utf-8")))
    inherited = {name for name in own if hasattr(Olm, name) and name not in vars(HardenedOlm)}

    assert len(reached | inherited) >= 4
    assert (reached | inherited) - set(vars(HardenedOlm)) <= hooked


def test_engine_and_screen_are_pinned_to_the_very_versions_that_are_hooked() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]

    for name in ("matrix-nio", "textual"):
        (pin,) = [one for one in project["dependencies"] if re.match(rf"{name}\b(?!-)", one)]
        assert pin.partition("==")[2] == metadata.version(name)


def test_nothing_that_the_engine_logs_is_written_anywhere(tmp_path: Path) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    root.addHandler(handler)
    before = root.level
    root.setLevel(logging.DEBUG)
    try:
        connection = open_database(tmp_path / "a.db")
        NioGateway(CREDENTIALS, connection, "only in tests").digest_sync(NEWS)
        logging.getLogger("nio.crypto.log").critical("a body and a token")
        connection.close()
    finally:
        root.removeHandler(handler)
        root.setLevel(before)

    assert out.getvalue() == ""
    silence()
    assert len(logging.getLogger("nio").handlers) == 1


def test_a_full_disk_is_said_to_be_one_and_nothing_is_half_kept(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.db")
    make_tables(connection)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    def fill() -> None:
        with atomic(connection):
            for number in range(1000):
                connection.execute("INSERT INTO crypto_played VALUES ('r', ?, 0, ?)", (str(number), b"x" * 1000))

    with pytest.raises(CannotWrite):
        fill()
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM crypto_played").fetchone() == (0,)
    connection.close()


def test_a_database_that_somebody_else_writes_to_is_busy_and_not_broken(tmp_path: Path) -> None:
    first, second = open_database(tmp_path / "a.db"), open_database(tmp_path / "a.db")
    make_tables(first)
    second.execute("PRAGMA busy_timeout = 0")
    first.execute("BEGIN IMMEDIATE")

    with pytest.raises(Busy), atomic(second):
        pass
    first.execute("ROLLBACK")
    first.close()
    second.close()


def test_a_start_writes_nothing_where_everything_is_there(tmp_path: Path) -> None:
    first, second = open_database(tmp_path / "a.db"), open_database(tmp_path / "a.db")
    NioGateway(CREDENTIALS, first, "only in tests")
    second.execute("PRAGMA busy_timeout = 0")
    first.execute("BEGIN IMMEDIATE")

    NioGateway(CREDENTIALS, second, "only in tests")

    first.execute("ROLLBACK")
    first.close()
    second.close()


def test_a_database_of_an_earlier_nookterm_is_taken_over(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.db")
    make_tables(connection)
    for index in ("crypto_megolm_saved", "crypto_devices_key"):
        connection.execute(f"DROP INDEX {index}")
    for table, column in EARLIER:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in ("crypto_withheld", "crypto_pins", "crypto_signed", "crypto_secrets", "crypto_rules", "crypto_former"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("INSERT INTO crypto_megolm VALUES ('!r', 's', 'curve', 'ed', 0, 'pickle')")
    connection.execute("INSERT INTO crypto_outbound VALUES ('!r', 'then', 3, '[]', 'pickle')")

    make_tables(connection)

    assert connection.execute("SELECT imported, shared, saved_in FROM crypto_megolm").fetchall() == [(0, 0, None)]
    assert connection.execute("SELECT withheld_from FROM crypto_outbound").fetchall() == [("[]",)]
    for table in ("crypto_withheld", "crypto_pins", "crypto_signed", "crypto_secrets", "crypto_rules", "crypto_former"):
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == []  # noqa: S608 - our own names
    connection.close()


def test_the_database_file_holds_neither_ids_nor_keys_in_clear(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.db")
    gateway = NioGateway(CREDENTIALS, connection, "only in tests")
    gateway.digest_sync(NEWS)
    connection.close()

    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert held
    for word in (b"crypto_account", b"@me:river.example", b"DEVICE", b"m.room.encrypted", b"SQLite format"):
        assert word not in held
