"""A signal that ends the program is heard, wherever Python happens to be when it comes."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

_LOST = """
import asyncio, os, signal
from nookterm.cli import stops

class Dropped:
    def __del__(self):
        # What is raised in here Python prints and forgets.
        os.kill(os.getpid(), signal.{name})
        for _ in range(1000):
            pass

async def work():
    dropped = Dropped()
    try:
        del dropped
        await asyncio.sleep(60)
    finally:
        print("cleaned up", flush=True)

stops.heed()
stops.run(work())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["TERM", "HUP"])
def test_a_signal_that_comes_where_nothing_can_be_raised_ends_the_work(number: signal.Signals) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LOST.format(name=number.name)], capture_output=True, text=True, timeout=30, check=False
    )

    assert (ended.returncode, ended.stdout) == (128 + number, "cleaned up\n"), ended.stderr
