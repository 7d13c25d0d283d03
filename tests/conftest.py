"""What every folder of tests may ask for."""

from __future__ import annotations

import gc
import signal
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from nookterm.demo.homeserver import Homeserver
from tests import quick_ground, quick_synapse, turns
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import LiveServer

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Begun in the background of a shell: what the tests start would not hear of it either.
    signal.signal(signal.SIGINT, signal.default_int_handler)
quick_ground.use()
quick_synapse.use()
pytest.register_assert_rewrite("tests.interop.comparing", "tests.interop.neighbours")


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_make_scheduler(config: pytest.Config) -> Generator[None, Any, Any]:
    """Where workers share the files, let one of them take a folder as a whole whose tests share something dear."""
    scheduler = yield
    if config.getoption("dist") == "loadfile":
        scheduler._split_scope = lambda nodeid: turns.share(nodeid.partition("::")[0])
    return scheduler


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long where workers share the files, so that none of them ends alone with a long one."""
    if hasattr(config, "workerinput"):
        order = turns.in_turn(turns.share(item.nodeid.partition("::")[0]) for item in items)
        items.sort(key=lambda item: order[turns.share(item.nodeid.partition("::")[0])])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Collecting makes ten thousand tests and no garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: looking through it for garbage took a third of each screen's test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Look for garbage once; pytest does it five times more, through everything that is not set aside."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def homeserver() -> Iterator[LiveServer]:
    """A real Synapse that answers: starts once per session (about 5 s) when the first test asks for it."""
    with Homeserver.start() as server:
        yield LiveServer.of(server)


@pytest.fixture
async def people(homeserver: LiveServer, tmp_path: Path) -> AsyncIterator[Village]:
    """Opens accounts on the real server, with real stores below `tmp_path`."""
    village = Village(homeserver, tmp_path)
    yield village
    await village.go_home()


@pytest.fixture
async def proxy(homeserver: LiveServer) -> AsyncIterator[FaultyProxy]:
    """Stands between a gateway and the real server."""
    async with FaultyProxy.before(homeserver.base_url) as faulty:
        yield faulty
