"""What every folder of tests may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nookterm.demo.homeserver import Homeserver
from tests.live_homeserver import LiveServer


@pytest.fixture(scope="session")
def homeserver() -> Iterator[LiveServer]:
    """A real Synapse that answers: starts once per session (about 5 s) when the first test asks for it."""
    with Homeserver.start() as server:
        yield LiveServer.of(server)
