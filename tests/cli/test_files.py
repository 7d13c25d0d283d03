"""`upload` and `download`: the promised fields, pictures cleaned unless one says otherwise, nothing overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.test_commands import Terminal, within
from tests.cli.test_commands import terminals as terminals  # noqa: PLC0414 - a fixture
from tests.pictures.samples import CANARY, told_jpeg

UPLOAD = {"txn_id", "name", "mimetype", "size", "cleaned", "event_id"}
DOWNLOAD = {"event_id", "file", "mimetype", "size"}


def test_a_picture_goes_up_cleaned_and_comes_down_under_a_free_name(
    terminals: Sequence[Terminal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = terminals[0]
    ana.login()
    (space,) = ana.call("found", "space", "River")
    (nook,) = ana.call("found", "nook", space["room_id"], "pond")
    room = nook["room_id"]
    photo, bad = tmp_path / "heron.jpg", tmp_path / "moving.gif"
    photo.write_bytes(told_jpeg())
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(bad, save_all=True, append_images=frames[1:])
    monkeypatch.chdir(tmp_path)

    (up,) = ana.call("upload", room, "heron.jpg", "--caption", "At the pond", "--name", "a heron.jpg")
    within([up], UPLOAD, *UPLOAD)
    assert (up["name"], up["mimetype"], up["cleaned"]) == ("a heron.jpg", "image/jpeg", True)
    (row,) = (row for row in ana.call("read", room) if row["event_id"] == up["event_id"])
    assert row["body"] == "At the pond"
    assert row["file"] == {"name": "a heron.jpg", "mimetype": "image/jpeg", "size": up["size"], "encrypted": True}
    assert "[a heron.jpg: picture, 120 × 80, " in ana.plain("read", room)

    for name in ("a heron.jpg", "a heron-2.jpg"):
        (down,) = ana.call("download", room, up["event_id"], "--to", "kept")
        within([down], DOWNLOAD, *DOWNLOAD)
        assert down["file"] == str(tmp_path / "kept" / name)
        assert CANARY not in Path(down["file"]).read_bytes()

    (refused,) = ana.call("upload", room, "moving.gif", code=2)
    assert (refused["error"], "--as-it-is" in refused["hint"]) == ("not_cleaned", True)
    (as_it_is,) = ana.call("upload", room, "moving.gif", "--as-it-is")
    assert as_it_is["cleaned"] is False
    (missing,) = ana.call("upload", room, "nothing.jpg", code=1)
    assert missing["error"] == "unreadable"
    (no_file,) = ana.call("download", room, "$nothing", code=1)
    assert no_file["error"] == "no_file"
