"""Stands between nookterm and Synapse so that nothing is left behind, however nookterm ends.

Run as a script, standard library only: `warden.py keep|remove FOLDER COMMAND...`.
Its standard input is a pipe from nookterm: end of file means that nookterm is done, or dead.
Its standard output tells one word: `missing` (no Synapse here) or `ended CODE` (Synapse ended by itself).
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

GRACE = 5.0
"""Seconds that Synapse has to end by itself before it is killed."""

_PR_SET_PDEATHSIG = 1
_STDIN = 0
_REMOVE_TRIES = 20


def main(arguments: list[str]) -> int:
    """Run Synapse until the pipe from nookterm ends; then leave no process and, if asked, no file."""
    fate, folder, *command = arguments
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    try:
        _watch(Path(folder), command)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if fate == "remove":
            _remove(Path(folder))
    return 0


def _watch(folder: Path, command: list[str]) -> None:
    if importlib.util.find_spec("synapse") is None:
        _tell("missing")
        _wait_for(_STDIN)
        return
    # Synapse holds the writing end of this pipe and nobody else does: end of file means that it ended.
    alive, held = os.pipe()
    with (folder / "synapse.out").open("wb") as output:
        synapse = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            pass_fds=(held,),
            preexec_fn=_die_with_parent,  # noqa: PLW1509  (this process has one thread only)
        )
    os.close(held)
    try:
        if alive in _wait_for(_STDIN, alive):
            _tell(f"ended {synapse.wait()}")
            _wait_for(_STDIN)
    finally:
        _end(synapse)


def _die_with_parent() -> None:
    """Ask Linux to end Synapse should even the warden be killed; elsewhere there is no such wish."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_for(*pipes: int) -> list[int]:
    """Sleep until one of `pipes` ended (nobody ever writes to them)."""
    return select.select(pipes, [], [])[0]


def _tell(word: str) -> None:
    with contextlib.suppress(OSError):
        os.write(1, f"{word}\n".encode())


def _end(synapse: subprocess.Popen[bytes]) -> None:
    synapse.terminate()
    try:
        synapse.wait(GRACE)
    except subprocess.TimeoutExpired:
        synapse.kill()
        synapse.wait()


def _remove(folder: Path) -> None:
    """Remove the world, and the place of all worlds when it was the last one there.

    A client that still writes into it gets a moment to notice.
    """
    for _ in range(_REMOVE_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            with contextlib.suppress(OSError):
                folder.parent.rmdir()
            return
        time.sleep(0.1)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
