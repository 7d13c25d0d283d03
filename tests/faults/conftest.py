"""What the tests of faults share: people on the real server, a faulty way to it, and a process that can be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.victim import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where those come from who are killed."""
    with Nursery() as open_for_a_session:
        yield open_for_a_session
