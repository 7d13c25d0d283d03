"""Work on the engine's thread is finished although nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from nookterm.client.engine import Engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = Engine()
    running.start()
    yield running
    running.stop()


async def test_work_runs_on_the_engines_own_thread(engine: Engine) -> None:
    async def where() -> str:
        return threading.current_thread().name

    assert await engine.call(where()) == "nookterm-engine"


async def test_an_error_comes_back_to_who_waits(engine: Engine) -> None:
    async def fail() -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        await engine.call(fail())


async def test_cancelling_the_wait_leaves_the_work(engine: Engine) -> None:
    begun, go_on, done = threading.Event(), asyncio.Event(), threading.Event()

    async def work() -> None:
        begun.set()
        await go_on.wait()
        done.set()

    waiting = asyncio.create_task(engine.call(work()))
    await asyncio.to_thread(begun.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not done.is_set()

    async def release() -> None:
        go_on.set()

    await engine.call(release())
    assert await asyncio.to_thread(done.wait, 10)


def test_stopping_ends_what_is_left_and_the_thread() -> None:
    engine = Engine()
    engine.start()
    ended = threading.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    begun = engine.submit(asyncio.sleep(0))
    begun.result(10)
    engine.submit(forever())
    engine.submit(asyncio.sleep(0)).result(10)
    engine.stop()
    assert ended.is_set()
    assert not any(thread.name == "nookterm-engine" for thread in threading.enumerate())


def test_an_engine_that_never_started_can_be_stopped() -> None:
    Engine().stop()
