"""What one can do about care and safety, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, within

EVERYWHERE: tuple[Fields, ...] = (
    ("app.noticed", "Being noticed", "When you are away: on, off, after how long", (), (), "/noticed", "global"),
)
MESSAGES: tuple[Fields, ...] = (
    within("timeline", "report", "Report", "Tell two facilitators what is wrong with this", "exclamation_mark"),
    within("timeline", "redirect", "Better place", "Lead its author to another nook, in private", "R"),
)
FORMS: tuple[Fields, ...] = (
    within("reporting", "send", "Report", "Yes to the question that is shown", "alt+enter"),
    within("reporting", "leave", "No", "No to the question that is shown", "escape"),
    within("leading", "send", "Begin", "Begin the private message", "alt+enter"),
    within("leading", "leave", "Not now", "Begin nothing", "escape"),
    within("noticing", "send", "Notice me", "Wish to be noticed as it stands here", "alt+enter"),
    within("noticing", "leave", "Not now", "Change nothing", "escape"),
)
CONTEXTS = {
    "reporting": "Reporting a message",
    "leading": "Leading to a better place",
    "noticing": "Being noticed",
}
