"""What one can do about trust, as plain fields of commands: id, title, help, keys, keys of vim, slash, context."""

from __future__ import annotations

Fields = tuple[str, str, str, tuple[str, ...], tuple[str, ...], str, str]


def _in(context: str, word: str, title: str, help_: str, *keys: str) -> Fields:
    return (f"{context}.{word}", title, help_, keys, (), "", context)


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
    (
        "app.verify",
        "Verification",
        "What is being compared; else begin, with somebody in this room",
        ("alt+v",),
        (),
        "/verify",
        "global",
    ),
)
PANELS: tuple[Fields, ...] = (
    _in("trust", "compare", "Compare", "Compare keys with this device or person", "v"),
    _in("trust", "sign_out", "Sign out", "Sign this other device of yours out", "s"),
    _in("trust", "rename", "Rename", "Give this device another name", "n"),
    _in("trust", "backup", "Key backup", "Turn it on, bring keys back from it, or see what is wrong", "b"),
    _in("trust", "recovery", "Recovery key", "Enter it, make a new one, or begin anew", "r"),
    _in("trust", "bar", "Bar", "Shut this device out of what is said from now on; again: let it in", "x"),
    _in("trust", "accept", "Go on unverified", "Go on with a person whose keys changed", "a"),
    _in("trust", "forbid", "End exception", "Unsigned devices take part in this room no more", "f"),
    _in("trust", "export", "Export keys", "Write the keys of your messages into a sealed file", "e"),
    _in("trust", "import", "Import keys", "Read keys from such a file", "i"),
    _in("trust", "stop", "Stop", "Stop what goes on; what is done stays done", "c"),
    _in("trust", "refresh", "Look again", "Ask the server anew", "ctrl+r"),
)
DIALOG: tuple[Fields, ...] = (
    _in("verifying", "accept", "Accept", "Compare keys with who asks", "a"),
    _in("verifying", "later", "Not now", "Leave the request open; alt+v shows it again", "n"),
    _in("verifying", "compare", "Pictures", "Compare seven pictures, or three numbers", "e"),
    _in("verifying", "show", "Show code", "Show a code that the other device reads", "s"),
    _in("verifying", "paste", "Paste code", "Read the other device's code, as text", "p"),
    _in("verifying", "numbers", "Numbers", "Numbers instead of pictures, and back", "t"),
    _in("verifying", "match", "They match", "Both sides show the same", "m"),
    _in("verifying", "differ", "They differ", "The two sides show something else: nothing is trusted", "d"),
    _in("verifying", "end", "End it", "End the comparing, and say so to the other side", "x"),
    _in("verifying", "hide", "Hide", "Hide this; it goes on, and alt+v shows it again", "escape"),
)
ELSEWHERE: tuple[Fields, ...] = (
    _in("about", "compare", "Compare keys", "Compare keys with somebody in this room", "v"),
)
CONTEXTS = {"about": "About a room", "trust": "Sessions and trust", "verifying": "Comparing keys"}
