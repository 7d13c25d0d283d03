"""Killed while its database is brought to a newer schema, an account opens again with everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.people import Village
from tests.faults.kill_points import MIGRATION_POINTS
from tests.faults.migrations import die, lived_in
from tests.faults.test_kills import FREE_SEED
from tests.faults.victim import Nursery


@pytest.mark.parametrize("point", MIGRATION_POINTS)
async def test_a_kill_in_a_migration_loses_nothing(
    people: Village, nursery: Nursery, tmp_path: Path, point: str
) -> None:
    files = await lived_in(people)
    for seed in (1, FREE_SEED):
        ended, found = die(nursery, files, tmp_path / f"copy-{seed}", point, seed)
        assert found == [], f"{point}, seed {seed}"
        assert ended.killed
