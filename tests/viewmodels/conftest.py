"""Shells of real accounts on a real server, each with the engine's own thread."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from nookterm.client.engine import Engine
from tests.client.people import Village
from tests.viewmodels.screens import Screens


@pytest.fixture
async def screens(people: Village) -> AsyncIterator[Screens]:
    """Opens shells."""
    engine = Engine()
    engine.start()
    opened = Screens(engine, people)
    yield opened
    for shell in tuple(opened.open):
        await opened.close(shell)
    engine.stop()
