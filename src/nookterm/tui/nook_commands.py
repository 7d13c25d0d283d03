"""What one can do about a nook's charter and facilitators, as plain fields of commands (see trust_commands)."""

from __future__ import annotations

from nookterm.tui.trust_commands import Fields


def _in(context: str, word: str, title: str, help_: str, *keys: str) -> Fields:
    return (f"{context}.{word}", title, help_, keys, (), "", context)


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
    _in("about", "charter", "Charter", "What this nook is for: read it, or write it", "c"),
    _in("about", "facilitators", "Facilitators", "Who decides here; make somebody one", "f"),
)
FORMS: tuple[Fields, ...] = (
    _in("charter", "go_on", "Go on", "The next page; on the last one: write it", "alt+enter"),
    _in("charter", "next_page", "Next page", "The next page of the form", "alt+right"),
    _in("charter", "previous_page", "Page before", "The page before", "alt+left"),
    _in("charter", "leave", "Not now", "Write nothing; what was typed stays", "escape"),
    _in("questions", "move_up", "Earlier", "Ask this question earlier", "ctrl+up"),
    _in("questions", "move_down", "Later", "Ask this question later", "ctrl+down"),
    _in("questions", "remove", "Leave out", "Ask this question no more", "alt+delete", "alt+x"),
    _in("facilitators", "go", "Yes", "Carry out these steps", "y"),
    _in("facilitators", "back", "Back", "Back to the people; from there back to the nook", "escape", "n"),
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
