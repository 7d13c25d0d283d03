"""When views are made anew: all of them, the open room's, or the counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from nookterm.client.changes import OutboxChanged, RoomsChanged
from nookterm.domain.ids import RoomId
from nookterm.viewmodels import redrawing
from nookterm.viewmodels.redrawing import Redrawing

HERE = frozenset({RoomId("!here:river.example")})


class Views:
    """Counts what was made anew. Making all of them takes `takes` seconds."""

    def __init__(self, takes: float) -> None:
        self.made: list[str] = []
        self.at: list[float] = []
        self._takes = takes
        self._news = asyncio.Event()
        self.redrawing = Redrawing(self._all, lambda: self._note("talk"), lambda: self._note("counts"))

    def _note(self, what: str) -> None:
        self.made.append(what)
        self.at.append(time.monotonic())
        self._news.set()

    async def _all(self) -> None:
        await asyncio.sleep(self._takes)
        self._note("all")

    async def until(self, count: int) -> None:
        """Wait until so much was made."""
        async with asyncio.timeout(10):
            while len(self.made) < count:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def going(takes: float) -> AsyncIterator[Views]:
    """Views that are kept in step, after all of them were made once."""
    views = Views(takes)
    task = asyncio.create_task(views.redrawing.run())
    views.redrawing.again()
    await views.until(1)
    yield views
    task.cancel()


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Much came before."""
    monkeypatch.setattr(redrawing, "_BURST", 0.0)


async def test_what_comes_now_and_then_is_shown_soon() -> None:
    async with going(0.1) as views:
        views.redrawing.heed(RoomsChanged(HERE), by_itself=True)
        await views.until(2)
    assert 5 * 0.1 < views.at[1] - views.at[0] < 20 * 0.1


@pytest.mark.usefixtures("spent")
async def test_what_comes_without_end_waits_its_turn_and_the_open_room_does_not() -> None:
    async with going(0.02) as views:
        views.redrawing.heed(RoomsChanged(HERE), by_itself=True)
        views.redrawing.here()
        await views.until(3)
    assert views.made == ["all", "talk", "all"]
    assert views.at[2] - views.at[0] > 20 * 0.02


@pytest.mark.usefixtures("spent")
async def test_what_somebody_did_is_shown_without_waiting_for_that() -> None:
    async with going(0.2) as views:
        views.redrawing.heed(OutboxChanged(HERE), by_itself=False)
        await views.until(3)
    # The open room's views come first: the rest takes longer.
    assert views.made == ["all", "talk", "all"]
    assert views.at[2] - views.at[0] < 2, "else it would have been more than three seconds"


@pytest.mark.usefixtures("spent")
async def test_when_something_was_read_only_the_counts_are_others() -> None:
    async with going(0.2) as views:
        views.redrawing.heed(RoomsChanged(HERE, by_reading=True), by_itself=False)
        await views.until(3)
        assert views.made == ["all", "talk", "counts"]
        assert views.at[2] - views.at[0] < 2
