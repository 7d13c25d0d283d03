"""How long a start takes that only answers a question, over the start of a bare Python: `make bench`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

ROUNDS = 15
FLOOR = "python -c pass"
MEASURED: dict[str, Sequence[str]] = {
    FLOOR: (sys.executable, "-c", "pass"),
    "nookterm --version": (sys.executable, "-m", "nookterm", "--version"),
    "nookterm --help": (sys.executable, "-m", "nookterm", "--help"),
}


def milliseconds(command: Sequence[str]) -> float:
    """The wall time of one process, from its start to its end."""
    begun = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begun) * 1000


def measure() -> dict[str, list[float]]:
    """All times of every command, the commands taking turns so that a busy moment meets each alike."""
    for command in MEASURED.values():
        milliseconds(command)
    taken: dict[str, list[float]] = {name: [] for name in MEASURED}
    for _ in range(ROUNDS):
        for name, command in MEASURED.items():
            taken[name].append(milliseconds(command))
    return taken


def main() -> None:
    """Print the table."""
    taken = measure()
    floor = statistics.median(taken[FLOOR])
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, median of {ROUNDS} rounds taken in turn")
    print(f"{'process':<22}{'ms':>8}{'fastest':>9}{'slowest':>9}{'ratio':>8}")
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"{name:<22}{median:8.1f}{min(times):9.1f}{max(times):9.1f}{median / floor:7.2f}x")
    print("Not measured yet: the first picture on the screen.")


if __name__ == "__main__":
    main()
