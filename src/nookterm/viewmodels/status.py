"""The right end of the footer: who one is, whether the server answers, what is unsent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nookterm.domain.ids import localpart
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model, Notice

READ_ONLY = "read-only"
"""The phase of a client that only shows what another process, which has the account, writes."""
WHY_READ_ONLY = "another nookterm has this account"

NOT_STORED = "not stored"
"""The phase while the disk takes nothing: news wait on the server until it does."""
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
    unread: int = 0
    mentions: int = 0
    progress: str = ""
    """What goes on behind: `seeding the demo 12 of 60`."""
    toast: str = ""
    """What happened elsewhere, with the key that leads there; empty for nothing."""
    calls: int = 0
    """How often the terminal's bell is to be rung, since the beginning."""


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

    def rebuild(self, hub: Hub) -> None:
        """Count anew. Engine's thread."""
        session = hub.session
        inside = {room.room_id for room in session.rooms.joined()}
        joined = [row for row in session.store.rooms() if row.room_id in inside]
        unsent = sum(1 for row in session.store.outgoing() if row.event_id is None)
        self.show(
            replace(
                self.view,
                account=localpart(session.gateway.user_id),
                unsent=unsent,
                unread=sum(row.unread for row in joined),
                mentions=sum(row.mentions for row in joined),
            )
        )

    def connection(self, phase: str, detail: str) -> None:
        """The connection changed."""
        why = WHY_READ_ONLY if phase == READ_ONLY else detail
        self.show(replace(self.view, connection=phase, detail=why))

    def toast(self, text: str) -> None:
        """Something happened elsewhere."""
        self.show(replace(self.view, toast=safe_line(text)))

    def call(self, text: str) -> None:
        """Something new waits: say so, and ring the terminal's bell."""
        self.show(replace(self.view, toast=safe_line(text), calls=self.view.calls + 1))

    def progress(self, text: str) -> None:
        """Something goes on behind; empty when it is done."""
        self.show(replace(self.view, progress=safe_line(text)))
