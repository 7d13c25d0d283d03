"""Opening an account's database: what is refused, in which words, and that nothing is ever made anew in its place."""

from __future__ import annotations

import secrets
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from nookterm.client.errors import Busy, CannotWrite, StoreDamaged, VaultClosed
from nookterm.client.ports import Secret
from nookterm.domain.events import Edit, Message, StateChange
from nookterm.domain.ids import EventId
from nookterm.domain.search import Search, words
from nookterm.store.migrating import Migration, copies, shipped
from nookterm.store.opening import new_key, open_store
from nookterm.store.sql import SqlStore
from tests.contracts.sample_events import BEN, ROOM, event, names


@pytest.fixture
def key() -> Secret:
    return new_key()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account" / "store.db"


def filled(path: Path, key: Secret, count: int = 1) -> bytes:
    """Make a database with some messages; returns its bytes."""
    store = open_store(path, key, create=True)
    store.add_events([event(f"e{n}", f"message {n} {secrets.token_hex(40)}") for n in range(count)])
    store.close()
    return path.read_bytes()


def refusal(path: Path, key: Secret | bytes, *, create: bool = False) -> StoreDamaged:
    """What opening says. The file must not change by it."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreDamaged) as caught:
        open_store(path, key, create=create)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value


def test_what_was_stored_is_there_after_opening_again(path: Path, key: Secret) -> None:
    filled(path, key, 3)
    for form in (key, bytes.fromhex(key.reveal())):
        store = open_store(path, form, create=False)
        assert names(store.timeline(ROOM, 10)) == ["e0", "e1", "e2"]
        store.close()


def test_nothing_that_was_said_can_be_read_from_the_files(path: Path, key: Secret) -> None:
    store = open_store(path, key, create=True)
    store.add_events([event("canary-id", "canary-message")])
    store.save_state([event("n", StateChange("m.room.name", "", {"name": "canary-room"}), encrypted=False)])
    store.set_position("canary-token")
    store.remember("canary-kind", "canary-key", {"canary-value": 1})
    files = [file for file in path.parent.iterdir() if file.is_file()]
    assert {file.name for file in files} == {"store.db", "store.db-wal", "store.db-shm"}
    for file in files:
        assert b"canary" not in file.read_bytes()
        assert b"CREATE TABLE" not in file.read_bytes()
    store.close()
    assert b"canary" not in path.read_bytes()


def test_only_the_owner_can_open_the_files(path: Path, key: Secret) -> None:
    store = open_store(path, key, create=True)
    store.set_position("s1")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    store.close()
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_files_that_others_could_open_are_closed_to_them(path: Path, key: Secret) -> None:
    filled(path, key)
    path.chmod(0o644)
    open_store(path, key, create=False).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_wrong_key_is_told_and_says_nothing_on_the_terminal(
    path: Path, key: Secret, capfd: pytest.CaptureFixture[str]
) -> None:
    filled(path, key)
    assert "another one" in refusal(path, new_key()).message
    assert capfd.readouterr() == ("", "")
    open_store(path, key, create=False).close()


def test_a_wrong_key_harms_no_change_that_is_still_in_the_log(path: Path, key: Secret) -> None:
    store = open_store(path, key, create=True)
    store.add_events([event("a")])
    copies = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    store.close()
    for name, content in copies.items():
        path.with_name(name).write_bytes(content)
    refusal(path, new_key())
    store = open_store(path, key, create=False)
    assert names(store.timeline(ROOM, 1)) == ["a"]
    store.close()


@pytest.mark.parametrize("key", ["", "00", "zz" * 32, "x'" + "0" * 62])
def test_what_is_no_key_never_reaches_the_database(path: Path, key: str) -> None:
    with pytest.raises(VaultClosed):
        open_store(path, Secret(key), create=True)
    assert not path.exists()


def test_a_missing_database_is_not_made_anew(path: Path, key: Secret) -> None:
    assert refusal(path, key).code == "store_missing"
    assert not path.parent.exists()


def test_an_empty_file_is_told_from_a_missing_one(path: Path, key: Secret) -> None:
    path.parent.mkdir()
    path.touch()
    assert refusal(path, key).code == "store_empty"


def test_a_folder_is_no_database(path: Path, key: Secret) -> None:
    path.mkdir(parents=True)
    assert refusal(path, key).code == "store_foreign"


def test_an_unencrypted_database_is_another_programs(path: Path, key: Secret) -> None:
    path.parent.mkdir()
    plain = dbapi2.connect(str(path))
    plain.execute("CREATE TABLE t (x)")
    plain.close()
    assert refusal(path, key).code == "store_foreign"


def test_an_encrypted_database_with_our_key_and_foreign_tables_is_refused(path: Path, key: Secret) -> None:
    path.parent.mkdir()
    foreign = dbapi2.connect(str(path), isolation_level=None)
    foreign.execute(f"PRAGMA key = \"x'{key.reveal()}'\"")
    foreign.execute("CREATE TABLE t (x)")
    foreign.close()
    assert refusal(path, key).code == "store_foreign"


def test_bytes_without_sense_are_refused(path: Path, key: Secret) -> None:
    path.parent.mkdir()
    path.write_bytes(secrets.token_bytes(20_000))
    assert refusal(path, key).code == "store_damaged"


def test_a_cut_off_file_is_refused_when_it_is_opened_or_read(path: Path, key: Secret) -> None:
    whole = filled(path, key, 300)
    path.write_bytes(whole[: len(whole) // 2])

    def use() -> None:
        store = open_store(path, key, create=False)
        try:
            store.timeline(ROOM, 300)
            store.search(Search(words("message")), 300)
        finally:
            store.close()

    with pytest.raises(StoreDamaged):
        use()


def test_a_broken_page_is_told_by_whoever_reads_it_and_nothing_false_is_shown(path: Path, key: Secret) -> None:
    whole = filled(path, key, 300)
    pages = len(whole) // 4096
    assert pages > 20
    told = 0
    for number in range(pages):
        broken = bytearray(whole)
        broken[number * 4096 + 100] ^= 0xFF
        path.write_bytes(broken)
        try:
            store = open_store(path, key, create=False)
        except StoreDamaged:
            told += 1
            continue
        assert not store.is_whole()
        try:
            assert names(store.timeline(ROOM, 300)) == [f"e{n}" for n in range(300)]
            # FTS5 swallows some of these errors and then finds nothing.
            assert set(names(store.search(Search(words("message")), 300))) <= {f"e{n}" for n in range(300)}
        except StoreDamaged:
            told += 1
        finally:
            store.close()
        assert path.read_bytes() == bytes(broken)
    assert told > pages / 3


def test_a_database_that_nothing_happened_to_is_whole(path: Path, key: Secret) -> None:
    filled(path, key, 30)
    store = open_store(path, key, create=False)
    assert store.is_whole()
    store.close()


def test_an_existing_file_is_never_replaced_by_a_new_database(path: Path, key: Secret) -> None:
    filled(path, key)
    assert refusal(path, new_key(), create=True).code == "store_exists"
    path.write_bytes(b"")
    assert refusal(path, new_key(), create=True).code == "store_exists"


def test_an_unfinished_new_database_does_not_stand_in_the_way(path: Path, key: Secret) -> None:
    path.parent.mkdir()
    path.with_name("store.db.new").write_bytes(b"half")
    open_store(path, key, create=True).close()
    assert [file.name for file in path.parent.iterdir()] == ["store.db"]


def test_the_log_of_a_lost_database_never_flows_into_a_new_one(path: Path, key: Secret) -> None:
    store = open_store(path, key, create=True)
    store.add_events([event("a")])
    log = path.with_name("store.db-wal").read_bytes()
    store.close()
    path.unlink()
    path.with_name("store.db-wal").write_bytes(log)
    store = open_store(path, new_key(), create=True)
    assert store.timeline(ROOM, 1) == ()
    store.close()
    assert path.with_name("store.db-wal.left").read_bytes() == log


def test_a_disk_without_links_gets_its_database_too(path: Path, key: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path, __: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    filled(path, key)
    assert [file.name for file in path.parent.iterdir()] == ["store.db"]
    assert refusal(path, key, create=True).code == "store_exists"


def test_a_folder_that_cannot_be_made_is_a_matter_of_writing(tmp_path: Path, key: Secret) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite):
        open_store(tmp_path / "file" / "account" / "store.db", key, create=True)


# --- migrations

NEWEST = len(shipped())
NEXT = Migration(NEWEST + 1, "CREATE TABLE second (x TEXT) STRICT;\nINSERT INTO second (x) VALUES ('a;b');\n")
BROKEN = Migration(NEWEST + 1, "CREATE TABLE second (x TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);\n")
WRITTEN = Path(__file__).with_name("written_by_schema_1.sql")


def schema(store: SqlStore) -> int:
    return int(store.connection.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_database_is_brought_up_to_date_after_a_copy_was_kept(path: Path, key: Secret) -> None:
    filled(path, key)
    store = open_store(path, key, create=False, migrations=[*shipped(), NEXT])
    assert schema(store) == NEWEST + 1
    assert names(store.timeline(ROOM, 1)) == ["e0"]
    store.close()
    kept = path.with_name(f"store.db.schema-{NEWEST}")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    old = open_store(kept, key, create=False)
    assert (schema(old), names(old.timeline(ROOM, 1))) == (NEWEST, ["e0"])
    old.close()


def test_a_failed_migration_leaves_the_database_as_it_was(path: Path, key: Secret) -> None:
    filled(path, key)
    with pytest.raises(StoreDamaged):
        open_store(path, key, create=False, migrations=[*shipped(), BROKEN])
    store = open_store(path, key, create=False)
    assert schema(store) == NEWEST
    assert names(store.timeline(ROOM, 1)) == ["e0"]
    store.close()


def test_a_database_of_a_newer_program_is_left_alone(path: Path, key: Secret) -> None:
    open_store(path, key, create=True, migrations=[*shipped(), NEXT]).close()
    assert refusal(path, key).code == "newer_store"


def test_a_migration_waits_for_nobody_who_reads_on_and_on(path: Path, key: Secret) -> None:
    writer = open_store(path, key, create=True)
    reader = open_store(path, key, create=False, read_only=True)
    with reader.transaction():
        reader.timeline(ROOM, 1)
        writer.add_events([event("a")])
        with pytest.raises(Busy):
            open_store(path, key, create=False, migrations=[*shipped(), NEXT])
    reader.close()
    writer.close()
    open_store(path, key, create=False, migrations=[*shipped(), NEXT]).close()


def test_a_reader_does_not_migrate(path: Path, key: Secret) -> None:
    filled(path, key)
    with pytest.raises(StoreDamaged) as caught:
        open_store(path, key, create=False, read_only=True, migrations=[*shipped(), NEXT])
    assert caught.value.code == "older_store"
    assert schema(open_store(path, key, create=False)) == NEWEST


def first_version(path: Path, key: Secret) -> None:
    """A database as the first nookterm left it, with messages in it."""
    store = open_store(path, key, create=True, migrations=shipped()[:1])
    for statement in WRITTEN.read_text(encoding="utf-8").splitlines()[1:]:
        store.connection.execute(statement)
    store.close()


def test_messages_of_the_first_version_are_found_in_every_script_after_the_migration(path: Path, key: Secret) -> None:
    first_version(path, key)
    store = open_store(path, key, create=False)
    for piece, found in {
        "heron": ["plain"], "図書": ["japanese"], "น้ำ": ["thai"], "kingfisher": ["edited"], "old": [], "secret": [],
        "glaze": ["picture"],
    }.items():  # fmt: skip
        assert names(store.search(Search(words(piece)))) == found, piece
    assert names(store.search(Search(has=frozenset({"file"})))) == ["nameless", "picture"]
    assert names(store.search(Search(senders=frozenset({BEN})))) == ["thai"]
    assert len(store.timeline(ROOM, 20)) == 9
    store.redact(ROOM, EventId("$edited"))
    assert store.search(Search(words("kingfisher"))) == ()
    store.close()


def test_who_was_named_before_names_could_be_asked_for_is_found_after_the_migration(path: Path, key: Secret) -> None:
    store = open_store(path, key, create=True, migrations=shipped()[:5])
    named = Message("text", "the kiln", mentions=frozenset({BEN}))
    edit = Edit(EventId("$late"), named, frozenset({BEN}))
    events = [event("early", named), event("late", "the kiln"), event("edit", edit), event("nobody", "the kiln")]
    store.add_events(events)
    # As the program before it wrote them: without a mark of who is named.
    for place, body in store.connection.execute("SELECT rowid, body FROM words").fetchall():
        store.connection.execute("DELETE FROM words WHERE rowid = ?", (place,))
        plain = " ".join(word for word in body.split() if not word.startswith("\ue004"))
        store.connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (place, plain))
    assert store.search(Search(naming=BEN)) == ()
    store.close()
    store = open_store(path, key, create=False)
    assert names(store.search(Search(words("kiln"), naming=BEN))) == ["late", "early"]
    assert len(store.search(Search(words("kiln")))) == 3
    store.close()


def test_a_migration_that_fails_in_its_last_step_leaves_the_database_as_it_was(path: Path, key: Secret) -> None:
    first_version(path, key)

    def fail(connection: dbapi2.Connection, _: Path) -> None:
        connection.execute("INSERT INTO second (x) VALUES ('half')")
        raise OSError

    with pytest.raises(CannotWrite):
        open_store(path, key, create=False, migrations=[*shipped(), replace(NEXT, finish=fail)])
    old = open_store(path, key, create=False, migrations=shipped()[:1])
    assert schema(old) == 1
    assert old.connection.execute("SELECT count(*) FROM words WHERE words MATCH 'heron'").fetchone() == (1,)
    old.close()


def test_a_process_killed_in_the_middle_of_a_migration_leaves_the_database_as_it_was(path: Path, key: Secret) -> None:
    first_version(path, key)
    script = (
        "import os, sys, pathlib\n"
        "from nookterm.client.ports import Secret\n"
        "from nookterm.store import migrating, opening\n"
        "def end(*_): os.kill(os.getpid(), 9)\n"
        "steps = [*migrating.shipped(), migrating.Migration(99, '', end)]\n"
        "opening.open_store(pathlib.Path(sys.argv[1]), Secret(sys.stdin.read()), create=False, migrations=steps)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(path)], input=key.reveal(), text=True, check=False)
    assert killed.returncode == -9
    old = open_store(path, key, create=False, migrations=shipped()[:1])
    assert (schema(old), len(old.timeline(ROOM, 20))) == (1, 9)
    old.close()
    store = open_store(path, key, create=False)
    assert names(store.search(Search(words("図書")))) == ["japanese"]
    store.close()


def test_one_copy_is_kept_however_many_steps_a_migration_has_and_goes_when_the_next_is_made(
    path: Path, key: Secret
) -> None:
    first_version(path, key)
    open_store(path, key, create=False).close()
    assert [copy.name for copy in copies(path)] == ["store.db.schema-1"]
    open_store(path, key, create=False, migrations=[*shipped(), NEXT]).close()
    assert [copy.name for copy in copies(path)] == [f"store.db.schema-{NEWEST}"]


def test_copies_of_migrations_go_after_their_time_and_nothing_else_does(path: Path, key: Secret) -> None:
    filled(path, key)
    store = open_store(path, key, create=False, migrations=[*shipped(), NEXT])
    path.with_name("store.db.schema-kept-by-hand").touch()
    made = datetime.fromtimestamp(copies(path)[0].stat().st_mtime, UTC)
    store.drop_copies(made - timedelta(days=1))
    assert len(copies(path)) == 1
    store.drop_copies(made + timedelta(days=1))
    store.close()
    assert {file.name for file in path.parent.iterdir()} == {"store.db", "store.db.schema-kept-by-hand"}


def test_the_shipped_migrations_are_numbered_without_a_hole() -> None:
    assert [step.number for step in shipped()] == list(range(1, len(shipped()) + 1))
