"""A world's folder is private and its own, whatever lies in the way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nookterm.demo import folder
from nookterm.demo.errors import DemoProblem


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path))
    return tmp_path


def _close(world: folder.WorldFolder) -> None:
    os.close(world.lock)
    shutil.rmtree(world.path)


def test_a_place_that_was_open_to_others_is_closed_first(home: Path) -> None:
    (home / "demo").mkdir(mode=0o755)
    world = folder.make_temporary()
    assert world.path.parent == home / "demo"
    assert [p.stat().st_mode & 0o077 for p in (home / "demo", world.path)] == [0, 0]
    _close(world)


def test_a_place_that_leads_elsewhere_is_not_used(home: Path) -> None:
    """Who can put a link there could read what we write."""
    trap = home / "trap"
    trap.mkdir()
    (home / "demo").symlink_to(trap)
    world = folder.make_temporary()
    assert not list(trap.iterdir())
    assert world.path.stat().st_mode & 0o077 == 0
    _close(world)
    world.path.parent.rmdir()


def test_two_worlds_run_side_by_side_and_the_newest_is_found_first() -> None:
    older, newer = folder.make_temporary(), folder.make_temporary()
    os.utime(older.path, (1, 1))
    assert older.path.exists()
    assert folder.running() == newer.path
    _close(newer)
    assert folder.running() == older.path
    assert folder.running(older.path) == older.path
    _close(older)
    assert folder.running() is None


def test_a_world_remembers_what_is_noted_of_it(home: Path) -> None:
    world = folder.open_kept(home / "kept")
    folder.note(world.path, complete=True)
    os.close(world.lock)
    assert folder.describe(world.path) == {"version": folder.WORLD_VERSION, "complete": True}


def test_a_running_world_cannot_be_cleared(home: Path) -> None:
    world = folder.open_kept(home / "kept")
    with pytest.raises(DemoProblem) as caught:
        folder.clear_kept(world.path)
    assert caught.value.code == "world_in_use"
    assert folder.describe(world.path)
    os.close(world.lock)
