"""A client with a screen rings for others unless it only looks; a play calls nobody who did not ask for it."""

from __future__ import annotations

from pathlib import Path

from nookterm.cli.calls import calls, demo_settings, quiet_hours
from nookterm.cli.screen import done_beside
from nookterm.client.bell import ring_bells
from nookterm.client.live_settings import LiveSettings


def test_bells_for_others_end_with_no_act(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path, {})
    assert ring_bells in done_beside(live, act=True)
    assert ring_bells not in done_beside(live, act=False)
    assert len(done_beside(live, act=True)) == len(done_beside(live, act=False)) + 1
    assert len(calls(live)) == 2, "requests and messages, by whatever is set while it runs"


def test_a_play_calls_nobody_who_did_not_ask_for_it(tmp_path: Path) -> None:
    assert demo_settings(LiveSettings(tmp_path, {})).text("notify.how") == "off"
    (tmp_path / "config.toml").write_text('[notify]\nhow = "bell"\n')
    assert demo_settings(LiveSettings(tmp_path, {})).text("notify.how") == "bell"


def test_quiet_hours_are_those_that_hold_now(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path, {})
    quiet = quiet_hours(live)
    assert quiet.now().until is None
    (tmp_path / "config.toml").write_text('[quiet]\nhours = "00:00-24:00"\n')
    live.look()
    live.look()
    assert quiet.now().until is not None
