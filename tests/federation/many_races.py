"""Every race many times over, for `make soak`: how each ended, and what was ever otherwise than promised."""

from __future__ import annotations

import random
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nookterm.demo.pair import two_servers
from tests.federation.races import RACES, Scene
from tests.federation.sides import Banks
from tests.federation.stage import Town

_AT_ONCE = 2
"""Times on one stage: after that its people would come to a limit, and limits are not what is raced here."""


@dataclass
class Endings:
    """What came of one race."""

    race: str
    rounds: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


async def race_many_times(rounds: int, say: Callable[[str], None]) -> list[Endings]:
    """Each race with seeds 1 to `rounds`, on two servers with Synapse's own limits."""
    found = []
    with tempfile.TemporaryDirectory(prefix="nookterm-races-") as home, two_servers() as pair:
        for race in RACES:
            endings = Endings(race)
            found.append(endings)
            banks = Banks.of(pair, Path(home) / race)
            try:
                town = await Town.begin(banks)
                for first in range(1, rounds + 1, _AT_ONCE):
                    scene = Scene(await town.stage())
                    for seed in range(first, min(first + _AT_ONCE, rounds + 1)):
                        await _once(scene, endings, seed)
            finally:
                await banks.go_home()
            say(f"{race}: {endings.rounds} times, {len(endings.findings)} findings")
    return found


async def _once(scene: Scene, endings: Endings, seed: int) -> None:
    endings.rounds += 1
    try:
        await RACES[endings.race](scene, random.Random(f"{endings.race} {seed}"))  # noqa: S311 - dice, not secrets
    except Exception:  # noqa: BLE001 - whatever it is, the rest goes on and this stands in the table
        endings.findings.append(f"seed {seed}: {traceback.format_exc()}")
    else:
        endings.ends[scene.ends[-1]] += 1


def table_of(found: list[Endings]) -> list[str]:
    """The rows for docs/reliability.md."""
    rows = ["| race of two on two servers | times | how it ended | otherwise than promised |", "|---|---|---|---|"]
    for one in found:
        ends = "; ".join(f"{end} ({times})" for end, times in one.ends.most_common())
        rows.append(f"| {one.race} | {one.rounds} | {ends} | {len(one.findings)} |")
    return rows
