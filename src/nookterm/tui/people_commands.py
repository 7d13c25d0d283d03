"""What one can do about people, rooms and oneself, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("members", "Members", "Who is in this room, and what you can do about each", "/members", "alt+m"),
    everywhere("invite", "Invite", "Invite somebody to this room by their Matrix id", "/invite"),
    everywhere("profile", "Your name", "What you are called, everywhere or in this room alone", "/name"),
    everywhere("room_settings", "Room settings", "Name, topic, door, history, addresses; what a space lists", "/room"),
    everywhere(
        "leave_room", "Leave", "Leave this room, or the space with its nooks: what is lost is said first", "/leave"
    ),
    everywhere("privacy", "Privacy sheet", "Who can read what here, from when on, on which servers", "/privacy"),
)
ELSEWHERE: tuple[Fields, ...] = (
    within("about", "members", "Members", "Who is in this room", "m"),
    within("about", "room_settings", "Settings", "How this room is set", "s"),
    within("about", "privacy", "Privacy sheet", "Who can read what here", "p"),
)
SCREENS: tuple[Fields, ...] = (
    within("members", "invite", "Invite", "Invite somebody by their Matrix id", "ctrl+n"),
    within("members", "refresh", "Look again", "Read the list anew", "ctrl+r"),
    within("members", "back", "Back", "From the words that are typed to the whole list; from there back", "escape"),
    within("member", "message", "Message", "Write to them in private", "m"),
    within("member", "compare", "Compare keys", "Compare keys with them", "v"),
    within("member", "ignore", "Ignore", "Show nothing of what they write; again: hear them", "g"),
    within("member", "invite", "Invite", "Invite them to another room of yours", "i"),
    within("member", "power", "Power", "Make them a facilitator, or an ordinary member", "p"),
    within("member", "remove", "Remove", "Remove them from this room", "x"),
    within("member", "ban", "Ban", "Keep them out for good; again: lift it", "b"),
    within(
        "member", "report", "Report", "Tell facilitators, or your server, what is wrong with them", "exclamation_mark"
    ),
    within("member", "name", "Your name", "What you are called everywhere", "n"),
    within("member", "picture", "Your picture", "Show another picture beside your name", "c"),
    within("member", "nick", "Your name here", "What you are called in this room alone", "k"),
    within("member", "back", "Back", "Back to the list", "escape"),
    within("room", "change", "Change", "Change this setting", "e"),
    within("room", "fix", "Set right", "Set right what has drifted", "f"),
    within("room", "remove", "Take away", "End this address, or list this room no longer", "x"),
    within("room", "move_up", "Earlier", "List this room earlier", "ctrl+up"),
    within("room", "move_down", "Later", "List this room later", "ctrl+down"),
    within("room", "refresh", "Look again", "Read the settings anew", "ctrl+r"),
    within("room", "back", "Back", "Back to the conversation", "escape"),
    within("privacy", "refresh", "Look again", "Look anew", "ctrl+r"),
    within("privacy", "back", "Back", "Back to the conversation", "escape"),
    within("leaving", "leave", "Leave", "Leave this room", "l"),
    within("leaving", "leave_all", "Leave with its nooks", "Leave this space and the rooms in it", "a"),
    within("leaving", "space", "The space", "What leaving the space would mean that lists this room", "w"),
    within("leaving", "enter", "Go in", "Take up the invite", "g"),
    within("leaving", "decline", "Decline", "Turn the invite down", "d"),
    within("leaving", "silence", "Decline and ignore", "Turn it down, and ignore who sent it", "s"),
    within("leaving", "forget", "Forget", "What was said there leaves this disk", "f"),
    within("leaving", "back", "Stay", "Do nothing", "escape"),
    within("asked", "yes", "Yes", "Do what the question names", "y"),
    within("asked", "no", "No", "Do nothing", "n", "escape"),
)
ACTIONS = {"room.move_up": "move(-1)", "room.move_down": "move(1)"}
"""Commands whose action takes an argument."""
CONTEXTS = {
    "members": "Members",
    "member": "One member",
    "room": "Room settings",
    "privacy": "Privacy sheet",
    "leaving": "Leaving, and invites",
    "asked": "When you are asked",
}
