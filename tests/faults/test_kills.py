"""Killed anywhere (SIGKILL), twice in a row, nookterm loses nothing, doubles nothing, and reads what it could read."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.client.people import Village
from tests.faults.kill_points import POINTS
from tests.faults.scene import Scene
from tests.faults.victim import Nursery
from tests.live_homeserver import LiveServer

FREE_SEED = int(os.environ.get("NOOKTERM_SEED") or secrets.randbelow(10**6))
"""The second seed of each point; a failure names it. `NOOKTERM_SEED=n make test` repeats it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(
    homeserver: LiveServer, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scene]:
    """One world for all deaths: what one leaves behind is there when the next one comes."""
    scene = await Scene.set(Village(homeserver, tmp_path_factory.mktemp("scene")), nursery)
    yield scene
    await scene.village.go_home()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_kill_loses_nothing_and_doubles_nothing(scene: Scene, point: str) -> None:
    case = scene.case()
    for seed in (1, FREE_SEED):
        await scene.kill(case, point, seed)
    found = await scene.findings(case)
    assert found == [], "\n".join((*found, *(name for name, _ in case.ends)))
