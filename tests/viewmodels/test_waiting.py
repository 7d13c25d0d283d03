"""What the last row calls "not sent": what went wrong or truly waits, and nothing that is simply on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nookterm.client.ports import Outgoing, SendContent
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.viewmodels.status import waiting

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def row(seconds: float, state: str = "queued", problem: str | None = None, event_id: str | None = None) -> Outgoing:
    """Queued so many seconds ago."""
    what = SendContent("m.room.message", {"body": "hi"})
    sent = EventId(event_id) if event_id else None
    queued = NOW - timedelta(seconds=seconds)
    return Outgoing(TxnId("t"), RoomId("!r"), what, queued, state, event_id=sent, problem=problem)


@pytest.mark.parametrize(
    ("one", "live", "seeding", "offline"),
    [
        (row(0), 0, 0, 1),
        (row(4), 0, 0, 1),
        (row(60), 1, 0, 1),
        (row(0, "failed", "not allowed"), 1, 1, 1),
        (row(1, problem="no answer"), 1, 1, 1),
        (row(60, "sent", event_id="$e"), 0, 0, 0),
    ],
)
def test_only_what_went_wrong_or_waits_longer_than_a_moment_counts_as_not_sent(
    one: Outgoing, live: int, seeding: int, offline: int
) -> None:
    assert waiting([one], NOW) == live
    assert waiting([one], NOW, patient=True) == seeding
    assert waiting([one], NOW, stopped=True) == offline
