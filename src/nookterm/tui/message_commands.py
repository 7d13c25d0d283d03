"""What one can do with messages beside writing them, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("threads", "Threads", "The threads of this room, with what is new in each", "/threads", "alt+l"),
    everywhere("pins", "Pinned", "The pinned messages of this room", "/pins", "alt+k"),
    everywhere("poll", "Poll", "Ask everybody: /poll, or /poll Question | answer | answer", "/poll"),
    everywhere("mention", "Mention", "The last message that names you; once more the one before", "/mention"),
    everywhere("date", "Go to a date", "/date 2026-11-01, /date yesterday, /date 7d", "/date"),
    everywhere("link", "Copy address", "Copy the address of the chosen message, or of this room", "/link"),
    everywhere("follow", "Open address", "Go where a matrix.to or matrix: address leads: /follow ADDRESS", "/follow"),
)
MESSAGES: tuple[Fields, ...] = (
    within("timeline", "original", "Original", "Go to the message that this one answers (also Enter)", "left"),
    within("timeline", "return", "Back", "Back to where you were before", "right"),
    within("timeline", "redact", "Take back", "Take a message back, after a few seconds for undo", "x"),
    within("timeline", "undo", "Undo", "It is not taken back after all", "u"),
    within("timeline", "details", "Details", "Earlier wordings with their times, who reacted, who voted", "d"),
    within("timeline", "pin", "Pin", "Pin it for everybody; a pinned one: no longer", "p"),
    within("timeline", "vote", "Vote", "Vote in a poll, or close your own (also Enter)", "V"),
    within("timeline", "mention", "Mention", "The last message before this one that names you", "m"),
    within("timeline", "menu", "Menu", "All that can be done about this message (also a right click)", "M"),
    within("timeline", "link", "Copy address", "Copy the address of this message", "L"),
)
FORMS: tuple[Fields, ...] = (
    within("polling", "send", "Begin", "Begin the poll", "alt+enter"),
    within("polling", "leave", "Not now", "Begin nothing", "escape"),
)
CONTEXTS = {"polling": "Beginning a poll"}
ACTS = (
    "timeline.redact", "timeline.pin", "timeline.vote", "app.poll", "polling.send",
)  # fmt: skip
"""Those that need the account, or the server that only its holder speaks to."""
