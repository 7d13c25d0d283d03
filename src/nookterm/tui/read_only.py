"""What cannot be done while one only reads along, and the words that say so."""

from __future__ import annotations

from nookterm.tui import desk_commands, message_commands, sharing_commands
from nookterm.tui.commands import command
from nookterm.viewmodels.status import READ_ONLY, WHY_READ_ONLY, StatusView

_ACTING = frozenset(
    command(id_).action
    for id_ in (
        "timeline.answer", "timeline.edit", "timeline.react", *message_commands.ACTS, *sharing_commands.ACTS,
        *desk_commands.ACTS, "desk.refresh", "desk.record", "app.record",
        "directory.ask", "directory.join", "directory.refresh", "requests.withdraw", "requests.refresh",
        "requests.confirm", "requests.compare", "directory.look_up",
        "asking.ask", "founding.found", "app.charter", "app.facilitators",
        "timeline.report", "timeline.redirect", "app.noticed", "reporting.send", "leading.send", "noticing.send",
        "app.upload", "timeline.compare", "desk.compare", "app.found_space", "app.found_nook", "app.join", "app.retry",
    )
)  # fmt: skip
"""Actions that need the account, or the server that only its holder speaks to."""


def is_read_only(status: StatusView) -> bool:
    """Whether another process has the account that is shown."""
    return status.connection == READ_ONLY


def why_not(action: str, status: StatusView) -> str:
    """Why an action does nothing now; empty where it works."""
    if not is_read_only(status) or action not in _ACTING:
        return ""
    return f"Here you can only read: {WHY_READ_ONLY}. Do it there, or close that one."
