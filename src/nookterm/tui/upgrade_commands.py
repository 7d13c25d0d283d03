"""What one can do about rooms that go on in new ones, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("upgraded", "Older room", "Open the room that this one goes on from", "/upgraded"),
    everywhere(
        "upgrade", "Upgrade this room", "A new room in place of this one: what comes along is said first", "/upgrade"
    ),
)
SCREEN: tuple[Fields, ...] = (
    within("onward", "go", "Go there", "Go into the new room; what you were writing comes along", "enter", "g"),
    within("onward", "ask", "Ask to join", "Ask to be let into the new room", "a"),
    within("onward", "renew", "Upgrade", "Close this room for a new one", "u"),
    within("onward", "refresh", "Look again", "Look anew", "ctrl+r"),
    within("onward", "back", "Back", "Do nothing", "escape"),
)
CONTEXTS = {"onward": "A closed room, and upgrading one"}
