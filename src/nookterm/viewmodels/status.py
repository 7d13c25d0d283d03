"""The right end of the footer: who one is, whether the server answers, what is unsent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nookterm.domain.ids import localpart
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model


@dataclass(frozen=True, slots=True)
class StatusView:
    """What is true of the whole program."""

    account: str = ""
    connection: str = "starting"
    """starting, live, offline, signed out."""
    detail: str = ""
    """Why it is offline and when the next try is."""
    unsent: int = 0
    unread: int = 0
    mentions: int = 0
    progress: str = ""
    """What goes on behind: `seeding the demo 12 of 60`."""
    toast: str = ""
    """What happened elsewhere, with the key that leads there; empty for nothing."""


class StatusModel(Model[StatusView]):
    """Keeps the footer in step."""

    def __init__(self) -> None:
        """Starting."""
        super().__init__(StatusView())

    def rebuild(self, hub: Hub) -> None:
        """Count anew. Engine's thread."""
        session = hub.session
        joined = [session.store.room(room.room_id) for room in session.rooms.joined()]
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
        self.show(replace(self.view, connection=phase, detail=detail))

    def toast(self, text: str) -> None:
        """Something happened elsewhere."""
        self.show(replace(self.view, toast=safe_line(text)))

    def progress(self, text: str) -> None:
        """Something goes on behind; empty when it is done."""
        self.show(replace(self.view, progress=safe_line(text)))
