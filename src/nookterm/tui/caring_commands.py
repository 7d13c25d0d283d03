"""What one can do about care and safety, as plain fields of commands (see `trust_commands`)."""

from __future__ import annotations

from nookterm.tui.trust_commands import Fields


def _in(context: str, word: str, title: str, help_: str, *keys: str) -> Fields:
    return (f"{context}.{word}", title, help_, keys, (), "", context)


EVERYWHERE: tuple[Fields, ...] = (
    ("app.noticed", "Being noticed", "When you are away: on, off, after how long", (), (), "/noticed", "global"),
)
MESSAGES: tuple[Fields, ...] = (
    _in("timeline", "report", "Report", "Tell two facilitators what is wrong with this", "exclamation_mark"),
    _in("timeline", "redirect", "Better place", "Lead its author to another nook, in private", "R"),
)
FORMS: tuple[Fields, ...] = (
    _in("reporting", "send", "Report", "Yes to the question that is shown", "alt+enter"),
    _in("reporting", "leave", "No", "No to the question that is shown", "escape"),
    _in("leading", "send", "Begin", "Begin the private message", "alt+enter"),
    _in("leading", "leave", "Not now", "Begin nothing", "escape"),
    _in("noticing", "send", "Notice me", "Wish to be noticed as it stands here", "alt+enter"),
    _in("noticing", "leave", "Not now", "Change nothing", "escape"),
)
CONTEXTS = {
    "reporting": "Reporting a message",
    "leading": "Leading to a better place",
    "noticing": "Being noticed",
}
