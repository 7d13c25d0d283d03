"""The vault in the system's keyring, with real backends of the keyring library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import keyring
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as Fail
from keyring.backends.null import Keyring as Null

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret
from nookterm.vault.system_keyring import KeyringVault
from tests.vault.backends import Broken, Forgetful, Locked, Silent, Working

KEY = Secret("aa" * 32)


@pytest.fixture(autouse=True)
def _no_real_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", Fail())  # type: ignore[no-untyped-call] # keyring gives its constructors no types


@pytest.fixture
def silent() -> Iterator[Silent]:
    backend = Silent()
    yield backend
    backend.over.set()


class Plaintext(Working):
    """Stands where keyrings.alt installs its file backend."""


Plaintext.__module__ = "keyrings.alt.file"


class Chain(ChainerBackend):
    """A chain of chosen backends."""

    chosen: tuple[KeyringBackend, ...] = ()

    @property
    def backends(self) -> Any:
        return self.chosen


def chain(*backends: KeyringBackend) -> Chain:
    made = Chain()  # type: ignore[no-untyped-call] # keyring gives its constructors no types
    made.chosen = backends
    return made


def test_a_secret_is_kept_under_its_name_and_can_be_forgotten() -> None:
    backend = Working()
    keyring.set_keyring(backend)
    vault = KeyringVault()
    assert KeyringVault.available()
    assert vault.kind == "keyring"
    assert vault.load("ana/key") is None
    vault.save("ana/key", KEY)
    assert vault.load("ana/key") == KEY
    assert vault.load("ben/key") is None
    assert backend.held == {("nookterm", "ana/key"): KEY.reveal()}
    vault.delete("ana/key")
    vault.delete("ana/key")
    assert backend.held == {}


NONE: list[KeyringBackend] = [
    Fail(),  # type: ignore[no-untyped-call] # keyring gives its constructors no types
    Null(),  # type: ignore[no-untyped-call] # keyring gives its constructors no types
    Plaintext(),
    chain(),
    chain(Plaintext(), Null()),  # type: ignore[no-untyped-call] # keyring gives its constructors no types
]


@pytest.mark.parametrize("backend", NONE)
def test_a_backend_that_keeps_nothing_safe_is_no_keyring(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)
    assert not KeyringVault.available()
    vault = KeyringVault()
    calls: list[Callable[[], object]] = [
        lambda: vault.save("n", KEY),
        lambda: vault.load("n"),
        lambda: vault.delete("n"),
    ]
    for call in calls:
        with pytest.raises(VaultClosed, match="no keyring"):
            call()
    assert not getattr(backend, "held", {})


def test_in_a_chain_the_first_real_keyring_is_used_and_a_plain_file_never() -> None:
    plain, real = Plaintext(), Working()
    keyring.set_keyring(chain(plain, real))
    assert KeyringVault.available()
    KeyringVault().save("n", KEY)
    assert (plain.held, real.held) == ({}, {("nookterm", "n"): KEY.reveal()})


def test_a_locked_keyring_is_told_from_an_empty_one() -> None:
    keyring.set_keyring(Locked())
    assert KeyringVault.available()
    with pytest.raises(VaultClosed, match="locked"):
        KeyringVault().load("n")
    with pytest.raises(VaultClosed, match="locked"):
        KeyringVault().save("n", KEY)


def test_what_a_keyring_did_not_keep_is_noticed_at_once() -> None:
    keyring.set_keyring(Forgetful())
    with pytest.raises(VaultClosed, match="did not keep"):
        KeyringVault().save("n", KEY)


def test_a_failing_keyring_is_told_in_our_words() -> None:
    keyring.set_keyring(Broken())
    with pytest.raises(VaultClosed) as caught:
        KeyringVault().load("n")
    assert "secret-in-the-error" not in str(caught.value)


def test_a_silent_keyring_stops_nobody_for_long(silent: Silent) -> None:
    keyring.set_keyring(silent)
    with pytest.raises(VaultClosed, match="does not answer"):
        KeyringVault(patience=0.05).load("n")


def test_a_silent_keyring_does_not_keep_the_program_from_ending() -> None:
    script = (
        "import keyring\n"
        "from tests.vault.backends import Silent\n"
        "from nookterm.client.errors import VaultClosed\n"
        "from nookterm.vault.system_keyring import KeyringVault\n"
        "keyring.set_keyring(Silent())\n"
        "try: KeyringVault(patience=0.05).load('n')\n"
        "except VaultClosed as closed: print(closed.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "The keyring does not answer.\n"
