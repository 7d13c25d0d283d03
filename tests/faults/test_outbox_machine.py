"""In whatever order things are written, sent, lost, killed and given up, nothing is lost and nothing doubled."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import secrets
from collections import Counter
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from nookterm.client.changes import Changes, ConnectionChanged
from nookterm.client.errors import Problem
from nookterm.client.outbox import Outbox
from nookterm.client.ports import Gateway, Outgoing
from nookterm.domain.events import Event, Message
from nookterm.domain.ids import RoomId, TxnId
from nookterm.store.opening import new_key, open_store
from tests.faults.ledger import Killed, Ledger

ROOMS = (RoomId("!one:river.example"), RoomId("!two:river.example"))
FATES = ("ok", "lost before", "lost after", "busy", "broken", "forbidden", "killed before", "killed after")
WALKS, STEPS = 24, 120
FREE_SEED = int(os.environ.get("NOOKTERM_SEED") or secrets.randbelow(10**6) + WALKS)
"""One walk that is new each time; a failure names it, and `NOOKTERM_SEED=n make test` repeats it."""
_TEXT = "m.room.message"


class Walk:
    """The real outbox on the real store, against a server that keeps books. A seed says what happens in which order."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - to be repeated
        self.folder = folder
        self.now = datetime(2026, 5, 1, tzinfo=UTC)
        self.key = new_key()
        self.server = Ledger(lambda: self.now)
        self.store = open_store(self.folder / "store", self.key, create=True)
        self.loop = asyncio.new_event_loop()
        self.numbers = itertools.count()
        self.kept: dict[TxnId, tuple[RoomId, str]] = {}
        """What the outbox took, in this order."""
        self.aside: set[str] = set()
        """Texts that failed, or were given up, at any time: their order is nobody's promise."""
        self.given_up: set[str] = set()
        self.seen: dict[RoomId, int] = dict.fromkeys(ROOMS, 0)
        self._open()

    def _open(self) -> None:
        self.changes = Changes()
        self.outbox = Outbox(self.store, cast(Gateway, self.server), self.changes, lambda: self.now)

    def _do(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            self.loop.run_until_complete(work)
        except Problem:
            pass
        except Killed:
            self.killed()

    def _rows(self, state: str = "") -> list[Outgoing]:
        return [row for row in self.store.outgoing() if state in {"", row.state}]

    # --- what may happen ----------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One of the things that happen, the usual ones more often."""
        steps = (
            (self.write, 6), (self.flush, 6), (self.sync, 3), (self.wait, 4), (self.give_up, 1),
            (self.outbox.retry_failed, 1), (self.network_is_back, 1), (self.killed, 1),
        )  # fmt: skip
        ((step, _),) = self.chance.choices(steps, [weight for _, weight in steps])
        step()

    def write(self) -> None:
        room, text = self.chance.choice(ROOMS), f"text {next(self.numbers)}"
        content = {"msgtype": "m.text", "body": text}
        if self.chance.random() < 0.5:
            row = self.outbox.queue(room, _TEXT, content)
            self.kept[row.txn_id] = room, text
            return
        before = {row.txn_id for row in self._rows()}
        taken: list[TxnId] = []
        self.changes.listen(lambda _change: taken.extend(r.txn_id for r in self._rows() if r.txn_id not in before))
        self._foretell()
        self._do(self.outbox.send(room, _TEXT, content))
        self.kept[taken[0]] = room, text

    def flush(self) -> None:
        self._foretell()
        self._do(self.outbox.flush(now=self.chance.random() < 0.3))

    def _foretell(self) -> None:
        self.server.fates.clear()
        self.server.fates.extend(self.chance.choices(FATES, k=self.chance.randrange(5)))

    def sync(self) -> None:
        """Several steps; or only the newest event of each room comes, the others lie in a gap."""
        short = self.chance.random() < 0.5
        for _ in range(self.chance.randint(1, 4)):
            self._sync(short=short)

    def _sync(self, *, short: bool) -> None:
        limited = set()
        with self.store.transaction():
            for room in ROOMS:
                new = self.server.rooms.get(room, [])[self.seen[room] :]
                self.seen[room] += len(new)
                if short and len(new) > 1:
                    limited.add(room)
                    new = new[-1:]
                self.store.add_events(new)
                self.outbox.echoed(tuple(new))
            self.outbox.step_ended(limited)

    def give_up(self) -> None:
        rows = self._rows()
        if rows:
            row = self.chance.choice(rows)
            self.outbox.give_up(row.txn_id)
            if row.event_id is None:
                self.given_up.add(self.kept[row.txn_id][1])

    def network_is_back(self) -> None:
        self.changes.tell(ConnectionChanged("live"))

    def wait(self) -> None:
        """Also backwards: somebody sets the clock."""
        self.now += timedelta(seconds=self.chance.choice([1, 20, 61, 61, 1300, 4000, 90_000, -3600, -10_000_000]))

    def killed(self) -> None:
        self.store.close()
        self.store = open_store(self.folder / "store", self.key, create=False)
        self.server.revive()
        self._open()

    # --- what must hold -----------------------------------------------------------------------------------------------

    def nothing_is_doubled(self) -> None:
        times = Counter(_body(event) for events in self.server.rooms.values() for event in events)
        assert not [text for text, count in times.items() if count > 1]

    def each_room_is_in_order(self) -> None:
        self.aside |= {self.kept[row.txn_id][1] for row in self._rows("failed")}
        for room in ROOMS:
            written = [text for where, text in self.kept.values() if where == room]
            arrived = [_body(event) for event in self.server.rooms.get(room, [])]
            straight = [text for text in arrived if text not in self.aside | self.given_up]
            assert straight == [text for text in written if text in straight]

    def a_wait_is_never_over_a_minute(self) -> None:
        assert 0 <= (self.outbox.next_try() or 0.0) <= 60

    def look(self) -> None:
        """After each step."""
        self.nothing_is_doubled()
        self.each_room_is_in_order()
        self.a_wait_is_never_over_a_minute()

    def end_well(self) -> None:
        """The sky clears: everything arrives that was not given up or refused."""
        self.server.fates.clear()
        for _ in range(4):
            self.now += timedelta(seconds=61)
            self._do(self.outbox.flush())
        for _ in range(6):
            self._sync(short=False)
        self.look()
        assert {row.state for row in self._rows()} <= {"failed"}
        failed = {self.kept[row.txn_id][1] for row in self._rows()}
        arrived = {_body(event) for events in self.server.rooms.values() for event in events}
        assert {text for _, text in self.kept.values()} - arrived <= failed | self.given_up

    def close(self) -> None:
        self.store.close()
        self.loop.close()


def _body(event: Event) -> str:
    assert isinstance(event.payload, Message)
    return event.payload.body


@pytest.mark.parametrize(
    "seed", [*range(WALKS), FREE_SEED], ids=lambda seed: "free" if seed == FREE_SEED else str(seed)
)
def test_the_outbox_loses_nothing_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    walk = Walk(seed, tmp_path)
    try:
        for _ in range(STEPS):
            walk.step()
            walk.look()
        walk.end_well()
    except Exception as error:
        error.add_note(f"seed {seed}")
        raise
    finally:
        walk.close()
