"""Being left alone is kept in this folder alone, holds for every process there, and nothing broken makes it hold."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nookterm.client.errors import CannotWrite, WrongUsage
from nookterm.client.own_zone import OwnZone
from nookterm.client.quiet_hours import FILE, QuietHours
from nookterm.client.settings import Setting, Settings, read_settings

BERLIN = ZoneInfo("Europe/Berlin")


class Day:
    """One folder and a clock that is put."""

    def __init__(self, home: Path, hours: str = "off") -> None:
        self.home, self.hours = home, hours
        self.clock = datetime(2026, 11, 23, 17, tzinfo=UTC)

    def quiet(self) -> QuietHours:
        """As another process has it."""
        return QuietHours(self.home, self.settings, lambda: self.clock, BERLIN)

    def settings(self) -> Settings:
        return Settings({"quiet.hours": Setting("quiet.hours", self.hours)})


def test_what_one_process_is_told_holds_for_all_of_them_and_ends_by_itself(tmp_path: Path) -> None:
    day = Day(tmp_path / "not" / "there" / "yet")
    one, other = day.quiet(), day.quiet()
    assert one.now().until is None
    until = one.begin("2h")
    assert other.now().until == until == day.clock + timedelta(hours=2)
    kept = day.home / FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text()).keys() == {"until", "quiet"}
    assert other.begin("3h") == one.now().until
    day.clock += timedelta(hours=3)
    assert one.now().until is None
    assert [path.name for path in day.home.iterdir()] == [FILE]


def test_an_early_end_holds_for_quiet_hours_that_are_under_way_and_not_for_the_next_ones(tmp_path: Path) -> None:
    day = Day(tmp_path, "22:00-07:00")
    quiet = day.quiet()
    assert not quiet.end()
    assert quiet.done() == datetime(2026, 11, 24, 6, tzinfo=UTC)
    day.clock = datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert quiet.end()
    assert quiet.now().until is None
    day.clock += timedelta(days=1)
    assert quiet.now().until is not None
    quiet.begin("30 min")
    day.hours = "off"
    assert quiet.end()
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "words", ["", "[]", "{}", '{"until": 7, "quiet": true}', '{"until": "soon", "quiet": true}', "{"]
)
def test_a_broken_file_leaves_nobody_alone_for_ever(tmp_path: Path, words: str) -> None:
    (tmp_path / FILE).write_text(words)
    day = Day(tmp_path)
    assert day.quiet().now().until is None
    assert day.quiet().begin("1h") == day.quiet().now().until


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no time until which it could be quiet"):
        Day(tmp_path).quiet().begin("until I am back")
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match=r"quiet\.json cannot be written"):
        Day(tmp_path / "file").quiet().begin("1h")


def test_hours_that_make_no_sense_are_pointed_out_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[quiet]\nhours = "at night"\n')
    settings = read_settings(tmp_path, {})
    assert settings.text("quiet.hours") == "off"
    assert "quiet.hours cannot be 'at night'; it is spans like 22:00-07:00" in settings.trouble[0]


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    os.environ.setdefault("TZ", "")
    time.tzset()
    if not os.environ["TZ"]:
        del os.environ["TZ"]
        time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_the_systems_zone_knows_its_summer_time() -> None:
    zone = OwnZone()
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year == 2026:
        here, there = moment.astimezone(zone), moment.astimezone(BERLIN)
        assert (here.replace(tzinfo=None), here.fold) == (there.replace(tzinfo=None), there.fold)
        assert here.astimezone(UTC) == moment
        moment += timedelta(minutes=30)
