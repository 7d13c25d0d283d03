"""The words among which a person chooses where something is set, known without any of the rules behind them."""

from __future__ import annotations

JOIN_RULES = ("invite", "knock", "restricted", "knock_restricted", "public")
"""How one gets into a room (spec: `m.room.join_rules`), from the narrowest on."""
HISTORIES = ("invited", "joined", "shared", "world_readable")
"""From when on a room can be read (spec: `m.room.history_visibility`)."""
NOOK_HISTORIES = HISTORIES[:3]
"""Those that a charter may wish: nobody outside reads a nook."""
OUTCOMES = (
    "approved", "declined", "banned", "withdrawn", "waitlisted", "blocked", "settled",
    "invited", "rescinded", "removed", "unbanned",
)  # fmt: skip
"""What a request can come to, and below what was decided about somebody who had not asked."""
SYNC_WAYS = ("auto", "sliding", "classic")
"""How news are asked for; auto: as the server offers it."""
