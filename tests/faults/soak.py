"""`make soak`: every kill point and every race with many seeds, a storm of minutes; prints what came of it.

A part: `make soak ARGS="--minutes 2 --seeds 4"`. One point: `make soak ARGS="--point 'send: noted' --minutes 0"`.
The races alone: `make soak ARGS="--seeds 0 --minutes 0"`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nookterm.demo.homeserver import Homeserver
from tests.client.people import Village
from tests.faults.kill_points import MIGRATION_POINTS, POINTS
from tests.faults.migrations import die, lived_in
from tests.faults.scene import Scene
from tests.faults.storm import Outcome, run_storm
from tests.faults.victim import ROOT, Nursery
from tests.federation.many_races import Endings, race_many_times, table_of
from tests.live_homeserver import LiveServer

PAGE = ROOT / "docs" / "reliability.md"
_SOAK, _RACES = "soak", "races"
"""The parts of the page that are written here, between marks of these names."""
_WRONG = "lost, doubled, disordered, unreadable"
_IN_A_ROW = 2
"""Deaths before it is looked at what they left behind."""


@dataclass
class Deaths:
    """What came of one kill point."""

    point: str
    killed: int = 0
    findings: list[str] = field(default_factory=list)


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", flush=True)  # noqa: T201 - that is what it is for


async def _die(scene: Scene, point: str, seeds: range) -> Deaths:
    deaths = Deaths(point)
    for first in range(seeds.start, seeds.stop, _IN_A_ROW):
        some = range(first, min(first + _IN_A_ROW, seeds.stop))
        try:
            case = scene.case()
            for seed in some:
                await scene.kill(case, point, seed)
            found = await scene.findings(case)
            deaths.killed += sum(ended.killed for _, ended in case.ends[: len(some)])
        except Exception:  # noqa: BLE001 - whatever it is, the rest goes on and this stands in the table
            found = [traceback.format_exc()]
        if found:
            deaths.findings += [f"seeds {some.start} to {some.stop - 1}: {what}" for what in found]
            _say(f"FAILED {point}: {deaths.findings[-1]}")
            return deaths
    return deaths


async def kill_everywhere(points: list[str], seeds: int) -> list[Deaths]:
    """Each point with seeds 1 to `seeds`, in a world of its own."""
    found = []
    home = Path(tempfile.mkdtemp(prefix="nookterm-soak-"))
    try:
        with await asyncio.to_thread(Homeserver.start) as server, Nursery() as nursery:
            for number, point in enumerate(point for point in points if point in POINTS):
                scene = await Scene.set(Village(LiveServer.of(server), home / str(number)), nursery)
                found.append(await _die(scene, point, range(1, seeds + 1)))
                await scene.village.go_home()
                _say(f"{point}: killed {found[-1].killed}, {len(found[-1].findings)} findings")
            files = await lived_in(Village(LiveServer.of(server), home / "migrations"))
            for point in (point for point in points if point in MIGRATION_POINTS):
                deaths = Deaths(point)
                for seed in range(1, seeds + 1):
                    ended, wrong = die(nursery, files, home / f"{len(found)}-{seed}", point, seed)
                    deaths.killed += ended.killed
                    deaths.findings += [f"seed {seed}: {what}" for what in wrong]
                found.append(deaths)
                _say(f"{point}: killed {deaths.killed}, {len(deaths.findings)} findings")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return found


def _table(deaths: list[Deaths], storm: Outcome | None, args: argparse.Namespace, took: float) -> str:
    lines = [f"{_when(args)}, {os.cpu_count()} cores, {took / 60:.0f} minutes.", ""]
    if deaths:
        total = sum(one.killed for one in deaths), sum(len(one.findings) for one in deaths)
        lines += [
            f"| SIGKILL at (seeds 1 to {args.seeds}, {_IN_A_ROW} deaths in a row) | deaths | {_WRONG} |",
            "|---|---|---|",
            *(f"| {one.point} | {one.killed} | {len(one.findings)} |" for one in deaths),
            f"| **all {len(deaths)} points** | **{total[0]}** | **{total[1]}** |",
            "",
        ]
    if storm:
        faults = ", ".join(f"{name} {times}" for name, times in storm.faults.most_common())
        falls = f"{storm.kills}, {storm.outages}, {storm.server_kills}"
        lines += [
            f"| storm of {args.minutes:g} minutes, two clients, seed {args.storm_seed} | |",
            "|---|---|",
            f"| messages that an outbox took | {storm.sent} |",
            f"| requests, of which went wrong | {storm.requests}, {storm.faults.total()} ({faults}) |",
            f"| clients killed, times without network, server killed | {falls} |",
            f"| messages begun in the moment of a kill: these may be there or not | {storm.unsure} |",
            f"| {_WRONG} | {len(storm.findings)} |",
            "",
        ]
    found = [f"{one.point}, {what}" for one in deaths for what in one.findings] + (storm.findings if storm else [])
    lines += [f"- {what.strip().splitlines()[-1][:300]}" for what in found]
    return "\n".join(lines).rstrip() + "\n"


def _race_table(found: list[Endings], args: argparse.Namespace, took: float) -> str:
    lines = [f"{_when(args)}, {os.cpu_count()} cores, {took / 60:.0f} minutes.", "", *table_of(found), ""]
    lines += [f"- {one.race}, {what.strip().splitlines()[-1][:300]}" for one in found for what in one.findings]
    return "\n".join(lines).rstrip() + "\n"


def _when(args: argparse.Namespace) -> str:
    commit = subprocess.run(["git", "log", "-1", "--format=%h"], cwd=ROOT, capture_output=True, text=True, check=False)
    words = f' ARGS="{" ".join(args.words)}"' if args.words else ""
    return f"Run of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on top of {commit.stdout.strip()}: `make soak{words}`"


def _write_down(part: str, table: str) -> None:
    begin, end = f"<!-- {part}: begin -->\n", f"<!-- {part}: end -->\n"
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    PAGE.write_text(f"{head}{begin}{table}{end}{tail}", encoding="utf-8")


def main() -> int:
    """Run what the words say. Returns 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="for each kill point; 0 leaves them out")
    parser.add_argument("--point", action="append", help="only kill points with this in their name; again for more")
    parser.add_argument("--minutes", type=float, default=10.0, help="of storm; 0 leaves it out")
    parser.add_argument("--storm-seed", type=int, default=1, help="of the storm's dice")
    parser.add_argument("--races", type=int, default=20, help="times for each race on two servers; 0 leaves them out")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    args = parser.parse_args()
    args.words = [word for word in sys.argv[1:] if word != "--write"]
    began = time.monotonic()
    chosen = args.point or [""]
    points = [point for point in (*POINTS, *MIGRATION_POINTS) if any(some in point for some in chosen)]
    points = points if args.seeds else []
    deaths = asyncio.run(kill_everywhere(points, args.seeds)) if points else []
    raced_from = time.monotonic()
    races = asyncio.run(race_many_times(args.races, _say)) if args.races else []
    raced = time.monotonic() - raced_from
    storm = asyncio.run(run_storm(args.minutes * 60, args.storm_seed, _say)) if args.minutes else None
    parts = {}
    if deaths or storm:
        parts[_SOAK] = _table(deaths, storm, args, time.monotonic() - began - raced)
    if races:
        parts[_RACES] = _race_table(races, args, raced)
    for part, table in parts.items():
        print(table)  # noqa: T201
        if args.write:
            _write_down(part, table)
    found = [one.findings for one in deaths] + [one.findings for one in races] + ([storm.findings] if storm else [])
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main())
