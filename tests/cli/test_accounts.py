"""With which account the client begins, and that a damaged profile hides no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from nookterm.cli.wiring import parts_for
from nookterm.client.account import Parts
from nookterm.client.accounts import Standing, look_over
from nookterm.client.errors import NotSignedIn, WrongUsage
from nookterm.client.profiles import Profile
from nookterm.client.settings import read_settings
from nookterm.domain.ids import DeviceId, UserId


def machine(home: Path, *names: str) -> Parts:
    parts = parts_for(home)
    for name in names:
        parts.profiles.save(
            Profile(name, "https://river.example", UserId(f"@{name}:river.example"), DeviceId("D"), "passphrase")
        )
    return parts


def test_it_begins_with_the_named_one_else_the_default_else_the_one_in_front_last(tmp_path: Path) -> None:
    parts = machine(tmp_path, "club", "work")
    assert parts.profiles.first("work").name == "work"
    assert parts.profiles.first(None).name == "club"
    parts.profiles.remember_front("work")
    assert parts.profiles.first(None).name == "work"
    parts.profiles.delete("work")
    assert parts.profiles.first(None).name == "club"
    machine(tmp_path, "choir", "default")
    assert parts.profiles.first(None).name == "default"
    with pytest.raises(NotSignedIn):
        parts.profiles.first("nobody")
    with pytest.raises(NotSignedIn):
        machine(tmp_path / "new").profiles.first(None)


def test_a_command_without_a_name_still_asks_which(tmp_path: Path) -> None:
    parts = machine(tmp_path, "club", "work")
    with pytest.raises(WrongUsage, match="Several accounts"):
        parts.profiles.chosen(None)


def test_a_damaged_profile_is_listed_and_keeps_the_client_from_no_other(tmp_path: Path) -> None:
    parts = machine(tmp_path, "default", "work")
    (parts.profiles.folder("work") / "profile.json").write_text("{")
    assert parts.profiles.first(None).name == "default"
    found = {one.name: one.standing for one in look_over(parts)}
    assert found == {"default": Standing.READY, "work": Standing.DAMAGED}


def test_one_account_opens_unless_all_are_wished_for(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}).text("accounts") == "one"
    (tmp_path / "config.toml").write_text('accounts = "all"\n')
    assert read_settings(tmp_path, {}).text("accounts") == "all"
