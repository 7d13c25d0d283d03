"""`export-keys` and `import-keys` as one types them: files, counts, exit codes, and nothing said that is a secret."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from nookterm.cli.home import home_folder
from nookterm.cli.wiring import parts_for
from nookterm.client.account import open_account
from nookterm.trust.key_file import read_key_file
from tests.cli.test_commands import Terminal, terminals  # noqa: F401 - a fixture
from tests.client.test_backup import made_up

WORDS = "seven herons stand still"


@pytest.fixture
def signed_in(terminals: Sequence[Terminal], tmp_path: Path) -> tuple[Terminal, Path]:  # noqa: F811 - the fixture
    """Ana, signed in, with three keys and a file with a passphrase."""
    ana = terminals[0]
    words = tmp_path / "words"
    words.write_text(f"{WORDS}\n")
    ana.login()
    asyncio.run(_give_keys())
    return ana, words


async def _give_keys() -> None:
    opened = open_account(parts_for(home_folder()), None)
    opened.session.gateway.room_keys.take(made_up(3))
    await opened.close()


def test_keys_leave_and_come_back_with_their_counts(signed_in: tuple[Terminal, Path], tmp_path: Path) -> None:
    ana, words = signed_in
    file = tmp_path / "keys.txt"

    (row,) = ana.call("export-keys", str(file), "--passphrase-file", str(words))
    (back,) = ana.call("import-keys", str(file), "--passphrase-file", str(words))

    assert row == {"file": str(file), "keys": 3}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert back == {"file": str(file), "keys": 3, "new": 0, "better": 0, "known": 3}
    assert WORDS not in file.read_text()
    said = ana.plain("import-keys", str(file), "--passphrase-file", str(words), "--offline")
    assert said == "3 keys in the file: 0 new, 3 known already.\n"


def test_a_file_is_never_written_over_and_a_wrong_passphrase_opens_nothing(
    signed_in: tuple[Terminal, Path], tmp_path: Path
) -> None:
    ana, words = signed_in
    file, other = tmp_path / "keys.txt", tmp_path / "other"
    other.write_text("another heron")
    ana.call("export-keys", str(file), "--passphrase-file", str(words))

    (taken,) = ana.call("export-keys", str(file), "--passphrase-file", str(words), code=2)
    (wrong,) = ana.call("import-keys", str(file), "--passphrase-file", str(other), code=3)
    (missing,) = ana.call("import-keys", str(tmp_path / "no"), "--passphrase-file", str(words), code=2)

    assert (taken["error"], wrong["error"], missing["error"]) == ("file_exists", "wrong_passphrase", "no_such_file")
    assert "heron" not in str((taken, wrong, missing))


def test_nobody_to_ask_and_an_account_in_use_are_said_with_their_exit_codes(
    signed_in: tuple[Terminal, Path], tmp_path: Path
) -> None:
    ana, words = signed_in
    file = tmp_path / "keys.txt"
    ana.call("export-keys", str(file), "--passphrase-file", str(words))

    (nobody,) = ana.call("import-keys", str(file), code=2)
    assert nobody["error"] == "no_terminal"

    opened = open_account(parts_for(home_folder()), None)
    try:
        ana.call("import-keys", str(file), "--passphrase-file", str(words), code=7)
        ana.call("export-keys", str(tmp_path / "k"), "--passphrase-file", str(words), code=7)
    finally:
        asyncio.run(opened.close())
    assert not (tmp_path / "k").exists()


def test_neither_keys_nor_passphrase_lie_about_afterwards(signed_in: tuple[Terminal, Path], tmp_path: Path) -> None:
    ana, words = signed_in
    file = tmp_path / "keys.txt"
    said = str(ana.call("export-keys", str(file), "--passphrase-file", str(words)))
    said += ana.plain("import-keys", str(file), "--passphrase-file", str(words))
    keys = [key.session_key for key in read_key_file(file.read_text(), WORDS).keys]

    assert len(keys) == 3
    assert not [key for key in (*keys, WORDS) if key in said]
    kept = [path.read_bytes() for path in ana.home.rglob("*") if path.is_file()]
    assert kept
    assert not [key for key in (*keys, WORDS) if any(key.encode() in content for content in kept)]


def test_the_past_is_handed_over_only_where_the_rooms_rule_lets_it(signed_in: tuple[Terminal, Path]) -> None:
    ana, _ = signed_in
    ana.call("found", "space", "Makers")
    ana.call("found", "nook", "Makers", "glaze-lab")
    bob = ana.server.register("bob").user_id

    (closed,) = ana.call("invite", "glaze-lab", bob, "--share-history", code=5)

    assert closed["error"] == "history_closed"
    (room,) = [row for row in ana.call("rooms") if row["name"] == "glaze-lab"]
    assert room["members"] == 1
