"""A data folder that may not be read or written: a plain word, the promised exit code, and nothing changed."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nookterm.client.profiles import Profile, Profiles
from nookterm.domain.ids import DeviceId, UserId
from tests.live_homeserver import LiveServer

_DROP, _OVERRIDES = 24, (1, 2)
"""`prctl(PR_CAPBSET_DROP)` and the capabilities that let root pass by the rights of files."""


def like_anybody() -> None:
    """The rights of files count, also where the tests run as root."""
    for capability in _OVERRIDES:
        ctypes.CDLL(None).prctl(_DROP, capability, 0, 0, 0)


def nookterm(home: Path, *words: str) -> tuple[int, dict[str, str]]:
    """Run a command. Returns its exit code and what it says on standard error."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("nookterm")), *words, "--json"],
        env={
            **os.environ,
            "NOOKTERM_HOME": str(home),
            "NOOKTERM_PASSPHRASE_FILE": str(home.parent / "passphrase"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        preexec_fn=like_anybody,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stderr.splitlines()[-1]) if done.stderr else {}


@contextmanager
def rights(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with one profile."""
    home = tmp_path / "data"
    user = UserId("@ana:river.example")
    Profiles(home).save(Profile("default", "https://river.example", user, DeviceId("D"), "passphrase"))
    return home


@pytest.mark.parametrize("what", ["accounts", "accounts/default/profile.json", "accounts/default"])
def test_what_cannot_be_read_ends_with_77(home: Path, what: str) -> None:
    with rights(home / what, 0o000):
        code, problem = nookterm(home, "rooms", "--offline")
        again, _ = nookterm(home, "login", "http://127.0.0.1:9", "ana", "--password-file", "/nowhere")
    assert (code, problem["error"], again) == (77, "cannot_read", 77)
    assert str(home) in problem["message"]
    assert problem["hint"]


def test_what_cannot_be_written_ends_with_73_and_signs_nobody_in(homeserver: LiveServer, tmp_path: Path) -> None:
    home, them = tmp_path / "data", homeserver.register("ana")
    for name, words in (("passphrase", "the vault"), ("password", them.password)):
        (tmp_path / name).write_text(words)
        (tmp_path / name).chmod(0o600)
    login = ("login", homeserver.base_url, them.user_id, "--password-file", str(tmp_path / "password"))
    home.mkdir(mode=0o500)
    code, problem = nookterm(home, *login)
    assert (code, problem["error"]) == (73, "cannot_write")
    assert list(home.iterdir()) == []
    seen = homeserver.call("GET", "/_matrix/client/v3/devices", token=homeserver.login(them))
    assert len(seen["devices"]) == 1, "only the device that looks"

    home.chmod(0o700)
    assert nookterm(home, *login)[0] == 0
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"]
    before = {path: path.read_bytes() for path in files}
    with rights(home / "accounts" / "default" / "account.db", 0o400), rights(home / "accounts" / "default", 0o500):
        code, problem = nookterm(home, "rooms")
    assert (code, problem["error"]) == (73, "cannot_write")
    with rights(home / "accounts" / "default" / "account.db", 0o000):
        code, problem = nookterm(home, "rooms")
    assert (code, problem["error"]) == (77, "cannot_read")
    assert {path: path.read_bytes() for path in files} == before
