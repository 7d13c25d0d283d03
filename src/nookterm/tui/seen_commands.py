"""What one can do about who has read what, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("seen", "Read by", "Who has told that they have read up to the chosen, or the newest message", "/seen"),
    everywhere("receipts", "Receipts", "Who hears of your reading here: /receipts public, private, off", "/receipts"),
)
MESSAGES: tuple[Fields, ...] = (
    within("timeline", "seen", "Read by", "Who has told that they have read up to this message", "s"),
)
