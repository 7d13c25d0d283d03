"""What the desk's lines take to derive: 1,000 requests, in a nook with 10,000 messages of two weeks."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nookterm.client.account import unplugged
from nookterm.client.desk import Desk
from nookterm.client.errors import Offline
from nookterm.client.ports import Store
from nookterm.client.profiles import Profile
from nookterm.client.session import Session
from nookterm.domain.events import Event, Message, Trust
from nookterm.domain.ids import DeviceId, EventId
from nookterm.pictures.cleaner import PictureCleaner
from nookterm.store.opening import new_key, open_store
from tests.bench.world import BIG, ME, Filling, Size

_MESSAGES = 20_000
"""Half of them in the nook where people ask to join."""
_AGAIN, _NEWS = 30, 10
_NUMBER = count()


class _Lately(Filling):
    """The same account, with all that happened in it spread over the last thirteen days."""

    def _event(self, *args: Any, **more: Any) -> Event:
        event = super()._event(*args, **more)
        passed = min(1.0, self._number / (2 * _MESSAGES))
        return replace(event, sent_at=datetime.now(UTC) - timedelta(days=13) * (1 - passed))


def main(words: Sequence[str]) -> int:
    """Print the times for accounts of so many rooms: CPU time, since other work on the machine takes none of it."""
    for rooms in [int(word) for word in words] or [31, 1000]:
        with (
            TemporaryDirectory() as folder,
            closing(open_store(Path(folder) / "a.db", new_key(), create=True)) as store,
        ):
            _Lately(store, Size(rooms=rooms, messages=_MESSAGES, requests=1000)).run()
            print(f"{rooms} rooms: {_times(store)}")
    return 0


def _times(store: Store) -> str:
    profile = Profile("bench", "http://127.0.0.1:9", ME, DeviceId("D"), "demo")
    session = Session.open(
        unplugged(profile, Offline("No server.", "")), store, lambda: datetime.now(UTC), PictureCleaner()
    )
    session.rooms.joined()
    desk = Desk(session)
    first = _cpu(desk.known_items)
    again = statistics.median(_cpu(desk.known_items) for _ in range(_AGAIN))
    after = []
    for _ in range(_NEWS):
        _say(store, session)
        after.append(_cpu(desk.known_items))
    lines = len(desk.known_items())
    return (
        f"{lines} lines; first {first:.0f} ms, again {again:.2f} ms, after a message {statistics.median(after):.0f} ms"
    )


def _say(store: Store, session: Session) -> None:
    said = Message("text", "hello")
    event = Event(EventId(f"$news{next(_NUMBER)}"), BIG, ME, datetime.now(UTC), said, encrypted=True, trust=Trust.OWN)
    with store.transaction():
        store.add_events([event])
    session.rooms.refresh({BIG})


def _cpu(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
