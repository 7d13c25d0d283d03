"""What one can do at the desk, as plain fields of commands: id, title, help, keys, keys of vim, slash, context."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, within

PANEL: tuple[Fields, ...] = (
    within(
        "desk",
        "approve",
        "Approve",
        "Let this person in, or accept what is proposed, after a few seconds for undo",
        "a",
    ),
    within("desk", "decline", "Decline", "Turn this person away, with words if you like", "d"),
    within("desk", "waitlist", "Wait-list", "Keep their place in line until there is room", "w"),
    within("desk", "ban", "Ban", "Turn this person away for good; asks first", "b"),
    within("desk", "claim", "Claim", "Tell the others that you are on it; again: not any more", "c"),
    within("desk", "hand_over", "Hand over", "Give this case to another facilitator", "h"),
    within("desk", "vet", "Ask", "Open an encrypted room with the applicant and ask", "v"),
    within("desk", "message", "Message", "Write to the person, in the room that was opened with them", "m"),
    within("desk", "greet", "Greet", "Open the nook with words to begin with; you change and send them", "e"),
    within("desk", "vote_for", "For", "Tell the others that you are for letting them in", "plus"),
    within("desk", "vote_against", "Against", "Tell the others that you are against it", "minus"),
    within("desk", "snooze", "Later", "Put this aside for yourself; again: bring it back", "z"),
    within("desk", "snooze_shared", "Later for all", "Put this aside for every facilitator", "Z"),
    within("desk", "settle", "Settle", "This has been looked at and is over", "s"),
    within("desk", "clean", "Clean up", "Take away what was withdrawn or is no longer wanted", "x"),
    within("desk", "fix", "Fix", "Set what has drifted back to what the charter says", "i"),
    within("desk", "door", "Door", "Close this nook's door to new requests, or open it", "D"),
    within("desk", "undo", "Undo", "Do not make the decision in the bar; stop a batch", "u"),
    within("desk", "mark", "Mark", "Mark this line for doing the same with several", "space"),
    within("desk", "mark_down", "Mark down", "Mark this line and go down", "shift+down"),
    within("desk", "mark_up", "Mark up", "Mark this line and go up", "shift+up"),
    within(
        "desk",
        "mark_all",
        "Mark all",
        "Mark everybody from this server, or everything shown; again: nothing",
        "asterisk",
    ),
    within("desk", "filter", "Filter", "Show fewer lines: mine, free, a kind, letters of a name, nook or server", "f"),
    within("desk", "compare", "Compare keys", "Compare keys with who asks", "t"),
    within("desk", "open", "Open", "Open the room that this is about", "o"),
    within("desk", "refresh", "Look again", "Read the doors anew", "ctrl+r"),
    within("desk", "back", "Back", "Back to the list, then to the conversation", "escape"),
)
ACTS: tuple[str, ...] = (
    "desk.approve", "desk.decline", "desk.waitlist", "desk.ban", "desk.claim", "desk.vet", "desk.message",
    "desk.greet", "desk.fix", "desk.settle", "desk.clean", "desk.hand_over", "desk.vote_for", "desk.vote_against",
    "desk.snooze", "desk.snooze_shared", "desk.door",
)  # fmt: skip
"""What is done about a case, in the order in which it is offered."""
ACTIONS = {id_: f"act('{id_.removeprefix('desk.')}')" for id_ in ACTS} | {
    "desk.mark_down": "mark(1)",
    "desk.mark_up": "mark(-1)",
    "desk.mark": "mark(0)",
}
"""The actions of the desk that take an argument."""
