"""What one can do about a nook's charter and facilitators, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, within

EVERYWHERE: tuple[Fields, ...] = (
    (
        "app.charter",
        "Charter",
        "What this nook is for, what it asks, how many it holds: read it, or write it",
        (),
        (),
        "/charter",
        "global",
    ),
    (
        "app.facilitators",
        "Facilitators",
        "Make somebody a facilitator of this nook, or let them step back",
        (),
        (),
        "/facilitators",
        "global",
    ),
)
ELSEWHERE: tuple[Fields, ...] = (
    within("about", "charter", "Charter", "What this nook is for: read it, or write it", "c"),
    within("about", "facilitators", "Facilitators", "Who decides here; make somebody one", "f"),
)
FORMS: tuple[Fields, ...] = (
    within("charter", "go_on", "Go on", "The next page; on the last one: write it", "alt+enter"),
    within("charter", "next_page", "Next page", "The next page of the form", "alt+right"),
    within("charter", "previous_page", "Page before", "The page before", "alt+left"),
    within("charter", "leave", "Not now", "Write nothing; what was typed stays", "escape"),
    within("questions", "move_up", "Earlier", "Ask this question earlier", "ctrl+up"),
    within("questions", "move_down", "Later", "Ask this question later", "ctrl+down"),
    within("questions", "remove", "Leave out", "Ask this question no more", "alt+delete", "alt+x"),
    within("facilitators", "go", "Yes", "Carry out these steps", "y"),
    within("facilitators", "back", "Back", "Back to the people; from there back to the nook", "escape", "n"),
)
ACTIONS = {
    "charter.next_page": "turn(1)",
    "charter.previous_page": "turn(-1)",
    "questions.move_up": "move(-1)",
    "questions.move_down": "move(1)",
}
"""Commands whose action takes an argument."""
CONTEXTS = {
    "charter": "Writing a charter",
    "questions": "The questions of a charter",
    "facilitators": "Who decides in a nook",
}
