"""What Python leaves lying is taken away while nobody would wait for that."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from nookterm.cli import screen


class Ring:
    """Something that only a search finds."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector() -> Iterator[None]:
    """Python's own search for garbage, as it was, when the test is over."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("rests", [True, False])
async def test_rings_are_taken_away_while_nothing_is_done(monkeypatch: pytest.MonkeyPatch, *, rests: bool) -> None:
    monkeypatch.setattr(screen, "_REST", 0.1)
    monkeypatch.setattr(screen, "_AT_REST", 1e9 if rests else 0.0)
    nobody: Any = None
    task = asyncio.create_task(screen.settled(nobody))
    await asyncio.sleep(0)
    assert gc.get_threshold()[0] > 8 * screen._WORTH_IT, "else Python looks by itself"
    gone = asyncio.Event()
    ring = Ring()
    told = weakref.finalize(ring, gone.set)
    del ring
    kept = [[number] for number in range(4 * screen._WORTH_IT)]
    if rests:
        async with asyncio.timeout(20):
            await gone.wait()
    else:
        await asyncio.sleep(0.5)
        assert told.alive
    assert kept
    task.cancel()
