"""`nookterm demo` without a terminal plays the main job through, and fails where something does not come out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from nookterm.cli.demo_servers import demo_parts
from nookterm.demo import folder
from nookterm.demo.errors import DemoProblem
from nookterm.demo.homeserver import Homeserver
from nookterm.demo.play import cast, play
from nookterm.demo.world_file import load_world
from tests.demo.serving import NOOKTERM, environment

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


def test_without_a_terminal_the_main_job_is_played_and_nothing_is_left(tmp_path: Path) -> None:
    roles = cast(load_world())

    ended = subprocess.run(
        [NOOKTERM, "demo"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )

    assert ended.returncode == 0, ended
    told = ended.stdout
    for words in (*roles.answers.values(), roles.text, roles.draft, "not a word of them", "Everything worked."):
        assert words in told
    order = [
        "knocks",
        "on the desk",
        "approves",
        "joined by itself",
        "cannot read what was said before",
        "agrees",
        "the space's board",
    ]
    assert sorted(order, key=told.index) == order
    assert not (tmp_path / "demo").exists()


async def test_a_step_that_does_not_come_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path))
    told: list[str] = []
    with Homeserver.start() as server:
        parts = demo_parts(server.folder, server.as_token)

        def tell(words: str, _fields: dict[str, str] | None) -> None:
            told.append(words)
            if "approves" in words:
                server.stop()

        with pytest.raises(DemoProblem) as stopped:
            await play(load_world(), server.base_url, parts, tell)

    assert stopped.value.code == "play_failed"
    assert "the applicant is let in" in stopped.value.message
    assert "Everything worked." not in told
    assert folder.running() is None
