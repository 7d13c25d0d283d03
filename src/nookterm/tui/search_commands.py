"""What one can do about finding messages, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("search", "Search", "Find messages in all rooms, on this disk: /search WORDS", "/search", "alt+s"),
    everywhere("mentions", "Mentions", "Every message that names you, newest first", "/mentions"),
    everywhere("unread", "Unread", "Every room with something new", "/unread"),
)
MESSAGES: tuple[Fields, ...] = (within("timeline", "search", "Search here", "Find messages in this room", "slash"),)
SCREEN: tuple[Fields, ...] = (
    within("search", "complete", "Complete", "Take the first suggestion", "tab"),
    within("search", "older", "Older", "Find older ones, too", "ctrl+o"),
    within("search", "server", "Ask the server", "Have the server look in rooms that are not encrypted", "ctrl+s"),
    within("search", "back", "Back", "From what is typed to nothing; from there back", "escape"),
)
CONTEXTS = {"search": "Searching"}
