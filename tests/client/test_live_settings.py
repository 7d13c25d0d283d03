"""Settings while nookterm runs: a change here or by hand holds at once, and a mistake changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from nookterm.client.errors import WrongUsage
from nookterm.client.forms import forms_of, system_locale
from nookterm.client.live_settings import LiveSettings
from nookterm.client.settings import Setting, Settings, names, rule_of
from nookterm.domain.forms import PLAIN, Forms, Locale, Order

Told = list[tuple[str, ...]]


def told_by(live: LiveSettings) -> Told:
    """The names that were told to be new, in the order of their telling."""
    told: Told = []
    live.listen(lambda _settings, new: told.append(tuple(sorted(new))))
    return told


def saved(live: LiveSettings, text: str) -> None:
    """Somebody saves the file in their editor, and it is looked at twice."""
    live.file.write_text(text)
    live.look()
    live.look()


async def test_a_change_from_inside_holds_at_once_and_is_told_by_name(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path, {})
    told = told_by(live)
    await live.put("density", "compact")
    assert live.settings.values["density"] == Setting("density", "compact", "config.toml:1")
    await live.put("keys.go.desk", "f9")
    await live.put("density", None)
    assert live.settings.text("density") == "cosy"
    assert told == [("density",), ("keys.go.desk",), ("density",)]
    live.look()
    assert len(told) == 3


async def test_a_refused_change_is_not_told_and_nothing_else_holds(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path, {})
    told = told_by(live)
    with pytest.raises(WrongUsage):
        await live.put("density", "narrow")
    assert (told, live.settings.text("density"), live.file.exists()) == ([], "cosy", False)


def test_a_change_by_hand_is_taken_over_once_it_has_settled(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path, {})
    told = told_by(live)
    live.file.write_text('theme = "linen"\n[keep]\ndays = 9\n')
    live.look()
    assert told == []
    live.look()
    assert told == [("keep.days", "theme")]
    assert live.settings.text("theme") == "linen"
    live.file.unlink()
    live.look()
    live.look()
    assert told[1:] == [("keep.days", "theme")]
    assert live.settings.text("theme") == "dusk"


def test_a_mistake_by_hand_is_told_and_what_held_before_holds(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path, {})
    saved(live, 'density = "compact"\nclock = "12"\n')
    told = told_by(live)
    saved(live, 'density = "narrow"\nclock = "24"\n')
    assert (live.settings.text("density"), live.settings.text("clock"), told) == ("compact", "24", [("clock",)])
    assert live.settings.trouble == ("config.toml:1: density cannot be 'narrow'; it is cosy or compact.",)
    saved(live, "density = \n")
    assert (live.settings.text("density"), live.settings.text("clock"), told[1:]) == ("compact", "24", [()])
    assert "What held before still holds." in live.settings.trouble[0]
    saved(live, 'density = "cosy"\n')
    assert (live.settings.text("density"), live.settings.text("clock")) == ("cosy", "auto")
    assert not live.settings.trouble


def test_what_the_command_line_says_wins_over_the_file_for_as_long_as_it_runs(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path, {"NO_COLOR": "1"}, {"sync": Setting("sync", "classic", "--sync")})
    told = told_by(live)
    saved(live, 'sync = "sliding"\ntheme = "linen"\nclock = "12"\n')
    assert live.settings.values["sync"] == Setting("sync", "classic", "--sync")
    assert live.settings.values["theme"].source == "NO_COLOR"
    assert told == [("clock",)]


async def test_the_file_is_watched_until_nobody_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nookterm.client.live_settings._LOOK", 0.01)
    live = LiveSettings(tmp_path, {})
    new = asyncio.Event()
    live.listen(lambda _settings, _names: new.set())
    async with asyncio.timeout(10):
        watching = asyncio.create_task(live.watch())
        live.file.write_text('clock = "12"\n')
        await new.wait()
        watching.cancel()
    assert live.settings.text("clock") == "12"


def test_every_setting_says_in_plain_words_what_it_is_and_what_it_may_be() -> None:
    for name in names():
        rule = rule_of(name)
        assert rule is not None
        assert rule.label, name
        assert rule.about.endswith("."), name
        assert rule.read(rule.default) == rule.default, name
        assert set(rule.means) <= set(rule.choices) | {"auto"}, name
        assert rule.words != "a name", name
        assert name == name.lower(), name
    labels = [(rule.group, rule.label) for rule in map(rule_of, names()) if rule]
    assert len(set(labels)) == len(labels)


def test_the_system_says_how_times_are_written_where_somebody_chose_nothing() -> None:
    assert system_locale({}) == system_locale({"LANG": "C.UTF-8"}) == Locale()
    unknown = system_locale({"LANG": "de_DE.UTF-8", "LC_TIME": "en_US.nowhere"})
    assert unknown == Locale(name="en_US.nowhere")
    assert system_locale({"LC_ALL": "POSIX", "LC_TIME": "en_US.nowhere"}) == Locale()
    assert forms_of(Settings(), unknown) == Forms(twelve=True, order=Order.MDY, sunday=True)
    chosen = Settings({name: Setting(name, value) for name, value in (("clock", "24"), ("dates", "dmy"))})
    assert forms_of(chosen, unknown) == Forms(sunday=True)
    assert forms_of(Settings(), Locale()) == PLAIN
