"""What one can do about trust, as plain fields of commands: id, title, help, keys, keys of vim, slash, context."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    (
        "go.trust",
        "Sessions and trust",
        "Your devices, whom you met, what keeps your keys",
        ("alt+t",),
        (),
        "/trust",
        "global",
    ),
    everywhere(
        "verify",
        "Verification",
        "What is being compared; else begin, with somebody in this room",
        "/verify",
        "alt+v",
    ),
)
PANELS: tuple[Fields, ...] = (
    within("trust", "compare", "Compare", "Compare keys with this device or person", "v"),
    within("trust", "sign_out", "Sign out", "Sign this other device of yours out", "s"),
    within("trust", "rename", "Rename", "Give this device another name", "n"),
    within("trust", "backup", "Key backup", "Turn it on, bring keys back from it, or see what is wrong", "b"),
    within("trust", "recovery", "Recovery key", "Enter it, make a new one, or begin anew", "r"),
    within("trust", "bar", "Bar", "Shut this device out of what is said from now on; again: let it in", "x"),
    within("trust", "accept", "Go on unverified", "Go on with a person whose keys changed", "a"),
    within("trust", "forbid", "End exception", "Unsigned devices take part in this room no more", "f"),
    within("trust", "export", "Export keys", "Write the keys of your messages into a sealed file", "e"),
    within("trust", "import", "Import keys", "Read keys from such a file", "i"),
    within("trust", "stop", "Stop", "Stop what goes on; what is done stays done", "c"),
    within("trust", "refresh", "Look again", "Ask the server anew", "ctrl+r"),
)
DIALOG: tuple[Fields, ...] = (
    within("verifying", "accept", "Accept", "Compare keys with who asks", "a"),
    within("verifying", "later", "Not now", "Leave the request open; /verify shows it again", "n"),
    within("verifying", "compare", "Pictures", "Compare seven pictures, or three numbers", "e"),
    within("verifying", "show", "Show code", "Show a code that the other device reads", "s"),
    within("verifying", "paste", "Paste code", "Read the other device's code, as text", "p"),
    within("verifying", "numbers", "Numbers", "Numbers instead of pictures, and back", "t"),
    within("verifying", "match", "They match", "Both sides show the same", "m"),
    within("verifying", "differ", "They differ", "The two sides show something else: nothing is trusted", "d"),
    within("verifying", "end", "End it", "End the comparing, and say so to the other side", "x"),
    within("verifying", "hide", "Hide", "Hide this; it goes on, and /verify shows it again", "escape"),
)
ELSEWHERE: tuple[Fields, ...] = (
    within("about", "compare", "Compare keys", "Compare keys with somebody in this room", "v"),
)
CONTEXTS = {"about": "About a room", "trust": "Sessions and trust", "verifying": "Comparing keys"}
