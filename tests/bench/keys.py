"""Key to paint: writing with 1,000 rooms and 10,000 messages in the open one, at rest and while the account syncs."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.bare_app import READY
from tests.bench.letters import LETTERS, typed
from tests.bench.program import Program, environment, nookterm
from tests.bench.replay import Replay, replaying
from tests.bench.table import Figure, Row
from tests.bench.world import MARK, Size, home_at

ROOMS, MESSAGES = 1000, 10_000
SILENCE = 0.1
"""Seconds without a byte after which a paint counts as whole."""
_EACH = 25
_STALL = 100.0
"""Milliseconds that nobody should wait for a key."""


def measure(rounds: int) -> list[Row]:
    """Letters in the composer, in turn with the bare app; then the same while rooms change ten times a second."""
    with TemporaryDirectory() as folder, replaying(ROOMS) as server:
        return _writing(home_at(Size(), Path(folder) / "writing", server.url), server, rounds)


def bare_app(where: str) -> Program:
    """Three bare panels with as much in them; the keyboard is where one writes, or in the list."""
    words = [sys.executable, "-m", "tests.bench.bare_app", str(ROOMS), str(MESSAGES), where]
    program = Program(words, environment())
    program.until(READY)
    program.quiet()
    return program


def opened(home: Path) -> Program:
    """The client, when it has come to rest."""
    program = Program(*nookterm(home))
    program.until(MARK)
    program.idle()
    return program


def _writing(home: Path, server: Replay, rounds: int) -> list[Row]:
    bare: list[float] = []
    ours: list[float] = []
    busy: list[float] = []
    with bare_app("write") as floor, opened(home) as program:
        for _ in range(max(2, rounds // 2)):
            bare += typed(floor, LETTERS[:_EACH])
            ours += typed(program, LETTERS[:_EACH])
            server.tell("busy")
            program.rest(0.5)
            busy += typed(program, LETTERS[_EACH : 2 * _EACH])
            server.tell("calm")
            program.rest(0.5)
            for each in (floor, program):
                each.write(b"\x7f" * 2 * _EACH)
                each.quiet()
    floor_figure = Figure.p95(bare)
    return [
        _pressed("key to paint, p95, 1,000 rooms and 10,000 messages: writing", ours, floor_figure),
        _pressed("the same while the account syncs, 30 messages a second", busy, floor_figure),
    ]


def _pressed(what: str, ours: list[float], floor: Figure) -> Row:
    stalls = sum(1 for taken in ours if taken > _STALL)
    return Row(what, Figure.p95(ours), "bare Textual app of three panels", floor, "ms", 1.25,
               note=f"{stalls} of {len(ours)} keys took over {_STALL:.0f} ms")  # fmt: skip
