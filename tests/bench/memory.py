"""Memory with 1,000 rooms, and whether it grows while the same day's traffic comes over and over."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.cold import FIRST_ROOM, PEER
from tests.bench.javascript import missing_sdk, sdk_home
from tests.bench.program import Program, environment, megabytes, nookterm
from tests.bench.replay import replaying
from tests.bench.table import Figure, Row
from tests.bench.world import ME, empty_home

_ROOMS = 1000
_A_DAY = 500
"""Messages, over all rooms."""
_DAYS, _FEW_DAYS = 20, 4
_QUICK = 3


def measure(rounds: int) -> list[Row]:
    """One long run of each: memory is not a matter of luck."""
    missing = missing_sdk()
    days = _DAYS if rounds > _QUICK else _FEW_DAYS
    with TemporaryDirectory() as folder, replaying(_ROOMS) as server:
        with Program(*nookterm(empty_home(Path(folder) / "home", server.url))) as program:
            program.until(FIRST_ROOM)
            program.idle(120)
            idle = program.megabytes
            after: list[float] = []
            for _ in range(days):
                server.tell(f"day {_A_DAY}")
                program.rest(0.5)
                program.idle(120)
                after.append(program.megabytes)
        theirs = None if missing else _sdk(server.url)
    return [
        Row("memory with 1,000 rooms, synced and idle", _one(idle), "matrix-js-sdk headless, the same rooms", theirs,
            "MB", 0.6, note=missing or "ours has a screen and a store; the SDK keeps all in memory, without crypto"),
        Row("memory over weechat-matrix", None, "weechat-matrix", None, "MB", 0.9, note="not installed here"),
        Row(f"memory after {days} days of {_A_DAY} messages", _one(after[-1]), "after the first day",
            _one(after[0]), "MB", 1.05),
    ]  # fmt: skip


def _one(value: float) -> Figure:
    return Figure(value, value, value, 1)


def _sdk(url: str) -> Figure:
    words = ["node", str(PEER), url, ME, "stay"]
    with subprocess.Popen(words, cwd=sdk_home(), env=environment(), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        taken = megabytes(process.pid)
        process.kill()
    return _one(taken)
