"""`make bench`: every measurement in turn, a table on the screen, and with `--write` docs/performance.md.

A measurement that fails says why and the others go on; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import compileall
import importlib
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.places import ROOT
from tests.bench.table import Row, markdown, plain

MODULES = {
    "process": "the least that any start takes",
    "warm": "warm start, and its growth with the number of rooms",
    "cold": "cold start from an empty store, and its growth",
    "keys": "key to paint, at rest and while the account syncs",
    "timelines": "opening a room of 10,000 messages and paging in it",
    "desk": "the desk with 1,000 people waiting",
    "send": "from Enter to the echo on the screen, and to the server",
    "search": "search in 100,000 messages",
    "crypto": "decrypting, and sharing keys with 300 devices",
    "memory": "memory, and whether it grows with a day's traffic over and over",
}
"""Each has `measure(rounds) -> list[Row]`."""
ROUNDS, QUICK = 7, 3
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
"""Between these lines of the page stands what `--write` puts there."""


def main(words: Sequence[str]) -> int:
    """Run what is wanted. Returns 1 where a measurement failed."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description="Measure, as ratios taken side by side.")
    parser.add_argument("--only", metavar="NAME", nargs="+", choices=sorted(MODULES), help=", ".join(MODULES))
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK} rounds instead of {ROUNDS}: only to see that it runs"
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    args = parser.parse_args(words)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    compileall.compile_dir(ROOT / "src", quiet=1)
    compileall.compile_dir(ROOT / "tests" / "bench", quiet=1)
    begun, rows, failed = time.monotonic(), [], []
    for name in args.only or MODULES:
        found, why = _measured(name, QUICK if args.quick else ROUNDS)
        rows += found
        if why:
            failed.append((name, why))
    print(f"\n{machine()}\n\n{plain(rows)}\n\n{time.monotonic() - begun:.0f} s")
    for name, why in failed:
        print(f"\n{name} could not be measured:\n{why}", file=sys.stderr)
    if args.write:
        write(rows, args, [name for name, _ in failed])
    return 1 if failed else 0


def _measured(name: str, rounds: int) -> tuple[list[Row], str]:
    print(f"{name}: {MODULES[name]}", file=sys.stderr, flush=True)
    begun = time.monotonic()
    try:
        measure: Callable[[int], list[Row]] = importlib.import_module(f"tests.bench.{name}").measure
        rows = measure(rounds)
    except Exception:  # noqa: BLE001 - whatever it is, the other rows are worth having
        return [], traceback.format_exc()
    print(f"{plain(rows)}\n{time.monotonic() - begun:.0f} s\n", file=sys.stderr, flush=True)
    return rows, ""


def machine() -> str:
    """Where and when."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{when} · {processor()}, {os.cpu_count()} cores, load {load} · Python {platform.python_version()}"


def processor() -> str:
    """What the machine calls its processor."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def write(rows: Sequence[Row], args: argparse.Namespace, failed: Sequence[str]) -> None:
    """Put the table between the marks of the page."""
    options = " ".join([*(["--only", *args.only] if args.only else []), *(["--quick"] if args.quick else [])])
    command = 'make bench ARGS="' + f"{options} --write".strip() + '"'
    lost = f"\n\nNot measured in this run, because it failed: {', '.join(failed)}." if failed else ""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(
        f"{head}{BEGIN}\n{machine()} · `{command}`\n\n{markdown(rows)}{lost}\n{END}{tail}", encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
