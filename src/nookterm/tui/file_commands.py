"""What one can do with files and pictures, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, within

EVERYWHERE: tuple[Fields, ...] = (
    ("app.upload", "Share a file", "Share a file or picture here: /upload and its path", (), (), "/upload", "global"),
)
MESSAGES: tuple[Fields, ...] = (
    within("timeline", "open", "Open", "The file of this message: save, open, look; else its address", "o"),
)
FORMS: tuple[Fields, ...] = (
    within("file", "save", "Save", "Keep the file where downloads lie", "s"),
    within("file", "open", "Open", "Keep it and open it in another program, after a question", "o"),
    within("file", "look", "Look", "Show the picture in the terminal", "l"),
    within("file", "leave", "Not now", "Stop what is under way; else close", "escape", "n"),
    within("file_out", "send", "Share", "Share the file as it stands here", "alt+enter"),
    within("file_out", "leave", "Not now", "Stop what is under way; else share nothing", "escape"),
    within("picture", "leave", "Back", "Back to the conversation", "escape", "q", "enter"),
)
CONTEXTS = {
    "file": "A file that came",
    "file_out": "Sharing a file",
    "picture": "Looking at a picture",
}
