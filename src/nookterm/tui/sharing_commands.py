"""What one can do about highlights, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, within

_PANEL = "highlights"


EVERYWHERE: tuple[Fields, ...] = (
    (
        "go.highlights",
        "Highlights",
        "What the nooks shared, and what waits for a yes",
        ("alt+h",),
        (),
        "/highlights",
        "global",
    ),
)
MESSAGES: tuple[Fields, ...] = (
    within("timeline", "mark", "Mark", "Choose several messages to share; again: not this one", "space"),
    within("timeline", "share", "Share highlight", "Ask to share this message, or all that are marked", "h"),
    within("timeline", "share_thread", "Share thread", "Ask to share this message and its answers", "T"),
)
PANEL: tuple[Fields, ...] = (
    within(_PANEL, "board", "Board", "What the nooks shared, by week", "1"),
    within(_PANEL, "waiting", "On the way", "What waits for a yes, or to be published", "2"),
    within(_PANEL, "mine", "Mine", "What quotes me or was asked by me, and may be taken back", "3"),
    within(_PANEL, "digest", "Digest", "A week of the board to tell on, as text or Markdown", "4"),
    within(_PANEL, "publish", "Publish", "Put an agreed highlight on the board", "p"),
    within(_PANEL, "withdraw", "Take back", "Take a highlight back, or throw a draft away", "x"),
    within(_PANEL, "origin", "Where from", "Who shared this, and from what: proved, or why not", "o"),
    within(_PANEL, "react", "React", "Add a reaction; the same one again takes it back", "plus"),
    within(_PANEL, "ask", "Ask to join", "Ask to join the nook that shared this", "a"),
    within(_PANEL, "exact", "Exact JSON", "Exactly what would leave the nook", "ctrl+t", "J"),
    within(_PANEL, "form", "Text or Markdown", "Show the week as the other one", "m"),
    within(_PANEL, "copy", "Copy", "Copy the words, or the week as it is shown", "y"),
    within(_PANEL, "write", "Write down", "Write the week into a file: .md or .txt", "w"),
    within(_PANEL, "stop", "Stop", "Give up what takes so long", "s"),
    within(_PANEL, "refresh", "Look again", "Look again", "ctrl+r"),
    within(_PANEL, "back", "Back", "Back to the list, then to the conversation", "escape"),
)
FORMS: tuple[Fields, ...] = (
    within("sharing", "share", "Ask for a yes", "Ask the authors to agree to exactly these words", "alt+enter"),
    within("sharing", "next", "Next to look at", "Select the next name, link or number in the text", "ctrl+n"),
    within("sharing", "blank", "Blank it", "Take what is selected out of the text; ctrl+z brings it back", "ctrl+b"),
    within("sharing", "exact", "Exact JSON", "Exactly what would leave the nook", "ctrl+t"),
    within("sharing", "leave", "Not now", "Share nothing; the words stay", "escape"),
    within("consenting", "named", "Yes", "Agree to these words, with your name", "y"),
    within("consenting", "anonymous", "Yes, unnamed", "Agree to these words, without your name", "a"),
    within("consenting", "refuse", "No", "Do not agree; nothing leaves", "n"),
    within("consenting", "words", "No, with words", "Do not agree, and write to whoever asked", "w"),
    within("consenting", "exact", "Exact JSON", "Exactly what would leave the nook", "ctrl+t", "J"),
    within("consenting", "leave", "Not now", "Say nothing yet; silence is a no", "escape"),
    within("exact", "leave", "Back", "Back to the words", "escape"),
)
ACTIONS = {
    "timeline.mark": "mark",
    **{f"highlights.{word}": f"turn({at})" for at, word in enumerate(("board", "waiting", "mine", "digest"))},
    **{
        f"highlights.{word}": f"act('{word}')"
        for word in ("publish", "withdraw", "origin", "react", "ask", "exact", "form", "copy", "write", "stop")
    },
}
"""Commands whose action is not their last word."""
ACTS = (
    "timeline.share", "timeline.share_thread", "highlights.publish", "highlights.withdraw", "highlights.react",
    "highlights.refresh", "sharing.share", "consenting.named", "consenting.anonymous", "consenting.refuse",
    "consenting.words",
)  # fmt: skip
"""Commands that need the account, or the server."""
CONTEXTS = {
    _PANEL: "Highlights",
    "sharing": "Sharing messages",
    "consenting": "Answering a request to share",
    "exact": "The exact JSON",
}
