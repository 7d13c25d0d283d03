"""A recovery key in a file: never over another, for its owner alone, whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nookterm.client.errors import CannotRead, CannotWrite, WrongUsage
from nookterm.client.noting import free_place, read_note, write_note
from nookterm.client.ports import Secret

KEY = Secret("EsTc 9rqN 4oPa")


def test_what_is_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    place = write_note(Path("~/key"), KEY)
    assert place == tmp_path / "key"
    assert place.stat().st_mode & 0o777 == 0o600
    assert read_note(Path("~/key")) == KEY


def test_nothing_is_written_over_also_not_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("there", "link"):
        with pytest.raises(WrongUsage) as refused:
            write_note(tmp_path / name, KEY)
        assert refused.value.code == "file_exists"
    assert (tmp_path / "there").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_not_there_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        free_place(tmp_path / "no" / "key")


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite) as refused:
        write_note(tmp_path / "key", KEY)
    assert "no space left" in refused.value.message
    assert "EsTc" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * 5000])
def test_what_is_no_key_file_is_not_read(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(CannotRead):
        read_note(tmp_path / "key")
