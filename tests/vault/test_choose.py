"""Which vault an account gets, and that the demo's vault is reached from a demo world only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keyring
import keyring.core
import pytest
from keyring.backends.fail import Keyring as Fail

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret
from nookterm.vault.choose import PASSPHRASE_FILE, open_vault
from nookterm.vault.demo import MARKER, DemoVault
from tests.vault.backends import Locked, Working

KEY = Secret("aa" * 32)


def ask() -> Secret:
    return Secret("river")


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", Fail())  # type: ignore[no-untyped-call] # keyring gives its constructors no types


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = tmp_path / "world"
    folder.mkdir()
    (folder / MARKER).write_text("{}")
    return folder


def test_a_new_account_goes_to_the_keyring_where_there_is_one(tmp_path: Path) -> None:
    keyring.set_keyring(Working())
    assert open_vault(None, tmp_path, ask, {}).kind == "keyring"


def test_a_new_account_without_a_keyring_goes_under_a_passphrase(tmp_path: Path) -> None:
    vault = open_vault(None, tmp_path, ask, {})
    assert vault.kind == "passphrase"
    vault.save("n", KEY)
    assert (tmp_path / "vault.json").exists()


def test_the_passphrase_may_come_from_a_file_where_nobody_can_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    file.write_text("river\n")
    file.chmod(0o600)
    open_vault(None, tmp_path, None, {PASSPHRASE_FILE: str(file)}).save("n", KEY)
    assert open_vault("passphrase", tmp_path, ask, {}).load("n") == KEY


def test_without_keyring_passphrase_or_anybody_to_ask_nothing_is_made(tmp_path: Path) -> None:
    for kind in (None, "passphrase"):
        with pytest.raises(VaultClosed, match=PASSPHRASE_FILE):
            open_vault(kind, tmp_path, None, {})
    assert list(tmp_path.iterdir()) == []


def test_an_account_in_the_keyring_never_gets_a_second_vault(tmp_path: Path) -> None:
    with pytest.raises(VaultClosed, match="keyring"):
        open_vault("keyring", tmp_path, ask, {})
    keyring.set_keyring(Locked())
    with pytest.raises(VaultClosed, match="locked"):
        open_vault("keyring", tmp_path, ask, {}).load("n")
    assert list(tmp_path.iterdir()) == []


def test_an_account_under_a_passphrase_stays_there_when_a_keyring_appears(tmp_path: Path) -> None:
    backend = Working()
    keyring.set_keyring(backend)
    open_vault("passphrase", tmp_path, ask, {}).save("n", KEY)
    assert backend.held == {}


def test_an_unknown_kind_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(VaultClosed, match="'plain'"):
        open_vault("plain", tmp_path, ask, {})


def test_the_demos_vault_keeps_secrets_in_its_world_without_asking(world: Path) -> None:
    open_vault("demo", world, None, {}).save("ana/key", KEY)
    again = DemoVault(world)
    assert again.kind == "demo"
    assert again.load("ana/key") == KEY
    assert {file.stat().st_mode & 0o077 for file in world.glob("vault*")} == {0}
    assert KEY.reveal().encode() not in (world / "vault.json").read_bytes()
    again.delete("ana/key")
    assert again.load("ana/key") is None


def test_no_path_outside_a_demo_world_reaches_the_demos_vault(tmp_path: Path, world: Path) -> None:
    """Neither by kind, nor by choice, nor through a link, nor after the world has gone."""
    outside = tmp_path / "account"
    outside.mkdir()
    with pytest.raises(VaultClosed, match="no demo world"):
        open_vault("demo", outside, ask, {})
    (outside / MARKER).symlink_to(world / MARKER)
    with pytest.raises(VaultClosed, match="no demo world"):
        open_vault("demo", outside, ask, {})
    (outside / MARKER).unlink()
    (outside / MARKER).mkdir()
    with pytest.raises(VaultClosed, match="no demo world"):
        DemoVault(outside)
    assert sorted(file.name for file in outside.iterdir()) == [MARKER]
    assert open_vault(None, world, ask, {}).kind == "passphrase"
    gone = DemoVault(world)
    (world / MARKER).unlink()
    calls: list[Callable[[], object]] = [lambda: gone.save("n", KEY), lambda: gone.load("n"), lambda: gone.delete("n")]
    for call in calls:
        with pytest.raises(VaultClosed, match="no demo world"):
            call()
    assert list(world.iterdir()) == []


def test_a_demo_key_that_was_damaged_or_shown_is_not_used(world: Path) -> None:
    DemoVault(world).save("n", KEY)
    (world / "vault.key").write_bytes(b"short")
    with pytest.raises(VaultClosed, match="damaged"):
        DemoVault(world).load("n")
    (world / "vault.key").chmod(0o644)
    with pytest.raises(VaultClosed, match="Other people"):
        DemoVault(world).load("n")


def test_the_demos_vault_does_not_open_a_file_under_a_passphrase(world: Path) -> None:
    open_vault("passphrase", world, ask, {}).save("n", KEY)
    with pytest.raises(VaultClosed):
        DemoVault(world).load("n")
