"""The demo at a terminal: something to read soon, the rest behind the open client, and others who join from beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nookterm.demo.making import finished
from tests.demo.serving import NOOKTERM, processes_of, until
from tests.pty.terminal import Terminal, clean_environment

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

_LONG = 150.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def window(home: Path) -> Iterator[Terminal]:
    """A terminal with `nookterm demo` in it."""
    with Terminal([NOOKTERM, "demo"], clean_environment(home, None)) as terminal:
        yield terminal


def _beside(home: Path, name: str) -> Terminal:
    return Terminal([NOOKTERM, "demo", "--as", name], clean_environment(home, None))


def test_one_reads_while_the_world_is_made_and_others_join_when_it_is(window: Terminal, home: Path) -> None:
    worlds = home / "nookterm" / "demo"
    window.wait_for("I have waited three weeks for you.", _LONG)
    window.wait_for("making the world")
    with _beside(home, "bob") as early:
        early.wait_for("still being made")
        assert early.exit_code() == 1

    # Something else may lie over the line that says how far it is: that it is gone is not yet that all is made.
    assert until(lambda: any(finished(world) for world in worlds.iterdir()), _LONG), window.text
    window.wait_without("making the world", _LONG)
    with _beside(home, "ana") as twice:
        twice.wait_for("has this account")
        assert twice.exit_code() == 7
    with _beside(home, "bob") as bob:
        bob.wait_for("● live")
        bob.wait_for("glaze-lab")

        assert processes_of(worlds)
        window.press("ctrl+q")
        assert window.exit_code() == 0
        assert until(lambda: not processes_of(worlds))
        bob.press("ctrl+q")
        assert bob.exit_code() == 0
    assert until(lambda: not worlds.exists())
    assert not list(home.rglob("account.db"))


def test_a_terminal_that_goes_away_takes_the_world_with_it(window: Terminal, home: Path) -> None:
    window.wait_for("making the world", _LONG)
    worlds = home / "nookterm" / "demo"
    assert processes_of(worlds)

    window.hang_up()

    assert until(lambda: not processes_of(worlds))
    assert until(lambda: not worlds.exists())
