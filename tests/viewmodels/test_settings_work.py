"""The settings panel over a real file: rows, changes from both sides, and the forms that every panel reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from nookterm.client.changes import Change, Changes, Happened, SettingsChanged
from nookterm.client.live_settings import LiveSettings
from nookterm.client.settings import Setting, Settings, names, rule_of
from nookterm.domain.forms import PLAIN, Forms, Order
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.settings_work import SettingsModel

ROOT = Path(__file__).parents[2]


@dataclass
class _Session:
    changes: Changes = field(default_factory=Changes)


@dataclass
class _Account:
    """As much of an open account as settings touch."""

    session: _Session = field(default_factory=_Session)
    settings: Settings = field(default_factory=Settings)
    forms: Forms = PLAIN

    async def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await work


@dataclass
class Scene:
    live: LiveSettings
    model: SettingsModel
    hub: _Account
    told: list[Change]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A person with one setting in their file, and one decided by the environment."""
    (tmp_path / "config.toml").write_text('clock = "12"\n')
    live = LiveSettings(tmp_path, {"NO_COLOR": "1"}, {"sync": Setting("sync", "classic", "--sync")})
    model, hub, told = SettingsModel(live), _Account(), list[Change]()
    hub.session.changes.listen(told.append)
    model.attach(cast("Hub", hub))
    return Scene(live, model, hub, told)


def test_there_is_a_row_for_every_setting_with_its_source(scene: Scene) -> None:
    view = scene.model.view
    assert [row.name for row in view.rows] == [*names(), "keys"]
    clock, theme, sync = (view.row(name) for name in ("clock", "theme", "sync"))
    assert clock is not None
    assert (clock.value, clock.source, clock.is_own, clock.fixed) == ("12", "config.toml:1", True, "")
    assert theme is not None
    assert theme.fixed == "NO_COLOR decides it; it cannot be changed here"
    assert sync is not None
    assert sync.fixed.startswith("--sync decides it")
    assert scene.hub.forms.twelve


@pytest.mark.parametrize(
    ("home", "shown"), [("there", "~/mine/config.toml"), ("elsewhere", "{}/there/mine/config.toml")]
)
def test_a_file_in_ones_own_folder_is_named_as_one_types_it(
    home: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / home))

    assert SettingsModel(LiveSettings(tmp_path / "there" / "mine")).view.file == shown.format(tmp_path)


async def test_a_change_is_written_holds_and_is_told_to_the_account(scene: Scene) -> None:
    assert await scene.model.put("dates", "iso")
    assert scene.hub.forms == Forms(twelve=True, order=Order.ISO)
    assert scene.hub.settings.text("dates") == "iso"
    assert scene.told == [SettingsChanged(scene.live.settings, frozenset({"dates"}))]
    assert scene.model.view.result == "Dates: iso."
    assert await scene.model.reset("clock")
    assert not scene.hub.forms.twelve


async def test_what_holds_from_the_next_start_says_so_until_then(scene: Scene) -> None:
    assert await scene.model.put("keep.days", "30")
    row = scene.model.view.row("keep.days")
    assert row is not None
    assert (row.value, row.waits, scene.model.view.result) == ("30", True, "Days: 30, from the next start.")
    assert await scene.model.reset("keep.days")
    row = scene.model.view.row("keep.days")
    assert row is not None
    assert not row.waits


async def test_what_cannot_be_is_said_and_nothing_is_written(scene: Scene) -> None:
    before = scene.live.file.read_text()
    for name, value, words in (
        ("theme", "linen", "Theme: NO_COLOR decides it"),
        ("clock", "13", "clock cannot be '13'; it is auto or 24 or 12."),
        ("heron", "1", "There is no setting heron."),
    ):
        assert not await scene.model.put(name, value)
        assert scene.model.view.problem.startswith(words)
    assert (scene.live.file.read_text(), scene.told) == (before, [])


def test_a_mistake_by_hand_is_shown_and_said_once(scene: Scene) -> None:
    for _ in range(2):
        scene.live.file.write_text('clock = "noon"\n')
        for _ in range(3):
            scene.live.look()
    trouble = "config.toml:1: clock cannot be 'noon'; it is auto or 24 or 12."
    assert scene.model.view.trouble == (trouble,)
    assert [change.text for change in scene.told if isinstance(change, Happened)] == [trouble]
    assert scene.hub.forms.twelve


async def test_without_a_file_all_is_as_it_comes_and_nothing_can_be_changed() -> None:
    model = SettingsModel()
    assert {row.source for row in model.view.rows} == {"default"}
    assert not await model.put("clock", "12")
    assert model.view.problem == "There is no file of settings here."


def test_every_panel_writes_times_and_dates_in_the_readers_form() -> None:
    """Whoever calls one of these without the form would write a date in another one than everybody else."""
    needs = {"clock": 3, "day": 2, "day_and_month": 2, "until": 4, "date_of": 4}
    without = []
    for path in sorted((ROOT / "src" / "nookterm" / "viewmodels").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        known = {name.name for node in imports if node.module == "nookterm.viewmodels.words" for name in node.names}
        for node in ast.walk(tree):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if isinstance(node, ast.Call) and called in known and len(node.args) < needs.get(called, 0):
                without.append(f"{path.name}:{node.lineno}")
    assert without == []


def test_the_guide_names_every_setting_with_what_it_may_be() -> None:
    guide = (ROOT / "docs" / "guide" / "member.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| ([^|]+?) \|", guide, re.MULTILINE))
    for name in names():
        rule = rule_of(name)
        assert rule is not None
        said = rows.get(name, "")
        assert all(f"`{choice}`" in said for choice in (rule.choices or (rule.default,))), name
