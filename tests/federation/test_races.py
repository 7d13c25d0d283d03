"""What two facilitators on two servers do in the same moment ends the same for everybody, and removes nobody."""

from __future__ import annotations

import random

import pytest
import pytest_asyncio

from tests.federation.races import RACES, STAGES, Scene
from tests.federation.stage import Town

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scenes(town: Town) -> dict[str, Scene]:
    """The stage of each race."""
    return {race: scene for races in STAGES for scene in [Scene(await town.stage())] for race in races}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("race", RACES)
async def test_a_race_ends_the_same_on_both_servers(scenes: dict[str, Scene], race: str, seed: int) -> None:
    await RACES[race](scenes[race], random.Random(f"{race} {seed}"))  # noqa: S311 - dice, not secrets
    assert len(scenes[race].ends) >= 1
