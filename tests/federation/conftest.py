"""Two homeservers that federate, once for each run of the tests, and only when one of them is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from nookterm.demo.pair import Pair, two_servers
from tests.federation.sides import Banks
from tests.federation.stage import Town


@pytest.fixture(scope="session")
def federation() -> Iterator[Pair]:
    """Two bare servers with Synapse's own limits."""
    with two_servers() as pair:
        yield pair


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(federation: Pair, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A community over both, the same for all tests here: so they share one event loop too."""
    banks = Banks.of(federation, tmp_path_factory.mktemp("banks"))
    yield await Town.begin(banks)
    await banks.go_home()
