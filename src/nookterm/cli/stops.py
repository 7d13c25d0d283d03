"""Signals that end the program: through every `finally`, and never lost."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from types import FrameType
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
_STOPS = (signal.SIGTERM, signal.SIGHUP)


def heed() -> None:
    """Let them end this process as Ctrl-C does, with 128 and their number. What is ignored stays so.

    Who started us with nohup wants us to outlive the terminal.
    """
    for number in _STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a loop of its own; a signal of which `heed` was told cancels it there, between two steps.

    What a handler raises in the middle of an import or of a finaliser is printed by Python and forgotten, and the work
    would go on. Raises SystemExit behind its cleaning up.
    """
    return asyncio.run(_until_told(work))


async def _until_told(work: Coroutine[Any, Any, T]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    heeded = [number for number in _STOPS if signal.getsignal(number) is _stop]
    told: list[int] = []

    def stop(number: int) -> None:
        told.append(number)
        task.cancel()

    for number in heeded:
        loop.add_signal_handler(number, stop, number)
    try:
        result = await task
    except asyncio.CancelledError:
        if not told:
            raise
    else:
        if not told:
            return result
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
            signal.signal(number, _stop)
    sys.exit(128 + told[0])


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
