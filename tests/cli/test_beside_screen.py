"""A client with a screen rings for others unless it only looks, and calls its own person only where they wish it."""

from __future__ import annotations

from pathlib import Path

from nookterm.cli.screen import done_beside
from nookterm.client.bell import ring_bells
from nookterm.client.settings import read_settings


def test_bells_end_with_no_act_and_being_called_begins_with_the_setting(tmp_path: Path) -> None:
    assert done_beside(read_settings(tmp_path, {}), act=True) == (ring_bells,)
    assert done_beside(read_settings(tmp_path, {}), act=False) == ()
    (tmp_path / "config.toml").write_text('[desk]\nnotify = "bell"\n')
    assert len(done_beside(read_settings(tmp_path, {}), act=False)) == 1
    assert len(done_beside(read_settings(tmp_path, {}), act=True)) == 2
