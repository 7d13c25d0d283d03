"""What one can do about the list of rooms and each room in it, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("sort", "Sort rooms", "By place, activity, unread or name: /sort NAME, or the next", "/sort"),
    everywhere(
        "filter", "Filter rooms", "Letters of a name, or unread, mentions, favourites, people, nooks", "/filter"
    ),
    everywhere("room_menu", "Room menu", "Notifications, favourite, marks and more of this room", "/roommenu"),
    everywhere("level", "Notifications", "What of this room calls you: /level all, mentions or mute", "/level"),
    everywhere(
        "favourite", "Favourite", "This room on top of the list, or not any more: on, off, up, down", "/favourite"
    ),
    everywhere("low", "Low priority", "This room at the end of the list, or not any more: on, off", "/low"),
    everywhere("mark_read", "Mark as read", "Everything in this room is read; cannot be undone", "/markread"),
    everywhere("mark_unread", "Mark as unread", "Until it is opened again, in all your clients", "/markunread"),
    everywhere("all_read", "All rooms read", "Says how many first; cannot be undone", "/allread"),
)
PANEL: tuple[Fields, ...] = (
    within("tree", "filter", "Filter", "Only rooms with these letters in their name; Esc shows all", "slash"),
    within("tree", "which", "Show", "Only what is unread, then mentions, favourites, people, nooks, all", "f"),
    within("tree", "sort", "Sort", "By place, activity, unread, name", "s"),
    within("tree", "menu", "Room menu", "All that can be done about this room (also a right click)", "m"),
    within("tree", "level", "Notifications", "Everything calls, then only mentions, then nothing", "n"),
    within("tree", "favourite", "Favourite", "On top of the list, or not any more", "asterisk"),
    within("tree", "up", "Move up", "A favourite: before the one above it", "ctrl+up"),
    within("tree", "down", "Move down", "A favourite: behind the one below it", "ctrl+down"),
    within("tree", "low", "Low priority", "At the end of the list, or not any more", "minus"),
    within("tree", "read", "Mark as read", "Everything in it is read; cannot be undone", "r"),
    within("tree", "unread", "Mark as unread", "Until it is opened again", "u"),
    within("tree", "all_read", "All rooms read", "Says how many first; cannot be undone", "R"),
    within("tree", "fold", "Fold", "Hide what is under this heading, or show it (on a heading also Enter)", "left"),
    within("tree", "all", "Show all", "End the filter", "escape"),
)
MENU: tuple[Fields, ...] = (
    within("room_menu", "level", "Notifications", "The next level", "n"),
    within("room_menu", "favourite", "Favourite", "On top of the list, or not any more", "asterisk"),
    within("room_menu", "up", "Move up", "A favourite: before the one above it", "ctrl+up"),
    within("room_menu", "down", "Move down", "A favourite: behind the one below it", "ctrl+down"),
    within("room_menu", "low", "Low priority", "At the end of the list, or not any more", "minus"),
    within("room_menu", "read", "Mark as read", "Everything in it is read; cannot be undone", "r"),
    within("room_menu", "unread", "Mark as unread", "Until it is opened again", "u"),
    within("room_menu", "settings", "Room settings", "How this room is set", "s"),
    within("room_menu", "address", "Copy address", "The address of this room", "L"),
    within("room_menu", "leave_room", "Leave", "What is lost is said first", "x"),
    within("room_menu", "close", "Close", "Back to the rooms", "escape"),
)
_WISHES = ("menu", "level", "favourite", "up", "down", "low", "read", "unread")
CONTEXTS = {"tree": "Rooms", "room_menu": "One room"}
ACTIONS = {
    "tree.filter": "narrow('letters')",
    "tree.which": "narrow('next')",
    "tree.sort": "app.sort",
    "tree.all_read": "app.all_read",
    **{f"tree.{word}": f"wish('{word}')" for word in _WISHES},
    **{
        f"room_menu.{word}": f"do('{word}')"
        for word in ("level", "favourite", "up", "down", "low", "read", "unread", "settings", "address", "leave_room")
    },
}
"""Commands whose action takes an argument, or is the program's."""
