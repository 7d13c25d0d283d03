"""The least that any start takes: a bare Python, and nookterm answering a question without a screen."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.bench.program import environment
from tests.bench.table import Figure, Row

FLOOR = (sys.executable, "-c", "pass")
ASKED = {
    "nookterm --version": (sys.executable, "-m", "nookterm", "--version"),
    "nookterm --help": (sys.executable, "-m", "nookterm", "--help"),
}


def measure(rounds: int) -> list[Row]:
    """Processes that take turns, so that a busy moment meets each alike."""
    commands = {"floor": FLOOR, **ASKED}
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
            if turn:
                taken[name].append(1000 * (time.perf_counter() - begun))
    floor = Figure.median(taken["floor"])
    return [Row(name, Figure.median(taken[name]), "python -c pass", floor, "ms") for name in ASKED]
