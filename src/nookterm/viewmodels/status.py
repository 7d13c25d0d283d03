"""The right end of the footer: who one is, whether the server answers, what is unsent."""

from __future__ import annotations

from dataclasses import dataclass


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
