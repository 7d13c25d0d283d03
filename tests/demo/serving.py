"""`nookterm demo` as a process of its own, and eyes on what it leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NOOKTERM = str(Path(sys.executable).with_name("nookterm"))
PATIENCE = 150.0


def environment(home: Path) -> dict[str, str]:
    """An environment in which worlds without `--dir` lie below `home`, and nothing of this machine's is found."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("NOOKTERM")}
    return kept | {"NOOKTERM_HOME": str(home)}


@contextlib.contextmanager
def demo(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`nookterm demo ...` in the background; killed at the end if it still runs."""
    home.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [NOOKTERM, "demo", *words],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def facts_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The one line, when it comes."""
    assert process.stdout
    assert process.stderr
    line = process.stdout.readline()
    assert line, process.stderr.read()
    facts: dict[str, Any] = json.loads(line)
    return facts


def wait_for_word(process: subprocess.Popen[str], word: str) -> None:
    """Wait for a line of progress that has `word` in it."""
    assert process.stderr
    told = []
    for line in process.stderr:
        told.append(line)
        if word in line:
            return
    raise AssertionError("".join(told))


def until(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Wait for a condition. Returns whether it came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def processes_of(path: Path) -> list[str]:
    """Processes whose command line names `path` (those of the homeserver and its warden do)."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(path) in line]
