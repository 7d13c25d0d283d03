"""People and their machines for the tests at a pseudo-terminal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.live_homeserver import LiveServer
from tests.pty.people import Person, person

NewPeople = Callable[..., list[Person]]


@pytest.fixture(scope="session")
def newcomers(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> NewPeople:
    """Makes people with accounts who have not signed in yet."""

    def make(*names: str) -> list[Person]:
        folder = tmp_path_factory.mktemp("home")
        return [person(homeserver, folder, name) for name in names]

    return make


@pytest.fixture(scope="session")
def signed_in(homeserver: LiveServer, newcomers: NewPeople) -> NewPeople:
    """Makes people who have signed in, each on a machine of their own."""

    def make(*names: str) -> list[Person]:
        people = newcomers(*names)
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda somebody: somebody.sign_in(homeserver), people))

    return make
