"""The right end of the footer: who one is, whether the server answers, what is unsent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from nookterm.client.changes import Called, Change, Happened
from nookterm.client.ports.disk import Outgoing
from nookterm.client.rooms import replaced_rooms
from nookterm.domain.ids import localpart
from nookterm.domain.levels import counted
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model, Notice

READ_ONLY = "read-only"
"""The phase of a client that only shows what another process, which has the account, writes."""
WHY_READ_ONLY = "another nookterm has this account"

NOT_STORED = "not stored"
"""The phase while the disk takes nothing: news wait on the server until it does."""
_MOMENT = timedelta(seconds=5)
"""For so long a message is on its way; what takes longer waits."""
SIGNED_OUT = "signed out"
"""The phase after the server has ended the session: what is here can be read, and one can sign in again."""


@dataclass(frozen=True, slots=True)
class StatusView:
    """What is true of the whole program."""

    account: str = ""
    connection: str = "starting"
    """starting, live, offline, signed out, not stored, read-only."""
    detail: str = ""
    """Why it is offline and when the next try is; why it is read-only."""
    unsent: int = 0
    """What failed, or waits for longer than a moment; what is simply on its way is not among it."""
    unread: int = 0
    mentions: int = 0
    progress: str = ""
    """What goes on behind: `seeding the demo 12 of 60`."""
    toast: str = ""
    """What happened elsewhere, with the key that leads there; empty for nothing."""
    calls: int = 0
    """How often the person was to be called at the terminal, since the beginning."""
    aloud: str = ""
    """The last call in words that the terminal may show where it can; empty: it only rings."""
    accounts: int = 1
    """How many accounts are open side by side."""
    elsewhere: int = 0
    """What calls in the other accounts."""
    user: str = ""
    """Whose account this is; empty where there is only one."""


def away(status: StatusView) -> Notice | None:
    """What to say above a conversation while the server does not take part in it."""
    if status.connection == SIGNED_OUT:
        steps = ("Everything here stays, can be read, and what you write waits.", "/signin signs in again.")
        return Notice("The server has ended this session.", steps)
    if status.connection == NOT_STORED:
        return Notice("Nothing new can be stored.", (status.detail, "What is here stays. It goes on by itself."))
    if status.connection == "offline":
        steps = (status.detail, "What you write is kept and goes out by itself.")
        return Notice("The server cannot be reached.", tuple(filter(None, steps)))
    return None


class StatusModel(Model[StatusView]):
    """Keeps the footer in step."""

    def __init__(self) -> None:
        """Starting."""
        super().__init__(StatusView())
        self.again: Callable[[], None] = lambda: None
        """Asks for the views to be made anew."""
        self._later: asyncio.TimerHandle | None = None

    def rebuild(self, hub: Hub) -> None:
        """Count anew. Engine's thread."""
        session = hub.session
        inside = {room.room_id for room in session.rooms.joined()} - replaced_rooms(session.rooms).keys()
        joined = [
            counted(session.levels.of(row.room_id), row.unread, row.mentions)
            for row in session.store.rooms()
            if row.room_id in inside and (row.unread or row.mentions)
        ]
        rows, now = session.store.outgoing(), session.clock()
        stopped = self.view.connection not in {"live", "starting"}
        unsent = waiting(rows, now, patient=bool(self.view.progress), stopped=stopped)
        self._look_again(_youngest(rows, now))
        self.show(
            replace(
                self.view,
                account=localpart(session.gateway.user_id),
                unsent=unsent,
                unread=sum(row.unread for row in joined),
                mentions=sum(row.mentions for row in joined),
            )
        )

    def _look_again(self, after: float | None) -> None:
        """Nothing else may happen until what is on its way has become something that waits."""
        if self._later:
            self._later.cancel()
        self._later = None if after is None else asyncio.get_running_loop().call_later(after, self.again)

    def connection(self, phase: str, detail: str) -> None:
        """The connection changed."""
        why = WHY_READ_ONLY if phase == READ_ONLY else detail
        self.show(replace(self.view, connection=phase, detail=why))

    def beside(self, accounts: int, elsewhere: int, user: str) -> None:
        """How many accounts there are, what waits in the others, and whose this one is. Engine's thread."""
        shown = user if accounts > 1 else ""
        self.show(replace(self.view, accounts=accounts, elsewhere=elsewhere, user=shown))

    def heed(self, change: Change) -> None:
        """Say what a person may want to know wherever they are."""
        if isinstance(change, Happened):
            self.toast(change.text)
        elif isinstance(change, Called):
            self.call(change.text, change.aloud)

    def toast(self, text: str) -> None:
        """Something happened elsewhere."""
        self.show(replace(self.view, toast=safe_line(text)))

    def call(self, text: str, aloud: str = "") -> None:
        """Something new waits: say so here, and ring the terminal's bell or have it show a note."""
        calls = self.view.calls + 1
        self.show(replace(self.view, toast=safe_line(text), calls=calls, aloud=safe_line(aloud, longest=300)))

    def progress(self, text: str) -> None:
        """Something goes on behind; empty when it is done."""
        self.show(replace(self.view, progress=safe_line(text)))


def waiting(rows: Iterable[Outgoing], now: datetime, *, patient: bool = False, stopped: bool = False) -> int:
    """How much of the outbox a person should know of: what went wrong, or waits for longer than a moment.

    While much is sent in a row (`patient`) nothing counts that only waits; while nothing goes out (`stopped`) all does.
    """
    moment = timedelta(0) if stopped else timedelta.max if patient else _MOMENT
    unsent = (row for row in rows if row.event_id is None)
    return sum(1 for row in unsent if _went_wrong(row) or now - row.queued_at >= moment)


def _went_wrong(row: Outgoing) -> bool:
    return row.state == "failed" or bool(row.problem)


def _youngest(rows: Iterable[Outgoing], now: datetime) -> float | None:
    """Seconds until something that is on its way now has waited for longer than a moment."""
    left = (row.queued_at + _MOMENT - now for row in rows if row.event_id is None and not _went_wrong(row))
    soon = [seconds for one in left if (seconds := one.total_seconds()) > 0]
    return min(soon) + 0.1 if soon else None
