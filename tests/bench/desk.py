"""The desk with a thousand people waiting: opening it, and moving in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.keys import SILENCE, bare_app, opened
from tests.bench.places import WORLDS
from tests.bench.table import Figure, Row
from tests.bench.world import Size, copy_of, home_of

_DOWN, _DESK, _OPEN = b"\x1b[B", b"\x1bd", b"\r"


def measure(rounds: int) -> list[Row]:
    """Opening the desk and moving in it, over moving in the bare app's list, in turn."""
    with TemporaryDirectory() as folder:
        return _turns(copy_of(home_of(Size(messages=20_000, requests=1000), WORLDS), Path(folder) / "desk"), rounds)


def _turns(home: Path, rounds: int) -> list[Row]:
    came: list[float] = []
    moved: list[float] = []
    floor: list[float] = []
    with bare_app("move") as bare, opened(home) as program:
        for number in range(rounds):
            came.append(1000 * program.press(_DESK, "elsewhere.example"))
            program.quiet()
            if not number:
                # They all come from one server, and share a row until it is opened; then it stays open.
                program.press(_OPEN, "Asker")
                program.quiet()
            for _ in range(10):
                moved.append(1000 * program.settle(_DOWN, SILENCE))
                floor.append(1000 * bare.settle(_DOWN, SILENCE))
            program.write(b"\x1b")
            program.quiet()
            program.write(b"\x1b")
            program.quiet()
    figure = Figure.p95(floor)
    floor_name = "moving in the bare app"
    page = "draws the page of the request and its keys too; the bare app only moves a bar"
    return [
        Row("desk with 1,000 requests: open, p95", Figure.p95(came), floor_name, figure, "ms", 1.25, note=page),
        Row("desk with 1,000 requests: move, p95", Figure.p95(moved), floor_name, figure, "ms", 1.25, note=page),
    ]
