"""What one can do with settings and keys, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("settings", "Settings", "Look, clock, privacy, keys: what holds and why; change it", "/settings", "f2"),
    everywhere("set", "Set", "Change a setting at once: /set NAME VALUE", "/set"),
)
SCREENS: tuple[Fields, ...] = (
    within("settings", "change", "Change", "Change the chosen setting", "enter"),
    within("settings", "reset", "As it comes", "Take it out of the file: its default holds again", "ctrl+r"),
    within("settings", "back", "Back", "From what is typed to all settings; from there back", "escape"),
    within("keying", "change", "Press a key", "Give the chosen command another key: press it", "enter"),
    within("keying", "add", "One more", "Give it one more key", "ctrl+n"),
    within("keying", "reset", "As it comes", "Give it back the keys that it comes with", "ctrl+r"),
    within("keying", "back", "Back", "From what is typed to all commands; from there back", "escape"),
)
CONTEXTS = {"settings": "Settings", "keying": "Changing keys"}
