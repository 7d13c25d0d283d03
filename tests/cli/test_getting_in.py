"""Accounts by commands alone: made where anybody may, refused before a password is asked for, signed in and out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nookterm.cli.main import main
from tests.live_homeserver import LiveServer
from tests.quick_vault import lay_out

Call = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command at a machine without a keyring, and gives what it printed."""
    passphrase = tmp_path / "passphrase"
    passphrase.touch(0o600)
    passphrase.write_text("correct horse")
    for name, value in {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "NOOKTERM_HOME": str(tmp_path / "home"),
        "NOOKTERM_PASSPHRASE_FILE": str(passphrase),
        "NOOKTERM_VAULT": "passphrase",
    }.items():
        monkeypatch.setenv(name, value)
    lay_out(tmp_path / "home", passphrase)

    def run(*words: str, code: int = 0) -> list[dict[str, Any]]:
        ended = main(["--json", *words])
        said = capsys.readouterr()
        assert ended == code, said
        return [json.loads(line) for line in (said.err if code else said.out).splitlines()]

    return run


def test_an_account_is_made_and_signed_in_by_one_command(homeserver: LiveServer, call: Call, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("a kiln, a wheel and clay\n")
    words = ("register", homeserver.base_url, "newcomer-by-command", "--password-file", str(password))
    (row,) = call(*words)
    assert set(row) == {"profile", "user_id", "device_id", "homeserver", "vault"}
    assert row["user_id"] == f"@newcomer-by-command:{homeserver.server_name}"
    assert call("rooms") == []
    (problem,) = call(*words, code=2)
    assert problem["error"] == "already_signed_in"
    (problem,) = call(*words, "--profile", "other", code=1)
    assert problem["error"] == "user_in_use"
    (problem,) = call("register", homeserver.base_url, "Ätna", "--profile", "other", code=2)
    assert problem["error"] == "invalid_username"
    (problem,) = call("register", homeserver.base_url, "another", "--profile", "other", code=2)
    assert problem["error"] == "no_terminal", "nobody is there to type a password"
    call("logout")
    words = ("login", homeserver.base_url, "newcomer-by-command", "--password-file", str(password))
    assert call(*words)[0]["user_id"] == row["user_id"]


def test_a_browser_is_no_way_in_where_the_server_has_none(homeserver: LiveServer, call: Call) -> None:
    (problem,) = call("login", homeserver.base_url, "--sso", code=2)
    assert problem["error"] == "no_sso"
    (problem,) = call("login", homeserver.base_url, code=2)
    assert "--sso" in problem["hint"]
