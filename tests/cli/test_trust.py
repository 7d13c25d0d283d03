"""`trust` and `recover` for scripts: the recovery key lives in a file of one's own, each refusal has its exit code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from nookterm.cli.main import main
from nookterm.store.lock import hold_account
from tests.cli.test_commands import Terminal, terminals
from tests.live_homeserver import LiveServer
from tests.trust.chance import mistyped

__all__ = ["terminals"]
STATE = {
    "user_id", "device_id", "state", "storage", "passphrase", "backup", "unfinished", "recovery_key_noted",
    "replaced", "devices",
}  # fmt: skip
KEY = re.compile(r"(\w{4} ){11}\w{4}\n")


def password_of(who: Terminal) -> str:
    return str(who.home.parent / f"{who.name}.password")


def second_machine(who: Terminal) -> Terminal:
    """The same account on another machine, signed in there."""
    other = Terminal(who.server, who.home.parent / f"{who.name}-second", who.name, who.patch, who.capsys, who.user_id)
    other.call("login", who.server.base_url, who.user_id, "--password-file", password_of(who))
    return other


def test_an_account_from_its_first_login_to_a_new_identity(terminals: Sequence[Terminal], tmp_path: Path) -> None:
    ana, _bob = terminals
    ana.register()
    key, other_key, new_key = tmp_path / "key", tmp_path / "other", tmp_path / "new"
    (row,) = ana.call("trust")
    assert set(row) == STATE
    assert (row["state"], row["storage"]) == ("none", False)
    assert [(device["this"], device["signed"]) for device in row["devices"]] == [(True, False)]
    ana.call("trust", "setup", code=2)

    (row,) = ana.call("trust", "setup", "--key-file", str(key))
    assert row == {"user_id": ana.user_id, "device_id": row["device_id"], "state": "ready", "key_file": str(key)}
    assert KEY.fullmatch(key.read_text())
    assert key.stat().st_mode & 0o777 == 0o600
    assert ana.call("trust", "setup", "--key-file", str(key), code=2)[0]["error"] == "file_exists"
    assert ana.call("trust", "setup", "--key-file", str(other_key), code=2)[0]["error"] == "identity_exists"
    assert not other_key.exists()

    second = second_machine(ana)
    other_key.write_text(mistyped(key.read_text(), 5))
    assert second.call("recover", "--key-file", str(other_key), code=3)[0]["error"] == "recovery_typing_error"
    assert second.call("trust")[0]["state"] == "unsigned"
    (row,) = second.call("recover", "--key-file", str(key))
    assert (row["state"], row["signed"], row["missing"]) == ("ready", True, [])
    (row,) = second.call("trust")
    assert [device["signed"] for device in row["devices"]] == [True, True]
    (row,) = second.call("trust", "--offline")
    assert (row["state"], "devices" in row) == ("ready", False)

    ana.call("trust", "reset", code=2)
    ana.call("trust", "reset", "--yes", "--key-file", str(new_key), code=2)
    other_key.write_text("guess")
    words = ("trust", "reset", "--yes", "--key-file", str(new_key), "--password-file")
    assert ana.call(*words, str(other_key), code=3)[0]["error"] == "password"
    assert not new_key.exists()
    assert ana.call(*words, password_of(ana))[0]["state"] == "ready"
    (row,) = second.call("trust")
    assert (row["state"], row["replaced"]) == ("unsigned", True)
    assert second.call("recover", "--key-file", str(key), code=3)[0]["error"] == "another_key"
    assert second.call("recover", "--key-file", str(new_key))[0]["state"] == "ready"


def test_people_read_what_it_means_and_never_the_key(terminals: Sequence[Terminal], tmp_path: Path) -> None:
    ana, _bob = terminals
    ana.register()
    file = tmp_path / "key"
    assert "nookterm trust setup" in ana.plain("trust")
    told = ana.plain("trust", "setup", "--key-file", str(file))
    key = file.read_text().strip()
    assert str(file) in told
    told += ana.plain("trust") + ana.plain("trust", "--offline")
    assert "Trusted" in told
    assert "this one" in told
    assert not [group for group in key.split() if group in told.replace(str(file), "")]


def test_what_needs_the_account_to_itself_says_so(terminals: Sequence[Terminal], tmp_path: Path) -> None:
    ana, _bob = terminals
    ana.register()
    with hold_account(ana.home / "accounts" / "default" / "account.lock"):
        ana.call("trust", "setup", "--key-file", str(tmp_path / "key"), code=7)
        (tmp_path / "typed").write_text("x")
        ana.call("recover", "--key-file", str(tmp_path / "typed"), code=7)
    ana.call("trust", "setup", "--offline", "--key-file", str(tmp_path / "key"), code=4)
    ana.call("recover", "--key-file", str(tmp_path / "nothing"), code=77)
    assert not (tmp_path / "key").exists()


def test_a_login_without_a_screen_names_the_next_step(
    terminals: Sequence[Terminal], homeserver: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    ana, _bob = terminals
    them = homeserver.register("ana")
    Path(password_of(ana)).write_text(them.password)
    ana._at_home()
    assert main(["login", homeserver.base_url, them.user_id, "--password-file", password_of(ana)]) == 0
    told = capsys.readouterr().err
    assert "nookterm trust setup" in told
    assert "nookterm recover" in told
